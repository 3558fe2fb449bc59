"""The poolings of ``torch.nn.functional``, written in MindSpore."""

from __future__ import annotations

import math
from typing import Any

from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart
from sporeprint.torch._layers import exact_max_pool2d


@counterpart(
    "torch.nn.functional.avg_pool1d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "int64": "MindSpore refuses int64",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "empty": "MindSpore refuses empty tensors",
        "accuracy & float64": "MindSpore computes it with float32 accuracy",
        "float64 & gradient": "the gradient raises",
        "gradient & nan": "the gradient raises",
        "gradient & inf": "the gradient raises",
    },
)
def avg_pool1d(
    input: Tensor,
    kernel_size: int | tuple[int, ...],
    stride: int | tuple[int, ...] = (),
    padding: int | tuple[int, ...] = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """Return the mean of each window.

    Args:
        input: (N, C, L) or (C, L), floating.
        kernel_size: length of a window.
        stride: distance of the windows; () is kernel_size.
        padding: zeros added at each side.
        ceil_mode: whether a window may stick out at the end.
        count_include_pad: whether these zeros count.

    Returns:
        Tensor of input's dtype.
    """
    return averages(input, 1, kernel_size, stride, padding, ceil_mode, count_include_pad, None)


@counterpart(
    "torch.nn.functional.avg_pool2d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "int64": "MindSpore refuses int64",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "empty": "MindSpore refuses empty tensors",
        "accuracy & float64": "MindSpore computes it with float32 accuracy",
        "float64 & gradient": "the gradient raises",
        "gradient & nan": "the gradient raises",
        "gradient & inf": "the gradient raises",
    },
)
def avg_pool2d(
    input: Tensor,
    kernel_size: int | tuple[int, ...],
    stride: int | tuple[int, ...] = (),
    padding: int | tuple[int, ...] = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """Return the mean of each window.

    Args:
        input: (N, C, H, W) or (C, H, W), floating.
        kernel_size: height and width of a window.
        stride: distance of the windows; () is kernel_size.
        padding: zeros added at each side.
        ceil_mode: whether a window may stick out at the end.
        count_include_pad: whether these zeros count.
        divisor_override: what sums are divided by, in place of the number of elements.

    Returns:
        Tensor of input's dtype.
    """
    return averages(input, 2, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


@counterpart(
    "torch.nn.functional.avg_pool3d",
    differs={
        "error": "MindSpore takes arguments that torch refuses",
        "int64": "MindSpore refuses int64",
        "empty": "MindSpore refuses empty tensors",
        "accuracy & float64": "MindSpore computes it with float32 accuracy",
        "float64 & gradient": "the gradient raises",
        "gradient & nan": "the gradient raises",
        "gradient & inf": "the gradient raises",
    },
)
def avg_pool3d(
    input: Tensor,
    kernel_size: int | tuple[int, ...],
    stride: int | tuple[int, ...] = (),
    padding: int | tuple[int, ...] = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """Return the mean of each window.

    Args:
        input: (N, C, D, H, W) or (C, D, H, W), floating.
        kernel_size: depth, height and width of a window.
        stride: distance of the windows; () is kernel_size.
        padding: zeros added at each side.
        ceil_mode: whether a window may stick out at the end.
        count_include_pad: whether these zeros count.
        divisor_override: what sums are divided by, in place of the number of elements.

    Returns:
        Tensor of input's dtype.
    """
    return averages(input, 3, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


def lengths(size: int | tuple[int, ...] | list[int], dims: int) -> tuple[int, ...]:
    """Return a size that torch takes as one number or several as one for each of so many dimensions."""
    if isinstance(size, int):
        return (size,) * dims
    return tuple(size) * dims if len(size) == 1 else tuple(size)


def averages(
    input: Tensor,
    dims: int,
    kernel_size: int | tuple[int, ...],
    stride: int | tuple[int, ...] | None,
    padding: int | tuple[int, ...],
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None,
) -> Tensor:
    """Return the mean of each window over so many dimensions; parameters as in torch's avg_pool2d."""
    if input.ndim == dims + 1:
        batch = input.expand_dims(0)
        return averages(
            batch, dims, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
        ).squeeze(0)
    if input.ndim != dims + 2:
        raise RuntimeError(f"Expected {dims + 1}D or {dims + 2}D input, but got {input.ndim}D")
    kernel = lengths(kernel_size, dims)
    steps = kernel if stride is None or stride in ((), []) else lengths(stride, dims)
    sides = lengths(padding, dims)
    for place in range(dims):  # ms.jit compiles neither any() nor zip(strict=True)
        if sides[place] > kernel[place] // 2:
            raise RuntimeError("pad should be at most half of effective kernel size")
    if divisor_override is not None and divisor_override == 0:
        raise RuntimeError("divisor must be not zero")
    if divisor_override is not None:
        # The primitive's gradient is wrong where windows with a divisor stick out, so here none does.
        around: tuple[int, ...] = ()
        for place in range(dims):
            size, side, step = input.shape[place + 2], sides[place], steps[place]
            count = pooled_count(size, kernel[place], side, step, ceil_mode)
            around = (side, max((count - 1) * step + kernel[place] - size - side, 0), *around)
        padded = ops.pad(input, around)
        mean = averages(padded, dims, kernel, steps, 0, False, True, None)
        return mean * (math.prod(kernel) / divisor_override)
    lead = (1,) * (3 - dims)
    pool = ops.AvgPool3D(
        kernel_size=(*lead, *kernel),
        strides=(*lead, *steps),
        pad_mode="pad",
        pad=(0, 0) * (3 - dims) + tuple(sides[place // 2] for place in range(2 * dims)),
        ceil_mode=bool(ceil_mode),
        count_include_pad=bool(count_include_pad),
    )
    shape = input.shape
    result = pool(input.reshape((*shape[:2], *lead, *shape[2:])))
    return result.reshape((*result.shape[:2], *result.shape[5 - dims :]))


def pooled_count(size: int, kernel: int, side: int, step: int, ceil_mode: bool) -> int:
    """Return how many windows there are; none starts behind the image and its left padding."""
    room = size + 2 * side - kernel
    count = (-(-room // step) if ceil_mode else room // step) + 1
    return count - 1 if ceil_mode and (count - 1) * step >= size + side else count


@counterpart(
    "torch.nn.functional.max_pool1d",
    differs={
        "error": "MindSpore also takes integers or booleans",
    },
)
def max_pool1d(
    input: Tensor,
    kernel_size: int | tuple[int, ...],
    stride: int | tuple[int, ...] | None = None,
    padding: int | tuple[int, ...] = 0,
    dilation: int | tuple[int, ...] = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor | tuple[Tensor, Tensor]:
    """Return the largest element of each window.

    Args:
        input: (N, C, L) or (C, L), a real dtype.
        kernel_size: length of a window.
        stride: distance of the windows; None is kernel_size.
        padding: elements of -inf added at each side.
        dilation: distance of the elements of a window.
        ceil_mode: whether a window may stick out at the end.
        return_indices: also return the int64 position of each result.

    Returns:
        Tensor of input's dtype, and its indices if asked for.
    """
    return largest_in_line(input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def largest_in_line(
    input: Tensor,
    kernel_size: int | tuple[int, ...],
    stride: int | tuple[int, ...] | None,
    padding: int | tuple[int, ...],
    dilation: int | tuple[int, ...],
    ceil_mode: bool,
    return_indices: bool,
) -> Tensor | tuple[Tensor, Tensor]:
    """Return the largest element of each window of (N, C, L) or (C, L); parameters as in torch's max_pool1d."""
    kernel = (1, *lengths(kernel_size, 1))
    steps = kernel if stride is None or stride in ((), []) else (1, *lengths(stride, 1))
    values, indices = exact_max_pool2d(
        input.expand_dims(-2), kernel, steps, (0, *lengths(padding, 1)), (1, *lengths(dilation, 1)), ceil_mode
    )
    return (values.squeeze(-2), indices.squeeze(-2)) if return_indices else values.squeeze(-2)


@counterpart(
    "torch.nn.functional.max_pool3d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "int64": "refused: MindSpore's kernel gives 0 for negative integers",
        "int32": "refused: MindSpore's kernel gives 0 for negative integers",
        "int16": "refused: MindSpore's kernel gives 0 for negative integers",
        "int8": "refused: MindSpore's kernel gives 0 for negative integers",
        "error": "MindSpore takes arguments that torch refuses",
        "uint8": "MindSpore refuses uint8",
    },
)
def max_pool3d(
    input: Tensor,
    kernel_size: int | tuple[int, ...],
    stride: int | tuple[int, ...] | None = None,
    padding: int | tuple[int, ...] = 0,
    dilation: int | tuple[int, ...] = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor | tuple[Tensor, Tensor]:
    """Return the largest element of each window.

    Args:
        input: (N, C, D, H, W) or (C, D, H, W), floating.
        kernel_size: depth, height and width of a window.
        stride: distance of the windows; None is kernel_size.
        padding: elements of -inf added at each side.
        dilation: distance of the elements of a window.
        ceil_mode: whether a window may stick out at the end.
        return_indices: also return the int64 position of each result.

    Returns:
        Tensor of input's dtype, and its indices if asked for.
    """
    return largest_in_space(input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def largest_in_space(
    input: Tensor,
    kernel_size: int | tuple[int, ...],
    stride: int | tuple[int, ...] | None,
    padding: int | tuple[int, ...],
    dilation: int | tuple[int, ...],
    ceil_mode: bool,
    return_indices: bool,
) -> Tensor | tuple[Tensor, Tensor]:
    """Return the largest element of each window of three dimensions; parameters as in torch's max_pool3d."""
    if input.ndim == 4:
        found: Any = largest_in_space(
            input.expand_dims(0), kernel_size, stride, padding, dilation, ceil_mode, return_indices
        )
        return (found[0].squeeze(0), found[1].squeeze(0)) if return_indices else found.squeeze(0)
    if not input.is_floating_point():
        raise TypeError("MindSpore's MaxPool3DWithArgmax gives 0 for negative integers")
    kernel = lengths(kernel_size, 3)
    steps = kernel if stride is None or stride in ((), []) else lengths(stride, 3)
    pool = ops.MaxPool3DWithArgmax(
        ksize=kernel, strides=steps, pads=lengths(padding, 3), dilation=lengths(dilation, 3),
        ceil_mode=bool(ceil_mode),
    )  # fmt: skip
    values, indices = pool(input)
    return (values, indices) if return_indices else values


# ------------------------------------------------------------------------------
# Windows that follow from the size of the result
# ------------------------------------------------------------------------------


@counterpart(
    "torch.nn.functional.adaptive_avg_pool1d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "empty": "MindSpore refuses empty tensors",
        "int64": "MindSpore refuses int64",
        "int32": "MindSpore refuses int32",
        "int16": "MindSpore refuses int16",
        "int8": "MindSpore refuses int8",
        "uint8": "MindSpore refuses uint8",
        "bool": "MindSpore refuses booleans",
        "complex64": "MindSpore has no complex64 kernel for it on CPU",
    },
)
def adaptive_avg_pool1d(input: Tensor, output_size: int | tuple[int, ...]) -> Tensor:
    """Return the means of so many windows of (N, C, L) or (C, L), floating."""
    return averages_adaptively(input, lengths(output_size, 1))


@counterpart(
    "torch.nn.functional.adaptive_avg_pool2d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "empty": "MindSpore refuses empty tensors",
        "complex64": "MindSpore has no complex64 kernel for it on CPU",
    },
)
def adaptive_avg_pool2d(
    input: Tensor, output_size: int | tuple[int | None, ...] | list[int | None]
) -> Tensor:
    """Return the means of windows.

    Args:
        input: (N, C, H, W) or (C, H, W), floating.
        output_size: rows and columns of them; None keeps those of the input.
    """
    if isinstance(output_size, list):
        output_size = tuple(output_size)
    return ops.adaptive_avg_pool2d(input, output_size)


@counterpart(
    "torch.nn.functional.adaptive_avg_pool3d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore also takes integers or booleans",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "empty": "MindSpore refuses empty tensors",
    },
)
def adaptive_avg_pool3d(
    input: Tensor, output_size: int | tuple[int | None, ...] | list[int | None]
) -> Tensor:
    """Return the means of windows.

    Args:
        input: (N, C, D, H, W) or (C, D, H, W), floating.
        output_size: how many there are along each dimension; None keeps that of the input.
    """
    if isinstance(output_size, list):
        output_size = tuple(output_size)
    return ops.adaptive_avg_pool3d(input, output_size)


def averages_adaptively(input: Tensor, size: tuple[int, ...]) -> Tensor:
    """Return the means of so many windows along the last one to three dimensions."""
    if len(size) == 1:
        return ops.adaptive_avg_pool2d(input.expand_dims(-2), (1, size[0])).squeeze(-2)
    if len(size) == 2:
        return ops.adaptive_avg_pool2d(input, size)
    return ops.adaptive_avg_pool3d(input, size)


@counterpart(
    "torch.nn.functional.adaptive_max_pool1d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore takes arguments that torch refuses",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "nan": "MindSpore gives -7.95 where torch gives nan",
    },
)
def adaptive_max_pool1d(
    input: Tensor, output_size: int | tuple[int, ...], return_indices: bool = False
) -> Tensor | tuple[Tensor, Tensor]:
    """Return the largest elements of so many windows of (N, C, L) or (C, L), floating, with int64 indices if asked."""
    return largest_adaptively(input, output_size, return_indices)


def largest_adaptively(
    input: Tensor, output_size: int | tuple[int, ...], return_indices: bool
) -> Tensor | tuple[Tensor, Tensor]:
    """Return the largest elements of so many windows of (N, C, L) or (C, L), and if asked where they were."""
    size = (1, *lengths(output_size, 1))
    values, indices = ops.adaptive_max_pool2d(input.expand_dims(-2), size, return_indices=True)
    return (values.squeeze(-2), indices.squeeze(-2)) if return_indices else values.squeeze(-2)


@counterpart(
    "torch.nn.functional.adaptive_max_pool2d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "nan": "MindSpore gives 2.82 where torch gives nan",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "error": "MindSpore takes arguments that torch refuses",
    },
)
def adaptive_max_pool2d(
    input: Tensor, output_size: int | tuple[int | None, ...], return_indices: bool = False
) -> Tensor | tuple[Tensor, Tensor]:
    """Return the largest elements of windows.

    Args:
        input: (N, C, H, W) or (C, H, W), floating.
        output_size: rows and columns of them; None keeps those of the input.
        return_indices: also return the int64 position of each result in its H*W plane.
    """
    return ops.adaptive_max_pool2d(input, output_size, return_indices=return_indices)
