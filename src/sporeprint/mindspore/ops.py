"""``mindspore.ops``, written in torch."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from sporeprint.counterpart import counterpart, exact_of
from sporeprint.mindspore._differs import LOG_SOFTMAX, LOGSUMEXP, NLL_LOSS, SOFTMAX, SOFTMIN
from sporeprint.mindspore._softmax import (
    check_gumbel_softmax,
    cross_entropy_as_mindspore,
    log_softmax_as_mindspore,
    logsumexp_as_mindspore,
    nll_loss_as_mindspore,
    softmax_as_mindspore,
)


@counterpart(
    "mindspore.ops.softmax",
    differs={
        "0-d": "MindSpore refuses a tensor of rank 0",
        **SOFTMAX,
        "error": "torch takes None for the axis",
    },
)
def softmax(input: torch.Tensor, axis: int = -1, *, dtype: torch.dtype | None = None) -> torch.Tensor:
    """Return exponentials, made to sum to 1 along ``axis``."""
    return F.softmax(input, dim=axis, dtype=dtype)


@exact_of(softmax)
def _(input: torch.Tensor, axis: int = -1, *, dtype: torch.dtype | None = None) -> torch.Tensor:
    if isinstance(axis, tuple):
        raise TypeError(f"the type of 'axis' must be 'int', but got {axis!r}")
    return softmax_as_mindspore(input, axis, dtype)


@counterpart("mindspore.ops.log_softmax", differs=LOG_SOFTMAX)
def log_softmax(logits: torch.Tensor, axis: int = -1) -> torch.Tensor:
    """Return the logarithm of :func:`softmax`."""
    return F.log_softmax(logits, dim=axis)


@exact_of(log_softmax)
def _(logits: torch.Tensor, axis: int = -1) -> torch.Tensor:
    return log_softmax_as_mindspore(logits, axis)


@counterpart("mindspore.ops.softmin", differs=SOFTMIN)
def softmin(x: torch.Tensor, axis: int = -1, *, dtype: torch.dtype | None = None) -> torch.Tensor:
    """Return the softmax of ``-x``."""
    if dtype is not None:
        x = x.to(dtype)
    return F.softmin(x, dim=axis)


@exact_of(softmin)
def _(x: torch.Tensor, axis: int = -1, *, dtype: torch.dtype | None = None) -> torch.Tensor:
    return softmax_as_mindspore(-1 * (x if dtype is None else x.to(dtype)), axis, None)


@counterpart(
    "mindspore.ops.gumbel_softmax",
    differs={
        "random": "the generators are not MindSpore's",
        "nan": "MindSpore's kernel gives numbers beside a nan; torch gives nan throughout",
        "inf": "MindSpore's kernel gives numbers where torch gives nan (plus infinity, or nothing but minus infinity)",
        "0-d": "MindSpore refuses a tensor of rank 0",
        "bfloat16": "MindSpore takes float16 and float32 only",
        "float64": "MindSpore takes float16 and float32 only",
        "error": "MindSpore refuses a tau that is an int or not above 0, and with hard=True a dim below -1",
    },
)
def gumbel_softmax(logits: torch.Tensor, tau: float = 1.0, hard: bool = False, dim: int = -1) -> torch.Tensor:
    """Return a sample of the Gumbel-softmax distribution, one-hot if ``hard``."""
    return F.gumbel_softmax(logits, tau=tau, hard=hard, dim=dim)


@exact_of(gumbel_softmax)
def _(logits: torch.Tensor, tau: float = 1.0, hard: bool = False, dim: int = -1) -> torch.Tensor:
    check_gumbel_softmax(logits, tau, hard, dim)
    return F.gumbel_softmax(logits, tau=tau, hard=hard, dim=dim)


@counterpart("mindspore.ops.logsumexp", differs=LOGSUMEXP)
def logsumexp(
    input: torch.Tensor, dim: int | tuple[int, ...] | list[int], keepdim: bool = False
) -> torch.Tensor:
    """Return the logarithm of the sum of the exponentials along ``dim``."""
    return torch.logsumexp(input, dim, keepdim=keepdim)


@exact_of(logsumexp)
def _(input: torch.Tensor, dim: int | tuple[int, ...] | list[int], keepdim: bool = False) -> torch.Tensor:
    return logsumexp_as_mindspore(input, dim, keepdim)


@counterpart(
    "mindspore.ops.nll_loss",
    differs={
        **NLL_LOSS,
        "complex64": "MindSpore also takes complex log-probabilities",
        "accuracy & float16": "MindSpore sums in float16",
        "error": "MindSpore counts negative targets from the end, promotes a weight of another dtype, and "
        "takes any reduction for none and targets of shape (1,) beside (C,)",
    },
)
def nll_loss(
    inputs: torch.Tensor,
    target: torch.Tensor,
    weight: torch.Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> torch.Tensor:
    """Return the negated log-probability of the target classes.

    Args:
        inputs: log-probabilities (C,), (N, C) or (N, C, d1, ...).
        target: int32 or int64, inputs' shape without C.
        weight: (C,), of inputs' dtype, or None.
        ignore_index: the target that counts for nothing.
        reduction: "mean", "sum" or "none".
        label_smoothing: weight of the mean over the classes; torch's nll_loss does not have it.

    Returns:
        A 0-d tensor, or one of target's shape.
    """
    if label_smoothing:
        return nll_loss_as_mindspore(inputs, target, weight, ignore_index, reduction, label_smoothing)
    return F.nll_loss(inputs, target.long(), weight=weight, ignore_index=ignore_index, reduction=reduction)


@exact_of(nll_loss)
def _(
    inputs: torch.Tensor,
    target: torch.Tensor,
    weight: torch.Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> torch.Tensor:
    return nll_loss_as_mindspore(inputs, target, weight, ignore_index, reduction, label_smoothing)


@counterpart(
    "mindspore.ops.cross_entropy",
    differs={
        "bfloat16": "MindSpore takes no bfloat16",
        "empty": "a sum over no targets is memory that MindSpore has not written, and its gradient may raise",
        "inf": "MindSpore adds 0 times the sum over the classes: nan where one of them is infinite",
        "error": "MindSpore counts negative targets from the end, promotes a weight of another dtype, "
        "broadcasts probabilities, and refuses those of float64 and a label_smoothing that is an int",
    },
)
def cross_entropy(
    input: torch.Tensor,
    target: torch.Tensor,
    weight: torch.Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> torch.Tensor:
    """Return the cross entropy of logits and classes or probabilities.

    Args:
        input: logits (C,), (N, C) or (N, C, d1, ...).
        target: int32 or int64, input's shape without C; or probabilities of input's shape.
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


@exact_of(cross_entropy)
def _(
    input: torch.Tensor,
    target: torch.Tensor,
    weight: torch.Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> torch.Tensor:
    return cross_entropy_as_mindspore(input, target, weight, ignore_index, reduction, label_smoothing)
