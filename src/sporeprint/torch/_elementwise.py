"""What torch's functions of real numbers make of other dtypes, where MindSpore's kernels raise.

torch computes them of integers and booleans in its default dtype, float32, and of bfloat16 in float32, rounding back.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import mindspore as ms
from mindspore import Tensor, ops


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


def of_logarithm(function: Callable[[Tensor], Tensor], tensor: Tensor) -> Tensor:
    """Apply a logarithm: its kernel's gradient at -0.0 is that at 0.0, which is infinite with the other sign."""
    if not tensor.is_floating_point():
        return of_floating(function, tensor)
    numbers = tensor.astype(ms.float32) if tensor.dtype == ms.bfloat16 else tensor
    fixed = ops.stop_gradient(numbers)
    side = ops.where(ops.logical_and(fixed == 0, 1 / fixed < 0), -ops.ones_like(fixed), ops.ones_like(fixed))
    return function(numbers * side).astype(tensor.dtype)


def logarithm_to_base(function: Callable[[Tensor], Tensor], base: float, tensor: Tensor) -> Tensor:
    """Apply a logarithm to another base than e: of a complex 0 or infinity the kernel's imaginary part is nan."""
    if not tensor.is_complex():
        return of_logarithm(function, tensor)
    natural = ops.log(tensor)
    if tensor.size == 0:  # ops.Complex refuses it
        return natural
    return ops.Complex()(ops.real(natural) / math.log(base), ops.imag(natural) / math.log(base))


def exact_log1p(tensor: Tensor) -> Tensor:
    """Return the logarithm of x + 1, which MindSpore's kernel adds up first: of small x nothing is left."""
    if not (tensor.is_floating_point() or tensor.is_complex()):
        return ops.log1p(tensor.astype(ms.float64)).astype(ms.float32)
    if tensor.is_complex():
        return ops.log1p(tensor)
    x = tensor.astype(ms.float64)
    small = ops.abs(ops.stop_gradient(x)) < 0.5
    near, far = ops.where(small, x, ops.zeros_like(x)), ops.where(small, ops.zeros_like(x), x)
    return ops.where(small, 2 * ops.atanh(near / (2 + near)), ops.log(1 + far)).astype(tensor.dtype)


def exact_expm1(tensor: Tensor) -> Tensor:
    """Return e to the power of x less 1, which MindSpore's kernel subtracts last: of small x nothing is left."""
    if not (tensor.is_floating_point() or tensor.is_complex()):
        return ops.expm1(tensor.astype(ms.float64)).astype(ms.float32)
    if not tensor.is_complex():
        return float64_expm1(tensor.astype(ms.float64)).astype(tensor.dtype)
    if tensor.size == 0:  # ops.Complex refuses it
        return ops.expm1(tensor)
    parts = ms.float32 if tensor.dtype == ms.complex64 else ms.float64
    x, y = ops.real(tensor).astype(ms.float64), ops.imag(tensor).astype(ms.float64)
    real = float64_expm1(x) * ops.cos(y) - 2 * ops.square(ops.sin(y / 2))
    return ops.Complex()(real.astype(parts), (ops.exp(x) * ops.sin(y)).astype(parts))


def float64_expm1(x: Tensor) -> Tensor:
    """Return e to the power of x less 1 of a float64 tensor."""
    small = ops.abs(ops.stop_gradient(x)) < 0.5
    near, far = ops.where(small, x, ops.zeros_like(x)), ops.where(small, ops.zeros_like(x), x)
    return ops.where(small, 2 * ops.exp(near / 2) * ops.sinh(near / 2), ops.exp(far) - 1)


def infinite(tensor: Tensor) -> Tensor:
    """Tell which elements are infinite, in one part at least."""
    if not (tensor.is_floating_point() or tensor.is_complex()):
        return ops.zeros_like(tensor, dtype=ms.bool_)
    if tensor.is_complex():
        if tensor.size == 0:  # which ops.real refuses
            return ops.zeros(tensor.shape, ms.bool_)
        return ops.logical_or(ops.isinf(ops.real(tensor)), ops.isinf(ops.imag(tensor)))
    return ops.isinf(tensor.astype(ms.float32)) if tensor.dtype == ms.bfloat16 else ops.isinf(tensor)


def exact_square(tensor: Tensor) -> Tensor:
    """Multiply each element by itself; booleans are integers then."""
    if tensor.dtype == ms.bool_:
        return tensor.astype(ms.int64)
    return tensor * tensor


def exact_sign(tensor: Tensor) -> Tensor:
    """Return -1, 0 or 1 for each element, and booleans as they are.

    Raises:
        TypeError: the tensor is complex.
    """
    if tensor.is_complex():
        raise TypeError("Unlike NumPy, torch.sign doesn't allow complex numbers. Use torch.sgn instead.")
    if tensor.dtype == ms.bool_:
        return tensor.copy()
    # Each for itself: what is known of a tensor decides such tests when a call is converted.
    if tensor.dtype == ms.int8:
        return ops.sign(tensor.astype(ms.int32)).astype(ms.int8)
    if tensor.dtype == ms.int16:
        return ops.sign(tensor.astype(ms.int32)).astype(ms.int16)
    if tensor.dtype == ms.uint8:
        return ops.sign(tensor.astype(ms.int32)).astype(ms.uint8)
    if tensor.dtype == ms.bfloat16:
        return ops.sign(tensor.astype(ms.float32)).astype(ms.bfloat16)
    return ops.sign(tensor)
