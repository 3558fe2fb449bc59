"""``mindspore.nn``, written in torch."""

from __future__ import annotations

import torch
from torch import nn

from sporeprint.counterpart import counterpart, exact_of
from sporeprint.mindspore._differs import LOG_SOFTMAX, NLL_LOSS, SOFTMAX, SOFTMIN
from sporeprint.mindspore._softmax import (
    CrossEntropyLossAsMindSpore,
    CrossEntropyLossOfInt32,
    NLLLossAsMindSpore,
    NLLLossOfInt32,
    SoftmaxAsMindSpore,
)


@counterpart(
    "mindspore.nn.Softmax",
    differs={
        "0-d": "MindSpore refuses a tensor of rank 0",
        **SOFTMAX,
        "error": "MindSpore also takes a tuple of one axis, torch also None",
    },
)
def Softmax(axis: int = -1) -> nn.Module:
    """Make the layer that applies softmax along ``axis``."""
    return nn.Softmax(dim=axis)


@exact_of(Softmax)
def _(axis: int = -1) -> nn.Module:
    return SoftmaxAsMindSpore("softmax", axis)


@counterpart("mindspore.nn.LogSoftmax", differs=LOG_SOFTMAX)
def LogSoftmax(axis: int = -1) -> nn.Module:
    """Make the layer that applies log-softmax along ``axis``."""
    return nn.LogSoftmax(dim=axis)


@exact_of(LogSoftmax)
def _(axis: int = -1) -> nn.Module:
    return SoftmaxAsMindSpore("log_softmax", axis)


@counterpart("mindspore.nn.Softmin", differs=SOFTMIN)
def Softmin(axis: int = -1) -> nn.Module:
    """Make the layer that applies softmin along ``axis``."""
    return nn.Softmin(dim=axis)


@exact_of(Softmin)
def _(axis: int = -1) -> nn.Module:
    return SoftmaxAsMindSpore("softmin", axis)


@counterpart(
    "mindspore.nn.Softmax2d",
    differs={
        "bfloat16": "MindSpore's Softmax has no bfloat16 kernel on CPU",
    },
)
def Softmax2d() -> nn.Module:
    """Make the layer that applies softmax over the channels of (N, C, H, W) or (C, H, W)."""
    return nn.Softmax2d()


@exact_of(Softmax2d)
def _() -> nn.Module:
    return SoftmaxAsMindSpore("softmax2d", -3)


@counterpart(
    "mindspore.nn.NLLLoss",
    differs={
        **NLL_LOSS,
        "names": "PyTorch keeps a weight in the state dict",
        "error": "MindSpore counts negative targets from the end, promotes a weight of another dtype but "
        "refuses one of float64, and takes targets of shape (1,) beside (C,)",
    },
)
def NLLLoss(
    weight: torch.Tensor | None = None, ignore_index: int = -100, reduction: str = "mean"
) -> nn.Module:
    """Make the layer that computes the negated log-probability of int32 target classes.

    Args:
        weight: (C,), of the dtype of the log-probabilities, or None.
        ignore_index: the target that counts for nothing.
        reduction: "mean", "sum" or "none".

    Returns:
        The layer.
    """
    return NLLLossOfInt32(weight=weight, ignore_index=ignore_index, reduction=reduction)


@exact_of(NLLLoss)
def _(weight: torch.Tensor | None = None, ignore_index: int = -100, reduction: str = "mean") -> nn.Module:
    return NLLLossAsMindSpore(weight, ignore_index, reduction)


@counterpart(
    "mindspore.nn.CrossEntropyLoss",
    differs={
        "names": "PyTorch keeps a weight in the state dict",
        "empty": "a sum over no targets is memory that MindSpore has not written, and its gradient may raise",
        "bfloat16": "MindSpore takes float16 and float32 only",
        "float64": "MindSpore takes float16 and float32 only",
        "inf": "MindSpore adds 0 times the sum over the classes: nan where one of them is infinite",
        "error": "MindSpore takes classes of int32 only, counts negative targets from the end, promotes a weight "
        "of another dtype, and refuses a label_smoothing that is an int",
    },
)
def CrossEntropyLoss(
    weight: torch.Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> nn.Module:
    """Make the layer that computes the cross entropy of logits and int32 classes or probabilities.

    Args:
        weight: (C,), of the dtype of the logits, or None.
        ignore_index: the class that counts for nothing.
        reduction: "mean", "sum" or "none".
        label_smoothing: from 0 to 1.

    Returns:
        The layer.
    """
    return CrossEntropyLossOfInt32(
        weight=weight, ignore_index=ignore_index, reduction=reduction, label_smoothing=label_smoothing
    )


@exact_of(CrossEntropyLoss)
def _(
    weight: torch.Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> nn.Module:
    return CrossEntropyLossAsMindSpore(weight, ignore_index, reduction, label_smoothing)
