"""Functions of ``torch`` that make tensors of what they are told, written in MindSpore."""

from __future__ import annotations

import builtins
import math
from typing import Any

import mindspore as ms
import numpy as np
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart, overload_of
from sporeprint.torch._differs import FLUSHED, NO_0D, NO_BFLOAT16, NO_COMPLEX, NO_EMPTY
from sporeprint.torch._refuses import DEVICE, LAYOUT, MEMORY_FORMAT, PLACE

# ------------------------------------------------------------------------------
# Of one number
# ------------------------------------------------------------------------------


@counterpart(
    "torch.zeros",
    ignores=PLACE,
    refuses=LAYOUT,
    differs={
        "error": "torch refuses what MindSpore takes: pin_memory without an accelerator, complex numbers"
    },
)
def zeros(
    *size: object,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    """Make a tensor of zeros; float32 unless dtype says otherwise."""
    return ops.zeros(size[0] if len(size) == 1 else size, dtype=dtype)


@overload_of(zeros)
def _(
    size: object,
    *,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    return ops.zeros(size, dtype=dtype)


@counterpart(
    "torch.ones",
    ignores=PLACE,
    refuses=LAYOUT,
    differs={
        "error": "torch refuses what MindSpore takes: pin_memory without an accelerator, complex numbers"
    },
)
def ones(
    *size: object,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    """Make a tensor of ones; float32 unless dtype says otherwise."""
    shape = size[0] if len(size) == 1 else size
    if outside(shape == ()):  # ops.ones raises
        return ops.full((), 1, dtype=ms.float32 if dtype is None else dtype)
    return ops.ones(shape, dtype=dtype)


@overload_of(ones)
def _(
    size: object,
    *,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    if outside(size == ()):
        return ops.full((), 1, dtype=ms.float32 if dtype is None else dtype)
    return ops.ones(size, dtype=dtype)


def outside(condition: bool) -> bool:
    """Return a condition that holds outside the common domain only: a native text may take it for false."""
    return condition


@counterpart("torch.empty", ignores={**PLACE, **MEMORY_FORMAT}, refuses=LAYOUT)
def empty(
    *size: object,
    memory_format: object | None = None,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    """Make a tensor whose elements may be anything: they are 0."""
    return ops.zeros(size[0] if len(size) == 1 else size, dtype=dtype)


@overload_of(empty)
def _(
    size: object,
    *,
    memory_format: object | None = None,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    return ops.zeros(size, dtype=dtype)


@counterpart(
    "torch.full",
    ignores=PLACE,
    refuses=LAYOUT,
    differs={
        **NO_BFLOAT16,
        "error": "torch refuses what MindSpore takes: pin_memory without an accelerator, complex numbers",
    },
)
def full(
    size: tuple[int, ...],
    fill_value: float,
    *,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    """Make a tensor of one number; its dtype is the number's unless told. (ops.full makes int64 of 1.5.)"""
    if dtype is None:
        if isinstance(fill_value, bool):
            dtype = ms.bool_
        elif isinstance(fill_value, int):
            dtype = ms.int64
        elif isinstance(fill_value, complex):
            dtype = ms.complex64
        else:
            dtype = ms.float32
    return ops.full(size, fill_value, dtype=dtype)


@overload_of(full)
def _(
    size: tuple[int, ...],
    fill_value: float,
    *,
    layout: object | None = None,
    dtype: ms.Type | None = None,
    device: object | None = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    if dtype is None:
        if isinstance(fill_value, bool):
            dtype = ms.bool_
        elif isinstance(fill_value, int):
            dtype = ms.int64
        elif isinstance(fill_value, complex):
            dtype = ms.complex64
        else:
            dtype = ms.float32
    return ops.full(size, fill_value, dtype=dtype)


@counterpart(
    "torch.zeros_like",
    ignores={**PLACE, **MEMORY_FORMAT},
    refuses=LAYOUT,
    differs={
        "error": "torch refuses what MindSpore takes: pin_memory without an accelerator, complex numbers"
    },
)
def zeros_like(
    input: Tensor,
    *,
    memory_format: object | None = None,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    """Make a tensor of zeros of the input's shape and dtype."""
    return ops.zeros_like(input, dtype=dtype)


@counterpart(
    "torch.ones_like",
    ignores={**PLACE, **MEMORY_FORMAT},
    refuses=LAYOUT,
    differs={
        **NO_BFLOAT16,
        "error": "torch refuses what MindSpore takes: pin_memory without an accelerator, complex numbers",
    },
)
def ones_like(
    input: Tensor,
    *,
    memory_format: object | None = None,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    """Make a tensor of ones of the input's shape and dtype."""
    return ops.ones_like(input, dtype=dtype)


@counterpart("torch.empty_like", ignores={**PLACE, **MEMORY_FORMAT}, refuses=LAYOUT)
def empty_like(
    input: Tensor,
    *,
    memory_format: object | None = None,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    """Make a tensor of the input's shape and dtype whose elements may be anything: they are 0."""
    return ops.zeros_like(input, dtype=dtype)


@counterpart(
    "torch.full_like",
    ignores={**PLACE, **MEMORY_FORMAT},
    refuses=LAYOUT,
    differs={
        **NO_BFLOAT16,
        "error": "torch refuses what MindSpore takes: pin_memory without an accelerator, complex numbers",
    },
)
def full_like(
    input: Tensor,
    fill_value: float,
    *,
    memory_format: object | None = None,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    """Make a tensor of one number, of the input's shape and dtype."""
    return ops.full_like(input, fill_value, dtype=dtype)


@counterpart(
    "torch.eye",
    ignores=PLACE,
    refuses=LAYOUT,
    differs={
        **NO_BFLOAT16,
        "error": "torch refuses what MindSpore takes: pin_memory without an accelerator, complex numbers",
    },
)
def eye(
    n: int,
    *,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    """Make a matrix with ones on its diagonal; float32 unless dtype says otherwise."""
    return ops.eye(n, dtype=ms.float32 if dtype is None else dtype)


@overload_of(eye)
def _(
    n: int,
    m: int,
    *,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    return ops.eye(n, m, dtype=ms.float32 if dtype is None else dtype)


# ------------------------------------------------------------------------------
# Rows of numbers
# ------------------------------------------------------------------------------


@counterpart(
    "torch.arange",
    ignores=PLACE,
    refuses=LAYOUT,
    differs={
        "error": "torch refuses what MindSpore takes: booleans, complex numbers, pin_memory without an accelerator"
    },
)
def arange(
    start: float,
    end: float,
    step: float = 1,
    *,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    """Count from start to before end; int64 of integers, else float32, unless dtype says otherwise."""
    if dtype is None:
        return ops.arange(start, end, step)
    return counted(start, end, step, dtype)


@overload_of(arange)
def _(
    end: float,
    *,
    dtype: ms.Type | None = None,
    device: object | None = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    if dtype is None or isinstance(end, int):
        return ops.arange(end, dtype=dtype)
    return counted(0, end, 1, dtype)


@overload_of(arange)
def _(
    end: float,
    *,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    if dtype is None or isinstance(end, int):
        return ops.arange(end, dtype=dtype)
    return counted(0, end, 1, dtype)


@overload_of(arange)
def _(
    start: float,
    end: float,
    *,
    dtype: ms.Type | None = None,
    device: object | None = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    if dtype is None or (isinstance(start, int) and isinstance(end, int)):
        return ops.arange(start, end, dtype=dtype)
    return counted(start, end, 1, dtype)


@overload_of(arange)
def _(
    start: float,
    end: float,
    *,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    if dtype is None or (isinstance(start, int) and isinstance(end, int)):
        return ops.arange(start, end, dtype=dtype)
    return counted(start, end, 1, dtype)


@overload_of(arange)
def _(
    start: float,
    end: float,
    step: float,
    *,
    dtype: ms.Type | None = None,
    device: object | None = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    if dtype is None:
        return ops.arange(start, end, step)
    return counted(start, end, step, dtype)


def counted(start: float, end: float, step: float, dtype: ms.Type) -> Tensor:
    """Count in a given dtype as torch does, which cuts off what follows the point for integers: in int64 before it
    reckons how many there are, in the others after it.
    """
    if dtype == ms.int64:
        start, end, step = builtins.int(start), builtins.int(end), builtins.int(step)
    many = math.ceil((end - start) / step)
    if dtype not in (ms.float16, ms.bfloat16, ms.float32, ms.float64):
        start, step = builtins.int(start), builtins.int(step)
    return ms.tensor(start + np.arange(many) * step, dtype=dtype)


@counterpart(
    "torch.linspace",
    ignores=PLACE,
    refuses=LAYOUT,
    differs={
        **NO_BFLOAT16,
        **NO_COMPLEX,
        **FLUSHED,
        **NO_EMPTY,
        **NO_0D,
        "error": "torch refuses what MindSpore takes: booleans, pin_memory without an accelerator, complex numbers",
        "inf": "the result is nan where torch's is not",
    },
)
def linspace(
    start: Tensor | float,
    end: Tensor | float,
    steps: int,
    *,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    """Return ``steps`` numbers from start to end, both included; float32 unless dtype says otherwise."""
    if dtype is None:
        return ops.linspace(start, end, steps)
    if dtype in (ms.uint8, ms.int8, ms.int16, ms.int32, ms.int64):
        return whole_steps(float(start), float(end), steps, dtype)
    return ops.linspace(start, end, steps).astype(dtype)


@overload_of(linspace)
def _(
    start: float,
    end: float,
    steps: int | None = None,
    *,
    dtype: ms.Type | None = None,
    device: object | None = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    if dtype is None:
        return ops.linspace(start, end, steps)
    if dtype in (ms.uint8, ms.int8, ms.int16, ms.int32, ms.int64):
        return whole_steps(float(start), float(end), steps, dtype)
    return ops.linspace(start, end, steps).astype(dtype)


def whole_steps(start: float, end: float, steps: int | None, dtype: ms.Type) -> Tensor:
    """Return torch's numbers from start to end, cut off to integers; the second half is counted from the end.

    So does linspace_kernel of aten/src/ATen/native/cpu/RangeFactoriesKernel.cpp: the bounds are cut off first, and on
    processors with fused multiply-add a product is not rounded before it is added, which decides between an integer
    and the one below it.

    Raises:
        TypeError: steps is missing.
    """
    if steps is None:
        raise TypeError("linspace() is missing its argument steps")
    first, last = math.trunc(start), math.trunc(end)
    if steps == 1:
        return ms.tensor([first], dtype=dtype)
    step = np.longdouble((last - first) / (steps - 1) if steps else 0)
    places = np.arange(steps)
    numbers = np.where(places < steps // 2, first + step * places, last - step * (steps - 1 - places))
    return ms.tensor(np.trunc(numbers.astype(np.float64)).astype(np.int64), dtype=dtype)


# ------------------------------------------------------------------------------
# Of data
# ------------------------------------------------------------------------------


@counterpart("torch.tensor", ignores=PLACE)
def tensor(
    data: Any,
    dtype: ms.Type | None = None,
    device: object | None = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    """Copy numbers, lists of numbers or arrays into a tensor.

    Python's numbers give bool, int64 or float32; arrays keep their dtype.
    """
    if isinstance(data, (list, tuple, int, float)):
        return ms.tensor(data, dtype=dtype)
    return tensor_of(data, dtype)


def tensor_of(data: Any, dtype: ms.Type | None) -> Tensor:
    """Copy whatever holds numbers; ms.tensor of a tensor shares its memory, and knows neither range nor complex64."""
    if isinstance(data, Tensor):
        return data.copy() if dtype is None else data.copy().astype(dtype)
    if isinstance(data, range):
        data = list(data)
    if isinstance(data, complex) and dtype is None:
        dtype = ms.complex64
    return ms.tensor(data, dtype=dtype)


@counterpart(
    "torch.as_tensor",
    ignores=DEVICE,
)
def as_tensor(data: Any, dtype: ms.Type | None = None, device: object | None = None) -> Tensor:
    """Make a tensor of data, or return the tensor that it is."""
    if isinstance(data, Tensor):
        return data if dtype is None else data.astype(dtype)
    if isinstance(data, np.ndarray) and dtype is None:
        return ms.from_numpy(data)
    return tensor_of(data, dtype)


@counterpart("torch.from_numpy")
def from_numpy(ndarray: Any) -> Tensor:
    """Make a tensor that shares an array's memory."""
    return ms.from_numpy(ndarray)


@counterpart(
    "torch.scalar_tensor",
    ignores=PLACE,
    refuses=LAYOUT,
    differs={
        "error": "torch refuses what MindSpore takes: pin_memory without an accelerator, complex numbers"
    },
)
def scalar_tensor(
    s: float,
    *,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    """Make a 0-d tensor of a number; float32 unless dtype says otherwise."""
    return ms.tensor(s, dtype=ms.float32 if dtype is None else dtype)
