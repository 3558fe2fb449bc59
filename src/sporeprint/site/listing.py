"""What the site says of an API outside its page: its row in the table, and its links to the other framework."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from sporeprint.page import markdown
from sporeprint.page.build import build
from sporeprint.page.find import Found, every, framework
from sporeprint.page.model import TITLES, Page

#: The verdicts from good to bad, and what they mean.
VERDICTS = {
    "same": "everything that was compared agrees",
    "inaccurate": "off by more than rounding explains, by less than 1e-4 of the largest number",
    "differs": "silently something else",
    "raises": "an error where the other framework returns",
    "dies": "the process ends, or never answers",
    "missing": "the other framework has nothing like it",
    "untested": "not measured",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One API as the site lists it.

    Attributes:
        api: its full name.
        source: the framework it belongs to.
        family: the module or class that it belongs to.
        verdict: what was measured on the common domain, one of :data:`VERDICTS`.
        counterparts: what it comes to in the other framework; none where that is no single function.
        related: the APIs of the other framework whose pages belong to this one.
        place: the page, as a path without suffix.
        summary: what it does, in a sentence.
    """

    api: str
    source: str
    family: str
    verdict: str
    counterparts: tuple[str, ...]
    related: tuple[str, ...]
    place: str
    summary: str


def pages() -> Iterator[tuple[Listed, str]]:
    """Yield each API as it is listed, and its page as Markdown.

    Raises:
        CatalogError: a counterpart breaks a rule.
    """
    apis = every()
    at = places(apis)
    for api in apis:
        page = build(Found(api, framework(api)), run=False)
        yield _listed(page, at[api]), markdown.render(_without_run(page))


def count() -> int:
    """Return how many APIs have a page."""
    return len(every())


def places(apis: Iterable[str]) -> dict[str, str]:
    """Give each API the path of its page; no two differ by case alone, which some file systems ignore."""
    found: dict[str, str] = {}
    taken: Counter[str] = Counter()
    # The one with fewer capitals keeps the plain name: tables misspell LogSoftmax as LogSoftMax.
    for api in sorted(apis, key=lambda api: (sum(map(str.isupper, api)), api)):
        taken[api.lower()] += 1
        number = taken[api.lower()]
        found[api] = f"api/{api}" if number == 1 else f"api/{api}-{number}"
    return found


def _listed(page: Page, place: str) -> Listed:
    reached = dict.fromkeys(each.target.name for each in page.variants if each.target is not None)
    return Listed(
        api=page.api,
        source=page.source,
        family=page.family,
        verdict=page.verdict,
        counterparts=tuple(reached),
        related=tuple(each for each in page.related if each.startswith(f"{page.target}.")),
        place=place,
        summary=page.summary,
    )


def _without_run(page: Page) -> Page:
    """Say where to see what the example prints: a site is the same wherever it is built."""
    why_not = f"`sporeprint diff {page.api}` runs it where both frameworks are installed."
    return dataclasses.replace(page, example=dataclasses.replace(page.example, why_not=why_not))


def verdicts(listed: Iterable[Listed]) -> list[tuple[str, str, int]]:
    """Return (verdict, meaning, number of APIs) of those that occur."""
    counts = Counter(each.verdict for each in listed)
    order = [*VERDICTS, *sorted(counts.keys() - VERDICTS.keys())]
    return [(word, VERDICTS.get(word, ""), counts[word]) for word in order if counts[word]]


def families(listed: Iterable[Listed]) -> list[tuple[str, str, list[tuple[str, int]]]]:
    """Return (framework, its title, (family, number of APIs) of each)."""
    counts = Counter((each.source, each.family) for each in listed)
    ordered = sorted(counts, key=lambda pair: (list(TITLES).index(pair[0]), pair[1].lower()))
    return [
        (source, TITLES[source], [(family, counts[source, family]) for _, family in group])
        for source, group in groupby(ordered, key=lambda pair: pair[0])
    ]
