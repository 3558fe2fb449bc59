"""Functions of ``torch`` itself, written in MindSpore."""

from __future__ import annotations

import mindspore as ms
from mindspore import Tensor, nn, ops

from sporeprint.counterpart import counterpart, exact_of
from sporeprint.torch._differs import (
    DROPOUT,
    LOG_SOFTMAX,
    LOGSUMEXP,
    MAX_POOL2D,
    OF_COMPLEX,
    RELU,
    SOFTMAX,
    SOFTMAX_GRADIENT,
)
from sporeprint.torch._layers import (
    check_dropout_rate,
    exact_dropout,
    exact_flatten,
    exact_max_pool2d,
    exact_relu,
)
from sporeprint.torch._softmax import exact_log_softmax, exact_logsumexp, exact_softmax


@counterpart(
    "torch.softmax",
    refuses={
        "out": "assign the result instead",
    },
    differs={**SOFTMAX, **SOFTMAX_GRADIENT, **OF_COMPLEX},
)
def softmax(input: Tensor, dim: int, dtype: ms.Type | None = None, *, out: Tensor | None = None) -> Tensor:
    """Return exponentials made to sum to 1 along ``dim``.

    A bug of MindSpore 2.10 on CPU to stay clear of: once ops.softmax of an empty tensor has been differentiated, later
    gradients of it along dimension 0 are wrong in the same process, by as much as 0.6.

    Args:
        input: any shape, floating; with dtype, any.
        dim: the dimension to normalise over.
        dtype: what the input is cast to first; None leaves it.
        out: refused.

    Returns:
        Tensor of input's shape, in dtype or its own.
    """
    if dtype is not None:
        input = input.astype(dtype)
    return ops.softmax(input, axis=dim)


@exact_of(softmax)
def _(input: Tensor, dim: int, dtype: ms.Type | None = None, *, out: Tensor | None = None) -> Tensor:
    return exact_softmax(input, dim, dtype)


@counterpart(
    "torch.log_softmax",
    refuses={
        "out": "assign the result instead",
    },
    differs={**LOG_SOFTMAX, **OF_COMPLEX},
)
def log_softmax(
    input: Tensor, dim: int, dtype: ms.Type | None = None, *, out: Tensor | None = None
) -> Tensor:
    """Return the logarithm of the softmax along ``dim``.

    Args:
        input: any shape, floating; with dtype, any.
        dim: the dimension to normalise over.
        dtype: what the input is cast to first; None leaves it.
        out: refused.

    Returns:
        Tensor of input's shape, in dtype or its own.
    """
    if dtype is not None:
        input = input.astype(dtype)
    return ops.log_softmax(input, axis=dim)


@exact_of(log_softmax)
def _(input: Tensor, dim: int, dtype: ms.Type | None = None, *, out: Tensor | None = None) -> Tensor:
    return exact_log_softmax(input, dim, dtype)


@counterpart(
    "torch.logsumexp",
    "torch.special.logsumexp",
    refuses={
        "out": "assign the result instead",
    },
    differs=LOGSUMEXP,
)
def logsumexp(
    input: Tensor, dim: int | tuple[int, ...], keepdim: bool = False, *, out: Tensor | None = None
) -> Tensor:
    """Return the logarithm of the sum of the exponentials along ``dim``.

    Args:
        input: any shape; integers and booleans give float32.
        dim: one dimension or several.
        keepdim: keep them, with size 1.
        out: refused.

    Returns:
        Tensor without those dimensions.
    """
    # The product makes float32 of integers and booleans, as torch does, and leaves every other dtype.
    return ops.logsumexp(input * 1.0, dim=dim, keepdim=keepdim)


@exact_of(logsumexp)
def _(
    input: Tensor, dim: int | tuple[int, ...], keepdim: bool = False, *, out: Tensor | None = None
) -> Tensor:
    return exact_logsumexp(input, dim, keepdim)


# ------------------------------------------------------------------------------
# flatten, relu, dropout, max_pool2d
# ------------------------------------------------------------------------------


@counterpart(
    "torch.flatten",
    differs={
        "bfloat16": "MindSpore's Flatten has no bfloat16 kernel on CPU",
        "error": "ops.flatten of rank 0 and 1 takes a start_dim of 1, which is out of range for torch",
        "view": "with a start_dim of 1 MindSpore's Flatten copies",
    },
)
def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """Join the dimensions start_dim to end_dim; without them, all.

    Args:
        input: any shape and dtype.
        start_dim: first dimension to join.
        end_dim: last one.

    Returns:
        Tensor of input's dtype.
    """
    return ops.flatten(input, start_dim=start_dim, end_dim=end_dim)


@exact_of(flatten)
def _(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    return exact_flatten(input, start_dim, end_dim)


@counterpart("torch.relu", differs=RELU)
def relu(input: Tensor) -> Tensor:
    """Replace what is negative by 0; input of any shape and real dtype."""
    return ops.relu(input)


@exact_of(relu)
def _(input: Tensor) -> Tensor:
    return exact_relu(input)


@counterpart("torch.dropout", differs=DROPOUT)
def dropout(input: Tensor, p: float, train: bool) -> Tensor:
    """If train, drop each element with probability p and multiply the others by 1/(1-p).

    Args:
        input: any shape, a floating dtype.
        p: probability.
        train: False returns the input.

    Returns:
        Tensor of input's shape and dtype.
    """
    if p == 0:
        return input
    if p == 1:  # ops.dropout refuses it
        return input * 0 if train else input
    return ops.dropout(input, p=p, training=train)


@exact_of(dropout)
def _(input: Tensor, p: float, train: bool) -> Tensor:
    check_dropout_rate(p)
    return exact_dropout(input, p, train)


@counterpart("torch.max_pool2d", differs=MAX_POOL2D)
def max_pool2d(
    input: Tensor,
    kernel_size: int | tuple[int, ...],
    stride: int | tuple[int, ...] = (),
    padding: int | tuple[int, ...] = 0,
    dilation: int | tuple[int, ...] = 1,
    ceil_mode: bool = False,
) -> Tensor:
    """Return the largest element of each window; parameters as in torch.nn.max_pool2d.

    Args:
        input: (N, C, H, W) or (C, H, W), a real dtype.
        kernel_size: height and width of the window.
        stride: its steps; () is kernel_size.
        padding: rows and columns of -inf added at each side.
        dilation: distance of the elements of a window.
        ceil_mode: whether a window may stick out at the end.

    Returns:
        Tensor of input's dtype.
    """
    if padding in (0, (0, 0)) and dilation in (1, (1, 1)) and not ceil_mode:
        return nn.MaxPool2d(kernel_size, stride=stride or kernel_size)(input)
    values, _indices = exact_max_pool2d(input, kernel_size, stride, padding, dilation, ceil_mode)
    return values


@exact_of(max_pool2d)
def _(
    input: Tensor,
    kernel_size: int | tuple[int, ...],
    stride: int | tuple[int, ...] = (),
    padding: int | tuple[int, ...] = 0,
    dilation: int | tuple[int, ...] = 1,
    ceil_mode: bool = False,
) -> Tensor:
    values, _indices = exact_max_pool2d(input, kernel_size, stride, padding, dilation, ceil_mode)
    return values
