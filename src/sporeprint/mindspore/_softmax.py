"""The softmax family as MindSpore computes it on CPU: what the exact bodies of several modules share.

What is imitated is what MindSpore takes, refuses and returns. What is not: the float32 rounding of its
kernels, which is larger than torch's, and the numbers that its softmax kernels give for nan and infinities.
"""

from __future__ import annotations

import builtins

import torch
import torch.nn.functional as F
from torch import nn

HALF_SINGLE_DOUBLE = (torch.float16, torch.float32, torch.float64)


def check_floating(x: torch.Tensor, taken: tuple[torch.dtype, ...]) -> None:
    """Raise MindSpore's TypeError where a kernel does not take x's dtype."""
    if x.dtype not in taken:
        raise TypeError(f"the input must be one of {taken}, but got {x.dtype}")


def checked_axis(axis: int | tuple[int, ...], rank: int) -> int:
    """Return the axis as one int.

    Args:
        axis: an int, or a tuple of one.
        rank: of the tensor; 0-d tensors have no axis.

    Raises:
        TypeError: it is neither.
        ValueError: it is out of range.
    """
    if isinstance(axis, tuple) and len(axis) == 1:
        axis = axis[0]
    if not isinstance(axis, int) or isinstance(axis, bool):
        raise TypeError(f"the axis must be an int, but got {axis!r}")
    if not -rank <= axis < rank:
        raise ValueError(f"the axis must be in [{-rank},{rank}), but got {axis}")
    return axis


def softmax_as_mindspore(
    x: torch.Tensor, axis: int | tuple[int, ...], dtype: torch.dtype | None
) -> torch.Tensor:
    """Return the softmax of a tensor of rank 1 or more, of float16, float32 or float64 after the cast."""
    if dtype is not None:
        x = x.to(dtype)
    check_floating(x, HALF_SINGLE_DOUBLE)
    return F.softmax(x, dim=checked_axis(axis, x.dim()))


def log_softmax_as_mindspore(x: torch.Tensor, axis: int | tuple[int, ...]) -> torch.Tensor:
    """Return the log-softmax of a tensor of rank 1 or more, of float16, float32 or float64."""
    if isinstance(axis, tuple):
        raise TypeError(f"the axis must be an int, but got {axis!r}")
    check_floating(x, HALF_SINGLE_DOUBLE)
    # On CPU a 0-d tensor has axis 0, but not axis -1.
    return F.log_softmax(x, dim=checked_axis(axis, x.dim()) if x.dim() or axis != 0 else 0)


def logsumexp_as_mindspore(
    x: torch.Tensor, dim: int | tuple[int, ...] | list[int], keepdim: bool
) -> torch.Tensor:
    """Return log(sum(exp(x - max))) + max, which is nan where the maximum is infinite."""
    check_floating(x, HALF_SINGLE_DOUBLE)
    dims = (dim,) if isinstance(dim, int) else tuple(dim)
    if isinstance(dim, bool) or not builtins.all(isinstance(each, int) for each in dims):
        raise TypeError(f"dim must be an int or several, but got {dim!r}")
    dims = dims or tuple(range(x.dim()))
    if x.numel() == 0 or x.dim() == 0:
        return torch.logsumexp(x, dims, keepdim=keepdim)
    highest = torch.amax(x, dims, keepdim=True)
    total = torch.sum(torch.exp(x - highest), dims, keepdim=True)
    result = torch.log(total) + highest
    return result if keepdim else result.squeeze(dims)


def check_gumbel_softmax(logits: torch.Tensor, tau: float, hard: bool, dim: int) -> None:
    """Raise what MindSpore's gumbel_softmax raises about its arguments."""
    if logits.dim() == 0:
        raise ValueError("For gumbel_softmax, the 0-D input is not supported.")
    check_floating(logits, (torch.float16, torch.float32))
    if not isinstance(tau, float) or not isinstance(hard, bool):
        raise TypeError(f"tau must be a float and hard a bool, but got {tau!r} and {hard!r}")
    if tau <= 0:
        raise ValueError(f"tau must be a float and must > 0, but got {tau}")
    checked_axis(dim, logits.dim())
    if isinstance(dim, tuple):
        raise TypeError(f"dim must be an int, but got {dim!r}")
    if hard and dim < -1:
        raise ValueError(f"with hard=True dim must be -1 or more, but got {dim}")


def nll_loss_as_mindspore(
    inputs: torch.Tensor,
    target: torch.Tensor,
    weight: torch.Tensor | None,
    ignore_index: int,
    reduction: str,
    label_smoothing: float,
) -> torch.Tensor:
    """Return MindSpore's nll_loss, which knows label smoothing and counts negative targets from the end.

    Args:
        inputs: log-probabilities (C,), (N, C) or (N, C, d1, ...), floating or integer.
        target: int32 or int64, inputs' shape without C; beside (C,) also (1,).
        weight: (C,), floating, or None.
        ignore_index: the target that counts for nothing.
        reduction: "mean", "sum"; anything else is none.
        label_smoothing: weight of the mean over the classes.

    Returns:
        A 0-d tensor, or one of target's shape, of the dtype that inputs and weight promote to.

    Raises:
        TypeError: the dtype of an argument.
        RuntimeError: a target is no class.
    """
    if inputs.dtype in (torch.bool, torch.bfloat16):
        check_floating(inputs, HALF_SINGLE_DOUBLE)
    if target.dtype not in (torch.int32, torch.int64):
        raise TypeError(f"the target must be int32 or int64, but got {target.dtype}")
    axis = 0 if inputs.dim() == 1 else 1
    classes = inputs.shape[axis]
    index = target.long() if target.dim() == inputs.dim() else target.long().unsqueeze(axis)
    ignored = index == ignore_index
    index = index.masked_fill(ignored, 0)
    if bool(((index < -classes) | (index >= classes)).any()):
        raise RuntimeError(f"the value of 'index' must be in [{-classes}, {classes})")
    index = index % classes if classes else index
    weighted = inputs
    if weight is not None:
        weighted = inputs * weight.reshape([-1 if each == axis else 1 for each in range(inputs.dim())])
    loss = -weighted.gather(axis, index).masked_fill(ignored, 0)
    smooth = -weighted.sum(axis, keepdim=True)
    if smooth.shape == ignored.shape:
        smooth = smooth.masked_fill(ignored, 0)
    counted = torch.ones_like(loss) if weight is None else weight[index]
    counted = counted.masked_fill(ignored, 0)
    loss, smooth = loss.squeeze(axis), smooth.squeeze(axis)
    if reduction == "sum":
        loss, smooth = loss.sum(), smooth.sum()
    elif reduction == "mean":
        loss, smooth = loss.sum() / counted.sum(), smooth.sum() / counted.sum()
    return (1.0 - label_smoothing) * loss + label_smoothing / inputs.shape[axis] * smooth


def cross_entropy_as_mindspore(
    input: torch.Tensor,
    target: torch.Tensor,
    weight: torch.Tensor | None,
    ignore_index: int,
    reduction: str,
    label_smoothing: float,
) -> torch.Tensor:
    """Return MindSpore's cross_entropy of classes (int32, int64) or probabilities (float16, float32).

    Args:
        input: logits (C,), (N, C) or (N, C, d1, ...), float16, float32 or float64.
        target: classes as for nll_loss_as_mindspore, or probabilities that broadcast with input.
        weight: (C,), floating, or None.
        ignore_index: the class that counts for nothing.
        reduction: "mean", "sum" or "none".
        label_smoothing: from 0.

    Returns:
        A 0-d tensor, or one of input's shape without C.

    Raises:
        TypeError: the type of an argument.
        ValueError: the value of one.
    """
    check_floating(input, HALF_SINGLE_DOUBLE)
    if not isinstance(ignore_index, int) or not isinstance(label_smoothing, float):
        raise TypeError("ignore_index must be an int and label_smoothing a float")
    if reduction not in ("none", "mean", "sum") or label_smoothing < 0:
        raise ValueError(
            f"reduction must be 'none', 'mean' or 'sum' and label_smoothing >= 0, not {reduction!r}"
        )
    axis = 0 if input.dim() == 1 else 1
    log_probabilities = input - logsumexp_as_mindspore(input, axis, True)
    if target.dtype not in (torch.float16, torch.float32):
        return nll_loss_as_mindspore(
            log_probabilities, target, weight, ignore_index, reduction, label_smoothing
        )
    classes = input.shape[axis]
    if label_smoothing > 0:
        target = target * (1 - label_smoothing) + label_smoothing / classes
    loss = log_probabilities * target
    if weight is not None:
        loss = loss * weight.reshape([-1 if each == axis else 1 for each in range(input.dim())])
    if reduction == "mean":
        return -loss.sum() / (input.numel() / classes)
    return -loss.sum() if reduction == "sum" else -loss.sum(axis)


class SoftmaxAsMindSpore(nn.Module):
    """mindspore.nn.Softmax, Softmin, LogSoftmax and Softmax2d with what they refuse: 0-d tensors, bfloat16.

    Args:
        kind: "softmax", "softmin", "log_softmax" or "softmax2d".
        axis: an int; for the first two also a tuple of one.
    """

    def __init__(self, kind: str, axis: int | tuple[int, ...]) -> None:
        super().__init__()
        self.kind = kind
        self.axis = axis

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Apply the function to x."""
        if self.kind == "softmax2d" and x.dim() not in (3, 4):
            raise ValueError(f"For 'Softmax2d', the in_shape must have 3 or 4 dims, but got {x.dim()}.")
        if self.kind == "log_softmax":
            return log_softmax_as_mindspore(x, self.axis)
        return softmax_as_mindspore(-1 * x if self.kind == "softmin" else x, self.axis, None)

    def extra_repr(self) -> str:
        """Return what stands between the parentheses of the layer's repr."""
        return f"axis={self.axis}"


def check_loss_layer(weight: torch.Tensor | None, ignore_index: int, reduction: str) -> None:
    """Raise what MindSpore's loss layers raise when they are made."""
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"the 'reduction' must be in ['mean', 'sum', 'none'], but got {reduction!r}.")
    if not isinstance(ignore_index, int):
        raise TypeError(f"the type of 'ignore_index' should be 'int', but got {ignore_index!r}.")
    if weight is not None:
        check_floating(weight, (torch.float16, torch.float32))


class NLLLossOfInt32(nn.NLLLoss):
    """torch's NLLLoss that also takes targets of int32, MindSpore's dtype for them."""

    def forward(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Return the loss; shapes as in torch.nn.NLLLoss."""
        return super().forward(logits, labels.long())


class CrossEntropyLossOfInt32(nn.CrossEntropyLoss):
    """torch's CrossEntropyLoss that also takes targets of int32, MindSpore's dtype for them."""

    def forward(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Return the loss; shapes as in torch.nn.CrossEntropyLoss."""
        return super().forward(logits, labels if labels.is_floating_point() else labels.long())


class NLLLossAsMindSpore(nn.Module):
    """mindspore.nn.NLLLoss with what it takes and refuses."""

    def __init__(self, weight: torch.Tensor | None, ignore_index: int, reduction: str) -> None:
        super().__init__()
        check_loss_layer(weight, ignore_index, reduction)
        self.register_buffer("weight", weight, persistent=False)
        self.ignore_index = ignore_index
        self.reduction = reduction

    def forward(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Return the loss; shapes as in nll_loss_as_mindspore."""
        return nll_loss_as_mindspore(logits, labels, self.weight, self.ignore_index, self.reduction, 0.0)


class CrossEntropyLossAsMindSpore(nn.Module):
    """mindspore.nn.CrossEntropyLoss with what it takes and refuses."""

    def __init__(
        self, weight: torch.Tensor | None, ignore_index: int, reduction: str, label_smoothing: float
    ) -> None:
        super().__init__()
        check_loss_layer(weight, ignore_index, reduction)
        if not isinstance(label_smoothing, float):
            raise TypeError(f"the type of 'label_smoothing' should be 'float', but got {label_smoothing!r}.")
        if not 0.0 <= label_smoothing <= 1.0:
            raise ValueError(
                f"the 'label_smoothing' must be in range of [0.0, 1.0], but got {label_smoothing}."
            )
        self.register_buffer("weight", weight, persistent=False)
        self.ignore_index = ignore_index
        self.reduction = reduction
        self.label_smoothing = label_smoothing

    def forward(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Return the loss of float16 or float32 logits.

        Args:
            logits: (C,), (N, C) or (N, C, d1, ...).
            labels: int32 without C, or float16 or float32 probabilities of logits' shape.
        """
        single = (torch.float16, torch.float32)
        check_floating(logits, single)
        check_floating(labels, single if logits.dim() == labels.dim() else (torch.int32,))
        shape = logits.shape if logits.dim() == labels.dim() else logits.shape[:1] + logits.shape[2:]
        if labels.shape != shape and logits.dim() > 1:
            raise ValueError(f"labels of shape {tuple(shape)} were expected, but got {tuple(labels.shape)}")
        return cross_entropy_as_mindspore(
            logits, labels, self.weight, self.ignore_index, self.reduction, self.label_smoothing
        )
