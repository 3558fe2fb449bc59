"""torch.nn.modules.pooling, written in MindSpore."""

from __future__ import annotations

from mindspore import Tensor, nn

from sporeprint.counterpart import counterpart, counterpart_class, exact_of
from sporeprint.torch._differs import EMPTY_BATCH, MAX_POOL2D
from sporeprint.torch._layers import exact_max_pool2d
from sporeprint.torch.nn._pooling import (
    averages,
    averages_adaptively,
    largest_adaptively,
    largest_in_line,
    largest_in_space,
)


@counterpart("torch.nn.MaxPool2d", differs={**MAX_POOL2D, **EMPTY_BATCH})
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


@counterpart_class(
    "torch.nn.MaxPool1d",
    differs={
        "error": "MindSpore also takes integers or booleans",
    },
)
class MaxPool1d(nn.Cell):
    """Takes the largest element of each window of (N, C, L) or (C, L).

    Args:
        kernel_size: of a window.
        stride: distance of the windows; None is kernel_size.
        padding: elements of -inf added at each side.
        dilation: distance of the elements of a window.
        return_indices: also return the int64 position of each result.
        ceil_mode: whether a window may stick out at the end.
    """

    def __init__(
        self,
        kernel_size: int | tuple[int, ...],
        stride: int | tuple[int, ...] | None = None,
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
        """Pool x."""
        return largest_in_line(
            x,
            self.kernel_size,
            self.stride,
            self.padding,
            self.dilation,
            self.ceil_mode,
            self.return_indices,
        )


@counterpart_class(
    "torch.nn.MaxPool3d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "int64": "refused: MindSpore's kernel gives 0 for negative integers",
        "int8": "refused: MindSpore's kernel gives 0 for negative integers",
        "int16": "refused: MindSpore's kernel gives 0 for negative integers",
        "int32": "refused: MindSpore's kernel gives 0 for negative integers",
        "uint8": "MindSpore refuses uint8",
    },
)
class MaxPool3d(nn.Cell):
    """Takes the largest element of each window of (N, C, D, H, W) or (C, D, H, W).

    Args:
        kernel_size: of a window.
        stride: distance of the windows; None is kernel_size.
        padding: elements of -inf added at each side.
        dilation: distance of the elements of a window.
        return_indices: also return the int64 position of each result.
        ceil_mode: whether a window may stick out at the end.
    """

    def __init__(
        self,
        kernel_size: int | tuple[int, ...],
        stride: int | tuple[int, ...] | None = None,
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
        """Pool x."""
        return largest_in_space(
            x,
            self.kernel_size,
            self.stride,
            self.padding,
            self.dilation,
            self.ceil_mode,
            self.return_indices,
        )


@counterpart(
    "torch.nn.AvgPool2d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "int64": "MindSpore refuses int64",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "empty": "MindSpore refuses empty tensors",
        "error": "MindSpore takes arguments that torch refuses",
        "accuracy & float64": "MindSpore computes it with float32 accuracy",
        "float64 & gradient": "the gradient raises",
    },
)
def AvgPool2d(
    kernel_size: int | tuple[int, ...],
    stride: int | tuple[int, ...] | None = None,
    padding: int | tuple[int, ...] = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> nn.Cell:
    """Make the layer that takes the mean of each window of (N, C, H, W) or (C, H, W).

    Args:
        kernel_size: height and width of a window.
        stride: distance of the windows; None is kernel_size.
        padding: zeros added at each side.
        ceil_mode: whether a window may stick out at the end.
        count_include_pad: whether these zeros count.
        divisor_override: what sums are divided by, in place of the number of elements.

    Returns:
        The layer.
    """
    if stride is None:
        stride = kernel_size
    if isinstance(kernel_size, list) or isinstance(stride, list):
        return AveragePool2d(kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)
    if padding in (0, (0, 0)) and not ceil_mode and divisor_override is None:
        return nn.AvgPool2d(kernel_size, stride=stride)
    return AveragePool2d(kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


class AveragePool2d(nn.Cell):
    """torch's avg_pool2d as a layer."""

    def __init__(
        self,
        kernel_size: int | tuple[int, ...],
        stride: int | tuple[int, ...],
        padding: int | tuple[int, ...],
        ceil_mode: bool,
        count_include_pad: bool,
        divisor_override: int | None,
    ) -> None:
        super().__init__()
        self.options = (kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)

    def construct(self, x: Tensor) -> Tensor:
        """Pool x of shape (N, C, H, W) or (C, H, W)."""
        return averages(x, 2, *self.options)


@counterpart_class(
    "torch.nn.AvgPool1d",
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
class AvgPool1d(nn.Cell):
    """Takes the mean of each window of (N, C, L) or (C, L).

    Args:
        kernel_size: length of a window.
        stride: distance of the windows; None is kernel_size.
        padding: zeros added at each side.
        ceil_mode: whether a window may stick out at the end.
        count_include_pad: whether these zeros count.
    """

    def __init__(
        self,
        kernel_size: int | tuple[int, ...],
        stride: int | tuple[int, ...] | None = None,
        padding: int | tuple[int, ...] = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__()
        self.options = (kernel_size, stride, padding, ceil_mode, count_include_pad, None)

    def construct(self, x: Tensor) -> Tensor:
        """Pool x."""
        return averages(x, 1, *self.options)


@counterpart_class(
    "torch.nn.AvgPool3d",
    differs={
        "error": "MindSpore takes arguments that torch refuses",
        "int64": "MindSpore refuses int64",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "empty": "MindSpore refuses empty tensors",
        "accuracy & float64": "MindSpore computes it with float32 accuracy",
        "float64 & gradient": "the gradient raises",
        "gradient & inf": "the gradient raises",
        "gradient & nan": "the gradient raises",
    },
)
class AvgPool3d(nn.Cell):
    """Takes the mean of each window of (N, C, D, H, W) or (C, D, H, W).

    Args:
        kernel_size: depth, height and width of a window.
        stride: distance of the windows; None is kernel_size.
        padding: zeros added at each side.
        ceil_mode: whether a window may stick out at the end.
        count_include_pad: whether these zeros count.
        divisor_override: what sums are divided by, in place of the number of elements.
    """

    def __init__(
        self,
        kernel_size: int | tuple[int, ...],
        stride: int | tuple[int, ...] | None = None,
        padding: int | tuple[int, ...] = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        super().__init__()
        self.options = (kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)

    def construct(self, x: Tensor) -> Tensor:
        """Pool x."""
        return averages(x, 3, *self.options)


@counterpart_class(
    "torch.nn.AdaptiveAvgPool1d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "empty": "MindSpore refuses empty tensors",
    },
)
class AdaptiveAvgPool1d(nn.Cell):
    """Takes the means of so many windows of (N, C, L) or (C, L); nn's wants a length that they divide.

    Args:
        output_size: how many.
    """

    def __init__(self, output_size: int | tuple[int, ...]) -> None:
        super().__init__()
        self.output_size = output_size

    def construct(self, x: Tensor) -> Tensor:
        """Pool x."""
        size = self.output_size
        return averages_adaptively(x, (size,) if isinstance(size, int) else tuple(size))


@counterpart(
    "torch.nn.AdaptiveAvgPool2d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "empty": "MindSpore refuses empty tensors",
    },
)
def AdaptiveAvgPool2d(output_size: int | tuple[int | None, ...] | list[int | None]) -> nn.AdaptiveAvgPool2d:
    """Make the layer that takes the means of windows of (N, C, H, W) or (C, H, W).

    Args:
        output_size: rows and columns of them; None keeps those of the input.
    """
    if isinstance(output_size, list):
        output_size = tuple(output_size)
    return nn.AdaptiveAvgPool2d(output_size)


@counterpart(
    "torch.nn.AdaptiveAvgPool3d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore also takes integers or booleans",
        "empty": "MindSpore refuses empty tensors",
    },
)
def AdaptiveAvgPool3d(output_size: int | tuple[int | None, ...] | list[int | None]) -> nn.AdaptiveAvgPool3d:
    """Make the layer that takes the means of windows of (N, C, D, H, W) or (C, D, H, W).

    Args:
        output_size: how many there are along each dimension; None keeps that of the input.
    """
    if isinstance(output_size, list):
        output_size = tuple(output_size)
    return nn.AdaptiveAvgPool3d(output_size)


@counterpart_class(
    "torch.nn.AdaptiveMaxPool1d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "error": "MindSpore takes arguments that torch refuses",
    },
)
class AdaptiveMaxPool1d(nn.Cell):
    """Takes the largest elements of so many windows of (N, C, L) or (C, L).

    Args:
        output_size: how many.
        return_indices: also return the int64 position of each result.
    """

    def __init__(self, output_size: int | tuple[int, ...], return_indices: bool = False) -> None:
        super().__init__()
        self.output_size = output_size
        self.return_indices = return_indices

    def construct(self, x: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """Pool x."""
        return largest_adaptively(x, self.output_size, self.return_indices)


@counterpart(
    "torch.nn.AdaptiveMaxPool2d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "error": "MindSpore takes arguments that torch refuses",
    },
)
def AdaptiveMaxPool2d(
    output_size: int | tuple[int | None, ...], return_indices: bool = False
) -> nn.AdaptiveMaxPool2d:
    """Make the layer that takes the largest elements of windows of (N, C, H, W) or (C, H, W).

    Args:
        output_size: rows and columns of them; None keeps those of the input.
        return_indices: also return the int64 position of each result in its H*W plane.
    """
    return nn.AdaptiveMaxPool2d(output_size, return_indices=return_indices)
