"""Methods of ``torch.Tensor`` that work on each element by itself, written in MindSpore.

Where MindSpore's method of the same name means the same, the body is the very call: it stays as it was written,
whatever the receiver turns out to be.
"""

from __future__ import annotations

from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart, exact_of, overload_of
from sporeprint.torch._binary import angle_of
from sporeprint.torch._differs import (
    ADD,
    ADD_PRODUCT,
    CLAMP,
    CLAMP_BY,
    DIST,
    DIV,
    EXP,
    EXPM1,
    FLOATING_ONLY,
    FLUSHED,
    LOG,
    LOG1P,
    LOG_TO_BASE,
    MINIMUM,
    NAN_TO_NUM,
    NO_BFLOAT16,
    NO_BFLOAT16_SUM,
    NO_BOOL,
    NO_COMPLEX,
    ROUND,
    ROUNDED,
    SIGN,
    SUM_OVER_NOTHING,
    TANH,
)
from sporeprint.torch._elementwise import (
    exact_expm1,
    exact_log1p,
    exact_sign,
    exact_square,
    infinite,
    logarithm_to_base,
    of_floating,
    of_logarithm,
    of_rounded,
    of_wide,
)
from sporeprint.torch._linalg import vector_product
from sporeprint.torch._reductions import norm_of_elements
from sporeprint.torch._refuses import OUT


@counterpart("torch.Tensor.exp", differs=EXP)
def exp(self: Tensor) -> Tensor:
    """Return e to the power of each element."""
    return self.exp()


@exact_of(exp)
def _(self: Tensor) -> Tensor:
    return of_wide(ops.exp, self)


@counterpart("torch.Tensor.expm1", differs=EXPM1)
def expm1(self: Tensor) -> Tensor:
    """Return e to the power of each element, less 1."""
    return self.expm1()


@exact_of(expm1)
def _(self: Tensor) -> Tensor:
    return exact_expm1(self)


@counterpart("torch.Tensor.log", differs=LOG)
def log(self: Tensor) -> Tensor:
    """Return the natural logarithm of each element."""
    return self.log()


@exact_of(log)
def _(self: Tensor) -> Tensor:
    return of_logarithm(ops.log, self)


@counterpart("torch.Tensor.log2", differs=LOG_TO_BASE)
def log2(self: Tensor) -> Tensor:
    """Return the binary logarithm of each element."""
    return self.log2()


@exact_of(log2)
def _(self: Tensor) -> Tensor:
    return logarithm_to_base(ops.log2, 2, self)


@counterpart("torch.Tensor.log10", differs=LOG_TO_BASE)
def log10(self: Tensor) -> Tensor:
    """Return the decimal logarithm of each element."""
    return self.log10()


@exact_of(log10)
def _(self: Tensor) -> Tensor:
    return logarithm_to_base(ops.log10, 10, self)


@counterpart("torch.Tensor.log1p", differs=LOG1P)
def log1p(self: Tensor) -> Tensor:
    """Return the natural logarithm of each element plus 1."""
    return self.log1p()


@exact_of(log1p)
def _(self: Tensor) -> Tensor:
    return exact_log1p(self)


@counterpart("torch.Tensor.cos", differs=FLOATING_ONLY)
def cos(self: Tensor) -> Tensor:
    """Return the cosine of each element."""
    return self.cos()


@exact_of(cos)
def _(self: Tensor) -> Tensor:
    return of_floating(ops.cos, self)


@counterpart("torch.Tensor.sin", differs={**FLOATING_ONLY, **FLUSHED})
def sin(self: Tensor) -> Tensor:
    """Return the sine of each element."""
    return self.sin()


@exact_of(sin)
def _(self: Tensor) -> Tensor:
    return of_floating(ops.sin, self)


@counterpart("torch.Tensor.tan", differs={**FLOATING_ONLY, **FLUSHED})
def tan(self: Tensor) -> Tensor:
    """Return the tangent of each element."""
    return self.tan()


@exact_of(tan)
def _(self: Tensor) -> Tensor:
    return of_floating(ops.tan, self)


@counterpart("torch.Tensor.tanh", differs=TANH)
def tanh(self: Tensor) -> Tensor:
    """Return the hyperbolic tangent of each element."""
    return self.tanh()


@exact_of(tanh)
def _(self: Tensor) -> Tensor:
    return of_wide(ops.tanh, self)


@counterpart("torch.Tensor.sigmoid", differs=FLOATING_ONLY)
def sigmoid(self: Tensor) -> Tensor:
    """Return the logistic function of each element."""
    return self.sigmoid()


@exact_of(sigmoid)
def _(self: Tensor) -> Tensor:
    return of_floating(ops.sigmoid, self)


@counterpart("torch.Tensor.rsqrt", differs={**FLOATING_ONLY, **FLUSHED})
def rsqrt(self: Tensor) -> Tensor:
    """Return 1 over the square root of each element."""
    return self.rsqrt()


@exact_of(rsqrt)
def _(self: Tensor) -> Tensor:
    return of_floating(ops.rsqrt, self)


@counterpart("torch.Tensor.square", differs={**NO_BFLOAT16, **NO_BOOL})
def square(self: Tensor) -> Tensor:
    """Multiply each element by itself."""
    return self.square()


@exact_of(square)
def _(self: Tensor) -> Tensor:
    return exact_square(self)


@counterpart("torch.Tensor.erf", differs={**FLOATING_ONLY, **FLUSHED})
def erf(self: Tensor) -> Tensor:
    """Return the error function of each element."""
    return self.erf()


@exact_of(erf)
def _(self: Tensor) -> Tensor:
    return of_floating(ops.erf, self)


@counterpart("torch.Tensor.ceil", differs=ROUNDED)
def ceil(self: Tensor) -> Tensor:
    """Round each element up."""
    return self.ceil()


@exact_of(ceil)
def _(self: Tensor) -> Tensor:
    return of_rounded(ops.ceil, self, "ceil")


@counterpart("torch.Tensor.floor", differs=ROUNDED)
def floor(self: Tensor) -> Tensor:
    """Round each element down."""
    return self.floor()


@exact_of(floor)
def _(self: Tensor) -> Tensor:
    return of_rounded(ops.floor, self, "floor")


@counterpart("torch.Tensor.round", differs=ROUND)
def round(self: Tensor) -> Tensor:
    """Round each element to the nearest integer, or to so many decimals; halves to the even neighbour."""
    return self.round()


@overload_of(round)
def _(self: Tensor, *, decimals: int) -> Tensor:
    if decimals == 0:
        return self.round()
    return rounded_to(self, decimals)


def rounded_to(tensor: Tensor, decimals: int) -> Tensor:
    """Round to so many decimals, which MindSpore's Round does not do on CPU."""
    if decimals < 0:
        return ops.round(tensor / 10**-decimals) * 10**-decimals
    return ops.round(tensor * 10**decimals) / 10**decimals


@counterpart("torch.Tensor.sign", differs=SIGN)
def sign(self: Tensor) -> Tensor:
    """Return 1, 0 or -1 for each element."""
    return self.sign()


@exact_of(sign)
def _(self: Tensor) -> Tensor:
    return exact_sign(self)


@counterpart("torch.Tensor.isinf", differs={**FLOATING_ONLY, **NO_COMPLEX})
def isinf(self: Tensor) -> Tensor:
    """Tell for each element whether it is an infinity."""
    return self.isinf()


@exact_of(isinf)
def _(self: Tensor) -> Tensor:
    return infinite(self)


@counterpart("torch.Tensor.nan_to_num", differs=NAN_TO_NUM)
def nan_to_num(
    self: Tensor, nan: float | None = None, posinf: float | None = None, neginf: float | None = None
) -> Tensor:
    """Replace nan by 0 and the infinities by the largest finite numbers, or all by other numbers."""
    return self.nan_to_num(nan, posinf, neginf)


@counterpart("torch.Tensor.add", refuses=OUT, differs=ADD)
def add(self: Tensor, other: Tensor | complex, *, alpha: complex = 1, out: None = None) -> Tensor:
    """Add ``alpha`` times another tensor or number."""
    if alpha == 1:
        return self.add(other)
    return self.add(other * alpha)


@counterpart("torch.Tensor.div", differs=DIV)
def div(self: Tensor, other: Tensor | float, *, rounding_mode: str | None = None) -> Tensor:
    """Divide; with ``rounding_mode`` "floor" or "trunc" round down or towards 0."""
    if rounding_mode is None:
        return self.div(other)
    if rounding_mode == "floor":
        return self.floor_divide(other)
    return truncated_quotient(self, other, rounding_mode)


@counterpart("torch.Tensor.divide", differs=DIV)
def divide(self: Tensor, other: Tensor | complex) -> Tensor:
    """Divide; with ``rounding_mode`` "floor" or "trunc" round down or towards 0."""
    return self.div(other)


@overload_of(divide)
def _(self: Tensor, other: Tensor | complex, *, rounding_mode: str | None) -> Tensor:
    if rounding_mode is None:
        return self.div(other)
    if rounding_mode == "floor":
        return self.floor_divide(other)
    return truncated_quotient(self, other, rounding_mode)


def truncated_quotient(dividend: Tensor, divisor: Tensor | complex, rounding_mode: str) -> Tensor:
    """Divide and round towards 0.

    MindSpore's own rounding_mode raises for numbers, and gives integers through float32.

    Raises:
        RuntimeError: rounding_mode is not "trunc".
    """
    if rounding_mode != "trunc":
        raise RuntimeError(
            f"div expected rounding_mode to be one of None, 'trunc', or 'floor' but found {rounding_mode}"
        )
    quotient = ops.stop_gradient(dividend / divisor)
    if (dividend * divisor).is_floating_point():
        return ops.trunc(quotient)
    down = dividend.floor_divide(divisor)
    return ops.where(ops.logical_and(quotient < 0, down * divisor != dividend), down + 1, down)


@counterpart("torch.Tensor.multiply", differs={**NO_BFLOAT16_SUM, **FLUSHED})
def multiply(self: Tensor, other: Tensor | complex) -> Tensor:
    """Multiply by another tensor or number."""
    return self.mul(other)


@counterpart("torch.Tensor.pow", differs={**NO_BFLOAT16, **FLUSHED})
def pow(self: Tensor, exponent: complex) -> Tensor:
    """Raise each element to a power."""
    return self.pow(exponent)


@overload_of(pow)
def _(self: Tensor, exponent: Tensor) -> Tensor:
    return power_of_tensors(self, exponent)


def power_of_tensors(base: Tensor, exponent: Tensor) -> Tensor:
    """Raise to a power; where 0 is raised to 0, the gradient of MindSpore's Pow is nan."""
    both = ops.logical_and(base == 0, exponent == 0)
    return ops.where(both, ops.ones_like(base), base).pow(exponent)


@counterpart("torch.Tensor.clamp", differs=CLAMP)
def clamp(self: Tensor, min: float | None = None, max: float | None = None) -> Tensor:
    """Raise what is below ``min`` to it, and lower what is above ``max`` to it."""
    if min is None:
        return self.clamp(max=max)
    return self.clamp(min, max)


@overload_of(clamp)
def _(self: Tensor, min: Tensor | None = None, max: Tensor | None = None) -> Tensor:
    return clamped_by(self, min, max)


@counterpart("torch.Tensor.clip", differs=CLAMP)
def clip(self: Tensor, min: float | None = None, max: float | None = None) -> Tensor:
    """Raise what is below ``min`` to it, and lower what is above ``max`` to it."""
    if min is None:
        return self.clip(max=max)
    return self.clip(min, max)


@overload_of(clip)
def _(self: Tensor, min: Tensor | None = None, max: Tensor | None = None) -> Tensor:
    return clamped_by(self, min, max)


@counterpart("torch.Tensor.clamp_min", differs=CLAMP_BY)
def clamp_min(self: Tensor, min: float) -> Tensor:
    """Raise what is below ``min`` to it."""
    return self.clamp(min)


@overload_of(clamp_min)
def _(self: Tensor, min: Tensor) -> Tensor:
    return clamped_by(self, min, None)


@counterpart("torch.Tensor.clamp_max", differs=CLAMP_BY)
def clamp_max(self: Tensor, max: float) -> Tensor:
    """Lower what is above ``max`` to it."""
    return self.clamp(max=max)


@overload_of(clamp_max)
def _(self: Tensor, max: Tensor) -> Tensor:
    return clamped_by(self, None, max)


def clamped_by(tensor: Tensor, low: Tensor | None, high: Tensor | None) -> Tensor:
    """Clamp by bounds that are tensors, which MindSpore's own broadcasts to the tensor's shape only."""
    result = tensor
    if low is not None:
        result = ops.where(result < low, low, result)
    if high is not None:
        result = ops.where(result > high, high, result)
    return result


@counterpart("torch.Tensor.minimum", differs=MINIMUM)
def minimum(self: Tensor, other: Tensor) -> Tensor:
    """Return the smaller of two, element by element."""
    return self.minimum(other)


@counterpart("torch.Tensor.dot", differs=NO_BFLOAT16)
def dot(self: Tensor, tensor: Tensor) -> Tensor:
    """Return the sum of the products of two tensors of rank 1. MindSpore's method takes rank 2 and more."""
    return self.matmul(tensor)


@counterpart(
    "torch.Tensor.mv",
    differs={**NO_BFLOAT16, "complex64 & inf": "an infinity makes only one part nan, or none"},
)
def mv(self: Tensor, vec: Tensor) -> Tensor:
    """Multiply a matrix by a vector."""
    return self.matmul(vec)


@counterpart("torch.Tensor.equal", differs=NO_BFLOAT16)
def equal(self: Tensor, other: Tensor) -> bool:
    """Tell whether two tensors have the same shape and elements. MindSpore's method compares element by element."""
    return self.shape == other.shape and bool((self == other).all())


@counterpart("torch.Tensor.addcmul", differs=ADD_PRODUCT)
def addcmul(self: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: complex = 1) -> Tensor:
    """Add ``value`` times the product of two tensors."""
    if value == 1:
        return self + tensor1 * tensor2
    return self + value * tensor1 * tensor2


@counterpart("torch.Tensor.addcdiv", differs=ADD_PRODUCT)
def addcdiv(self: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: complex = 1) -> Tensor:
    """Add ``value`` times the quotient of two tensors."""
    if value == 1:
        return self + tensor1 / tensor2
    return self + value * tensor1 / tensor2


@counterpart("torch.Tensor.atan", "torch.Tensor.arctan", differs={**FLOATING_ONLY, **FLUSHED})
def atan(self: Tensor) -> Tensor:
    """Return the arc tangent of each element."""
    return self.atan()


@exact_of(atan)
def _(self: Tensor) -> Tensor:
    return of_floating(ops.atan, self)


@counterpart(
    "torch.Tensor.atan2", "torch.Tensor.arctan2", differs={**FLOATING_ONLY, **FLUSHED, **SUM_OVER_NOTHING}
)
def atan2(self: Tensor, other: Tensor) -> Tensor:
    """Return the angle whose tangent is ``self / other``, in the quadrant that their signs tell."""
    return angle_of(self, other)


@counterpart(
    "torch.Tensor.conj",
    differs={
        **NO_BFLOAT16,
        **NO_BOOL,
        "view": "MindSpore copies",
        "empty": "MindSpore's Conj refuses empty tensors: it raises",
    },
)
def conj(self: Tensor) -> Tensor:
    """Negate imaginary parts."""
    return self.conj()


@counterpart(
    "torch.Tensor.cross",
    differs={
        **NO_BFLOAT16,
        "warning": "torch warns where dim is left out",
        "bool & error": "MindSpore takes booleans; torch refuses them",
        "0-d & error": "MindSpore broadcasts a 0-d tensor; torch refuses it",
    },
)
def cross(self: Tensor, other: Tensor, dim: int | None = None) -> Tensor:
    """Return vector products along a dimension of length 3; None takes the first of that length."""
    return vector_product(self, other, dim)


@counterpart("torch.Tensor.dist", differs=DIST)
def dist(self: Tensor, other: Tensor, p: float = 2) -> Tensor:
    """Return the p-norm of the difference."""
    return norm_of_elements(self - other, p, None, False)
