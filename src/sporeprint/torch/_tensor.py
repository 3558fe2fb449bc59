"""Methods of ``torch.Tensor``, written in MindSpore: functions whose first parameter is the tensor."""

from __future__ import annotations

import mindspore as ms
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart, exact_of
from sporeprint.torch._softmax import exact_log_softmax, exact_logsumexp, exact_softmax


@counterpart("torch.Tensor.softmax")
def softmax(self: Tensor, dim: int, dtype: ms.Type | None = None) -> Tensor:
    """Exponentials, made to sum to 1 along ``dim``."""
    if dtype is not None:
        self = self.astype(dtype)
    return ops.softmax(self, axis=dim)


@exact_of(softmax)
def _(self: Tensor, dim: int, dtype: ms.Type | None = None) -> Tensor:
    return exact_softmax(self, dim, dtype)


@counterpart("torch.Tensor.log_softmax")
def log_softmax(self: Tensor, dim: int, dtype: ms.Type | None = None) -> Tensor:
    """Logarithm of :func:`softmax`."""
    if dtype is not None:
        self = self.astype(dtype)
    return ops.log_softmax(self, axis=dim)


@exact_of(log_softmax)
def _(self: Tensor, dim: int, dtype: ms.Type | None = None) -> Tensor:
    return exact_log_softmax(self, dim, dtype)


@counterpart("torch.Tensor.logsumexp")
def logsumexp(self: Tensor, dim: int | tuple[int, ...], keepdim: bool = False) -> Tensor:
    """Logarithm of the sum of the exponentials along ``dim``."""
    # The product turns integers and bools into float32, as torch does, and leaves the other dtypes as they are.
    return ops.logsumexp(self * 1.0, dim=dim, keepdim=keepdim)


@exact_of(logsumexp)
def _(self: Tensor, dim: int | tuple[int, ...], keepdim: bool = False) -> Tensor:
    return exact_logsumexp(self, dim, keepdim)
