"""torch.nn.modules.instancenorm, written in MindSpore, whose own layers have no kernel on CPU."""

from __future__ import annotations

from typing import Any

import mindspore as ms
from mindspore import Tensor, nn, ops

from sporeprint.counterpart import counterpart_class
from sporeprint.torch.nn._normalization import instance_normalized


class InstanceNorm(nn.Cell):
    """Normalises each channel of each sample; what torch's three classes share."""

    rank = 0  # of a sample

    def __init__(
        self,
        num_features: int,
        eps: float,
        momentum: float,
        affine: bool,
        track_running_stats: bool,
        dtype: ms.Type | None,
        bias: bool,
    ) -> None:
        super().__init__()
        dtype = ms.float32 if dtype is None else dtype
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        self.weight = ms.Parameter(ops.ones(num_features, dtype), name="weight") if affine else None
        self.bias = ms.Parameter(ops.zeros(num_features, dtype), name="bias") if affine and bias else None
        if not track_running_stats:
            self.running_mean = self.running_var = self.num_batches_tracked = None
        else:
            self.register_buffer("running_mean", ops.zeros(num_features, dtype))
            self.register_buffer("running_var", ops.ones(num_features, dtype))
            self.register_buffer("num_batches_tracked", Tensor(0, ms.int64))

    def construct(self, x: Tensor) -> Tensor:
        """Normalise x of shape (N, C, ...) or (C, ...)."""
        if x.ndim not in (self.rank, self.rank + 1):
            raise ValueError(f"expected {self.rank}D or {self.rank + 1}D input (got {x.ndim}D input)")
        if x.ndim == self.rank:
            return self.construct(x.expand_dims(0)).squeeze(0)
        own = self.training or not self.track_running_stats
        return instance_normalized(
            x, self.running_mean, self.running_var, self.weight, self.bias, own, self.momentum, self.eps
        )


@counterpart_class(
    "torch.nn.InstanceNorm1d",
    ignores={"device": "a MindSpore program names its device once, in the context"},
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore also takes integers or booleans",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "accuracy & float64": "MindSpore computes it with float32 accuracy",
        "float16 & state": "MindSpore leaves 9.38 where torch leaves 9.38",
        "empty & state": "MindSpore leaves nan where torch leaves 0",
    },
)
class InstanceNorm1d(InstanceNorm):
    """Normalises each channel of each sample of (N, C, L) or (C, L)."""

    rank = 2

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device: Any = None,
        dtype: ms.Type | None = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, dtype, bias)


@counterpart_class(
    "torch.nn.InstanceNorm2d",
    ignores={"device": "a MindSpore program names its device once, in the context"},
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore also takes integers or booleans",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "accuracy & float64": "MindSpore computes it with float32 accuracy",
        "float16 & state": "MindSpore leaves 9.67 where torch leaves 9.68",
        "empty & state": "MindSpore leaves nan where torch leaves 0",
    },
)
class InstanceNorm2d(InstanceNorm):
    """Normalises each channel of each sample of (N, C, H, W) or (C, H, W)."""

    rank = 3

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device: Any = None,
        dtype: ms.Type | None = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, dtype, bias)


@counterpart_class(
    "torch.nn.InstanceNorm3d",
    ignores={"device": "a MindSpore program names its device once, in the context"},
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore also takes integers or booleans",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "accuracy & float64": "MindSpore computes it with float32 accuracy",
        "float16 & state": "MindSpore leaves 8.75 where torch leaves 8.75",
        "empty & state": "MindSpore leaves nan where torch leaves 0",
    },
)
class InstanceNorm3d(InstanceNorm):
    """Normalises each channel of each sample of (N, C, D, H, W) or (C, D, H, W)."""

    rank = 4

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device: Any = None,
        dtype: ms.Type | None = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, dtype, bias)
