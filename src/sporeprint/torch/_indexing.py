"""Functions of ``torch`` that pick, order and search elements, written in MindSpore."""

from __future__ import annotations

import itertools
import math

import mindspore as ms
import numpy as np
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart, overload_of
from sporeprint.torch._binary import places_of_nonzero
from sporeprint.torch._differs import FLOATING_ONLY, FLUSHED, NO_0D, NO_BFLOAT16, NO_COMPLEX, NO_EMPTY
from sporeprint.torch._refuses import OUT
from sporeprint.torch._results import ValuesAndIndices
from sporeprint.torch._shape import common_shape
from sporeprint.torch._tensor_indexing import scattered_where

# ------------------------------------------------------------------------------
# Pick and put
# ------------------------------------------------------------------------------


@counterpart(
    "torch.gather",
    ignores={"sparse_grad": "it changes how the gradient is kept, not what it is"},
    refuses=OUT,
    differs={
        **FLOATING_ONLY,
        **NO_COMPLEX,
        **NO_EMPTY,
        **NO_0D,
        "float16": "MindSpore's kernel takes no float16: it raises",
        "float64": "MindSpore's kernel takes no float64: it raises",
    },
)
def gather(
    input: Tensor, dim: int, index: Tensor, *, sparse_grad: bool = False, out: Tensor | None = None
) -> Tensor:
    """Take elements along a dimension by their index."""
    return ops.gather_elements(input, dim, index)


@counterpart("torch.take_along_dim", refuses=OUT, differs=NO_BFLOAT16)
def take_along_dim(
    input: Tensor, indices: Tensor, dim: int | None = None, *, out: Tensor | None = None
) -> Tensor:
    """Take elements along a dimension (None: of all in one row) by their index; shapes are broadcast."""
    return taken_along(input, indices, dim)


def taken_along(tensor: Tensor, indices: Tensor, dim: int | None) -> Tensor:
    """Broadcast all dimensions but one, and gather."""
    if dim is None:
        return ops.gather_elements(ops.reshape(tensor, (-1,)), 0, ops.reshape(indices, (-1,)))
    dim %= tensor.ndim
    shape = list(
        common_shape(
            tuple(1 if place == dim else size for place, size in enumerate(tensor.shape)),
            tuple(1 if place == dim else size for place, size in enumerate(indices.shape)),
        )
    )
    shape[dim] = tensor.shape[dim]
    tensor = ops.broadcast_to(tensor, tuple(shape))
    shape[dim] = indices.shape[dim]
    return ops.gather_elements(tensor, dim, ops.broadcast_to(indices, tuple(shape)))


@counterpart("torch.index_select", refuses=OUT, differs={**NO_BFLOAT16, **NO_EMPTY, **NO_0D})
def index_select(input: Tensor, dim: int, index: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Take slices along a dimension by their index."""
    return ops.index_select(input, dim, index)


@counterpart("torch.masked_select", refuses=OUT, differs={**NO_BFLOAT16, **NO_EMPTY})
def masked_select(input: Tensor, mask: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Take the elements where a mask holds, in one row."""
    return selected(input, mask)


def selected(tensor: Tensor, mask: Tensor) -> Tensor:
    """Take by index: the gradient of ops.masked_select raises where shapes are broadcast."""
    shape = common_shape(tensor.shape, mask.shape)
    row = ops.reshape(ops.broadcast_to(tensor, shape), (-1,))
    places = np.flatnonzero(np.broadcast_to(mask.asnumpy(), shape))
    return ops.index_select(row, 0, Tensor(places.astype(np.int64)))


@counterpart(
    "torch.scatter",
    refuses={**OUT, "reduce": "write the sum or product out"},
    differs={**NO_BFLOAT16, **NO_COMPLEX, **NO_0D},
)
def scatter(
    input: Tensor, dim: int, index: Tensor, src: Tensor, *, reduce: str, out: Tensor | None = None
) -> Tensor:
    """Put elements along a dimension by their index."""
    return ops.scatter(input, dim, index, src)


@overload_of(scatter)
def _(input: Tensor, dim: int, index: Tensor, src: Tensor, *, out: Tensor | None = None) -> Tensor:
    return ops.scatter(input, dim, index, src)


@overload_of(scatter)
def _(
    input: Tensor, dim: int, index: Tensor, value: int | float, *, reduce: str, out: Tensor | None = None
) -> Tensor:
    return ops.scatter(input, dim, index, value)


@overload_of(scatter)
def _(input: Tensor, dim: int, index: Tensor, value: int | float, *, out: Tensor | None = None) -> Tensor:
    return ops.scatter(input, dim, index, value)


@counterpart(
    "torch.scatter_add",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **NO_COMPLEX,
        **NO_0D,
        "error": "torch refuses what MindSpore takes: an index into nothing",
    },
)
def scatter_add(input: Tensor, dim: int, index: Tensor, src: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Add elements along a dimension to those with their index."""
    return ops.tensor_scatter_elements(input, index, src, axis=dim, reduction="add")


@counterpart("torch.masked_fill", differs=NO_BFLOAT16)
def masked_fill(input: Tensor, mask: Tensor, value: Tensor | float) -> Tensor:
    """Put a number where a mask holds. (ops.masked_fill takes no integer for floating elements.)"""
    return input.masked_fill(mask, value)


@counterpart("torch.masked_scatter", differs=NO_BFLOAT16)
def masked_scatter(input: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """Return a copy in which the elements of source stand, one after another, where a mask holds."""
    return scattered_where(input, mask, source)


@counterpart("torch.index_add", refuses=OUT, differs={**NO_BFLOAT16, **NO_COMPLEX, **NO_0D})
def index_add(
    input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: float = 1, out: Tensor | None = None
) -> Tensor:
    """Add ``alpha`` times slices along a dimension to those with their index."""
    return slices_added(input, dim, index, source, alpha)


def slices_added(tensor: Tensor, dim: int, index: Tensor, source: Tensor, factor: float) -> Tensor:
    """Spread the index over the slices, and add element by element."""
    dim %= tensor.ndim
    shape = tuple(-1 if place == dim else 1 for place in range(tensor.ndim))
    spread = ops.broadcast_to(ops.reshape(index, shape), source.shape)
    return ops.tensor_scatter_elements(tensor, spread, source * factor, axis=dim, reduction="add")


@counterpart("torch.nonzero", refuses=OUT, differs={**NO_BFLOAT16, **FLUSHED, **NO_EMPTY})
def nonzero(
    input: Tensor, *, as_tuple: bool = False, out: Tensor | None = None
) -> Tensor | tuple[Tensor, ...]:
    """Return the indices of the elements that are not 0: a row for each, or a tensor for each dimension."""
    if as_tuple:
        return places_of_nonzero(input)
    return ops.nonzero(input)


@counterpart("torch.argwhere", differs={**NO_BFLOAT16, **FLUSHED, **NO_EMPTY})
def argwhere(input: Tensor) -> Tensor:
    """Return the indices of the elements that are not 0, a row for each."""
    return ops.nonzero(input)


# ------------------------------------------------------------------------------
# Order and search
# ------------------------------------------------------------------------------


@counterpart(
    "torch.topk",
    ignores={"sorted": "they are sorted at any rate"},
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **NO_EMPTY,
        **NO_0D,
        "nan": "a nan does not reach the result; the gradient differs too",
    },
)
def topk(
    input: Tensor,
    k: int,
    dim: int = -1,
    largest: bool = True,
    sorted: bool = True,
    *,
    out: tuple[Tensor, ...] | None = None,
) -> ValuesAndIndices:
    """Return the k largest (or smallest) elements along a dimension, and their indices."""
    return largest_first(input, k, dim, largest)


def largest_first(tensor: Tensor, k: int, dim: int, largest: bool) -> ValuesAndIndices:
    """Call ops.topk, whose indices are int32."""
    values, indices = ops.topk(tensor, k, dim=dim, largest=largest)
    return ValuesAndIndices(values, indices.astype(ms.int64))


@counterpart(
    "torch.sort",
    ignores={"stable": "it is stable at any rate"},
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        "error": "torch refuses what MindSpore takes: complex numbers, a dim that is out of range",
    },
)
def sort(
    input: Tensor,
    *,
    stable: bool | None,
    dim: int = -1,
    descending: bool = False,
    out: tuple[Tensor, ...] | None = None,
) -> ValuesAndIndices:
    """Sort along a dimension, and return the indices, too."""
    return sorted_with_indices(input, dim, descending)


@overload_of(sort)
def _(
    input: Tensor, dim: int = -1, descending: bool = False, *, out: tuple[Tensor, ...] | None = None
) -> ValuesAndIndices:
    return sorted_with_indices(input, dim, descending)


def sorted_with_indices(tensor: Tensor, dim: int, descending: bool) -> ValuesAndIndices:
    """Sort by numpy, stably, as torch does on CPU, and gather: ops.sort takes no integers and has wrong gradients."""
    indices = sorting_index(tensor, dim, descending)
    if tensor.ndim == 0:
        return ValuesAndIndices(tensor.copy(), indices)
    values = ops.gather_elements(tensor, dim, indices)
    return ValuesAndIndices(values.astype(tensor.dtype), indices)


def sorting_index(tensor: Tensor, dim: int, descending: bool) -> Tensor:
    """Return the index that sorts, equal elements in their order."""
    data = tensor.asnumpy()
    if data.ndim == 0:
        return Tensor(np.zeros((), np.int64))
    if descending:
        order = data.shape[dim] - 1 - np.flip(np.argsort(np.flip(data, dim), dim, kind="stable"), dim)
    else:
        order = np.argsort(data, dim, kind="stable")
    return Tensor(np.ascontiguousarray(order, np.int64))


@counterpart(
    "torch.argsort",
    ignores={"stable": "it is stable at any rate"},
    refuses=OUT,
    differs={"error": "torch refuses what MindSpore takes: complex numbers, a dim that is out of range"},
)
def argsort(
    input: Tensor, *, stable: bool, dim: int = -1, descending: bool = False, out: Tensor | None = None
) -> Tensor:
    """Return the indices that sort along a dimension."""
    return sorting_index(input, dim, descending)


@overload_of(argsort)
def _(input: Tensor, dim: int = -1, descending: bool = False) -> Tensor:
    return sorting_index(input, dim, descending)


@counterpart("torch.bincount")
def bincount(input: Tensor, weights: Tensor | None = None, minlength: int = 0) -> Tensor:
    """Count how often each integer from 0 occurs, or add up its weights."""
    return counts_of(input, weights, minlength)


def counts_of(tensor: Tensor, weights: Tensor | None, minlength: int) -> Tensor:
    """Count by numpy; ops.bincount gives float32."""
    if weights is None:
        return Tensor(np.bincount(tensor.asnumpy(), minlength=minlength).astype(np.int64))
    made = np.bincount(tensor.asnumpy(), weights.asnumpy(), minlength)
    return Tensor(made.astype(np.float32 if weights.dtype == ms.float32 else np.float64))


@counterpart(
    "torch.unique",
    ignores={"sorted": "they are sorted at any rate"},
    differs={**NO_BFLOAT16, "error": "torch refuses what MindSpore takes: a gradient, complex numbers"},
)
def unique(
    input: Tensor,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> Tensor | tuple[Tensor, ...]:
    """Return the distinct elements in order, and if asked where each element is among them, and how often."""
    return distinct(input, return_inverse, return_counts, dim)


def distinct(
    tensor: Tensor, return_inverse: bool, return_counts: bool, dim: int | None
) -> Tensor | tuple[Tensor, ...]:
    """Ask numpy; ops.unique does not sort, and has int32 indices."""
    data = tensor.asnumpy()
    values, inverse, counts = np.unique(data, return_inverse=True, return_counts=True, axis=dim)
    inverse = inverse.reshape(data.shape) if dim is None else inverse.reshape(-1)
    found = [Tensor(values)]
    if return_inverse:
        found.append(Tensor(inverse.astype(np.int64)))
    if return_counts:
        found.append(Tensor(counts.astype(np.int64)))
    return tuple(found) if len(found) > 1 else found[0]


@counterpart(
    "torch.searchsorted",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        "error": "torch refuses what MindSpore takes: booleans, a side that contradicts right",
        "warning": "torch warns",
    },
)
def searchsorted(
    sorted_sequence: Tensor,
    input: Tensor,
    *,
    out_int32: bool = False,
    right: bool = False,
    side: str | None = None,
    sorter: Tensor | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """Return where in a sorted row each number would go."""
    return place_in_order(sorted_sequence, input, out_int32, right or side == "right", sorter)


@overload_of(searchsorted)
def _(
    sorted_sequence: Tensor,
    self: int | float,
    *,
    out_int32: bool = False,
    right: bool = False,
    side: str | None = None,
    sorter: Tensor | None = None,
    out: Tensor | None = None,
) -> Tensor:
    return place_in_order(sorted_sequence, self, out_int32, right or side == "right", sorter)


@counterpart(
    "torch.bucketize",
    refuses=OUT,
    differs={
        "error": "torch refuses what MindSpore takes: booleans, boundaries tensor must be 1 dimension, but got dim(2)",
        "warning": "torch warns",
    },
)
def bucketize(
    input: Tensor,
    boundaries: Tensor,
    *,
    out_int32: bool = False,
    right: bool = False,
    out: Tensor | None = None,
) -> Tensor:
    """Return between which boundaries each number lies."""
    return place_in_order(boundaries, input, out_int32, right, None)


@overload_of(bucketize)
def _(self: int | float, boundaries: Tensor, *, out_int32: bool = False, right: bool = False) -> Tensor:
    return place_in_order(boundaries, self, out_int32, right, None)


def place_in_order(
    row: Tensor, numbers: Tensor | float, narrow: bool, after: bool, sorter: Tensor | None
) -> Tensor:
    """Halve as torch does, so that rows which are not sorted give the same, too; ops.searchsorted takes no numbers."""
    rows = row.asnumpy()
    if sorter is not None:
        rows = np.take_along_axis(rows, sorter.asnumpy(), -1)
    wanted = numbers.asnumpy() if isinstance(numbers, Tensor) else np.array(numbers)
    if rows.dtype.kind == "f":
        wanted = wanted.astype(rows.dtype)
    length = rows.shape[-1]
    many = math.prod(rows.shape[:-1])
    lines, sought = rows.reshape(many, length), wanted.reshape(many, math.prod(wanted.shape) // max(many, 1))
    low, high = np.zeros(sought.shape, np.int64), np.full(sought.shape, length, np.int64)
    while (low < high).any():
        middle = low + (high - low) // 2
        there = np.take_along_axis(lines, np.minimum(middle, length - 1), -1)
        below = ~(there > sought if after else there >= sought)
        unsettled = low < high
        low = np.where(unsettled & below, middle + 1, low)
        high = np.where(unsettled & ~below, middle, high)
    return Tensor(low.reshape(wanted.shape).astype(np.int32 if narrow else np.int64))


# ------------------------------------------------------------------------------
# Count and compare
# ------------------------------------------------------------------------------


@counterpart(
    "torch.isin",
    ignores={"assume_unique": "it allows for a faster way to the same"},
    refuses=OUT,
    differs={"error": "torch refuses what MindSpore takes: booleans, complex numbers"},
)
def isin(
    elements: Tensor,
    test_elements: Tensor,
    *,
    assume_unique: bool = False,
    invert: bool = False,
    out: Tensor | None = None,
) -> Tensor:
    """Tell which elements are among the test elements, or which are not."""
    return among(elements, test_elements, invert)


@overload_of(isin)
def _(
    element: float,
    test_elements: Tensor,
    *,
    assume_unique: bool = False,
    invert: bool = False,
    out: Tensor | None = None,
) -> Tensor:
    return among(element, test_elements, invert)


@overload_of(isin)
def _(
    elements: Tensor,
    test_element: float,
    *,
    assume_unique: bool = False,
    invert: bool = False,
    out: Tensor | None = None,
) -> Tensor:
    return among(elements, test_element, invert)


def among(elements: Tensor | float, wanted: Tensor | float, invert: bool) -> Tensor:
    """Ask numpy; MindSpore's isin has no kernel on CPU."""
    left = elements.asnumpy() if isinstance(elements, Tensor) else elements
    right = wanted.asnumpy() if isinstance(wanted, Tensor) else wanted
    return Tensor(np.array(np.isin(left, right, invert=invert)))


@counterpart(
    "torch.histc",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        "float64": "MindSpore's Histogram takes no float64: it raises",
        "float16": "the counts are float32",
        "error": "torch refuses what MindSpore takes: int32, a range that is nan",
        "nan": "a nan is counted",
        "empty & uninitialised": "the counts of nothing are what memory holds",
    },
)
def histc(
    input: Tensor, bins: int = 100, min: float = 0, max: float = 0, *, out: Tensor | None = None
) -> Tensor:
    """Count the elements in each of so many parts of equal width from min to max; both 0: from least to largest."""
    return ops.histc(input, bins=bins, min=min, max=max)


@counterpart(
    "torch.quantile",
    refuses=OUT,
    differs={**FLUSHED, "error": "torch refuses what MindSpore takes: float16"},
)
def quantile(
    input: Tensor,
    q: Tensor | float,
    dim: int | None = None,
    keepdim: bool = False,
    *,
    interpolation: str = "linear",
    out: Tensor | None = None,
) -> Tensor:
    """Return what a share q of the elements lies below, of all or along ``dim``; of several q in front."""
    return quantiles(input, q, dim, keepdim, interpolation)


def quantiles(
    tensor: Tensor, shares: Tensor | float, dim: int | None, keepdim: bool, interpolation: str
) -> Tensor:
    """Sort and go so far as the share says; ops.quantile has no kernel on CPU."""
    rows = ops.reshape(tensor, (-1,)) if dim is None or tensor.ndim == 0 else ops.movedim(tensor, dim, -1)
    ordered = sorted_with_indices(rows, -1, False).values
    length = rows.shape[-1]
    if not isinstance(shares, Tensor):
        shares = Tensor(shares, tensor.dtype)
    if bool(ops.logical_or(shares < 0, shares > 1).any()):
        raise RuntimeError("quantile() q values must be in the range [0, 1]")
    ranks = ops.reshape(shares, (-1,)) * (length - 1)
    if interpolation == "lower":
        ranks = ops.floor(ranks)
    elif interpolation == "higher":
        ranks = ops.ceil(ranks)
    elif interpolation == "nearest":
        ranks = ops.round(ranks)
    floor = ops.floor(ranks)
    below = ops.index_select(ordered, -1, floor.astype(ms.int64))
    above = ops.index_select(ordered, -1, ops.ceil(ranks).astype(ms.int64))
    weight = ops.full_like(ranks, 0.5) if interpolation == "midpoint" else ranks - floor
    # From the nearer end, as torch does: it rounds less.
    found = ops.where(weight < 0.5, below + weight * (above - below), above - (above - below) * (1 - weight))
    last = ordered[..., -1:]
    found = ops.movedim(ops.where(ops.isnan(last), last, found), -1, 0)
    if keepdim:
        found = (
            ops.reshape(found, (-1,) + (1,) * tensor.ndim)
            if dim is None or tensor.ndim == 0
            else ops.unsqueeze(found, dim % tensor.ndim + 1)
        )
    return found if shares.ndim else ops.squeeze(found, 0)


@counterpart("torch.combinations", differs=NO_BFLOAT16)
def combinations(input: Tensor, r: int = 2, with_replacement: bool = False) -> Tensor:
    """Return each choice of r elements of a vector, in their order, as a row."""
    return combined(input, r, with_replacement)


def combined(tensor: Tensor, many: int, repeated: bool) -> Tensor:
    """Take the elements by all combinations of their places."""
    if many == 0:
        return ops.zeros((0,), dtype=tensor.dtype)
    choose = itertools.combinations_with_replacement if repeated else itertools.combinations
    places = np.array(list(choose(range(tensor.shape[0]), many)), np.int64)
    if places.size == 0:
        return ops.zeros((0, many), dtype=tensor.dtype)
    taken = ops.index_select(tensor, 0, Tensor(places.reshape(-1)))
    return ops.reshape(taken, (-1, many))
