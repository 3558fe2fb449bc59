"""Methods of ``torch.Tensor`` that change the tensor itself, written in MindSpore.

``self[()] = value`` writes into the memory of a tensor of any rank, keeps its dtype, and is differentiated. On CPU the
methods of the same names leave the tensor as it was or raise, an augmented assignment makes a new tensor, and
``self[...] = value`` moves the tensor to new memory, which views of it do not follow. What needs its input for the
gradient is computed from a copy: MindSpore keeps the input by reference, and would differentiate at the new numbers.
Where a view made earlier is read afterwards, MindSpore's gradient (and, while it records, the value) is that of the
old numbers; the converter marks what it sees of that (``convert/idioms/inplace.py``).
"""

from __future__ import annotations

import mindspore as ms
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart, overload_of
from sporeprint.torch._differs import (
    DIV_IN_PLACE,
    IN_PLACE,
    IN_PLACE_CAST,
    IN_PLACE_DENORMAL,
    IN_PLACE_FLUSHED,
    NO_BOOL,
    NO_COMPLEX,
    NO_INTEGERS,
)
from sporeprint.torch._steering import GradientMode
from sporeprint.torch._tensor_pointwise import power_of_tensors

# ------------------------------------------------------------------------------
# other numbers
# ------------------------------------------------------------------------------


@counterpart(
    "torch.Tensor.copy_", ignores={"non_blocking": "only moves the time of the copy"}, differs=IN_PLACE
)
def copy_(self: Tensor, other: Tensor, non_blocking: bool = False) -> Tensor:
    """Write other, which is broadcast and cast, into the tensor."""
    self[()] = other
    return self


@counterpart("torch.Tensor.fill_", differs=IN_PLACE)
def fill_(self: Tensor, value: float | Tensor) -> Tensor:
    """Write one number, or a tensor of one, into each element."""
    self[()] = value
    return self


@counterpart("torch.Tensor.zero_", differs=IN_PLACE)
def zero_(self: Tensor) -> Tensor:
    """Write 0 into each element."""
    self[()] = 0
    return self


# ------------------------------------------------------------------------------
# arithmetic
# ------------------------------------------------------------------------------


@counterpart("torch.Tensor.add_", differs=IN_PLACE)
def add_(self: Tensor, other: Tensor | float, *, alpha: float = 1) -> Tensor:
    """Add alpha times other."""
    self[()] = self + other if alpha == 1 else self + alpha * other
    return self


@counterpart("torch.Tensor.sub_", differs=IN_PLACE_CAST)
def sub_(self: Tensor, other: Tensor | float, *, alpha: float = 1) -> Tensor:
    """Subtract alpha times other."""
    self[()] = self - other if alpha == 1 else self - alpha * other
    return self


@counterpart("torch.Tensor.subtract_", differs=IN_PLACE_CAST)
def subtract_(self: Tensor, other: Tensor | float, *, alpha: float = 1) -> Tensor:
    """Subtract alpha times other."""
    self[()] = self - other if alpha == 1 else self - alpha * other
    return self


@overload_of(subtract_)
def _(self: Tensor, other: Tensor | float, alpha: float = 1) -> Tensor:
    self[()] = self - other if alpha == 1 else self - alpha * other
    return self


@counterpart("torch.Tensor.mul_", "torch.Tensor.multiply_", differs=IN_PLACE_DENORMAL)
def mul_(self: Tensor, other: Tensor | float) -> Tensor:
    """Multiply by other."""
    if isinstance(other, Tensor):
        self[()] = self.copy() * other
    else:
        self[()] = self * other
    return self


@counterpart(
    "torch.Tensor.div_",
    differs=DIV_IN_PLACE,
)
def div_(self: Tensor, other: Tensor | float, *, rounding_mode: str | None = None) -> Tensor:
    """Divide by other; rounding_mode is None, "floor" or "trunc"."""
    if rounding_mode == "floor":
        self[()] = self // other
    elif rounding_mode == "trunc":
        self[()] = ops.trunc(self / other)
    elif isinstance(other, Tensor):
        self[()] = self.copy() / other
    else:
        self[()] = self / other
    return self


@counterpart("torch.Tensor.divide_", differs=DIV_IN_PLACE)
def divide_(self: Tensor, other: Tensor | float) -> Tensor:
    """Divide by other."""
    if isinstance(other, Tensor):
        self[()] = self.copy() / other
    else:
        self[()] = self / other
    return self


@overload_of(divide_)
def _(self: Tensor, other: Tensor | float, *, rounding_mode: str | None) -> Tensor:
    return div_(self, other, rounding_mode=rounding_mode)


@counterpart("torch.Tensor.true_divide_", differs=IN_PLACE_FLUSHED)
def true_divide_(self: Tensor, other: Tensor | float) -> Tensor:
    """Divide by other."""
    if isinstance(other, Tensor):
        self[()] = self.copy() / other
    else:
        self[()] = self / other
    return self


@counterpart("torch.Tensor.pow_", differs=IN_PLACE_DENORMAL)
def pow_(self: Tensor, exponent: Tensor | float) -> Tensor:
    """Raise to the power of exponent."""
    if isinstance(exponent, Tensor):
        self[()] = power_of_tensors(self.copy(), exponent)
    else:
        self[()] = self.copy() ** exponent
    return self


@counterpart(
    "torch.Tensor.remainder_",
    differs={
        **IN_PLACE_DENORMAL,
        "gradient & inf": "where the divisor is infinite its gradient is not nan",
    },
)
def remainder_(self: Tensor, other: Tensor | float) -> Tensor:
    """Leave the remainder of the division by other, with other's sign."""
    self[()] = self.copy() % other
    return self


@counterpart(
    "torch.Tensor.fmod_",
    differs={**IN_PLACE_CAST, "accuracy": "the remainder is computed from a rounded quotient"},
)
def fmod_(self: Tensor, other: Tensor | float) -> Tensor:
    """Leave the remainder of the division by other, with the tensor's own sign."""
    self[()] = self.copy().fmod(other)
    return self


@counterpart(
    "torch.Tensor.floor_divide_",
    differs={**IN_PLACE_CAST, "inf": "an infinite quotient stays so where torch gives nan"},
)
def floor_divide_(self: Tensor, other: Tensor | float) -> Tensor:
    """Divide by other and round down."""
    self[()] = self // other
    return self


@counterpart(
    "torch.Tensor.addcmul_",
    differs={
        **IN_PLACE_CAST,
        "accuracy & float16": "value times tensor1 is rounded first",
        "accuracy & float64": "a float64 tensor times a number is rounded to float32",
    },
)
def addcmul_(self: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: float = 1) -> Tensor:
    """Add value times the product of two tensors."""
    self[()] = self + tensor1 * tensor2 if value == 1 else self + value * tensor1 * tensor2
    return self


@counterpart(
    "torch.Tensor.addcdiv_",
    differs={
        **IN_PLACE_CAST,
        "accuracy & float16": "value times tensor1 is rounded first",
        "accuracy & float64": "a float64 tensor times a number is rounded to float32",
    },
)
def addcdiv_(self: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: float = 1) -> Tensor:
    """Add value times the quotient of two tensors."""
    self[()] = self + tensor1 / tensor2 if value == 1 else self + value * tensor1 / tensor2
    return self


@counterpart(
    "torch.Tensor.lerp_",
    differs={
        **IN_PLACE_CAST,
        "accuracy": "torch computes from the other end where weight is 0.5 or more",
        "0-d & complex64": "MindSpore takes no complex number as weight: it raises",
    },
)
def lerp_(self: Tensor, end: Tensor, weight: float | Tensor) -> Tensor:
    """Move towards end by the part weight of the way."""
    self[()] = self.copy() + weight * (end - self.copy())
    return self


@counterpart(
    "torch.Tensor.clamp_",
    "torch.Tensor.clip_",
    differs={**IN_PLACE_DENORMAL, **NO_BOOL, "nan": "a nan among the bounds is passed over"},
)
def clamp_(self: Tensor, min: Tensor | float | None = None, max: Tensor | float | None = None) -> Tensor:
    """Bring what is below min or above max to it."""
    self[()] = ops.clamp(self.copy(), min=min, max=max)
    return self


@counterpart(
    "torch.Tensor.clamp_min_",
    differs={**IN_PLACE_DENORMAL, **NO_BOOL, "nan": "a nan among the bounds is passed over"},
)
def clamp_min_(self: Tensor, min: Tensor | float) -> Tensor:
    """Bring what is below min to it."""
    self[()] = ops.clamp(self.copy(), min=min)
    return self


@counterpart(
    "torch.Tensor.clamp_max_",
    differs={**IN_PLACE_DENORMAL, **NO_BOOL, "nan": "a nan among the bounds is passed over"},
)
def clamp_max_(self: Tensor, max: Tensor | float) -> Tensor:
    """Bring what is above max to it."""
    self[()] = ops.clamp(self.copy(), max=max)
    return self


@counterpart("torch.Tensor.neg_", "torch.Tensor.negative_", differs=IN_PLACE)
def neg_(self: Tensor) -> Tensor:
    """Change the sign."""
    self[()] = -self
    return self


@counterpart("torch.Tensor.relu_", differs={**IN_PLACE_CAST, "nan": "MindSpore's ReLU gives 0 for nan"})
def relu_(self: Tensor) -> Tensor:
    """Replace what is negative by 0."""
    self[()] = ops.relu(self)
    return self


@counterpart("torch.Tensor.sigmoid_", differs=IN_PLACE)
def sigmoid_(self: Tensor) -> Tensor:
    """Take the logistic function."""
    self[()] = ops.sigmoid(self)
    return self


@counterpart(
    "torch.Tensor.tanh_",
    differs={**IN_PLACE, "accuracy": "the kernel errs by up to 1688 units in the last place"},
)
def tanh_(self: Tensor) -> Tensor:
    """Take the hyperbolic tangent."""
    self[()] = ops.tanh(self)
    return self


@counterpart(
    "torch.Tensor.exp_",
    differs={**IN_PLACE, "accuracy": "the kernel errs by up to 66 units in the last place"},
)
def exp_(self: Tensor) -> Tensor:
    """Take the exponential."""
    self[()] = ops.exp(self)
    return self


@counterpart(
    "torch.Tensor.log_",
    differs={
        **IN_PLACE_DENORMAL,
        "gradient": "at 0 the gradient is infinite, with either sign",
    },
)
def log_(self: Tensor) -> Tensor:
    """Take the logarithm."""
    self[()] = ops.log(self.copy())
    return self


@counterpart("torch.Tensor.sqrt_", differs=IN_PLACE_FLUSHED)
def sqrt_(self: Tensor) -> Tensor:
    """Take the square root."""
    self[()] = ops.sqrt(self)
    return self


@counterpart(
    "torch.Tensor.rsqrt_",
    differs={
        **IN_PLACE,
        "complex64 & denormal": "the root of a denormal number is taken for that of zero",
    },
)
def rsqrt_(self: Tensor) -> Tensor:
    """Take the reciprocal of the square root."""
    self[()] = ops.rsqrt(self)
    return self


@counterpart(
    "torch.Tensor.reciprocal_",
    differs={**IN_PLACE_CAST, "complex64": "the reciprocal of zero is infinite with the other sign"},
)
def reciprocal_(self: Tensor) -> Tensor:
    """Take the reciprocal."""
    self[()] = ops.reciprocal(self)
    return self


@counterpart("torch.Tensor.abs_", "torch.Tensor.absolute_", differs=IN_PLACE_FLUSHED)
def abs_(self: Tensor) -> Tensor:
    """Take the magnitude."""
    self[()] = ops.abs(self.copy())
    return self


@counterpart("torch.Tensor.square_", differs=IN_PLACE)
def square_(self: Tensor) -> Tensor:
    """Multiply by itself."""
    self[()] = ops.square(self.copy())
    return self


@counterpart(
    "torch.Tensor.sign_",
    differs={
        **IN_PLACE_CAST,
        **NO_BOOL,
        "int8": "MindSpore's kernel takes no int8: it raises",
        "int16": "MindSpore's kernel takes no int16: it raises",
        "uint8": "MindSpore's kernel takes no uint8: it raises",
    },
)
def sign_(self: Tensor) -> Tensor:
    """Take the sign: -1, 0 or 1."""
    self[()] = ops.sign(self)
    return self


@counterpart("torch.Tensor.floor_", differs={**IN_PLACE, **NO_INTEGERS})
def floor_(self: Tensor) -> Tensor:
    """Round down."""
    self[()] = ops.floor(self)
    return self


@counterpart("torch.Tensor.ceil_", differs={**IN_PLACE, **NO_INTEGERS})
def ceil_(self: Tensor) -> Tensor:
    """Round up."""
    self[()] = ops.ceil(self)
    return self


@counterpart("torch.Tensor.trunc_", "torch.Tensor.fix_", differs=IN_PLACE_CAST)
def trunc_(self: Tensor) -> Tensor:
    """Round towards 0."""
    self[()] = ops.trunc(self)
    return self


@counterpart("torch.Tensor.sin_", differs=IN_PLACE_DENORMAL)
def sin_(self: Tensor) -> Tensor:
    """Take the sine."""
    self[()] = ops.sin(self.copy())
    return self


@counterpart("torch.Tensor.cos_", differs=IN_PLACE)
def cos_(self: Tensor) -> Tensor:
    """Take the cosine."""
    self[()] = ops.cos(self.copy())
    return self


@counterpart("torch.Tensor.logical_not_", differs=IN_PLACE_DENORMAL)
def logical_not_(self: Tensor) -> Tensor:
    """Turn what is 0 into 1 and all else into 0; torch passes a gradient on as if nothing had changed."""
    if self.dtype == ms.bool_:
        self[()] = ops.logical_not(self)
    else:
        with GradientMode(False):
            self[()] = ops.logical_not(self)
    return self


@counterpart(
    "torch.Tensor.round_",
    differs={
        **IN_PLACE_CAST,
        "int8": "MindSpore's kernel takes no int8: it raises",
        "int16": "MindSpore's kernel takes no int16: it raises",
        "uint8": "MindSpore's kernel takes no uint8: it raises",
    },
)
def round_(self: Tensor) -> Tensor:
    """Round to the nearest integer, or decimal place, halves to the even one."""
    self[()] = ops.round(self)
    return self


@overload_of(round_)
def _(self: Tensor, *, decimals: int) -> Tensor:
    self[()] = ops.round(self * 10.0**decimals) / 10.0**decimals
    return self


@counterpart("torch.Tensor.triu_", differs={**IN_PLACE, **NO_COMPLEX})
def triu_(self: Tensor, diagonal: int = 0) -> Tensor:
    """Write 0 below a diagonal."""
    self[()] = ops.triu(self, diagonal=diagonal)
    return self


@counterpart("torch.Tensor.tril_", differs={**IN_PLACE, **NO_COMPLEX})
def tril_(self: Tensor, diagonal: int = 0) -> Tensor:
    """Write 0 above a diagonal."""
    self[()] = ops.tril(self, diagonal=diagonal)
    return self


# ------------------------------------------------------------------------------
# comparisons: 1 and 0 in the tensor's own dtype
# ------------------------------------------------------------------------------


@counterpart("torch.Tensor.eq_", differs=IN_PLACE)
def eq_(self: Tensor, other: Tensor | float) -> Tensor:
    """Write whether each element is equal other."""
    self[()] = self == other
    return self


@counterpart("torch.Tensor.ne_", differs=IN_PLACE)
def ne_(self: Tensor, other: Tensor | float) -> Tensor:
    """Write whether each element is not equal other."""
    self[()] = self != other
    return self


@counterpart("torch.Tensor.lt_", differs=IN_PLACE)
def lt_(self: Tensor, other: Tensor | float) -> Tensor:
    """Write whether each element is below other."""
    self[()] = self < other
    return self


@counterpart("torch.Tensor.le_", differs=IN_PLACE)
def le_(self: Tensor, other: Tensor | float) -> Tensor:
    """Write whether each element is not above other."""
    self[()] = self <= other
    return self


@counterpart("torch.Tensor.gt_", differs=IN_PLACE)
def gt_(self: Tensor, other: Tensor | float) -> Tensor:
    """Write whether each element is above other."""
    self[()] = self > other
    return self


@counterpart("torch.Tensor.ge_", differs=IN_PLACE)
def ge_(self: Tensor, other: Tensor | float) -> Tensor:
    """Write whether each element is not below other."""
    self[()] = self >= other
    return self
