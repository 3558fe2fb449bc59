"""The one definition of "same".

Everything that says that two results agree, or that they do not, says it through this module. It knows no
framework: results come as :class:`Array` (numpy data and the name of a dtype), plain Python values, and
:class:`Group` for containers.

Two numbers are the same if

* both are nan, or both are the same infinity; finite against not finite is always a difference;
* integers, booleans and strings: they are equal;
* floating point: the candidate's error is at most :attr:`Bound.ulps` units in the last place of the result's
  dtype, or at most :attr:`Bound.factor` times the worst error of the source framework itself in that tensor.
  Both errors are distances to a reference of higher precision where there is one. Where there is none
  (float64 results), it is the distance to the source's result that counts, and the source's own error is what
  it was measured to be one precision down (``own_ulps``).

Zeros of different sign are the same unless ``signed_zeros`` is set.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt


class Format(NamedTuple):
    """A binary floating point format: bits of precision, and the exponent of the smallest normal number."""

    precision: int
    least_exponent: int


#: The formats of IEEE 754, and bfloat16, by the dtype names of both frameworks. A complex number is judged by
#: its modulus, in the format of its components.
FORMATS: Mapping[str, Format] = {
    "float16": Format(11, -14),
    "bfloat16": Format(8, -126),
    "float32": Format(24, -126),
    "float64": Format(53, -1022),
    "complex64": Format(24, -126),
    "complex128": Format(53, -1022),
}

#: A wrong value whose error is below this part of the largest number involved is a matter of accuracy, not of
#: meaning (float32 results; coarser formats: 8 of their epsilons).
INACCURATE = 1e-4


@dataclass(frozen=True)
class Bound:
    """How far a floating point result may be off.

    Attributes:
        ulps: always granted, in units in the last place (see :data:`HALF_PRECISION_SHARE`).
        factor: times the source framework's own worst error, granted too.
        floor: numbers below this part of the largest one in the tensor get units as large as if they were it.
    """

    ulps: float
    factor: float
    floor: float = 0.0


VALUE = Bound(ulps=16, factor=4)

#: Gradients are sums of terms that cancel, so a small one carries the rounding errors of large terms.
GRADIENT = Bound(ulps=64, factor=4, floor=1 / 16)

#: Without a reference the source's own error is not known, so this many times the units are granted.
WITHOUT_REFERENCE = 4

#: What is about one unit in the last place is granted none of them, and what is right in float64, whose units are
#: others, says nothing of it.
EXACT = frozenset({"torch.nextafter", "torch.Tensor.nextafter", "torch.Tensor.nextafter_"})
NOTHING = Bound(ulps=0, factor=0)

#: Nor is there anything finer than float64. Two right ways to sum up differ by what a number near the largest is
#: rounded by, and processors add in different orders: smaller ones than this part of it are granted its units.
WIDEST_FLOOR = 1 / 16
WIDEST = ("float64", "complex128")

#: The 16-bit formats are computed in float32 and rounded once, and their units are large: they get this part.
HALF_PRECISION_SHARE = 0.25


@dataclass(frozen=True)
class Array:
    """A tensor of either framework.

    Attributes:
        data: the numbers; bfloat16 ones as float32, which holds them exactly.
        dtype: the dtype's name, the same in both frameworks (``"float32"``, ``"bfloat16"``, ``"bool"``, …).
    """

    data: npt.NDArray[Any]
    dtype: str

    def __repr__(self) -> str:
        return f"{self.dtype}{list(self.data.shape)}"

    def has_denormals(self) -> bool:
        """Whether it holds a number below the normal ones of its format."""
        if self.dtype not in FORMATS:
            return False
        magnitude = np.abs(self.data)
        return bool(
            ((magnitude > 0) & (magnitude < math.ldexp(1.0, FORMATS[self.dtype].least_exponent))).any()
        )


@dataclass(frozen=True)
class Group:
    """A container of results.

    Attributes:
        kind: ``"tuple"``, ``"list"``, ``"dict"`` or ``"namedtuple"``.
        keys: field names of a named tuple, keys of a dict, else nothing.
        items: what it holds, in order.
    """

    kind: str
    keys: tuple[Any, ...]
    items: tuple[Value, ...]


@dataclass(frozen=True)
class Opaque:
    """A result that is neither tensor, number, string nor container: only its type's name is compared."""

    type: str


Value: TypeAlias = "Array | Group | Opaque | bool | int | float | complex | str | None"


@dataclass(frozen=True)
class Raised:
    """What happened instead of a result.

    Attributes:
        type: the exception's class name; ``"process death"`` or ``"time-out"`` if fatal.
        message: its text.
        fatal: the process died or did not answer. Never the same as an exception; and where it is the source that
            does so, there is nothing to compare with.
    """

    type: str
    message: str
    fatal: bool = False

    def __str__(self) -> str:
        text = " ".join(line for line in self.message.split("\n") if line.strip("- \t"))
        return f"{self.type}: {text[:160]}" if text else self.type


@dataclass(frozen=True)
class Outcome:
    """All that one run of one sample shows.

    Attributes:
        value: the result, or what was raised.
        gradients: input's name -> gradient, None for an input that the result does not depend on; what was
            raised by differentiating; or None if there was nothing to differentiate.
        mutated: input's name -> what it holds after the call, for the inputs that the call changed.
        warnings: the categories of the warnings given, such as ``"UserWarning"``.
        state: of a module, what its state dict holds after the call, by name.
        initial: of a module, what its state dict holds when it is made, several times over; what was raised by that;
            or None if it was not asked for. For both see :mod:`sporeprint.verify.modules`.
        aliases: the inputs that change when the result is written to; None if that was not tried.
    """

    value: Value | Raised
    gradients: Mapping[str, Array | None] | Raised | None = None
    mutated: Mapping[str, Array] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    state: Mapping[str, Array] = field(default_factory=dict)
    initial: Mapping[str, tuple[Array, ...]] | Raised | None = None
    aliases: frozenset[str] | None = None


@dataclass(frozen=True)
class Verdict:
    """The outcome of one comparison.

    Attributes:
        same: whether the two agree.
        kind: in which way they differ: ``"value"``, ``"shape"``, ``"dtype"``, ``"structure"``, ``"error"``,
            ``"gradient"``, ``"mutation"``, ``"warning"`` or ``"view"``; of a module also ``"names"``, ``"state"``
            or ``"initial"``; empty if they agree.
        message: the difference in one line.
        ulps: the candidate's largest error, as far as it was measured (also if they agree).
        index: where that was, in the tensor at ``path``.
        path: the place in a nested result, such as ``"[1]"`` or ``".indices"``.
        accuracy: they differ in value only, and by little (see :data:`INACCURATE`).
        errors: both raised, with these two exception types (source's, candidate's).
        raised: the candidate raised (the call or its gradient) where the source returned: a loud difference.
        fatal: the candidate's process died or did not answer.
        refused: the source raised: no program that works in it comes there.
    """

    same: bool
    kind: str = ""
    message: str = ""
    ulps: float = 0.0
    index: tuple[int, ...] = ()
    path: str = ""
    accuracy: bool = False
    errors: tuple[str, str] | None = None
    raised: bool = False
    fatal: bool = False
    refused: bool = False

    @property
    def level(self) -> str:
        """How bad it is, one of :data:`sporeprint.verify.words.LEVELS`."""
        if self.same:
            return "same"
        if self.fatal:
            return "dies"
        if self.raised:
            return "raises"
        return "inaccurate" if self.accuracy else "differs"

    @property
    def words(self) -> frozenset[str]:
        """The condition words which hold for the difference itself: some kinds are such; accuracy, error."""
        words = {self.kind} & {"gradient", "warning", "view", "names", "state", "initial"}
        words |= {"accuracy"} if self.accuracy else set()
        return frozenset(words | {"error"} if self.refused else words)


SAME = Verdict(same=True)


class _Terms(NamedTuple):
    """On what terms floating point is compared; the fields are the arguments of :func:`compare`."""

    bound: Bound
    own_ulps: float = 0.0
    scale: float = 0.0
    signed_zeros: bool = False


def compare_outcomes(
    source: Outcome,
    candidate: Outcome,
    *,
    reference: Outcome | None = None,
    own_ulps: float = 0.0,
    own_gradient_ulps: float = 0.0,
    scale: float = 0.0,
    value_bound: Bound = VALUE,
    gradient_bound: Bound = GRADIENT,
) -> tuple[Verdict, ...]:
    """Compare two runs of one sample in every respect.

    Args:
        source: what the source framework did; it is right by definition.
        candidate: what the other framework did.
        reference: the source's result in higher precision, if there is one.
        own_ulps: where there is no reference, the error of the source's result one precision down.
        own_gradient_ulps: the same for its gradients.
        scale: the largest finite magnitude among the inputs; see :data:`INACCURATE`.
        value_bound: what floating point is granted in results.
        gradient_bound: what it is granted in gradients.

    Returns:
        One verdict for the result (or the exception) and one for each of mutation, gradient, warnings and views
        that could be compared, in this order.
    """
    higher = reference.value if reference is not None and not isinstance(reference.value, Raised) else None
    first = compare(
        source.value, candidate.value, reference=higher, own_ulps=own_ulps, scale=scale, bound=value_bound
    )
    if isinstance(candidate.value, Raised):
        # What did not return has neither gradient nor reason to warn; the first verdict says it all, unless it has
        # changed something before.
        changed = {name: array for name, array in source.mutated.items() if name in candidate.mutated}
        return (first, _compare_mutation(changed, candidate.mutated))
    verdicts = [
        first,
        _compare_mutation(
            source.mutated,
            candidate.mutated,
            reference.mutated if reference is not None else {},
            own_ulps=own_ulps,
            scale=scale,
            bound=value_bound,
        ),
    ]
    if source.gradients is not None and not isinstance(source.value, Raised):
        steep = reference.gradients if reference is not None else None
        verdicts.append(
            _compare_gradients(
                source.gradients,
                candidate.gradients,
                steep if isinstance(steep, Mapping) else {},
                _Terms(gradient_bound, own_gradient_ulps, scale),
            )
        )
    if not isinstance(source.value, Raised):
        missing = sorted(set(source.warnings) - set(candidate.warnings))
        if missing:
            verdicts.append(Verdict(False, "warning", f"does not give the {', '.join(missing)}"))
        else:
            verdicts.append(SAME)
        if source.aliases is not None and candidate.aliases is not None:
            verdicts.append(_compare_aliases(source.aliases, candidate.aliases))
    return tuple(verdicts)


def compare(
    source: Value | Raised,
    candidate: Value | Raised,
    *,
    reference: Value | None = None,
    own_ulps: float = 0.0,
    scale: float = 0.0,
    bound: Bound = VALUE,
    signed_zeros: bool = False,
) -> Verdict:
    """Compare two results.

    Args:
        source: what is right.
        candidate: what is judged.
        reference: the same result in higher precision, of the same structure; a leaf of another shape is not
            used.
        own_ulps: where there is no reference, the source's own error.
        scale: the largest finite magnitude among the inputs.
        bound: what floating point is granted.
        signed_zeros: also distinguish 0.0 and -0.0.

    Returns:
        The first difference in structure, dtype or shape, else the worst one in value, else a verdict that
        they are the same, with the largest error seen.
    """
    if isinstance(source, Raised) or isinstance(candidate, Raised):
        return _compare_errors(source, candidate)
    terms = _Terms(bound, own_ulps, scale, signed_zeros)
    worst = SAME
    for path, left, right, higher in _pairs(source, candidate, reference, ""):
        if isinstance(left, Array) and isinstance(right, Array):
            verdict = _compare_arrays(left, right, higher, terms)
        else:
            verdict = _compare_leaves(left, right)
        verdict = replace(verdict, path=path)
        if verdict.kind in ("structure", "dtype", "shape"):
            return verdict
        if (not verdict.same, not verdict.accuracy, verdict.ulps) > (
            not worst.same,
            not worst.accuracy,
            worst.ulps,
        ):
            worst = verdict
    return worst


def spacing(magnitude: npt.NDArray[Any], dtype: str) -> npt.NDArray[np.float64]:
    """Size of one unit in the last place.

    Args:
        magnitude: finite numbers not below 0, any shape.
        dtype: a name of :data:`FORMATS`.

    Returns:
        float64 array of the same shape: how far apart the numbers of that format are around each number.
    """
    precision, least = FORMATS[dtype]
    exponent = np.frexp(np.asarray(magnitude, np.float64))[1] - 1
    exponent = np.where(magnitude == 0, least, np.maximum(exponent, least))
    # The unit of float64's denormals is itself denormal: ldexp is exact there.
    return np.asarray(np.ldexp(1.0, exponent - precision + 1), np.float64)


def _compare_errors(source: Value | Raised, candidate: Value | Raised) -> Verdict:
    if isinstance(source, Raised) and source.fatal:
        return Verdict(True, message=f"the source gives nothing to compare with: {source}")
    if isinstance(source, Raised) and isinstance(candidate, Raised):
        if candidate.fatal:
            return Verdict(
                False, "error", f"{candidate} where the source raises {source}", fatal=True, refused=True
            )
        return Verdict(True, errors=(source.type, candidate.type))
    if isinstance(source, Raised):
        return Verdict(
            False, "error", f"returns {_short(candidate)} where the source raises {source}", refused=True
        )
    assert isinstance(candidate, Raised)
    return _raises("error", "", candidate)


def _raises(kind: str, where: str, candidate: Raised) -> Verdict:
    message = f"{where}{'' if candidate.fatal else 'raises '}{candidate}"
    return Verdict(False, kind, message, raised=True, fatal=candidate.fatal)


def _compare_mutation(
    source: Mapping[str, Array],
    candidate: Mapping[str, Array],
    reference: Mapping[str, Array] | None = None,
    **terms: Any,
) -> Verdict:
    for name in sorted({*source, *candidate}):
        if name not in candidate:
            return Verdict(False, "mutation", f"leaves {name} as it was", path=name)
        if name not in source:
            return Verdict(False, "mutation", f"changes {name}", path=name)
        verdict = compare(source[name], candidate[name], reference=(reference or {}).get(name), **terms)
        if not verdict.same:
            return replace(
                verdict, kind="mutation", message=f"leaves in {name}: {verdict.message}", path=name
            )
    return SAME


def _compare_aliases(source: frozenset[str], candidate: frozenset[str]) -> Verdict:
    for name in sorted(source - candidate):
        return Verdict(False, "view", f"is a copy: writing to the result leaves {name} as it was", path=name)
    for name in sorted(candidate - source):
        return Verdict(False, "view", f"is no copy: writing to the result changes {name}", path=name)
    return SAME


def _compare_gradients(
    source: Mapping[str, Array | None] | Raised,
    candidate: Mapping[str, Array | None] | Raised | None,
    reference: Mapping[str, Array | None],
    terms: _Terms,
) -> Verdict:
    if isinstance(source, Raised):
        if source.fatal or (isinstance(candidate, Raised) and not candidate.fatal):
            return _compare_errors(source, candidate if isinstance(candidate, Raised) else source)
        what = "has no gradient" if candidate is None else "has a gradient"
        fatal = isinstance(candidate, Raised)
        what = str(candidate) if fatal else what
        return Verdict(
            False, "gradient", f"{what} where the source raises {source}", fatal=fatal, refused=True
        )
    if candidate is None:
        return Verdict(False, "gradient", "has no gradient")
    if isinstance(candidate, Raised):
        return _raises("gradient", "gradient: ", candidate)
    worst = SAME
    for name in sorted({*source, *candidate}):
        left, right = source.get(name), candidate.get(name)
        # No gradient and a gradient of zeros say the same: the result does not depend on that input.
        if left is None and right is not None:
            left = replace(right, data=np.zeros_like(right.data))
        if right is None and left is not None:
            right = replace(left, data=np.zeros_like(left.data))
        verdict = SAME
        if left is not None and right is not None:
            verdict = _compare_arrays(left, right, reference.get(name), terms)
        if not verdict.same:
            return replace(
                verdict, kind="gradient", message=f"gradient of {name}: {verdict.message}", path=name
            )
        if verdict.ulps > worst.ulps:
            worst = replace(verdict, path=name)
    return worst


def _pairs(
    source: Value, candidate: Value, reference: Value, path: str
) -> Iterator[tuple[str, Value, Value, Value]]:
    """Leaves side by side; containers that do not match are yielded as they are."""
    if not (isinstance(source, Group) and isinstance(candidate, Group)) or (
        (source.kind, source.keys, len(source.items))
        != (candidate.kind, candidate.keys, len(candidate.items))
    ):
        yield path, source, candidate, reference
        return
    matching = isinstance(reference, Group) and len(reference.items) == len(source.items)
    higher = reference.items if isinstance(reference, Group) and matching else (None,) * len(source.items)
    for place, (left, right, third) in enumerate(zip(source.items, candidate.items, higher, strict=True)):
        step = f".{source.keys[place]}" if source.keys else f"[{place}]"
        yield from _pairs(left, right, third, path + step)


def _compare_leaves(source: Value, candidate: Value) -> Verdict:
    if type(source) is not type(candidate) or isinstance(source, Group):
        return Verdict(False, "structure", f"returns {_short(candidate)}, not {_short(source)}")
    if isinstance(source, float | complex):
        dtype = "float64" if isinstance(source, float) else "complex128"
        left, right = Array(np.asarray(source), dtype), Array(np.asarray(candidate), dtype)
        return _compare_arrays(left, right, None, _Terms(VALUE))
    if source != candidate:
        kind = "structure" if isinstance(source, Opaque) else "value"
        return Verdict(False, kind, f"returns {_short(candidate)}, not {_short(source)}")
    return SAME


def _compare_arrays(
    source: Array,
    candidate: Array,
    reference: Value,
    terms: _Terms,
) -> Verdict:
    if source.dtype != candidate.dtype:
        return Verdict(False, "dtype", f"dtype {candidate.dtype}, not {source.dtype}")
    if source.data.shape != candidate.data.shape:
        return Verdict(False, "shape", f"shape {candidate.data.shape}, not {source.data.shape}")
    if source.dtype not in FORMATS:
        unequal = np.asarray(source.data != candidate.data)
        if unequal.any():
            at = _first(unequal)
            return Verdict(
                False, "value", f"{candidate.data[at]}, not {source.data[at]} at {list(at)}", index=at
            )
        return SAME
    left, right = _wide(source.data), _wide(candidate.data)
    # Infinities and nan are not measured: they are right or wrong.
    wrong = ~_same_kind(left, right)
    if terms.signed_zeros:
        wrong |= (left == 0) & (right == 0) & (np.signbit(left.real) != np.signbit(right.real))
    if wrong.any():
        at = _first(wrong)
        message = f"{candidate.data[at]}, not {source.data[at]} at {list(at)}"
        return Verdict(False, "value", message, ulps=float("inf"), index=at)
    finite = np.isfinite(left)
    if not finite.any():
        return SAME
    true, referenced = left, False
    if isinstance(reference, Array) and reference.data.shape == left.shape and reference.dtype in FORMATS:
        higher = _wide(reference.data)
        # Where the reference lies outside the range of the result's dtype it says nothing about rounding, and
        # one that the source is not even near is a reference for something else: the source is right.
        gap = np.abs(np.where(finite, left, 0) - np.where(finite, higher, 0))
        near = finite & np.isfinite(higher) & (gap <= _little(left[finite], source.dtype, terms.scale))
        true, referenced = np.where(near, higher, left), bool(near[finite].all())
        if source.dtype not in ("complex64", "complex128"):
            true = true.real
    with np.errstate(all="ignore"):
        true = np.where(finite, true, 0)
        magnitude = np.abs(true)
        floor = max(terms.bound.floor, WIDEST_FLOOR if source.dtype in WIDEST else 0.0)
        unit = spacing(np.maximum(magnitude, floor * magnitude.max()), source.dtype)
        error = np.where(finite, np.abs(right - true), 0.0)
        own = np.where(finite, np.abs(left - true), 0.0)
        ulps, own_ulps = error / unit, max(terms.own_ulps, float(np.max(own / unit)))
    index = tuple(int(i) for i in np.unravel_index(int(np.argmax(ulps)), ulps.shape))
    worst = float(ulps[index])
    granted = terms.bound.ulps
    if source.dtype in ("float16", "bfloat16"):
        granted *= HALF_PRECISION_SHARE
    elif not referenced:
        granted *= WITHOUT_REFERENCE
    if worst <= granted or worst <= terms.bound.factor * own_ulps:
        return Verdict(True, ulps=worst, index=index)
    little = _little(true, source.dtype, terms.scale)
    message = (
        f"{candidate.data[index]}, not {source.data[index]} at {list(index)}: "
        f"{worst:.4g} ulp off, the source {own_ulps:.3g}"
    )
    accuracy = granted > 0 and bool(np.max(error) <= little)
    return Verdict(False, "value", message, worst, index, accuracy=accuracy)


def _little(numbers: npt.NDArray[Any], dtype: str, scale: float) -> float:
    """Tell up to which absolute error a value is inaccurate, not wrong."""
    largest = max(scale, float(np.max(np.abs(numbers))))
    return max(INACCURATE, 8 * 2.0 ** (1 - FORMATS[dtype].precision)) * largest


def _wide(data: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return data.astype(np.complex128 if data.dtype.kind == "c" else np.float64)


def _same_kind(left: npt.NDArray[Any], right: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Whether both are finite, or nan, or the same infinity; for complex numbers, whether both parts are."""
    if left.dtype.kind == "c":
        return _same_kind(left.real, right.real) & _same_kind(left.imag, right.imag)
    both_finite = np.isfinite(left) & np.isfinite(right)
    return np.asarray(both_finite | (np.isnan(left) & np.isnan(right)) | (left == right))


def _first(wrong: npt.NDArray[Any]) -> tuple[int, ...]:
    return tuple(int(i) for i in np.argwhere(wrong)[0])


def _short(value: Value | Raised) -> str:
    if isinstance(value, Group):
        inner = [_short(item) for item in value.items]
        if value.keys:
            inner = [f"{key}={item}" for key, item in zip(value.keys, inner, strict=True)]
        return f"{value.kind}({', '.join(inner)})"
    return repr(value)[:80]
