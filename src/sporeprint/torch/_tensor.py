"""Methods of ``torch.Tensor``, written in MindSpore: functions whose first parameter is the tensor."""

from __future__ import annotations

import mindspore as ms
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart, exact_of
from sporeprint.torch._differs import LOG_SOFTMAX, LOGSUMEXP, OF_COMPLEX, RELU, SOFTMAX, SOFTMAX_GRADIENT
from sporeprint.torch._layers import exact_flatten, exact_relu
from sporeprint.torch._softmax import exact_log_softmax, exact_logsumexp, exact_softmax


@counterpart("torch.Tensor.softmax", differs={**SOFTMAX, **SOFTMAX_GRADIENT, **OF_COMPLEX})
def softmax(self: Tensor, dim: int, dtype: ms.Type | None = None) -> Tensor:
    """Return exponentials made to sum to 1 along ``dim``.

    A bug of MindSpore 2.10 on CPU to stay clear of: once ops.softmax of an empty tensor has been differentiated, later
    gradients of it along dimension 0 are wrong in the same process, by as much as 0.6.

    Args:
        self: any shape, floating; with dtype, any.
        dim: the dimension to normalise over.
        dtype: what the input is cast to first; None leaves it.

    Returns:
        Tensor of self's shape, in dtype or its own.
    """
    if dtype is not None:
        self = self.astype(dtype)
    return ops.softmax(self, axis=dim)


@exact_of(softmax)
def _(self: Tensor, dim: int, dtype: ms.Type | None = None) -> Tensor:
    return exact_softmax(self, dim, dtype)


@counterpart("torch.Tensor.log_softmax", differs={**LOG_SOFTMAX, **OF_COMPLEX})
def log_softmax(self: Tensor, dim: int, dtype: ms.Type | None = None) -> Tensor:
    """Return the logarithm of the softmax along ``dim``.

    Args:
        self: any shape, floating; with dtype, any.
        dim: the dimension to normalise over.
        dtype: what the input is cast to first; None leaves it.

    Returns:
        Tensor of self's shape, in dtype or its own.
    """
    if dtype is not None:
        self = self.astype(dtype)
    return ops.log_softmax(self, axis=dim)


@exact_of(log_softmax)
def _(self: Tensor, dim: int, dtype: ms.Type | None = None) -> Tensor:
    return exact_log_softmax(self, dim, dtype)


@counterpart("torch.Tensor.logsumexp", differs=LOGSUMEXP)
def logsumexp(self: Tensor, dim: int | tuple[int, ...], keepdim: bool = False) -> Tensor:
    """Return the logarithm of the sum of the exponentials along ``dim``.

    Args:
        self: any shape; integers and booleans give float32.
        dim: one dimension or several.
        keepdim: keep them, with size 1.

    Returns:
        Tensor without those dimensions.
    """
    # The product makes float32 of integers and booleans, as torch does, and leaves every other dtype.
    return ops.logsumexp(self * 1.0, dim=dim, keepdim=keepdim)


@exact_of(logsumexp)
def _(self: Tensor, dim: int | tuple[int, ...], keepdim: bool = False) -> Tensor:
    return exact_logsumexp(self, dim, keepdim)


# ------------------------------------------------------------------------------
# flatten, relu, size
# ------------------------------------------------------------------------------


@counterpart(
    "torch.Tensor.flatten",
    differs={
        "bfloat16": "MindSpore's Flatten has no bfloat16 kernel on CPU",
        "error": "Tensor.flatten of rank 0 and 1 takes a start_dim of 1, which is out of range for torch",
        "view": "with a start_dim of 1 MindSpore's Flatten copies",
    },
)
def flatten(self: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """Join the dimensions start_dim to end_dim of a tensor of any shape and dtype; without them, all."""
    return self.flatten(start_dim, end_dim)


@exact_of(flatten)
def _(self: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    return exact_flatten(self, start_dim, end_dim)


@counterpart("torch.Tensor.relu", differs=RELU)
def relu(self: Tensor) -> Tensor:
    """Replace what is negative by 0; a tensor of any shape and real dtype. MindSpore has no such method."""
    return ops.relu(self)


@exact_of(relu)
def _(self: Tensor) -> Tensor:
    return exact_relu(self)


@counterpart("torch.Tensor.size")
def size(self: Tensor, dim: int | None = None) -> tuple[int, ...] | int:
    """Return the shape, or the length of dimension dim.

    MindSpore's ``size`` is no method but the number of elements. torch's torch.Size is a tuple, too.
    """
    return self.shape if dim is None else self.shape[dim]
