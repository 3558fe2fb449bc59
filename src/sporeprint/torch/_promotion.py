"""What torch's functions of real numbers make of other dtypes, where MindSpore's kernels raise.

torch computes them of integers and booleans in its default dtype, float32, and of bfloat16 in float32, rounding back.
"""

from __future__ import annotations

from collections.abc import Callable

import mindspore as ms
from mindspore import Tensor


def of_floating(function: Callable[[Tensor], Tensor], tensor: Tensor) -> Tensor:
    """Apply a function whose kernel takes no integers, no booleans and no bfloat16."""
    if not (tensor.is_floating_point() or tensor.is_complex()):
        return function(tensor.astype(ms.float32))
    if tensor.dtype == ms.bfloat16:
        return function(tensor.astype(ms.float32)).astype(ms.bfloat16)
    return function(tensor)


def of_wide(function: Callable[[Tensor], Tensor], tensor: Tensor) -> Tensor:
    """Apply a function whose kernel is only exact in float64, and takes no integers, no booleans and no bfloat16."""
    if not (tensor.is_floating_point() or tensor.is_complex()):
        return function(tensor.astype(ms.float64)).astype(ms.float32)
    if tensor.is_complex():
        return function(tensor)
    return function(tensor.astype(ms.float64)).astype(tensor.dtype)


def of_rounded(function: Callable[[Tensor], Tensor], tensor: Tensor, name: str) -> Tensor:
    """Apply a function that rounds to integers, of which it is a copy, and whose kernel takes none.

    Raises:
        NotImplementedError: torch has no kernel for booleans and complex numbers.
    """
    if tensor.dtype == ms.bool_ or tensor.is_complex():
        raise NotImplementedError(f'"{name}" is not implemented for {tensor.dtype}')
    if not tensor.is_floating_point():
        return tensor.copy()
    if tensor.dtype == ms.bfloat16:
        return function(tensor.astype(ms.float32)).astype(ms.bfloat16)
    return function(tensor)
