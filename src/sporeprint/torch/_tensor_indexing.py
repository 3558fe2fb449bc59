"""Methods of ``torch.Tensor`` that look elements up, put them elsewhere, or bring them into order, in MindSpore."""

from __future__ import annotations

from typing import Any

import mindspore as ms
import numpy as np
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart, overload_of
from sporeprint.torch._differs import (
    CUMSUM,
    FLUSHED,
    GATHER,
    INDEX_SELECT,
    NO_BFLOAT16,
    NO_BOOL,
    NO_SUCH_PLACE,
    NONZERO,
    SCATTER,
    SORT,
    TOPK,
)
from sporeprint.torch._reductions import products_up_to
from sporeprint.torch._results import ValuesAndIndices


@counterpart("torch.Tensor.topk", differs=TOPK)
def topk(self: Tensor, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> ValuesAndIndices:
    """Return the k largest or smallest elements along a dimension, and where they are."""
    return with_int64(self.topk(k, dim, largest, sorted))


@counterpart(
    "torch.Tensor.sort", differs={**SORT, "empty & gradient": "MindSpore's gradient of an empty Sort raises"}
)
def sort(self: Tensor, dim: int = -1, descending: bool = False) -> ValuesAndIndices:
    """Return the elements in order along a dimension, and where each was."""
    return with_int64(self.sort(dim, descending))


@overload_of(sort)
def _(self: Tensor, *, stable: bool | None, dim: int = -1, descending: bool = False) -> ValuesAndIndices:
    if stable:
        return sorted_stably(self, dim, descending)
    return with_int64(self.sort(dim, descending))


@counterpart("torch.Tensor.argsort", differs=SORT)
def argsort(self: Tensor, dim: int = -1, descending: bool = False) -> Tensor:
    """Return where the elements would be taken from to be in order along a dimension."""
    return self.argsort(dim, descending).astype(ms.int64)


@overload_of(argsort)
def _(self: Tensor, *, stable: bool, dim: int = -1, descending: bool = False) -> Tensor:
    if stable:
        return sorted_stably(self, dim, descending).indices
    return self.argsort(dim, descending).astype(ms.int64)


def with_int64(found: tuple[Tensor, Tensor]) -> ValuesAndIndices:
    """Name the values and the indices, and make the indices int64, as torch's are."""
    return ValuesAndIndices(found[0], found[1].astype(ms.int64))


def sorted_stably(tensor: Tensor, dim: int, descending: bool) -> ValuesAndIndices:
    """Sort so that equal elements stay in their order; MindSpore has no such sort on CPU."""
    data = tensor.astype(ms.float32).asnumpy() if tensor.dtype == ms.bfloat16 else tensor.asnumpy()
    if descending:
        # Of the reversed elements, the last of equal ones is the first.
        turned = np.flip(np.argsort(np.flip(data, dim), axis=dim, kind="stable"), dim)
        places = data.shape[dim] - 1 - turned
    else:
        places = np.argsort(data, axis=dim, kind="stable")
    indices = Tensor(np.ascontiguousarray(places), ms.int64)
    return ValuesAndIndices(ops.gather_elements(tensor, dim, indices), indices)


@counterpart("torch.Tensor.cumsum", differs=CUMSUM)
def cumsum(self: Tensor, dim: int, *, dtype: ms.Type | None = None) -> Tensor:
    """Return the sums of the elements so far along a dimension; of integers and booleans in int64."""
    if dtype is not None:
        return cumulated_in(self, dim, dtype)
    return with_whole_numbers_as_int64(self).cumsum(dim)


def cumulated_in(tensor: Tensor, dim: int, dtype: ms.Type) -> Tensor:
    """Add up in a dtype. MindSpore's own casts the sums, not what is summed, and makes int32 of shorter integers."""
    return tensor.astype(dtype).cumsum(dim).astype(dtype)


def with_whole_numbers_as_int64(tensor: Tensor) -> Tensor:
    """Return integers and booleans as int64, and what else there is as it is: torch's sums are of these dtypes."""
    return tensor if tensor.is_floating_point() or tensor.is_complex() else tensor.astype(ms.int64)


@counterpart(
    "torch.Tensor.gather",
    ignores={"sparse_grad": "the gradient is the same, in another form"},
    differs=GATHER,
)
def gather(self: Tensor, dim: int, index: Tensor, *, sparse_grad: bool = False) -> Tensor:
    """Return the elements at ``index`` along a dimension."""
    return self.gather(dim, index)


@counterpart(
    "torch.Tensor.scatter", differs={**SCATTER, **NO_SUCH_PLACE, "warning": "torch warns that reduce will go"}
)
def scatter(self: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """Return a copy with the elements of ``src`` at ``index`` along a dimension, put there, added or multiplied."""
    return put_at(self, dim, index, src, "none")


@overload_of(scatter)
def _(self: Tensor, dim: int, index: Tensor, src: Tensor, *, reduce: str) -> Tensor:
    return put_at(self, dim, index, src, reduce)


@overload_of(scatter)
def _(self: Tensor, dim: int, index: Tensor, value: complex) -> Tensor:
    return put_at(self, dim, index, ops.full(index.shape, value, dtype=self.dtype), "none")


@overload_of(scatter)
def _(self: Tensor, dim: int, index: Tensor, value: complex, *, reduce: str) -> Tensor:
    return put_at(self, dim, index, ops.full(index.shape, value, dtype=self.dtype), reduce)


@counterpart("torch.Tensor.scatter_add", differs={**SCATTER, **NO_SUCH_PLACE})
def scatter_add(self: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """Return a copy to which the elements of ``src`` are added at ``index`` along a dimension."""
    return put_at(self, dim, index, src, "add")


def put_at(tensor: Tensor, dim: int, index: Tensor, source: Tensor, reduce: str) -> Tensor:
    """Put elements at an index along a dimension; of ``source`` that many count as ``index`` has."""
    if source.shape != index.shape:
        source = source[tuple(slice(0, length) for length in index.shape)]
    how = {"none": "none", "add": "add", "multiply": "mul"}[reduce]
    return ops.tensor_scatter_elements(tensor, index, source, axis=dim, reduction=how)


@counterpart("torch.Tensor.index_add", differs=SCATTER)
def index_add(self: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: complex = 1) -> Tensor:
    """Return a copy to which slices of ``source`` are added at ``index`` along a dimension.

    MindSpore's method writes into the tensor itself.
    """
    return added_at(self, dim, index, source, alpha)


def added_at(tensor: Tensor, dim: int, index: Tensor, source: Tensor, alpha: complex) -> Tensor:
    """Add slices at places along a dimension."""
    shape = [1] * source.ndim
    shape[dim] = -1
    places = ops.broadcast_to(index.astype(ms.int64).reshape(shape), source.shape)
    more = source if alpha == 1 else source * alpha
    return ops.tensor_scatter_elements(tensor, places, more, axis=dim, reduction="add")


@counterpart("torch.Tensor.index_fill", differs=NO_BFLOAT16)
def index_fill(self: Tensor, dim: int, index: Tensor, value: Tensor | complex) -> Tensor:
    """Return a copy in which the slices at ``index`` along a dimension are filled with a number."""
    return filled_at(self, dim, index, value)


def filled_at(tensor: Tensor, dim: int, index: Tensor, value: Tensor | complex) -> Tensor:
    """Fill slices at places along a dimension; MindSpore's own takes few dtypes, and its gradients are wrong."""
    if not tensor.ndim:
        return filled_at(tensor.reshape(1), 0, index.reshape(-1), value).reshape(())
    chosen = np.zeros(tensor.shape[dim], np.bool_)
    chosen[index.asnumpy()] = True
    shape = [1] * tensor.ndim
    shape[dim] = -1
    filling = value if isinstance(value, Tensor) else ops.full((), value, dtype=tensor.dtype)
    return ops.where(Tensor(chosen.reshape(shape)), filling.astype(tensor.dtype), tensor)


@counterpart("torch.Tensor.nonzero", differs=NONZERO)
def nonzero(self: Tensor, *, as_tuple: bool = False) -> Tensor:
    """Return where the elements are not 0: a row for each, or with as_tuple a tensor for each dimension."""
    if as_tuple:
        return columns_of(self.nonzero())
    return self.nonzero()


def columns_of(table: Tensor) -> Any:
    """Return the columns of a table, as a tuple."""
    return tuple(table[:, place] for place in range(table.shape[1]))


@counterpart("torch.Tensor.masked_scatter", differs=NO_BFLOAT16)
def masked_scatter(self: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """Return a copy in which the elements of source stand, one after another, where the mask is True."""
    return scattered_where(self, mask, source)


def scattered_where(tensor: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """Put elements of source where a mask holds; MindSpore's own does not broadcast, and may end the process.

    Raises:
        RuntimeError: the dtypes are not the same, or source has too few elements.
    """
    if tensor.dtype != source.dtype:
        raise RuntimeError(f"masked_scatter: expected the same dtype, got {tensor.dtype} and {source.dtype}")
    chosen = np.broadcast_to(mask.asnumpy(), np.broadcast_shapes(tensor.shape, mask.shape))
    wanted = int(chosen.sum())
    if wanted > source.size:
        raise RuntimeError(
            f"masked_scatter: source has {source.size} elements, and the mask asks for {wanted}"
        )
    if not wanted:
        return ops.broadcast_to(tensor, chosen.shape) * 1 if tensor.shape != chosen.shape else tensor.copy()
    places = np.maximum(np.cumsum(chosen).reshape(chosen.shape) - 1, 0)
    picked = ops.gather(source.reshape(-1), Tensor(places.astype(np.int32)), 0)
    return ops.where(Tensor(chosen), picked, tensor)


@counterpart("torch.Tensor.masked_select", differs=NO_BFLOAT16)
def masked_select(self: Tensor, mask: Tensor) -> Tensor:
    """Return the elements where the mask is True, in a row."""
    return selected_where(self, mask)


def selected_where(tensor: Tensor, mask: Tensor) -> Tensor:
    """Select after the shapes were broadcast to one another: the gradient of MindSpore's own raises otherwise."""
    if mask.shape != tensor.shape:
        shape = np.broadcast_shapes(tensor.shape, mask.shape)
        tensor, mask = ops.broadcast_to(tensor, shape), ops.broadcast_to(mask, shape)
    return tensor.masked_select(mask)


@counterpart(
    "torch.Tensor.repeat_interleave",
    ignores={"output_size": "it only saves torch a look at repeats"},
    differs={**NO_BFLOAT16, **NO_BOOL, "empty & gradient": "MindSpore's gradient of an empty index raises"},
)
def repeat_interleave(
    self: Tensor, repeats: int, dim: int | None = None, *, output_size: int | None = None
) -> Tensor:
    """Repeat each element so many times along a dimension, or of all in a row."""
    return self.repeat_interleave(repeats, dim)


@overload_of(repeat_interleave)
def _(self: Tensor, repeats: Tensor, dim: int | None = None, *, output_size: int | None = None) -> Tensor:
    return repeated_each(self, repeats, dim)


def repeated_each(tensor: Tensor, repeats: Tensor, dim: int | None) -> Tensor:
    """Repeat each element as often as its number in ``repeats`` says; MindSpore has no kernel for it on CPU."""
    if dim is None:
        return repeated_each(tensor.reshape(-1), repeats, 0)
    counts = repeats.asnumpy()
    places = np.repeat(
        np.arange(tensor.shape[dim]), counts if counts.ndim and counts.size > 1 else int(counts)
    )
    return tensor.index_select(dim, Tensor(places, ms.int64))


@counterpart(
    "torch.Tensor.unique",
    ignores={"sorted": "the elements are sorted either way, as torch's are on the CPU"},
    differs={
        **NO_BFLOAT16,
        "error": "no gradient flows, where torch refuses to differentiate; numpy takes complex numbers",
    },
)
def unique(
    self: Tensor,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> Any:
    """Return the different elements, or slices along a dimension; also where each went, and how many were equal."""
    return distinct_elements(self, return_inverse, return_counts, dim)


def distinct_elements(tensor: Tensor, return_inverse: bool, return_counts: bool, dim: int | None) -> Any:
    """Return what torch.unique does; MindSpore has no kernel for it on CPU. It has no gradient in either."""
    found = np.unique(tensor.asnumpy(), return_inverse=True, return_counts=True, axis=dim)
    values, inverse, counts = found
    shape = tensor.shape if dim is None else (tensor.shape[dim],)
    results = [Tensor(values, tensor.dtype)]
    if return_inverse:
        results.append(Tensor(inverse.reshape(shape), ms.int64))
    if return_counts:
        results.append(Tensor(counts, ms.int64))
    return results[0] if len(results) == 1 else tuple(results)


@counterpart("torch.Tensor.take_along_dim", differs=NO_BFLOAT16)
def take_along_dim(self: Tensor, indices: Tensor, dim: int | None = None) -> Tensor:
    """Return the elements at ``indices`` along a dimension, or of all in a row; other lengths are broadcast."""
    return taken_at(self, indices, dim)


def taken_at(tensor: Tensor, indices: Tensor, dim: int | None) -> Tensor:
    """Gather after the shapes were broadcast to one another, but for the dimension itself."""
    if dim is None:
        return ops.gather_elements(tensor.reshape(-1), 0, indices.reshape(-1))
    place = dim % tensor.ndim
    shape = np.broadcast_shapes(
        tuple(1 if axis == place else length for axis, length in enumerate(tensor.shape)),
        tuple(1 if axis == place else length for axis, length in enumerate(indices.shape)),
    )
    own = (*shape[:place], tensor.shape[place], *shape[place + 1 :])
    asked = (*shape[:place], indices.shape[place], *shape[place + 1 :])
    return ops.gather_elements(ops.broadcast_to(tensor, own), place, ops.broadcast_to(indices, asked))


@counterpart("torch.Tensor.bincount")
def bincount(self: Tensor, weights: Tensor | None = None, minlength: int = 0) -> Tensor:
    """Count how often each number from 0 on occurs, or add up weights."""
    return occurrences(self, weights, minlength)


def occurrences(tensor: Tensor, weights: Tensor | None, minlength: int) -> Tensor:
    """Count in numpy: MindSpore's bincount counts in float32. It has no gradient in torch either."""
    if weights is None:
        return Tensor(np.bincount(tensor.asnumpy(), minlength=minlength), ms.int64)
    sums = np.bincount(tensor.asnumpy(), weights.asnumpy(), minlength)
    return Tensor(sums, ms.float32 if weights.dtype == ms.float32 else ms.float64)


@counterpart(
    "torch.Tensor.cumprod",
    differs={
        **NO_BFLOAT16,
        **FLUSHED,
        "gradient & nan": "the gradient of the elements before a nan is not nan, or the other way round",
        "gradient & inf": "the gradient of the elements before an infinity is not nan, or the other way round",
        "complex64 & inf": "an infinity makes only one part nan, or none",
        "0-d & error": "dim is not looked at",
        "empty & gradient": "MindSpore's Unstack of an empty tensor raises",
    },
)
def cumprod(self: Tensor, dim: int, *, dtype: ms.Type | None = None) -> Tensor:
    """Multiply up the elements along a dimension; integers and booleans give int64."""
    return products_up_to(self, dim, dtype)


@counterpart("torch.Tensor.diff", differs={**INDEX_SELECT, **FLUSHED})
def diff(
    self: Tensor, n: int = 1, dim: int = -1, prepend: Tensor | None = None, append: Tensor | None = None
) -> Tensor:
    """Return the differences of neighbours along a dimension, n times over."""
    return differences_along(self, n, dim, prepend, append)


def differences_along(
    tensor: Tensor, times: int, dim: int, before: Tensor | None, after: Tensor | None
) -> Tensor:
    """Subtract neighbours; MindSpore's own takes n=1 only."""
    if times < 0:
        raise RuntimeError(f"order must be non-negative but got {times}")
    if times == 0:
        return tensor.copy()
    parts = [each for each in (before, tensor, after) if each is not None]
    joined = ops.cat(parts, axis=dim) if len(parts) > 1 else tensor
    for _ in range(min(times, joined.shape[dim])):
        count = joined.shape[dim]
        lower = joined.index_select(dim, Tensor(np.arange(count - 1), ms.int64))
        upper = joined.index_select(dim, Tensor(np.arange(1, count), ms.int64))
        joined = ops.logical_xor(upper, lower) if joined.dtype == ms.bool_ else upper - lower
    return joined


@counterpart(
    "torch.Tensor.index_copy", differs={**SCATTER, "empty & error": "torch refuses a dimension of length 0"}
)
def index_copy(self: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """Return a copy with slices of ``source`` at ``index`` along a dimension."""
    return copied_to(self, dim, index, source)


def copied_to(tensor: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """Put slices at places along a dimension; MindSpore has no such method."""
    shape = [1] * source.ndim
    shape[dim] = -1
    places = ops.broadcast_to(index.astype(ms.int64).reshape(shape), source.shape)
    return ops.tensor_scatter_elements(tensor, places, source, axis=dim)
