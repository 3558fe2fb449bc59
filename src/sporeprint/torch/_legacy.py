"""What older code makes tensors with: typed constructors, ``Variable``; and methods of ``torch.Size``.

PyTorch's test database has none of them; ``tests/counterparts/test_legacy.py`` compares them with torch's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import mindspore as ms
import numpy as np
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart, overload_of
from sporeprint.torch.autograd import ask_for_gradients

# ------------------------------------------------------------------------------
# typed constructors: of sizes (what is in it is undefined, so zeros do), or of data
# ------------------------------------------------------------------------------


@counterpart("torch.FloatTensor", "torch.cuda.FloatTensor")
def FloatTensor(data: Sequence[Any] | np.ndarray[Any, Any] | Tensor = ()) -> Tensor:
    """Make a float32 tensor of nested sequences, an array or a tensor."""
    return Tensor(data, ms.float32)


@overload_of(FloatTensor)
def _(size: int, *sizes: int) -> Tensor:
    return ops.zeros((size, *sizes), dtype=ms.float32)


@counterpart("torch.DoubleTensor", "torch.cuda.DoubleTensor")
def DoubleTensor(data: Sequence[Any] | np.ndarray[Any, Any] | Tensor = ()) -> Tensor:
    """Make a float64 tensor of nested sequences, an array or a tensor."""
    return Tensor(data, ms.float64)


@overload_of(DoubleTensor)
def _(size: int, *sizes: int) -> Tensor:
    return ops.zeros((size, *sizes), dtype=ms.float64)


@counterpart("torch.LongTensor", "torch.cuda.LongTensor")
def LongTensor(data: Sequence[Any] | np.ndarray[Any, Any] | Tensor = ()) -> Tensor:
    """Make an int64 tensor of nested sequences, an array or a tensor."""
    return Tensor(data, ms.int64)


@overload_of(LongTensor)
def _(size: int, *sizes: int) -> Tensor:
    return ops.zeros((size, *sizes), dtype=ms.int64)


@counterpart("torch.IntTensor", "torch.cuda.IntTensor")
def IntTensor(data: Sequence[Any] | np.ndarray[Any, Any] | Tensor = ()) -> Tensor:
    """Make an int32 tensor of nested sequences, an array or a tensor."""
    return Tensor(data, ms.int32)


@overload_of(IntTensor)
def _(size: int, *sizes: int) -> Tensor:
    return ops.zeros((size, *sizes), dtype=ms.int32)


@counterpart("torch.BoolTensor", "torch.cuda.BoolTensor")
def BoolTensor(data: Sequence[Any] | np.ndarray[Any, Any] | Tensor = ()) -> Tensor:
    """Make a tensor of booleans of nested sequences, an array or a tensor."""
    return Tensor(data, ms.bool_)


@overload_of(BoolTensor)
def _(size: int, *sizes: int) -> Tensor:
    return ops.zeros((size, *sizes), dtype=ms.bool_)


# ------------------------------------------------------------------------------
# Variable, torch.Size
# ------------------------------------------------------------------------------


@counterpart(
    "torch.autograd.Variable",
    refuses={"volatile": "torch itself ignores it since 0.4; leave it out"},
)
def Variable(data: Tensor, requires_grad: bool = False, volatile: bool = False) -> Tensor:
    """Return the tensor, since torch 0.4 a Variable is one; with requires_grad, another one that has a gradient."""
    if requires_grad:
        return ask_for_gradients(ops.stop_gradient(data), True)
    return data


@counterpart("torch.Size.numel")
def numel(self: tuple[int, ...]) -> int:
    """Return how many elements a tensor of that shape has."""
    return math.prod(self)


@counterpart(
    "torch.spmm",
    differs={
        "empty & error": "MindSpore multiplies an empty vector, too",
        "empty & uninitialised": "the product over nothing is what memory holds",
    },
)
def spmm(input: Tensor, mat2: Tensor) -> Tensor:
    """Multiply two matrices; MindSpore's tensors of this kind are dense, which torch.spmm takes too."""
    return ops.mm(input, mat2)
