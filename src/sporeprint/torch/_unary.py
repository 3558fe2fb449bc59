"""Functions of ``torch`` of one tensor, element by element, written in MindSpore."""

from __future__ import annotations

from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart, exact_of, overload_of
from sporeprint.torch._differs import (
    EXPM1,
    FLOATING_ONLY,
    FLUSHED,
    LGAMMA,
    LOG1P,
    NAN_TO_NUM,
    NO_BFLOAT16,
    NO_BOOL,
    NO_COMPLEX,
    NO_INTEGERS,
    ROUND,
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
from sporeprint.torch._refuses import OUT
from sporeprint.torch._tensor_pointwise import rounded_to


@counterpart(
    "torch.abs",
    "torch.absolute",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        "complex64": "the result of ops.abs is complex",
        "error": "torch refuses what MindSpore takes: booleans",
        **FLUSHED,
    },
)
def abs(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return the magnitude of each element."""
    return ops.abs(input)


@counterpart("torch.acos", "torch.arccos", refuses=OUT, differs=FLOATING_ONLY)
def acos(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return the arc cosine of each element."""
    return ops.acos(input)


@exact_of(acos)
def _(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    return of_floating(ops.acos, input)


@counterpart("torch.asin", "torch.arcsin", refuses=OUT, differs=FLOATING_ONLY)
def asin(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return the arc sine of each element."""
    return ops.asin(input)


@exact_of(asin)
def _(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    return of_floating(ops.asin, input)


@counterpart("torch.atan", "torch.arctan", refuses=OUT, differs=FLOATING_ONLY)
def atan(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return the arc tangent of each element."""
    return ops.atan(input)


@exact_of(atan)
def _(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    return of_floating(ops.atan, input)


@counterpart("torch.asinh", "torch.arcsinh", refuses=OUT, differs=FLOATING_ONLY)
def asinh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return the inverse hyperbolic sine of each element."""
    return ops.asinh(input)


@exact_of(asinh)
def _(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    return of_floating(ops.asinh, input)


@counterpart(
    "torch.atanh",
    "torch.arctanh",
    refuses=OUT,
    differs={
        **FLOATING_ONLY,
        **FLUSHED,
    },
)
def atanh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return the inverse hyperbolic tangent of each element."""
    return ops.atanh(input)


@exact_of(atanh)
def _(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    return of_floating(ops.atanh, input)


@counterpart(
    "torch.ceil",
    refuses=OUT,
    differs={
        **NO_INTEGERS,
        **NO_BFLOAT16,
        **FLUSHED,
    },
)
def ceil(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Round each element up."""
    return ops.ceil(input)


@exact_of(ceil)
def _(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    return of_rounded(ops.ceil, input, "ceil")


@counterpart("torch.cos", refuses=OUT, differs=FLOATING_ONLY)
def cos(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return the cosine of each element."""
    return ops.cos(input)


@exact_of(cos)
def _(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    return of_floating(ops.cos, input)


@counterpart("torch.cosh", refuses=OUT, differs=FLOATING_ONLY)
def cosh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return the hyperbolic cosine of each element."""
    return ops.cosh(input)


@exact_of(cosh)
def _(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    return of_floating(ops.cosh, input)


@counterpart("torch.erf", "torch.special.erf", refuses=OUT, differs={**FLOATING_ONLY, **FLUSHED})
def erf(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return the error function of each element."""
    return ops.erf(input)


@exact_of(erf)
def _(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    return of_floating(ops.erf, input)


@counterpart(
    "torch.exp",
    refuses=OUT,
    differs={**FLOATING_ONLY, "accuracy": "the kernel errs by up to 66 units in the last place"},
)
def exp(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return e to the power of each element."""
    return ops.exp(input)


@exact_of(exp)
def _(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    return of_wide(ops.exp, input)


@counterpart(
    "torch.exp2",
    "torch.special.exp2",
    refuses=OUT,
    differs={
        "bfloat16": "ops.exp2 gives float32",
        "complex64 & nan": "the imaginary part of nan is nan, not 0",
        "complex64 & inf": "the imaginary part of infinity is nan, not 0",
    },
)
def exp2(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return 2 to the power of each element."""
    return ops.exp2(input)


@counterpart(
    "torch.expm1",
    "torch.special.expm1",
    refuses=OUT,
    differs=EXPM1,
)
def expm1(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return the exponential of each element minus 1."""
    return ops.expm1(input)


@exact_of(expm1)
def _(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    return exact_expm1(input)


@counterpart(
    "torch.floor",
    refuses=OUT,
    differs={
        **NO_INTEGERS,
        **NO_BFLOAT16,
        **FLUSHED,
    },
)
def floor(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Round each element down."""
    return ops.floor(input)


@exact_of(floor)
def _(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    return of_rounded(ops.floor, input, "floor")


@counterpart("torch.frac", refuses=OUT, differs={**NO_BFLOAT16, "error": "ops.frac takes integers"})
def frac(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return what follows the point of each element."""
    return ops.frac(input)


@counterpart("torch.isfinite", differs={**NO_BFLOAT16, **NO_COMPLEX})
def isfinite(input: Tensor) -> Tensor:
    """Tell which elements are neither infinite nor nan."""
    return ops.isfinite(input)


@counterpart("torch.isinf", differs={**FLOATING_ONLY, **NO_COMPLEX})
def isinf(input: Tensor) -> Tensor:
    """Tell which elements are infinite."""
    return ops.isinf(input)


@exact_of(isinf)
def _(input: Tensor) -> Tensor:
    return infinite(input)


@counterpart("torch.isnan", differs={**NO_BFLOAT16, **NO_COMPLEX})
def isnan(input: Tensor) -> Tensor:
    """Tell which elements are nan."""
    return ops.isnan(input)


@counterpart(
    "torch.log",
    refuses=OUT,
    differs={
        **FLOATING_ONLY,
        "gradient": "at 0 the gradient is infinite, with either sign",
        **FLUSHED,
    },
)
def log(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return the natural logarithm of each element."""
    return ops.log(input)


@exact_of(log)
def _(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    return of_logarithm(ops.log, input)


@counterpart(
    "torch.log10",
    refuses=OUT,
    differs={
        **FLOATING_ONLY,
        "gradient": "at 0 the gradient is infinite, with either sign",
        **FLUSHED,
        "complex64": "of 0 and of infinities the imaginary part is nan",
    },
)
def log10(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return the logarithm to base 10 of each element."""
    return ops.log10(input)


@exact_of(log10)
def _(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    return logarithm_to_base(ops.log10, 10, input)


@counterpart("torch.log1p", "torch.special.log1p", refuses=OUT, differs=LOG1P)
def log1p(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return the natural logarithm of 1 plus each element."""
    return ops.log1p(input)


@exact_of(log1p)
def _(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    return exact_log1p(input)


@counterpart(
    "torch.log2",
    refuses=OUT,
    differs={
        **FLOATING_ONLY,
        "gradient": "at 0 the gradient is infinite, with either sign",
        **FLUSHED,
        "complex64": "of 0 and of infinities the imaginary part is nan",
    },
)
def log2(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return the logarithm to base 2 of each element."""
    return ops.log2(input)


@exact_of(log2)
def _(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    return logarithm_to_base(ops.log2, 2, input)


@counterpart("torch.lgamma", "torch.special.gammaln", refuses=OUT, differs=LGAMMA)
def lgamma(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return the logarithm of the gamma function's magnitude for each element."""
    return ops.lgamma(input)


@exact_of(lgamma)
def _(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    if input.size == 0 and not input.is_complex():  # MindSpore's gradient refuses them
        return of_floating(ops.abs, input)
    return of_floating(ops.lgamma, input)


@counterpart(
    "torch.logical_not",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **FLUSHED,
    },
)
def logical_not(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Tell which elements are 0."""
    return ops.logical_not(input)


@counterpart("torch.nan_to_num", refuses=OUT, differs=NAN_TO_NUM)
def nan_to_num(
    input: Tensor,
    nan: float | None = None,
    posinf: float | None = None,
    neginf: float | None = None,
    *,
    out: Tensor | None = None,
) -> Tensor:
    """Replace nan by 0 and the infinities by the largest finite numbers, or all by other numbers."""
    return ops.nan_to_num(input, nan=nan, posinf=posinf, neginf=neginf)


@counterpart("torch.neg", "torch.negative", refuses=OUT)
def neg(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Negate each element."""
    return ops.neg(input)


@counterpart(
    "torch.reciprocal",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **FLUSHED,
        "complex64": "of a negative zero the real part has the other sign",
    },
)
def reciprocal(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return 1 divided by each element."""
    return ops.reciprocal(input)


@counterpart("torch.round", refuses=OUT, differs=ROUND)
def round(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Round each element to the nearest integer, or to so many decimals; halves to the even neighbour."""
    return ops.round(input)


@overload_of(round)
def _(input: Tensor, *, decimals: int, out: Tensor | None = None) -> Tensor:
    if decimals == 0:
        return ops.round(input)
    return rounded_to(input, decimals)


@counterpart(
    "torch.rsqrt",
    refuses=OUT,
    differs={
        **FLOATING_ONLY,
        **FLUSHED,
    },
)
def rsqrt(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return 1 divided by the square root of each element."""
    return ops.rsqrt(input)


@exact_of(rsqrt)
def _(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    return of_floating(ops.rsqrt, input)


@counterpart("torch.sigmoid", "torch.special.expit", refuses=OUT, differs=FLOATING_ONLY)
def sigmoid(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return 1 / (1 + exp(-x)) of each element x."""
    return ops.sigmoid(input)


@exact_of(sigmoid)
def _(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    return of_floating(ops.sigmoid, input)


@counterpart(
    "torch.sign",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **NO_BOOL,
        "error": "torch refuses what MindSpore takes: complex numbers",
        **FLUSHED,
        "uint8": "MindSpore's kernel takes no integers: it raises",
        "int8": "MindSpore's kernel takes no integers: it raises",
        "int16": "MindSpore's kernel takes no integers: it raises",
    },
)
def sign(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return -1, 0 or 1 for each element."""
    return ops.sign(input)


@exact_of(sign)
def _(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    return exact_sign(input)


@counterpart(
    "torch.sin",
    refuses=OUT,
    differs={
        **FLOATING_ONLY,
        **FLUSHED,
    },
)
def sin(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return the sine of each element."""
    return ops.sin(input)


@exact_of(sin)
def _(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    return of_floating(ops.sin, input)


@counterpart(
    "torch.sinh",
    refuses=OUT,
    differs={
        **FLOATING_ONLY,
        **FLUSHED,
    },
)
def sinh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return the hyperbolic sine of each element."""
    return ops.sinh(input)


@exact_of(sinh)
def _(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    return of_floating(ops.sinh, input)


@counterpart(
    "torch.sqrt",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **FLUSHED,
    },
)
def sqrt(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return the square root of each element."""
    return ops.sqrt(input)


@counterpart("torch.square", refuses=OUT, differs={**NO_BFLOAT16, **NO_BOOL})
def square(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Multiply each element by itself."""
    return ops.square(input)


@exact_of(square)
def _(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    return exact_square(input)


@counterpart("torch.tan", refuses=OUT, differs=FLOATING_ONLY)
def tan(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return the tangent of each element."""
    return ops.tan(input)


@exact_of(tan)
def _(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    return of_floating(ops.tan, input)


@counterpart(
    "torch.tanh",
    refuses=OUT,
    differs={
        **FLOATING_ONLY,
        **FLUSHED,
        "accuracy": "the kernel errs by up to 1688 units in the last place",
    },
)
def tanh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return the hyperbolic tangent of each element."""
    return ops.tanh(input)


@exact_of(tanh)
def _(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    return of_wide(ops.tanh, input)


@counterpart(
    "torch.trunc", "torch.fix", refuses=OUT, differs={"error": "ops.trunc takes complex numbers and booleans"}
)
def trunc(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Cut off what follows the point of each element."""
    return ops.trunc(input)
