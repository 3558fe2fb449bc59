"""torch.nn.modules.batchnorm, written in MindSpore."""

from __future__ import annotations

from typing import Any

import mindspore as ms
from mindspore import Tensor, nn, ops

from sporeprint.counterpart import counterpart

# MindSpore's momentum is the part that the running statistics keep, torch's the part that the batch adds.


@counterpart(
    "torch.nn.BatchNorm1d",
    ignores={"device": "a MindSpore program names its device once, in the context"},
    differs={
        "names": "gamma, beta, moving_mean and moving_variance are torch's weight, bias, running_mean and "
        "running_var; there is no num_batches_tracked",
        "float64": "MindSpore has no float64 kernel for it on CPU",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "empty": "MindSpore refuses empty tensors",
        "float16 & state": "MindSpore leaves 0 where torch leaves -0.0142",
    },
)
def BatchNorm1d(
    num_features: int,
    eps: float = 1e-5,
    momentum: float | None = 0.1,
    affine: bool = True,
    track_running_stats: bool = True,
    device: Any = None,
    dtype: ms.Type | None = None,
    *,
    bias: bool = True,
) -> nn.BatchNorm1d:
    """Make the layer that normalises each feature of (N, C) or (N, C, L) over the batch.

    Args:
        num_features: C.
        eps: what is added to the variance.
        momentum: the part of the running statistics that each batch replaces; None averages over all batches.
        affine: whether to scale and shift by learnable (C,).
        track_running_stats: False normalises with the batch in evaluation mode, too.
        device: without effect.
        dtype: of the parameters; None is float32.
        bias: whether to shift.

    Returns:
        The layer.
    """
    if dtype is not None or momentum is None or not (affine and bias):
        return BatchNorm1dOfChoice(num_features, eps, momentum, affine, track_running_stats, bias, dtype)
    if not track_running_stats:
        return nn.BatchNorm1d(num_features, eps=eps, use_batch_statistics=True)
    return nn.BatchNorm1d(num_features, eps=eps, momentum=1 - momentum)


@counterpart(
    "torch.nn.BatchNorm2d",
    ignores={"device": "a MindSpore program names its device once, in the context"},
    differs={
        "names": "gamma, beta, moving_mean and moving_variance are torch's weight, bias, running_mean and "
        "running_var; there is no num_batches_tracked",
        "float64": "MindSpore has no float64 kernel for it on CPU",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "empty": "MindSpore refuses empty tensors",
        "float16 & state": "MindSpore leaves 0 where torch leaves -0.203",
        "inf & state": "MindSpore leaves 0 where torch leaves -inf",
    },
)
def BatchNorm2d(
    num_features: int,
    eps: float = 1e-5,
    momentum: float | None = 0.1,
    affine: bool = True,
    track_running_stats: bool = True,
    device: Any = None,
    dtype: ms.Type | None = None,
    *,
    bias: bool = True,
) -> nn.BatchNorm2d:
    """Make the layer that normalises each channel of (N, C, H, W) over the batch.

    Args:
        num_features: C.
        eps: what is added to the variance.
        momentum: the part of the running statistics that each batch replaces; None averages over all batches.
        affine: whether to scale and shift by learnable (C,).
        track_running_stats: False normalises with the batch in evaluation mode, too.
        device: without effect.
        dtype: of the parameters; None is float32.
        bias: whether to shift.

    Returns:
        The layer.
    """
    if dtype is not None or momentum is None or not (affine and bias):
        return BatchNorm2dOfChoice(num_features, eps, momentum, affine, track_running_stats, bias, dtype)
    if not track_running_stats:
        return nn.BatchNorm2d(num_features, eps=eps, use_batch_statistics=True)
    return nn.BatchNorm2d(num_features, eps=eps, momentum=1 - momentum)


@counterpart(
    "torch.nn.BatchNorm3d",
    ignores={"device": "a MindSpore program names its device once, in the context"},
    differs={
        "names": "bn2d.gamma, bn2d.beta, bn2d.moving_mean and bn2d.moving_variance are torch's weight, bias, "
        "running_mean and running_var; there is no num_batches_tracked",
        "float64": "MindSpore has no float64 kernel for it on CPU",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "empty": "MindSpore refuses empty tensors",
        "float16 & state": "MindSpore leaves 0 where torch leaves -0.111",
        "inf & state": "MindSpore leaves 0 where torch leaves -inf",
    },
)
def BatchNorm3d(
    num_features: int,
    eps: float = 1e-5,
    momentum: float | None = 0.1,
    affine: bool = True,
    track_running_stats: bool = True,
    device: Any = None,
    dtype: ms.Type | None = None,
    *,
    bias: bool = True,
) -> nn.BatchNorm3d:
    """Make the layer that normalises each channel of (N, C, D, H, W) over the batch.

    Args:
        num_features: C.
        eps: what is added to the variance.
        momentum: the part of the running statistics that each batch replaces; None averages over all batches.
        affine: whether to scale and shift by learnable (C,).
        track_running_stats: False normalises with the batch in evaluation mode, too.
        device: without effect.
        dtype: of the parameters; None is float32.
        bias: whether to shift.

    Returns:
        The layer.
    """
    if dtype is not None or momentum is None or not (affine and bias):
        return BatchNorm3dOfChoice(num_features, eps, momentum, affine, track_running_stats, bias, dtype)
    if not track_running_stats:
        return nn.BatchNorm3d(num_features, eps=eps, use_batch_statistics=True)
    return nn.BatchNorm3d(num_features, eps=eps, momentum=1 - momentum)


class BatchNorm1dOfChoice(nn.BatchNorm1d):
    """nn.BatchNorm1d that need not shift, and that may average its statistics over all batches."""

    def __init__(
        self,
        num_features: int,
        eps: float,
        momentum: float | None,
        affine: bool,
        track_running_stats: bool,
        bias: bool,
        dtype: ms.Type | None,
    ) -> None:
        super().__init__(
            num_features,
            eps=eps,
            momentum=1.0 if momentum is None else 1 - momentum,
            affine=affine,
            use_batch_statistics=None if track_running_stats else True,
            dtype=ms.float32 if dtype is None else dtype,
        )
        self.affine, self.shifts = affine, bias
        self.beta.requires_grad = affine and bias
        self.batches = 0 if momentum is None else None

    def construct(self, x: Tensor) -> Tensor:
        """Normalise x of shape (N, C) or (N, C, L)."""
        if self.batches is not None and self.training:
            self.batches += 1
            self.bn_train = ops.BatchNorm(is_training=True, epsilon=self.eps, momentum=1 / self.batches)
        return super().construct(x)


class BatchNorm2dOfChoice(nn.BatchNorm2d):
    """nn.BatchNorm2d that need not shift, and that may average its statistics over all batches."""

    def __init__(
        self,
        num_features: int,
        eps: float,
        momentum: float | None,
        affine: bool,
        track_running_stats: bool,
        bias: bool,
        dtype: ms.Type | None,
    ) -> None:
        super().__init__(
            num_features,
            eps=eps,
            momentum=1.0 if momentum is None else 1 - momentum,
            affine=affine,
            use_batch_statistics=None if track_running_stats else True,
            dtype=ms.float32 if dtype is None else dtype,
        )
        self.affine, self.shifts = affine, bias
        self.beta.requires_grad = affine and bias
        self.batches = 0 if momentum is None else None

    def construct(self, x: Tensor) -> Tensor:
        """Normalise x of shape (N, C, H, W)."""
        if self.batches is not None and self.training:
            self.batches += 1
            self.bn_train = ops.BatchNorm(is_training=True, epsilon=self.eps, momentum=1 / self.batches)
        return super().construct(x)


class BatchNorm3dOfChoice(nn.BatchNorm3d):
    """nn.BatchNorm3d that need not shift, and that may average its statistics over all batches."""

    def __init__(
        self,
        num_features: int,
        eps: float,
        momentum: float | None,
        affine: bool,
        track_running_stats: bool,
        bias: bool,
        dtype: ms.Type | None,
    ) -> None:
        super().__init__(num_features)
        self.bn2d = BatchNorm2dOfChoice(num_features, eps, momentum, affine, track_running_stats, bias, dtype)
