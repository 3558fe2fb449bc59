"""Functions of ``torch`` of two tensors, element by element, written in MindSpore.

Where one of the two may be a number, so it may for MindSpore.
"""

from __future__ import annotations

import builtins

from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart, overload_of
from sporeprint.torch._differs import (
    CLAMP_BY,
    FLOATING_ONLY,
    FLUSHED,
    NO_BFLOAT16,
    NO_BOOL,
    NO_COMPLEX,
    NO_EMPTY,
    SUM_OVER_NOTHING,
)
from sporeprint.torch._refuses import OUT


@counterpart(
    "torch.maximum",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **FLUSHED,
        "error": "torch refuses what MindSpore takes: arguments of other types",
        "nan": "a nan does not reach the result",
        **NO_EMPTY,
    },
)
def maximum(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return the larger element of each two."""
    return ops.maximum(input, other)


@counterpart(
    "torch.minimum",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **NO_BOOL,
        **FLUSHED,
        "error": "torch refuses what MindSpore takes: arguments of other types",
        "nan": "a nan does not reach the result",
        **NO_EMPTY,
    },
)
def minimum(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return the smaller element of each two."""
    return ops.minimum(input, other)


@counterpart("torch.mul", refuses=OUT, differs={**NO_BFLOAT16, **FLUSHED})
def mul(input: Tensor | float, other: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """Multiply element by element; either may be a number."""
    return ops.mul(input, other)


@counterpart(
    "torch.remainder",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **FLUSHED,
        "error": "torch refuses what MindSpore takes: booleans, complex numbers, arguments of other types",
        "nan": "the gradient is -inf, not nan",
        "inf": "the gradient is inf, not nan",
        "accuracy": "the kernel errs by up to 1024 units in the last place",
    },
)
def remainder(input: Tensor, other: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """Return the remainder with the sign of the divisor."""
    return ops.remainder(input, other)


@overload_of(remainder)
def _(self: int | float, other: Tensor) -> Tensor:
    return ops.remainder(self, other)


@counterpart(
    "torch.fmod",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **FLUSHED,
        "error": "torch refuses what MindSpore takes: booleans, arguments of other types",
        "accuracy": "the kernel errs by up to 1898 units in the last place",
    },
)
def fmod(input: Tensor, other: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """Return the remainder with the sign of the dividend."""
    return ops.fmod(input, other)


@counterpart(
    "torch.floor_divide",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **FLUSHED,
        "error": "torch refuses what MindSpore takes: a gradient, booleans, complex numbers",
        "nan": "a nan does not reach the result",
        "inf": "a nan does not reach the result",
    },
)
def floor_divide(input: Tensor, other: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """Divide and round down."""
    return ops.floor_divide(input, other)


@counterpart("torch.eq", refuses=OUT, differs=NO_BFLOAT16)
def eq(input: Tensor, other: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """Tell where two tensors are equal."""
    return ops.equal(input, other)


@counterpart(
    "torch.ne",
    "torch.not_equal",
    refuses=OUT,
    differs={**NO_BFLOAT16, "error": "torch refuses what MindSpore takes: arguments of other types"},
)
def ne(input: Tensor, other: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """Tell where two tensors are not equal."""
    return ops.ne(input, other)


@counterpart("torch.lt", "torch.less", refuses=OUT, differs=NO_BFLOAT16)
def lt(input: Tensor, other: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """Tell where input is smaller."""
    return ops.lt(input, other)


@counterpart(
    "torch.le",
    "torch.less_equal",
    refuses=OUT,
    differs={**NO_BFLOAT16, "error": "torch refuses what MindSpore takes: arguments of other types"},
)
def le(input: Tensor, other: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """Tell where input is smaller or equal."""
    return ops.le(input, other)


@counterpart(
    "torch.gt",
    "torch.greater",
    refuses=OUT,
    differs={**NO_BFLOAT16, "error": "torch refuses what MindSpore takes: arguments of other types"},
)
def gt(input: Tensor, other: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """Tell where input is larger."""
    return ops.gt(input, other)


@counterpart(
    "torch.ge",
    "torch.greater_equal",
    refuses=OUT,
    differs={**NO_BFLOAT16, "error": "torch refuses what MindSpore takes: arguments of other types"},
)
def ge(input: Tensor, other: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """Tell where input is larger or equal."""
    return ops.ge(input, other)


@counterpart("torch.logical_and", refuses=OUT, differs={**NO_BFLOAT16, **FLUSHED})
def logical_and(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Tell where both are not 0."""
    return ops.logical_and(input, other)


@counterpart("torch.logical_or", refuses=OUT, differs=NO_BFLOAT16)
def logical_or(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Tell where one or both are not 0."""
    return ops.logical_or(input, other)


@counterpart(
    "torch.logical_xor",
    refuses=OUT,
    differs={**NO_BFLOAT16, **FLUSHED, "nan": "nan counts as 0"},
)
def logical_xor(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Tell where one is 0 and the other is not."""
    return ops.logical_xor(input, other)


@counterpart("torch.bitwise_and", refuses=OUT)
def bitwise_and(input: Tensor, other: Tensor | int, *, out: Tensor | None = None) -> Tensor:
    """Combine bits with and."""
    return ops.bitwise_and(input, other)


@overload_of(bitwise_and)
def _(self: int, other: Tensor) -> Tensor:
    return ops.bitwise_and(self, other)


@counterpart("torch.bitwise_or", refuses=OUT)
def bitwise_or(input: Tensor, other: Tensor | int, *, out: Tensor | None = None) -> Tensor:
    """Combine bits with or."""
    return ops.bitwise_or(input, other)


@overload_of(bitwise_or)
def _(self: int, other: Tensor) -> Tensor:
    return ops.bitwise_or(self, other)


@counterpart("torch.bitwise_xor", refuses=OUT)
def bitwise_xor(input: Tensor, other: Tensor | int, *, out: Tensor | None = None) -> Tensor:
    """Combine bits with exclusive or."""
    return ops.bitwise_xor(input, other)


@overload_of(bitwise_xor)
def _(self: int, other: Tensor) -> Tensor:
    return ops.bitwise_xor(self, other)


@counterpart(
    "torch.add",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **NO_BOOL,
        "empty": "the gradient of a number that is broadcast to nothing is 1, not 0",
    },
)
def add(
    input: Tensor | float, other: Tensor | float, *, alpha: int | float = 1, out: Tensor | None = None
) -> Tensor:
    """Add ``alpha`` times the second to the first."""
    if alpha == 1:
        return ops.add(input, other)
    return ops.add(input, other * alpha)


@overload_of(add)
def _(self: Tensor, alpha: float, other: Tensor) -> Tensor:
    return ops.add(self, alpha * other)


@counterpart(
    "torch.sub",
    refuses=OUT,
    differs={**NO_BFLOAT16, "empty": "the gradient of a number that is broadcast to nothing is 1, not 0"},
)
def sub(
    input: Tensor | float, other: Tensor | float, *, alpha: int | float = 1, out: Tensor | None = None
) -> Tensor:
    """Subtract ``alpha`` times the second from the first."""
    if alpha == 1:
        return ops.sub(input, other)
    return ops.sub(input, other * alpha)


@overload_of(sub)
def _(self: Tensor, alpha: float, other: Tensor) -> Tensor:
    return ops.sub(self, alpha * other)


@counterpart(
    "torch.div",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **FLUSHED,
        "error": "torch refuses what MindSpore takes: booleans",
        "inf": "a nan does not reach the result",
        **SUM_OVER_NOTHING,
    },
)
def div(
    input: Tensor | float,
    other: Tensor | float,
    *,
    rounding_mode: str | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """Divide; with ``rounding_mode`` "floor" or "trunc" round down or towards 0."""
    return ops.div(input, other, rounding_mode=rounding_mode)


@counterpart("torch.true_divide", refuses=OUT, differs={**NO_BFLOAT16, **FLUSHED})
def true_divide(input: Tensor | float, other: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """Divide."""
    return ops.div(input, other)


@counterpart(
    "torch.pow",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **FLUSHED,
        "error": "torch refuses what MindSpore takes: arguments of other types",
    },
)
def pow(input: Tensor, exponent: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """Raise each element to a power."""
    if isinstance(exponent, Tensor):
        return powers(input, exponent)
    return ops.pow(input, exponent)


@overload_of(pow)
def _(self: int | float, exponent: Tensor) -> Tensor:
    return ops.pow(self, exponent)


def powers(base: Tensor, exponent: Tensor) -> Tensor:
    """Raise to powers; at 0 ** 0 the gradient is 0, where that of ops.pow is nan."""
    both = ops.logical_and(base == 0, exponent == 0)
    return ops.pow(ops.where(both, ops.ones_like(base), base), exponent)


@counterpart(
    "torch.atan2", "torch.arctan2", refuses=OUT, differs={**FLOATING_ONLY, **FLUSHED, **SUM_OVER_NOTHING}
)
def atan2(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return the angle whose tangent is ``input / other``, in the quadrant that their signs tell."""
    return angle_of(input, other)


def angle_of(ordinate: Tensor, abscissa: Tensor) -> Tensor:
    """Return the angle of a point; at the origin its gradient is 0, where that of ops.atan2 is nan."""
    origin = ops.logical_and(ordinate == 0, abscissa == 0)
    safe = ops.where(origin, ops.ones_like(abscissa), abscissa)
    angle = ops.atan2(ops.where(origin, ops.zeros_like(ordinate), ordinate), safe)
    return ops.where(origin, ops.stop_gradient(ops.atan2(ordinate, abscissa)), angle)


@counterpart(
    "torch.isclose",
    differs={
        **NO_BFLOAT16,
        **NO_COMPLEX,
        "error": "torch refuses what MindSpore takes: negative tolerances",
    },
)
def isclose(
    input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> Tensor:
    """Tell where the distance is at most ``atol + rtol * abs(other)``."""
    return ops.isclose(input, other, rtol=rtol, atol=atol, equal_nan=equal_nan)


@counterpart("torch.allclose", differs={**NO_BFLOAT16, **NO_COMPLEX})
def allclose(
    input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> bool:
    """Tell whether all distances are at most ``atol + rtol * abs(other)``."""
    return bool(ops.isclose(input, other, rtol=rtol, atol=atol, equal_nan=equal_nan).all())


@counterpart("torch.equal", differs=NO_BFLOAT16)
def equal(input: Tensor, other: Tensor) -> bool:
    """Tell whether two tensors have the same shape and elements."""
    return input.shape == other.shape and bool(ops.equal(input, other).all())


@counterpart("torch.where", refuses=OUT, differs=NO_BFLOAT16)
def where(
    condition: Tensor, input: Tensor | float, other: Tensor | float, *, out: Tensor | None = None
) -> Tensor:
    """Take elements of the first where the condition holds, else of the second."""
    return ops.where(condition, input, other)


@overload_of(where)
def _(condition: Tensor, self: int | float, other: Tensor | float) -> Tensor:
    return ops.where(condition, self, other)


@overload_of(where)
def _(condition: Tensor) -> tuple[Tensor, ...]:
    return places_of_nonzero(condition)


def places_of_nonzero(tensor: Tensor) -> tuple[Tensor, ...]:
    """Return the indices of the elements that are not 0, one tensor for each dimension."""
    found = ops.nonzero(tensor)
    return tuple(found[:, place] for place in builtins.range(tensor.ndim))


@counterpart(
    "torch.clamp",
    "torch.clip",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        "error": "torch refuses what MindSpore takes: numbers of another kind, booleans",
        "nan": "where an element is nan the gradient passes",
    },
)
def clamp(
    input: Tensor,
    min: Tensor | float | None = None,
    max: Tensor | float | None = None,
    *,
    out: Tensor | None = None,
) -> Tensor:
    """Raise what is below ``min`` to it, and lower what is above ``max`` to it."""
    if isinstance(min, Tensor) or isinstance(max, Tensor):
        return clamped_between(input, min, max)
    return ops.clamp(input, min=min, max=max)


def clamped_between(tensor: Tensor, low: Tensor | None, high: Tensor | None) -> Tensor:
    """Clamp with bounds that are tensors; ops.clamp broadcasts them only to the tensor's shape."""
    if low is not None:
        tensor = ops.where(tensor < low, low, tensor)
    if high is not None:
        tensor = ops.where(tensor > high, high, tensor)
    return tensor


@counterpart("torch.clamp_min", refuses=OUT, differs=CLAMP_BY)
def clamp_min(input: Tensor, min: float, *, out: Tensor | None = None) -> Tensor:
    """Raise what is below ``min`` to it."""
    return ops.clamp(input, min=min)


@overload_of(clamp_min)
def _(input: Tensor, min: Tensor, *, out: Tensor | None = None) -> Tensor:
    return clamped_between(input, min, None)


@counterpart("torch.clamp_max", refuses=OUT, differs=CLAMP_BY)
def clamp_max(input: Tensor, max: float, *, out: Tensor | None = None) -> Tensor:
    """Lower what is above ``max`` to it."""
    return ops.clamp(input, max=max)


@overload_of(clamp_max)
def _(input: Tensor, max: Tensor, *, out: Tensor | None = None) -> Tensor:
    return clamped_between(input, None, max)


@counterpart(
    "torch.lerp",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **NO_COMPLEX,
        "float16": "the gradient is float32",
        "float64": "MindSpore's kernel takes no float64: it raises",
    },
)
def lerp(input: Tensor, end: Tensor, weight: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """Return ``input + weight * (end - input)``."""
    return ops.lerp(input, end, weight)


@counterpart(
    "torch.addcmul",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **NO_COMPLEX,
        **FLUSHED,
        "accuracy": "float64 is computed with the accuracy of float32",
        "complex128": "ops.addcmul makes float64 of the factor: it raises",
        "int16": "MindSpore's kernel takes no integers: it raises",
    },
)
def addcmul(
    input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: float = 1, out: Tensor | None = None
) -> Tensor:
    """Return ``input + value * tensor1 * tensor2``."""
    return ops.addcmul(input, tensor1, tensor2, value=value)


@overload_of(addcmul)
def _(self: Tensor, value: float, tensor1: Tensor, tensor2: Tensor) -> Tensor:
    return ops.addcmul(self, tensor1, tensor2, value=value)


@counterpart(
    "torch.addcdiv",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **NO_COMPLEX,
        **FLUSHED,
        "error": "torch refuses what MindSpore takes: integers",
        "accuracy": "float64 is computed with the accuracy of float32",
        "complex128": "ops.addcdiv makes float64 of the factor: it raises",
    },
)
def addcdiv(
    input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: float = 1, out: Tensor | None = None
) -> Tensor:
    """Return ``input + value * tensor1 / tensor2``."""
    return ops.addcdiv(input, tensor1, tensor2, value=value)


@overload_of(addcdiv)
def _(self: Tensor, value: float, tensor1: Tensor, tensor2: Tensor) -> Tensor:
    return ops.addcdiv(self, tensor1, tensor2, value=value)
