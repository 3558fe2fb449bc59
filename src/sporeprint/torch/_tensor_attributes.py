"""Attributes of ``torch.Tensor`` that MindSpore's tensors lack, or have as methods.

What stays as it is: shape, dtype, ndim, itemsize, nbytes, T, mT, H, mH, data (which shares memory in both), device (a
string). ``tests/counterparts/test_attributes.py`` compares each with torch's.
"""

from __future__ import annotations

from typing import Any

import mindspore as ms
from mindspore import Tensor

#: Never so of a MindSpore tensor: kinds of storage, and other devices than its own.
NEVER = {
    "is_cuda", "is_ipu", "is_maia", "is_mkldnn", "is_mps", "is_mtia", "is_nested", "is_quantized", "is_sparse",
    "is_sparse_csr", "is_vulkan", "is_xla", "is_xpu",
}  # fmt: skip
#: Methods of a MindSpore tensor.
CALLED = {"real", "imag"}


def tensor_attribute(value: Any, name: str) -> Any:
    """Return an attribute as torch's tensors have it; of what is no tensor, its own.

    Args:
        value: anything.
        name: one of :data:`NEVER` or :data:`CALLED`.

    Raises:
        RuntimeError: the imaginary part of a tensor that has none.
    """
    if not isinstance(value, Tensor):
        return getattr(value, name)
    if name in NEVER:
        return False
    if value.dtype in (ms.complex64, ms.complex128):
        return getattr(value, name)()
    if name == "imag":
        raise RuntimeError("imag is not implemented for tensors with non-complex dtypes.")
    return value
