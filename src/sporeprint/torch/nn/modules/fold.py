"""torch.nn.modules.fold, written in MindSpore."""

from __future__ import annotations

from mindspore import Tensor, nn

from sporeprint.counterpart import counterpart_class
from sporeprint.torch.nn._rearranging import folded, unfolded


@counterpart_class(
    "torch.nn.Unfold",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "empty": "MindSpore refuses empty tensors",
        "bool": "MindSpore refuses booleans",
        "complex64": "MindSpore has no complex64 kernel for it on CPU",
        "error": "MindSpore takes arguments that torch refuses",
    },
)
class Unfold(nn.Cell):
    """Lays the windows of an image side by side.

    Args:
        kernel_size: height and width of a window.
        dilation: distance of its elements.
        padding: zeros added at each side.
        stride: distance of the windows.
    """

    def __init__(
        self,
        kernel_size: int | tuple[int, ...],
        dilation: int | tuple[int, ...] = 1,
        padding: int | tuple[int, ...] = 0,
        stride: int | tuple[int, ...] = 1,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.dilation = dilation
        self.padding = padding
        self.stride = stride

    def construct(self, x: Tensor) -> Tensor:
        """Make (N, C * height * width, windows) of x, (N, C, H, W) or without N."""
        return unfolded(x, self.kernel_size, self.dilation, self.padding, self.stride)


@counterpart_class("torch.nn.Fold")
class Fold(nn.Cell):
    """Adds up windows where they lie in an image.

    Args:
        output_size: height and width of the image.
        kernel_size: height and width of a window.
        dilation: distance of its elements.
        padding: what is taken away at each side.
        stride: distance of the windows.
    """

    def __init__(
        self,
        output_size: int | tuple[int, ...],
        kernel_size: int | tuple[int, ...],
        dilation: int | tuple[int, ...] = 1,
        padding: int | tuple[int, ...] = 0,
        stride: int | tuple[int, ...] = 1,
    ) -> None:
        super().__init__()
        self.output_size = output_size
        self.kernel_size = kernel_size
        self.dilation = dilation
        self.padding = padding
        self.stride = stride

    def construct(self, x: Tensor) -> Tensor:
        """Make (N, C, *output_size) of x, (N, C * height * width, windows) or without N."""
        return folded(x, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride)
