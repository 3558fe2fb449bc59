"""Methods of ``mindspore.Tensor``, written in torch: functions whose first parameter is the tensor."""

from __future__ import annotations

import torch

from sporeprint.counterpart import counterpart, exact_of
from sporeprint.mindspore._softmax import logsumexp_as_mindspore, softmax_as_mindspore


@counterpart(
    "mindspore.Tensor.softmax",
    differs={
        "0-d": "MindSpore refuses a tensor of rank 0",
        "bfloat16": "MindSpore's Softmax has no bfloat16 kernel on CPU",
        "nan": "MindSpore's kernel gives [0, nan, 0] for [1, nan, 2]; torch gives nan throughout",
        "inf": "MindSpore's kernel gives zeros for a row of -inf; torch gives nan",
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


@counterpart(
    "mindspore.Tensor.logsumexp",
    differs={
        "int8": "MindSpore refuses integers",
        "int16": "MindSpore refuses integers",
        "int32": "MindSpore refuses integers",
        "int64": "MindSpore refuses integers",
        "uint8": "MindSpore refuses integers",
        "bool": "MindSpore refuses booleans",
        "bfloat16": "MindSpore's ReduceMax has no bfloat16 kernel on CPU",
        "complex64": "MindSpore refuses complex numbers",
        "inf": "MindSpore subtracts the maximum also where it is infinite: nan",
        "empty": "MindSpore's result for the shape (0,) is memory that it has not written",
        "error": "torch.logsumexp raises for dim=(), which is all dimensions for MindSpore",
    },
)
def logsumexp(
    self: torch.Tensor, dim: int | tuple[int, ...] | list[int], keepdim: bool = False
) -> torch.Tensor:
    """Return the logarithm of the sum of the exponentials along ``dim``."""
    return self.logsumexp(dim=dim, keepdim=keepdim)


@exact_of(logsumexp)
def _(self: torch.Tensor, dim: int | tuple[int, ...] | list[int], keepdim: bool = False) -> torch.Tensor:
    return logsumexp_as_mindspore(self, dim, keepdim)
