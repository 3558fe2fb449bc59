"""torch.nn.modules.batchnorm, written in MindSpore."""

from __future__ import annotations

from typing import Any

import mindspore as ms
from mindspore import nn

from sporeprint.counterpart import counterpart

# MindSpore's momentum is the part that the running statistics keep, torch's the part that the batch adds.


@counterpart(
    "torch.nn.BatchNorm1d",
    ignores={"device": "a MindSpore program names its device once, in the context"},
    refuses={"bias": "set the layer's beta.requires_grad to False"},
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
        momentum: the part of the running statistics that each batch replaces.
        affine: whether to scale and shift by learnable (C,).
        track_running_stats: False normalises with the batch in evaluation mode, too.
        device: without effect.
        dtype: of the parameters; None is float32.
        bias: refused.

    Returns:
        The layer.

    Raises:
        ValueError: momentum is None.
    """
    if momentum is None:
        raise ValueError("MindSpore keeps no count of batches, which the average of all of them needs")
    if dtype is not None:
        return nn.BatchNorm1d(
            num_features,
            eps=eps,
            momentum=1 - momentum,
            affine=affine,
            use_batch_statistics=None if track_running_stats else True,
            dtype=dtype,
        )
    return nn.BatchNorm1d(
        num_features,
        eps=eps,
        momentum=1 - momentum,
        affine=affine,
        use_batch_statistics=None if track_running_stats else True,
    )


@counterpart(
    "torch.nn.BatchNorm2d",
    ignores={"device": "a MindSpore program names its device once, in the context"},
    refuses={"bias": "set the layer's beta.requires_grad to False"},
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
        momentum: the part of the running statistics that each batch replaces.
        affine: whether to scale and shift by learnable (C,).
        track_running_stats: False normalises with the batch in evaluation mode, too.
        device: without effect.
        dtype: of the parameters; None is float32.
        bias: refused.

    Returns:
        The layer.

    Raises:
        ValueError: momentum is None.
    """
    if momentum is None:
        raise ValueError("MindSpore keeps no count of batches, which the average of all of them needs")
    if dtype is not None:
        return nn.BatchNorm2d(
            num_features,
            eps=eps,
            momentum=1 - momentum,
            affine=affine,
            use_batch_statistics=None if track_running_stats else True,
            dtype=dtype,
        )
    return nn.BatchNorm2d(
        num_features,
        eps=eps,
        momentum=1 - momentum,
        affine=affine,
        use_batch_statistics=None if track_running_stats else True,
    )


@counterpart(
    "torch.nn.BatchNorm3d",
    ignores={"device": "a MindSpore program names its device once, in the context"},
    refuses={"bias": "set the layer's bn2d.beta.requires_grad to False"},
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
        momentum: the part of the running statistics that each batch replaces.
        affine: whether to scale and shift by learnable (C,).
        track_running_stats: False normalises with the batch in evaluation mode, too.
        device: without effect.
        dtype: of the parameters; None is float32.
        bias: refused.

    Returns:
        The layer.

    Raises:
        ValueError: momentum is None.
    """
    if momentum is None:
        raise ValueError("MindSpore keeps no count of batches, which the average of all of them needs")
    if dtype is not None:
        return nn.BatchNorm3d(
            num_features,
            eps=eps,
            momentum=1 - momentum,
            affine=affine,
            use_batch_statistics=None if track_running_stats else True,
            dtype=dtype,
        )
    return nn.BatchNorm3d(
        num_features,
        eps=eps,
        momentum=1 - momentum,
        affine=affine,
        use_batch_statistics=None if track_running_stats else True,
    )
