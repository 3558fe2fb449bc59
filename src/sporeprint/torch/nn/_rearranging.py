"""What ``torch.nn.functional`` has to rearrange images and windows, written in MindSpore."""

from __future__ import annotations

from typing import Any

import mindspore as ms
import numpy as np
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart
from sporeprint.torch._layers import two_sizes


@counterpart(
    "torch.nn.functional.pixel_shuffle",
    "torch.pixel_shuffle",
    differs={
        "empty & error": "torch raises when the result of an empty tensor is differentiated",
        "view": "MindSpore gives a view where torch copies",
    },
)
def pixel_shuffle(input: Tensor, upscale_factor: int) -> Tensor:
    """Make pixels of channels.

    Args:
        input: (..., C * r * r, H, W).
        upscale_factor: r.

    Returns:
        Tensor of shape (..., C, H * r, W * r).
    """
    return ops.pixel_shuffle(input, upscale_factor)


@counterpart(
    "torch.nn.functional.pixel_unshuffle",
    "torch.pixel_unshuffle",
    differs={
        "empty": "torch returns an empty tensor as it is",
        "view": "MindSpore gives a view where torch copies",
    },
)
def pixel_unshuffle(input: Tensor, downscale_factor: int) -> Tensor:
    """Make channels of pixels.

    Args:
        input: (..., C, H * r, W * r).
        downscale_factor: r.

    Returns:
        Tensor of shape (..., C * r * r, H, W).
    """
    return ops.pixel_unshuffle(input, downscale_factor)


@counterpart(
    "torch.nn.functional.pad",
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
def pad(
    input: Tensor, pad: tuple[int, ...] | list[int], mode: str = "constant", value: float | None = None
) -> Tensor:
    """Add elements at the sides of the last dimensions.

    Args:
        input: any shape and dtype.
        pad: how many before and behind the last dimension, before and behind the last but one, …; a negative number
            takes away.
        mode: "constant", "reflect", "replicate" or "circular".
        value: of "constant"; None is 0.

    Returns:
        Tensor of input's dtype.
    """
    if (
        pad[0] < 0
        or pad[1] < 0
        or (len(pad) > 2 and (pad[2] < 0 or pad[3] < 0))
        or (len(pad) > 4 and (pad[4] < 0 or pad[5] < 0))
        or len(pad) > 6
    ):
        return cut_and_padded(input, pad, mode, value)
    return ops.pad(input, pad, mode=mode, value=value)


def cut_and_padded(input: Tensor, pad: tuple[int, ...] | list[int], mode: str, value: float | None) -> Tensor:
    """Pad and take away at the sides: ops.pad with numbers of both signs reads what it has not written."""
    result = ops.pad(input, tuple(max(each, 0) for each in pad), mode=mode, value=value)
    for place in range(len(pad) // 2):
        axis = result.ndim - 1 - place
        first, last = max(-pad[2 * place], 0), result.shape[axis] - max(-pad[2 * place + 1], 0)
        if first >= last:
            return ops.zeros((*result.shape[:axis], 0, *result.shape[axis + 1 :]), result.dtype)
        if last - first < result.shape[axis]:
            result = ops.gather(result, Tensor(np.arange(first, last)), axis)
    return result


@counterpart(
    "torch.nn.functional.unfold",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "empty": "MindSpore refuses empty tensors",
        "bool": "MindSpore refuses booleans",
        "complex64": "MindSpore has no complex64 kernel for it on CPU",
        "error": "MindSpore takes arguments that torch refuses",
    },
)
def unfold(
    input: Tensor,
    kernel_size: int | tuple[int, ...],
    dilation: int | tuple[int, ...] = 1,
    padding: int | tuple[int, ...] = 0,
    stride: int | tuple[int, ...] = 1,
) -> Tensor:
    """Lay the windows of an image side by side.

    Args:
        input: (N, C, H, W) or (C, H, W).
        kernel_size: height and width of a window.
        dilation: distance of its elements.
        padding: zeros added at each side.
        stride: distance of the windows.

    Returns:
        Tensor of shape (N, C * height * width, windows), or without N.
    """
    return unfolded(input, kernel_size, dilation, padding, stride)


def window_places(
    sizes: tuple[int, int],
    kernel: tuple[int, int],
    gaps: tuple[int, int],
    sides: tuple[int, int],
    steps: tuple[int, int],
) -> tuple[Any, Any]:
    """Return the padded rows, (height, windows), and columns, (width, windows), that windows meet."""
    counts = [(sizes[i] + 2 * sides[i] - gaps[i] * (kernel[i] - 1) - 1) // steps[i] + 1 for i in (0, 1)]
    if counts[0] < 1 or counts[1] < 1:
        raise RuntimeError(f"windows of {kernel} do not fit into {sizes}")
    rows, columns = (
        np.arange(kernel[i])[:, None] * gaps[i] + np.arange(counts[i]) * steps[i] for i in (0, 1)
    )
    return rows, columns


def unfolded(
    input: Tensor,
    kernel_size: int | tuple[int, ...],
    dilation: int | tuple[int, ...],
    padding: int | tuple[int, ...],
    stride: int | tuple[int, ...],
) -> Tensor:
    """Lay the windows of an image side by side; parameters as in torch's unfold."""
    if input.ndim == 3:
        return unfolded(input.expand_dims(0), kernel_size, dilation, padding, stride).squeeze(0)
    kernel, gaps, sides = two_sizes(kernel_size), two_sizes(dilation), two_sizes(padding)
    rows, columns = window_places(input.shape[2:], kernel, gaps, sides, two_sizes(stride))
    batch, channels = input.shape[:2]
    padded = ops.pad(input, (sides[1], sides[1], sides[0], sides[0]))
    met = ops.gather(padded, Tensor(rows.reshape(-1), ms.int64), 2)
    met = ops.gather(met, Tensor(columns.reshape(-1), ms.int64), 3)
    met = met.reshape((batch, channels, *rows.shape, *columns.shape)).transpose((0, 1, 2, 4, 3, 5))
    return met.reshape((batch, channels * kernel[0] * kernel[1], rows.shape[1] * columns.shape[1]))


@counterpart("torch.nn.functional.fold")
def fold(
    input: Tensor,
    output_size: int | tuple[int, ...],
    kernel_size: int | tuple[int, ...],
    dilation: int | tuple[int, ...] = 1,
    padding: int | tuple[int, ...] = 0,
    stride: int | tuple[int, ...] = 1,
) -> Tensor:
    """Add up windows where they lie in an image: the transpose of :func:`unfold`.

    Args:
        input: (N, C * height * width, windows), or without N.
        output_size: height and width of the image.
        kernel_size: height and width of a window.
        dilation: distance of its elements.
        padding: what is taken away at each side.
        stride: distance of the windows.

    Returns:
        Tensor of shape (N, C, *output_size), or without N.
    """
    return folded(input, output_size, kernel_size, dilation, padding, stride)


def folded(
    input: Tensor,
    output_size: int | tuple[int, ...],
    kernel_size: int | tuple[int, ...],
    dilation: int | tuple[int, ...],
    padding: int | tuple[int, ...],
    stride: int | tuple[int, ...],
) -> Tensor:
    """Add up windows where they lie in an image; parameters as in torch's fold."""
    if input.ndim == 2:
        return folded(input.expand_dims(0), output_size, kernel_size, dilation, padding, stride).squeeze(0)
    size, kernel, sides = two_sizes(output_size), two_sizes(kernel_size), two_sizes(padding)
    rows, columns = window_places(size, kernel, two_sizes(dilation), sides, two_sizes(stride))
    batch, channels = input.shape[0], input.shape[1] // (kernel[0] * kernel[1])
    height, width = size[0] + 2 * sides[0], size[1] + 2 * sides[1]
    if input.shape[1:] != (channels * kernel[0] * kernel[1], rows.shape[1] * columns.shape[1]):
        raise RuntimeError(f"input of shape {input.shape} does not hold the windows of an image of {size}")
    # Each element of a window goes to one pixel; what goes to the same one is added up.
    places = (rows[:, None, :, None] * width + columns[None, :, None, :]).reshape(-1)
    flat = input.reshape((batch * channels, places.size)).swapaxes(0, 1)
    added = ops.unsorted_segment_sum(flat, Tensor(places, ms.int32), height * width)
    image = added.swapaxes(0, 1).reshape((batch, channels, height, width))
    return image[:, :, sides[0] : height - sides[0], sides[1] : width - sides[1]]
