"""Methods of ``torch.Tensor`` that change its shape or take parts of it, written in MindSpore.

Where MindSpore's method of the same name means the same, the body is the very call: it stays as it was written,
whatever the receiver turns out to be.
"""

from __future__ import annotations

import builtins

import mindspore as ms
import numpy as np
from mindspore import Tensor

from sporeprint.counterpart import counterpart, overload_of
from sporeprint.torch._creation import outside
from sporeprint.torch._differs import (
    BROADCAST_TO,
    FLUSHED,
    INDEX_GRADIENT,
    INDEX_SELECT,
    NO_BFLOAT16,
    TILE,
    VIEW,
)
from sporeprint.torch._shape import diagonal_of_or_on, rolled


@counterpart("torch.Tensor.view", differs=VIEW)
def view(self: Tensor, *size: int) -> Tensor:
    """Return the same elements in another shape, of which one length may be -1."""
    return self.view(*size)


@overload_of(view)
def _(self: Tensor, size: tuple[int, ...] | list[int]) -> Tensor:
    return self.view(size)


@overload_of(view)
def _(self: Tensor, dtype: ms.Type) -> Tensor:
    return self.view(dtype)


@counterpart("torch.Tensor.reshape", differs=VIEW)
def reshape(self: Tensor, *shape: int) -> Tensor:
    """Return the same elements in another shape, of which one length may be -1."""
    return self.reshape(*shape)


@overload_of(reshape)
def _(self: Tensor, shape: tuple[int, ...] | list[int]) -> Tensor:
    return self.reshape(shape)


@counterpart("torch.Tensor.squeeze", differs={"view": "MindSpore copies where all dimensions go, or none"})
def squeeze(self: Tensor, *dim: int) -> Tensor:
    """Drop the dimensions of length 1 among those named."""
    return self.squeeze(dim)


@overload_of(squeeze)
def _(self: Tensor) -> Tensor:
    return self.squeeze()


@overload_of(squeeze)
def _(self: Tensor, dim: int | tuple[int, ...] | list[int]) -> Tensor:
    if dim == ():
        return self
    return self.squeeze(dim)


@counterpart("torch.Tensor.repeat", differs=TILE)
def repeat(self: Tensor, *repeats: int) -> Tensor:
    """Repeat the whole tensor so many times along each dimension."""
    return self.tile(repeats)


@overload_of(repeat)
def _(self: Tensor, repeats: tuple[int, ...] | list[int]) -> Tensor:
    return self.tile(tuple(repeats))


@counterpart("torch.Tensor.tile", differs=TILE)
def tile(self: Tensor, *dims: int) -> Tensor:
    """Repeat the whole tensor so many times along each dimension."""
    return self.tile(dims)


@overload_of(tile)
def _(self: Tensor, dims: tuple[int, ...] | list[int]) -> Tensor:
    return self.tile(tuple(dims))


@counterpart("torch.Tensor.expand", ignores={"implicit": "torch's own bookkeeping"}, differs=BROADCAST_TO)
def expand(self: Tensor, *size: int, implicit: bool = False) -> Tensor:
    """Repeat what has length 1 along a dimension, and add dimensions in front; -1 leaves a length."""
    return self.expand(*size)


@overload_of(expand)
def _(self: Tensor, size: tuple[int, ...] | list[int], *, implicit: bool = False) -> Tensor:
    return self.expand(size)


@counterpart("torch.Tensor.broadcast_to", differs=BROADCAST_TO)
def broadcast_to(self: Tensor, *size: int) -> Tensor:
    """Repeat what has length 1 along a dimension, and add dimensions in front; -1 leaves a length."""
    return self.broadcast_to(*size)


@overload_of(broadcast_to)
def _(self: Tensor, size: tuple[int, ...] | list[int]) -> Tensor:
    return self.broadcast_to(size)


@counterpart("torch.Tensor.flip", differs={**NO_BFLOAT16, "error": "torch refuses to be called without dims"})
def flip(self: Tensor, *dims: int) -> Tensor:
    """Reverse the order along the dimensions. MindSpore's method takes them as one tuple only."""
    if outside(self.size == 0):  # the process may end with SIGFPE
        return self.copy()
    return self.flip(dims)


@overload_of(flip)
def _(self: Tensor, dims: tuple[int, ...] | list[int]) -> Tensor:
    if outside(self.size == 0):
        return self.copy()
    return self.flip(dims)


@counterpart(
    "torch.Tensor.unbind",
    differs={
        "view": "MindSpore copies",
        "bfloat16 & gradient": "MindSpore's Stack has no bfloat16 kernel on CPU: it raises",
    },
)
def unbind(self: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """Return the parts along a dimension, which is dropped."""
    return self.unbind(dim)


@counterpart(
    "torch.Tensor.narrow",
    differs={
        "gradient": "of no elements: MindSpore's StridedSliceGrad raises; it has no bfloat16 kernel on CPU either",
        "0-d & error": "torch refuses a start that is no integer",
    },
)
def narrow(self: Tensor, dim: int, start: int | Tensor, length: int) -> Tensor:
    """Return ``length`` elements from ``start`` on along a dimension.

    MindSpore's method refuses a length of 0.
    """
    return part_along(self, dim, slice_from(self.shape[dim], int(start), length))


def slice_from(count: int, start: int, length: int) -> builtins.slice:
    """Return the slice of ``length`` elements from ``start`` on, which is counted from the end if it is negative.

    Raises:
        RuntimeError: they are not all there.
    """
    first = start + count if start < 0 else start
    if first < 0 or length < 0 or first + length > count:
        raise RuntimeError(f"start ({start}) + length ({length}) exceeds dimension size ({count})")
    return builtins.slice(first, first + length)


def part_along(tensor: Tensor, dim: int, index: int | builtins.slice) -> Tensor:
    """Return what an index or a slice takes along one dimension.

    Raises:
        IndexError: there is no such dimension.
    """
    if not -tensor.ndim <= dim < tensor.ndim:
        raise IndexError(f"dimension {dim} of a tensor of rank {tensor.ndim}")
    return tensor[(builtins.slice(None),) * (dim % tensor.ndim) + (index,)]


@counterpart("torch.Tensor.select", differs=INDEX_GRADIENT)
def select(self: Tensor, dim: int, index: int) -> Tensor:
    """Return the element ``index`` along a dimension, which is dropped.

    MindSpore's method has no gradient on CPU.
    """
    if dim == 0:
        return self[index]
    if dim == 1:
        return self[:, index]
    if dim == -1:
        return self[..., index]
    return part_along(self, dim, index)


@counterpart(
    "torch.Tensor.split_with_sizes",
    differs={**INDEX_GRADIENT, "error": "torch refuses a number in place of split_sizes"},
)
def split_with_sizes(
    self: Tensor, split_sizes: tuple[int, ...] | list[int], dim: int = 0
) -> tuple[Tensor, ...]:
    """Return parts of these lengths along a dimension."""
    return self.split(split_sizes, dim)


@counterpart("torch.Tensor.unflatten")
def unflatten(self: Tensor, dim: int, sizes: tuple[int, ...] | list[int]) -> Tensor:
    """Replace a dimension by several."""
    return unflattened(self, dim, sizes)


def unflattened(tensor: Tensor, dim: int, sizes: tuple[int, ...] | list[int]) -> Tensor:
    """Return a tensor in which ``sizes`` stand in place of dimension ``dim``; one of them may be -1."""
    place = dim + tensor.ndim if dim < 0 else dim
    return tensor.reshape((*tensor.shape[:place], *sizes, *tensor.shape[place + 1 :]))


@counterpart(
    "torch.Tensor.unfold",
    differs={
        **INDEX_SELECT,
        "0-d": "a 0-d tensor has no dimension here: it raises",
        "view": "the windows are copied",
        "empty & error": "torch refuses windows longer than what there is",
    },
)
def unfold(self: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """Return all slices of length ``size`` along a dimension, ``step`` apart, as a new last dimension.

    MindSpore's Tensor.unfold is torch.nn.functional.unfold: another function.
    """
    return slices_along(self, dimension, size, step)


def slices_along(tensor: Tensor, dim: int, size: int, step: int) -> Tensor:
    """Return what Tensor.unfold of torch does: windows along ``dim``, their elements in a new last dimension."""
    place = dim + tensor.ndim if dim < 0 else dim
    count = (tensor.shape[place] - size) // step + 1
    starts = np.arange(count).reshape(-1, 1) * step
    taken = tensor.index_select(place, Tensor((starts + np.arange(size)).reshape(-1), ms.int64))
    windows = taken.reshape((*tensor.shape[:place], count, size, *tensor.shape[place + 1 :]))
    return windows.moveaxis(place + 1, -1)


@counterpart("torch.Tensor.roll", differs={**NO_BFLOAT16, "view": "what is moved by 0 is not copied"})
def roll(
    self: Tensor, shifts: int | tuple[int, ...] | list[int], dims: int | tuple[int, ...] | list[int] = ()
) -> Tensor:
    """Move the elements along dimensions; what leaves at the end comes in at the start.

    MindSpore's Roll has no kernel on CPU.
    """
    return rolled(
        self,
        builtins.tuple(shifts) if isinstance(shifts, list) else shifts,
        builtins.tuple(dims) if isinstance(dims, list) else dims,
    )


@counterpart(
    "torch.Tensor.stride",
    differs={"empty": "a length of 0 counts as 0, where it counts as 1 in torch"},
)
def stride(self: Tensor, dim: int | None = None) -> tuple[int, ...] | int:
    """Return how far apart in memory neighbours along each dimension lie, counted in elements."""
    return builtins.tuple(self.stride()) if dim is None else self.stride(dim)


@counterpart(
    "torch.Tensor.diagonal",
    differs={
        "gradient": "MindSpore's gradient of a diagonal without elements raises; so does that of bfloat16 on CPU"
    },
)
def diagonal(self: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """Return the diagonals over two dimensions as a new last dimension."""
    return self.diagonal(offset, dim1, dim2)


@counterpart("torch.Tensor.diag", differs={**INDEX_GRADIENT, **FLUSHED})
def diag(self: Tensor, diagonal: int = 0) -> Tensor:
    """Return a diagonal of a matrix, or a matrix with a row on a diagonal."""
    return diagonal_of_or_on(self, diagonal).copy()
