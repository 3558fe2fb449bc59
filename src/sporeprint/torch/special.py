"""``torch.special``, written in MindSpore."""

from __future__ import annotations

import mindspore as ms
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart, exact_of
from sporeprint.torch._softmax import exact_log_softmax, exact_softmax
from sporeprint.torch.functional import logsumexp

__all__ = ["log_softmax", "logsumexp", "softmax"]


@counterpart("torch.special.softmax")
def softmax(input: Tensor, dim: int, dtype: ms.Type | None = None) -> Tensor:
    """Exponentials, made to sum to 1 along ``dim``."""
    if dtype is not None:
        input = input.astype(dtype)
    return ops.softmax(input, axis=dim)


@exact_of(softmax)
def _(input: Tensor, dim: int, dtype: ms.Type | None = None) -> Tensor:
    return exact_softmax(input, dim, dtype)


@counterpart("torch.special.log_softmax")
def log_softmax(input: Tensor, dim: int, *, dtype: ms.Type | None = None) -> Tensor:
    """Logarithm of :func:`softmax`."""
    if dtype is not None:
        input = input.astype(dtype)
    return ops.log_softmax(input, axis=dim)


@exact_of(log_softmax)
def _(input: Tensor, dim: int, *, dtype: ms.Type | None = None) -> Tensor:
    return exact_log_softmax(input, dim, dtype)
