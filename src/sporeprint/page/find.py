"""From what a person types to an API: full names, the usual abbreviations, words that are close to one."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from sporeprint import catalog as catalogs
from sporeprint.catalog import Catalog, Entry
from sporeprint.convert.apis import Apis
from sporeprint.facts import facts
from sporeprint.page import derive

#: Of the places where a framework publishes an API the first of these is the one that is meant.
_HOMES = ("nn.functional", "nn", "", "ops", "mint", "special", "Tensor")
#: How the frameworks' modules are usually imported.
_SHORT = {"F.": ("functional.",), "ms.": ("mindspore.",)}
_TARGET = {source: target for target, source in catalogs.SOURCE_OF.items()}


class NotFound(Exception):  # noqa: N818 - an answer, which the command prints
    """No API, or more than one, is meant.

    Attributes:
        choices: what may be meant instead.
        several: whether each of them is what the name says.
    """

    def __init__(self, message: str, choices: Iterable[str] = (), *, several: bool = False) -> None:
        super().__init__(message)
        self.choices = tuple(choices)
        self.several = several


@dataclass(frozen=True, slots=True)
class Found:
    """An API with a counterpart.

    Attributes:
        api: its full name.
        source: the framework it belongs to.
        also: other APIs of that name that come down to the same function.
    """

    api: str
    source: str
    also: tuple[str, ...] = ()


def target_of(source: str) -> str:
    """Return the other framework."""
    return _TARGET[source]


def find(name: str) -> Found:
    """Find the API that a name means.

    Args:
        name: a full name of either framework, or the end of one, such as ``F.log_softmax``, ``log_softmax``.
            A short name means PyTorch's API if there is one; of several, all have to reach one function.

    Raises:
        NotFound: no API, or more than one, is meant; or the API has no counterpart yet.
    """
    name = name.strip().removesuffix("()")
    for short, longs in _SHORT.items():
        if name.startswith(short):
            name = longs[0] + name[len(short) :]
    all_catalogs = [catalogs.load(source) for source in ("torch", "mindspore")]
    for catalog in all_catalogs:
        api = Apis(catalog).canonical(name)
        if api in catalog.entries:
            return Found(api, catalog.source)
        if api in catalog.values or api in catalog.classes:
            raise NotFound(_constant(catalog, api))
    reaching = list(_reaching(name, all_catalogs))
    if reaching:
        return _choose(
            name, all_catalogs[0] if reaching[0].startswith("torch") else all_catalogs[1], reaching
        )
    for catalog in all_catalogs:
        matching = [api for api in catalog.entries if api.endswith("." + name)]
        if matching:
            return _choose(name, catalog, matching)
    raise _unknown(name, all_catalogs)


def _constant(catalog: Catalog, api: str) -> str:
    node, _ = catalog.values.get(api) or catalog.classes.get(api) or (None, None)
    assert node is not None
    return f"{api} is no function: the converter writes {ast.unparse(node)} for it"


def _reaching(name: str, all_catalogs: list[Catalog]) -> Iterator[str]:
    """Yield the APIs whose counterparts come down to a function of the target, given its full name."""
    for catalog in all_catalogs:
        target = target_of(catalog.source)
        if not name.startswith(target + "."):
            continue
        found = {
            api: derive.passes_through(entry, catalog, target)
            for api, entry in catalog.entries.items()
            if derive.reached(entry, entry.native, catalog, target) == name
        }
        # Those that only use the function inside something larger are meant where there is nothing nearer.
        near = [api for api, passes in found.items() if passes]
        same_word = [api for api in near if api.rpartition(".")[2] == name.rpartition(".")[2]]
        yield from same_word or near or found


def _choose(name: str, catalog: Catalog, matching: list[str]) -> Found:
    """Choose among several APIs if they come down to the same function."""
    target = target_of(catalog.source)

    def reached(entry: Entry) -> str:
        return derive.reached(entry, entry.native, catalog, target)

    by_function: dict[str, list[str]] = {}
    for api in sorted(matching, key=_home):
        by_function.setdefault(reached(catalog.entries[api]) or api, []).append(api)
    if len(by_function) > 1:
        choices = [api for group in by_function.values() for api in group]
        raise NotFound(f"{name} may mean several APIs", choices, several=True)
    first, *others = next(iter(by_function.values()))
    return Found(first, catalog.source, tuple(others))


def _home(api: str) -> tuple[int, str]:
    owner = api.partition(".")[2].rpartition(".")[0]
    return (_HOMES.index(owner) if owner in _HOMES else len(_HOMES), api)


def _unknown(name: str, all_catalogs: list[Catalog]) -> NotFound:
    """Say of a name without counterpart whether the framework has it, and what is close to it."""
    published = [full for full in _published() if full == name or full.endswith("." + name)]
    known = [api for catalog in all_catalogs for api in catalog.entries]
    if published:
        exists = published[0] if len(published) == 1 else f"{name} ({', '.join(published[:3])})"
        return NotFound(f"{exists} has no counterpart yet", _near(name, known))
    return NotFound(
        f"neither PyTorch nor MindSpore has {name}", _near(name, known) or _near(name, _published())
    )


def _near(name: str, names: Iterable[str]) -> list[str]:
    """Return the names that are close to one: its last word counts, and then its owner."""
    by_word: dict[str, list[str]] = {}
    for each in names:
        by_word.setdefault(each.rpartition(".")[2].lower(), []).append(each)
    owner, _, word = name.rpartition(".")
    found = []
    for close in difflib.get_close_matches(word.lower(), list(by_word), n=3, cutoff=0.75):
        same_owner = [each for each in by_word[close] if owner and each.rpartition(".")[0].endswith(owner)]
        found += sorted(same_owner or by_word[close], key=_home)
    return found[:6]


@cache
def _published() -> tuple[str, ...]:
    """Return the public names of both frameworks, as ``tools/record_facts.py`` recorded them."""
    return tuple(f"{owner}.{each}" for owner, names in facts("names").items() for each in names.split())
