"""What the results of both sides say: proven, different, or inconclusive, and where a difference starts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from sporeprint.prove.task import Array, Run, Told

#: The largest error that is allowed, as a part of the largest magnitude in the tensor, if torch itself errs less.
RELATIVE = 1e-4
#: So many times torch's own float32 error against its float64 run is allowed.
FACTOR = 20
#: Gradients smaller than this part of the largest of all are compared with that part of it.
SMALL = 1e-3
#: Where torch itself errs by more than this, nothing can be said: the float64 run went another way, as at the kink of a
#: relu, where a gradient jumps.
CHAOTIC = 1e-3

VERDICTS = ("proven", "different", "inconclusive", "failed")


@dataclass(frozen=True, slots=True)
class Line:
    """One tensor that was compared. ``error`` and ``limit`` are parts of the largest magnitude in it."""

    kind: str  # "output", "gradient", "buffer", "layer"
    name: str
    error: float
    limit: float
    note: str = ""

    @property
    def verdict(self) -> str:
        """The verdict on this tensor alone."""
        if self.note:
            return "different"
        if self.limit > FACTOR * CHAOTIC and self.error > RELATIVE:
            return "inconclusive"
        return "proven" if self.error <= self.limit else "different"


@dataclass(slots=True)
class ModeResult:
    """What came of one mode.

    Attributes:
        lines: all that was compared.
        first: the first call of a submodule whose result differs, None where none does.
        reason: why nothing can be said, "" otherwise.
    """

    lines: list[Line] = field(default_factory=list)
    first: Line | None = None
    reason: str = ""

    @property
    def verdict(self) -> str:
        """The worst verdict of all lines."""
        if self.reason:
            return "inconclusive"
        found = {line.verdict for line in self.lines}
        return next((each for each in ("different", "inconclusive") if each in found), "proven")

    @property
    def may_be_chance(self) -> bool:
        """Whether only gradients differ: that may be another side of a kink, which other data would not show."""
        return all(
            line.kind == "gradient" and not line.note for line in self.lines if line.verdict != "proven"
        )

    def largest(self, kind: str) -> float:
        """Return the largest error of a kind, 0 where there is none of it."""
        return max((line.error for line in self.lines if line.kind == kind), default=0.0)


@dataclass(slots=True)
class Proof:
    """What came of one model."""

    name: str
    modes: dict[str, ModeResult] = field(default_factory=dict)
    failed: str = ""
    seconds: float = 0.0
    seed: int = 0

    @property
    def may_be_chance(self) -> bool:
        """Whether other weights and inputs may prove it."""
        return not self.failed and all(mode.may_be_chance and not mode.reason for mode in self.modes.values())

    @property
    def verdict(self) -> str:
        """The worst verdict of all modes."""
        if self.failed or not self.modes:
            return "failed"
        found = {mode.verdict for mode in self.modes.values()}
        return next((each for each in ("different", "inconclusive") if each in found), "proven")


def judge(name: str, torch: Told, wide: Told, mindspore: Told) -> Proof:
    """Compare what the two sides told.

    Args:
        name: of the model.
        torch: the original's results.
        wide: those of the original in float64.
        mindspore: the conversion's.
    """
    made = Proof(name)
    for side, told in (("the original", torch), ("the conversion", mindspore)):
        if told.failed:
            made.failed = f"{side} failed: {told.failed}"
            return made
    for mode, run in torch.runs.items():
        made.modes[mode] = _mode(run, wide.runs.get(mode, Run()), mindspore.runs[mode], mindspore.classes)
    return made


def _mode(torch: Run, wide: Run, mindspore: Run, classes: Mapping[str, str]) -> ModeResult:
    made = ModeResult()
    if torch.draws != mindspore.draws:
        made.reason = f"the sides draw other random numbers: {len(torch.draws)} and {len(mindspore.draws)}"
    made.lines += _lines("output", *map(_numbered, (torch.outputs, wide.outputs, mindspore.outputs)))
    made.lines += _lines("gradient", torch.gradients, wide.gradients, mindspore.gradients)
    made.lines += _lines("buffer", torch.buffers, wide.buffers, mindspore.buffers)
    layers = _lines("layer", *(_calls(run) for run in (torch, wide, mindspore)), optional=True)
    first = next((line for line in layers if line.verdict == "different"), None)
    if first is not None:
        kind = classes.get(first.name.partition(" ")[0], "")
        made.first = replace(
            first, name=f"{first.name or 'the model itself'}: {kind}" if kind else first.name
        )
    return made


def _numbered(arrays: list[Array]) -> dict[str, Array]:
    return {str(place): each for place, each in enumerate(arrays)}


def _calls(run: Run) -> dict[str, Array]:
    found: dict[str, Array] = {}
    counts: Counter[str] = Counter()
    for path, array in run.calls:
        counts[path] += 1
        found[path if counts[path] == 1 else f"{path} (call {counts[path]})"] = array
    return found


def _lines(
    kind: str,
    torch: Mapping[str, Array],
    wide: Mapping[str, Array],
    mindspore: Mapping[str, Array],
    *,
    optional: bool = False,
) -> Iterator[Line]:
    # A gradient that is zero but for rounding (of a bias before a normalization) has no digits of its own.
    every = [np.abs(each).max(initial=0.0) for each in torch.values()] if kind == "gradient" else []
    least = SMALL * max(every, default=0.0)
    for name, wanted in torch.items():
        if name not in mindspore:
            if not optional and not name.endswith("num_batches_tracked"):
                yield Line(kind, name, np.inf, RELATIVE, "missing in the conversion")
            continue
        got = mindspore[name]
        if got.size == wanted.size and kind in ("gradient", "buffer"):
            got = got.reshape(wanted.shape)  # a kernel with a dimension of size 1 more
        known = name in wide and wide[name].shape == wanted.shape
        own = relative(wanted, wide[name], least) if known else 0.0
        if got.shape != wanted.shape:
            yield Line(kind, name, np.inf, RELATIVE, f"shape {got.shape} instead of {wanted.shape}")
        elif got.dtype != wanted.dtype:
            yield Line(kind, name, np.inf, RELATIVE, f"{got.dtype} instead of {wanted.dtype}")
        else:
            yield Line(kind, name, relative(got, wanted, least), max(RELATIVE, FACTOR * own))
    for name in mindspore.keys() - torch.keys() if not optional else ():
        yield Line(kind, name, np.inf, RELATIVE, "only in the conversion")


def relative(got: Array, wanted: Array, least: float = 0.0) -> float:
    """Return the largest difference as a part of the largest magnitude, or of ``least`` if that is more.

    It is 0 where both are equal, nan included.
    """
    if not wanted.size:
        return 0.0
    if wanted.dtype.kind in "biu":
        return 0.0 if np.array_equal(got, wanted) else np.inf
    left, right = got.astype(np.float64), wanted.astype(np.float64)
    same = (left == right) | (np.isnan(left) & np.isnan(right))
    if same.all():
        return 0.0
    difference = np.abs(np.where(same, 0, left - right))
    if not np.isfinite(difference).all():
        return np.inf
    finite = np.abs(right[np.isfinite(right)])
    return float(difference.max() / max(float(finite.max(initial=0.0)), float(least), 1e-12))
