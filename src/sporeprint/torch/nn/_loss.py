"""The losses of ``torch.nn.functional`` beside those of classes, written in MindSpore."""

from __future__ import annotations

import mindspore as ms
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart
from sporeprint.torch.nn._reduction import legacy_reduction


def reduced(losses: Tensor, reduction: str) -> Tensor:
    """Return the mean or the sum of losses, or with "none" the losses themselves."""
    if reduction == "none":
        return losses
    if reduction == "sum":
        return losses.sum()
    if reduction == "mean":
        return losses.mean()
    raise ValueError(f"{reduction} is not a valid value for reduction")


def weighted(losses: Tensor, weight: Tensor, reduction: str) -> Tensor:
    """Return losses times weight; with "mean" their sum divided by that of the weights."""
    losses = losses * weight
    if reduction == "mean":
        return losses.sum() / weight.broadcast_to(losses.shape).sum()
    return reduced(losses, reduction)


@counterpart(
    "torch.nn.functional.mse_loss",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore takes arguments that torch refuses",
        "warning": "torch warns that size_average and reduce are deprecated, and where shapes differ",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "empty": "MindSpore gives other numbers where torch gives nan",
        "accuracy & float64": "MindSpore computes it with float32 accuracy",
    },
)
def mse_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """Return the squares of the differences.

    Args:
        input: any shape, floating.
        target: of a shape that broadcasts with that of input.
        size_average: deprecated: False makes reduction "sum".
        reduce: deprecated: False makes reduction "none".
        reduction: "mean", "sum" or "none".
        weight: of the elements, or None.

    Returns:
        0-d tensor; with "none" one in the shape of input.
    """
    if size_average is not None or reduce is not None:
        reduction = legacy_reduction(size_average, reduce)
    if weight is not None:
        return weighted(ops.square(input - target), weight, reduction)
    return ops.mse_loss(input, target, reduction=reduction)


@counterpart(
    "torch.nn.functional.l1_loss",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore also takes integers or booleans",
        "complex64": "MindSpore gives complex64 where torch gives float32",
        "warning": "torch warns that size_average and reduce are deprecated, and where shapes differ",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "empty": "MindSpore gives other numbers where torch gives nan",
        "accuracy & float64": "MindSpore computes it with float32 accuracy",
    },
)
def l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """Return the magnitudes of the differences.

    Args:
        input: any shape, floating.
        target: of a shape that broadcasts with that of input.
        size_average: deprecated: False makes reduction "sum".
        reduce: deprecated: False makes reduction "none".
        reduction: "mean", "sum" or "none".
        weight: of the elements, or None.

    Returns:
        0-d tensor; with "none" one in the shape of input.
    """
    if size_average is not None or reduce is not None:
        reduction = legacy_reduction(size_average, reduce)
    if weight is not None:
        return weighted(ops.abs(input - target), weight, reduction)
    if reduction == "sum":  # of integers, ops.l1_loss would add up in their own dtype
        return ops.l1_loss(input, target, reduction="none").sum()
    return ops.l1_loss(input, target, reduction=reduction)


@counterpart(
    "torch.nn.functional.smooth_l1_loss",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "0-d": "MindSpore refuses 0-d tensors",
        "warning": "torch warns that size_average and reduce are deprecated, and where shapes differ",
        "accuracy & float64": "MindSpore computes it with float32 accuracy",
    },
)
def smooth_l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> Tensor:
    """Return half the squares of the differences, divided by beta, or where they are larger, their magnitudes.

    Args:
        input: any shape, floating.
        target: of the same shape.
        size_average: deprecated: False makes reduction "sum".
        reduce: deprecated: False makes reduction "none".
        reduction: "mean", "sum" or "none".
        beta: where the one becomes the other.

    Returns:
        0-d tensor; with "none" one in the shape of input.
    """
    if size_average is not None or reduce is not None:
        reduction = legacy_reduction(size_average, reduce)
    if beta == 0:
        return ops.l1_loss(input, target, reduction=reduction)
    return ops.smooth_l1_loss(input, target, beta=beta, reduction=reduction)


@counterpart(
    "torch.nn.functional.huber_loss",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore also takes integers or booleans",
        "warning": "torch warns that size_average and reduce are deprecated, and where shapes differ",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "empty": "MindSpore gives other numbers where torch gives nan",
        "accuracy & float64": "MindSpore computes it with float32 accuracy",
        "gradient & inf": "MindSpore gives nan where torch gives -12",
        "gradient & nan": "MindSpore gives nan where torch gives -10.9",
    },
)
def huber_loss(
    input: Tensor,
    target: Tensor,
    reduction: str = "mean",
    delta: float = 1.0,
    weight: Tensor | None = None,
) -> Tensor:
    """Return half the squares of the differences, or from delta on, a line that continues them.

    Args:
        input: any shape, floating.
        target: of the same shape.
        reduction: "mean", "sum" or "none".
        delta: where the one becomes the other.
        weight: of the elements, or None.

    Returns:
        0-d tensor; with "none" one in the shape of input.
    """
    if weight is not None:
        return weighted(ops.huber_loss(input, target, reduction="none", delta=delta), weight, reduction)
    return ops.huber_loss(input, target, reduction=reduction, delta=delta)


@counterpart(
    "torch.nn.functional.binary_cross_entropy",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore takes arguments that torch refuses",
        "0-d": "MindSpore gives nan where torch gives 18.8",
        "warning": "torch warns that size_average and reduce are deprecated, and where shapes differ",
        "empty": "MindSpore gives other numbers where torch gives nan",
    },
)
def binary_cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Return the cross entropy of probabilities and targets.

    Not by ops.binary_cross_entropy: of one element it is twice as large as it should be, and a weight that is broadcast
    meets other elements.

    Args:
        input: probabilities, any shape, floating.
        target: in the shape and dtype of input.
        weight: broadcasts to that shape, or None.
        size_average: deprecated: False makes reduction "sum".
        reduce: deprecated: False makes reduction "none".
        reduction: "mean", "sum" or "none".

    Returns:
        0-d tensor; with "none" one in the shape of input.
    """
    if size_average is not None or reduce is not None:
        reduction = legacy_reduction(size_average, reduce)
    return cross_entropy_of(input, target, weight, reduction)


def cross_entropy_of(input: Tensor, target: Tensor, weight: Tensor | None, reduction: str) -> Tensor:
    """Return the cross entropy of probabilities and targets of one shape, with a weight that broadcasts or None.

    As in torch a logarithm is -100 at least, and the gradient does not go by way of it: that of the target is infinite
    where a probability is 0 or 1.
    """
    p, t = ops.stop_gradient(input), ops.stop_gradient(target)
    chance, other = (ops.maximum(ops.log(x), ms.Tensor(-100, x.dtype)) for x in (p, 1 - p))
    slope = (p - t) / ops.maximum((1 - p) * p, ms.Tensor(1e-12, p.dtype))
    losses = (t - 1) * other - t * chance + (input - p) * slope + of_no_value(target - t, 1 - p, p)
    return reduced(losses if weight is None else losses * weight, reduction)


def of_no_value(zero: Tensor, dividend: Tensor, divisor: Tensor) -> Tensor:
    """Return ``zero``, with the logarithm of a quotient as its gradient, even where that is infinite."""
    slope = ops.log(dividend) - ops.log(divisor)
    infinite = ops.isinf(slope)
    # The slope of a square root is infinite at 0, and finite at 1, where it has no part in the result.
    root = ops.sqrt(ops.where(infinite, zero, ops.ones_like(zero)))
    finite = ops.where(infinite, ops.zeros_like(slope), slope)
    return zero * finite + ops.where(infinite, root * ops.sign(slope), ops.zeros_like(root))


@counterpart(
    "torch.nn.functional.binary_cross_entropy_with_logits",
    differs={
        "accuracy": "errs by up to 3.5e+02 units in the last place",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "warning": "torch warns that size_average and reduce are deprecated, and where shapes differ",
        "empty": "MindSpore gives other numbers where torch gives nan",
        "0-d & gradient": "MindSpore gives 1.93 where torch gives nan",
        "gradient & nan": "MindSpore gives 1.2 where torch gives nan",
    },
)
def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """Return the cross entropy of the sigmoids of logits and targets.

    Args:
        input: logits, any shape, floating.
        target: in the shape and dtype of input.
        weight: broadcasts to that shape, or None.
        size_average: deprecated: False makes reduction "sum".
        reduce: deprecated: False makes reduction "none".
        reduction: "mean", "sum" or "none".
        pos_weight: of the positive targets, broadcasts to that shape, or None.

    Returns:
        0-d tensor; with "none" one in the shape of input.
    """
    if size_average is not None or reduce is not None:
        reduction = legacy_reduction(size_average, reduce)
    return logits_cross_entropy(input, target, weight, pos_weight, reduction)


def logits_cross_entropy(
    input: Tensor, target: Tensor, weight: Tensor | None, pos_weight: Tensor | None, reduction: str
) -> Tensor:
    """Return the cross entropy of the sigmoids of logits and targets; parameters as in torch's function."""
    if input.shape != target.shape:
        raise ValueError(f"Target size ({target.shape}) must be the same as input size ({input.shape})")
    positive = ops.softplus(-input)
    if pos_weight is not None:
        positive = positive * (1 + (pos_weight - 1) * target)
    losses = (1 - target) * input + positive
    return reduced(losses if weight is None else losses * weight, reduction)


@counterpart(
    "torch.nn.functional.kl_div",
    differs={
        "accuracy": "errs by up to 33 units in the last place",
        "warning": "torch warns that size_average and reduce are deprecated, and where shapes differ",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "empty": "MindSpore gives other numbers where torch gives nan",
    },
)
def kl_div(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    log_target: bool = False,
) -> Tensor:
    """Return the divergence of target from what has the logarithms input.

    Args:
        input: log-probabilities, any shape, floating.
        target: probabilities of a shape that broadcasts, or with log_target their logarithms.
        size_average: deprecated: False makes reduction "sum".
        reduce: deprecated: False makes reduction "none".
        reduction: "mean" over the elements, "batchmean" over the first dimension, "sum" or "none".
        log_target: whether target holds logarithms.

    Returns:
        0-d tensor; with "none" one in the shape of input.
    """
    if size_average is not None or reduce is not None:
        reduction = legacy_reduction(size_average, reduce)
    return divergence(input, target, reduction, log_target)


def divergence(input: Tensor, target: Tensor, reduction: str, log_target: bool) -> Tensor:
    """Return ``target * (log(target) - input)``, reduced; parameters as in torch's kl_div."""
    if log_target:
        losses = ops.exp(target) * (target - input)
    else:
        # 0 times the logarithm of 0 is 0.
        logarithms = ops.log(ops.where(target == 0, ops.ones_like(target), target))
        losses = target * logarithms - target * input
    if reduction == "batchmean":
        return losses.sum() / input.shape[0]
    return reduced(losses, reduction)


@counterpart(
    "torch.nn.functional.margin_ranking_loss",
    differs={
        "nan": "MindSpore gives 4.38 where torch gives nan",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "0-d": "MindSpore gives 0 where torch gives nan",
        "error": "MindSpore takes arguments that torch refuses",
        "warning": "torch warns that size_average and reduce are deprecated, and where shapes differ",
        "empty": "MindSpore gives other numbers where torch gives nan",
    },
)
def margin_ranking_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Return ``max(0, -target * (input1 - input2) + margin)``.

    Args:
        input1: any shape, floating.
        input2: of the same shape.
        target: 1 where input1 should be larger, -1 where input2.
        margin: by how much.
        size_average: deprecated: False makes reduction "sum".
        reduce: deprecated: False makes reduction "none".
        reduction: "mean", "sum" or "none".

    Returns:
        0-d tensor; with "none" one in the shape of input1.
    """
    if size_average is not None or reduce is not None:
        reduction = legacy_reduction(size_average, reduce)
    # A margin of 0 makes floating numbers of integers, too.
    return reduced(hinge(-target * (input1 - input2) + float(margin)), reduction)


def hinge(x: Tensor) -> Tensor:
    """Replace what is negative by 0; the gradient is 1 at 0, as of torch's clamp_min."""
    return ops.where(x >= 0, x, ops.zeros_like(x))


@counterpart(
    "torch.nn.functional.cosine_embedding_loss",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore takes arguments that torch refuses",
        "inf": "MindSpore gives 0 where torch gives nan",
        "nan": "MindSpore gives 0 where torch gives nan",
        "warning": "torch warns that size_average and reduce are deprecated, and where shapes differ",
        "empty": "results or gradients of empty tensors are wrong, or not written",
    },
)
def cosine_embedding_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Return 1 minus the cosine of pairs that belong together, and of others what it is above margin.

    Args:
        input1: (N, D) or (D,), floating.
        input2: of the same shape.
        target: 1 for pairs that belong together, -1 for others; (N,) or ().
        margin: of the others.
        size_average: deprecated: False makes reduction "sum".
        reduce: deprecated: False makes reduction "none".
        reduction: "mean", "sum" or "none".

    Returns:
        0-d tensor; with "none" one in the shape of target.
    """
    if size_average is not None or reduce is not None:
        reduction = legacy_reduction(size_average, reduce)
    return embedding_loss(input1, input2, target, margin, reduction)


def embedding_loss(input1: Tensor, input2: Tensor, target: Tensor, margin: float, reduction: str) -> Tensor:
    """Compute torch's cosine_embedding_loss."""
    products = (input1 * input2).sum(-1)
    squares = ((input1 * input1).sum(-1) + 1e-12) * ((input2 * input2).sum(-1) + 1e-12)
    cosine = products / ops.sqrt(squares)
    zeros = ops.zeros_like(cosine)
    losses = ops.where(target == 1, 1 - cosine, zeros) + ops.where(
        target == -1, hinge(cosine - margin), zeros
    )
    return reduced(losses, reduction)


@counterpart(
    "torch.nn.functional.triplet_margin_loss",
    differs={
        "float64": "MindSpore has no float64 kernel for it on CPU",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore takes arguments that torch refuses",
        "complex64": "MindSpore has no complex64 kernel for it on CPU",
        "inf": "MindSpore gives 1.48 where torch gives nan",
        "nan": "MindSpore gives 1.68 where torch gives nan",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "warning": "torch warns that size_average and reduce are deprecated, and where shapes differ",
        "empty": "MindSpore gives other numbers where torch gives nan",
    },
)
def triplet_margin_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Return how much nearer than margin the negative is to the anchor than the positive.

    Args:
        anchor: (..., D), floating.
        positive: of a shape that broadcasts.
        negative: of a shape that broadcasts.
        margin: by how much it should be farther.
        p: of the norm.
        eps: what is added to each difference.
        swap: whether the distance from positive to negative counts where it is smaller.
        size_average: deprecated: False makes reduction "sum".
        reduce: deprecated: False makes reduction "none".
        reduction: "mean", "sum" or "none".

    Returns:
        0-d tensor; with "none" one of shape (...).
    """
    if size_average is not None or reduce is not None:
        reduction = legacy_reduction(size_average, reduce)
    return triplet_loss(anchor, positive, negative, margin, p, eps, swap, reduction)


def triplet_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float,
    p: float,
    eps: float,
    swap: bool,
    reduction: str,
) -> Tensor:
    """Compute torch's triplet_margin_loss."""
    near = ops.norm(anchor - positive + eps, ord=p, dim=-1)
    far = ops.norm(anchor - negative + eps, ord=p, dim=-1)
    if swap:
        far = ops.minimum(far, ops.norm(positive - negative + eps, ord=p, dim=-1))
    return reduced(hinge(margin + near - far), reduction)


@counterpart(
    "torch.nn.functional.gaussian_nll_loss",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore takes arguments that torch refuses",
        "empty": "MindSpore refuses empty tensors",
        "accuracy & float64": "MindSpore computes it with float32 accuracy",
    },
)
def gaussian_nll_loss(
    input: Tensor,
    target: Tensor,
    var: Tensor | float,
    full: bool = False,
    eps: float = 1e-6,
    reduction: str = "mean",
) -> Tensor:
    """Return the negated log-likelihood of target under normal distributions.

    Args:
        input: their means, any shape, floating.
        target: in the shape of input.
        var: their variances: in that shape, with 1 in its last dimension or without it, or one number.
        full: whether to add the constant term.
        eps: the least variance.
        reduction: "mean", "sum" or "none".

    Returns:
        0-d tensor; with "none" one in the shape of input.
    """
    return gaussian_loss(input, target, var, full, eps, reduction)


def gaussian_loss(
    input: Tensor, target: Tensor, var: Tensor | float, full: bool, eps: float, reduction: str
) -> Tensor:
    """Compute torch's gaussian_nll_loss."""
    if isinstance(var, float | int):
        var = ops.full_like(input, float(var))
    if var.ndim == input.ndim - 1 and var.shape == input.shape[:-1]:
        var = var.expand_dims(-1)
    if (var < 0).any():
        raise ValueError("var has negative entry/entries")
    # The gradient of var passes below eps, too.
    bounded = var + ops.stop_gradient(ops.maximum(var, ms.Tensor(eps, var.dtype)) - var)
    losses = 0.5 * (ops.log(bounded) + ops.square(input - target) / bounded)
    if full:
        losses = losses + 0.9189385332046727  # log(2 * pi) / 2
    return reduced(losses, reduction)
