"""The convolutions of ``torch.nn.functional``, written in MindSpore."""

from __future__ import annotations

import numpy as np
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart

# The functions of mindspore.ops take a batch only, and those in three dimensions no groups: so the primitives are used.


@counterpart(
    "torch.nn.functional.conv1d",
    differs={
        "float64": "MindSpore has no float64 kernel for it on CPU",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "int64": "MindSpore refuses int64",
        "int32": "MindSpore refuses int32",
        "int16": "MindSpore refuses int16",
        "int8": "MindSpore refuses int8",
        "uint8": "MindSpore refuses uint8",
        "complex64": "MindSpore has no complex64 kernel for it on CPU",
        "error": "MindSpore takes arguments that torch refuses",
        "empty": "MindSpore refuses empty tensors",
    },
)
def conv1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: int | tuple[int, ...] = 1,
    padding: str | int | tuple[int, ...] = 0,
    dilation: int | tuple[int, ...] = 1,
    groups: int = 1,
) -> Tensor:
    """Convolve in one dimension.

    Args:
        input: (N, C, L) or (C, L), floating.
        weight: (out_channels, C / groups, size).
        bias: (out_channels,) or None.
        stride: steps of the kernel.
        padding: zeros added at each side, or "valid" for none, or "same" for an output as large as the input.
        dilation: distance of the elements that the kernel meets.
        groups: blocks of channels that do not meet.

    Returns:
        Tensor of shape (N, out_channels, …) or (out_channels, …).
    """
    return convolved(input, weight, bias, stride, padding, dilation, groups)


@counterpart(
    "torch.nn.functional.conv2d",
    differs={
        "float64": "MindSpore has no float64 kernel for it on CPU",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "int64": "MindSpore refuses int64",
        "int32": "MindSpore refuses int32",
        "int16": "MindSpore refuses int16",
        "int8": "MindSpore refuses int8",
        "uint8": "MindSpore refuses uint8",
        "complex64": "MindSpore has no complex64 kernel for it on CPU",
        "error": "MindSpore takes arguments that torch refuses",
        "accuracy & float16": "errs by up to 8 units in the last place",
    },
)
def conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: int | tuple[int, ...] = 1,
    padding: str | int | tuple[int, ...] = 0,
    dilation: int | tuple[int, ...] = 1,
    groups: int = 1,
) -> Tensor:
    """Convolve in two dimensions.

    Args:
        input: (N, C, H, W) or (C, H, W), floating.
        weight: (out_channels, C / groups, height, width).
        bias: (out_channels,) or None.
        stride: steps of the kernel.
        padding: zeros added at each side, or "valid" for none, or "same" for an output as large as the input.
        dilation: distance of the elements that the kernel meets.
        groups: blocks of channels that do not meet.

    Returns:
        Tensor of shape (N, out_channels, …) or (out_channels, …).
    """
    return convolved(input, weight, bias, stride, padding, dilation, groups)


@counterpart(
    "torch.nn.functional.conv3d",
    differs={
        "warning": "torch warns that padding an even kernel may copy",
        "float64": "MindSpore has no float64 kernel for it on CPU",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "int64": "MindSpore refuses int64",
        "int32": "MindSpore refuses int32",
        "int16": "MindSpore refuses int16",
        "int8": "MindSpore refuses int8",
        "uint8": "MindSpore refuses uint8",
        "complex64": "MindSpore has no complex64 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "error": "MindSpore takes arguments that torch refuses",
    },
)
def conv3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: int | tuple[int, ...] = 1,
    padding: str | int | tuple[int, ...] = 0,
    dilation: int | tuple[int, ...] = 1,
    groups: int = 1,
) -> Tensor:
    """Convolve in three dimensions.

    Args:
        input: (N, C, D, H, W) or (C, D, H, W), floating.
        weight: (out_channels, C / groups, depth, height, width).
        bias: (out_channels,) or None.
        stride: steps of the kernel.
        padding: zeros added at each side, or "valid" for none, or "same" for an output as large as the input.
        dilation: distance of the elements that the kernel meets.
        groups: blocks of channels that do not meet.

    Returns:
        Tensor of shape (N, out_channels, …) or (out_channels, …).
    """
    return convolved(input, weight, bias, stride, padding, dilation, groups)


def sizes_of(size: int | tuple[int, ...] | list[int], dims: int) -> tuple[int, ...]:
    """Return a size that torch takes as one number or several as one for each dimension."""
    if isinstance(size, int):
        return (size,) * dims
    return tuple(size) * dims if len(size) == 1 else tuple(size)


def convolved(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: int | tuple[int, ...],
    padding: str | int | tuple[int, ...],
    dilation: int | tuple[int, ...],
    groups: int,
) -> Tensor:
    """Convolve in one to three dimensions; parameters as in torch's conv1d, conv2d and conv3d."""
    dims = weight.ndim - 2
    if input.ndim == dims + 1:
        batch = input.expand_dims(0)
        return convolved(batch, weight, bias, stride, padding, dilation, groups).squeeze(0)
    steps, gaps, kernel = sizes_of(stride, dims), sizes_of(dilation, dims), weight.shape[2:]
    if padding == "same":
        if steps != (1,) * dims:
            raise RuntimeError("padding='same' is not supported for strided convolutions")
        missing = [gap * (size - 1) for gap, size in zip(gaps, kernel, strict=True)]
        halves = [each // 2 for each in missing]
        sides = tuple(
            missing[place // 2] - halves[place // 2] if place % 2 else halves[place // 2]
            for place in range(2 * dims)
        )
    else:
        both = (0,) * dims if isinstance(padding, str) else sizes_of(padding, dims)
        sides = tuple(both[place // 2] for place in range(2 * dims))
    if dims == 1:
        flat = convolved_by(
            input.expand_dims(2), weight.expand_dims(2), (1, *steps), (0, 0, *sides), (1, *gaps), groups
        )
        result = flat.squeeze(2)
    else:
        result = convolved_by(input, weight, steps, sides, gaps, groups)
    return result if bias is None else result + bias.reshape((1, -1) + (1,) * dims)


def convolved_by(
    input: Tensor,
    weight: Tensor,
    stride: tuple[int, ...],
    sides: tuple[int, ...],
    dilation: tuple[int, ...],
    groups: int,
) -> Tensor:
    """Convolve a batch in two or three dimensions with so many zeros at each of its sides."""
    kernel, channels = weight.shape[2:], weight.shape[0]
    if weight.ndim == 4:
        convolve = ops.Conv2D(
            channels, kernel, pad_mode="pad", pad=sides, stride=stride, dilation=dilation, group=groups
        )
        return convolve(input, weight)
    convolve = ops.Conv3D(
        channels // groups, kernel, pad_mode="pad", pad=sides, stride=stride, dilation=dilation
    )
    if groups == 1:
        return convolve(input, weight)
    inputs = ops.split(input, input.shape[1] // groups, 1)
    weights = ops.split(weight, channels // groups, 0)
    return ops.cat([convolve(*pair) for pair in zip(inputs, weights, strict=True)], 1)


@counterpart(
    "torch.nn.functional.conv_transpose1d",
    differs={
        "float64": "MindSpore has no float64 kernel for it on CPU",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "int64": "MindSpore refuses int64",
        "complex64": "MindSpore has no complex64 kernel for it on CPU",
        "nan": "MindSpore raises",
        "non-contiguous": "MindSpore raises",
        "empty": "results or gradients of empty tensors are wrong, or not written",
        "error": "MindSpore takes arguments that torch refuses",
    },
)
def conv_transpose1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: int | tuple[int, ...] = 1,
    padding: int | tuple[int, ...] = 0,
    output_padding: int | tuple[int, ...] = 0,
    groups: int = 1,
    dilation: int | tuple[int, ...] = 1,
) -> Tensor:
    """Apply the transpose of a convolution in one dimension.

    Args:
        input: (N, C, L) or (C, L), floating.
        weight: (C, out_channels / groups, size).
        bias: (out_channels,) or None.
        stride: steps of the kernel.
        padding: what is taken away at each side.
        output_padding: what is added at the end.
        groups: blocks of channels that do not meet.
        dilation: distance of the elements of the kernel.

    Returns:
        Tensor of shape (N, out_channels, …) or (out_channels, …).
    """
    return transpose_convolved(input, weight, bias, stride, padding, output_padding, groups, dilation)


@counterpart(
    "torch.nn.functional.conv_transpose2d",
    differs={
        "float64": "MindSpore has no float64 kernel for it on CPU",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "int64": "MindSpore refuses int64",
        "complex64": "MindSpore has no complex64 kernel for it on CPU",
        "uninitialised": "MindSpore returns memory that it has not written",
        "nan": "MindSpore gives -1.36 where torch gives nan",
        "inf": "MindSpore gives -1.36 where torch gives inf",
        "empty": "results or gradients of empty tensors are wrong, or not written",
        "error": "MindSpore takes arguments that torch refuses",
    },
)
def conv_transpose2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: int | tuple[int, ...] = 1,
    padding: int | tuple[int, ...] = 0,
    output_padding: int | tuple[int, ...] = 0,
    groups: int = 1,
    dilation: int | tuple[int, ...] = 1,
) -> Tensor:
    """Apply the transpose of a convolution in two dimensions.

    Args:
        input: (N, C, H, W) or (C, H, W), floating.
        weight: (C, out_channels / groups, height, width).
        bias: (out_channels,) or None.
        stride: steps of the kernel.
        padding: what is taken away at each side.
        output_padding: what is added at the end.
        groups: blocks of channels that do not meet.
        dilation: distance of the elements of the kernel.

    Returns:
        Tensor of shape (N, out_channels, …) or (out_channels, …).
    """
    return transpose_convolved(input, weight, bias, stride, padding, output_padding, groups, dilation)


@counterpart(
    "torch.nn.functional.conv_transpose3d",
    differs={
        "float64": "MindSpore has no float64 kernel for it on CPU",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "int64": "MindSpore refuses int64",
        "complex64": "MindSpore has no complex64 kernel for it on CPU",
        "empty": "results or gradients of empty tensors are wrong, or not written",
        "error": "MindSpore takes arguments that torch refuses",
        "gradient & nan": "MindSpore gives 0.319 where torch gives nan",
        "gradient & inf": "MindSpore gives 0.319 where torch gives nan",
    },
)
def conv_transpose3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: int | tuple[int, ...] = 1,
    padding: int | tuple[int, ...] = 0,
    output_padding: int | tuple[int, ...] = 0,
    groups: int = 1,
    dilation: int | tuple[int, ...] = 1,
) -> Tensor:
    """Apply the transpose of a convolution in three dimensions.

    Args:
        input: (N, C, D, H, W) or (C, D, H, W), floating.
        weight: (C, out_channels / groups, depth, height, width).
        bias: (out_channels,) or None.
        stride: steps of the kernel.
        padding: what is taken away at each side.
        output_padding: what is added at the end.
        groups: blocks of channels that do not meet.
        dilation: distance of the elements of the kernel.

    Returns:
        Tensor of shape (N, out_channels, …) or (out_channels, …).
    """
    return transpose_convolved(input, weight, bias, stride, padding, output_padding, groups, dilation)


def transpose_convolved(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: int | tuple[int, ...],
    padding: int | tuple[int, ...],
    output_padding: int | tuple[int, ...],
    groups: int,
    dilation: int | tuple[int, ...],
) -> Tensor:
    """Apply the transpose of a convolution in one to three dimensions; parameters as in torch's conv_transpose2d."""
    dims = weight.ndim - 2
    if input.ndim == dims + 1:
        batch = input.expand_dims(0)
        return transpose_convolved(
            batch, weight, bias, stride, padding, output_padding, groups, dilation
        ).squeeze(0)
    steps, gaps, kernel = sizes_of(stride, dims), sizes_of(dilation, dims), weight.shape[2:]
    cut, added = sizes_of(padding, dims), sizes_of(output_padding, dims)
    if dims == 1:
        flat = transpose_convolved(
            input.expand_dims(2), weight.expand_dims(2), None, (1, *steps), (0, *cut), (0, *added), groups,
            (1, *gaps),
        )  # fmt: skip
        result = flat.squeeze(2)
    else:
        result = transpose_convolved_by(input, weight, steps, cut, added, groups, gaps, kernel)
    return result if bias is None else result + bias.reshape((1, -1) + (1,) * dims)


def transpose_convolved_by(
    input: Tensor,
    weight: Tensor,
    steps: tuple[int, ...],
    cut: tuple[int, ...],
    added: tuple[int, ...],
    groups: int,
    gaps: tuple[int, ...],
    kernel: tuple[int, ...],
) -> Tensor:
    """Apply the transpose of a convolution to a batch in two or three dimensions."""
    if any(more >= max(step, gap) for more, step, gap in zip(added, steps, gaps, strict=True)):
        raise RuntimeError(f"output padding must be smaller than either stride or dilation, but got {added}")
    channels = weight.shape[1] * groups
    if weight.ndim == 4 and all(more < step for more, step in zip(added, steps, strict=True)):
        spread = ops.Conv2DTranspose(
            input.shape[1],
            kernel,
            pad_mode="pad",
            pad=(cut[0], cut[0], cut[1], cut[1]),
            stride=steps,
            dilation=gaps,
            group=groups,
        )
        height, width = (
            (size - 1) * steps[place] - 2 * cut[place] + gaps[place] * (kernel[place] - 1) + added[place] + 1
            for place, size in enumerate(input.shape[2:])
        )
        return spread(input, weight, (input.shape[0], channels, height, width))
    if weight.ndim == 4:  # with more output_padding than strides
        whole = transpose_convolved_by(input, weight, steps, (0, 0), (0, 0), groups, gaps, kernel)
        whole = ops.pad(whole, (0, added[1], 0, added[0]))
        height, width = whole.shape[2:]
        return whole[:, :, cut[0] : height - cut[0], cut[1] : width - cut[1]]
    # The primitive for three dimensions has no dilation: a convolution of what lies apart does the same.
    for place, step in enumerate(steps):
        input = spread_out(input, place + 2, step)
    rims = [gap * (size - 1) - each for gap, size, each in zip(gaps, kernel, cut, strict=True)]
    sides = [(max(rim, 0), max(rim + more, 0)) for rim, more in zip(rims, added, strict=True)]
    split = weight.reshape((groups, -1, *weight.shape[1:])).swapaxes(1, 2)
    turned = ops.flip(split.reshape((channels, -1, *kernel)), (2, 3, 4))
    whole = convolved_by(
        input, turned, (1, 1, 1), tuple(each for pair in sides for each in pair), gaps, groups
    )
    for place, (rim, more) in enumerate(zip(rims, added, strict=True)):
        if rim < 0:  # more is cut away than the kernel adds
            first, last = -rim, whole.shape[place + 2] + min(rim + more, 0)
            whole = ops.gather(whole, Tensor(np.arange(first, last)), place + 2)
    return whole


def spread_out(x: Tensor, axis: int, gap: int) -> Tensor:
    """Put gap - 1 zeros between the elements along an axis."""
    size = x.shape[axis]
    if gap == 1 or size == 1:
        return x
    places = np.full((size - 1) * gap + 1, size)
    places[::gap] = np.arange(size)
    zeros = ops.zeros((*x.shape[:axis], 1, *x.shape[axis + 1 :]), x.dtype)
    return ops.gather(ops.cat((x, zeros), axis), Tensor(places), axis)
