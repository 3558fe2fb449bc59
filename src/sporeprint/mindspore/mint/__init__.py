"""``mindspore.mint``, written in torch. Its functions follow torch's; many of them have no CPU kernel."""

from __future__ import annotations

import torch

from sporeprint.counterpart import counterpart
from sporeprint.mindspore._differs import MINT_SOFTMAX
from sporeprint.mindspore.mint import nn

__all__ = ["logsumexp", "nn", "softmax"]


@counterpart("mindspore.mint.softmax", differs=MINT_SOFTMAX)
def softmax(input: torch.Tensor, dim: int, *, dtype: torch.dtype | None = None) -> torch.Tensor:
    """Return exponentials, made to sum to 1 along ``dim``; None is 0 for rank 0, 1 and 3, else 1."""
    if dim is None:
        dim = 0 if input.dim() in (0, 1, 3) else 1
    return torch.softmax(input, dim=dim, dtype=dtype)


@counterpart(
    "mindspore.mint.logsumexp",
    differs={"error": "MindSpore has no LogSumExp kernel on CPU and always raises there"},
)
def logsumexp(
    input: torch.Tensor, dim: int | tuple[int, ...] | list[int], keepdim: bool = False
) -> torch.Tensor:
    """Return the logarithm of the sum of the exponentials along ``dim``.

    Written after MindSpore's documentation: without a CPU kernel it could not be measured.
    """
    return torch.logsumexp(input, dim, keepdim=keepdim)
