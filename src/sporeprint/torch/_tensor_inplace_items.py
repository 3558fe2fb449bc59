"""Methods of ``torch.Tensor`` that write at indices or masks, or random numbers, into the tensor itself.

How, and what of it MindSpore's gradient does not follow, is told in ``_tensor_inplace.py``.
"""

from __future__ import annotations

import mindspore as ms
import numpy as np
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart, overload_of
from sporeprint.torch._differs import (
    FLUSHED,
    IN_PLACE,
    IN_PLACE_CAST,
    IN_PLACE_ERROR,
    NO_BOOL,
    NO_COMPLEX,
    NO_ITEMS_OF_BFLOAT16,
    OTHER_DRAWN,
)
from sporeprint.torch._refuses import GENERATOR
from sporeprint.torch._tensor_indexing import scattered_where

# ------------------------------------------------------------------------------
# masks and indices
# ------------------------------------------------------------------------------


@counterpart("torch.Tensor.masked_fill_", differs=IN_PLACE)
def masked_fill_(self: Tensor, mask: Tensor, value: float | Tensor) -> Tensor:
    """Write value where mask, which is broadcast, is true."""
    self[()] = self.masked_fill(mask, value)
    return self


@counterpart("torch.Tensor.masked_scatter_", differs={**IN_PLACE, **FLUSHED})
def masked_scatter_(self: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """Write the elements of source, one after another, where mask, which is broadcast, is true."""
    self[()] = scattered_where(self.copy(), mask, source)
    return self


@counterpart(
    "torch.Tensor.index_fill_",
    differs={**IN_PLACE, **NO_COMPLEX, "0-d": "a 0-d tensor has no dimension to index: it raises"},
)
def index_fill_(self: Tensor, dim: int, index: Tensor, value: float | Tensor) -> Tensor:
    """Write value into the slices of dimension dim that index, of rank 1, names."""
    self[(slice(None),) * (dim % self.ndim) + (index,)] = value
    return self


@counterpart(
    "torch.Tensor.index_copy_",
    differs={**IN_PLACE, "0-d": "a 0-d tensor has no dimension to index: it raises"},
)
def index_copy_(self: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """Write the slices of source into those of dimension dim that index, of rank 1, names."""
    self[(slice(None),) * (dim % self.ndim) + (index,)] = source
    return self


@counterpart(
    "torch.Tensor.index_add_",
    differs={
        **IN_PLACE,
        **NO_BOOL,
        **NO_COMPLEX,
        "int64": "MindSpore's kernel takes no int64: it raises",
        "0-d": "MindSpore's kernel refuses 0-d tensors: it raises",
    },
)
def index_add_(self: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: float = 1) -> Tensor:
    """Add alpha times the slices of source to those of dimension dim that index, of rank 1, names."""
    self[()] = ops.index_add(
        self.copy(), index.astype(ms.int32), source if alpha == 1 else alpha * source, dim
    )
    return self


@counterpart(
    "torch.Tensor.scatter_add_",
    differs={
        **NO_ITEMS_OF_BFLOAT16,
        **IN_PLACE_ERROR,
        **FLUSHED,
        **NO_COMPLEX,
        "0-d": "MindSpore's kernel refuses 0-d tensors: it raises",
    },
)
def scatter_add_(self: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """Add the elements of src at the places along dim that index names."""
    part = src[tuple(slice(length) for length in index.shape)]
    self[()] = ops.tensor_scatter_elements(self.copy(), index, part, axis=dim, reduction="add")
    return self


@counterpart(
    "torch.Tensor.scatter_",
    differs={
        **NO_ITEMS_OF_BFLOAT16,
        **IN_PLACE_ERROR,
        **FLUSHED,
        **NO_COMPLEX,
        "0-d": "MindSpore's kernel refuses 0-d tensors: it raises",
        "warning": "torch warns that reduce is deprecated",
    },
)
def scatter_(self: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """Write the elements of src, or one number, at the places along dim that index names.

    Args:
        self: any rank.
        dim: the dimension.
        index: int64, of self's rank, nowhere longer than src.
        src: of self's dtype.

    Overloads: with ``reduce``, "add" or "multiply", to combine with what is there; with a number, ``value``, for src.
    """
    self[()] = scattered(self.copy(), dim, index, src, None)
    return self


@overload_of(scatter_)
def _(self: Tensor, dim: int, index: Tensor, value: float) -> Tensor:
    self[()] = scattered(self.copy(), dim, index, value, None)
    return self


@overload_of(scatter_)
def _(self: Tensor, dim: int, index: Tensor, value: float, *, reduce: str) -> Tensor:
    self[()] = scattered(self.copy(), dim, index, value, reduce)
    return self


@overload_of(scatter_)
def _(self: Tensor, dim: int, index: Tensor, src: Tensor, *, reduce: str) -> Tensor:
    self[()] = scattered(self.copy(), dim, index, src, reduce)
    return self


def scattered(self: Tensor, dim: int, index: Tensor, src: Tensor | float, reduce: str | None) -> Tensor:
    """Return a tensor with elements written, added or multiplied at the places along dim that index names."""
    if isinstance(src, Tensor):
        part = src[tuple(slice(length) for length in index.shape)]
    else:
        part = ops.zeros(index.shape, self.dtype) + Tensor(src, self.dtype)
    reduction = "mul" if reduce == "multiply" else "none" if reduce is None else reduce
    return ops.tensor_scatter_elements(self, index, part, axis=dim, reduction=reduction)


@counterpart(
    "torch.Tensor.fill_diagonal_",
    refuses={"wrap": "fill the rows below the last one by hand"},
    differs=IN_PLACE,
)
def fill_diagonal_(self: Tensor, fill_value: float, wrap: bool = False) -> Tensor:
    """Write a number into the main diagonal of a matrix, or of a tensor whose lengths are all the same."""
    self[()] = ops.where(on_diagonal(self), ops.full_like(self, fill_value), self)
    return self


def on_diagonal(tensor: Tensor) -> Tensor:
    """Return a tensor of booleans of the same shape: whether all indices of an element are the same."""
    places = np.indices(tensor.shape)
    return Tensor((places == places[0]).all(axis=0))


# ------------------------------------------------------------------------------
# random numbers
# ------------------------------------------------------------------------------


@counterpart("torch.Tensor.uniform_", refuses=GENERATOR, differs={**IN_PLACE_CAST, **OTHER_DRAWN})
def uniform_(self: Tensor, from_: float = 0, to: float = 1, *, generator: object = None) -> Tensor:
    """Write numbers drawn evenly from ``from_`` to ``to``."""
    self[()] = ops.rand(*self.shape) * (to - from_) + from_
    return self


@counterpart("torch.Tensor.normal_", refuses=GENERATOR, differs={**IN_PLACE_CAST, **OTHER_DRAWN})
def normal_(self: Tensor, mean: float = 0, std: float = 1, *, generator: object = None) -> Tensor:
    """Write numbers drawn from the normal distribution."""
    self[()] = ops.randn(*self.shape) * std if mean == 0 else ops.randn(*self.shape) * std + mean
    return self


@counterpart("torch.Tensor.bernoulli_", refuses=GENERATOR, differs=OTHER_DRAWN)
def bernoulli_(self: Tensor, p: float | Tensor = 0.5, *, generator: object = None) -> Tensor:
    """Write 1 with probability p, a number or one for each element, and 0 otherwise."""
    self[()] = ops.rand(*self.shape) < p
    return self


@counterpart("torch.Tensor.exponential_", refuses=GENERATOR, differs={**IN_PLACE_CAST, **OTHER_DRAWN})
def exponential_(self: Tensor, lambd: float = 1, *, generator: object = None) -> Tensor:
    """Write numbers drawn from the exponential distribution of rate lambd."""
    self[()] = -ops.log(1 - ops.rand(*self.shape)) / lambd
    return self


@counterpart("torch.Tensor.random_", refuses=GENERATOR, differs={**IN_PLACE_CAST, **OTHER_DRAWN})
def random_(self: Tensor, *, generator: object = None) -> Tensor:
    """Write whole numbers from 0 to the largest that the dtype holds exactly, or up to one below a bound.

    Overloads: ``random_(to)``, ``random_(from_, to)``.
    """
    self[()] = ops.randint(0, largest_drawn(self), self.shape)
    return self


@overload_of(random_)
def _(self: Tensor, from_: int, to: int | None, *, generator: object = None) -> Tensor:
    self[()] = ops.randint(from_, largest_drawn(self) if to is None else to, self.shape)
    return self


@overload_of(random_)
def _(self: Tensor, to: int, *, generator: object = None) -> Tensor:
    self[()] = ops.randint(0, to, self.shape)
    return self


def largest_drawn(self: Tensor) -> int:
    """Return the bound below which torch's ``random_`` draws for a dtype, as far as MindSpore's randint reaches."""
    bounds = {
        ms.bool_: 2, ms.uint8: 2**8, ms.int8: 2**7, ms.int16: 2**15, ms.float16: 2**11 + 1, ms.float32: 2**24 + 1,
        ms.bfloat16: 2**8 + 1,
    }  # fmt: skip
    return bounds.get(self.dtype, 2**31 - 1)
