"""``torch.nn.modules.activation``, written in MindSpore."""

from __future__ import annotations

from typing import Any

import mindspore as ms
from mindspore import Tensor, nn, ops

from sporeprint.counterpart import counterpart, counterpart_class, exact_of
from sporeprint.torch._differs import LOG_SOFTMAX, RELU, SOFTMAX, WITHOUT_DIM
from sporeprint.torch._layers import exact_relu, written_into
from sporeprint.torch._softmax import (
    exact_log_softmax,
    exact_softmax,
    exact_softmin,
    legacy_softmax_dim,
)
from sporeprint.torch.nn import functional
from sporeprint.torch.nn._activation import leaked, mish_of, scaled_elu


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
def ReLU(inplace: bool = False) -> nn.ReLU:
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
def _(inplace: bool = False) -> nn.ReLU:
    return ExactReLU(inplace)


class ReLUInPlace(nn.ReLU):
    """ReLU that writes its result to its input."""

    def construct(self, x: Tensor) -> Tensor:
        """Replace what is negative in x, of any shape and real dtype, and return it."""
        return written_into(x, ops.relu(x))


class ExactReLU(nn.ReLU):
    """torch's relu as a layer: nan stays nan, booleans raise, bfloat16 is computed in float32."""

    def __init__(self, inplace: bool) -> None:
        super().__init__()
        self.inplace = inplace

    def construct(self, x: Tensor) -> Tensor:
        """Replace what is negative in x, of any shape and real dtype."""
        result = exact_relu(x)
        return written_into(x, result) if self.inplace else result


# ------------------------------------------------------------------------------
# Others
# ------------------------------------------------------------------------------


@counterpart(
    "torch.nn.GELU",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "nan": "MindSpore gives inf where torch gives nan",
        "inf": "MindSpore gives inf where torch gives nan",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "accuracy & float16": "errs by up to 1.6e+03 units in the last place",
    },
)
def GELU(approximate: str = "none") -> nn.GELU:
    """Make the layer that multiplies each element by the normal distribution function of it.

    Args:
        approximate: "none", or "tanh" for an approximation, which is nn.GELU's own default.
    """
    if approximate not in ("none", "tanh"):
        raise ValueError("approximate must be 'none' or 'tanh'")
    return nn.GELU(approximate=approximate == "tanh")


@counterpart(
    "torch.nn.Sigmoid",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "int8": "MindSpore refuses int8",
        "int16": "MindSpore refuses int16",
        "int32": "MindSpore refuses int32",
        "int64": "MindSpore refuses int64",
        "uint8": "MindSpore refuses uint8",
        "bool": "MindSpore refuses booleans",
    },
)
def Sigmoid() -> nn.Sigmoid:
    """Make the layer that computes ``1 / (1 + exp(-x))``."""
    return nn.Sigmoid()


@counterpart(
    "torch.nn.Tanh",
    differs={
        "accuracy": "results near 0 lose digits, up to 1.6e+06 units in the last place",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "int8": "MindSpore refuses int8",
        "int16": "MindSpore refuses int16",
        "int32": "MindSpore refuses int32",
        "int64": "MindSpore refuses int64",
        "uint8": "MindSpore refuses uint8",
        "bool": "MindSpore refuses booleans",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
    },
)
def Tanh() -> nn.Tanh:
    """Make the layer that computes the hyperbolic tangent."""
    return nn.Tanh()


@counterpart(
    "torch.nn.LogSigmoid",
    differs={
        "accuracy": "errs by up to 1.9e+03 units in the last place",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "float16 & gradient": "MindSpore gives -3.09 where torch gives -1.75",
        "0-d & gradient": "MindSpore gives nan where torch gives 2",
        "gradient & inf": "MindSpore gives nan where torch gives 0.125",
    },
)
def LogSigmoid() -> nn.LogSigmoid:
    """Make the layer that computes the logarithm of the sigmoid."""
    return nn.LogSigmoid()


@counterpart_class(
    "torch.nn.Softsign",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore also takes integers or booleans",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
    },
)
class Softsign(nn.Cell):
    """``x / (1 + |x|)``."""

    def __init__(self) -> None:
        super().__init__()

    def construct(self, x: Tensor) -> Tensor:
        """Apply the function to x, of any shape; integers give float32."""
        return x / (ops.abs(x) + 1)


@counterpart_class(
    "torch.nn.Tanhshrink",
    differs={
        "accuracy": "errs by up to 3.1e+03 units in the last place",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "int8": "MindSpore refuses int8",
        "int16": "MindSpore refuses int16",
        "int32": "MindSpore refuses int32",
        "int64": "MindSpore refuses int64",
        "uint8": "MindSpore refuses uint8",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
    },
)
class Tanhshrink(nn.Cell):
    """``x - tanh(x)``."""

    def __init__(self) -> None:
        super().__init__()

    def construct(self, x: Tensor) -> Tensor:
        """Apply the function to x, of any shape, floating."""
        return x - ops.tanh(x)


@counterpart(
    "torch.nn.Softshrink",
    differs={
        "float64": "MindSpore has no float64 kernel for it on CPU",
        "0-d": "MindSpore gives 0 where torch gives nan",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "nan": "MindSpore gives 0 where torch gives nan",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "empty": "MindSpore refuses empty tensors",
    },
)
def Softshrink(lambd: float = 0.5) -> nn.SoftShrink:
    """Make the layer that moves each element towards 0 by lambd."""
    return nn.SoftShrink(lambd=lambd)


@counterpart(
    "torch.nn.Hardshrink",
    differs={
        "float64": "MindSpore has no float64 kernel for it on CPU",
        "0-d": "MindSpore refuses 0-d tensors",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "nan": "MindSpore gives 0 where torch gives nan",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "empty": "MindSpore refuses empty tensors",
    },
)
def Hardshrink(lambd: float = 0.5) -> nn.HShrink:
    """Make the layer that replaces what is within lambd of 0 by 0."""
    return nn.HShrink(lambd=lambd)


@counterpart(
    "torch.nn.LeakyReLU",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore also takes integers or booleans",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "accuracy & float64": "MindSpore computes it with float32 accuracy",
    },
)
def LeakyReLU(negative_slope: float = 0.01, inplace: bool = False) -> nn.LeakyReLU:
    """Make the layer that multiplies what is negative by negative_slope.

    Args:
        negative_slope: the factor, which is 0.2 in nn.LeakyReLU unless told otherwise.
        inplace: also write the result to the input. The gradient then is right, unless the input is a view.
    """
    return ExactLeakyReLU(negative_slope, inplace)


class ExactLeakyReLU(nn.LeakyReLU):
    """nn.LeakyReLU with one gradient at 0, not the sum of those on its sides, that may write to its input."""

    def __init__(self, negative_slope: float, inplace: bool = False) -> None:
        super().__init__(alpha=negative_slope)
        self.inplace = inplace

    def construct(self, x: Tensor) -> Tensor:
        """Apply the function to x, of any shape, floating."""
        if self.inplace:
            return x.copy_(leaked(x.copy(), self.alpha))
        return leaked(x, self.alpha)


@counterpart(
    "torch.nn.ReLU6",
    differs={
        "0-d": "MindSpore refuses 0-d tensors",
        "float64": "MindSpore has no float64 kernel for it on CPU",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "int8": "MindSpore refuses int8",
        "int16": "MindSpore refuses int16",
        "int32": "MindSpore refuses int32",
        "int64": "MindSpore refuses int64",
        "uint8": "MindSpore refuses uint8",
        "nan": "MindSpore gives 0 where torch gives nan",
        "uninitialised": "MindSpore returns memory that it has not written",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
    },
)
def ReLU6(inplace: bool = False) -> nn.ReLU6:
    """Make the layer that replaces what is negative by 0 and what is above 6 by 6.

    Args:
        inplace: also write the result to the input. The gradient then is right, unless the input is a view.
    """
    if inplace:
        return ReLU6InPlace()
    return nn.ReLU6()


class ReLU6InPlace(nn.ReLU6):
    """nn.ReLU6 that writes its result to its input."""

    def construct(self, x: Tensor) -> Tensor:
        """Change x, of any shape, floating, and return it."""
        return x.copy_(super().construct(x.copy()))


@counterpart(
    "torch.nn.SiLU",
    differs={
        "accuracy": "errs by up to 17 units in the last place",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
    },
)
def SiLU(inplace: bool = False) -> nn.SiLU:
    """Make the layer that multiplies each element by its sigmoid.

    Args:
        inplace: also write the result to the input. The gradient then is right, unless the input is a view.
    """
    if inplace:
        return SiLUInPlace()
    return nn.SiLU()


class SiLUInPlace(nn.SiLU):
    """nn.SiLU that writes its result to its input."""

    def construct(self, x: Tensor) -> Tensor:
        """Change x, of any shape, floating, and return it."""
        return x.copy_(super().construct(x.copy()))


@counterpart(
    "torch.nn.Hardswish",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore also takes integers or booleans",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "inf": "MindSpore gives 0 where torch gives nan",
        "gradient & nan": "MindSpore gives nan where torch gives -1.38",
    },
)
def Hardswish(inplace: bool = False) -> nn.HSwish:
    """Make the layer that computes ``x * relu6(x + 3) / 6``.

    Args:
        inplace: also write the result to the input. The gradient then is right, unless the input is a view.
    """
    if inplace:
        return HSwishInPlace()
    return nn.HSwish()


class HSwishInPlace(nn.HSwish):
    """nn.HSwish that writes its result to its input."""

    def construct(self, x: Tensor) -> Tensor:
        """Change x, of any shape, floating, and return it."""
        return x.copy_(super().construct(x.copy()))


@counterpart(
    "torch.nn.Hardsigmoid",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore also takes integers or booleans",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "accuracy": "results near 0 lose digits, up to 2.4e+44 units in the last place in the gradient",
        "gradient & nan": "MindSpore gives -0.292 where torch gives 0",
        "0-d & gradient": "MindSpore gives 0.333 where torch gives 0",
    },
)
def Hardsigmoid(inplace: bool = False) -> nn.HSigmoid:
    """Make the layer that computes ``relu6(x + 3) / 6``.

    Args:
        inplace: also write the result to the input. The gradient then is right, unless the input is a view.
    """
    if inplace:
        return HSigmoidInPlace()
    return nn.HSigmoid()


class HSigmoidInPlace(nn.HSigmoid):
    """nn.HSigmoid that writes its result to its input."""

    def construct(self, x: Tensor) -> Tensor:
        """Change x, of any shape, floating, and return it."""
        return x.copy_(super().construct(x.copy()))


@counterpart(
    "torch.nn.Hardtanh",
    refuses={"min_value": "call it min_val", "max_value": "call it max_val"},
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore also takes integers or booleans",
        "nan": "MindSpore gives -1 where torch gives nan",
        "0-d": "MindSpore gives -1 where torch gives nan",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
    },
)
def Hardtanh(
    min_val: float = -1.0,
    max_val: float = 1.0,
    inplace: bool = False,
    min_value: float | None = None,
    max_value: float | None = None,
) -> nn.Hardtanh:
    """Make the layer that replaces what is out of bounds by the bounds.

    Args:
        min_val: the lower one.
        max_val: the upper one.
        inplace: also write the result to the input. The gradient then is right, unless the input is a view.
        min_value: refused.
        max_value: refused.
    """
    if inplace:
        return HardtanhInPlace(min_val, max_val)
    return nn.Hardtanh(min_val=min_val, max_val=max_val)


class HardtanhInPlace(nn.Hardtanh):
    """nn.Hardtanh that writes its result to its input."""

    def construct(self, x: Tensor) -> Tensor:
        """Change x, of any shape, floating, and return it."""
        return x.copy_(super().construct(x.copy()))


@counterpart(
    "torch.nn.ELU",
    differs={
        "accuracy": "errs by up to 59 units in the last place",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "gradient & nan": "MindSpore gives 1.25 where torch gives 0.625",
        "0-d & gradient": "MindSpore gives 4 where torch gives 2",
    },
)
def ELU(alpha: float = 1.0, inplace: bool = False) -> nn.ELU:
    """Make the layer that replaces each x that is not positive by ``alpha * (exp(x) - 1)``.

    Args:
        alpha: the factor; nn.ELU knows 1 only.
        inplace: also write the result to the input. The gradient then is right, unless the input is a view.
    """
    if alpha == 1 and not inplace:
        return nn.ELU()
    return ScaledELU(alpha, inplace)


class ScaledELU(nn.ELU):
    """nn.ELU with a factor, that may write its result to its input."""

    def __init__(self, alpha: float, inplace: bool) -> None:
        super().__init__()
        self.alpha = alpha
        self.inplace = inplace

    def construct(self, x: Tensor) -> Tensor:
        """Apply the function to x, of any shape, floating."""
        result = scaled_elu(x, self.alpha)
        return written_into(x, result) if self.inplace else result


@counterpart_class(
    "torch.nn.SELU",
    differs={
        "accuracy": "errs by up to 1.6e+02 units in the last place in the gradient",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "uninitialised": "MindSpore returns memory that it has not written",
        "gradient & nan": "MindSpore gives 1.1 where torch gives 0.657",
        "0-d & gradient": "MindSpore gives 3.52 where torch gives 2.1",
    },
)
class SELU(nn.Cell):
    """The scaled exponential linear unit; that of ``nn.SeLU`` is another function.

    Args:
        inplace: also write the result to the input. The gradient then is right, unless the input is a view.
    """

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def construct(self, x: Tensor) -> Tensor:
        """Apply the function to x, of any shape, floating."""
        result = scaled_elu(x, 1.6732632423543772) * 1.0507009873554805
        return written_into(x, result) if self.inplace else result


@counterpart_class(
    "torch.nn.CELU",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "accuracy & float64": "MindSpore computes it with float32 accuracy",
        "gradient & nan": "MindSpore gives nan where torch gives 0.625",
        "0-d & gradient": "MindSpore gives nan where torch gives 2",
    },
)
class CELU(nn.Cell):
    """``alpha * (exp(x / alpha) - 1)`` for each x that is not positive.

    Args:
        alpha: not 0.
        inplace: also write the result to the input. The gradient then is right, unless the input is a view.
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha = alpha
        self.inplace = inplace

    def construct(self, x: Tensor) -> Tensor:
        """Apply the function to x, of any shape, floating."""
        if self.inplace:
            return x.copy_(ops.celu(x.copy(), alpha=self.alpha))
        return ops.celu(x, alpha=self.alpha)


@counterpart_class(
    "torch.nn.Softplus",
    differs={
        "accuracy": "results near 0 lose digits, up to 1.6e+07 units in the last place",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore also takes integers or booleans",
        "nan": "MindSpore gives inf where torch gives nan",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "0-d": "MindSpore gives inf where torch gives nan",
    },
)
class Softplus(nn.Cell):
    """``log(1 + exp(beta * x)) / beta``, or x itself where ``beta * x`` is above threshold.

    Args:
        beta: not 0.
        threshold: where the function is linear.
    """

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta = beta
        self.threshold = threshold

    def construct(self, x: Tensor) -> Tensor:
        """Apply the function to x, of any shape, floating."""
        return ops.softplus(x, beta=self.beta, threshold=self.threshold)


@counterpart_class(
    "torch.nn.Mish",
    differs={
        "accuracy": "errs by up to 58 units in the last place",
        "float16": "MindSpore gives nan where torch gives 7.14",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "nan": "MindSpore gives nan where torch gives 7.14",
        "inf": "MindSpore gives nan where torch gives 7.14",
        "0-d & gradient": "MindSpore gives 2 where torch gives nan",
    },
)
class Mish(nn.Cell):
    """Multiplies each element by the hyperbolic tangent of its softplus; nn.Mish gives nan from 89 on.

    Args:
        inplace: also write the result to the input. The gradient then is right, unless the input is a view.
    """

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def construct(self, x: Tensor) -> Tensor:
        """Apply the function to x, of any shape, floating."""
        return x.copy_(mish_of(x.copy())) if self.inplace else mish_of(x)


@counterpart_class(
    "torch.nn.Threshold",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore also takes integers or booleans",
        "nan": "MindSpore gives 1 where torch gives nan",
        "0-d": "MindSpore gives 1 where torch gives nan",
    },
)
class Threshold(nn.Cell):
    """Replaces what is not above threshold by value.

    Args:
        threshold: the bound.
        value: what takes the place.
        inplace: also write the result to the input. The gradient then is right, unless the input is a view.
    """

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        super().__init__()
        self.threshold = threshold
        self.value = value
        self.inplace = inplace

    def construct(self, x: Tensor) -> Tensor:
        """Apply the function to x, of any shape and real dtype."""
        result = ops.where(x > self.threshold, x, ops.full_like(x, self.value))
        return written_into(x, result) if self.inplace else result


@counterpart_class(
    "torch.nn.GLU",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
    },
)
class GLU(nn.Cell):
    """Multiplies the first half along dim by the sigmoid of the second.

    Args:
        dim: the dimension to halve.
    """

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim

    def construct(self, x: Tensor) -> Tensor:
        """Halve x, of an even size along dim, floating."""
        return ops.glu(x, axis=self.dim)


@counterpart(
    "torch.nn.PReLU",
    ignores={"device": "a MindSpore program names its device once, in the context"},
    differs={
        "names": "the factors are w, not weight",
        "0-d": "MindSpore refuses 0-d tensors",
        "float64": "MindSpore has no float64 kernel for it on CPU",
        "float16": "MindSpore has no float16 kernel for it on CPU",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "uninitialised": "MindSpore returns memory that it has not written",
        "error": "MindSpore takes arguments that torch refuses",
        "empty": "results or gradients of empty tensors are wrong, or not written",
        "gradient & nan": "MindSpore gives -1.38 where torch gives -0.344",
    },
)
def PReLU(
    num_parameters: int = 1, init: float = 0.25, device: Any = None, dtype: ms.Type | None = None
) -> nn.PReLU:
    """Make the layer that multiplies what is negative by learnable factors.

    Args:
        num_parameters: 1, or one for each channel.
        init: what they start with.
        device: without effect.
        dtype: of the parameter: None or float32.
    """
    if dtype is not None:
        raise ValueError("nn.PReLU learns in float32 only")
    return nn.PReLU(channel=num_parameters, w=init)
