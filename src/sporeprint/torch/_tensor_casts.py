"""Methods of ``torch.Tensor`` that change where or of which dtype it is, or what of it is shared, written in MindSpore.

Where a tensor is, is not a matter of the tensor in MindSpore: ``ms.set_device`` names the device for all. So a device
is left out, and what only moves a tensor leaves it as it is.
"""

from __future__ import annotations

from typing import Any

import mindspore as ms
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart, overload_of
from sporeprint.torch._differs import FLUSHED
from sporeprint.torch._refuses import DEVICE, MEMORY_FORMAT, NON_BLOCKING
from sporeprint.torch.autograd import ask_for_gradients


@counterpart("torch.Tensor.to", ignores={**DEVICE, **MEMORY_FORMAT})
def to(
    self: Tensor,
    device: object = None,
    dtype: ms.Type | None = None,
    non_blocking: bool = False,
    copy: bool = False,
    *,
    memory_format: object = None,
) -> Tensor:
    """Cast to a dtype, that of another tensor or one that is named; a device changes nothing.

    PyTorch's test database has samples of memory formats only; tests/counterparts has others.
    """
    if dtype is None:
        return self.copy() if copy else self
    return self.to(dtype, non_blocking, copy)


@overload_of(to)
def _(
    self: Tensor,
    dtype: ms.Type,
    non_blocking: bool = False,
    copy: bool = False,
    *,
    memory_format: object = None,
) -> Tensor:
    return self.to(dtype, non_blocking, copy)


@overload_of(to)
def _(
    self: Tensor,
    other: Tensor,
    non_blocking: bool = False,
    copy: bool = False,
    *,
    memory_format: object = None,
) -> Tensor:
    return self.to(other.dtype, non_blocking, copy)


@counterpart("torch.Tensor.cpu", ignores=MEMORY_FORMAT)
def cpu(self: Tensor, memory_format: object = None) -> Tensor:
    """Return the tensor as it is: what needs its numbers in Python takes them from any device."""
    return self


@counterpart(
    "torch.Tensor.cuda",
    ignores={**DEVICE, **NON_BLOCKING, **MEMORY_FORMAT},
    differs={"error": "torch raises where it was built without an accelerator"},
)
def cuda(
    self: Tensor, device: object = None, non_blocking: bool = False, memory_format: object = None
) -> Tensor:
    """Return the tensor as it is: it is on the device that ms.set_device names."""
    return self


@counterpart(
    "torch.Tensor.pin_memory",
    ignores=DEVICE,
    differs={"error": "torch raises where it was built without an accelerator"},
)
def pin_memory(self: Tensor, device: object = None) -> Tensor:
    """Return the tensor as it is: pinned memory makes copies to a device faster, and changes nothing else."""
    return self


@counterpart("torch.Tensor.detach", differs={"0-d & view": "MindSpore copies what has no dimension"})
def detach(self: Tensor) -> Tensor:
    """Return the same numbers, through which no gradient flows."""
    return ops.stop_gradient(self)


@counterpart("torch.detach", differs={"0-d & view": "MindSpore copies what has no dimension"})
def detach_function(input: Tensor) -> Tensor:
    """Return the same numbers, through which no gradient flows."""
    return ops.stop_gradient(input)


@counterpart(
    "torch.Tensor.clone",
    ignores=MEMORY_FORMAT,
    differs=FLUSHED,
)
def clone(self: Tensor, *, memory_format: object = None) -> Tensor:
    """Return a copy, through which gradients flow."""
    return self.copy()


@counterpart(
    "torch.Tensor.numpy",
    ignores={"force": "MindSpore gives the numbers of any tensor without being forced"},
    differs={"bfloat16 & error": "MindSpore gives an array of bfloat16; torch raises"},
)
def numpy(self: Tensor, *, force: bool = False) -> Any:
    """Return the numbers as an array, which shares memory with the tensor."""
    return self.numpy()


@counterpart("torch.Tensor.type", ignores=NON_BLOCKING)
def type(self: Tensor, dtype: ms.Type | str | None = None, non_blocking: bool = False) -> Tensor:
    """Cast to a dtype, or to a type by its name; without either, return the name: "torch.FloatTensor"."""
    if dtype is None:
        return type_name(self)
    if isinstance(dtype, str):
        return cast_by_name(self, dtype)
    return self.type(dtype)


TYPE_NAMES = {
    "torch.FloatTensor": ms.float32,
    "torch.DoubleTensor": ms.float64,
    "torch.HalfTensor": ms.float16,
    "torch.BFloat16Tensor": ms.bfloat16,
    "torch.ByteTensor": ms.uint8,
    "torch.CharTensor": ms.int8,
    "torch.ShortTensor": ms.int16,
    "torch.IntTensor": ms.int32,
    "torch.LongTensor": ms.int64,
    "torch.BoolTensor": ms.bool_,
    "torch.ComplexFloatTensor": ms.complex64,
    "torch.ComplexDoubleTensor": ms.complex128,
}


def type_name(tensor: Tensor) -> Any:
    """Return what torch calls the type of a tensor on the CPU."""
    return next(name for name, dtype in TYPE_NAMES.items() if dtype == tensor.dtype)


def cast_by_name(tensor: Tensor, name: str) -> Tensor:
    """Cast to what torch calls a type, on whatever device.

    Raises:
        ValueError: there is no such type.
    """
    plain = name.replace("torch.cuda.", "torch.")
    if plain not in TYPE_NAMES:
        raise ValueError(f"invalid type: '{name}'")
    return tensor.astype(TYPE_NAMES[plain])


@counterpart("torch.Tensor.element_size")
def element_size(self: Tensor) -> int:
    """Return how many bytes an element takes."""
    return self.itemsize


@counterpart("torch.Tensor.requires_grad_")
def requires_grad_(self: Tensor, mode: bool = True) -> Tensor:
    """Let backward() add up a gradient for the tensor, or not, and return it."""
    return ask_for_gradients(self, mode)
