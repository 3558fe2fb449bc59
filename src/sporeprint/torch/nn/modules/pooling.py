"""torch.nn.modules.pooling, written in MindSpore."""

from __future__ import annotations

from typing import Any

from mindspore import Tensor, nn

from sporeprint.counterpart import counterpart, exact_of
from sporeprint.torch._layers import exact_max_pool2d


@counterpart(
    "torch.nn.MaxPool2d",
    differs={
        "int8": "a window of negative integers gives 0",
        "int16": "a window of negative integers gives 0",
        "int32": "a window of negative integers gives 0",
        "int64": "a window of negative integers gives 0",
        "empty": "torch refuses a tensor that is empty but for its batch",
        "bfloat16": "MindSpore's MaxPool3DWithArgmax has no bfloat16 kernel on CPU",
        "error": "nn.MaxPool2d takes integers and tuples, no lists",
    },
)
def MaxPool2d(
    kernel_size: int | tuple[int, ...],
    stride: int | tuple[int, ...] | None = None,
    padding: int | tuple[int, ...] = 0,
    dilation: int | tuple[int, ...] = 1,
    return_indices: bool = False,
    ceil_mode: bool = False,
) -> nn.Cell:
    """Make the layer that takes the largest element of each window of (N, C, H, W) or (C, H, W).

    ``pad_mode="pad"`` selects the kernel that does what torch's does; the one for "valid" differs for -inf
    and nan and refuses an empty batch.

    Args:
        kernel_size: height and width of the window.
        stride: its steps; None is kernel_size.
        padding: rows and columns of -inf added at each side.
        dilation: distance of the elements of a window.
        return_indices: also return the int64 position of each result in its H*W plane.
        ceil_mode: whether a window may stick out at the end.

    Returns:
        The layer.
    """
    return nn.MaxPool2d(
        kernel_size,
        stride=kernel_size if stride is None else stride,
        pad_mode="pad",
        padding=padding,
        dilation=dilation,
        return_indices=return_indices,
        ceil_mode=ceil_mode,
    )


@exact_of(MaxPool2d)
def _(
    kernel_size: int | tuple[int, ...],
    stride: int | tuple[int, ...] | None = None,
    padding: int | tuple[int, ...] = 0,
    dilation: int | tuple[int, ...] = 1,
    return_indices: bool = False,
    ceil_mode: bool = False,
) -> nn.Cell:
    return ExactMaxPool2d(kernel_size, stride, padding, dilation, return_indices, ceil_mode)


class ExactMaxPool2d(nn.Cell):
    """torch's max_pool2d as a layer."""

    def __init__(
        self,
        kernel_size: Any,
        stride: Any,
        padding: Any,
        dilation: Any,
        return_indices: bool,
        ceil_mode: bool,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.dilation = dilation
        self.return_indices = return_indices
        self.ceil_mode = ceil_mode

    def construct(self, x: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """Pool x of shape (N, C, H, W) or (C, H, W)."""
        values, indices = exact_max_pool2d(
            x, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode
        )
        return (values, indices) if self.return_indices else values

    def extend_repr(self) -> str:
        """Return what stands between the parentheses of the layer's repr."""
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}, ceil_mode={self.ceil_mode}"
        )
