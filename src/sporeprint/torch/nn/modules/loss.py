"""``torch.nn.modules.loss``, written in MindSpore."""

from __future__ import annotations

import warnings

from mindspore import Tensor, nn, ops

from sporeprint.counterpart import counterpart, exact_of
from sporeprint.torch._differs import CROSS_ENTROPY, NLL_LOSS
from sporeprint.torch._softmax import exact_cross_entropy, exact_nll_loss
from sporeprint.torch.nn._reduction import legacy_reduction, warned_reduction


class CrossEntropyLossCell(nn.Cell):
    """``torch.nn.CrossEntropyLoss``: mindspore.nn's own refuses int64 targets."""

    def __init__(
        self,
        weight: Tensor | None = None,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
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


@counterpart(
    "torch.nn.NLLLoss",
    differs={
        **NLL_LOSS,
        "float64": "nn.NLLLoss refuses a float64 weight",
        "names": "nn.NLLLoss keeps no weight in the state dict",
    },
)
def NLLLoss(
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> nn.Cell:
    """Make the layer that computes :func:`~sporeprint.torch.nn.functional.nll_loss`.

    Args:
        weight: of the classes, (C,), or None.
        size_average: deprecated: False makes reduction "sum".
        ignore_index: the class that counts for nothing.
        reduce: deprecated: False makes reduction "none".
        reduction: "mean" (over the targets' weights), "sum" or "none".
    """
    if size_average is not None or reduce is not None:
        reduction = legacy_reduction(size_average, reduce)
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


@counterpart(
    "torch.nn.NLLLoss2d",
    differs={
        **NLL_LOSS,
        "float64": "nn.NLLLoss refuses a float64 weight",
        "names": "nn.NLLLoss keeps no weight in the state dict",
        "warning": "torch warns that the name is deprecated",
    },
)
def NLLLoss2d(
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> nn.Cell:
    """Make the same layer as :func:`NLLLoss`, whose parameters these are, under a deprecated name."""
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


@counterpart(
    "torch.nn.CrossEntropyLoss",
    differs={"accuracy": "the gradient of logits far apart loses digits", **CROSS_ENTROPY},
)
def CrossEntropyLoss(
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> nn.Cell:
    """Make the layer that computes :func:`~sporeprint.torch.nn.functional.cross_entropy`.

    Args:
        weight: of the classes, (C,), or None.
        size_average: deprecated: False makes reduction "sum".
        ignore_index: the class that counts for nothing.
        reduce: deprecated: False makes reduction "none".
        reduction: "mean" (over the targets' weights), "sum" or "none".
        label_smoothing: the part of each target that is spread over all classes.
    """
    if size_average is not None or reduce is not None:
        reduction = legacy_reduction(size_average, reduce)
    return CrossEntropyLossCell(
        weight=weight, ignore_index=ignore_index, reduction=reduction, label_smoothing=label_smoothing
    )


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
