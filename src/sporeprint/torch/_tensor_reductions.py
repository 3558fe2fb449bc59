"""Methods of ``torch.Tensor`` that make one number of many, written in MindSpore."""

from __future__ import annotations

import math

import mindspore as ms
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart, exact_of, overload_of
from sporeprint.torch._differs import (
    ANY,
    EXTREME,
    FLUSHED,
    INDEX_OF_EXTREME,
    LARGEST,
    MEDIAN,
    NO_BFLOAT16,
    NORM,
    SPREAD,
)
from sporeprint.torch._reductions import deviation, norm_of_elements, variance
from sporeprint.torch._results import MinAndMax, ValuesAndIndices


@counterpart("torch.Tensor.max", differs=LARGEST)
def max(self: Tensor) -> Tensor:
    """Return the largest element; along a dimension, the largest ones and where they are; or the larger of two."""
    return self.max()


@overload_of(max)
def _(self: Tensor, dim: int, keepdim: bool = False) -> ValuesAndIndices:
    return ValuesAndIndices(*self.max(dim, keepdim) if keepdim else self.max(dim))


@overload_of(max)
def _(self: Tensor, other: Tensor) -> Tensor:
    return ops.maximum(self, other)


@counterpart("torch.Tensor.min", differs=LARGEST)
def min(self: Tensor) -> Tensor:
    """Return the smallest element; along a dimension, the smallest ones and where they are; or the smaller of two."""
    return self.min()


@overload_of(min)
def _(self: Tensor, dim: int, keepdim: bool = False) -> ValuesAndIndices:
    return ValuesAndIndices(*self.min(dim, keepdim) if keepdim else self.min(dim))


@overload_of(min)
def _(self: Tensor, other: Tensor) -> Tensor:
    return ops.minimum(self, other)


@counterpart("torch.Tensor.amax", differs=EXTREME)
def amax(self: Tensor, dim: int | tuple[int, ...] | list[int] = (), keepdim: bool = False) -> Tensor:
    """Return the largest elements along dimensions, by default all."""
    return self.amax(dim, keepdim)


@counterpart("torch.Tensor.amin", differs=EXTREME)
def amin(self: Tensor, dim: int | tuple[int, ...] | list[int] = (), keepdim: bool = False) -> Tensor:
    """Return the smallest elements along dimensions, by default all."""
    return self.amin(dim, keepdim)


@counterpart("torch.Tensor.aminmax", differs=EXTREME)
def aminmax(self: Tensor, *, dim: int | None = None, keepdim: bool = False) -> MinAndMax:
    """Return the smallest and the largest elements along a dimension, by default of all."""
    return MinAndMax(
        self.amin(() if dim is None else dim, keepdim), self.amax(() if dim is None else dim, keepdim)
    )


@counterpart("torch.Tensor.argmax", differs=INDEX_OF_EXTREME)
def argmax(self: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Return where the largest element is, along a dimension or among all in a row."""
    if dim is None and keepdim:
        return self.argmax().reshape((1,) * self.ndim)
    return self.argmax(dim, keepdim)


@counterpart("torch.Tensor.argmin", differs=INDEX_OF_EXTREME)
def argmin(self: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Return where the smallest element is, along a dimension or among all in a row."""
    if dim is None and keepdim:
        return self.argmin().astype(ms.int64).reshape((1,) * self.ndim)
    return self.argmin(dim, keepdim).astype(ms.int64)


@counterpart(
    "torch.Tensor.sum",
    differs={
        "bfloat16": "MindSpore's ReduceSum has no bfloat16 kernel on CPU",
        "empty & uninitialised": "the sum over nothing is what memory holds",
    },
)
def sum(
    self: Tensor,
    dim: int | tuple[int, ...] | list[int] | None,
    keepdim: bool = False,
    *,
    dtype: ms.Type | None = None,
) -> Tensor:
    """Add elements up, along dimensions or all; integers and booleans give int64."""
    return self.sum(dim, keepdim, dtype=dtype)


@exact_of(sum)
def _(
    self: Tensor,
    dim: int | tuple[int, ...] | list[int] | None,
    keepdim: bool = False,
    *,
    dtype: ms.Type | None = None,
) -> Tensor:
    return exact_sum(self, dim, keepdim, dtype)


@overload_of(sum)
def _(self: Tensor, *, dtype: ms.Type | None = None) -> Tensor:
    return exact_sum(self, None, False, dtype)


def exact_sum(
    tensor: Tensor, dim: int | tuple[int, ...] | list[int] | None, keepdim: bool, dtype: ms.Type | None
) -> Tensor:
    """Return torch's sum: of nothing it is 0, and of bfloat16 it is added up in float32."""
    if dtype is not None:
        tensor = tensor.astype(dtype)
    if tensor.dtype == ms.bfloat16:
        return exact_sum(tensor.astype(ms.float32), dim, keepdim, None).astype(ms.bfloat16)
    if not tensor.size:
        whole = tensor.dtype if tensor.is_floating_point() or tensor.is_complex() else ms.int64
        return ops.zeros(shape_without(tensor, dim, keepdim), whole)
    return tensor.sum(dim, keepdim)


def shape_without(
    tensor: Tensor, dim: int | tuple[int, ...] | list[int] | None, keepdim: bool
) -> tuple[int, ...]:
    """Return the shape of what is left of a tensor whose dimensions are reduced: all of them where none is named."""
    named = [dim] if isinstance(dim, int) else list(dim or range(tensor.ndim))
    gone = {each % tensor.ndim for each in named}
    return tuple(
        1 if place in gone else length
        for place, length in enumerate(tensor.shape)
        if keepdim or place not in gone
    )


@counterpart(
    "torch.Tensor.mean",
    differs={
        "bfloat16": "MindSpore's ReduceMean has no bfloat16 kernel on CPU",
        "error": "MindSpore takes integers, which torch refuses",
        "empty": "the mean of nothing is minus infinity, not nan",
    },
)
def mean(
    self: Tensor,
    dim: int | tuple[int, ...] | list[int] | None,
    keepdim: bool = False,
    *,
    dtype: ms.Type | None = None,
) -> Tensor:
    """Return the mean of floating or complex elements, along dimensions or of all."""
    return self.mean(dim, keepdim, dtype=dtype)


@exact_of(mean)
def _(
    self: Tensor,
    dim: int | tuple[int, ...] | list[int] | None,
    keepdim: bool = False,
    *,
    dtype: ms.Type | None = None,
) -> Tensor:
    return exact_mean(self, dim, keepdim, dtype)


@overload_of(mean)
def _(self: Tensor, *, dtype: ms.Type | None = None) -> Tensor:
    return exact_mean(self, None, False, dtype)


def exact_mean(
    tensor: Tensor, dim: int | tuple[int, ...] | list[int] | None, keepdim: bool, dtype: ms.Type | None
) -> Tensor:
    """Return torch's mean: of nothing it is nan, and of bfloat16 it is computed in float32.

    Raises:
        RuntimeError: the elements are integers or booleans.
    """
    if dtype is not None:
        tensor = tensor.astype(dtype)
    if not (tensor.is_floating_point() or tensor.is_complex()):
        raise RuntimeError(
            "mean(): the elements must be floating or complex numbers; say which dtype is meant"
        )
    if tensor.dtype == ms.bfloat16:
        return exact_mean(tensor.astype(ms.float32), dim, keepdim, None).astype(ms.bfloat16)
    if tensor.size and not tensor.is_complex():
        return tensor.mean(dim, keepdim)
    total = exact_sum(tensor, dim, keepdim, None)
    count = math.prod(tensor.shape) // total.size if total.size and tensor.size else 0
    return total / Tensor(count, tensor.dtype)


@counterpart("torch.Tensor.any", differs=ANY)
def any(self: Tensor, dim: int | tuple[int, ...] | list[int] | None = None, keepdim: bool = False) -> Tensor:
    """Tell whether any element is not 0, along dimensions or at all; of uint8 the answer is uint8.

    Only of booleans is MindSpore's ReduceAny right: of [[0.3, 0.0], [0.0, 0.0]] along 1 it gives [True, True].
    """
    if self.dtype == ms.uint8:
        return self.astype(ms.bool_).any(dim, keepdim).astype(ms.uint8)
    if keepdim:
        return self.astype(ms.bool_).any(dim, keepdim)
    return self.astype(ms.bool_).any(dim)


@overload_of(any)
def _(self: Tensor) -> Tensor:
    if self.dtype == ms.uint8:
        return self.astype(ms.bool_).any().astype(ms.uint8)
    return self.astype(ms.bool_).any()


@counterpart("torch.Tensor.all")
def all(self: Tensor) -> Tensor:
    """Tell whether no element is 0, along dimensions or at all; of uint8 the answer is uint8."""
    if self.dtype == ms.uint8:
        return self.all().astype(ms.uint8)
    return self.all()


@overload_of(all)
def _(self: Tensor, dim: int | tuple[int, ...] | list[int] | None = None, keepdim: bool = False) -> Tensor:
    if self.dtype == ms.uint8:
        return self.all(dim, keepdim).astype(ms.uint8)
    return self.all(dim, keepdim)


@counterpart("torch.Tensor.std", differs=SPREAD)
def std(
    self: Tensor,
    dim: int | tuple[int, ...] | list[int] | None = None,
    *,
    correction: float | None = None,
    keepdim: bool = False,
) -> Tensor:
    """Return the standard deviation along dimensions, by default of all; of n numbers, squares are divided by n - 1."""
    return deviation(self, dim, 1 if correction is None else correction, keepdim)


@overload_of(std)
def _(self: Tensor, unbiased: bool = True) -> Tensor:
    return deviation(self, None, unbiased, False)


@overload_of(std)
def _(
    self: Tensor,
    dim: int | tuple[int, ...] | list[int] | None,
    unbiased: bool = True,
    keepdim: bool = False,
) -> Tensor:
    return deviation(self, dim, unbiased, keepdim)


@counterpart("torch.Tensor.var", differs={**SPREAD, "inf": "the gradient of an infinite variance is nan"})
def var(
    self: Tensor,
    dim: int | tuple[int, ...] | list[int] | None = None,
    *,
    correction: float | None = None,
    keepdim: bool = False,
) -> Tensor:
    """Return the variance along dimensions, by default of all; of n numbers, squares are divided by n - 1."""
    return variance(self, dim, 1 if correction is None else correction, keepdim)


@overload_of(var)
def _(self: Tensor, unbiased: bool = True) -> Tensor:
    return variance(self, None, unbiased, False)


@overload_of(var)
def _(
    self: Tensor,
    dim: int | tuple[int, ...] | list[int] | None,
    unbiased: bool = True,
    keepdim: bool = False,
) -> Tensor:
    return variance(self, dim, unbiased, keepdim)


@counterpart("torch.Tensor.norm", differs=NORM)
def norm(
    self: Tensor,
    p: float | str | None = "fro",
    dim: int | tuple[int, ...] | list[int] | None = None,
    keepdim: bool = False,
    dtype: ms.Type | None = None,
) -> Tensor:
    """Return the p-norm of the elements, all or along dimensions; "fro" is the 2-norm."""
    if dtype is not None:
        self = self.astype(dtype)
    if p is None or p == "fro":
        return norm_of_elements(self, 2, dim, keepdim)
    if p == "nuc":
        return ops.norm(self, ord="nuc", dim=tuple(dim) if isinstance(dim, list) else dim, keepdim=keepdim)
    return norm_of_elements(self, p, dim, keepdim)


@counterpart("torch.Tensor.median", differs=MEDIAN)
def median(self: Tensor) -> Tensor:
    """Return the element in the middle of the sorted ones, the lower of two; along a dimension, also where it is."""
    return middle_of_all(self)


@overload_of(median)
def _(self: Tensor, dim: int, keepdim: bool = False) -> ValuesAndIndices:
    return middle_along(self, dim, keepdim)


def middle_of_all(tensor: Tensor) -> Tensor:
    """Return the median of all; elements that are equal to it share its gradient."""
    flat = tensor.reshape(-1)
    middle = ops.stop_gradient(middle_along(flat, 0, False).values)
    if not tensor.is_floating_point():
        return middle
    equal = flat == middle
    share = ops.where(equal, flat, ops.zeros_like(flat)).sum() / equal.astype(tensor.dtype).sum()
    # The value is the middle's own, whatever an infinity or nan less itself may be.
    return ops.where(ops.isfinite(share), middle + (share - ops.stop_gradient(share)), middle)


def middle_along(tensor: Tensor, dim: int, keepdim: bool) -> ValuesAndIndices:
    """Return torch's median along a dimension: the lower one of two in the middle."""
    count = tensor.shape[dim]
    _, indices = ops.sort(tensor, axis=dim)
    place = indices.index_select(dim, Tensor([(count - 1) // 2], ms.int64)).astype(ms.int64)
    middle = ops.gather_elements(tensor, dim, place), place
    if keepdim:
        return ValuesAndIndices(*middle)
    return ValuesAndIndices(middle[0].squeeze(dim), middle[1].squeeze(dim))


@counterpart(
    "torch.Tensor.count_nonzero",
    differs={**NO_BFLOAT16, **FLUSHED, "empty & uninitialised": "the sum over nothing is what memory holds"},
)
def count_nonzero(self: Tensor, *dim: int) -> Tensor:
    """Count the elements that are not 0, along dimensions or all."""
    return (self != 0).astype(ms.int64).sum(dim if dim else None)


@overload_of(count_nonzero)
def _(self: Tensor, dim: int | tuple[int, ...] | list[int] | None = None) -> Tensor:
    if dim is None:
        return (self != 0).astype(ms.int64).sum()
    return (self != 0).astype(ms.int64).sum(dim)
