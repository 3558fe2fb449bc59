"""The activations of ``torch.nn.functional``, written in MindSpore."""

from __future__ import annotations

import mindspore as ms
import numpy as np
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart, exact_of
from sporeprint.torch._elementwise import of_floating, of_wide
from sporeprint.torch._reductions import norm_of_elements

# In MindSpore no activation writes to its input, so ``inplace`` is a copy of the result into it.


@counterpart(
    "torch.nn.functional.gelu",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "inf": "MindSpore gives inf where torch gives nan",
        "nan": "MindSpore gives inf where torch gives nan",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "accuracy & float64": "MindSpore computes it with float32 accuracy",
        "accuracy & float16": "errs by up to 64 units in the last place",
    },
)
def gelu(input: Tensor, *, approximate: str = "none") -> Tensor:
    """Multiply each element by the normal distribution function of it.

    Args:
        input: any shape, floating.
        approximate: "none", or "tanh" for an approximation.

    Returns:
        Tensor of input's shape and dtype.
    """
    return ops.gelu(input, approximate=approximate)


@counterpart(
    "torch.nn.functional.silu",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "complex64": "0j, not (2.938735877055719e-39+0j) at [6]: 2.097e+06 ulp off, the source 0",
    },
)
def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """Multiply each element by its sigmoid.

    Args:
        input: any shape, floating.
        inplace: also write the result to input.

    Returns:
        Tensor of input's shape and dtype.
    """
    if inplace:
        return input.copy_(ops.silu(input))
    return ops.silu(input)


@counterpart(
    "torch.nn.functional.leaky_relu",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore also takes integers or booleans",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "accuracy & float64": "MindSpore computes it with float32 accuracy",
    },
)
def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """Multiply what is negative by negative_slope.

    Not by ops.leaky_relu, whose gradient at 0 is the sum of those on its sides.

    Args:
        input: any shape, floating.
        negative_slope: the factor.
        inplace: also write the result to input.

    Returns:
        Tensor of input's shape and dtype.
    """
    if inplace:
        return input.copy_(leaked(input.copy(), negative_slope))
    return ops.where(input > 0, input, input * negative_slope)


def leaked(x: Tensor, negative_slope: float) -> Tensor:
    """Multiply what is not positive by negative_slope: unlike ops.leaky_relu with one gradient at 0, not two."""
    return ops.where(x > 0, x, x * negative_slope)


@counterpart(
    "torch.nn.functional.leaky_relu_",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore also takes integers or booleans",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "view": "MindSpore copies where torch gives a view",
        "accuracy & float64": "MindSpore computes it with float32 accuracy",
        "empty & gradient": "the gradient of an empty tensor raises",
    },
)
def leaky_relu_(input: Tensor, negative_slope: float = 0.01) -> Tensor:
    """Multiply what is negative by negative_slope, in place; input of any shape, floating."""
    return input.copy_(leaked(input.copy(), negative_slope))


@counterpart(
    "torch.nn.functional.relu_",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore also takes integers or booleans",
        "nan": "MindSpore gives 0 where torch gives nan",
        "view": "MindSpore copies where torch gives a view",
        "empty & gradient": "the gradient of an empty tensor raises",
    },
)
def relu_(input: Tensor) -> Tensor:
    """Replace what is negative by 0, in place; input of any shape and real dtype."""
    return input.copy_(ops.relu(input))


@counterpart(
    "torch.nn.functional.relu6",
    differs={
        "nan": "MindSpore gives 0 where torch gives nan",
        "float64": "MindSpore has no float64 kernel for it on CPU",
        "0-d": "MindSpore refuses 0-d tensors",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "int64": "MindSpore refuses int64",
        "int32": "MindSpore refuses int32",
        "int16": "MindSpore refuses int16",
        "int8": "MindSpore refuses int8",
        "uint8": "MindSpore refuses uint8",
        "uninitialised": "MindSpore returns memory that it has not written",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "empty": "MindSpore refuses empty tensors",
    },
)
def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """Replace what is negative by 0 and what is above 6 by 6.

    Args:
        input: any shape, floating.
        inplace: also write the result to input.

    Returns:
        Tensor of input's shape and dtype.
    """
    if inplace:
        return input.copy_(ops.relu6(input.copy()))
    return ops.relu6(input)


@counterpart(
    "torch.nn.functional.hardswish",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore also takes integers or booleans",
        "inf": "MindSpore gives 0 where torch gives nan",
    },
)
def hardswish(input: Tensor, inplace: bool = False) -> Tensor:
    """Return ``input * relu6(input + 3) / 6``.

    Args:
        input: any shape, floating.
        inplace: also write the result to input.

    Returns:
        Tensor of input's shape and dtype.
    """
    if inplace:
        return input.copy_(ops.hardswish(input.copy()))
    return ops.hardswish(input)


@counterpart(
    "torch.nn.functional.hardsigmoid",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore also takes integers or booleans",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "accuracy": "results near 0 lose digits, up to 2.4e+44 units in the last place in the gradient",
        "gradient & nan": "MindSpore gives -0.292 where torch gives 0",
        "0-d & gradient": "MindSpore gives 0.333 where torch gives 0",
    },
)
def hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """Return ``relu6(input + 3) / 6``.

    Args:
        input: any shape, floating.
        inplace: also write the result to input.

    Returns:
        Tensor of input's shape and dtype.
    """
    if inplace:
        return input.copy_(ops.hardsigmoid(input.copy()))
    return ops.hardsigmoid(input)


@counterpart(
    "torch.nn.functional.hardtanh",
    differs={
        "nan": "MindSpore gives -1 where torch gives nan",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore takes arguments that torch refuses",
        "0-d": "MindSpore gives -1 where torch gives nan",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
    },
)
def hardtanh(input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Tensor:
    """Replace what is below min_val and what is above max_val by these.

    Args:
        input: any shape, floating.
        min_val: the lower bound.
        max_val: the upper bound.
        inplace: also write the result to input.

    Returns:
        Tensor of input's shape and dtype.
    """
    if inplace:
        return input.copy_(ops.hardtanh(input.copy(), min_val=min_val, max_val=max_val))
    return ops.hardtanh(input, min_val=min_val, max_val=max_val)


@counterpart(
    "torch.nn.functional.elu",
    differs={
        "accuracy": "results near 0 lose digits, up to 4.8e+07 units in the last place",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "uninitialised": "MindSpore returns memory that it has not written",
        "gradient & nan": "MindSpore gives -1.4 where torch gives -1.75",
        "0-d & gradient": "MindSpore gives 1.6 where torch gives 2",
    },
)
def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """Return ``alpha * (exp(x) - 1)`` for each x that is not positive, and the others as they are.

    Args:
        input: any shape, floating.
        alpha: the factor; ops.elu knows 1 only.
        inplace: also write the result to input.

    Returns:
        Tensor of input's shape and dtype.
    """
    result = ops.elu(input) if alpha == 1 else scaled_elu(input, alpha)
    return input.copy_(result) if inplace else result


def scaled_elu(input: Tensor, alpha: float) -> Tensor:
    """Return ``alpha * (exp(x) - 1)`` for each x that is not positive, and the others as they are."""
    return ops.where(input > 0, input, ops.elu(input) * alpha)


@counterpart(
    "torch.nn.functional.elu_",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "view": "MindSpore copies where torch gives a view",
        "empty & gradient": "the gradient of an empty tensor raises",
        "gradient & nan": "of a nan MindSpore's gradient may be a number",
    },
)
def elu_(input: Tensor, alpha: float = 1, scale: float = 1, input_scale: float = 1) -> Tensor:
    """Compute :func:`elu` in place.

    Args:
        input: any shape, floating.
        alpha: the factor of what is negative.
        scale: of the result.
        input_scale: of what is negative, before the exponential.

    Returns:
        The input.
    """
    x = input.copy()
    return input.copy_(ops.where(x > 0, x, ops.elu(x * input_scale) * alpha) * scale)


@counterpart(
    "torch.nn.functional.selu",
    differs={
        "accuracy": "results near 0 lose digits, up to 4.1e+07 units in the last place",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "uninitialised": "MindSpore returns memory that it has not written",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "gradient & nan": "MindSpore gives -3.08 where torch gives -1.84",
        "0-d & gradient": "MindSpore gives 3.52 where torch gives 2.1",
    },
)
def selu(input: Tensor, inplace: bool = False) -> Tensor:
    """Return the scaled exponential linear unit of each element.

    Not by ops.selu, whose result is that of another function.

    Args:
        input: any shape, floating.
        inplace: also write the result to input.

    Returns:
        Tensor of input's shape and dtype.
    """
    result = scaled_elu(input, 1.6732632423543772) * 1.0507009873554805
    return input.copy_(result) if inplace else result


@counterpart(
    "torch.nn.functional.celu",
    differs={
        "accuracy": "results near 0 lose digits, up to 4.9e+07 units in the last place in the gradient",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "gradient & nan": "MindSpore gives nan where torch gives -1.75",
        "0-d & gradient": "MindSpore gives nan where torch gives 2",
    },
)
def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """Return ``alpha * (exp(x / alpha) - 1)`` for each x that is not positive, and the others as they are.

    Args:
        input: any shape, floating.
        alpha: not 0.
        inplace: also write the result to input.

    Returns:
        Tensor of input's shape and dtype.
    """
    if inplace:
        return input.copy_(ops.celu(input.copy(), alpha=alpha))
    return ops.celu(input, alpha=alpha)


@counterpart(
    "torch.nn.functional.sigmoid",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "int64": "MindSpore refuses int64",
        "int32": "MindSpore refuses int32",
        "int16": "MindSpore refuses int16",
        "int8": "MindSpore refuses int8",
        "uint8": "MindSpore refuses uint8",
        "bool": "MindSpore refuses booleans",
    },
)
def sigmoid(input: Tensor) -> Tensor:
    """Return ``1 / (1 + exp(-input))``; input of any shape, floating."""
    return ops.sigmoid(input)


@exact_of(sigmoid)
def _(input: Tensor) -> Tensor:
    return of_floating(ops.sigmoid, input)


@counterpart(
    "torch.nn.functional.tanh",
    differs={
        "accuracy": "results near 0 lose digits, up to 1.7e+07 units in the last place",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "int64": "MindSpore refuses int64",
        "int32": "MindSpore refuses int32",
        "int16": "MindSpore refuses int16",
        "int8": "MindSpore refuses int8",
        "uint8": "MindSpore refuses uint8",
        "bool": "MindSpore refuses booleans",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
    },
)
def tanh(input: Tensor) -> Tensor:
    """Return the hyperbolic tangent; input of any shape, floating."""
    return ops.tanh(input)


@exact_of(tanh)
def _(input: Tensor) -> Tensor:
    return of_wide(ops.tanh, input)


@counterpart(
    "torch.nn.functional.softplus",
    differs={
        "accuracy": "results near 0 lose digits, up to 1.7e+07 units in the last place",
        "nan": "MindSpore gives inf where torch gives nan",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "0-d": "MindSpore gives inf where torch gives nan",
    },
)
def softplus(input: Tensor, beta: float = 1, threshold: float = 20) -> Tensor:
    """Return ``log(1 + exp(beta * x)) / beta`` for each x, or x itself where ``beta * x`` is above threshold.

    Args:
        input: any shape, floating.
        beta: not 0.
        threshold: where the function is linear.

    Returns:
        Tensor of input's shape and dtype.
    """
    return ops.softplus(input, beta=beta, threshold=threshold)


@counterpart(
    "torch.nn.functional.logsigmoid",
    differs={
        "accuracy": "errs by up to 4e+03 units in the last place",
        "nan": "MindSpore gives -inf where torch gives nan",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "0-d": "MindSpore gives -inf where torch gives nan",
    },
)
def logsigmoid(input: Tensor) -> Tensor:
    """Return the logarithm of the sigmoid; input of any shape, floating.

    Not by ops.logsigmoid, which gives minus infinity below -104.
    """
    return -ops.softplus(-input)


@counterpart(
    "torch.nn.functional.mish",
    differs={
        "accuracy": "results near 0 lose digits, up to 8.1e+07 units in the last place",
        "float16": "MindSpore gives nan where torch gives 5.77",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "nan": "MindSpore gives nan where torch gives 5.77",
        "inf": "MindSpore gives nan where torch gives inf",
        "0-d & gradient": "MindSpore gives 2 where torch gives nan",
    },
)
def mish(input: Tensor, inplace: bool = False) -> Tensor:
    """Multiply each element by the hyperbolic tangent of its softplus.

    Not by ops.mish, which gives nan from 89 on.

    Args:
        input: any shape, floating.
        inplace: also write the result to input.

    Returns:
        Tensor of input's shape and dtype.
    """
    if inplace:
        return input.copy_(mish_of(input.copy()))
    return mish_of(input)


def mish_of(x: Tensor) -> Tensor:
    """Return ``x * tanh(log(1 + exp(x)))`` without the logarithm; from 20 on, in float16 from 5 on, it is x."""
    exponential = ops.exp(ops.minimum(x, 5 if x.dtype == ms.float16 else 20))
    numerator = exponential * (exponential + 2)
    return x * (numerator / (numerator + 2))


@counterpart(
    "torch.nn.functional.glu",
    differs={
        "accuracy": "errs by up to 35 units in the last place",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore takes arguments that torch refuses",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
    },
)
def glu(input: Tensor, dim: int = -1) -> Tensor:
    """Multiply the first half along dim by the sigmoid of the second.

    Args:
        input: any shape with an even size along dim, floating.
        dim: the dimension to halve.

    Returns:
        Tensor of input's dtype, half as large.
    """
    return ops.glu(input, axis=dim)


@counterpart(
    "torch.nn.functional.prelu",
    differs={
        "0-d": "MindSpore refuses 0-d tensors",
        "float64": "MindSpore has no float64 kernel for it on CPU",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "uninitialised": "MindSpore returns memory that it has not written",
        "empty": "MindSpore refuses empty tensors",
        "gradient & nan": "MindSpore gives 1.88 where torch gives 9.3",
    },
)
def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """Multiply what is negative by weight.

    Args:
        input: (N, C, ...), floating.
        weight: (1,) or (C,), of input's dtype.

    Returns:
        Tensor of input's shape and dtype.
    """
    return ops.prelu(input, weight)


@counterpart(
    "torch.nn.functional.softsign",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore also takes integers or booleans",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
    },
)
def softsign(input: Tensor) -> Tensor:
    """Return ``x / (1 + |x|)`` for each x; input of any shape, floating."""
    return input / (ops.abs(input) + 1)


@counterpart(
    "torch.nn.functional.tanhshrink",
    differs={
        "accuracy": "errs by up to 2.1e+06 units in the last place",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "int64": "MindSpore refuses int64",
        "int32": "MindSpore refuses int32",
        "int16": "MindSpore refuses int16",
        "int8": "MindSpore refuses int8",
        "uint8": "MindSpore refuses uint8",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
    },
)
def tanhshrink(input: Tensor) -> Tensor:
    """Return ``x - tanh(x)`` for each x; input of any shape, floating."""
    return input - ops.tanh(input)


@counterpart(
    "torch.nn.functional.softshrink",
    differs={
        "nan": "MindSpore gives 0 where torch gives nan",
        "float64": "MindSpore has no float64 kernel for it on CPU",
        "0-d": "MindSpore refuses 0-d tensors",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "empty": "MindSpore refuses empty tensors",
    },
)
def softshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """Move each element towards 0 by lambd, and to 0 where it is nearer; input of any shape, floating."""
    return ops.softshrink(input, lambd=lambd)


@counterpart(
    "torch.nn.functional.hardshrink",
    differs={
        "nan": "MindSpore gives 0 where torch gives nan",
        "float64": "MindSpore has no float64 kernel for it on CPU",
        "0-d": "MindSpore refuses 0-d tensors",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "empty": "MindSpore refuses empty tensors",
    },
)
def hardshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """Replace what is within lambd of 0 by 0; input of any shape, floating."""
    return ops.hardshrink(input, lambd=lambd)


@counterpart(
    "torch.nn.functional.threshold",
    differs={
        "nan": "MindSpore gives -9 where torch gives nan",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore also takes integers or booleans",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "0-d": "MindSpore gives -4.32 where torch gives nan",
    },
)
def threshold(input: Tensor, threshold: float, value: float, inplace: bool = False) -> Tensor:
    """Replace what is not above threshold by value.

    Args:
        input: any shape, a real dtype.
        threshold: the bound.
        value: what takes the place.
        inplace: also write the result to input.

    Returns:
        Tensor of input's shape and dtype.
    """
    result = ops.where(input > threshold, input, ops.full_like(input, value))
    return input.copy_(result) if inplace else result


@counterpart(
    "torch.nn.functional.normalize",
    refuses={"out": "assign the result instead"},
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore also takes integers or booleans",
        "complex64": "MindSpore has no complex64 kernel for it on CPU",
        "nan": "MindSpore gives -2.67e+11 where torch gives nan",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "accuracy": "errs by up to 79 units in the last place in the gradient",
        "float16 & gradient": "MindSpore gives 15.7 where torch gives inf",
        "empty & gradient": "the gradient of an empty tensor raises",
    },
)
def normalize(
    input: Tensor, p: float = 2.0, dim: int = 1, eps: float = 1e-12, out: Tensor | None = None
) -> Tensor:
    """Divide by the p-norm along dim, or by eps where that is larger.

    Args:
        input: any shape, floating.
        p: of the norm.
        dim: the dimension to normalise along.
        eps: the least divisor.
        out: refused.

    Returns:
        Tensor of input's shape and dtype.
    """
    return input / ops.clamp(norm_of_elements(input, p, dim, True), min=eps)


@counterpart(
    "torch.nn.functional.cosine_similarity",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore also takes integers or booleans",
        "accuracy": "results near 0 lose digits, up to 9.6e+36 units in the last place in the gradient",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "nan": "MindSpore gives -inf where torch gives nan",
    },
)
def cosine_similarity(x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """Return the cosine of the angle between x1 and x2 along dim.

    Not by ops.cosine_similarity, which is wrong along other dimensions than the last.

    Args:
        x1: any shape, floating.
        x2: of a shape that broadcasts with that of x1.
        dim: the dimension of the vectors.
        eps: the least norm.

    Returns:
        Tensor without dim.
    """
    return cosine_along(x1, x2, dim, eps)


def cosine_along(x1: Tensor, x2: Tensor, dim: int, eps: float) -> Tensor:
    """Return the cosine of the angle between x1 and x2 along dim, with norms of eps at least."""
    shape = np.broadcast_shapes(x1.shape, x2.shape)
    x1, x2 = x1.broadcast_to(shape), x2.broadcast_to(shape)
    norms, others = (ops.sqrt(ops.maximum((x * x).sum(dim), ms.Tensor(eps * eps, x.dtype))) for x in (x1, x2))
    return (x1 * x2).sum(dim) / (norms * others)
