"""torch.nn.modules.conv, written in MindSpore."""

from __future__ import annotations

from typing import Any

import mindspore as ms
import numpy as np
from mindspore import Tensor, nn, ops

from sporeprint.counterpart import counterpart, exact_of
from sporeprint.torch._layers import two_sizes


@counterpart(
    "torch.nn.Conv2d",
    ignores={"device": "a MindSpore program names its device once, in the context"},
    differs={
        "unbatched": "nn.Conv2d refuses an unbatched (C, H, W)",
        "float64": "MindSpore's Conv2D takes no float64",
        "bfloat16": "MindSpore's Conv2D has no bfloat16 kernel on CPU",
        "random": "the initial values have torch's distribution, from another generator",
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
        padding_mode: "zeros".
        device: without effect.
        dtype: of the parameters; None is float32.

    Returns:
        The layer.

    Raises:
        ValueError: padding="same" with a stride, or another padding_mode.
    """
    if padding_mode != "zeros":
        raise ValueError(
            "nn.Conv2d pads with zeros only: put an nn.ReflectionPad2d or nn.ReplicationPad2d before it"
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
        raise ValueError(
            "nn.Conv2d pads with zeros only: put an nn.ReflectionPad2d or nn.ReplicationPad2d before it"
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
