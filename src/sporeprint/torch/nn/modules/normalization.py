"""torch.nn.modules.normalization, written in MindSpore."""

from __future__ import annotations

from typing import Any

import mindspore as ms
from mindspore import Tensor, nn, ops

from sporeprint.counterpart import counterpart, counterpart_class
from sporeprint.torch.nn._normalization import rms_normalized


@counterpart(
    "torch.nn.LayerNorm",
    ignores={"device": "a MindSpore program names its device once, in the context"},
)
def LayerNorm(
    normalized_shape: int | tuple[int, ...] | list[int],
    eps: float = 1e-5,
    elementwise_affine: bool = True,
    bias: bool = True,
    device: Any = None,
    dtype: ms.Type | None = None,
) -> nn.LayerNorm:
    """Make the layer that normalises over the last dimensions.

    nn.LayerNorm normalises over the last one unless told otherwise, and adds 1e-7 to the variance.

    Args:
        normalized_shape: the last dimensions, or the last one.
        eps: what is added to the variance.
        elementwise_affine: whether to scale and shift by learnable tensors of that shape.
        bias: whether to shift.
        device: without effect.
        dtype: of the parameters; None is float32.

    Returns:
        The layer.
    """
    if isinstance(normalized_shape, int):
        normalized_shape = (normalized_shape,)
    if dtype is not None or not elementwise_affine or not bias:
        return LayerNormOfChoice(
            normalized_shape, eps=eps, elementwise_affine=elementwise_affine, bias=bias, dtype=dtype
        )
    if len(normalized_shape) == 1:
        return nn.LayerNorm(normalized_shape, epsilon=eps)
    return nn.LayerNorm(
        normalized_shape,
        begin_norm_axis=-len(normalized_shape),
        begin_params_axis=-len(normalized_shape),
        epsilon=eps,
    )


class LayerNormOfChoice(nn.LayerNorm):
    """nn.LayerNorm that need not learn both a factor and a shift."""

    def __init__(
        self,
        normalized_shape: tuple[int, ...] | list[int],
        eps: float,
        elementwise_affine: bool,
        bias: bool,
        dtype: ms.Type | None,
    ) -> None:
        axis = -len(normalized_shape)
        super().__init__(
            normalized_shape,
            begin_norm_axis=axis,
            begin_params_axis=axis,
            epsilon=eps,
            dtype=ms.float32 if dtype is None else dtype,
        )
        self.gamma.requires_grad = elementwise_affine
        self.beta.requires_grad = elementwise_affine and bias


@counterpart(
    "torch.nn.GroupNorm",
    ignores={"device": "a MindSpore program names its device once, in the context"},
    refuses={"bias": "set the layer's beta.requires_grad to False"},
)
def GroupNorm(
    num_groups: int,
    num_channels: int,
    eps: float = 1e-5,
    affine: bool = True,
    device: Any = None,
    dtype: ms.Type | None = None,
    *,
    bias: bool = True,
) -> nn.GroupNorm:
    """Make the layer that normalises over groups of channels of (N, C, ...).

    Args:
        num_groups: of which each has C / num_groups channels.
        num_channels: C.
        eps: what is added to the variance.
        affine: whether to scale and shift by learnable (C,).
        device: without effect.
        dtype: of the parameters; None is float32.
        bias: refused.

    Returns:
        The layer.
    """
    if dtype is not None:
        return nn.GroupNorm(num_groups, num_channels, eps=eps, affine=affine, dtype=dtype)
    return nn.GroupNorm(num_groups, num_channels, eps=eps, affine=affine)


@counterpart_class(
    "torch.nn.RMSNorm",
    ignores={"device": "a MindSpore program names its device once, in the context"},
)
class RMSNorm(nn.Cell):
    """Divides by the root of the mean square over the last dimensions.

    Args:
        normalized_shape: the last dimensions, or the last one.
        eps: what is added to the mean square; None is the dtype's.
        elementwise_affine: whether to scale by a learnable tensor of that shape.
        device: without effect.
        dtype: of the parameter; None is float32.
    """

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...] | list[int],
        eps: float | None = None,
        elementwise_affine: bool = True,
        device: Any = None,
        dtype: ms.Type | None = None,
    ) -> None:
        super().__init__()
        shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        self.normalized_shape = shape
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        self.weight = None
        if elementwise_affine:
            self.weight = ms.Parameter(ops.ones(shape, ms.float32 if dtype is None else dtype), name="weight")

    def construct(self, x: Tensor) -> Tensor:
        """Normalise x of shape (..., *normalized_shape)."""
        return rms_normalized(x, len(self.normalized_shape), self.weight, self.eps)
