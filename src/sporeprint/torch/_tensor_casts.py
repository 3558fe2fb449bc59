"""Methods of ``torch.Tensor`` that change where or of which dtype it is, or what of it is shared, written in MindSpore.

Where a tensor is, is not a matter of the tensor in MindSpore: ``ms.set_device`` names the device for all. So a device
is left out, and what only moves a tensor leaves it as it is.
"""

from __future__ import annotations

import mindspore as ms
import numpy as np
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart, overload_of
from sporeprint.torch._refuses import DEVICE, MEMORY_FORMAT, NON_BLOCKING


@counterpart("torch.Tensor.to", ignores={**DEVICE, **NON_BLOCKING, **MEMORY_FORMAT})
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
    return self.astype(dtype, copy=copy)


@overload_of(to)
def _(
    self: Tensor,
    dtype: ms.Type,
    non_blocking: bool = False,
    copy: bool = False,
    *,
    memory_format: object = None,
) -> Tensor:
    return self.astype(dtype, copy=True) if copy else self.to(dtype)


@overload_of(to)
def _(
    self: Tensor,
    other: Tensor,
    non_blocking: bool = False,
    copy: bool = False,
    *,
    memory_format: object = None,
) -> Tensor:
    return self.astype(other.dtype, copy=True) if copy else self.to(other.dtype)


@counterpart("torch.Tensor.cpu", ignores=MEMORY_FORMAT)
def cpu(self: Tensor, memory_format: object = None) -> Tensor:
    """Return the tensor as it is: what needs its numbers in Python takes them from any device."""
    return self


@counterpart("torch.Tensor.cuda", ignores={**DEVICE, **NON_BLOCKING, **MEMORY_FORMAT})
def cuda(
    self: Tensor, device: object = None, non_blocking: bool = False, memory_format: object = None
) -> Tensor:
    """Return the tensor as it is: it is on the device that ms.set_device names."""
    return self


@counterpart("torch.Tensor.pin_memory", ignores=DEVICE)
def pin_memory(self: Tensor, device: object = None) -> Tensor:
    """Return the tensor as it is: pinned memory makes copies to a device faster, and changes nothing else."""
    return self


@counterpart("torch.Tensor.detach")
def detach(self: Tensor) -> Tensor:
    """Return the same numbers, through which no gradient flows."""
    return ops.stop_gradient(self)


@counterpart("torch.Tensor.clone", ignores=MEMORY_FORMAT)
def clone(self: Tensor, *, memory_format: object = None) -> Tensor:
    """Return a copy, through which gradients flow."""
    return self.copy()


@counterpart(
    "torch.Tensor.numpy",
    ignores={"force": "MindSpore gives the numbers of any tensor without being forced"},
)
def numpy(self: Tensor, *, force: bool = False) -> np.ndarray:
    """Return the numbers as an array, which shares memory with the tensor."""
    return self.numpy()


@counterpart("torch.Tensor.type", ignores=NON_BLOCKING)
def type(self: Tensor, dtype: ms.Type | None = None, non_blocking: bool = False) -> Tensor:
    """Cast to a dtype."""
    if dtype is None:
        raise ValueError(
            "the names of tensor types, as torch.FloatTensor, are torch's: compare x.dtype instead"
        )
    return self.type(dtype)


@counterpart("torch.Tensor.element_size")
def element_size(self: Tensor) -> int:
    """Return how many bytes an element takes."""
    return self.itemsize


@counterpart("torch.Tensor.requires_grad_")
def requires_grad_(self: Tensor, mode: bool = True) -> Tensor:
    """Tell a parameter whether it is trained; any other tensor is returned as it is.

    MindSpore differentiates by what ms.grad or ms.value_and_grad is given, whatever a plain tensor says. Code that needs
    the mark for ``.grad`` or ``.backward()`` is reported where those stand.
    """
    if isinstance(self, ms.Parameter):
        self.requires_grad = mode
    return self
