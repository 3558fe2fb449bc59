"""``mindspore.mint.nn``, written in torch."""

from __future__ import annotations

import torch
from torch import nn

from sporeprint.counterpart import counterpart
from sporeprint.mindspore._differs import MINT_NLL_LOSS, NO_LOG_SOFTMAX_EXT, SOFTMAX
from sporeprint.mindspore._softmax import CrossEntropyLossOfInt32, NLLLossOfInt32
from sporeprint.mindspore.mint.nn import functional

__all__ = ["CrossEntropyLoss", "LogSoftmax", "NLLLoss", "Softmax", "functional"]


@counterpart(
    "mindspore.mint.nn.Softmax",
    differs={
        **SOFTMAX,
        "0-d & int8": "MindSpore takes a tensor of rank 0 of any dtype",
        "0-d & int16": "MindSpore takes a tensor of rank 0 of any dtype",
        "0-d & int32": "MindSpore takes a tensor of rank 0 of any dtype",
        "0-d & int64": "MindSpore takes a tensor of rank 0 of any dtype",
        "0-d & uint8": "MindSpore takes a tensor of rank 0 of any dtype",
        "0-d & bool": "MindSpore takes a tensor of rank 0 of any dtype",
    },
)
def Softmax(dim: int | None = None) -> nn.Module:
    """Make the layer that applies softmax along ``dim``; None is 0 for rank 0, 1 and 3, else 1."""
    return nn.Softmax(dim=dim)


@counterpart("mindspore.mint.nn.LogSoftmax", differs=NO_LOG_SOFTMAX_EXT)
def LogSoftmax(dim: int | None = None) -> nn.Module:
    """Make the layer that applies log-softmax along ``dim``; None is 0 for rank 0, 1 and 3, else 1.

    Written after MindSpore's documentation: without a CPU kernel it could not be measured.
    """
    return nn.LogSoftmax(dim=dim)


@counterpart(
    "mindspore.mint.nn.NLLLoss",
    differs={**MINT_NLL_LOSS, "names": "PyTorch keeps a weight in the state dict"},
)
def NLLLoss(
    weight: torch.Tensor | None = None, ignore_index: int = -100, reduction: str = "mean"
) -> nn.Module:
    """Make the layer that computes the negated log-probability of the target classes.

    For other inputs than (N, C) written after MindSpore's documentation: they have no CPU kernel.

    Args:
        weight: (C,), of the dtype of the log-probabilities, or None.
        ignore_index: the target that counts for nothing.
        reduction: "mean", "sum" or "none".

    Returns:
        The layer.
    """
    return NLLLossOfInt32(weight=weight, ignore_index=ignore_index, reduction=reduction)


@counterpart("mindspore.mint.nn.CrossEntropyLoss", differs=NO_LOG_SOFTMAX_EXT)
def CrossEntropyLoss(
    weight: torch.Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> nn.Module:
    """Make the layer that computes the cross entropy of logits and classes or probabilities.

    Written after MindSpore's documentation: without a CPU kernel it could not be measured.

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
