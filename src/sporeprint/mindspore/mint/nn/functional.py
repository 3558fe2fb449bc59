"""``mindspore.mint.nn.functional``, written in torch."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from sporeprint.counterpart import counterpart, exact_of
from sporeprint.mindspore._differs import MINT_NLL_LOSS, MINT_SOFTMAX, NO_LOG_SOFTMAX_EXT


@counterpart("mindspore.mint.nn.functional.softmax", differs=MINT_SOFTMAX)
def softmax(input: torch.Tensor, dim: int | None = None, dtype: torch.dtype | None = None) -> torch.Tensor:
    """Return exponentials, made to sum to 1 along ``dim``; None is 0 for rank 0, 1 and 3, else 1."""
    return F.softmax(input, dim=dim, dtype=dtype)


@exact_of(softmax)
def _(input: torch.Tensor, dim: int | None = None, dtype: torch.dtype | None = None) -> torch.Tensor:
    return F.softmax(input, dim=implicit_dim(input) if dim is None else dim, dtype=dtype)


def implicit_dim(input: torch.Tensor) -> int:
    """Return the dimension that is meant where none is given."""
    return 0 if input.dim() in (0, 1, 3) else 1


@counterpart("mindspore.mint.nn.functional.log_softmax", differs=NO_LOG_SOFTMAX_EXT)
def log_softmax(
    input: torch.Tensor, dim: int | None = None, *, dtype: torch.dtype | None = None
) -> torch.Tensor:
    """Return the logarithm of :func:`softmax`.

    Written after MindSpore's documentation: without a CPU kernel it could not be measured.
    """
    return F.log_softmax(input, dim=dim, dtype=dtype)


@exact_of(log_softmax)
def _(input: torch.Tensor, dim: int | None = None, *, dtype: torch.dtype | None = None) -> torch.Tensor:
    return F.log_softmax(input, dim=implicit_dim(input) if dim is None else dim, dtype=dtype)


@counterpart("mindspore.mint.nn.functional.nll_loss", differs=MINT_NLL_LOSS)
def nll_loss(
    input: torch.Tensor,
    target: torch.Tensor,
    weight: torch.Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> torch.Tensor:
    """Return the negated log-probability of the target classes.

    For other inputs than (N, C) written after MindSpore's documentation: they have no CPU kernel.

    Args:
        input: log-probabilities (C,), (N, C) or (N, C, d1, ...).
        target: int32, int64 or uint8, input's shape without C.
        weight: (C,), of input's dtype, or None.
        ignore_index: the target that counts for nothing.
        reduction: "mean", "sum" or "none".

    Returns:
        A 0-d tensor, or one of target's shape.
    """
    return F.nll_loss(input, target.long(), weight=weight, ignore_index=ignore_index, reduction=reduction)


@counterpart("mindspore.mint.nn.functional.cross_entropy", differs=NO_LOG_SOFTMAX_EXT)
def cross_entropy(
    input: torch.Tensor,
    target: torch.Tensor,
    weight: torch.Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> torch.Tensor:
    """Return the cross entropy of logits and classes or probabilities.

    Written after MindSpore's documentation: without a CPU kernel it could not be measured.

    Args:
        input: logits (C,), (N, C) or (N, C, d1, ...).
        target: int32, int64 or uint8, input's shape without C; or probabilities of input's shape.
        weight: (C,), of input's dtype, or None.
        ignore_index: the class that counts for nothing.
        reduction: "mean", "sum" or "none".
        label_smoothing: from 0 to 1.

    Returns:
        A 0-d tensor, or one of input's shape without C.
    """
    return F.cross_entropy(
        input,
        target if target.is_floating_point() else target.long(),
        weight=weight,
        ignore_index=ignore_index,
        reduction=reduction,
        label_smoothing=label_smoothing,
    )
