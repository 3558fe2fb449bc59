"""What there is to measure: the counterparts, the rows of MindSpore's official tables, torch's Tensor methods."""

from __future__ import annotations

import csv
import fnmatch
import functools
from collections.abc import Iterable
from typing import NamedTuple

from sporeprint import catalog
from sporeprint.facts import FOLDER
from sporeprint.verify.evidence import family
from sporeprint.verify.words import LEGS

#: Samples of an API that has no counterpart, of the further names of one that has, and of :data:`COMPOSED` ones:
#: float32, others, derived.
FEWER = (14, 2, 26)
#: Layers made of many layers that are measured themselves: a sample of one takes as long as a hundred of theirs.
COMPOSED = ("torch.nn.Transformer",)


class Row(NamedTuple):
    """A row of MindSpore's official tables of PyTorch's APIs.

    Attributes:
        table: the release whose documentation holds it, ``"r2.4.0"`` or ``"master"`` (whose targets are ``mint``).
        section: of the table.
        torch: full name of PyTorch's API.
        mindspore: full name of what the table calls its counterpart.
        verdict: ``"consistent"``, ``"consistent_but"`` (a note follows), ``"diff"`` (a page follows) or ``"other"``.
    """

    table: str
    section: str
    torch: str
    mindspore: str
    verdict: str


class Subject(NamedTuple):
    """One API to measure.

    Attributes:
        api: its full name.
        legs: what it is compared with.
        limits: how many samples; None for as many as a counterpart gets.
        first: the first API name of its counterpart, whose declarations they share; "" without one.
    """

    api: str
    legs: tuple[str, ...]
    limits: tuple[int, int, int] | None
    first: str


class NoSubjectError(LookupError):
    """Nothing that can be measured has that name."""


@functools.cache
def official() -> tuple[Row, ...]:
    """Read the official tables, as far as they name an API of torch and one of MindSpore."""
    with (FOLDER / "official.csv").open(encoding="utf-8", newline="") as lines:
        rows = [Row(**row) for row in csv.DictReader(lines)]
    return tuple(
        row for row in rows if row.torch.startswith("torch.") and row.mindspore.startswith("mindspore.")
    )


def subjects(methods: Iterable[str]) -> list[Subject]:
    """List everything that can be measured, counterparts first: they take longest.

    Args:
        methods: the names of torch's Tensor methods.
    """
    legs: dict[str, dict[str, None]] = {}
    first: dict[str, str] = {}
    limits: dict[str, tuple[int, int, int] | None] = {}
    for source in ("torch", "mindspore"):
        for api, entry in catalog.load(source).entries.items():
            legs[api] = dict.fromkeys(LEGS)
            first[api] = entry.apis[0]
            limits[api] = FEWER if api != entry.apis[0] or api.startswith(COMPOSED) else None
    for row in official():
        legs.setdefault(row.torch, {})[row.mindspore] = None
    for name in methods:
        legs.setdefault(f"torch.Tensor.{name}", {})[f"mindspore.Tensor.{name}"] = None
    return [
        Subject(api, tuple(held), limits.get(api, FEWER), first.get(api, "")) for api, held in legs.items()
    ]


def chosen(everything: list[Subject], patterns: Iterable[str], families: Iterable[str]) -> list[Subject]:
    """Pick subjects.

    Args:
        everything: to pick from.
        patterns: API names, in which ``*`` stands for anything; none for all.
        families: modules such as ``torch.nn.functional``; none for all.

    Raises:
        NoSubjectError: a pattern or a family fits nothing; the message lists what is near.
    """
    wanted = everything
    known = {family(each.api) for each in everything}
    asked = tuple(families)
    for name in asked:
        if name not in known:
            raise NoSubjectError(f"no family is called {name}; choose from {', '.join(sorted(known))}")
    if asked:
        wanted = [each for each in wanted if family(each.api) in asked]
    names = tuple(patterns)
    for pattern in names:
        if not any(_fits(each.api, pattern) for each in wanted):
            raise NoSubjectError(f"nothing to measure is called {pattern}{_near(pattern, wanted)}")
    return [each for each in wanted if not names or any(_fits(each.api, pattern) for pattern in names)]


def _fits(api: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(api, pattern)


def _near(pattern: str, among: list[Subject]) -> str:
    last = pattern.rpartition(".")[2].strip("*")
    near = [each.api for each in among if last and last in each.api.rpartition(".")[2]]
    return f"; did you mean {', '.join(near[:8])}?" if near else ""
