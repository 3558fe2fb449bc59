"""One call to try, free of any framework: its arguments as numpy data, and the condition words that hold for it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sporeprint.counterpart import CONDITIONS
from sporeprint.verify.compare import FORMATS, Array


@dataclass(frozen=True)
class Tensor:
    """A tensor argument.

    Attributes:
        array: its numbers and dtype.
        differentiable: PyTorch's sample asks for its gradient.
        contiguous: whether it lies in memory without gaps.
        parameter: of an argument of an optimizer's constructor that its steps change, the name; else empty.
    """

    array: Array
    differentiable: bool = False
    contiguous: bool = True
    parameter: str = ""


@dataclass(frozen=True)
class DType:
    """A dtype argument, by the name that both frameworks use."""

    name: str


@dataclass(frozen=True)
class Call:
    """The arguments of one call: tensors are :class:`Tensor`, dtypes :class:`DType`, the rest is plain."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]


@dataclass(frozen=True)
class Sample:
    """One call to try.

    Attributes:
        name: unique among the samples of one API: dtype, number, and what was done to it.
        call: the arguments; of a class, those of its instance.
        constructor: of a class, the arguments that make the instance; else None.
        conditions: the words of :data:`sporeprint.counterpart.CONDITIONS` that hold for it.
        training: of a class, whether its instance is in training mode, where PyTorch starts, or in evaluation mode.
    """

    name: str
    call: Call
    constructor: Call | None
    conditions: frozenset[str]
    training: bool = True

    def tensors(self) -> dict[str, Tensor]:
        """Name the tensors of the call, in order: ``"0"`` by position, ``"weight"``, ``"0[1]"`` in a list."""
        found: dict[str, Tensor] = {}
        for key, value in itertools.chain(enumerate(self.call.args), self.call.kwargs.items()):
            found.update(_tensors(value, str(key)))
        return found

    @property
    def parameters(self) -> tuple[Tensor, ...]:
        """The parameters that an optimizer is made with; other samples have none."""
        if self.constructor is None:
            return ()
        leaves = flat((self.constructor.args, self.constructor.kwargs))
        return tuple(leaf for leaf in leaves if isinstance(leaf, Tensor) and leaf.parameter)

    @property
    def dtypes(self) -> frozenset[str]:
        """The dtypes of its tensors and its dtype arguments."""
        calls = [self.call] if self.constructor is None else [self.call, self.constructor]
        leaves = [leaf for call in calls for leaf in flat((call.args, call.kwargs))]
        tensors = {leaf.array.dtype for leaf in leaves if isinstance(leaf, Tensor)}
        return frozenset(tensors | {leaf.name for leaf in leaves if isinstance(leaf, DType)})

    @property
    def size(self) -> int:
        """How many numbers the tensors of the call hold."""
        return sum(tensor.array.data.size for tensor in self.tensors().values())

    @property
    def scale(self) -> float:
        """The largest finite magnitude among its tensors of floating point, or 0."""
        largest = 0.0
        for tensor in self.tensors().values():
            if tensor.array.dtype in FORMATS and tensor.array.data.size:
                magnitudes = np.abs(tensor.array.data[np.isfinite(tensor.array.data)])
                largest = max(largest, float(magnitudes.max(initial=0)))
        return largest


def conditions_of(call: Call) -> frozenset[str]:
    """Tell which condition words a call's arguments show.

    Args:
        call: neutral arguments.

    Returns:
        Dtype names other than float32 (of tensors and of dtype arguments; of integers only the first tensor's, as
        others hold indices), ``0-d``, ``empty``, ``nan``,
        ``inf``, ``denormal``, ``non-contiguous``. What only a run shows (``error``, ``gradient``, …) is not among them.
    """
    words = set()
    first = True
    for value in flat((call.args, call.kwargs)):
        if isinstance(value, DType):
            words.add(value.name)
        elif isinstance(value, float | complex):
            words |= _special(np.asarray(value))
        elif isinstance(value, Tensor):
            if first or value.array.dtype in FORMATS:
                words.add(value.array.dtype)
            first = False
            if value.array.data.ndim == 0:
                words.add("0-d")
            if value.array.data.size == 0:
                words.add("empty")
            if not value.contiguous:
                words.add("non-contiguous")
            if value.array.dtype in FORMATS:
                words |= _special(value.array.data)
            if value.array.has_denormals():
                words.add("denormal")
    return frozenset(words & CONDITIONS)


def cast(
    sample: Sample, dtype: str, of: Iterable[str] = ("float16", "bfloat16", "float32", "float64")
) -> Sample:
    """Change a sample's floating point tensors and dtype arguments to another dtype.

    Args:
        sample: which one.
        dtype: a real floating point dtype's name.
        of: the dtypes that are cast.

    Returns:
        A sample with the same numbers, rounded where the dtype is smaller.
    """
    kinds = frozenset(of)

    def change(value: Any) -> Any:
        if isinstance(value, DType) and value.name in kinds:
            return DType(dtype)
        if isinstance(value, Tensor) and value.array.dtype in kinds:
            return replace(value, array=array(value.array.data.astype(np.float64), dtype))
        return value

    return replace(
        sample,
        call=map_call(change, sample.call),
        constructor=map_call(change, sample.constructor) if sample.constructor else None,
    )


def nudge(sample: Sample) -> Sample:
    """Change the float32 and float64 numbers of a sample by one unit in the last place, up or down.

    Args:
        sample: which one. The units of the 16-bit formats are too large for this.

    Returns:
        The same sample, with numbers as near to the old ones as can be.
    """

    def change(value: Any) -> Any:
        return replace(value, array=nudged(value.array)) if isinstance(value, Tensor) else value

    return replace(sample, call=map_call(change, sample.call))


def nudged(given: Array) -> Array:
    """Change float32 and float64 numbers by one unit in the last place, up or down; others stay."""
    if given.dtype not in ("float32", "float64"):
        return given
    data = given.data
    up = np.random.default_rng(0).integers(0, 2, size=data.shape).astype(bool)
    towards = np.where(up, np.inf, -np.inf).astype(data.dtype)
    # nextafter would turn an infinity into the largest number, and a zero into a denormal.
    still = ~np.isfinite(data) | (data == 0)
    return Array(np.where(still, data, np.nextafter(data, towards)), given.dtype)


def array(data: Any, dtype: str) -> Array:
    """Numbers in a dtype of any framework.

    Args:
        data: what numpy can make an array of.
        dtype: the dtype's name; bfloat16 is rounded to nearest even and held in float32.

    Returns:
        A fresh array.
    """
    if dtype != "bfloat16":
        with np.errstate(all="ignore"):
            return Array(np.array(data, dtype=dtype), dtype)
    with np.errstate(all="ignore"):
        wide = np.array(data, dtype=np.float32)
    bits = wide.view(np.uint32)
    rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) & np.uint32(0xFFFF0000)
    return Array(np.where(np.isnan(wide), wide, rounded.view(np.float32)).astype(np.float32), dtype)


# --- walking arguments ---


def flat(value: Any) -> Iterator[Any]:
    """Yield every leaf of an argument."""
    if isinstance(value, tuple | list):
        for item in value:
            yield from flat(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from flat(item)
    else:
        yield value


def map_argument(change: Callable[[Any], Any], value: Any) -> Any:
    """Apply a function to every leaf of an argument, keeping tuples, lists and dicts."""
    if isinstance(value, tuple | list):
        return type(value)(map_argument(change, item) for item in value)
    if isinstance(value, dict):
        return {key: map_argument(change, item) for key, item in value.items()}
    return change(value)


def map_call(change: Callable[[Any], Any], call: Call) -> Call:
    """Apply a function to every leaf of a call's arguments."""
    return Call(map_argument(change, call.args), map_argument(change, call.kwargs))


def _tensors(value: Any, name: str) -> Iterator[tuple[str, Tensor]]:
    if isinstance(value, Tensor):
        yield name, value
    elif isinstance(value, tuple | list):
        for place, item in enumerate(value):
            yield from _tensors(item, f"{name}[{place}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _tensors(item, f"{name}[{key}]")


def _special(data: Any) -> set[str]:
    words = set()
    if np.isnan(data).any():
        words.add("nan")
    if np.isinf(data).any():
        words.add("inf")
    return words
