"""Functions of ``torch`` that reduce dimensions or accumulate along one, written in MindSpore."""

from __future__ import annotations

import math
from typing import Any

import mindspore as ms
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart, overload_of
from sporeprint.torch._differs import DIST, FLUSHED, NO_0D, NO_BFLOAT16, NO_BOOL, NO_COMPLEX, NO_EMPTY
from sporeprint.torch._refuses import OUT
from sporeprint.torch._results import MinAndMax, ValuesAndIndices

# ------------------------------------------------------------------------------
# Sums and means
# ------------------------------------------------------------------------------


@counterpart("torch.sum", refuses=OUT, differs={**NO_BFLOAT16, "empty": "of nothing it gives another number"})
def sum(
    input: Tensor,
    dim: int | tuple[int, ...] | None,
    keepdim: bool = False,
    *,
    dtype: ms.Type | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """Add the elements, all or along ``dim``; integers and booleans give int64."""
    return ops.sum(input, dim=dim, keepdim=keepdim, dtype=dtype)


@overload_of(sum)
def _(input: Tensor, *, dtype: ms.Type | None = None) -> Tensor:
    return ops.sum(input, dtype=dtype)


@counterpart(
    "torch.mean",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        "error": "torch refuses what MindSpore takes: complex numbers",
        "nan": "the result is nan where torch's is not",
        "inf": "the result is (-inf+0j), not (-inf+nanj)",
        "empty": "of nothing it gives another number",
    },
)
def mean(
    input: Tensor,
    dim: int | tuple[int, ...] | None,
    keepdim: bool = False,
    *,
    dtype: ms.Type | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """Return the mean of the elements, all or along ``dim``; a floating dtype."""
    if dtype is not None:
        input = input.astype(dtype)
    return ops.mean(input, axis=dim, keep_dims=keepdim)


@overload_of(mean)
def _(input: Tensor, *, dtype: ms.Type | None = None, out: Tensor | None = None) -> Tensor:
    if dtype is not None:
        input = input.astype(dtype)
    return ops.mean(input)


@counterpart(
    "torch.prod",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **FLUSHED,
        "inf": "a nan does not reach the result; the gradient differs too",
        "empty": "of nothing it gives another number",
    },
)
def prod(
    input: Tensor,
    dim: int,
    keepdim: bool = False,
    *,
    dtype: ms.Type | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """Multiply the elements, all or along ``dim``; integers and booleans give int64."""
    return ops.prod(input, axis=dim, keep_dims=keepdim, dtype=dtype)


@overload_of(prod)
def _(input: Tensor, *, dtype: ms.Type | None = None) -> Tensor:
    return ops.prod(input, dtype=dtype)


@counterpart(
    "torch.var",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **NO_COMPLEX,
        **FLUSHED,
        **NO_0D,
        "error": "torch refuses what MindSpore takes: integers, booleans",
        "warning": "torch warns",
        "nan": "the gradient is nan, not -inf",
        "inf": "the gradient is nan, not inf",
        "empty": "of nothing it gives another number",
        "accuracy": "float64 is computed with the accuracy of float32",
    },
)
def var(
    input: Tensor,
    dim: int | tuple[int, ...] | None = None,
    *,
    correction: float | None = None,
    keepdim: bool = False,
    out: Tensor | None = None,
) -> Tensor:
    """Return the variance: squared distances from the mean, added up and divided by n - ``correction`` (1)."""
    return variance(input, dim, 1 if correction is None else correction, keepdim)


@overload_of(var)
def _(input: Tensor, unbiased: bool = True) -> Tensor:
    return variance(input, None, 1 if unbiased else 0, False)


@overload_of(var)
def _(
    input: Tensor,
    dim: int | tuple[int, ...] | None,
    unbiased: bool = True,
    keepdim: bool = False,
    *,
    out: Tensor | None = None,
) -> Tensor:
    return variance(input, dim, 1 if unbiased else 0, keepdim)


def mean_along(tensor: Tensor, dim: int | tuple[int, ...] | list[int] | None, keepdim: bool) -> Tensor:
    """Return the mean, of all or along dimensions."""
    return ops.mean(tensor, axis=tuple(dim) if isinstance(dim, list) else dim, keep_dims=keepdim)


def variance(
    tensor: Tensor, dim: int | tuple[int, ...] | list[int] | None, correction: float, keepdim: bool
) -> Tensor:
    """Add up squared distances from the mean and divide by their number less a correction.

    The gradient of ops.var is nan where all numbers are equal, and its correction is a whole number.
    """
    along = tuple(dim) if isinstance(dim, list) else dim
    mean = ops.mean(tensor, axis=along, keep_dims=True)
    total = ops.sum(ops.square(tensor - mean), dim=along, keepdim=keepdim)
    divisor = tensor.size / mean.size - correction if mean.size else 0.0
    return total / (divisor if divisor > 0 else 0.0)


def deviation(
    tensor: Tensor, dim: int | tuple[int, ...] | list[int] | None, correction: float, keepdim: bool
) -> Tensor:
    """Return the square root of the variance, whose gradient is 0 where it is 0."""
    return root(variance(tensor, dim, correction, keepdim))


def root(tensor: Tensor) -> Tensor:
    """Return the square root; its gradient at 0, where that of ops.sqrt is infinite, is 0."""
    none = tensor == 0
    return ops.where(none, ops.zeros_like(tensor), ops.sqrt(ops.where(none, ops.ones_like(tensor), tensor)))


@counterpart(
    "torch.std",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **NO_COMPLEX,
        **FLUSHED,
        **NO_0D,
        "error": "torch refuses what MindSpore takes: integers, booleans",
        "warning": "torch warns",
        "empty": "of nothing it gives another number",
        "accuracy": "float64 is computed with the accuracy of float32",
    },
)
def std(
    input: Tensor,
    dim: int | tuple[int, ...] | None = None,
    *,
    correction: float | None = None,
    keepdim: bool = False,
    out: Tensor | None = None,
) -> Tensor:
    """Return the square root of the variance."""
    return deviation(input, dim, 1 if correction is None else correction, keepdim)


@overload_of(std)
def _(input: Tensor, unbiased: bool = True) -> Tensor:
    return deviation(input, None, 1 if unbiased else 0, False)


@overload_of(std)
def _(
    input: Tensor,
    dim: int | tuple[int, ...] | None,
    unbiased: bool = True,
    keepdim: bool = False,
    *,
    out: Tensor | None = None,
) -> Tensor:
    return deviation(input, dim, 1 if unbiased else 0, keepdim)


@counterpart(
    "torch.norm",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **FLUSHED,
        "error": "torch refuses what MindSpore takes: low precision, complex numbers, norms of nothing",
        "nan": "dtype complex64, not float32",
        "inf": "dtype complex64, not float32",
        "empty": "of nothing it gives another number",
        "0-d": "of complex numbers the result is complex",
        "accuracy": "float64 is computed with the accuracy of float32",
        "complex64": "the result is complex",
        "float64": "the nuclear norm is computed in float32",
    },
)
def norm(
    input: Tensor,
    p: float | str | None = "fro",
    dim: int | tuple[int, ...] | None = None,
    keepdim: bool = False,
    out: Tensor | None = None,
    dtype: ms.Type | None = None,
) -> Tensor:
    """Return the p-norm of the elements, all or along ``dim``; "fro" is the 2-norm, "nuc" that of singular values."""
    if dtype is not None:
        input = input.astype(dtype)
    if isinstance(dim, list):
        dim = tuple(dim)
    if p is None or p == "fro":
        return norm_of_elements(input, 2, dim, keepdim)
    if p == "nuc":
        return ops.norm(input, ord="nuc", dim=dim, keepdim=keepdim)
    return norm_of_elements(input, p, dim, keepdim)


def norm_of_elements(
    tensor: Tensor, order: Any, dim: int | tuple[int, ...] | list[int] | None, keepdim: bool
) -> Tensor:
    """Return a norm of the elements along any number of dimensions, whose gradient is 0 where the norm is.

    ops.norm takes two dimensions for a matrix, and its gradient is nan where the norm is 0.
    """
    along = tuple(dim) if isinstance(dim, list) else dim
    size = ops.abs(tensor)
    if order == math.inf:
        return ops.amax(size, axis=along, keepdims=keepdim)
    if order == -math.inf:
        return ops.amin(size, axis=along, keepdims=keepdim)
    if order == 0:
        return ops.sum((size != 0).astype(size.dtype), dim=along, keepdim=keepdim)
    if order == 1:
        return ops.sum(size, dim=along, keepdim=keepdim)
    if order == 2:
        return root(ops.sum(ops.square(size), dim=along, keepdim=keepdim))
    # The power's gradient at 0 is infinite, and nothing of it is wanted there.
    zero = size == 0
    powers = ops.where(zero, ops.zeros_like(size), ops.pow(ops.where(zero, ops.ones_like(size), size), order))
    total = ops.sum(powers, dim=along, keepdim=keepdim)
    none = total == 0
    found = ops.pow(ops.where(none, ops.ones_like(total), total), 1 / order)
    return ops.where(none, ops.zeros_like(total), found)


# ------------------------------------------------------------------------------
# Truth
# ------------------------------------------------------------------------------


@counterpart("torch.all", refuses=OUT)
def all(
    input: Tensor,
    dim: int | tuple[int, ...] | None = None,
    keepdim: bool = False,
    *,
    out: Tensor | None = None,
) -> Tensor:
    """Tell whether no element is 0, among all or along ``dim``; of uint8 the answer is uint8."""
    if input.dtype == ms.uint8:
        return ops.all(input, axis=dim, keep_dims=keepdim).astype(ms.uint8)
    return ops.all(input, axis=dim, keep_dims=keepdim)


@overload_of(all)
def _(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    if input.dtype == ms.uint8:
        return ops.all(input).astype(ms.uint8)
    return ops.all(input)


@counterpart("torch.any", refuses=OUT, differs={"empty": "of nothing it gives True, not False"})
def any(
    input: Tensor,
    dim: int | tuple[int, ...] | None = None,
    keepdim: bool = False,
    *,
    out: Tensor | None = None,
) -> Tensor:
    """Tell whether an element is not 0, among all or along ``dim``; of uint8 the answer is uint8."""
    # ops.any of numbers takes -0.0 for true.
    if input.dtype == ms.uint8:
        return ops.any(input.astype(ms.bool_), axis=dim, keep_dims=keepdim).astype(ms.uint8)
    return ops.any(input.astype(ms.bool_), axis=dim, keep_dims=keepdim)


@overload_of(any)
def _(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    if input.dtype == ms.uint8:
        return ops.any(input.astype(ms.bool_)).astype(ms.uint8)
    return ops.any(input.astype(ms.bool_))


@counterpart(
    "torch.count_nonzero", differs={**NO_BFLOAT16, **FLUSHED, "empty": "of nothing it gives another number"}
)
def count_nonzero(input: Tensor, dim: int | tuple[int, ...] | None = None) -> Tensor:
    """Count the elements that are not 0, all or along ``dim``."""
    return ops.sum((input != 0).astype(ms.int64), dim=dim)


# ------------------------------------------------------------------------------
# The largest and the smallest
# ------------------------------------------------------------------------------


@counterpart(
    "torch.max",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **NO_BOOL,
        **FLUSHED,
        **NO_EMPTY,
        "error": "torch refuses what MindSpore takes: complex numbers, a dim that is out of range",
        "view": "the result may be the input itself, torch's is a copy",
        "nan": "a nan does not reach the result; the gradient differs too",
    },
)
def max(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return the largest element; along ``dim`` with its index; of two tensors the larger of each two."""
    return ops.amax(input)


@overload_of(max)
def _(
    input: Tensor, dim: int, keepdim: bool = False, *, out: tuple[Tensor, ...] | None = None
) -> ValuesAndIndices:
    return ValuesAndIndices(*ops.max(input, axis=dim, keepdims=keepdim))


@overload_of(max)
def _(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    return ops.maximum(input, other)


@counterpart(
    "torch.min",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **NO_BOOL,
        **FLUSHED,
        **NO_EMPTY,
        "error": "torch refuses what MindSpore takes: complex numbers, a dim that is out of range",
        "view": "the result may be the input itself, torch's is a copy",
        "nan": "a nan does not reach the result; the gradient differs too",
    },
)
def min(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Return the smallest element; along ``dim`` with its index; of two tensors the smaller of each two."""
    return ops.amin(input)


@overload_of(min)
def _(
    input: Tensor, dim: int, keepdim: bool = False, *, out: tuple[Tensor, ...] | None = None
) -> ValuesAndIndices:
    return ValuesAndIndices(*ops.min(input, axis=dim, keepdims=keepdim))


@overload_of(min)
def _(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    return ops.minimum(input, other)


@counterpart(
    "torch.amax",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **NO_BOOL,
        **FLUSHED,
        "error": "torch refuses what MindSpore takes: dimensions of length 0",
        "nan": "a nan does not reach the result",
        "inf": "shape (), not (5,)",
    },
)
def amax(
    input: Tensor, dim: int | tuple[int, ...] = (), keepdim: bool = False, *, out: Tensor | None = None
) -> Tensor:
    """Return the largest element, of all or along ``dim``."""
    if dim == ():
        return ops.amax(input, keepdims=keepdim)
    return ops.amax(input, axis=dim, keepdims=keepdim)


@counterpart(
    "torch.amin",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **NO_BOOL,
        **FLUSHED,
        "error": "torch refuses what MindSpore takes: dimensions of length 0",
        "nan": "a nan does not reach the result; the gradient differs too",
        "inf": "the gradient is 0.0, not 1.875",
    },
)
def amin(
    input: Tensor, dim: int | tuple[int, ...] = (), keepdim: bool = False, *, out: Tensor | None = None
) -> Tensor:
    """Return the smallest element, of all or along ``dim``."""
    if dim == ():
        return ops.amin(input, keepdims=keepdim)
    return ops.amin(input, axis=dim, keepdims=keepdim)


@counterpart(
    "torch.aminmax",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **NO_BOOL,
        "error": "torch refuses what MindSpore takes: dimensions of length 0",
        "nan": "a nan does not reach the result; the gradient differs too",
    },
)
def aminmax(
    input: Tensor, *, dim: int | None = None, keepdim: bool = False, out: tuple[Tensor, ...] | None = None
) -> MinAndMax:
    """Return the smallest and the largest element, of all or along ``dim``."""
    smallest = ops.amin(input, axis=dim, keepdims=keepdim)
    return MinAndMax(smallest, ops.amax(input, axis=dim, keepdims=keepdim))


@counterpart(
    "torch.argmax",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        "error": "torch refuses what MindSpore takes: booleans, complex numbers",
        "nan": "the result is 13, not 5",
    },
)
def argmax(
    input: Tensor, dim: int | None = None, keepdim: bool = False, *, out: Tensor | None = None
) -> Tensor:
    """Return the index of the largest element, of all or along ``dim``."""
    if dim is None:
        return ops.reshape(ops.argmax(input), (1,) * input.ndim) if keepdim else ops.argmax(input)
    return ops.argmax(input, dim=dim, keepdim=keepdim)


@counterpart(
    "torch.argmin",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        "error": "torch refuses what MindSpore takes: booleans, complex numbers",
        "nan": "the result is 0, not 5",
    },
)
def argmin(
    input: Tensor, dim: int | None = None, keepdim: bool = False, *, out: Tensor | None = None
) -> Tensor:
    """Return the index of the smallest element, of all or along ``dim``."""
    if dim is None:
        index = ops.argmin(input).astype(ms.int64)
        return ops.reshape(index, (1,) * input.ndim) if keepdim else index
    return ops.argmin(input, axis=dim, keepdims=keepdim).astype(ms.int64)


# ------------------------------------------------------------------------------
# Along a dimension
# ------------------------------------------------------------------------------


@counterpart(
    "torch.cumsum",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **NO_EMPTY,
        **NO_0D,
        "accuracy": "the kernel errs by up to 32 units in the last place",
    },
)
def cumsum(input: Tensor, dim: int, *, dtype: ms.Type | None = None, out: Tensor | None = None) -> Tensor:
    """Add up the elements along ``dim``; integers and booleans give int64."""
    if dtype is not None:
        return ops.cumsum(input.astype(dtype), axis=dim)
    if input.is_floating_point() or input.is_complex():
        return ops.cumsum(input, axis=dim)
    return ops.cumsum(input.astype(ms.int64), axis=dim)


@counterpart(
    "torch.cumprod",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **FLUSHED,
        **NO_EMPTY,
        "nan": "the result is (inf-infj), not (nan+nanj); the gradient differs too",
        "inf": "the result is (-inf+infj), not (nan+nanj); the gradient differs too",
        "error": "torch refuses what MindSpore takes: a dim that is out of range",
    },
)
def cumprod(input: Tensor, dim: int, *, dtype: ms.Type | None = None, out: Tensor | None = None) -> Tensor:
    """Multiply up the elements along ``dim``; integers and booleans give int64."""
    return products_up_to(input, dim, dtype)


def products_up_to(tensor: Tensor, dim: int, dtype: ms.Type | None) -> Tensor:
    """Multiply up one by one: the gradient of ops.cumprod divides by the elements, which may be 0."""
    if dtype is not None:
        tensor = tensor.astype(dtype)
    elif not (tensor.is_floating_point() or tensor.is_complex()):
        tensor = tensor.astype(ms.int64)
    if tensor.ndim == 0 or tensor.shape[dim] == 0:
        return tensor * 1
    made: list[Tensor] = []
    for each in ops.unbind(tensor, dim):
        made.append(made[-1] * each if made else each)
    return ops.stack(made, axis=dim)


@counterpart(
    "torch.std_mean",
    differs={
        **NO_BFLOAT16,
        **NO_COMPLEX,
        **FLUSHED,
        **NO_0D,
        "error": "torch refuses what MindSpore takes: integers, booleans",
        "warning": "torch warns",
        "nan": "a nan does not reach the result",
        "inf": "a nan does not reach the result",
        "empty": "of nothing it gives another number",
        "accuracy": "float64 is computed with the accuracy of float32",
    },
)
def std_mean(
    input: Tensor,
    dim: int | tuple[int, ...] | None = None,
    *,
    correction: float | None = None,
    keepdim: bool = False,
) -> tuple[Tensor, Tensor]:
    """Return the standard deviation and the mean."""
    spread = deviation(input, dim, 1 if correction is None else correction, keepdim)
    return (spread, mean_along(input, dim, keepdim))


@overload_of(std_mean)
def _(input: Tensor, unbiased: bool = True) -> tuple[Tensor, Tensor]:
    return (deviation(input, None, 1 if unbiased else 0, False), mean_along(input, None, False))


@overload_of(std_mean)
def _(
    input: Tensor, dim: int | tuple[int, ...] | None, unbiased: bool = True, keepdim: bool = False
) -> tuple[Tensor, Tensor]:
    return (deviation(input, dim, 1 if unbiased else 0, keepdim), mean_along(input, dim, keepdim))


@counterpart(
    "torch.var_mean",
    differs={
        **NO_BFLOAT16,
        **NO_COMPLEX,
        **FLUSHED,
        **NO_0D,
        "error": "torch refuses what MindSpore takes: integers, booleans",
        "warning": "torch warns",
        "nan": "a nan does not reach the result; the gradient differs too",
        "inf": "a nan does not reach the result; the gradient differs too",
        "empty": "of nothing it gives another number",
        "accuracy": "float64 is computed with the accuracy of float32",
    },
)
def var_mean(
    input: Tensor,
    dim: int | tuple[int, ...] | None = None,
    *,
    correction: float | None = None,
    keepdim: bool = False,
) -> tuple[Tensor, Tensor]:
    """Return the variance and the mean."""
    spread = variance(input, dim, 1 if correction is None else correction, keepdim)
    return (spread, mean_along(input, dim, keepdim))


@overload_of(var_mean)
def _(input: Tensor, unbiased: bool = True) -> tuple[Tensor, Tensor]:
    return (variance(input, None, 1 if unbiased else 0, False), mean_along(input, None, False))


@overload_of(var_mean)
def _(
    input: Tensor, dim: int | tuple[int, ...] | None, unbiased: bool = True, keepdim: bool = False
) -> tuple[Tensor, Tensor]:
    return (variance(input, dim, 1 if unbiased else 0, keepdim), mean_along(input, dim, keepdim))


@counterpart(
    "torch.trapezoid",
    "torch.trapz",
    differs={
        **NO_BFLOAT16,
        **NO_EMPTY,
        "bool & error": "torch refuses booleans",
        "inf": "torch takes away half of the ends, which is nan where they are infinite",
    },
)
def trapezoid(y: Tensor, x: Tensor, *, dim: int = -1) -> Tensor:
    """Integrate along a dimension by straight lines between points, at x or at a distance of dx."""
    return area_below(y, x, dim)


@overload_of(trapezoid)
def _(y: Tensor, *, dx: float = 1, dim: int = -1) -> Tensor:
    return area_below(y, dx, dim)


def area_below(heights: Tensor, places: Tensor | float, dim: int) -> Tensor:
    """Add up the means of neighbours times their distance; ops.trapz takes no integers and casts."""
    heights = ops.movedim(heights, dim, -1)
    both = heights[..., 1:] + heights[..., :-1]
    if not isinstance(places, Tensor):
        return ops.sum(both, dim=-1) * (places / 2)
    if places.ndim > 1:
        places = ops.movedim(places, dim, -1)
    return ops.sum(both * (places[..., 1:] - places[..., :-1]), dim=-1) / 2


@counterpart(
    "torch.dist",
    differs={**DIST, "accuracy & float64 & gradient & inf": "MindSpore's Pow computes float64 in float32"},
)
def dist(input: Tensor, other: Tensor, p: float = 2) -> Tensor:
    """Return the p-norm of the difference."""
    return norm_of_elements(input - other, p, None, False)
