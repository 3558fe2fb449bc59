"""torch.nn.modules.upsampling, written in MindSpore."""

from __future__ import annotations

from mindspore import Tensor, nn

from sporeprint.counterpart import counterpart_class
from sporeprint.torch.nn._resampling import resized


@counterpart_class("torch.nn.Upsample")
class Upsample(nn.Cell):
    """Resizes images; nn.Upsample takes no scale_factor in most modes.

    Args:
        size: what the dimensions after (N, C) become.
        scale_factor: or by what they are multiplied.
        mode: "nearest", "linear", "bilinear", "trilinear", "bicubic".
        align_corners: whether the centres of the corners stay where they are.
        recompute_scale_factor: whether the steps follow from the rounded size.
    """

    def __init__(
        self,
        size: int | tuple[int, ...] | None = None,
        scale_factor: float | tuple[float, ...] | None = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
    ) -> None:
        super().__init__()
        self.size = size
        self.scale_factor = scale_factor
        self.mode = mode
        self.align_corners = align_corners
        self.recompute_scale_factor = recompute_scale_factor

    def construct(self, x: Tensor) -> Tensor:
        """Resize x of shape (N, C, …)."""
        return resized(
            x, self.size, self.scale_factor, self.mode, self.align_corners, self.recompute_scale_factor, False
        )


@counterpart_class("torch.nn.UpsamplingNearest2d")
class UpsamplingNearest2d(nn.Cell):
    """Resizes (N, C, H, W) to the nearest pixels.

    Args:
        size: what height and width become.
        scale_factor: or by what they are multiplied.
    """

    def __init__(
        self,
        size: int | tuple[int, int] | None = None,
        scale_factor: float | tuple[float, float] | None = None,
    ) -> None:
        super().__init__()
        self.size = size
        self.scale_factor = scale_factor

    def construct(self, x: Tensor) -> Tensor:
        """Resize x of shape (N, C, H, W)."""
        return resized(x, self.size, self.scale_factor, "nearest", None, None, False)


@counterpart_class("torch.nn.UpsamplingBilinear2d")
class UpsamplingBilinear2d(nn.Cell):
    """Resizes (N, C, H, W) by bilinear interpolation with aligned corners.

    Args:
        size: what height and width become.
        scale_factor: or by what they are multiplied.
    """

    def __init__(
        self,
        size: int | tuple[int, int] | None = None,
        scale_factor: float | tuple[float, float] | None = None,
    ) -> None:
        super().__init__()
        self.size = size
        self.scale_factor = scale_factor

    def construct(self, x: Tensor) -> Tensor:
        """Resize x of shape (N, C, H, W)."""
        return resized(x, self.size, self.scale_factor, "bilinear", True, None, False)
