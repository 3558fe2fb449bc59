"""Methods of ``mindspore.Tensor``, written in torch: functions whose first parameter is the tensor."""

from __future__ import annotations

import torch

from sporeprint.counterpart import counterpart, exact_of
from sporeprint.mindspore._differs import LOGSUMEXP, SOFTMAX
from sporeprint.mindspore._softmax import logsumexp_as_mindspore, softmax_as_mindspore


@counterpart(
    "mindspore.Tensor.softmax",
    differs={
        "0-d": "MindSpore refuses a tensor of rank 0",
        **SOFTMAX,
        "complex64 & empty": "torch takes an empty complex tensor",
    },
)
def softmax(self: torch.Tensor, axis: int, dtype: torch.dtype | None = None) -> torch.Tensor:
    """Return exponentials, made to sum to 1 along ``axis``."""
    return self.softmax(dim=axis, dtype=dtype)


@exact_of(softmax)
def _(self: torch.Tensor, axis: int, dtype: torch.dtype | None = None) -> torch.Tensor:
    if isinstance(axis, tuple):
        raise TypeError(f"the type of 'axis' must be 'int', but got {axis!r}")
    return softmax_as_mindspore(self, axis, dtype)


@counterpart("mindspore.Tensor.logsumexp", differs=LOGSUMEXP)
def logsumexp(
    self: torch.Tensor, dim: int | tuple[int, ...] | list[int], keepdim: bool = False
) -> torch.Tensor:
    """Return the logarithm of the sum of the exponentials along ``dim``."""
    return self.logsumexp(dim=dim, keepdim=keepdim)


@exact_of(logsumexp)
def _(self: torch.Tensor, dim: int | tuple[int, ...] | list[int], keepdim: bool = False) -> torch.Tensor:
    return logsumexp_as_mindspore(self, dim, keepdim)
