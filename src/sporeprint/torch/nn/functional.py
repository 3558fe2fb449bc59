"""``torch.nn.functional``, written in MindSpore."""

from __future__ import annotations

import mindspore as ms
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart, exact_of
from sporeprint.torch._softmax import (
    exact_cross_entropy,
    exact_gumbel_softmax,
    exact_log_softmax,
    exact_nll_loss,
    exact_softmax,
    exact_softmin,
    legacy_softmax_dim,
)
from sporeprint.torch.nn._reduction import legacy_reduction, warned_reduction


@counterpart(
    "torch.nn.functional.softmax",
    ignores={"_stacklevel": "only moves the line that a warning points at"},
)
def softmax(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: ms.Type | None = None
) -> Tensor:
    """Exponentials, made to sum to 1 along ``dim``."""
    if dtype is not None:
        input = input.astype(dtype)
    if dim is None:
        dim = 0 if input.ndim in (0, 1, 3) else 1
    return ops.softmax(input, axis=dim)


@exact_of(softmax)
def _(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: ms.Type | None = None) -> Tensor:
    if dim is None:
        dim = legacy_softmax_dim("softmax", input.ndim, _stacklevel)
    return exact_softmax(input, dim, dtype)


@counterpart(
    "torch.nn.functional.log_softmax",
    ignores={"_stacklevel": "only moves the line that a warning points at"},
)
def log_softmax(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: ms.Type | None = None
) -> Tensor:
    """Logarithm of :func:`softmax`."""
    if dtype is not None:
        input = input.astype(dtype)
    if dim is None:
        dim = 0 if input.ndim in (0, 1, 3) else 1
    return ops.log_softmax(input, axis=dim)


@exact_of(log_softmax)
def _(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: ms.Type | None = None) -> Tensor:
    if dim is None:
        dim = legacy_softmax_dim("log_softmax", input.ndim, _stacklevel)
    return exact_log_softmax(input, dim, dtype)


@counterpart(
    "torch.nn.functional.softmin",
    ignores={"_stacklevel": "only moves the line that a warning points at"},
)
def softmin(
    input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: ms.Type | None = None
) -> Tensor:
    """:func:`softmax` of the negated input."""
    input = -input
    if dtype is not None:
        input = input.astype(dtype)
    if dim is None:
        dim = 0 if input.ndim in (0, 1, 3) else 1
    return ops.softmax(input, axis=dim)


@exact_of(softmin)
def _(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: ms.Type | None = None) -> Tensor:
    if dim is None:
        dim = legacy_softmax_dim("softmin", input.ndim, _stacklevel)
    return exact_softmin(input, dim, dtype)


@counterpart(
    "torch.nn.functional.gumbel_softmax",
    ignores={"eps": "deprecated; torch ignores it too"},
)
def gumbel_softmax(
    logits: Tensor, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1
) -> Tensor:
    """A sample of the Gumbel-softmax distribution, one-hot if ``hard``, which does not change the gradient."""
    # Not ops.gumbel_softmax: its noise is infinite, and the row nan, where the random number is close to 1.
    noise = -ops.log(-ops.log1p(-ops.rand_like(logits)))
    soft = ops.softmax((logits + noise) / tau, axis=dim)
    if not hard:
        return soft
    index = ops.argmax(soft, dim=dim, keepdim=True)
    one_hot = ops.tensor_scatter_elements(
        ops.zeros_like(soft), index, ops.ones_like(index).astype(soft.dtype), axis=dim
    )
    return ops.stop_gradient(one_hot - soft) + soft


@exact_of(gumbel_softmax)
def _(logits: Tensor, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1) -> Tensor:
    return exact_gumbel_softmax(logits, tau, hard, eps, dim)


@counterpart("torch.nn.functional.nll_loss")
def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """The negated log-probability of the target classes."""
    if size_average is not None or reduce is not None:
        reduction = legacy_reduction(size_average, reduce)
    if ignore_index == -100 and weight is None:
        if reduction == "mean":
            return ops.nll_loss(input, target)
        return ops.nll_loss(input, target, reduction=reduction)
    return ops.nll_loss(input, target, weight=weight, ignore_index=ignore_index, reduction=reduction)


@exact_of(nll_loss)
def _(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    reduction = warned_reduction(size_average, reduce, reduction)
    return exact_nll_loss(input, target, weight, ignore_index, reduction)


@counterpart("torch.nn.functional.cross_entropy")
def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """:func:`nll_loss` of :func:`log_softmax`; the targets are classes, or probabilities of all classes."""
    if size_average is not None or reduce is not None:
        reduction = legacy_reduction(size_average, reduce)
    if label_smoothing == 0 and ignore_index == -100 and weight is None:
        if reduction == "mean":
            return ops.cross_entropy(input, target)
        return ops.cross_entropy(input, target, reduction=reduction)
    return ops.cross_entropy(
        input,
        target,
        weight=weight,
        ignore_index=ignore_index,
        reduction=reduction,
        label_smoothing=label_smoothing * 1.0,  # MindSpore refuses an int
    )


@exact_of(cross_entropy)
def _(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    reduction = warned_reduction(size_average, reduce, reduction)
    return exact_cross_entropy(input, target, weight, ignore_index, reduction, label_smoothing)
