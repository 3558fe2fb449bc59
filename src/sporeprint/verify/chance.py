"""Random results are compared by their distribution.

Each side is run many times; what is tested is whether the runs of the one can be told from those of the other. The
elements of one run may depend on one another (a whole channel is dropped, a row sums up to 1), so the unit of a
test is the run: every question asked of a run is answered with one number, and the numbers of the two sides are
compared by the two-sample test of Kolmogorov and Smirnov, whose level holds for any distribution. The questions
look at all elements together (shares of single values and of ranges), at the structure (how much the means along
some axes spread, how many elements are distinct) and at single places.

All chances of a false alarm together are at most :data:`FALSE_ALARM` for one API, however many questions are asked.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from sporeprint.verify.compare import SAME, Array, Group, Outcome, Raised, Value, Verdict

Numbers: TypeAlias = npt.NDArray[Any]

#: The chance that anything is found in one API although both sides follow the same distribution.
FALSE_ALARM = 1e-6

#: So many runs that do not differ, or all differ, settle that nothing is random about a call: the chance that two
#: sides of the same distribution each give one value throughout, and not the same one, is at most 2**-24.
CONSTANT = 12

#: Runs of one side: enough that all elements together are this many, within these limits. A share of 0.45 in place of
#: 0.5 shows in runs of some 100 elements from the fewest runs on.
ELEMENTS = 25_000
FEWEST, MOST = 200, 800

#: Numbers nearer than this part of the typical ones, or of themselves, are the same: rounding is not random.
ROUNDING = 1e-5

#: A value that makes up this part of all elements is counted by itself, and of such values at most so many.
ATOM, ATOMS = 0.02, 4

#: Ranges of equal probability whose shares are counted.
RANGES = 8


class Question(NamedTuple):
    """What is asked of every run, and the answers.

    Attributes:
        what: in words, with a place for what the mean answer is.
        source: the answers of the source's runs.
        candidate: those of the candidate's.
    """

    what: str
    source: Numbers
    candidate: Numbers

    def chance(self) -> float:
        """Bound the chance that runs of one distribution give answers so far apart.

        With n runs on each side it is below 2.17 exp(-n d**2), where d is the largest distance of the two empirical
        distribution functions (Wei and Dudley 2012, https://arxiv.org/abs/1107.5356; n >= 4; equal answers lower it).
        """
        # Sums of the same numbers in another order are no other answers.
        sides = [np.sort(np.round(side, 9)) for side in (self.source, self.candidate)]
        at = np.concatenate(sides)
        ours, theirs = (np.searchsorted(side, at, side="right") / len(side) for side in sides)
        return min(1.0, 2.17 * math.exp(-len(self.source) * float(np.max(np.abs(ours - theirs))) ** 2))


def runs_needed(outcome: Outcome) -> int:
    """Tell how many runs of each side a comparison of such results takes."""
    elements = sum(numbers.size for numbers in _numbers(outcome).values())
    return min(MOST, max(FEWEST, ELEMENTS // max(elements, 1)))


def compare_runs(source: Sequence[Outcome], candidate: Sequence[Outcome], comparisons: int = 1) -> Verdict:
    """Tell whether the runs of two sides come from one distribution.

    Args:
        source: runs of the source, as many as :func:`runs_needed` says; structure, shapes and dtypes of all are
            those of the first.
        candidate: runs of the candidate.
        comparisons: how many comparisons of one API share :data:`FALSE_ALARM`.

    Returns:
        A verdict of kind ``value``, which tells the question whose answers differ most clearly; or of kind
        ``error``, ``structure`` or ``mutation`` if not all runs are like the first one of the source.
    """
    every = (*source, *candidate)
    forms = [_numbers(outcome) for outcome in every]
    shapes = [{path: each.shape for path, each in numbers.items()} for numbers in forms]
    for number, outcome in enumerate(every):
        run = f"in run {number % len(source) + 1} of {len(source)}"
        if isinstance(outcome.value, Raised):
            return Verdict(False, "error", f"raises {outcome.value} {run}", raised=True)
        if shapes[number] != shapes[0]:
            return Verdict(False, "structure", f"returns another structure {run}")
    ours, theirs = ({name for outcome in side for name in outcome.mutated} for side in (source, candidate))
    for name in sorted(ours ^ theirs):
        what = "never changes" if name in ours else "changes"
        return Verdict(False, "mutation", f"{what} {name} in {len(source)} runs", path=name)
    for name in ours:
        # A run may leave an input as it was by chance.
        if all(name in outcome.mutated for outcome in every):
            for numbers, outcome in zip(forms, every, strict=True):
                numbers[f" {name}"] = outcome.mutated[name].data.astype(np.float64)
    questions = list(_questions(forms, len(source)))
    if not questions:
        return SAME
    found = [question.chance() for question in questions]
    worst, chance = questions[int(np.argmin(found))], min(1.0, min(found) * len(questions))
    if chance * comparisons > FALSE_ALARM:
        return SAME
    means = f"{np.mean(worst.candidate):.4g}, not {np.mean(worst.source):.4g}"
    many = f"in {len(candidate)} runs; by chance with probability {chance:.1g}"
    return Verdict(False, "value", f"{worst.what}: {means} on average {many}")


def compare_gradients(
    source: Sequence[Mapping[str, Array | None] | Raised | None],
    candidate: Sequence[Mapping[str, Array | None] | Raised | None],
    comparisons: int = 1,
) -> Verdict:
    """Do the same with gradients, as :func:`frameworks.differentiate` gives them; the kind is ``gradient``."""
    sides = []
    for side in (source, candidate):
        outcomes = []
        for found in side:
            if isinstance(found, Raised):
                outcomes.append(Outcome(found))
                continue
            held = {name: each for name, each in (found or {}).items() if each is not None}
            outcomes.append(
                Outcome(Group("dict", tuple(sorted(held)), tuple(held[name] for name in sorted(held))))
            )
        sides.append(outcomes)
    verdict = compare_runs(sides[0], sides[1], comparisons)
    if verdict.same:
        return verdict
    return Verdict(False, "gradient", f"gradient: {verdict.message}", raised=verdict.raised)


def _numbers(outcome: Outcome) -> dict[str, Numbers]:
    """All numbers of a result, by their place."""

    def leaves(value: Value | Raised, path: str) -> Iterator[tuple[str, Numbers]]:
        if isinstance(value, Group):
            for key, item in itertools.zip_longest(value.keys, value.items):
                yield from leaves(item, f"{path}.{key}")
        elif isinstance(value, Array):
            yield path, value.data
        elif isinstance(value, bool | int | float):
            yield path, np.asarray(value)

    parts = {}
    for path, data in leaves(outcome.value, ""):
        if data.dtype.kind == "c":
            parts[f"{path} real"], parts[f"{path} imaginary"] = data.real, data.imag
        elif data.size:
            parts[path] = data.astype(np.float64)
    return parts


def _questions(runs: Sequence[dict[str, Numbers]], split: int) -> Iterator[Question]:
    for path in runs[0]:
        pooled = _settled(np.stack([run[path] for run in runs]))
        where = f" of {path.strip('. ')}" if path else ""
        for what, answers in _answers(pooled):
            yield Question(what + where, answers[:split], answers[split:])
        for what, ours, theirs in _places(pooled, split):
            yield Question(what + where, ours, theirs)


def _settled(pooled: Numbers) -> Numbers:
    """Take neighbours that only rounding tells apart for one number."""
    values, inverse = np.unique(pooled, return_inverse=True)
    finite = np.abs(values[np.isfinite(values)])
    typical = float(np.quantile(finite, 0.9)) if finite.size else 0.0
    with np.errstate(invalid="ignore"):
        size = np.maximum(typical, np.minimum(np.abs(values[1:]), np.abs(values[:-1])))
        apart = np.concatenate([[True], ~(np.diff(values) <= ROUNDING * size)])
    first = values[np.maximum.accumulate(np.where(apart, np.arange(len(values)), 0))]
    settled: Numbers = first[inverse].reshape(pooled.shape)
    return settled


def _ranks(pooled: Numbers) -> Numbers:
    """The place of each element among all of both sides, from 0 to 1; equal ones share it, nan is last."""
    _, inverse, counts = np.unique(pooled, return_inverse=True, return_counts=True)
    ranks: Numbers = ((np.cumsum(counts) - counts / 2) / pooled.size)[inverse].reshape(pooled.shape)
    return ranks


def _answers(pooled: Numbers) -> Iterator[tuple[str, Numbers]]:
    """Questions about all elements, and about their structure; one answer for each run."""
    flat = pooled.reshape(len(pooled), -1)
    ranks = _ranks(pooled)
    level = ranks.reshape(flat.shape)
    yield "mean place among the elements of both", level.mean(axis=1)
    yield "mean distance from the median", np.abs(level - 0.5).mean(axis=1)
    values, counts = np.unique(flat, return_counts=True)
    order = np.argsort(-counts, kind="stable")[:ATOMS]
    atoms = values[order[counts[order] >= ATOM * flat.size]]
    for atom in atoms:
        yield f"share of {atom + 0.0:.4g}", _equal(flat, atom).mean(axis=1)
    if len(values) > 1:
        for low in np.arange(RANGES) / RANGES:
            inside = (level > low) & (level <= low + 1 / RANGES)
            if inside.any():
                found = flat[inside]
                yield f"share from {found.min():.4g} to {found.max():.4g}", inside.mean(axis=1)
    if flat.shape[1] > 1:
        ordered = np.sort(flat, axis=1)
        yield "share of distinct elements", (ordered[:, 1:] != ordered[:, :-1]).mean(axis=1)
    structures = [
        ("means", ranks),
        *((f"shares of {atom + 0.0:.4g}", _equal(pooled, atom)) for atom in atoms[:1]),
    ]
    for axes, (what, numbers) in itertools.product(_axes(pooled.ndim - 1), structures):
        means = numbers.mean(axis=tuple(axis + 1 for axis in axes)).reshape(len(pooled), -1)
        if means.shape[1] > 1:
            yield f"spread of the {what} over axes {list(axes)}", means.var(axis=1)


def _equal(numbers: Numbers, value: float) -> Numbers:
    return np.isnan(numbers) if np.isnan(value) else np.asarray(numbers == value)


def _axes(rank: int) -> Iterator[tuple[int, ...]]:
    """Axes to take means over: the last ones, single ones, all but one."""
    every = tuple(range(rank))
    wanted = [every[start:] for start in range(1, rank)]
    wanted += [(axis,) for axis in every if rank > 1]
    wanted += [tuple(other for other in every if other != axis) for axis in every if rank > 1]
    yield from dict.fromkeys(wanted)


def _places(pooled: Numbers, split: int) -> Iterator[tuple[str, Numbers, Numbers]]:
    """Ask about single places: the first half of the runs tells what to look for, the second half is asked."""
    half = split // 2
    flat = pooled.reshape(len(pooled), -1)
    _, codes = np.unique(flat, return_inverse=True)
    codes = codes.reshape(flat.shape) * flat.shape[1] + np.arange(flat.shape[1])
    seen = np.isin(codes, codes[:half]).mean(axis=1)
    yield "share of values that their places had before", seen[half:split], seen[split + half :]
    level = _ranks(flat)
    for what, each in (("places", level), ("spread of places", np.abs(level - 0.5))):
        source, candidate = each[:split], each[split:]
        towards = source[:half].mean(axis=0) - candidate[:half].mean(axis=0)
        yield f"{what} that differ", source[half:] @ towards, candidate[half:] @ towards
