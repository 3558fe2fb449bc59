"""``torch.special``, written in MindSpore."""

from __future__ import annotations

import mindspore as ms
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart, exact_of
from sporeprint.torch._differs import LOG_SOFTMAX, OF_COMPLEX, SOFTMAX, SOFTMAX_GRADIENT
from sporeprint.torch._softmax import exact_log_softmax, exact_softmax
from sporeprint.torch.functional import logsumexp

__all__ = ["log_softmax", "logsumexp", "softmax"]


@counterpart("torch.special.softmax", differs={**SOFTMAX, **SOFTMAX_GRADIENT, **OF_COMPLEX})
def softmax(input: Tensor, dim: int, dtype: ms.Type | None = None) -> Tensor:
    """Return exponentials made to sum to 1 along ``dim``.

    A bug of MindSpore 2.10 on CPU to stay clear of: once ops.softmax of an empty tensor has been differentiated, later
    gradients of it along dimension 0 are wrong in the same process, by as much as 0.6.

    Args:
        input: any shape, floating; with dtype, any.
        dim: the dimension to normalise over.
        dtype: what the input is cast to first; None leaves it.

    Returns:
        Tensor of input's shape, in dtype or its own.
    """
    if dtype is not None:
        input = input.astype(dtype)
    return ops.softmax(input, axis=dim)


@exact_of(softmax)
def _(input: Tensor, dim: int, dtype: ms.Type | None = None) -> Tensor:
    return exact_softmax(input, dim, dtype)


@counterpart("torch.special.log_softmax", differs={**LOG_SOFTMAX, **OF_COMPLEX})
def log_softmax(input: Tensor, dim: int, *, dtype: ms.Type | None = None) -> Tensor:
    """Return the logarithm of the softmax along ``dim``.

    Args:
        input: any shape, floating; with dtype, any.
        dim: the dimension to normalise over.
        dtype: what the input is cast to first; None leaves it.

    Returns:
        Tensor of input's shape, in dtype or its own.
    """
    if dtype is not None:
        input = input.astype(dtype)
    return ops.log_softmax(input, axis=dim)


@exact_of(log_softmax)
def _(input: Tensor, dim: int, *, dtype: ms.Type | None = None) -> Tensor:
    return exact_log_softmax(input, dim, dtype)
