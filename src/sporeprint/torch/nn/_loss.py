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


@counterpart("torch.nn.functional.mse_loss")
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


@counterpart("torch.nn.functional.l1_loss")
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
    return ops.l1_loss(input, target, reduction=reduction)


@counterpart("torch.nn.functional.smooth_l1_loss")
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


@counterpart("torch.nn.functional.huber_loss")
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


@counterpart("torch.nn.functional.binary_cross_entropy")
def binary_cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """Return the cross entropy of probabilities and targets.

    A weight that is broadcast meets other elements than it should in MindSpore, so it is multiplied here.

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
    if weight is not None:
        return weighted_cross_entropy(input, target, weight, reduction)
    return ops.binary_cross_entropy(input, target, reduction=reduction)


def weighted_cross_entropy(input: Tensor, target: Tensor, weight: Tensor, reduction: str) -> Tensor:
    """Return the cross entropy of probabilities and targets, multiplied with a weight that broadcasts."""
    return reduced(ops.binary_cross_entropy(input, target, reduction="none") * weight, reduction)


@counterpart("torch.nn.functional.binary_cross_entropy_with_logits")
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
    return ops.binary_cross_entropy_with_logits(
        input, target, weight=weight, pos_weight=pos_weight, reduction=reduction
    )


@counterpart("torch.nn.functional.kl_div")
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


@counterpart("torch.nn.functional.margin_ranking_loss")
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
    return reduced(hinge(-target * (input1 - input2) + margin), reduction)


def hinge(x: Tensor) -> Tensor:
    """Replace what is negative by 0; the gradient is 1 at 0, as of torch's clamp_min."""
    return ops.where(x >= 0, x, ops.zeros_like(x))


@counterpart("torch.nn.functional.cosine_embedding_loss")
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


@counterpart("torch.nn.functional.triplet_margin_loss")
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


@counterpart("torch.nn.functional.gaussian_nll_loss")
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
