"""``torch.nn.modules.activation``, written in MindSpore."""

from __future__ import annotations

from mindspore import Tensor, nn, ops

from sporeprint.counterpart import counterpart, exact_of
from sporeprint.torch._differs import LOG_SOFTMAX, RELU, SOFTMAX, WITHOUT_DIM
from sporeprint.torch._layers import exact_relu, written_into
from sporeprint.torch._softmax import (
    exact_log_softmax,
    exact_softmax,
    exact_softmin,
    legacy_softmax_dim,
)
from sporeprint.torch.nn import functional


class SoftmaxOverRankDim(nn.Cell):
    """``torch.nn.Softmax()``: over dimension 0 for 0-, 1- and 3-D inputs, else over dimension 1."""

    def construct(self, input: Tensor) -> Tensor:
        """Return the softmax of ``input``."""
        return functional.softmax(input)


class LogSoftmaxOverRankDim(nn.Cell):
    """``torch.nn.LogSoftmax()``: over dimension 0 for 0-, 1- and 3-D inputs, else over dimension 1."""

    def construct(self, input: Tensor) -> Tensor:
        """Return the log-softmax of ``input``."""
        return functional.log_softmax(input)


class SoftminOverRankDim(nn.Cell):
    """``torch.nn.Softmin()``: over dimension 0 for 0-, 1- and 3-D inputs, else over dimension 1."""

    def construct(self, input: Tensor) -> Tensor:
        """Return the softmin of ``input``."""
        return functional.softmin(input)


class ExactSoftmax(nn.Cell):
    """``torch.nn.Softmax``, exact."""

    def __init__(self, dim: int | None) -> None:
        super().__init__()
        self.dim = dim

    def construct(self, input: Tensor) -> Tensor:
        """Return the softmax of ``input``."""
        dim = legacy_softmax_dim("softmax", input.ndim, 5) if self.dim is None else self.dim
        return exact_softmax(input, dim, None)


class ExactLogSoftmax(nn.Cell):
    """``torch.nn.LogSoftmax``, exact."""

    def __init__(self, dim: int | None) -> None:
        super().__init__()
        self.dim = dim

    def construct(self, input: Tensor) -> Tensor:
        """Return the log-softmax of ``input``."""
        dim = legacy_softmax_dim("log_softmax", input.ndim, 5) if self.dim is None else self.dim
        return exact_log_softmax(input, dim, None)


class ExactSoftmin(nn.Cell):
    """``torch.nn.Softmin``, exact."""

    def __init__(self, dim: int | None) -> None:
        super().__init__()
        self.dim = dim

    def construct(self, input: Tensor) -> Tensor:
        """Return the softmin of ``input``."""
        dim = legacy_softmax_dim("softmin", input.ndim, 5) if self.dim is None else self.dim
        return exact_softmin(input, dim, None)


class ExactSoftmax2d(nn.Cell):
    """``torch.nn.Softmax2d``, exact."""

    def construct(self, input: Tensor) -> Tensor:
        """Return the softmax of ``input``, (C, H, W) or (N, C, H, W), over its channels."""
        if input.ndim not in (3, 4):
            raise ValueError(f"Softmax2d: expected input to be 3D or 4D, got {input.ndim}D instead")
        return exact_softmax(input, -3, None)


@counterpart("torch.nn.Softmax", differs={**SOFTMAX, **WITHOUT_DIM})
def Softmax(dim: int | None = None) -> nn.Cell:
    """Make the layer that applies softmax.

    Of a bug in the gradient of ops.softmax tells :func:`~sporeprint.torch.nn.functional.softmax`.

    Args:
        dim: the dimension to normalise over; None takes 0 for 0-, 1- and 3-D inputs, else 1.
    """
    if dim is None:
        return SoftmaxOverRankDim()
    return nn.Softmax(axis=dim)


@exact_of(Softmax)
def _(dim: int | None = None) -> nn.Cell:
    return ExactSoftmax(dim)


@counterpart("torch.nn.LogSoftmax", differs={**LOG_SOFTMAX, **WITHOUT_DIM})
def LogSoftmax(dim: int | None = None) -> nn.Cell:
    """Make the layer that applies log-softmax.

    Args:
        dim: the dimension to normalise over; None takes 0 for 0-, 1- and 3-D inputs, else 1.
    """
    if dim is None:
        return LogSoftmaxOverRankDim()
    return nn.LogSoftmax(axis=dim)


@exact_of(LogSoftmax)
def _(dim: int | None = None) -> nn.Cell:
    return ExactLogSoftmax(dim)


@counterpart("torch.nn.Softmin", differs={**SOFTMAX, **WITHOUT_DIM})
def Softmin(dim: int | None = None) -> nn.Cell:
    """Make the layer that applies softmin.

    Of a bug in the gradient of ops.softmax tells :func:`~sporeprint.torch.nn.functional.softmin`.

    Args:
        dim: the dimension to normalise over; None takes 0 for 0-, 1- and 3-D inputs, else 1.
    """
    if dim is None:
        return SoftminOverRankDim()
    return nn.Softmin(axis=dim)


@exact_of(Softmin)
def _(dim: int | None = None) -> nn.Cell:
    return ExactSoftmin(dim)


@counterpart(
    "torch.nn.Softmax2d",
    differs={
        "accuracy": "the kernel errs by up to 150 units in the last place (float32) or 10 (float16)",
        "bfloat16": "ops.softmax has no bfloat16 kernel on CPU",
    },
)
def Softmax2d() -> nn.Cell:
    """Make the layer that applies softmax over the channels of (C, H, W) or (N, C, H, W)."""
    return nn.Softmax2d()


@exact_of(Softmax2d)
def _() -> nn.Cell:
    return ExactSoftmax2d()


# ------------------------------------------------------------------------------
# ReLU
# ------------------------------------------------------------------------------


@counterpart("torch.nn.ReLU", differs=RELU)
def ReLU(inplace: bool = False) -> nn.Cell:
    """Make the layer that replaces what is negative by 0.

    Args:
        inplace: also write the result to the input. The gradient then is right, unless the input is a view
            other than by an index.

    Returns:
        The layer.
    """
    if inplace:
        return ReLUInPlace()
    return nn.ReLU()


@exact_of(ReLU)
def _(inplace: bool = False) -> nn.Cell:
    return ExactReLU(inplace)


class ReLUInPlace(nn.Cell):
    """ReLU that writes its result to its input."""

    def construct(self, x: Tensor) -> Tensor:
        """Replace what is negative in x, of any shape and real dtype, and return it."""
        return written_into(x, ops.relu(x))


class ExactReLU(nn.Cell):
    """torch's relu as a layer: nan stays nan, booleans raise, bfloat16 is computed in float32."""

    def __init__(self, inplace: bool) -> None:
        super().__init__()
        self.inplace = inplace

    def construct(self, x: Tensor) -> Tensor:
        """Replace what is negative in x, of any shape and real dtype."""
        result = exact_relu(x)
        return written_into(x, result) if self.inplace else result
