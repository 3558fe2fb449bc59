"""``torch.nn.modules.loss``, written in MindSpore."""

from __future__ import annotations

import warnings

from mindspore import Tensor, nn, ops

from sporeprint.counterpart import counterpart, counterpart_class, exact_of
from sporeprint.torch._differs import CROSS_ENTROPY, NLL_LOSS
from sporeprint.torch._softmax import exact_cross_entropy, exact_nll_loss
from sporeprint.torch.nn._loss import (
    cross_entropy_of,
    divergence,
    embedding_loss,
    hinge,
    reduced,
    triplet_loss,
)
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
        "empty & uninitialised": "the mean over no targets is what memory holds, not nan",
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
        "empty & uninitialised": "the mean over no targets is what memory holds, not nan",
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


# ------------------------------------------------------------------------------
# Losses of numbers
# ------------------------------------------------------------------------------


@counterpart(
    "torch.nn.MSELoss",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore also takes integers or booleans",
        "warning": "torch warns that size_average and reduce are deprecated, and where shapes differ",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "empty": "MindSpore gives other numbers where torch gives nan",
        "accuracy & float64": "MindSpore computes it with float32 accuracy",
    },
)
def MSELoss(
    size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean"
) -> nn.MSELoss:
    """Make the layer that computes the squares of the differences.

    Args:
        size_average: deprecated: False makes reduction "sum".
        reduce: deprecated: False makes reduction "none".
        reduction: "mean", "sum" or "none".
    """
    if size_average is not None or reduce is not None:
        reduction = legacy_reduction(size_average, reduce)
    return nn.MSELoss(reduction=reduction)


@counterpart(
    "torch.nn.L1Loss",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore also takes integers or booleans",
        "warning": "torch warns that size_average and reduce are deprecated, and where shapes differ",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "empty": "MindSpore gives other numbers where torch gives nan",
        "accuracy & float64": "MindSpore computes it with float32 accuracy",
    },
)
def L1Loss(
    size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean"
) -> nn.L1Loss:
    """Make the layer that computes the magnitudes of the differences.

    Args:
        size_average: deprecated: False makes reduction "sum".
        reduce: deprecated: False makes reduction "none".
        reduction: "mean", "sum" or "none".
    """
    if size_average is not None or reduce is not None:
        reduction = legacy_reduction(size_average, reduce)
    return nn.L1Loss(reduction=reduction)


@counterpart(
    "torch.nn.SmoothL1Loss",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "0-d": "MindSpore refuses 0-d tensors",
    },
)
def SmoothL1Loss(
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> nn.Cell:
    """Make the layer that computes :func:`~sporeprint.torch.nn._loss.smooth_l1_loss`.

    Args:
        size_average: deprecated: False makes reduction "sum".
        reduce: deprecated: False makes reduction "none".
        reduction: "mean", "sum" or "none"; "none" is nn.SmoothL1Loss's own default.
        beta: where the square becomes a line.
    """
    if size_average is not None or reduce is not None:
        reduction = legacy_reduction(size_average, reduce)
    if beta == 0:
        return nn.L1Loss(reduction=reduction)
    return nn.SmoothL1Loss(beta=beta, reduction=reduction)


@counterpart(
    "torch.nn.HuberLoss",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore also takes integers or booleans",
        "warning": "torch warns that size_average and reduce are deprecated, and where shapes differ",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "empty": "results or gradients of empty tensors are wrong, or not written",
        "accuracy & float64": "MindSpore computes it with float32 accuracy",
        "gradient & inf": "MindSpore gives nan where torch gives 0.04",
        "gradient & nan": "MindSpore gives nan where torch gives 0.04",
    },
)
def HuberLoss(reduction: str = "mean", delta: float = 1.0) -> nn.HuberLoss:
    """Make the layer that computes half the squares of the differences, or from delta on, a line.

    Args:
        reduction: "mean", "sum" or "none".
        delta: where the one becomes the other.
    """
    return nn.HuberLoss(reduction=reduction, delta=delta)


@counterpart(
    "torch.nn.BCELoss",
    differs={
        "accuracy": "errs by up to 1.6e+02 units in the last place",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore takes arguments that torch refuses",
        "float16": "MindSpore gives nan where torch gives 0.901",
        "empty": "MindSpore gives other numbers where torch gives nan",
    },
)
def BCELoss(
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> nn.Cell:
    """Make the layer that computes the cross entropy of probabilities and targets.

    Args:
        weight: broadcasts to the shape of the probabilities, or None.
        size_average: deprecated: False makes reduction "sum".
        reduce: deprecated: False makes reduction "none".
        reduction: "mean", "sum" or "none".
    """
    if size_average is not None or reduce is not None:
        reduction = legacy_reduction(size_average, reduce)
    return BCELossCell(weight, reduction)


class BCELossCell(nn.Cell):
    """The cross entropy of probabilities and targets; nn.BCELoss's of one element is twice as large."""

    def __init__(self, weight: Tensor | None, reduction: str) -> None:
        super().__init__()
        self.register_buffer("weight", weight)
        self.reduction = reduction

    def construct(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the loss of probabilities against targets, both of one shape."""
        return cross_entropy_of(input, target, self.weight, self.reduction)


@counterpart(
    "torch.nn.BCEWithLogitsLoss",
    differs={
        "names": "its state lacks weight",
        "float64": "MindSpore has no float64 kernel for it on CPU",
        "0-d": "MindSpore refuses 0-d tensors",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "empty": "MindSpore refuses empty tensors",
    },
)
def BCEWithLogitsLoss(
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> nn.BCEWithLogitsLoss:
    """Make the layer that computes the cross entropy of the sigmoids of logits and targets.

    Args:
        weight: broadcasts to the shape of the logits, or None.
        size_average: deprecated: False makes reduction "sum".
        reduce: deprecated: False makes reduction "none".
        reduction: "mean", "sum" or "none".
        pos_weight: of the positive targets, broadcasts, or None.
    """
    if size_average is not None or reduce is not None:
        reduction = legacy_reduction(size_average, reduce)
    return nn.BCEWithLogitsLoss(reduction=reduction, weight=weight, pos_weight=pos_weight)


@counterpart_class(
    "torch.nn.KLDivLoss",
    differs={
        "warning": "torch warns that size_average and reduce are deprecated, and where shapes differ",
        "0-d": "MindSpore refuses 0-d tensors",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "empty": "MindSpore gives other numbers where torch gives nan",
    },
)
class KLDivLoss(nn.Cell):
    """The divergence of targets from what has the logarithms input; nn.KLDivLoss gives 0 for nan.

    Args:
        size_average: deprecated: False makes reduction "sum".
        reduce: deprecated: False makes reduction "none".
        reduction: "mean" over the elements, "batchmean" over the first dimension, "sum" or "none".
        log_target: whether targets are logarithms.
    """

    def __init__(
        self,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
        log_target: bool = False,
    ) -> None:
        super().__init__()
        self.reduction = warned_reduction_of_divergence(size_average, reduce, reduction)
        self.log_target = log_target

    def construct(self, input: Tensor, target: Tensor) -> Tensor:
        """Return the divergence of target from log-probabilities."""
        return divergence(input, target, self.reduction, self.log_target)


def warned_reduction_of_divergence(size_average: bool | None, reduce: bool | None, reduction: str) -> str:
    """Return ``warned_reduction`` where "batchmean" is allowed, too."""
    if reduction == "batchmean" and size_average is None and reduce is None:
        return reduction
    return warned_reduction(size_average, reduce, reduction)


@counterpart_class(
    "torch.nn.MarginRankingLoss",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "nan": "MindSpore gives inf where torch gives nan",
        "error": "MindSpore takes arguments that torch refuses",
        "empty": "MindSpore gives other numbers where torch gives nan",
    },
)
class MarginRankingLoss(nn.Cell):
    """``max(0, -target * (input1 - input2) + margin)``.

    Args:
        margin: by how much the one should be larger.
        size_average: deprecated: False makes reduction "sum".
        reduce: deprecated: False makes reduction "none".
        reduction: "mean", "sum" or "none".
    """

    def __init__(
        self,
        margin: float = 0.0,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__()
        self.margin = margin
        self.reduction = warned_reduction(size_average, reduce, reduction)

    def construct(self, input1: Tensor, input2: Tensor, target: Tensor) -> Tensor:
        """Return the loss of two inputs; target is 1 or -1, where the first or second should be larger."""
        return reduced(hinge(-target * (input1 - input2) + self.margin), self.reduction)


@counterpart_class(
    "torch.nn.CosineEmbeddingLoss",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "nan": "MindSpore gives 0.554 where torch gives nan",
        "inf": "MindSpore gives 0.554 where torch gives nan",
        "error": "MindSpore takes arguments that torch refuses",
        "empty": "MindSpore gives other numbers where torch gives nan",
    },
)
class CosineEmbeddingLoss(nn.Cell):
    """torch's cosine_embedding_loss as a layer.

    Args:
        margin: of pairs that do not belong together.
        size_average: deprecated: False makes reduction "sum".
        reduce: deprecated: False makes reduction "none".
        reduction: "mean", "sum" or "none".
    """

    def __init__(
        self,
        margin: float = 0.0,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__()
        self.margin = margin
        self.reduction = warned_reduction(size_average, reduce, reduction)

    def construct(self, input1: Tensor, input2: Tensor, target: Tensor) -> Tensor:
        """Return the loss of (N, D) or (D,) pairs; target is 1 where they belong together, else -1."""
        return embedding_loss(input1, input2, target, self.margin, self.reduction)


@counterpart_class("torch.nn.TripletMarginLoss")
class TripletMarginLoss(nn.Cell):
    """torch's triplet_margin_loss as a layer.

    Args:
        margin: by how much the negative should be farther.
        p: of the norm.
        eps: what is added to each difference.
        swap: whether the distance from positive to negative counts where it is smaller.
        size_average: deprecated: False makes reduction "sum".
        reduce: deprecated: False makes reduction "none".
        reduction: "mean", "sum" or "none".
    """

    def __init__(
        self,
        margin: float = 1.0,
        p: float = 2.0,
        eps: float = 1e-6,
        swap: bool = False,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__()
        self.margin = margin
        self.p = p
        self.eps = eps
        self.swap = swap
        self.reduction = warned_reduction(size_average, reduce, reduction)

    def construct(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
        """Return the loss of triplets of shape (..., D)."""
        return triplet_loss(
            anchor, positive, negative, self.margin, self.p, self.eps, self.swap, self.reduction
        )
