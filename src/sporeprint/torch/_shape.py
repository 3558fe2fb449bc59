"""Functions of ``torch`` that join, cut and rearrange tensors, written in MindSpore."""

from __future__ import annotations

import builtins

import numpy as np
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart, overload_of
from sporeprint.torch._differs import FLUSHED, NO_0D, NO_BFLOAT16, NO_BOOL, NO_COMPLEX, NO_EMPTY
from sporeprint.torch._refuses import MEMORY_FORMAT, OUT

# ------------------------------------------------------------------------------
# Join and cut
# ------------------------------------------------------------------------------


@counterpart(
    "torch.cat",
    "torch.concat",
    "torch.concatenate",
    refuses=OUT,
    differs={**NO_EMPTY, "float16": "MindSpore's kernel takes no float16: it raises"},
)
def cat(tensors: tuple[Tensor, ...] | list[Tensor], dim: int = 0, *, out: Tensor | None = None) -> Tensor:
    """Join tensors of one dtype along a dimension."""
    return ops.cat(tensors, axis=dim)


@counterpart("torch.stack", refuses=OUT, differs={**NO_BFLOAT16, **NO_EMPTY})
def stack(tensors: tuple[Tensor, ...] | list[Tensor], dim: int = 0, *, out: Tensor | None = None) -> Tensor:
    """Join tensors of one shape along a new dimension."""
    return ops.stack(tensors, axis=dim)


@counterpart("torch.vstack", "torch.row_stack", refuses=OUT)
def vstack(tensors: tuple[Tensor, ...] | list[Tensor], *, out: Tensor | None = None) -> Tensor:
    """Join tensors along the first dimension; 1-D ones become rows."""
    return ops.vstack(tensors)


@counterpart("torch.hstack", refuses=OUT)
def hstack(tensors: tuple[Tensor, ...] | list[Tensor], *, out: Tensor | None = None) -> Tensor:
    """Join tensors along the second dimension; 1-D ones along the first."""
    return ops.hstack(tensors)


@counterpart("torch.split", differs={**NO_BFLOAT16, **NO_EMPTY})
def split(tensor: Tensor, split_size_or_sections: int | list[int], dim: int = 0) -> tuple[Tensor, ...]:
    """Cut a tensor into parts of one size, or of the sizes given."""
    return ops.split(tensor, split_size_or_sections, axis=dim)


@counterpart("torch.chunk", differs={**NO_BFLOAT16, **NO_EMPTY})
def chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """Cut a tensor into at most so many parts."""
    return ops.chunk(input, chunks, axis=dim)


@counterpart("torch.unbind", differs={**NO_BFLOAT16, "view": "the result is a copy, torch's a view"})
def unbind(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """Return the slices along a dimension."""
    return ops.unbind(input, dim=dim)


@counterpart("torch.tensor_split", differs={**NO_BFLOAT16, **NO_EMPTY})
def tensor_split(input: Tensor, sections: int, dim: int = 0) -> tuple[Tensor, ...]:
    """Cut a tensor into so many parts, or at the places given."""
    return ops.tensor_split(input, sections, axis=dim)


@overload_of(tensor_split)
def _(input: Tensor, tensor_indices_or_sections: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    return ops.tensor_split(input, tuple_or_number(tensor_indices_or_sections), axis=dim)


@overload_of(tensor_split)
def _(input: Tensor, indices: tuple[int, ...] | list[int], dim: int = 0) -> tuple[Tensor, ...]:
    return ops.tensor_split(input, indices, axis=dim)


def tuple_or_number(tensor: Tensor) -> tuple[int, ...] | int:
    """Return the numbers that a tensor of integers holds."""
    numbers = tensor.asnumpy().tolist()
    return builtins.tuple(numbers) if isinstance(numbers, list) else builtins.int(numbers)


@counterpart("torch.narrow", differs={**NO_BFLOAT16, **NO_EMPTY, **NO_0D})
def narrow(input: Tensor, dim: int, start: int, length: int) -> Tensor:
    """Return ``length`` slices along a dimension, from ``start``."""
    return ops.narrow(input, dim, start if start >= 0 else start + input.shape[dim], length)


# ------------------------------------------------------------------------------
# Other shapes
# ------------------------------------------------------------------------------


@counterpart(
    "torch.reshape",
    differs={
        "error": "torch refuses what MindSpore takes: cannot reshape tensor of 0 elements into shape [0, -1] becau",
        "view": "the result is a copy, torch's a view",
    },
)
def reshape(input: Tensor, shape: tuple[int, ...] | list[int]) -> Tensor:
    """Give a tensor another shape; one length may be -1."""
    return ops.reshape(input, shape)


@counterpart("torch.ravel", differs={"view": "the result may be the input itself, torch's is a copy"})
def ravel(input: Tensor) -> Tensor:
    """Put all elements in one row."""
    return ops.reshape(input, (-1,))


@counterpart("torch.unsqueeze")
def unsqueeze(input: Tensor, dim: int) -> Tensor:
    """Insert a dimension of length 1."""
    return ops.unsqueeze(input, dim)


@counterpart("torch.squeeze", differs={"view": "the result is a copy, torch's a view"})
def squeeze(input: Tensor, dim: int | tuple[int, ...]) -> Tensor:
    """Take out dimensions of length 1: all, or those of ``dim`` that are."""
    if dim == ():
        return input
    return ops.squeeze(input, axis=dim)


@overload_of(squeeze)
def _(input: Tensor) -> Tensor:
    return ops.squeeze(input)


@counterpart("torch.transpose", "torch.swapdims", differs=NO_0D)
def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """Exchange two dimensions."""
    return ops.swapaxes(input, dim0, dim1)


@counterpart("torch.swapaxes", differs=NO_0D)
def swapaxes(input: Tensor, axis0: int, axis1: int) -> Tensor:
    """Exchange two dimensions."""
    return ops.swapaxes(input, axis0, axis1)


@counterpart(
    "torch.t",
    differs={
        "error": "torch refuses what MindSpore takes: t() expects a tensor with <= 2 dimensions, but self is 4D"
    },
)
def t(input: Tensor) -> Tensor:
    """Exchange the dimensions of a matrix."""
    return ops.t(input)


@counterpart("torch.permute", differs={"view": "the result is a copy, torch's a view"})
def permute(input: Tensor, dims: tuple[int, ...]) -> Tensor:
    """Put the dimensions in another order."""
    return ops.permute(input, dims)


@counterpart(
    "torch.movedim",
    "torch.moveaxis",
    differs={
        "error": "torch refuses what MindSpore takes: movedim: repeated dim in `destination` ([0, 4, -5])",
        "view": "the result is a copy, torch's a view",
    },
)
def movedim(input: Tensor, source: int | tuple[int, ...], destination: int | tuple[int, ...]) -> Tensor:
    """Move dimensions to other places."""
    return ops.movedim(input, source, destination)


@counterpart("torch.flip", differs={**NO_BFLOAT16, "empty": "the process dies (SIGFPE)"})
def flip(input: Tensor, dims: tuple[int, ...]) -> Tensor:
    """Turn the order round along dimensions."""
    return ops.flip(input, dims)


@counterpart("torch.fliplr", differs={**NO_BFLOAT16, "empty": "the process dies (SIGFPE)"})
def fliplr(input: Tensor) -> Tensor:
    """Turn the order of the columns round."""
    return ops.flip(input, (1,))


@counterpart("torch.flipud", differs={**NO_BFLOAT16, "empty": "the process dies (SIGFPE)"})
def flipud(input: Tensor) -> Tensor:
    """Turn the order of the rows round."""
    return ops.flip(input, (0,))


@counterpart(
    "torch.roll", differs={**NO_BFLOAT16, "view": "the result may be the input itself, torch's is a copy"}
)
def roll(input: Tensor, shifts: int | tuple[int, ...], dims: int | tuple[int, ...] = ()) -> Tensor:
    """Shift elements along dimensions; those that leave at one end come back at the other."""
    return rolled(input, shifts, dims)


def rolled(tensor: Tensor, shifts: int | tuple[int, ...], dims: int | tuple[int, ...]) -> Tensor:
    """Cut in two and join in the other order: ops.roll has no kernel on CPU."""
    if isinstance(shifts, int):
        shifts = (shifts,)
    if isinstance(dims, int):
        dims = (dims,)
    if not dims:
        return ops.reshape(rolled(ops.reshape(tensor, (-1,)), shifts, (0,)), tensor.shape)
    if len(shifts) != len(dims):
        raise RuntimeError(f"shifts and dimensions must align. shifts: {len(shifts)}, dims:{len(dims)}")
    for shift, dim in zip(shifts, dims, strict=True):
        length = tensor.shape[dim]
        cut = -shift % length if length else 0
        if cut:
            first, second = ops.split(tensor, [cut, length - cut], axis=dim)
            tensor = ops.cat((second, first), axis=dim)
    return tensor


@counterpart(
    "torch.rot90",
    differs={
        **NO_BFLOAT16,
        "error": "torch refuses what MindSpore takes: expected rotation dims to be different, but got dim0 = 1 and",
        "empty": "the process dies (SIGFPE)",
    },
)
def rot90(input: Tensor, k: int = 1, dims: tuple[int, int] = (0, 1)) -> Tensor:
    """Turn a tensor by 90 degrees, k times, in the plane of two dimensions."""
    return turned(input, k % 4, dims)


def turned(tensor: Tensor, quarters: int, dims: tuple[int, int]) -> Tensor:
    """Turn by 0 to 3 right angles from the first dimension towards the second."""
    if quarters == 0:
        return tensor.copy()
    if quarters == 2:
        return ops.flip(tensor, dims)
    crossed = ops.swapaxes(tensor, dims[0], dims[1])
    return ops.flip(crossed, (dims[0] if quarters == 1 else dims[1],))


@counterpart("torch.tile", differs={**NO_BFLOAT16, "empty": "the gradient of what is repeated 0 times is 1"})
def tile(input: Tensor, dims: tuple[int, ...]) -> Tensor:
    """Repeat a tensor along each dimension."""
    if isinstance(dims, list):
        dims = tuple(dims)
    return ops.tile(input, dims)


@counterpart("torch.broadcast_to", differs={**NO_BFLOAT16, "view": "the result is a copy, torch's a view"})
def broadcast_to(input: Tensor, size: tuple[int, ...]) -> Tensor:
    """Repeat dimensions of length 1 to reach a shape."""
    return ops.broadcast_to(input, size)


@counterpart(
    "torch.broadcast_tensors",
    differs={**NO_BFLOAT16, "empty": "the gradient of what is broadcast to nothing is not 0"},
)
def broadcast_tensors(*tensors: Tensor) -> tuple[Tensor, ...]:
    """Repeat dimensions of length 1 until all tensors have one shape."""
    return broadcast_together(*tensors)


def broadcast_together(*tensors: Tensor) -> tuple[Tensor, ...]:
    """Bring tensors to their common shape."""
    shape = common_shape(*(tensor.shape for tensor in tensors))
    return tuple(ops.broadcast_to(tensor, shape) for tensor in tensors)


def common_shape(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape to which these are broadcast."""
    return builtins.tuple(np.broadcast_shapes(*shapes))


@counterpart("torch.broadcast_shapes")
def broadcast_shapes(*shapes: tuple[int, ...] | int) -> tuple[int, ...]:
    """Return the shape to which these are broadcast."""
    return common_shape(*((each,) if isinstance(each, int) else tuple(each) for each in shapes))


@counterpart(
    "torch.meshgrid",
    differs={
        **NO_BFLOAT16,
        "warning": "torch warns where indexing is left out",
        "empty": "the gradient of what is broadcast to nothing is not 0",
    },
)
def meshgrid(*tensors: Tensor, indexing: str | None = None) -> tuple[Tensor, ...]:
    """Spread each of several rows over a grid; "ij" (also None) makes the first one run along the first dimension."""
    if len(tensors) == 1:  # it may be a list of them
        return grid_of(*tensors, indexing=indexing)
    return ops.meshgrid(*tensors, indexing="ij" if indexing is None else indexing)


def grid_of(*tensors: Tensor, indexing: str | None) -> tuple[Tensor, ...]:
    """Spread rows over a grid; numbers are rows of one."""
    if len(tensors) == 1 and isinstance(tensors[0], list | tuple):
        tensors = tuple(tensors[0])
    rows = [ops.reshape(tensor, (-1,)) for tensor in tensors]
    swapped = indexing == "xy" and len(rows) > 1
    if swapped:
        rows[0], rows[1] = rows[1], rows[0]
    shape = tuple(row.shape[0] for row in rows)
    spread = [
        ops.broadcast_to(ops.reshape(row, (-1,) + (1,) * (len(rows) - 1 - place)), shape)
        for place, row in enumerate(rows)
    ]
    if swapped:
        spread[0], spread[1] = spread[1], spread[0]
    return tuple(spread)


@counterpart(
    "torch.repeat_interleave",
    ignores={"output_size": "it only spares torch a look at the repeats"},
    differs={**NO_BFLOAT16, **NO_EMPTY},
)
def repeat_interleave(
    input: Tensor, repeats: Tensor | int, dim: int | None = None, *, output_size: int | None = None
) -> Tensor:
    """Repeat each element (dim None) or slice so many times in its place."""
    return repeated_in_place(input, repeats, dim)


@overload_of(repeat_interleave)
def _(repeats: Tensor, *, output_size: int | None = None) -> Tensor:
    return repeated_in_place(ops.arange(repeats.shape[0]), repeats, None)


def repeated_in_place(tensor: Tensor, repeats: Tensor | int, dim: int | None) -> Tensor:
    """Take slices by an index in which each number occurs so often as it is to be repeated."""
    if dim is None:
        tensor, dim = ops.reshape(tensor, (-1,)), 0
    counts = repeats.asnumpy() if isinstance(repeats, Tensor) else repeats
    places = np.repeat(np.arange(tensor.shape[dim]), counts)
    return ops.index_select(tensor, dim, Tensor(places.astype(np.int64)))


@counterpart("torch.clone", ignores=MEMORY_FORMAT, differs=FLUSHED)
def clone(input: Tensor, *, memory_format: object | None = None) -> Tensor:
    """Copy a tensor."""
    return input.copy()


# ------------------------------------------------------------------------------
# Diagonals and triangles
# ------------------------------------------------------------------------------


@counterpart("torch.triu", refuses=OUT, differs={**NO_BFLOAT16, **NO_COMPLEX})
def triu(input: Tensor, diagonal: int = 0, *, out: Tensor | None = None) -> Tensor:
    """Keep the upper triangle of matrices."""
    return ops.triu(input, diagonal)


@counterpart("torch.tril", refuses=OUT, differs={**NO_BFLOAT16, **NO_COMPLEX, **NO_EMPTY})
def tril(input: Tensor, diagonal: int = 0, *, out: Tensor | None = None) -> Tensor:
    """Keep the lower triangle of matrices."""
    return ops.tril(input, diagonal)


@counterpart("torch.diagonal", differs={**NO_BFLOAT16, **NO_EMPTY})
def diagonal(input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """Return a diagonal of two dimensions, as the last dimension."""
    return ops.diagonal(input, offset=offset, dim1=dim1, dim2=dim2)


@counterpart(
    "torch.diag",
    refuses=OUT,
    differs={**NO_BFLOAT16, **NO_EMPTY, "view": "the result may be the input itself, torch's is a copy"},
)
def diag(input: Tensor, diagonal: int = 0, *, out: Tensor | None = None) -> Tensor:
    """Return a diagonal of a matrix, or a matrix with a row on a diagonal."""
    return diagonal_of_or_on(input, diagonal)


def diagonal_of_or_on(tensor: Tensor, offset: int) -> Tensor:
    """Choose by rank what torch.diag does; ops.diag makes a tensor of rank 4 of a matrix."""
    if tensor.ndim == 2:
        return ops.diagonal(tensor, offset=offset)
    if tensor.ndim != 1:
        raise RuntimeError(f"diag(): Supports 1D or 2D tensors. Got {tensor.ndim}D")
    length = tensor.shape[0]
    size = length + builtins.abs(offset)
    places = np.zeros((size, size), np.int64)
    on = np.eye(size, k=offset, dtype=bool)
    places[on] = np.arange(length)
    spread = ops.index_select(tensor, 0, Tensor(places.reshape(-1)))
    return ops.where(Tensor(on), ops.reshape(spread, (size, size)), ops.zeros((), dtype=tensor.dtype))


@counterpart("torch.diag_embed", differs={**NO_BFLOAT16, **NO_BOOL, **NO_COMPLEX, **NO_EMPTY})
def diag_embed(input: Tensor, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """Put the last dimension on a diagonal of two new ones."""
    return ops.diag_embed(input, offset=offset, dim1=dim1, dim2=dim2)


@counterpart(
    "torch.cartesian_prod",
    differs={
        **NO_BFLOAT16,
        "0-d & error": "MindSpore takes numbers for vectors of one",
        "empty & gradient & uninitialised": "the sum over nothing is what memory holds",
    },
)
def cartesian_prod(*tensors: Tensor) -> Tensor:
    """Return each choice of one element of every vector as a row."""
    if len(tensors) == 1:
        return choices(*tensors)
    return ops.reshape(ops.stack(ops.meshgrid(*tensors, indexing="ij"), axis=-1), (-1, len(tensors)))


def choices(*tensors: Tensor) -> Tensor:
    """Return rows of choices; of one vector it is the vector."""
    if len(tensors) == 1 and isinstance(tensors[0], list | tuple):
        tensors = tuple(tensors[0])
    if len(tensors) == 1:
        return tensors[0]
    return ops.reshape(ops.stack(ops.meshgrid(*tensors, indexing="ij"), axis=-1), (-1, len(tensors)))
