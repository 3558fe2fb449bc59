"""torch.nn.modules.padding, written in MindSpore."""

from __future__ import annotations

from mindspore import Tensor, nn, ops

from sporeprint.counterpart import counterpart, counterpart_class


class PadCell(nn.Cell):
    """Pads the last dimensions; what torch's classes share."""

    def __init__(self, padding: int | tuple[int, ...], dims: int, mode: str, value: float | None) -> None:
        super().__init__()
        self.padding = (padding,) * (2 * dims) if isinstance(padding, int) else tuple(padding)
        self.mode = mode
        self.value = value

    def construct(self, x: Tensor) -> Tensor:
        """Pad x of a batch, or of one sample."""
        return ops.pad(x, self.padding, mode=self.mode, value=self.value)


@counterpart(
    "torch.nn.ZeroPad2d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "empty": "MindSpore refuses empty tensors",
    },
)
def ZeroPad2d(padding: int | tuple[int, ...] | list[int]) -> nn.ZeroPad2d:
    """Make the layer that adds zeros at the left, right, top and bottom of (N, C, H, W) or (C, H, W).

    Args:
        padding: how many, or four numbers.
    """
    if isinstance(padding, list):
        padding = tuple(padding)
    return nn.ZeroPad2d(padding)


@counterpart(
    "torch.nn.ConstantPad1d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "empty": "MindSpore refuses empty tensors",
    },
)
def ConstantPad1d(padding: int | tuple[int, ...] | list[int], value: float) -> nn.ConstantPad1d:
    """Make the layer that adds elements at the left and right.

    Args:
        padding: how many, or two numbers.
        value: of the elements.
    """
    if isinstance(padding, list):
        padding = tuple(padding)
    return nn.ConstantPad1d(padding, value)


@counterpart(
    "torch.nn.ConstantPad2d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "empty": "MindSpore refuses empty tensors",
    },
)
def ConstantPad2d(padding: int | tuple[int, ...] | list[int], value: float) -> nn.ConstantPad2d:
    """Make the layer that adds elements at the left, right, top and bottom.

    Args:
        padding: how many, or four numbers.
        value: of the elements.
    """
    if isinstance(padding, list):
        padding = tuple(padding)
    return nn.ConstantPad2d(padding, value)


@counterpart(
    "torch.nn.ConstantPad3d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "empty": "MindSpore refuses empty tensors",
    },
)
def ConstantPad3d(padding: int | tuple[int, ...] | list[int], value: float) -> nn.ConstantPad3d:
    """Make the layer that adds elements at the left, right, top, bottom, front and back.

    Args:
        padding: how many, or six numbers.
        value: of the elements.
    """
    if isinstance(padding, list):
        padding = tuple(padding)
    return nn.ConstantPad3d(padding, value)


@counterpart(
    "torch.nn.ReflectionPad1d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore also takes integers or booleans",
    },
)
def ReflectionPad1d(padding: int | tuple[int, ...] | list[int]) -> nn.ReflectionPad1d:
    """Make the layer that mirrors (N, C, L) or (C, L) at its ends.

    Args:
        padding: how many elements are added, or two numbers.
    """
    if isinstance(padding, list):
        padding = tuple(padding)
    return nn.ReflectionPad1d(padding)


@counterpart(
    "torch.nn.ReflectionPad2d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore also takes integers or booleans",
    },
)
def ReflectionPad2d(padding: int | tuple[int, ...] | list[int]) -> nn.ReflectionPad2d:
    """Make the layer that mirrors (N, C, H, W) or (C, H, W) at its sides.

    Args:
        padding: how many elements are added, or four numbers.
    """
    if isinstance(padding, list):
        padding = tuple(padding)
    return nn.ReflectionPad2d(padding)


@counterpart(
    "torch.nn.ReplicationPad1d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore takes arguments that torch refuses",
    },
)
def ReplicationPad1d(padding: int | tuple[int, ...] | list[int]) -> nn.ReplicationPad1d:
    """Make the layer that repeats the ends of (N, C, L) or (C, L).

    Args:
        padding: how many elements are added, or two numbers.
    """
    if isinstance(padding, list):
        padding = tuple(padding)
    return nn.ReplicationPad1d(padding)


@counterpart(
    "torch.nn.ReplicationPad2d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore takes arguments that torch refuses",
    },
)
def ReplicationPad2d(padding: int | tuple[int, ...] | list[int]) -> nn.ReplicationPad2d:
    """Make the layer that repeats the sides of (N, C, H, W) or (C, H, W).

    Args:
        padding: how many elements are added, or four numbers.
    """
    if isinstance(padding, list):
        padding = tuple(padding)
    return nn.ReplicationPad2d(padding)


@counterpart(
    "torch.nn.ReplicationPad3d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore takes arguments that torch refuses",
    },
)
def ReplicationPad3d(padding: int | tuple[int, ...] | list[int]) -> nn.ReplicationPad3d:
    """Make the layer that repeats the sides of (N, C, D, H, W) or (C, D, H, W).

    Args:
        padding: how many elements are added, or six numbers.
    """
    if isinstance(padding, list):
        padding = tuple(padding)
    return nn.ReplicationPad3d(padding)


@counterpart_class(
    "torch.nn.ZeroPad1d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "empty": "MindSpore refuses empty tensors",
    },
)
class ZeroPad1d(PadCell):
    """Adds zeros at the left and right.

    Args:
        padding: how many, or two numbers.
    """

    def __init__(self, padding: int | tuple[int, ...]) -> None:
        super().__init__(padding, 1, "constant", 0.0)


@counterpart_class(
    "torch.nn.ZeroPad3d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "empty": "MindSpore refuses empty tensors",
    },
)
class ZeroPad3d(PadCell):
    """Adds zeros at the left, right, top, bottom, front and back.

    Args:
        padding: how many, or six numbers.
    """

    def __init__(self, padding: int | tuple[int, ...]) -> None:
        super().__init__(padding, 3, "constant", 0.0)


@counterpart_class(
    "torch.nn.CircularPad1d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "bool": "MindSpore refuses booleans",
        "empty": "MindSpore refuses empty tensors",
        "error": "MindSpore takes arguments that torch refuses",
    },
)
class CircularPad1d(PadCell):
    """Goes on at the left with the right end, and the other way round.

    Args:
        padding: how many elements are added, or two numbers.
    """

    def __init__(self, padding: int | tuple[int, ...]) -> None:
        super().__init__(padding, 1, "circular", None)


@counterpart_class(
    "torch.nn.CircularPad2d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "bool": "MindSpore refuses booleans",
        "empty": "MindSpore refuses empty tensors",
        "error": "MindSpore takes arguments that torch refuses",
    },
)
class CircularPad2d(PadCell):
    """Goes on at each side with the opposite one.

    Args:
        padding: how many elements are added, or four numbers.
    """

    def __init__(self, padding: int | tuple[int, ...]) -> None:
        super().__init__(padding, 2, "circular", None)
