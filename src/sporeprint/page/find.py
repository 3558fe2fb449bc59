"""From what a person types to an API: full names, the usual abbreviations, words that are close to one."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from sporeprint import catalog as catalogs
from sporeprint.catalog import Catalog, Entry
from sporeprint.convert.apis import Apis
from sporeprint.facts import facts
from sporeprint.page import derive, records
from sporeprint.verify.subjects import official

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
    """An API that has a page: a counterpart, or evidence.

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
        NotFound: no API, or more than one, is meant; or there is neither a counterpart nor evidence of it yet.
    """
    name = name.strip().removesuffix("()")
    for short, longs in _SHORT.items():
        if name.startswith(short):
            name = longs[0] + name[len(short) :]
    all_catalogs = [catalogs.load(source) for source in ("torch", "mindspore")]
    # A name of an official table may be another spelling of a public one; it was measured under its own.
    if records.of(name) is not None:
        return Found(name, framework(name))
    for catalog in all_catalogs:
        api = Apis(catalog).canonical(name)
        if api in catalog.entries or records.of(api) is not None:
            return Found(api, catalog.source)
        if api in catalog.values or api in catalog.classes:
            raise NotFound(_constant(catalog, api))
    by_source = {catalog.source: catalog for catalog in all_catalogs}
    reaching = list(_reaching(name, all_catalogs)) or _measured_with(name)
    if reaching:
        return _choose(name, by_source[framework(reaching[0])], reaching)
    for catalog in all_catalogs:
        matching = [api for api in catalog.entries if api.endswith("." + name)]
        if matching:
            return _choose(name, catalog, matching)
    for source, catalog in by_source.items():
        matching = [api for api in records.names() if framework(api) == source and api.endswith("." + name)]
        if matching:
            return _choose(name, catalog, matching)
    raise _unknown(name)


def every() -> list[str]:
    """List the APIs that have a page: the counterparts of both directions, and all on which there is evidence."""
    counterparts = (api for source in _TARGET for api in catalogs.load(source).entries)
    return sorted({*counterparts, *records.names()})


def framework(api: str) -> str:
    """Return the framework that an API belongs to."""
    return api.partition(".")[0]


def related(api: str) -> tuple[str, ...]:
    """List the pages to go to from an API's: if one of them is listed here, this one is listed there.

    Args:
        api: one of :func:`every`.

    Returns:
        First those of the other framework that it leads to, or that lead to it: by what a counterpart comes down to,
        and by MindSpore's tables. Then its namesakes in its own framework: functions, methods, layers.
    """
    source = framework(api)
    pages = every()
    led = {*_leads_to(api), *_led_here(target_of(source)).get(api, ())}
    there = [each for each in pages if framework(each) != source and each in led]
    own = [each for each in pages if framework(each) == source and _word(each) == _word(api) and each != api]
    return (*sorted(there, key=_home), *sorted(own, key=_home))


@cache
def _leads_to(api: str) -> frozenset[str]:
    """Return the names of the other framework that take an API's place."""
    catalog = catalogs.load(framework(api))
    found = set(_official().get(api, ()))
    if api in catalog.entries:
        entry = catalog.entries[api]
        found.add(derive.reached(entry, entry.native, catalog, target_of(catalog.source)))
    if api.startswith("torch.Tensor."):
        found.add(f"mindspore{api.removeprefix('torch')}")
    return frozenset(found - {""})


@cache
def _led_here(source: str) -> Mapping[str, set[str]]:
    """Return, for names of the other framework, the APIs of ``source`` that lead there."""
    found: dict[str, set[str]] = {}
    for api in {*catalogs.load(source).entries, *(_official() if source == "torch" else ())}:
        for name in _leads_to(api):
            found.setdefault(name, set()).add(api)
    return found


@cache
def _official() -> Mapping[str, set[str]]:
    """Return PyTorch's APIs of MindSpore's tables, with what those call their counterparts."""
    found: dict[str, set[str]] = {}
    for row in official():
        found.setdefault(row.torch, set()).add(row.mindspore)
    return found


def _word(api: str) -> str:
    return api.rpartition(".")[2].replace("_", "").lower()


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


def _measured_with(name: str) -> list[str]:
    """Return the APIs that MindSpore's function of that name was measured in the place of."""
    return sorted((api for api in _led_here("torch").get(name, ()) if records.of(api) is not None), key=_home)


def _choose(name: str, catalog: Catalog, matching: list[str]) -> Found:
    """Choose among several APIs if they come down to the same function."""
    target = target_of(catalog.source)

    def reached(entry: Entry | None) -> str:
        return derive.reached(entry, entry.native, catalog, target) if entry is not None else ""

    by_function: dict[str, list[str]] = {}
    for api in sorted(matching, key=_home):
        by_function.setdefault(reached(catalog.entries.get(api)) or api, []).append(api)
    if len(by_function) > 1:
        choices = [api for group in by_function.values() for api in group]
        raise NotFound(f"{name} may mean several APIs", choices, several=True)
    first, *others = next(iter(by_function.values()))
    return Found(first, catalog.source, tuple(others))


def _home(api: str) -> tuple[int, str]:
    owner = api.partition(".")[2].rpartition(".")[0]
    return (_HOMES.index(owner) if owner in _HOMES else len(_HOMES), api)


def _unknown(name: str) -> NotFound:
    """Say of a name without counterpart whether the framework has it, and what is close to it."""
    published = [full for full in _published() if full == name or full.endswith("." + name)]
    known = every()
    if published:
        exists = published[0] if len(published) == 1 else f"{name} ({', '.join(published[:3])})"
        return NotFound(
            f"{exists} has no counterpart yet, and nothing was measured of it", _near(name, known)
        )
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
