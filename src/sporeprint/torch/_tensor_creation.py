"""Methods of ``torch.Tensor`` that make another one of its dtype, written in MindSpore."""

from __future__ import annotations

from typing import Any

import mindspore as ms
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart, overload_of
from sporeprint.torch._differs import CREATION, NO_BFLOAT16
from sporeprint.torch._refuses import LAYOUT, PLACE


@counterpart("torch.Tensor.new_zeros", ignores=PLACE, refuses=LAYOUT, differs=CREATION)
def new_zeros(
    self: Tensor,
    *size: int,
    dtype: ms.Type | None = None,
    layout: object = None,
    device: object = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    """Return zeros of a shape, of the tensor's dtype or another."""
    return self.new_zeros(size, dtype=dtype)


@overload_of(new_zeros)
def _(
    self: Tensor,
    size: tuple[int, ...] | list[int],
    *,
    dtype: ms.Type | None = None,
    layout: object = None,
    device: object = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    return self.new_zeros(size, dtype=dtype)


@counterpart("torch.Tensor.new_ones", ignores=PLACE, refuses=LAYOUT, differs=CREATION)
def new_ones(
    self: Tensor,
    *size: int,
    dtype: ms.Type | None = None,
    layout: object = None,
    device: object = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    """Return ones of a shape, of the tensor's dtype or another."""
    return self.new_ones(size, dtype=dtype)


@overload_of(new_ones)
def _(
    self: Tensor,
    size: tuple[int, ...] | list[int],
    *,
    dtype: ms.Type | None = None,
    layout: object = None,
    device: object = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    return self.new_ones(size, dtype=dtype)


@overload_of(new_ones)
def _(
    self: Tensor,
    size: tuple[int, ...] | list[int],
    dtype: ms.Type | None = None,
    device: object = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    return self.new_ones(size, dtype=dtype)


@counterpart(
    "torch.Tensor.new_empty",
    ignores=PLACE,
    refuses=LAYOUT,
    differs=CREATION,
)
def new_empty(
    self: Tensor,
    *size: int,
    dtype: ms.Type | None = None,
    layout: object = None,
    device: object = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    """Return a tensor of a shape, of the tensor's dtype or another, whose elements mean nothing: they are 0."""
    return self.new_zeros(size, dtype=dtype)


@overload_of(new_empty)
def _(
    self: Tensor,
    size: tuple[int, ...] | list[int],
    *,
    dtype: ms.Type | None = None,
    layout: object = None,
    device: object = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    return self.new_zeros(size, dtype=dtype)


@counterpart("torch.Tensor.new_full", ignores=PLACE, refuses=LAYOUT, differs={**CREATION, **NO_BFLOAT16})
def new_full(
    self: Tensor,
    size: tuple[int, ...] | list[int],
    fill_value: complex,
    *,
    dtype: ms.Type | None = None,
    layout: object = None,
    device: object = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    """Return a tensor of a shape, filled with a number, of the tensor's dtype or another."""
    return ops.full(size, fill_value, dtype=self.dtype if dtype is None else dtype)


@counterpart("torch.Tensor.new_tensor", ignores=PLACE)
def new_tensor(
    self: Tensor,
    data: Any,
    dtype: ms.Type | None = None,
    device: object = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    """Return a tensor of numbers, lists or arrays, of the tensor's dtype or another.

    PyTorch's test database has no samples; tests/counterparts has some.
    """
    return ms.Tensor(data, dtype=self.dtype if dtype is None else dtype)
