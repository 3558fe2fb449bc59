"""What the exact bodies of the layers' functions compute: torch's results in the corner cases too."""

from __future__ import annotations

import math

import mindspore as ms
import numpy as np
from mindspore import Tensor, nn, ops


def exact_relu(input: Tensor) -> Tensor:
    """Return torch's relu: nan stays nan, booleans raise, bfloat16 is computed in float32."""
    if input.dtype == ms.bool_:
        raise RuntimeError("Boolean inputs not supported for relu")
    wide = input.astype(ms.float32) if input.dtype == ms.bfloat16 else input
    result = ops.where(wide <= 0, ops.zeros_like(wide), wide)
    return result.astype(ms.bfloat16) if input.dtype == ms.bfloat16 else result


def check_dropout_rate(p: float) -> None:
    """Raise the ValueError of torch.nn.functional.dropout where p is no probability."""
    if p < 0.0 or p > 1.0:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")


def exact_dropout(input: Tensor, p: float, training: bool) -> Tensor:
    """Return torch's dropout for any p from 0 to 1; bfloat16 is computed in float32."""
    if not isinstance(training, bool):
        raise TypeError(f"dropout(): argument 'train' must be bool, not {type(training).__name__}")
    if not training or p == 0:
        return input
    if p == 1:
        return input * 0
    if input.dtype == ms.bfloat16:
        return ops.dropout(input.astype(ms.float32), p=float(p)).astype(ms.bfloat16)
    return ops.dropout(input, p=float(p))


def exact_max_pool2d(
    input: Tensor,
    kernel_size: int | tuple[int, ...],
    stride: int | tuple[int, ...] | None,
    padding: int | tuple[int, ...],
    dilation: int | tuple[int, ...],
    ceil_mode: bool,
) -> tuple[Tensor, Tensor]:
    """Return torch's max_pool2d and its indices for (N, C, H, W) and (C, H, W)."""
    if input.ndim not in (3, 4) or 0 in input.shape[-3:]:
        raise RuntimeError(f"Expected 3D or 4D tensor, empty at most in its batch, but got {input.shape}")
    kernel = two_sizes(kernel_size)
    steps = kernel if stride is None or stride in ((), []) else two_sizes(stride)
    sides, gaps = two_sizes(padding), two_sizes(dilation)
    if input.dtype == ms.bfloat16:
        values, indices = exact_max_pool2d(input.astype(ms.float32), kernel, steps, sides, gaps, ceil_mode)
        return values.astype(ms.bfloat16), indices
    if input.dtype in (ms.float16, ms.float32, ms.float64):
        pool = nn.MaxPool2d(
            kernel,
            stride=steps,
            pad_mode="pad",
            padding=sides,
            dilation=gaps,
            return_indices=True,
            ceil_mode=bool(ceil_mode),
        )
        values, indices = pool(input)
        return values, indices
    # Of MindSpore's kernels for integers one gives 0 for negative ones, the other errs for the smallest one. So
    # their ranks are pooled: those are exact in float64. A window of padding alone gives the smallest integer.
    if input.dtype not in (ms.int8, ms.int16, ms.int32, ms.int64, ms.uint8):
        raise RuntimeError(f"max_pool2d is not implemented for {input.dtype}")
    numbers, ranks = np.unique(input.asnumpy(), return_inverse=True)
    pooled, indices = exact_max_pool2d(
        Tensor(ranks.reshape(input.shape), ms.float64), kernel, steps, sides, gaps, ceil_mode
    )
    places = pooled.asnumpy()
    places = np.where(np.isinf(places), numbers.size, places).astype(np.int64)
    return Tensor(np.append(numbers, np.iinfo(numbers.dtype).min)[places], input.dtype), indices


def two_sizes(size: int | tuple[int, ...] | list[int]) -> tuple[int, int]:
    """Return a size that torch takes as one number or two as two."""
    if isinstance(size, int):
        return size, size
    return (size[0], size[0]) if len(size) == 1 else (size[0], size[1])


def exact_linear(input: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """Return torch's linear, also of the 16-bit formats (computed in float32) and without features."""
    if input.dtype != weight.dtype:
        raise RuntimeError(
            f"mat1 and mat2 must have the same dtype, but got {input.dtype} and {weight.dtype}"
        )
    if bias is not None and weight.ndim == 1:
        raise RuntimeError("mat2 must be a matrix, got 1-D tensor")
    if input.dtype in (ms.float16, ms.bfloat16):
        wide_bias = None if bias is None else bias.astype(ms.float32)
        wide = exact_linear(input.astype(ms.float32), weight.astype(ms.float32), wide_bias)
        return wide.astype(input.dtype)
    if input.ndim == 0 or input.shape[-1] != weight.shape[-1]:
        raise RuntimeError(
            f"input of shape {input.shape} and weight of shape {weight.shape} cannot be multiplied"
        )
    if 0 in (*input.shape, *weight.shape):
        # ops.dense leaves its result, or the weight's gradient, uninitialised.
        zeros = ops.zeros(input.shape[:-1] + weight.shape[:-1], input.dtype)
        return zeros if bias is None or zeros.size == 0 else zeros + bias
    if input.is_complex():
        return complex_linear(input, weight, bias)
    return ops.dense(input, weight, bias=bias)


def complex_linear(input: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """Return torch's linear of complex tensors that are not empty, in which an infinity makes nan.

    Args:
        input: (..., in_features).
        weight: (out_features, in_features) or (in_features,), of input's dtype.
        bias: (out_features,) or None, of input's dtype.

    Returns:
        Tensor of shape (..., out_features), or (...) with a one-dimensional weight.
    """
    a, b, c, d = ops.real(input), ops.imag(input), ops.real(weight), ops.imag(weight)
    real, imaginary = ops.dense(a, c) - ops.dense(b, d), ops.dense(a, d) + ops.dense(b, c)
    # BLAS multiplies the product with 1 + 0j, part by part.
    result = ops.Complex()(real - imaginary * 0, imaginary + real * 0)
    return result if bias is None else result + bias


def exact_flatten(input: Tensor, start_dim: int, end_dim: int) -> Tensor:
    """Return torch's flatten of a tensor of any rank and dtype."""
    rank = input.ndim or 1
    for dim in (start_dim, end_dim):
        if not -rank <= dim < rank:
            raise IndexError(
                f"Dimension out of range (expected to be in range of [{-rank}, {rank - 1}], but got {dim})"
            )
    start, end = start_dim % rank, end_dim % rank
    if start > end:
        raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    if input.ndim == 0:
        return input.reshape((1,))
    if start == end:
        return input
    shape = input.shape
    return input.reshape((*shape[:start], math.prod(shape[start : end + 1]), *shape[end + 1 :]))


def written_into(tensor: Tensor, value: Tensor) -> Tensor:
    """Write a value of a tensor's shape into its memory, and return the tensor."""
    # MindSpore refuses to assign to what is empty, or of bfloat16.
    if not tensor.size:
        return tensor
    if tensor.dtype == ms.bfloat16:
        return tensor.copy_(value)
    tensor[()] = value
    return tensor
