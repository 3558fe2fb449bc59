"""torch.nn.modules.conv, written in MindSpore."""

from __future__ import annotations

import math
from typing import Any

import mindspore as ms
import numpy as np
from mindspore import Tensor, nn, ops

from sporeprint.counterpart import counterpart, counterpart_class, exact_of
from sporeprint.torch._layers import two_sizes
from sporeprint.torch.nn._convolution import convolved, sizes_of, transpose_convolved


@counterpart(
    "torch.nn.Conv2d",
    ignores={"device": "a MindSpore program names its device once, in the context"},
    differs={
        "unbatched": "nn.Conv2d refuses an unbatched (C, H, W)",
        "accuracy": "sums are rounded in another order, which leaves up to 29 units in the last place",
        "float64": "MindSpore's Conv2D takes no float64",
        "bfloat16": "MindSpore's Conv2D has no bfloat16 kernel on CPU",
        "random": "the initial values have torch's distribution, from another generator",
        "error": "MindSpore takes arguments that torch refuses",
    },
)
def Conv2d(
    in_channels: int,
    out_channels: int,
    kernel_size: int | tuple[int, int],
    stride: int | tuple[int, int] = 1,
    padding: str | int | tuple[int, ...] = 0,
    dilation: int | tuple[int, int] = 1,
    groups: int = 1,
    bias: bool = True,
    padding_mode: str = "zeros",
    device: Any = None,
    dtype: ms.Type | None = None,
) -> nn.Conv2d:
    """Make the layer that convolves (N, in_channels, H, W).

    ``weight`` and ``bias`` have torch's names, shapes and initial distribution, which is uniform within
    1/sqrt(fan_in). Unless told otherwise MindSpore pads "same" and adds no bias; it counts padding as (top,
    bottom, left, right) where torch counts (top and bottom, left and right).

    Args:
        in_channels: channels of the input, a multiple of groups.
        out_channels: channels of the output, a multiple of groups.
        kernel_size: height and width of the kernel.
        stride: its steps.
        padding: rows and columns of zeros added at each side, or "valid" for none, or "same" for an output as
            large as the input, which needs stride 1.
        dilation: distance of the elements that the kernel meets.
        groups: blocks of channels that do not meet.
        bias: whether to add a learnable (out_channels,).
        padding_mode: of which the added elements are: "zeros", "reflect", "replicate" or "circular".
        device: without effect.
        dtype: of the parameters; None is float32.

    Returns:
        The layer.

    Raises:
        ValueError: padding="same" with a stride.
    """
    if padding_mode != "zeros":
        return PaddedConv2d(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            groups,
            bias,
            padding_mode,
            dtype,
        )
    if padding == "same" and stride not in (1, (1, 1)):
        raise ValueError("padding='same' is not supported for strided convolutions")
    pad_mode = "pad"
    if isinstance(padding, str):
        pad_mode = padding
        padding = 0
    elif not isinstance(padding, int):
        padding = (padding[0], padding[0], padding[1], padding[1])
    if dtype is not None:
        return nn.Conv2d(
            in_channels,
            out_channels,
            kernel_size,
            stride=stride,
            pad_mode=pad_mode,
            padding=padding,
            dilation=dilation,
            group=groups,
            has_bias=bias,
            dtype=dtype,
        )
    return nn.Conv2d(
        in_channels,
        out_channels,
        kernel_size,
        stride=stride,
        pad_mode=pad_mode,
        padding=padding,
        dilation=dilation,
        group=groups,
        has_bias=bias,
    )


@exact_of(Conv2d)
def _(
    in_channels: int,
    out_channels: int,
    kernel_size: int | tuple[int, int],
    stride: int | tuple[int, int] = 1,
    padding: str | int | tuple[int, ...] = 0,
    dilation: int | tuple[int, int] = 1,
    groups: int = 1,
    bias: bool = True,
    padding_mode: str = "zeros",
    device: Any = None,
    dtype: ms.Type | None = None,
) -> nn.Conv2d:
    if padding_mode != "zeros":
        return PaddedConv2d(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            groups,
            bias,
            padding_mode,
            dtype,
        )
    kernel, steps, gaps = two_sizes(kernel_size), two_sizes(stride), two_sizes(dilation)
    if padding == "same" and steps != (1, 1):
        raise ValueError("padding='same' is not supported for strided convolutions")
    if isinstance(padding, str):
        if padding not in ("same", "valid"):
            raise ValueError(f"Invalid padding string {padding!r}, should be one of 'same', 'valid'")
        mode, sides = padding, (0, 0)
    else:
        mode, sides = "pad", two_sizes(padding)
    return ExactConv2d(
        in_channels,
        out_channels,
        kernel,
        stride=steps,
        pad_mode=mode,
        padding=(sides[0], sides[0], sides[1], sides[1]),
        dilation=gaps,
        group=groups,
        has_bias=bool(bias),
        dtype=ms.float32 if dtype is None else dtype,
    )


class ExactConv2d(nn.Conv2d):
    """nn.Conv2d that also takes an unbatched image, float64 and bfloat16."""

    def construct(self, x: Tensor) -> Tensor:
        """Convolve x of shape (N, in_channels, H, W) or (in_channels, H, W)."""
        if x.ndim not in (3, 4):
            raise RuntimeError(f"Expected 3D (unbatched) or 4D (batched) input to conv2d, but got {x.ndim}D")
        if x.dtype != self.weight.dtype:
            raise RuntimeError(
                f"Input type ({x.dtype}) and weight type ({self.weight.dtype}) should be the same"
            )
        if x.ndim == 3:
            return self.construct(x.expand_dims(0)).squeeze(0)
        if self.pad_mode == "same" and 0 in x.shape[2:]:
            raise RuntimeError("Kernel size can't be greater than actual input size")
        if x.dtype == ms.float64:
            return self.add_bias(self.convolve_by_matmul(x))
        if x.dtype == ms.bfloat16:
            wide = self.conv2d(x.astype(ms.float32), self.weight.astype(ms.float32))
            if self.has_bias:
                wide = self.bias_add(wide, self.bias.astype(ms.float32))
            return wide.astype(ms.bfloat16)
        return super().construct(x)

    def add_bias(self, x: Tensor) -> Tensor:
        """Add the bias, if there is one, to x of shape (N, out_channels, H, W)."""
        if not self.has_bias or x.shape[0] == 0:  # the gradient of a bias added to nothing is not written
            return x
        return x + self.bias.reshape((1, -1, 1, 1))

    def convolve_by_matmul(self, x: Tensor) -> Tensor:
        """Convolve x of shape (N, in_channels, H, W) as a matrix product over what each window meets."""
        (height, width), (down, right), (row_gap, column_gap) = self.kernel_size, self.stride, self.dilation
        if self.pad_mode == "same":
            missing_rows, missing_columns = row_gap * (height - 1), column_gap * (width - 1)
            top, left = missing_rows // 2, missing_columns // 2
            sides = (left, missing_columns - left, top, missing_rows - top)
        elif self.pad_mode == "valid":
            sides = (0, 0, 0, 0)
        else:
            sides = (self.padding[2], self.padding[3], self.padding[0], self.padding[1])
        batch, channels = x.shape[:2]
        rows, columns = x.shape[2] + sides[2] + sides[3], x.shape[3] + sides[0] + sides[1]
        out_rows = (rows - row_gap * (height - 1) - 1) // down + 1
        out_columns = (columns - column_gap * (width - 1) - 1) // right + 1
        if out_rows < 1 or out_columns < 1:
            raise RuntimeError("Kernel size can't be greater than actual input size")
        if batch == 0:
            return ops.zeros((0, self.out_channels, out_rows, out_columns), x.dtype)
        x = ops.pad(x, sides)
        row_of = np.arange(height)[:, None] * row_gap + np.arange(out_rows) * down
        column_of = np.arange(width)[:, None] * column_gap + np.arange(out_columns) * right
        # A gather, not strided slices: the gradient of those fails on CPU ("memory out of bounds").
        x = ops.gather(x, Tensor(row_of.reshape(-1), ms.int64), 2)
        x = ops.gather(x, Tensor(column_of.reshape(-1), ms.int64), 3)
        x = x.reshape((batch, channels, height, out_rows, width, out_columns)).transpose((0, 1, 2, 4, 3, 5))
        met = channels // self.group * height * width
        windows = x.reshape((batch, self.group, met, out_rows * out_columns))
        weight = self.weight.reshape((self.group, self.out_channels // self.group, met))
        return ops.matmul(weight, windows).reshape((batch, self.out_channels, out_rows, out_columns))


class PaddedConv2d(nn.Conv2d):
    """nn.Conv2d whose sides are not zeros."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int],
        padding: str | int | tuple[int, ...],
        dilation: int | tuple[int, int],
        groups: int,
        bias: bool,
        padding_mode: str,
        dtype: ms.Type | None,
    ) -> None:
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride=stride,
            pad_mode="valid",
            dilation=dilation,
            group=groups,
            has_bias=bias,
            dtype=ms.float32 if dtype is None else dtype,
        )
        if padding == "same":
            gaps, kernel = two_sizes(dilation), two_sizes(kernel_size)
            missing = [gaps[i] * (kernel[i] - 1) for i in (1, 0)]
            self.sides = tuple(side for each in missing for side in (each // 2, each - each // 2))
        else:
            height, width = (0, 0) if isinstance(padding, str) else two_sizes(padding)
            self.sides = (width, width, height, height)
        self.padding_mode = padding_mode

    def construct(self, x: Tensor) -> Tensor:
        """Convolve x of shape (N, in_channels, H, W)."""
        return super().construct(ops.pad(x, self.sides, mode=self.padding_mode))


# ------------------------------------------------------------------------------
# One and three dimensions
# ------------------------------------------------------------------------------


class ConvolutionCell(nn.Cell):
    """A convolution with the weight in torch's shape, that takes one sample, too; what some classes share."""

    dims = 0

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, ...],
        stride: int | tuple[int, ...],
        padding: str | int | tuple[int, ...],
        dilation: int | tuple[int, ...],
        groups: int,
        bias: bool,
        padding_mode: str,
        dtype: ms.Type | None,
        transposed: bool = False,
        output_padding: int | tuple[int, ...] = 0,
    ) -> None:
        super().__init__()
        if groups <= 0 or in_channels % groups or out_channels % groups:
            raise ValueError("in_channels and out_channels must be divisible by groups")
        if isinstance(padding, str) and padding not in ("same", "valid"):
            raise ValueError(f"Invalid padding string {padding!r}, should be one of 'same', 'valid'")
        if padding == "same" and sizes_of(stride, self.dims) != (1,) * self.dims:
            raise ValueError("padding='same' is not supported for strided convolutions")
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = sizes_of(kernel_size, self.dims)
        self.stride = sizes_of(stride, self.dims)
        self.padding: Any = padding if isinstance(padding, str) else sizes_of(padding, self.dims)
        self.dilation = sizes_of(dilation, self.dims)
        self.groups = groups
        self.padding_mode = padding_mode
        self.output_padding = sizes_of(output_padding, self.dims)
        channels = (
            (in_channels, out_channels // groups) if transposed else (out_channels, in_channels // groups)
        )
        shape = (*channels, *self.kernel_size)
        bound = 1 / math.sqrt(math.prod(shape[1:]))
        dtype = ms.float32 if dtype is None else dtype
        self.weight = ms.Parameter(Tensor(np.random.uniform(-bound, bound, shape), dtype), name="weight")
        self.bias = None
        if bias:
            numbers = np.random.uniform(-bound, bound, out_channels)
            self.bias = ms.Parameter(Tensor(numbers, dtype), name="bias")

    def sides(self) -> tuple[int, ...]:
        """Return how many elements are added at each side, the last dimension first."""
        if self.padding == "valid":
            return (0,) * (2 * self.dims)
        if self.padding == "same":
            missing = [gap * (size - 1) for gap, size in zip(self.dilation, self.kernel_size, strict=True)]
            return tuple(side for each in reversed(missing) for side in (each // 2, each - each // 2))
        return tuple(side for each in reversed(self.padding) for side in (each, each))

    def construct(self, x: Tensor) -> Tensor:
        """Convolve x of shape (N, in_channels, ...) or (in_channels, ...)."""
        padding = self.padding
        if self.padding_mode != "zeros":
            x, padding = ops.pad(x, self.sides(), mode=self.padding_mode), 0
        return convolved(x, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)

    def extend_repr(self) -> str:
        """Return what stands between the parentheses of the layer's repr."""
        return (
            f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        )


@counterpart_class(
    "torch.nn.Conv1d",
    ignores={"device": "a MindSpore program names its device once, in the context"},
    differs={
        "float64": "MindSpore has no float64 kernel for it on CPU",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
    },
)
class Conv1d(ConvolutionCell):
    """Convolves (N, in_channels, L) or (in_channels, L).

    nn.Conv1d keeps its weight in another shape.

    Args:
        in_channels: channels of the input, a multiple of groups.
        out_channels: channels of the output, a multiple of groups.
        kernel_size: of the kernel.
        stride: its steps.
        padding: elements added at each side, or "valid" for none, or "same" for an output as large as the input.
        dilation: distance of the elements that the kernel meets.
        groups: blocks of channels that do not meet.
        bias: whether to add a learnable (out_channels,).
        padding_mode: of which the added elements are: "zeros", "reflect", "replicate" or "circular".
        device: without effect.
        dtype: of the parameters; None is float32.
    """

    dims = 1

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, ...],
        stride: int | tuple[int, ...] = 1,
        padding: str | int | tuple[int, ...] = 0,
        dilation: int | tuple[int, ...] = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: ms.Type | None = None,
    ) -> None:
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            groups,
            bias,
            padding_mode,
            dtype,
        )


@counterpart_class(
    "torch.nn.Conv3d",
    ignores={"device": "a MindSpore program names its device once, in the context"},
    differs={
        "float64": "MindSpore has no float64 kernel for it on CPU",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore takes arguments that torch refuses",
        "empty": "results or gradients of empty tensors are wrong, or not written",
        "accuracy & float16": "errs by up to 15 units in the last place",
    },
)
class Conv3d(ConvolutionCell):
    """Convolves (N, in_channels, D, H, W) or (in_channels, D, H, W).

    nn.Conv3d takes a batch only.

    Args:
        in_channels: channels of the input, a multiple of groups.
        out_channels: channels of the output, a multiple of groups.
        kernel_size: of the kernel.
        stride: its steps.
        padding: elements added at each side, or "valid" for none, or "same" for an output as large as the input.
        dilation: distance of the elements that the kernel meets.
        groups: blocks of channels that do not meet.
        bias: whether to add a learnable (out_channels,).
        padding_mode: of which the added elements are: "zeros", "reflect", "replicate" or "circular".
        device: without effect.
        dtype: of the parameters; None is float32.
    """

    dims = 3

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, ...],
        stride: int | tuple[int, ...] = 1,
        padding: str | int | tuple[int, ...] = 0,
        dilation: int | tuple[int, ...] = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: ms.Type | None = None,
    ) -> None:
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            groups,
            bias,
            padding_mode,
            dtype,
        )


@counterpart_class(
    "torch.nn.ConvTranspose1d",
    ignores={"device": "a MindSpore program names its device once, in the context"},
    differs={
        "float64": "MindSpore has no float64 kernel for it on CPU",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "empty": "results or gradients of empty tensors are wrong, or not written",
        "error": "MindSpore takes arguments that torch refuses",
    },
)
class ConvTranspose1d(ConvolutionCell):
    """Applies the transpose of a convolution to (N, in_channels, L) or (in_channels, L).

    nn.Conv1dTranspose keeps its weight in another shape.

    Args:
        in_channels: channels of the input, a multiple of groups.
        out_channels: channels of the output, a multiple of groups.
        kernel_size: of the kernel.
        stride: its steps.
        padding: what is taken away at each side.
        output_padding: what is added at the end.
        groups: blocks of channels that do not meet.
        bias: whether to add a learnable (out_channels,).
        dilation: distance of the elements of the kernel.
        padding_mode: "zeros".
        device: without effect.
        dtype: of the parameters; None is float32.
    """

    dims = 1

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, ...],
        stride: int | tuple[int, ...] = 1,
        padding: int | tuple[int, ...] = 0,
        output_padding: int | tuple[int, ...] = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: int | tuple[int, ...] = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: ms.Type | None = None,
    ) -> None:
        if padding_mode != "zeros":
            raise ValueError('Only "zeros" padding mode is supported for ConvTranspose1d')
        super().__init__(
            in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias, padding_mode, dtype,
            transposed=True, output_padding=output_padding,
        )  # fmt: skip

    def construct(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        """Apply the layer to x; output_size says how large the result is, in place of output_padding."""
        added = self.output_padding
        if output_size is not None:
            added = added_for(x, output_size, self.stride, self.padding, self.dilation, self.kernel_size)
        return transpose_convolved(
            x, self.weight, self.bias, self.stride, self.padding, added, self.groups, self.dilation
        )


@counterpart_class(
    "torch.nn.ConvTranspose2d",
    ignores={"device": "a MindSpore program names its device once, in the context"},
    differs={
        "float64": "MindSpore has no float64 kernel for it on CPU",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "empty": "results or gradients of empty tensors are wrong, or not written",
        "error": "MindSpore takes arguments that torch refuses",
    },
)
class ConvTranspose2d(ConvolutionCell):
    """Applies the transpose of a convolution to (N, in_channels, H, W) or (in_channels, H, W).

    nn.Conv2dTranspose fills what output_padding adds with zeros.

    Args:
        in_channels: channels of the input, a multiple of groups.
        out_channels: channels of the output, a multiple of groups.
        kernel_size: of the kernel.
        stride: its steps.
        padding: what is taken away at each side.
        output_padding: what is added at the end.
        groups: blocks of channels that do not meet.
        bias: whether to add a learnable (out_channels,).
        dilation: distance of the elements of the kernel.
        padding_mode: "zeros".
        device: without effect.
        dtype: of the parameters; None is float32.
    """

    dims = 2

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, ...],
        stride: int | tuple[int, ...] = 1,
        padding: int | tuple[int, ...] = 0,
        output_padding: int | tuple[int, ...] = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: int | tuple[int, ...] = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: ms.Type | None = None,
    ) -> None:
        if padding_mode != "zeros":
            raise ValueError('Only "zeros" padding mode is supported for ConvTranspose2d')
        super().__init__(
            in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias, padding_mode, dtype,
            transposed=True, output_padding=output_padding,
        )  # fmt: skip

    def construct(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        """Apply the layer to x; output_size says how large the result is, in place of output_padding."""
        added = self.output_padding
        if output_size is not None:
            added = added_for(x, output_size, self.stride, self.padding, self.dilation, self.kernel_size)
        return transpose_convolved(
            x, self.weight, self.bias, self.stride, self.padding, added, self.groups, self.dilation
        )


@counterpart_class(
    "torch.nn.ConvTranspose3d",
    ignores={"device": "a MindSpore program names its device once, in the context"},
    differs={
        "float64": "MindSpore has no float64 kernel for it on CPU",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "empty": "results or gradients of empty tensors are wrong, or not written",
        "error": "MindSpore takes arguments that torch refuses",
    },
)
class ConvTranspose3d(ConvolutionCell):
    """Applies the transpose of a convolution to (N, in_channels, D, H, W) or (in_channels, D, H, W).

    nn.Conv3dTranspose has no dilation on CPU.

    Args:
        in_channels: channels of the input, a multiple of groups.
        out_channels: channels of the output, a multiple of groups.
        kernel_size: of the kernel.
        stride: its steps.
        padding: what is taken away at each side.
        output_padding: what is added at the end.
        groups: blocks of channels that do not meet.
        bias: whether to add a learnable (out_channels,).
        dilation: distance of the elements of the kernel.
        padding_mode: "zeros".
        device: without effect.
        dtype: of the parameters; None is float32.
    """

    dims = 3

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, ...],
        stride: int | tuple[int, ...] = 1,
        padding: int | tuple[int, ...] = 0,
        output_padding: int | tuple[int, ...] = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: int | tuple[int, ...] = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: ms.Type | None = None,
    ) -> None:
        if padding_mode != "zeros":
            raise ValueError('Only "zeros" padding mode is supported for ConvTranspose3d')
        super().__init__(
            in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias, padding_mode, dtype,
            transposed=True, output_padding=output_padding,
        )  # fmt: skip

    def construct(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        """Apply the layer to x; output_size says how large the result is, in place of output_padding."""
        added = self.output_padding
        if output_size is not None:
            added = added_for(x, output_size, self.stride, self.padding, self.dilation, self.kernel_size)
        return transpose_convolved(
            x, self.weight, self.bias, self.stride, self.padding, added, self.groups, self.dilation
        )


def added_for(
    x: Tensor,
    output_size: list[int],
    stride: tuple[int, ...],
    padding: tuple[int, ...],
    dilation: tuple[int, ...],
    kernel: tuple[int, ...],
) -> tuple[int, ...]:
    """Return the output_padding that makes the result of a transposed convolution so large."""
    dims = len(kernel)
    wanted, given = tuple(output_size)[-dims:], x.shape[-dims:]
    least = [
        (size - 1) * step - 2 * cut + gap * (length - 1) + 1
        for size, step, cut, gap, length in zip(given, stride, padding, dilation, kernel, strict=True)
    ]
    added = tuple(want - low for want, low in zip(wanted, least, strict=True))
    if any(not 0 <= more < step for more, step in zip(added, stride, strict=True)):
        raise ValueError(f"requested an output size of {list(wanted)}, but valid sizes start from {least}")
    return added
