"""torch.nn.modules.pixelshuffle, written in MindSpore."""

from __future__ import annotations

from mindspore import nn

from sporeprint.counterpart import counterpart


@counterpart(
    "torch.nn.PixelShuffle",
    differs={
        "view": "MindSpore gives a view where torch copies",
    },
)
def PixelShuffle(upscale_factor: int) -> nn.PixelShuffle:
    """Make the layer that makes pixels of channels: (..., C * r * r, H, W) becomes (..., C, H * r, W * r).

    Args:
        upscale_factor: r.
    """
    return nn.PixelShuffle(upscale_factor)


@counterpart(
    "torch.nn.PixelUnshuffle",
    differs={
        "view": "MindSpore gives a view where torch copies",
    },
)
def PixelUnshuffle(downscale_factor: int) -> nn.PixelUnshuffle:
    """Make the layer that makes channels of pixels: (..., C, H * r, W * r) becomes (..., C * r * r, H, W).

    Args:
        downscale_factor: r.
    """
    return nn.PixelUnshuffle(downscale_factor)
