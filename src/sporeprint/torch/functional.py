"""Functions of ``torch`` itself, written in MindSpore."""

from __future__ import annotations

import mindspore as ms
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart, exact_of
from sporeprint.torch._softmax import exact_log_softmax, exact_logsumexp, exact_softmax


@counterpart("torch.softmax", refuses={"out": "assign the result instead"})
def softmax(input: Tensor, dim: int, dtype: ms.Type | None = None, *, out: Tensor | None = None) -> Tensor:
    """Exponentials, made to sum to 1 along ``dim``."""
    if dtype is not None:
        input = input.astype(dtype)
    return ops.softmax(input, axis=dim)


@exact_of(softmax)
def _(input: Tensor, dim: int, dtype: ms.Type | None = None, *, out: Tensor | None = None) -> Tensor:
    return exact_softmax(input, dim, dtype)


@counterpart("torch.log_softmax", refuses={"out": "assign the result instead"})
def log_softmax(
    input: Tensor, dim: int, dtype: ms.Type | None = None, *, out: Tensor | None = None
) -> Tensor:
    """Logarithm of :func:`softmax`."""
    if dtype is not None:
        input = input.astype(dtype)
    return ops.log_softmax(input, axis=dim)


@exact_of(log_softmax)
def _(input: Tensor, dim: int, dtype: ms.Type | None = None, *, out: Tensor | None = None) -> Tensor:
    return exact_log_softmax(input, dim, dtype)


@counterpart("torch.logsumexp", "torch.special.logsumexp", refuses={"out": "assign the result instead"})
def logsumexp(
    input: Tensor, dim: int | tuple[int, ...], keepdim: bool = False, *, out: Tensor | None = None
) -> Tensor:
    """Logarithm of the sum of the exponentials along ``dim``."""
    # The product turns integers and bools into float32, as torch does, and leaves the other dtypes as they are.
    return ops.logsumexp(input * 1.0, dim=dim, keepdim=keepdim)


@exact_of(logsumexp)
def _(
    input: Tensor, dim: int | tuple[int, ...], keepdim: bool = False, *, out: Tensor | None = None
) -> Tensor:
    return exact_logsumexp(input, dim, keepdim)
