"""``torch.nn.functional``, written in MindSpore.

Here are softmax and the losses of classes, and what networks of images are made of; other files of this folder, whose
names start with an underscore, hold the rest by kind.
"""

from __future__ import annotations

import mindspore as ms
from mindspore import Tensor, nn, ops

from sporeprint.counterpart import REGISTRY, counterpart, exact_of
from sporeprint.torch._differs import (
    CROSS_ENTROPY,
    DROPOUT,
    LOG_SOFTMAX,
    NLL_LOSS,
    POOL_MAXIMA,
    RELU,
    SOFTMAX,
    SOFTMAX_GRADIENT,
    WITHOUT_DIM_OR_OF_COMPLEX,
)
from sporeprint.torch._layers import (
    check_dropout_rate,
    exact_dropout,
    exact_linear,
    exact_max_pool2d,
    exact_relu,
    written_into,
)
from sporeprint.torch._softmax import (
    exact_cross_entropy,
    exact_gumbel_softmax,
    exact_log_softmax,
    exact_nll_loss,
    exact_softmax,
    exact_softmin,
    legacy_softmax_dim,
)
from sporeprint.torch.nn._reduction import legacy_reduction, warned_reduction


def __getattr__(name: str) -> object:
    """Return what stands for ``torch.nn.functional.{name}`` and is written in another file."""
    api = f"torch.nn.functional.{name}"
    if api in REGISTRY:
        return REGISTRY[api]
    raise AttributeError(f"{api} has no counterpart")


@counterpart(
    "torch.nn.functional.softmax",
    ignores={
        "_stacklevel": "only moves the line that a warning points at",
    },
    differs={**SOFTMAX, **SOFTMAX_GRADIENT, **WITHOUT_DIM_OR_OF_COMPLEX},
)
def softmax(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: ms.Type | None = None
) -> Tensor:
    """Return exponentials made to sum to 1 along ``dim``.

    A bug of MindSpore 2.10 on CPU to stay clear of: once ops.softmax of an empty tensor has been differentiated, later
    gradients of it along dimension 0 are wrong in the same process, by as much as 0.6.

    Args:
        input: any shape, floating; with dtype, any.
        dim: the dimension to normalise over; None takes 0 for 0-, 1- and 3-D inputs, else 1.
        _stacklevel: not used.
        dtype: what the input is cast to first; None leaves it.

    Returns:
        Tensor of input's shape, in dtype or its own.
    """
    if dtype is not None:
        input = input.astype(dtype)
    if dim is None:
        dim = 0 if input.ndim in (0, 1, 3) else 1
    return ops.softmax(input, axis=dim)


@exact_of(softmax)
def _(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: ms.Type | None = None) -> Tensor:
    if dim is None:
        dim = legacy_softmax_dim("softmax", input.ndim, _stacklevel)
    return exact_softmax(input, dim, dtype)


@counterpart(
    "torch.nn.functional.log_softmax",
    ignores={
        "_stacklevel": "only moves the line that a warning points at",
    },
    differs={**LOG_SOFTMAX, **WITHOUT_DIM_OR_OF_COMPLEX},
)
def log_softmax(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: ms.Type | None = None
) -> Tensor:
    """Return the logarithm of the softmax along ``dim``.

    Args:
        input: any shape, floating; with dtype, any.
        dim: the dimension to normalise over; None takes 0 for 0-, 1- and 3-D inputs, else 1.
        _stacklevel: not used.
        dtype: what the input is cast to first; None leaves it.

    Returns:
        Tensor of input's shape, in dtype or its own.
    """
    if dtype is not None:
        input = input.astype(dtype)
    if dim is None:
        dim = 0 if input.ndim in (0, 1, 3) else 1
    return ops.log_softmax(input, axis=dim)


@exact_of(log_softmax)
def _(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: ms.Type | None = None) -> Tensor:
    if dim is None:
        dim = legacy_softmax_dim("log_softmax", input.ndim, _stacklevel)
    return exact_log_softmax(input, dim, dtype)


@counterpart(
    "torch.nn.functional.softmin",
    ignores={
        "_stacklevel": "only moves the line that a warning points at",
    },
    differs={**SOFTMAX, **WITHOUT_DIM_OR_OF_COMPLEX},
)
def softmin(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: ms.Type | None = None
) -> Tensor:
    """Return the softmax of the negated input along ``dim``.

    A bug of MindSpore 2.10 on CPU to stay clear of: once ops.softmax of an empty tensor has been differentiated, later
    gradients of it along dimension 0 are wrong in the same process, by as much as 0.6.

    Args:
        input: any shape, floating; with dtype, any.
        dim: the dimension to normalise over; None takes 0 for 0-, 1- and 3-D inputs, else 1.
        _stacklevel: not used.
        dtype: what the input is cast to first; None leaves it.

    Returns:
        Tensor of input's shape, in dtype or its own.
    """
    input = -input
    if dtype is not None:
        input = input.astype(dtype)
    if dim is None:
        dim = 0 if input.ndim in (0, 1, 3) else 1
    return ops.softmax(input, axis=dim)


@exact_of(softmin)
def _(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: ms.Type | None = None) -> Tensor:
    if dim is None:
        dim = legacy_softmax_dim("softmin", input.ndim, _stacklevel)
    return exact_softmin(input, dim, dtype)


@counterpart(
    "torch.nn.functional.gumbel_softmax",
    ignores={
        "eps": "deprecated; torch ignores it too",
    },
    differs={
        "0-d": "ops.softmax refuses 0-d tensors",
        "bfloat16": "ops.log1p has no bfloat16 kernel on CPU",
        "nan": "a nan does not reach the other elements along dim: they become 0",
        "inf": "where torch gives nan (plus infinity, or nothing but minus infinity) elements or gradients become 0",
        "warning": "torch warns that eps is deprecated",
    },
)
def gumbel_softmax(
    logits: Tensor, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1
) -> Tensor:
    """Return a sample of the Gumbel-softmax distribution.

    Args:
        logits: any shape, floating.
        tau: the temperature.
        hard: return one-hot vectors, with the gradient of the soft ones.
        eps: not used.
        dim: the dimension to normalise over.

    Returns:
        Tensor of logits' shape and dtype.
    """
    # Not ops.gumbel_softmax: its noise is infinite, and the row nan, where the random number is close to 1.
    soft = ops.softmax((logits - ops.log(-ops.log1p(-ops.rand_like(logits)))) / tau, axis=dim)
    if not hard:
        return soft
    index = ops.argmax(soft, dim=dim, keepdim=True)
    one_hot = ops.tensor_scatter_elements(
        ops.zeros_like(soft), index, ops.ones_like(index).astype(soft.dtype), axis=dim
    )
    return ops.stop_gradient(one_hot - soft) + soft


@exact_of(gumbel_softmax)
def _(logits: Tensor, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1) -> Tensor:
    return exact_gumbel_softmax(logits, tau, hard, eps, dim)


@counterpart(
    "torch.nn.functional.nll_loss",
    differs={
        **NLL_LOSS,
        "empty": "the mean over no targets is 0, not nan",
        "warning": "torch warns that size_average and reduce are deprecated",
    },
)
def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Return the negated log-probability of the target classes.

    Args:
        input: log-probabilities, (C,), (N, C) or (N, C, d1, ...), floating.
        target: classes, (), (N,) or (N, d1, ...), int64.
        weight: of the classes, (C,), in input's dtype, or None.
        size_average: deprecated: False makes reduction "sum".
        ignore_index: the class that counts for nothing.
        reduce: deprecated: False makes reduction "none".
        reduction: "mean" (over the targets' weights), "sum" or "none".

    Returns:
        0-d tensor of input's dtype; with "none" one in the shape of target.
    """
    if size_average is not None or reduce is not None:
        reduction = legacy_reduction(size_average, reduce)
    return ops.nll_loss(input, target, weight=weight, ignore_index=ignore_index, reduction=reduction)


@exact_of(nll_loss)
def _(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    reduction = warned_reduction(size_average, reduce, reduction)
    return exact_nll_loss(input, target, weight, ignore_index, reduction)


@counterpart(
    "torch.nn.functional.cross_entropy",
    differs={**CROSS_ENTROPY, "warning": "torch warns that size_average and reduce are deprecated"},
)
def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """Return the cross entropy of logits and targets.

    Args:
        input: logits, (C,), (N, C) or (N, C, d1, ...), floating.
        target: classes, (), (N,) or (N, d1, ...), int64, or probabilities in the shape of input.
        weight: of the classes, (C,), in input's dtype, or None.
        size_average: deprecated: False makes reduction "sum".
        ignore_index: the class that counts for nothing.
        reduce: deprecated: False makes reduction "none".
        reduction: "mean" (over the targets' weights), "sum" or "none".
        label_smoothing: the part of each target that is spread over all classes.

    Returns:
        0-d tensor of input's dtype; with "none" one in the shape of class targets.
    """
    if size_average is not None or reduce is not None:
        reduction = legacy_reduction(size_average, reduce)
    return ops.cross_entropy(
        input,
        target,
        weight=weight,
        ignore_index=ignore_index,
        reduction=reduction,
        label_smoothing=label_smoothing * 1.0,  # MindSpore refuses an int
    )


@exact_of(cross_entropy)
def _(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    reduction = warned_reduction(size_average, reduce, reduction)
    return exact_cross_entropy(input, target, weight, ignore_index, reduction, label_smoothing)


# ------------------------------------------------------------------------------
# What networks of images are made of: relu, dropout, max_pool2d, linear
# ------------------------------------------------------------------------------


@counterpart("torch.nn.functional.relu", differs=RELU)
def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """Replace what is negative by 0.

    Args:
        input: any shape, a real dtype.
        inplace: also write the result to input. The gradient then is right, unless input is a view other
            than by an index.

    Returns:
        Tensor of input's shape and dtype.
    """
    if inplace:
        return written_into(input, ops.relu(input))
    return ops.relu(input)


@exact_of(relu)
def _(input: Tensor, inplace: bool = False) -> Tensor:
    result = exact_relu(input)
    return written_into(input, result) if inplace else result


@counterpart("torch.nn.functional.dropout", differs=DROPOUT)
def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """In training, drop each element with probability p and multiply the others by 1/(1-p).

    Args:
        input: any shape, a floating dtype.
        p: probability.
        training: False returns the input.
        inplace: also write the result to input. The gradient then is right, unless input is a view other
            than by an index.

    Returns:
        Tensor of input's shape and dtype.
    """
    if p == 0:
        return input
    if p == 1:  # ops.dropout refuses it
        if inplace:
            return written_into(input, input * 0 if training else input)
        return input * 0 if training else input
    if inplace:
        return written_into(input, ops.dropout(input, p=p, training=training))
    return ops.dropout(input, p=p, training=training)


@exact_of(dropout)
def _(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    check_dropout_rate(p)
    result = exact_dropout(input, p, training)
    return written_into(input, result) if inplace else result


@counterpart("torch.nn.functional.max_pool2d", differs=POOL_MAXIMA)
def max_pool2d(
    input: Tensor,
    kernel_size: int | tuple[int, ...],
    stride: int | tuple[int, ...] | None = None,
    padding: int | tuple[int, ...] = 0,
    dilation: int | tuple[int, ...] = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor | tuple[Tensor, Tensor]:
    """Return the largest element of each window.

    Not by ops.max_pool2d: its gradient takes 30 times as long, it refuses (C, H, W), and a window of the
    smallest integer gives the next one. nn.MaxPool2d with pad_mode="valid" is right or raises; with "pad" it
    gives 0 for negative integers.

    Args:
        input: (N, C, H, W) or (C, H, W), a real dtype.
        kernel_size: height and width of the window.
        stride: its steps; None is kernel_size.
        padding: rows and columns of -inf added at each side.
        dilation: distance of the elements of a window.
        ceil_mode: whether a window may stick out at the end.
        return_indices: also return the int64 position of each result in its H*W plane.

    Returns:
        Tensor of input's dtype, and its indices if asked for.
    """
    if padding in (0, (0, 0)) and dilation in (1, (1, 1)) and not ceil_mode and not return_indices:
        return nn.MaxPool2d(kernel_size, stride=kernel_size if stride is None else stride)(input)
    values, indices = exact_max_pool2d(input, kernel_size, stride, padding, dilation, ceil_mode)
    return (values, indices) if return_indices else values


@exact_of(max_pool2d)
def _(
    input: Tensor,
    kernel_size: int | tuple[int, ...],
    stride: int | tuple[int, ...] | None = None,
    padding: int | tuple[int, ...] = 0,
    dilation: int | tuple[int, ...] = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor | tuple[Tensor, Tensor]:
    values, indices = exact_max_pool2d(input, kernel_size, stride, padding, dilation, ceil_mode)
    return (values, indices) if return_indices else values


@counterpart(
    "torch.nn.functional.linear",
    differs={
        "bfloat16": "MindSpore's MatMul has no bfloat16 kernel on CPU",
        "empty & uninitialised": "ops.dense without features does not write its result, nor, for an empty batch, "
        "the gradient of the weight",
        "bool & empty": "MindSpore's MatMul has no bool kernel on CPU",
        "accuracy & float16": "MindSpore's MatMul sums in float16",
        "complex64 & inf": "an infinity times a complex number is an infinity, where torch gives nan",
    },
)
def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return ``input @ weight.T + bias``.

    Args:
        input: (..., in_features).
        weight: (out_features, in_features) or (in_features,), of input's dtype.
        bias: (out_features,) or None, of input's dtype.

    Returns:
        Tensor of shape (..., out_features), or (...) with a one-dimensional weight.
    """
    return ops.dense(input, weight, bias=bias)


@exact_of(linear)
def _(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    return exact_linear(input, weight, bias)
