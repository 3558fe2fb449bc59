"""``torch.nn.modules.loss``, written in MindSpore."""

from __future__ import annotations

import warnings

from mindspore import Tensor, nn, ops

from sporeprint.counterpart import counterpart, exact_of
from sporeprint.torch._softmax import exact_cross_entropy, exact_nll_loss
from sporeprint.torch.nn._reduction import legacy_reduction, warned_reduction


class CrossEntropyLossCell(nn.Cell):
    """``torch.nn.CrossEntropyLoss``: mindspore.nn's own refuses int64 targets."""

    def __init__(
        self, weight: Tensor | None, ignore_index: int, reduction: str, label_smoothing: float
    ) -> None:
        super().__init__()
        self.register_buffer("weight", weight)
        self.ignore_index = ignore_index
        self.reduction = reduction
        self.label_smoothing = label_smoothing * 1.0

    def construct(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the loss of ``input``, (C,), (N, C) or (N, C, d1, ...), against classes or probabilities."""
        return ops.cross_entropy(
            input,
            target,
            weight=self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )


class ExactCrossEntropyLoss(CrossEntropyLossCell):
    """``torch.nn.CrossEntropyLoss``, exact."""

    def construct(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the loss of ``input``, (C,), (N, C) or (N, C, d1, ...), against classes or probabilities."""
        return exact_cross_entropy(
            input, target, self.weight, self.ignore_index, self.reduction, self.label_smoothing
        )


class ExactNLLLoss(nn.Cell):
    """``torch.nn.NLLLoss``, exact."""

    def __init__(self, weight: Tensor | None, ignore_index: int, reduction: str) -> None:
        super().__init__()
        self.register_buffer("weight", weight)
        self.ignore_index = ignore_index
        self.reduction = reduction

    def construct(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the loss of ``input``, (C,), (N, C) or (N, C, d1, ...), against classes."""
        return exact_nll_loss(input, target, self.weight, self.ignore_index, self.reduction)


@counterpart("torch.nn.NLLLoss")
def NLLLoss(
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> nn.Cell:
    """A layer that computes the negated log-probability of the target classes."""
    if size_average is not None or reduce is not None:
        reduction = legacy_reduction(size_average, reduce)
    if ignore_index == -100 and weight is None:
        if reduction == "mean":
            return nn.NLLLoss()
        return nn.NLLLoss(reduction=reduction)
    return nn.NLLLoss(weight=weight, ignore_index=ignore_index, reduction=reduction)


@exact_of(NLLLoss)
def _(
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> nn.Cell:
    return ExactNLLLoss(weight, ignore_index, warned_reduction(size_average, reduce, reduction))


@counterpart("torch.nn.NLLLoss2d", differs={"warning": "torch warns that the name is deprecated"})
def NLLLoss2d(
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> nn.Cell:
    """Make the same layer as :func:`NLLLoss`; a deprecated name."""
    return NLLLoss(
        weight=weight,
        size_average=size_average,
        ignore_index=ignore_index,
        reduce=reduce,
        reduction=reduction,
    )


@exact_of(NLLLoss2d)
def _(
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> nn.Cell:
    warnings.warn(
        "`NLLLoss2d` has been deprecated. Please use `NLLLoss` instead as a drop-in replacement.",
        FutureWarning,
        stacklevel=2,
    )
    return ExactNLLLoss(weight, ignore_index, warned_reduction(size_average, reduce, reduction))


@counterpart("torch.nn.CrossEntropyLoss")
def CrossEntropyLoss(
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> nn.Cell:
    """A layer that computes the cross entropy of logits and targets."""
    if size_average is not None or reduce is not None:
        reduction = legacy_reduction(size_average, reduce)
    return CrossEntropyLossCell(weight, ignore_index, reduction, label_smoothing)


@exact_of(CrossEntropyLoss)
def _(
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> nn.Cell:
    reduction = warned_reduction(size_average, reduce, reduction)
    return ExactCrossEntropyLoss(weight, ignore_index, reduction, label_smoothing)
