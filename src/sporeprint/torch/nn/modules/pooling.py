"""torch.nn.modules.pooling, written in MindSpore."""

from __future__ import annotations

from mindspore import Tensor, nn

from sporeprint.counterpart import counterpart, exact_of
from sporeprint.torch._differs import MAX_POOL2D
from sporeprint.torch._layers import exact_max_pool2d


@counterpart("torch.nn.MaxPool2d", differs=MAX_POOL2D)
def MaxPool2d(
    kernel_size: int | tuple[int, ...],
    stride: int | tuple[int, ...] | None = None,
    padding: int | tuple[int, ...] = 0,
    dilation: int | tuple[int, ...] = 1,
    return_indices: bool = False,
    ceil_mode: bool = False,
) -> nn.Cell:
    """Make the layer that takes the largest element of each window of (N, C, H, W) or (C, H, W).

    Without options it is nn.MaxPool2d with pad_mode="valid", which is right or raises. With "pad", which the
    others need, that layer gives 0 for negative integers: so they get a class of their own.

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
    if stride is None:
        stride = kernel_size
    if dilation in (1, (1, 1)) and not ceil_mode and not return_indices:
        if padding in (0, (0, 0)):
            return nn.MaxPool2d(kernel_size, stride=stride)
        return ExactMaxPool2d(kernel_size, stride=stride, padding=padding)
    return ExactMaxPool2d(
        kernel_size,
        stride=stride,
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
        kernel_size: int | tuple[int, ...],
        stride: int | tuple[int, ...] | None,
        padding: int | tuple[int, ...] = 0,
        dilation: int | tuple[int, ...] = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
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
