"""torch.nn.modules.linear, written in MindSpore."""

from __future__ import annotations

from typing import Any

import mindspore as ms
from mindspore import Tensor, nn

from sporeprint.counterpart import counterpart, exact_of
from sporeprint.torch._layers import exact_linear


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
