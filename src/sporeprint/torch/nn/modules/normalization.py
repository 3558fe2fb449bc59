"""torch.nn.modules.normalization, written in MindSpore."""

from __future__ import annotations

from typing import Any

import mindspore as ms
from mindspore import Tensor, nn, ops

from sporeprint.counterpart import counterpart, counterpart_class
from sporeprint.torch._differs import FLUSHED, NO_BFLOAT16
from sporeprint.torch.nn._normalization import divided_by_neighbours, layer_normalized, rms_normalized


@counterpart(
    "torch.nn.LayerNorm",
    ignores={"device": "a MindSpore program names its device once, in the context"},
    differs={
        "names": "gamma and beta are torch's weight and bias, and are there without affine, too",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "empty": "MindSpore refuses empty tensors",
        "accuracy & float64": "MindSpore computes it with float32 accuracy",
        "accuracy & float16": "errs by up to 4.1e+02 units in the last place",
        "float16 & gradient": "MindSpore gives -0.0331 where torch gives -0.0363",
    },
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
    if len(normalized_shape) == 1 and elementwise_affine and bias and dtype is None:
        return nn.LayerNorm(normalized_shape, epsilon=eps)
    return LayerNormOfChoice(normalized_shape, eps, elementwise_affine, bias, dtype)


class LayerNormOfChoice(nn.LayerNorm):
    """nn.LayerNorm over several dimensions, that need not learn both a factor and a shift."""

    def __init__(
        self,
        normalized_shape: tuple[int, ...] | list[int],
        eps: float,
        elementwise_affine: bool,
        bias: bool,
        dtype: ms.Type | None,
    ) -> None:
        super().__init__(normalized_shape, epsilon=eps, dtype=ms.float32 if dtype is None else dtype)
        self.affine, self.shifts = elementwise_affine, bias
        self.gamma.requires_grad = elementwise_affine
        self.beta.requires_grad = elementwise_affine and bias

    def construct(self, x: Tensor) -> Tensor:
        """Normalise x of shape (..., *normalized_shape)."""
        return layer_normalized(x, tuple(self.normalized_shape), self.gamma, self.beta, self.epsilon)


@counterpart(
    "torch.nn.GroupNorm",
    ignores={"device": "a MindSpore program names its device once, in the context"},
    differs={
        "names": "gamma and beta are torch's weight and bias, and are there without affine, too",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "empty": "MindSpore refuses empty tensors",
        "accuracy & float64": "MindSpore computes it with float32 accuracy",
        "float16 & gradient": "MindSpore gives -6.93 where torch gives -6.93",
    },
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
        bias: whether to shift.

    Returns:
        The layer.
    """
    if not bias:
        return GroupNormWithoutShift(num_groups, num_channels, eps, affine, dtype)
    if dtype is not None:
        return nn.GroupNorm(num_groups, num_channels, eps=eps, affine=affine, dtype=dtype)
    return nn.GroupNorm(num_groups, num_channels, eps=eps, affine=affine)


class GroupNormWithoutShift(nn.GroupNorm):
    """nn.GroupNorm that learns factors only."""

    def __init__(
        self, num_groups: int, num_channels: int, eps: float, affine: bool, dtype: ms.Type | None
    ) -> None:
        super().__init__(
            num_groups, num_channels, eps=eps, affine=affine, dtype=ms.float32 if dtype is None else dtype
        )
        self.shifts = False
        self.beta.requires_grad = False


@counterpart_class(
    "torch.nn.RMSNorm",
    ignores={"device": "a MindSpore program names its device once, in the context"},
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore takes arguments that torch refuses",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "warning": "torch warns where the dtypes of input and weight differ",
        "float16": "MindSpore gives float32 where torch gives float16",
        "accuracy & float64": "MindSpore computes it with float32 accuracy",
        "empty & gradient": "MindSpore raises",
    },
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


@counterpart_class(
    "torch.nn.LocalResponseNorm",
    differs={
        **NO_BFLOAT16,
        **FLUSHED,
        "accuracy & float64": "MindSpore's Pow computes float64 in float32",
        "error": "torch refuses what MindSpore takes: complex numbers, integers but int64",
        "empty": "MindSpore refuses to differentiate empty tensors; of no integers the result is float32",
    },
)
class LocalResponseNorm(nn.Cell):
    """Divides by what neighbouring channels hold; nn.LRN counts them in another way.

    Args:
        size: how many channels.
        alpha: the factor of their mean square.
        beta: the exponent.
        k: what is added first.
    """

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        super().__init__()
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k

    def construct(self, x: Tensor) -> Tensor:
        """Normalise x of shape (N, C, ...)."""
        return divided_by_neighbours(x, self.size, self.alpha, self.beta, self.k)
