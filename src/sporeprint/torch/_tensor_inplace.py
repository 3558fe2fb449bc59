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
    FLUSHED,
    IN_PLACE,
    IN_PLACE_CAST,
    IN_PLACE_DENORMAL,
    IN_PLACE_ERROR,
    IN_PLACE_FLUSHED,
    NO_BOOL,
    NO_COMPLEX,
    NO_INTEGERS,
    NO_ITEMS_OF_BFLOAT16,
    OTHER_DRAWN,
)
from sporeprint.torch._refuses import GENERATOR

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
def add_(self: Tensor, other: Tensor, *, alpha: float = 1) -> Tensor:
    """Add alpha times other."""
    self[()] = self + other if alpha == 1 else self + alpha * other
    return self


@counterpart("torch.Tensor.sub_", "torch.Tensor.subtract_", differs=IN_PLACE_CAST)
def sub_(self: Tensor, other: Tensor, *, alpha: float = 1) -> Tensor:
    """Subtract alpha times other."""
    self[()] = self - other if alpha == 1 else self - alpha * other
    return self


@counterpart("torch.Tensor.mul_", "torch.Tensor.multiply_", differs=IN_PLACE_DENORMAL)
def mul_(self: Tensor, other: Tensor) -> Tensor:
    """Multiply by other."""
    if isinstance(other, Tensor):
        self[()] = self.copy() * other
    else:
        self[()] = self * other
    return self


@counterpart(
    "torch.Tensor.div_",
    "torch.Tensor.divide_",
    differs={
        **IN_PLACE_FLUSHED,
        "0-d & inf": "a nan divided by zero is infinite",
        "gradient & nan": "the gradient of a quotient that is nan is nan",
    },
)
def div_(self: Tensor, other: Tensor, *, rounding_mode: str | None = None) -> Tensor:
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


@counterpart("torch.Tensor.true_divide_", differs=IN_PLACE_FLUSHED)
def true_divide_(self: Tensor, other: Tensor) -> Tensor:
    """Divide by other."""
    if isinstance(other, Tensor):
        self[()] = self.copy() / other
    else:
        self[()] = self / other
    return self


@counterpart(
    "torch.Tensor.pow_",
    differs={**IN_PLACE_DENORMAL, "gradient": "at a base of 0 it is nan where torch gives 0"},
)
def pow_(self: Tensor, exponent: Tensor) -> Tensor:
    """Raise to the power of exponent."""
    self[()] = self.copy() ** exponent
    return self


@counterpart(
    "torch.Tensor.remainder_",
    differs={
        **IN_PLACE_DENORMAL,
        "accuracy & float64": "the remainder is computed from a rounded quotient",
        "gradient & inf": "where the divisor is infinite its gradient is not nan",
    },
)
def remainder_(self: Tensor, other: Tensor) -> Tensor:
    """Leave the remainder of the division by other, with other's sign."""
    self[()] = self.copy() % other
    return self


@counterpart(
    "torch.Tensor.fmod_",
    differs={**IN_PLACE_CAST, "accuracy": "the remainder is computed from a rounded quotient"},
)
def fmod_(self: Tensor, other: Tensor) -> Tensor:
    """Leave the remainder of the division by other, with the tensor's own sign."""
    self[()] = self.copy().fmod(other)
    return self


@counterpart(
    "torch.Tensor.floor_divide_",
    differs={**IN_PLACE_CAST, "inf": "an infinite quotient stays so where torch gives nan"},
)
def floor_divide_(self: Tensor, other: Tensor) -> Tensor:
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
def clamp_(self: Tensor, min: Tensor | None = None, max: Tensor | None = None) -> Tensor:
    """Bring what is below min or above max to it."""
    self[()] = ops.clamp(self.copy(), min=min, max=max)
    return self


@counterpart(
    "torch.Tensor.clamp_min_",
    differs={**IN_PLACE_DENORMAL, **NO_BOOL, "nan": "a nan among the bounds is passed over"},
)
def clamp_min_(self: Tensor, min: Tensor) -> Tensor:
    """Bring what is below min to it."""
    self[()] = ops.clamp(self.copy(), min=min)
    return self


@counterpart(
    "torch.Tensor.clamp_max_",
    differs={**IN_PLACE_DENORMAL, **NO_BOOL, "nan": "a nan among the bounds is passed over"},
)
def clamp_max_(self: Tensor, max: Tensor) -> Tensor:
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
        "accuracy": "the kernel errs by up to 523 units in the last place",
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


@counterpart(
    "torch.Tensor.logical_not_",
    differs={
        **IN_PLACE,
        "gradient": "torch passes the gradient on as if nothing had changed",
        "complex64 & denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
    },
)
def logical_not_(self: Tensor) -> Tensor:
    """Turn what is 0 into 1 and all else into 0."""
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
def round_(self: Tensor, *, decimals: int = 0) -> Tensor:
    """Round to the nearest integer, halves to the even one."""
    self[()] = ops.round(self) if decimals == 0 else ops.round(self * 10.0**decimals) / 10.0**decimals
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
def eq_(self: Tensor, other: Tensor) -> Tensor:
    """Write whether each element is equal other."""
    self[()] = self == other
    return self


@counterpart("torch.Tensor.ne_", differs=IN_PLACE)
def ne_(self: Tensor, other: Tensor) -> Tensor:
    """Write whether each element is not equal other."""
    self[()] = self != other
    return self


@counterpart("torch.Tensor.lt_", differs=IN_PLACE)
def lt_(self: Tensor, other: Tensor) -> Tensor:
    """Write whether each element is below other."""
    self[()] = self < other
    return self


@counterpart("torch.Tensor.le_", differs=IN_PLACE)
def le_(self: Tensor, other: Tensor) -> Tensor:
    """Write whether each element is not above other."""
    self[()] = self <= other
    return self


@counterpart("torch.Tensor.gt_", differs=IN_PLACE)
def gt_(self: Tensor, other: Tensor) -> Tensor:
    """Write whether each element is above other."""
    self[()] = self > other
    return self


@counterpart("torch.Tensor.ge_", differs=IN_PLACE)
def ge_(self: Tensor, other: Tensor) -> Tensor:
    """Write whether each element is not below other."""
    self[()] = self >= other
    return self


# ------------------------------------------------------------------------------
# masks and indices
# ------------------------------------------------------------------------------


@counterpart("torch.Tensor.masked_fill_", differs=IN_PLACE)
def masked_fill_(self: Tensor, mask: Tensor, value: float | Tensor) -> Tensor:
    """Write value where mask, which is broadcast, is true."""
    self[()] = self.masked_fill(mask, value)
    return self


@counterpart(
    "torch.Tensor.index_fill_",
    differs={**IN_PLACE, **NO_COMPLEX, "0-d": "a 0-d tensor has no dimension to index: it raises"},
)
def index_fill_(self: Tensor, dim: int, index: Tensor, value: float | Tensor) -> Tensor:
    """Write value into the slices of dimension dim that index, of rank 1, names."""
    self[(slice(None),) * (dim % self.ndim) + (index,)] = value
    return self


@counterpart(
    "torch.Tensor.index_copy_",
    differs={**IN_PLACE, "0-d": "a 0-d tensor has no dimension to index: it raises"},
)
def index_copy_(self: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """Write the slices of source into those of dimension dim that index, of rank 1, names."""
    self[(slice(None),) * (dim % self.ndim) + (index,)] = source
    return self


@counterpart(
    "torch.Tensor.index_add_",
    differs={
        **IN_PLACE,
        **NO_BOOL,
        **NO_COMPLEX,
        "int64": "MindSpore's kernel takes no int64: it raises",
        "0-d": "MindSpore's kernel refuses 0-d tensors: it raises",
    },
)
def index_add_(self: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: float = 1) -> Tensor:
    """Add alpha times the slices of source to those of dimension dim that index, of rank 1, names."""
    self[()] = ops.index_add(
        self.copy(), index.astype(ms.int32), source if alpha == 1 else alpha * source, dim
    )
    return self


@counterpart(
    "torch.Tensor.scatter_add_",
    differs={
        **NO_ITEMS_OF_BFLOAT16,
        **IN_PLACE_ERROR,
        **FLUSHED,
        **NO_COMPLEX,
        "0-d": "MindSpore's kernel refuses 0-d tensors: it raises",
    },
)
def scatter_add_(self: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """Add the elements of src at the places along dim that index names."""
    part = src[tuple(slice(length) for length in index.shape)]
    self[()] = ops.tensor_scatter_elements(self.copy(), index, part, axis=dim, reduction="add")
    return self


@counterpart(
    "torch.Tensor.scatter_",
    differs={
        **NO_ITEMS_OF_BFLOAT16,
        **IN_PLACE_ERROR,
        **FLUSHED,
        **NO_COMPLEX,
        "0-d": "MindSpore's kernel refuses 0-d tensors: it raises",
        "warning": "torch warns that reduce is deprecated",
    },
)
def scatter_(self: Tensor, dim: int, index: Tensor, src: Tensor, *, reduce: str | None = None) -> Tensor:
    """Write the elements of src, or one number, at the places along dim that index names.

    Args:
        self: any rank.
        dim: the dimension.
        index: int64, of self's rank, nowhere longer than src.
        src: of self's dtype, or one number.
        reduce: "add" or "multiply": combine with what is there; None: replace it.
    """
    self[()] = scattered(self.copy(), dim, index, src, reduce)
    return self


@overload_of(scatter_)
def _(self: Tensor, dim: int, index: Tensor, value: float, *, reduce: str | None = None) -> Tensor:
    self[()] = scattered(self.copy(), dim, index, value, reduce)
    return self


def scattered(self: Tensor, dim: int, index: Tensor, src: Tensor | float, reduce: str | None) -> Tensor:
    """Return a tensor with elements written, added or multiplied at the places along dim that index names."""
    if isinstance(src, Tensor):
        part = src[tuple(slice(length) for length in index.shape)]
    else:
        part = ops.zeros(index.shape, self.dtype) + Tensor(src, self.dtype)
    reduction = "mul" if reduce == "multiply" else "none" if reduce is None else reduce
    return ops.tensor_scatter_elements(self, index, part, axis=dim, reduction=reduction)


@counterpart("torch.Tensor.fill_diagonal_", differs=IN_PLACE)
def fill_diagonal_(self: Tensor, fill_value: float, wrap: bool = False) -> Tensor:
    """Write a number into the main diagonal."""
    self[()] = ops.fill_diagonal(self, fill_value, wrap=wrap)
    return self


# ------------------------------------------------------------------------------
# random numbers
# ------------------------------------------------------------------------------


@counterpart("torch.Tensor.uniform_", refuses=GENERATOR, differs={**IN_PLACE_CAST, **OTHER_DRAWN})
def uniform_(self: Tensor, from_: float = 0, to: float = 1, *, generator: object = None) -> Tensor:
    """Write numbers drawn evenly from ``from_`` to ``to``."""
    self[()] = ops.rand(*self.shape) * (to - from_) + from_
    return self


@counterpart("torch.Tensor.normal_", refuses=GENERATOR, differs={**IN_PLACE_CAST, **OTHER_DRAWN})
def normal_(self: Tensor, mean: float = 0, std: float = 1, *, generator: object = None) -> Tensor:
    """Write numbers drawn from the normal distribution."""
    self[()] = ops.randn(*self.shape) * std + mean
    return self


@counterpart("torch.Tensor.bernoulli_", refuses=GENERATOR, differs=OTHER_DRAWN)
def bernoulli_(self: Tensor, p: float | Tensor = 0.5, *, generator: object = None) -> Tensor:
    """Write 1 with probability p, a number or one for each element, and 0 otherwise."""
    self[()] = ops.rand(*self.shape) < p
    return self


@counterpart("torch.Tensor.exponential_", refuses=GENERATOR, differs={**IN_PLACE_CAST, **OTHER_DRAWN})
def exponential_(self: Tensor, lambd: float = 1, *, generator: object = None) -> Tensor:
    """Write numbers drawn from the exponential distribution of rate lambd."""
    self[()] = -ops.log(1 - ops.rand(*self.shape)) / lambd
    return self


@counterpart("torch.Tensor.random_", refuses=GENERATOR, differs={**IN_PLACE_CAST, **OTHER_DRAWN})
def random_(self: Tensor, *, generator: object = None) -> Tensor:
    """Write whole numbers from 0 to the largest that the dtype holds exactly, or up to one below a bound.

    Overloads: ``random_(to)``, ``random_(from_, to)``.
    """
    self[()] = ops.randint(0, largest_drawn(self), self.shape)
    return self


@overload_of(random_)
def _(self: Tensor, from_: int, to: int | None, *, generator: object = None) -> Tensor:
    self[()] = ops.randint(from_, largest_drawn(self) if to is None else to, self.shape)
    return self


@overload_of(random_)
def _(self: Tensor, to: int, *, generator: object = None) -> Tensor:
    self[()] = ops.randint(0, to, self.shape)
    return self


def largest_drawn(self: Tensor) -> int:
    """Return the bound below which torch's ``random_`` draws for a dtype, as far as MindSpore's randint reaches."""
    bounds = {
        ms.bool_: 2, ms.uint8: 2**8, ms.int8: 2**7, ms.int16: 2**15, ms.float16: 2**11 + 1, ms.float32: 2**24 + 1,
        ms.bfloat16: 2**8 + 1,
    }  # fmt: skip
    return bounds.get(self.dtype, 2**31 - 1)
