"""torch.nn.modules.linear, written in MindSpore."""

from __future__ import annotations

import math
from typing import Any

import mindspore as ms
import numpy as np
from mindspore import Tensor, nn

from sporeprint.counterpart import counterpart, counterpart_class, exact_of
from sporeprint.torch._layers import exact_linear
from sporeprint.torch.nn._sparse import bilinear_form


@counterpart(
    "torch.nn.Linear",
    ignores={"device": "a MindSpore program names its device once, in the context"},
    differs={
        "bfloat16": "MindSpore's MatMul has no bfloat16 kernel on CPU",
        "empty": "an empty float64 batch ends the process; a layer without inputs or without outputs raises",
        "random": "the initial values have torch's distribution, from another generator",
    },
)
def Linear(
    in_features: int,
    out_features: int,
    bias: bool = True,
    device: Any = None,
    dtype: ms.Type | None = None,
) -> nn.Dense:
    """Make the layer ``x @ weight.T + bias`` for x of shape (..., in_features).

    ``weight`` and ``bias`` have torch's names, shapes and initial distribution, which is uniform within
    1/sqrt(in_features).

    Args:
        in_features: size of the last dimension of the input, at least 1.
        out_features: size of the last dimension of the output, at least 1.
        bias: whether to add a learnable (out_features,).
        device: without effect.
        dtype: of the parameters; None is float32.

    Returns:
        The layer.
    """
    if dtype is not None:
        return nn.Dense(in_features, out_features, has_bias=bias, dtype=dtype)
    return nn.Dense(in_features, out_features, has_bias=bias)


@exact_of(Linear)
def _(
    in_features: int,
    out_features: int,
    bias: bool = True,
    device: Any = None,
    dtype: ms.Type | None = None,
) -> nn.Dense:
    return ExactDense(
        in_features, out_features, has_bias=bool(bias), dtype=ms.float32 if dtype is None else dtype
    )


class ExactDense(nn.Dense):
    """nn.Dense that also multiplies bfloat16."""

    def construct(self, x: Tensor) -> Tensor:
        """Apply the layer to x of shape (..., in_channels)."""
        return exact_linear(x, self.weight, self.bias)


@counterpart("torch.nn.Identity")
def Identity(*args: Any, **kwargs: Any) -> nn.Identity:
    """Make the layer that returns its input; whatever it is given is not used."""
    return nn.Identity(*args, **kwargs)


@counterpart_class(
    "torch.nn.Bilinear",
    ignores={"device": "a MindSpore program names its device once, in the context"},
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
    },
)
class Bilinear(nn.Cell):
    """``x1 @ weight @ x2 + bias``; the primitive of nn.BiDense raises on CPU.

    Args:
        in1_features: size of the last dimension of the first input.
        in2_features: size of the last dimension of the second.
        out_features: size of the last dimension of the output.
        bias: whether to add a learnable (out_features,).
        device: without effect.
        dtype: of the parameters; None is float32.
    """

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: ms.Type | None = None,
    ) -> None:
        super().__init__()
        if in1_features <= 0:
            raise ValueError(f"in1_features must be > 0, but got {in1_features}")
        bound = 1 / math.sqrt(in1_features)
        dtype = ms.float32 if dtype is None else dtype
        numbers = np.random.uniform(-bound, bound, (out_features, in1_features, in2_features))
        self.weight = ms.Parameter(Tensor(numbers, dtype), name="weight")
        self.bias = None
        if bias:
            self.bias = ms.Parameter(
                Tensor(np.random.uniform(-bound, bound, out_features), dtype), name="bias"
            )

    def construct(self, input1: Tensor, input2: Tensor) -> Tensor:
        """Return (..., out_features) of (..., in1_features) and (..., in2_features)."""
        return bilinear_form(input1, input2, self.weight, self.bias)
