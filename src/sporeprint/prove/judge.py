"""What the results of both sides say: proven, different or inconclusive, and which layer alone differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from sporeprint.prove.names import NOT_NEEDED
from sporeprint.prove.task import Alone, Array, Call, Noted, Run, Told

#: The largest error that is allowed of the whole, as a part of the largest magnitude in the tensor, if torch errs less.
RELATIVE = 1e-4
#: The same of a layer alone, where no error of another one adds to it.
ALONE = 2e-5
#: So many times torch's own error is allowed.
FACTOR = 20
#: However much torch errs, no more than this is allowed: an error of the conversion of one in a hundred must show.
WIDEST = 1e-3
#: Gradients, and steps, smaller than this part of the largest of all are compared with that part of it.
SMALL = 1e-3
#: Kinds of lines to which that applies.
_TOGETHER = ("gradient", "weight", "step")

#: What an optimizer is called where it stands among layers.
OPTIMIZER = "the optimizer"

#: From bad to worst, but for failed.
_WORST = ("different", "inconclusive", "proven")


@dataclass(frozen=True, slots=True)
class Line:
    """One tensor that was compared.

    Attributes:
        kind: "output", "gradient", "buffer", "loss", "weight"; "layer", "value" of a layer; "step", "option" of an
            optimizer.
        name: which.
        error: the largest difference, as a part of the largest magnitude in it.
        limit: what is allowed.
        own: what torch's own float32 run differs from its float64 run.
        moved: what torch's own result moves by when each layer is nudged by as much as it differs alone; None where
            that was not tried.
        note: what cannot be told by a number, such as another shape.
    """

    kind: str
    name: str
    error: float
    limit: float
    own: float = 0.0
    moved: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """The verdict on this tensor alone."""
        if self.note:
            return "different"
        if self.error <= self.limit:
            return "proven"
        return "inconclusive" if self.error <= FACTOR * self.own else "different"

    @property
    def explained(self) -> bool:
        """Whether torch's own rounding moves it as far."""
        moved = (
            self.moved if self.moved is not None and np.isfinite(self.moved) else 0.0
        )  # inf would explain all
        return not self.note and self.error <= max(self.limit, FACTOR * moved)


@dataclass(slots=True)
class Layer:
    """What came of one call of a layer, alone: with the original's inputs, and its results of what is inside.

    Attributes:
        name: its path, with the number of the call from the second on.
        kind: its class, of the framework's own layers the full name.
        lines: what it computes, and its gradients.
        unchecked: why it could not be run alone, "" otherwise.
    """

    name: str
    kind: str
    lines: list[Line] = field(default_factory=list)
    unchecked: str = ""

    @property
    def verdict(self) -> str:
        """The worst verdict of its lines."""
        return "inconclusive" if self.unchecked else _worst(line.verdict for line in self.lines)

    @property
    def only_gradients(self) -> bool:
        """Whether it computes the same, and only gradients differ."""
        return all(line.verdict == "proven" or line.kind == "gradient" for line in self.lines)

    def error(self, *kinds: str) -> float:
        """Return the largest error of some kinds."""
        return max((line.error for line in self.lines if line.kind in kinds), default=0.0)


@dataclass(slots=True)
class Place:
    """Where a difference starts.

    Attributes:
        layer: the first that differs alone.
        others: the names of the others that do.
        theirs, ours: what the two layers say of themselves, where they are the frameworks' own.
        original, conversion: the first expression that gives something else, where the layer is the project's own.
        api: the API of torch's that stands there.
        saved: where its input is, "" where that was not asked for.
    """

    layer: Layer
    others: list[str] = field(default_factory=list)
    theirs: str = ""
    ours: str = ""
    original: Noted | None = None
    conversion: Noted | None = None
    api: str = ""
    saved: str = ""


@dataclass(slots=True)
class ModeResult:
    """What came of one mode.

    Attributes:
        lines: all that was compared of the whole.
        whole: what each layer gave within the whole.
        layers: each layer alone; None where that was not tried.
        place: where a difference starts, None where no layer differs alone.
        optimizer: the optimizer alone, taken for a layer; None where none was run.
        reason: why nothing can be said, or why it is proven although the whole differs; "" otherwise.
        drawn: what tells that the sides draw other random numbers, "" otherwise.
        cause: what is known of the cause of a difference.
        stopped: why no layer could be run alone, "" where they were, or that was not tried.
    """

    lines: list[Line] = field(default_factory=list)
    whole: list[Line] = field(default_factory=list)
    layers: list[Layer] | None = None
    place: Place | None = None
    optimizer: Layer | None = None
    drawn: str = ""
    cause: str = ""
    stopped: str = ""

    @property
    def alone(self) -> list[Layer]:
        """All that was run alone: layers, and the optimizer."""
        return [*(self.layers or ()), *([self.optimizer] if self.optimizer is not None else ())]

    @property
    def plain(self) -> bool:
        """Whether all that the whole computes is within its limits, and so is the optimizer alone."""
        every: list[Line | Layer] = [*self.lines, *self.alone]
        return not self.drawn and all(each.verdict == "proven" for each in every)

    @property
    def verdict(self) -> str:
        """The verdict on the mode."""
        if self.plain:
            return "proven"
        if any(line.note for line in self.lines):
            return "different"
        if self.drawn:
            return "inconclusive"
        alone = _worst(layer.verdict for layer in self.alone)
        if not self.layers:
            return _worst([alone, *(line.verdict for line in self.lines)])
        if alone == "different" or not all(line.explained for line in self.lines):
            return "different"
        return alone

    @property
    def reason(self) -> str:
        """Why the verdict is what it is, where the numbers of the whole do not say it."""
        if self.plain:
            return ""
        if self.drawn:
            first = next((layer for layer in self.layers or () if layer.unchecked), None)
            return f"{self.drawn}; {first.name or 'the model'}: {first.unchecked}" if first else self.drawn
        if any(line.note for line in self.lines):
            return ""
        if not self.layers:
            own = max((line.own for line in self.lines if line.verdict == "inconclusive"), default=0.0)
            errs = f"torch's own float32 run errs by {own:.1e}" if own else ""
            return "; ".join(filter(None, (self.stopped, errs)))
        unchecked = [layer for layer in self.alone if layer.verdict == "inconclusive"]
        if self.verdict == "different":
            if self.place is not None:
                return ""
            return (
                "no layer differs alone, yet the whole differs more than rounding explains: what they have in common "
                "beside their arguments is left (state, random numbers, code outside of layers)"
            )
        moved = max((line.moved or 0.0 for line in self.lines), default=0.0)
        worst = max((line.error for line in self.lines), default=0.0)
        if unchecked:
            first = unchecked[0]
            why = first.unchecked or "torch's own float32 is not exact enough there"
            return f"{len(unchecked)} layers could not be compared alone; {first.name or 'the model'}: {why}"
        alone = max((layer.error("value", "gradient") for layer in self.layers), default=0.0)
        return (
            f"each of {len(self.layers)} calls of layers alone, given the original's own inputs, gives the "
            f"same results and gradients (largest error {alone:.1e}). The whole amplifies rounding: torch's own "
            f"result moves by up to {moved:.1e} when its layers are nudged by as much, and the conversion differs by "
            f"{worst:.1e}"
        )

    @property
    def may_be_chance(self) -> bool:
        """Whether only gradients differ, alone too: another side of a kink, which other data would not show."""
        if self.drawn or any(line.note for line in self.lines):
            return False
        if self.optimizer is not None and self.optimizer.verdict == "different":
            return False
        if any(line.kind not in ("gradient", "weight") for line in self.lines if line.verdict != "proven"):
            return False
        differing = [line for layer in self.layers or () for line in layer.lines if line.verdict != "proven"]
        return not self.layers or (bool(differing) and all(line.kind == "gradient" for line in differing))

    def largest(self, kind: str) -> float:
        """Return the largest error of a kind, 0 where there is none of it."""
        return max((line.error for line in self.lines if line.kind == kind), default=0.0)


@dataclass(slots=True)
class Proof:
    """What came of one model.

    Attributes:
        name: of the model.
        modes: what came of each.
        failed: which side raised, and what; "" where none did.
        seconds: how long it took.
        seed: of weights, inputs and random numbers.
        steps: so many optimizer steps were compared.
        versions: framework -> release.
        ran: what was run: construct, inputs, call.
    """

    name: str
    modes: dict[str, ModeResult] = field(default_factory=dict)
    failed: str = ""
    seconds: float = 0.0
    seed: int = 0
    steps: int = 0
    versions: dict[str, str] = field(default_factory=dict)
    ran: dict[str, str] = field(default_factory=dict)

    @property
    def may_be_chance(self) -> bool:
        """Whether other weights and inputs may prove it."""
        return not self.failed and all(mode.may_be_chance for mode in self.modes.values())

    @property
    def verdict(self) -> str:
        """The worst verdict of all modes."""
        if self.failed or not self.modes:
            return "failed"
        return _worst(mode.verdict for mode in self.modes.values())


def _worst(verdicts: Iterable[str]) -> str:
    found = set(verdicts)
    return next((each for each in _WORST if each in found), "proven")


def judge(name: str, torch: Told, mindspore: Told) -> Proof:
    """Compare what the two sides told of the whole.

    Args:
        name: of the model.
        torch: the original's results, float64's too.
        mindspore: the conversion's.
    """
    made = Proof(name, versions={"torch": torch.version, "mindspore": mindspore.version})
    for side, told in (("the original", torch), ("the conversion", mindspore)):
        if told.failed:
            made.failed = f"{side} failed: {told.failed}"
            return made
    for mode, run in torch.runs.items():
        made.modes[mode] = _mode(torch, run, torch.wide.get(mode, Run()), mindspore.runs[mode])
    return made


def _mode(told: Told, torch: Run, wide: Run, mindspore: Run) -> ModeResult:
    made = ModeResult()
    if torch.draws != mindspore.draws:
        made.drawn = (
            f"the sides draw other random numbers: {len(torch.draws)} and {len(mindspore.draws)} times"
        )
    for kind, part in (
        ("output", lambda run: _numbered(run.outputs)),
        ("gradient", lambda run: run.gradients),
        ("buffer", lambda run: run.buffers),
        ("loss", lambda run: _numbered(run.losses) if run.stepped else {}),
    ):
        made.lines += _lines(kind, part(torch), part(wide), part(mindspore), tied=told.tied)
    stepped = (torch.stepped, wide.stepped, mindspore.stepped)
    made.lines += _moves("weight", told.tied, len(torch.losses), told.weights, *stepped, least=RELATIVE)
    made.whole = list(_lines("layer", *(_calls(run) for run in (torch, wide, mindspore)), optional=True))
    return made


def judge_optimizer(api: str, mode: str, torch: Told, mindspore: Told) -> Layer | None:
    """Compare what an optimizer does alone, given the original's own gradients of each step.

    Args:
        api: its full name in torch.
        mode: in which mode.
        torch: the original's results, float64's too.
        mindspore: the conversion's.

    Returns:
        The optimizer, taken for a layer; None where no step was taken.
    """
    run = torch.runs[mode]
    ours = mindspore.runs.get(mode, Run())
    if not run.stepped:
        return None
    made = Layer(OPTIMIZER, api)
    for name, wanted in torch.options.items():
        got = mindspore.options.get(name, wanted)
        if got != wanted:
            made.lines.append(
                Line("option", f"option {name}", np.inf, 0.0, note=f"{got!r} instead of {wanted!r}")
            )
    wide, steps = torch.wide.get(mode, Run()), len(run.losses)
    for what, before, *after in (
        ("", torch.weights, run.guided, wide.guided, ours.guided),
        (", small gradients", {}, run.guided_small, wide.guided_small, ours.guided_small),
    ):
        for line in _moves("step", torch.tied, steps, before, *after, least=ALONE):
            made.lines.append(replace(line, name=f"{line.name}{what}"))
    return made


def _moves(
    kind: str,
    tied: Mapping[str, str],
    steps: int,
    before: Mapping[str, Array],
    torch: Mapping[str, Array],
    wide: Mapping[str, Array],
    mindspore: Mapping[str, Array],
    *,
    least: float,
) -> Iterator[Line]:
    """Compare how far an optimizer moved each parameter: beside the parameter itself, an error would look small.

    A parameter is rounded at each step, to a unit in its own last place, which is much of a small step: so much is
    allowed beside all else.
    """
    wanted, exact, got = (_moved(each, before) for each in (torch, wide, mindspore))
    small = _small(wanted)
    for line in _lines(kind, wanted, exact, got, least=least, tied=tied):
        after = torch.get(line.name)
        if line.note or after is None or after.dtype.kind != "f":
            yield line
            continue
        unit = np.finfo(after.dtype).eps * _largest(after)
        rounded = steps * unit / max(_largest(wanted[line.name]), small, 1e-12)
        yield replace(line, limit=line.limit + float(rounded))


def _moved(after: Mapping[str, Array], before: Mapping[str, Array]) -> dict[str, Array]:
    found = {}
    for name, value in after.items():
        start = before.get(name, np.zeros_like(value))
        wide = np.promote_types(value.dtype, np.float64)
        found[name] = value.astype(wide) - (start.reshape(value.shape) if start.size == value.size else start)
    return found


def _largest(array: Array) -> float:
    finite = np.abs(array[np.isfinite(array)])
    return float(finite.max(initial=0.0))


def _small(arrays: Mapping[str, Array]) -> float:
    return SMALL * max((_largest(each) for each in arrays.values()), default=0.0)


def _numbered(arrays: list[Array]) -> dict[str, Array]:
    return {str(place): each for place, each in enumerate(arrays)}


def _calls(run: Run) -> dict[str, Array]:
    found: dict[str, Array] = {}
    counts: Counter[str] = Counter()
    for path, array in run.calls:
        counts[path] += 1
        found[path if counts[path] == 1 else f"{path} (call {counts[path]})"] = array
    return found


def judge_layers(
    calls: Sequence[Call], torch: Told, mindspore: Told, mode: str, kernels: Mapping[str, float]
) -> list[Layer]:
    """Compare what each layer computes alone.

    Args:
        calls: of layers, in the order in which they ended.
        torch: the original's results, float64's too.
        mindspore: the conversion's.
        mode: in which mode.
        kernels: class of a layer -> what the kernels that it reaches are known to err.
    """
    found = []
    for call in calls:
        kind = torch.classes[call.path][0]
        made = Layer(call.name, kind)
        found.append(made)
        ours = mindspore.alone.get(mode, {}).get(
            call.name, Alone(unchecked="the conversion does not call it")
        )
        theirs = torch.alone[mode][call.name]
        wide = torch.alone_wide.get(mode, {}).get(call.name, Alone())
        made.unchecked = (theirs.unchecked and f"in the original {theirs.unchecked}") or ours.unchecked
        if not made.unchecked and not theirs.draws:
            made.unchecked = _depends(call, theirs)
        if made.unchecked:
            continue
        least = max(ALONE, kernels.get(kind, 0.0))
        made.lines += _lines("value", theirs.values, wide.values, ours.values, least=least)
        # What torch makes no use of (a mask that it takes for a flag) and no parameter stands behind is no matter.
        idle = {f"input {place}" for place in call.idle}
        unused = {name for name in idle & theirs.gradients.keys() if not theirs.gradients[name].any()}
        gradients = [_without(each.gradients, unused) for each in (theirs, wide, ours)]
        made.lines += _lines("gradient", *gradients, least=least)
        if theirs.draws != ours.draws:
            note = f"{len(ours.draws)} draws instead of {len(theirs.draws)}"
            made.lines.append(Line("value", "random numbers", np.inf, 0.0, note=note))
    return found


def _without(arrays: Mapping[str, Array], names: set[str]) -> dict[str, Array]:
    return {name: each for name, each in arrays.items() if name not in names}


def _depends(call: Call, alone: Alone) -> str:
    """Return why what a layer gives alone in the original is not what it gives there in the whole."""
    for place, wanted in enumerate(call.outputs):
        got = alone.values.get(f"result {place}")
        if got is None or got.shape != wanted.shape or relative(got, wanted) > ALONE:
            return "in the original it gives something else alone: it depends on more than its arguments"
    return ""


def judge_function(mode: ModeResult, calls: list[Layer]) -> None:
    """Take the gradients of a function from its calls, as they were run alone, with the limits of the whole.

    Args:
        mode: what is known of its results.
        calls: of the function, each taken for a layer.
    """
    gradients = (line for call in calls for line in call.lines if line.kind == "gradient")
    mode.lines += [replace(line, limit=max(line.limit, RELATIVE)) for line in gradients]
    if not mode.plain or any(call.unchecked for call in calls):
        mode.layers = calls


def judge_nudged(mode: ModeResult, told: Told, torch: Run, nudged: Sequence[Run]) -> None:
    """Note how far torch's own results move when its layers are nudged.

    Args:
        mode: whose lines are to tell it.
        told: what the original told.
        torch: its results in this mode.
        nudged: the same with nudges.
    """
    moved: dict[tuple[str, str], float] = {}
    for run in nudged:
        for line in _mode(told, torch, Run(), run).lines:
            key = line.kind, line.name
            moved[key] = max(moved.get(key, 0.0), line.error)
    mode.lines = [replace(line, moved=moved.get((line.kind, line.name))) for line in mode.lines]


def first_expression(torch: Sequence[Noted], mindspore: Sequence[Noted]) -> tuple[Noted | None, Noted | None]:
    """Return the original's first expression whose value none of the conversion's has, and the one in its place."""
    after = 0
    for ours in torch:
        place = next((n for n, each in enumerate(mindspore) if _equal(each.value, ours.value)), None)
        if place is not None:
            after = max(after, place + 1)
            continue
        later = [
            each for each in mindspore[after:] if not any(_equal(each.value, known.value) for known in torch)
        ]
        return ours, next(
            (each for each in later if each.value.shape == ours.value.shape), next(iter(later), None)
        )
    return None, None


def first_slope(
    torch: Sequence[Noted], mindspore: Sequence[Noted], limit: float
) -> tuple[Noted | None, Noted | None]:
    """Return the original's first expression whose gradient none of the conversion's with its value has, and that one.

    What the layer is given or holds is among them. Where the conversion has, before that, another expression with a
    known value and none of the gradients that go with it, the gradient is lost there already (``detach`` of what the
    original goes on with); the original's expression is then the one with that value, if it is one.

    Args:
        torch: the original's expressions with their gradients.
        mindspore: the conversion's.
        limit: how far gradients may differ.
    """

    def fits(ours: Noted, theirs: Noted) -> bool:
        return _equal(ours.value, theirs.value)

    def agrees(ours: Noted, theirs: Noted) -> bool:
        if ours.slopes is None or theirs.slopes is None:
            return True
        small = _small(theirs.slopes)
        return all(
            name in ours.slopes
            and ours.slopes[name].size == wanted.size
            and relative(ours.slopes[name], wanted, small) <= limit
            for name, wanted in theirs.slopes.items()
        )

    for place, theirs in enumerate(torch):
        same = [number for number, each in enumerate(mindspore) if fits(each, theirs)]
        if not same or any(agrees(mindspore[number], theirs) for number in same):
            continue
        for ours in mindspore[: same[-1] + 1]:
            known = [each for each in torch[: place + 1] if fits(ours, each)]
            if known and not any(agrees(ours, each) for each in known):
                return (known[-1] if known[-1].file else theirs), ours
    return None, None


def _equal(got: Array, wanted: Array) -> bool:
    return got.shape == wanted.shape and relative(got, wanted) <= RELATIVE


def _lines(
    kind: str,
    torch: Mapping[str, Array],
    wide: Mapping[str, Array],
    mindspore: Mapping[str, Array],
    *,
    least: float = RELATIVE,
    optional: bool = False,
    tied: Mapping[str, str] | None = None,
) -> Iterator[Line]:
    # A gradient that is zero but for rounding (of a bias before a normalization) has no digits of its own.
    small = _small(torch) if kind in _TOGETHER else 0.0
    for name, wanted in torch.items():
        if name not in mindspore:
            if not optional and NOT_NEEDED not in name:
                yield Line(kind, name, np.inf, least, note="missing in the conversion")
            continue
        got = mindspore[name]
        if got.size == wanted.size and kind in (*_TOGETHER, "buffer"):
            got = got.reshape(wanted.shape)  # a kernel with a dimension of size 1 more
        known = name in wide and wide[name].shape == wanted.shape
        own = relative(wanted, wide[name], small) if known else 0.0
        if got.shape != wanted.shape:
            note = f"shape {list(got.shape)} instead of {list(wanted.shape)}"
            yield Line(kind, name, np.inf, least, note=note)
        elif got.dtype != wanted.dtype:
            yield Line(kind, name, np.inf, least, note=f"{got.dtype} instead of {wanted.dtype}")
        else:
            limit = min(max(least, FACTOR * own), WIDEST)
            yield Line(kind, name, relative(got, wanted, small), limit, own)
    for name in mindspore.keys() - torch.keys() if not optional else ():
        first = (tied or {}).get(name)
        note = (
            f"the original has {first} there too, the conversion a tensor of its own"
            if first
            else "only in the conversion"
        )
        yield Line(kind, name, np.inf, least, note=note)


def relative(got: Array, wanted: Array, least: float = 0.0) -> float:
    """Return the largest difference as a part of the largest magnitude, or of ``least`` if that is more.

    It is 0 where both are equal, nan included.
    """
    if not wanted.size:
        return 0.0
    if wanted.dtype.kind in "biu":
        return 0.0 if np.array_equal(got, wanted) else np.inf
    if wanted.dtype.kind == "c":
        return relative(got.view(_part(got)), wanted.view(_part(wanted)), least)
    left, right = got.astype(np.float64), wanted.astype(np.float64)
    same = (left == right) | (np.isnan(left) & np.isnan(right))
    if same.all():
        return 0.0
    difference = np.abs(np.where(same, 0, left - right))
    if not np.isfinite(difference).all():
        return np.inf
    finite = np.abs(right[np.isfinite(right)])
    return float(difference.max() / max(float(finite.max(initial=0.0)), float(least), 1e-12))


def _part(array: Array) -> str:
    return "float32" if array.dtype == np.complex64 else "float64"
