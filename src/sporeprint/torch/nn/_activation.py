"""The activations of ``torch.nn.functional``, written in MindSpore."""

from __future__ import annotations

import mindspore as ms
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart

# In MindSpore no activation writes to its input, so ``inplace`` is a copy of the result into it.


@counterpart("torch.nn.functional.gelu")
def gelu(input: Tensor, *, approximate: str = "none") -> Tensor:
    """Multiply each element by the normal distribution function of it.

    Args:
        input: any shape, floating.
        approximate: "none", or "tanh" for an approximation.

    Returns:
        Tensor of input's shape and dtype.
    """
    return ops.gelu(input, approximate=approximate)


@counterpart("torch.nn.functional.silu")
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


@counterpart("torch.nn.functional.leaky_relu")
def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """Multiply what is negative by negative_slope.

    Args:
        input: any shape, floating.
        negative_slope: the factor.
        inplace: also write the result to input.

    Returns:
        Tensor of input's shape and dtype.
    """
    if inplace:
        return input.copy_(ops.leaky_relu(input, alpha=negative_slope))
    return ops.leaky_relu(input, alpha=negative_slope)


@counterpart("torch.nn.functional.leaky_relu_")
def leaky_relu_(input: Tensor, negative_slope: float = 0.01) -> Tensor:
    """Multiply what is negative by negative_slope, in place; input of any shape, floating."""
    return input.copy_(ops.leaky_relu(input, alpha=negative_slope))


@counterpart("torch.nn.functional.relu_")
def relu_(input: Tensor) -> Tensor:
    """Replace what is negative by 0, in place; input of any shape and real dtype."""
    return input.copy_(ops.relu(input))


@counterpart("torch.nn.functional.relu6")
def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """Replace what is negative by 0 and what is above 6 by 6.

    Args:
        input: any shape, floating.
        inplace: also write the result to input.

    Returns:
        Tensor of input's shape and dtype.
    """
    if inplace:
        return input.copy_(ops.relu6(input))
    return ops.relu6(input)


@counterpart("torch.nn.functional.hardswish")
def hardswish(input: Tensor, inplace: bool = False) -> Tensor:
    """Return ``input * relu6(input + 3) / 6``.

    Args:
        input: any shape, floating.
        inplace: also write the result to input.

    Returns:
        Tensor of input's shape and dtype.
    """
    if inplace:
        return input.copy_(ops.hardswish(input))
    return ops.hardswish(input)


@counterpart("torch.nn.functional.hardsigmoid")
def hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """Return ``relu6(input + 3) / 6``.

    Args:
        input: any shape, floating.
        inplace: also write the result to input.

    Returns:
        Tensor of input's shape and dtype.
    """
    if inplace:
        return input.copy_(ops.hardsigmoid(input))
    return ops.hardsigmoid(input)


@counterpart("torch.nn.functional.hardtanh")
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
        return input.copy_(ops.hardtanh(input, min_val=min_val, max_val=max_val))
    return ops.hardtanh(input, min_val=min_val, max_val=max_val)


@counterpart("torch.nn.functional.elu")
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


@counterpart("torch.nn.functional.elu_")
def elu_(input: Tensor, alpha: float = 1.0) -> Tensor:
    """Compute :func:`elu` in place; input of any shape, floating."""
    return input.copy_(ops.elu(input) if alpha == 1 else scaled_elu(input, alpha))


@counterpart("torch.nn.functional.selu")
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


@counterpart("torch.nn.functional.celu")
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
        return input.copy_(ops.celu(input, alpha=alpha))
    return ops.celu(input, alpha=alpha)


@counterpart("torch.nn.functional.sigmoid")
def sigmoid(input: Tensor) -> Tensor:
    """Return ``1 / (1 + exp(-input))``; input of any shape, floating."""
    return ops.sigmoid(input)


@counterpart("torch.nn.functional.tanh")
def tanh(input: Tensor) -> Tensor:
    """Return the hyperbolic tangent; input of any shape, floating."""
    return ops.tanh(input)


@counterpart("torch.nn.functional.softplus")
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


@counterpart("torch.nn.functional.logsigmoid")
def logsigmoid(input: Tensor) -> Tensor:
    """Return the logarithm of the sigmoid; input of any shape, floating.

    Not by ops.logsigmoid, which gives minus infinity below -104.
    """
    return -ops.softplus(-input)


@counterpart("torch.nn.functional.mish")
def mish(input: Tensor, inplace: bool = False) -> Tensor:
    """Multiply each element by the hyperbolic tangent of its softplus.

    Not by ops.mish, which gives nan from 89 on.

    Args:
        input: any shape, floating.
        inplace: also write the result to input.

    Returns:
        Tensor of input's shape and dtype.
    """
    result = input * ops.tanh(ops.softplus(input))
    return input.copy_(result) if inplace else result


@counterpart("torch.nn.functional.glu")
def glu(input: Tensor, dim: int = -1) -> Tensor:
    """Multiply the first half along dim by the sigmoid of the second.

    Args:
        input: any shape with an even size along dim, floating.
        dim: the dimension to halve.

    Returns:
        Tensor of input's dtype, half as large.
    """
    return ops.glu(input, axis=dim)


@counterpart("torch.nn.functional.prelu")
def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """Multiply what is negative by weight.

    Args:
        input: (N, C, ...), floating.
        weight: (1,) or (C,), of input's dtype.

    Returns:
        Tensor of input's shape and dtype.
    """
    return ops.prelu(input, weight)


@counterpart("torch.nn.functional.softsign")
def softsign(input: Tensor) -> Tensor:
    """Return ``x / (1 + |x|)`` for each x; input of any shape, floating."""
    return ops.softsign(input)


@counterpart("torch.nn.functional.tanhshrink")
def tanhshrink(input: Tensor) -> Tensor:
    """Return ``x - tanh(x)`` for each x; input of any shape, floating."""
    return ops.tanhshrink(input)


@counterpart("torch.nn.functional.softshrink")
def softshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """Move each element towards 0 by lambd, and to 0 where it is nearer; input of any shape, floating."""
    return ops.softshrink(input, lambd=lambd)


@counterpart("torch.nn.functional.hardshrink")
def hardshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """Replace what is within lambd of 0 by 0; input of any shape, floating."""
    return ops.hardshrink(input, lambd=lambd)


@counterpart("torch.nn.functional.threshold")
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


@counterpart("torch.nn.functional.normalize", refuses={"out": "assign the result instead"})
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
    return input / ops.clamp(ops.norm(input, ord=p, dim=dim, keepdim=True), min=eps)


@counterpart("torch.nn.functional.cosine_similarity")
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
    products = (x1 * x2).sum(dim)
    norms = ops.sqrt(ops.maximum((x1 * x1).sum(dim), ms.Tensor(eps * eps, x1.dtype)))
    others = ops.sqrt(ops.maximum((x2 * x2).sum(dim), ms.Tensor(eps * eps, x2.dtype)))
    return products / (norms * others)
