"""Products of matrices and their like of ``torch``, written in MindSpore."""

from __future__ import annotations

from typing import Any

from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart, overload_of
from sporeprint.torch._differs import (
    FLUSHED,
    INVERSE,
    NO_0D,
    NO_BFLOAT16,
    NO_BOOL,
    NO_COMPLEX,
    NO_EMPTY,
    NO_INTEGERS,
)
from sporeprint.torch._einsum import product_of_two, summed_products
from sporeprint.torch._reductions import norm_of_elements
from sporeprint.torch._refuses import OUT
from sporeprint.torch._shape import common_shape

OUT_DTYPE = {"out_dtype": "cast the result instead"}
COMPUTE_MODE = {"compute_mode": "it chooses between ways to compute the same"}


@counterpart(
    "torch.matmul",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        "inf": "the result is (-inf-infj), not (nan+nanj)",
        "empty": "of nothing it gives another number",
        "accuracy": "the kernel errs by up to 66 units in the last place",
    },
)
def matmul(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Multiply matrices, or batches of them, or vectors."""
    return ops.matmul(input, other)


@counterpart(
    "torch.mm",
    refuses={**OUT, **OUT_DTYPE},
    differs={
        **NO_BFLOAT16,
        **NO_BOOL,
        "inf": "the result is nan where torch's is not",
        "empty & uninitialised": "the product over nothing is what memory holds",
    },
)
def mm(input: Tensor, mat2: Tensor, out_dtype: object, *, out: Tensor | None = None) -> Tensor:
    """Multiply two matrices."""
    return ops.mm(input, mat2)


@overload_of(mm)
def _(input: Tensor, mat2: Tensor, *, out: Tensor | None = None) -> Tensor:
    return ops.mm(input, mat2)


@counterpart(
    "torch.bmm",
    refuses={**OUT, **OUT_DTYPE},
    differs={**NO_BFLOAT16, "inf": "the result is nan where torch's is not"},
)
def bmm(input: Tensor, mat2: Tensor, out_dtype: object, *, out: Tensor | None = None) -> Tensor:
    """Multiply two batches of matrices."""
    return ops.bmm(input, mat2)


@overload_of(bmm)
def _(input: Tensor, mat2: Tensor, *, out: Tensor | None = None) -> Tensor:
    return ops.bmm(input, mat2)


@counterpart(
    "torch.mv",
    refuses=OUT,
    differs={**NO_BFLOAT16, **NO_EMPTY, "inf": "the result is (-inf-infj), not (nan+nanj)"},
)
def mv(input: Tensor, vec: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Multiply a matrix by a vector."""
    return ops.mv(input, vec)


@counterpart("torch.dot", refuses=OUT, differs=NO_BFLOAT16)
def dot(input: Tensor, tensor: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Add up the products of two vectors' elements."""
    return ops.matmul(input, tensor)


@counterpart("torch.inner", refuses=OUT, differs={**NO_BFLOAT16, **FLUSHED})
def inner(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Add up the products along the last dimension of both."""
    return ops.inner(input, other)


@counterpart(
    "torch.outer",
    "torch.ger",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **FLUSHED,
        "error": "torch refuses what MindSpore takes: outer: Expected 1-D argument self, but got 0-D",
        "empty": "of nothing it gives gradient of 1: 2.247117487993712e+307, not 0.0",
    },
)
def outer(input: Tensor, vec2: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Multiply each element of one vector by each of another."""
    return ops.outer(input, vec2)


@counterpart(
    "torch.kron",
    refuses=OUT,
    differs={**NO_BFLOAT16, **FLUSHED, "empty": "of nothing it gives gradient of 1: nan, not 0.0"},
)
def kron(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Put the second tensor, multiplied, in the place of each element of the first."""
    return ops.kron(input, other)


@counterpart(
    "torch.addmm",
    refuses={**OUT, **OUT_DTYPE},
    differs={
        **NO_BFLOAT16,
        **NO_COMPLEX,
        **NO_0D,
        "denormal": "it raises: For 'addmm', parameter 'alpha' must be an int or f",
        "nan": "it raises: For 'addmm', parameter 'alpha' must be an int or f",
        "inf": "it raises: For 'addmm', parameter 'alpha' must be an int or f",
        "empty": "of nothing it gives another number",
        "accuracy": "float64 is computed with the accuracy of float32",
    },
)
def addmm(
    input: Tensor,
    mat1: Tensor,
    mat2: Tensor,
    out_dtype: object,
    *,
    beta: complex = 1,
    alpha: complex = 1,
    out: Tensor | None = None,
) -> Tensor:
    """Return ``beta * input + alpha * (mat1 @ mat2)``."""
    return ops.addmm(input, mat1, mat2, beta=beta, alpha=alpha)


@overload_of(addmm)
def _(
    input: Tensor,
    mat1: Tensor,
    mat2: Tensor,
    *,
    beta: int | float | complex = 1,
    alpha: int | float | complex = 1,
    out: Tensor | None = None,
) -> Tensor:
    return ops.addmm(input, mat1, mat2, beta=beta, alpha=alpha)


@overload_of(addmm)
def _(beta: float, self: Tensor, alpha: float, mat1: Tensor, mat2: Tensor) -> Tensor:
    return ops.addmm(self, mat1, mat2, beta=beta, alpha=alpha)


@overload_of(addmm)
def _(beta: float, self: Tensor, mat1: Tensor, mat2: Tensor) -> Tensor:
    return ops.addmm(self, mat1, mat2, beta=beta)


@counterpart(
    "torch.baddbmm",
    refuses={**OUT, **OUT_DTYPE},
    differs={
        **NO_INTEGERS,
        **NO_BFLOAT16,
        **NO_COMPLEX,
        **NO_EMPTY,
        **NO_0D,
        "denormal": "it raises: For inputs of type not FloatTensor or DoubleTensor",
        "nan": "it raises: For inputs of type not FloatTensor or DoubleTensor",
        "inf": "it raises: For inputs of type not FloatTensor or DoubleTensor",
        "accuracy": "float64 is computed with the accuracy of float32",
    },
)
def baddbmm(
    input: Tensor,
    batch1: Tensor,
    batch2: Tensor,
    out_dtype: object,
    *,
    beta: complex = 1,
    alpha: complex = 1,
    out: Tensor | None = None,
) -> Tensor:
    """Return ``beta * input + alpha * (batch1 @ batch2)``."""
    return ops.baddbmm(input, batch1, batch2, beta=beta, alpha=alpha)


@overload_of(baddbmm)
def _(
    input: Tensor,
    batch1: Tensor,
    batch2: Tensor,
    *,
    beta: int | float | complex = 1,
    alpha: int | float | complex = 1,
    out: Tensor | None = None,
) -> Tensor:
    return ops.baddbmm(input, batch1, batch2, beta=beta, alpha=alpha)


@overload_of(baddbmm)
def _(beta: float, self: Tensor, alpha: float, batch1: Tensor, batch2: Tensor) -> Tensor:
    return ops.baddbmm(self, batch1, batch2, beta=beta, alpha=alpha)


@overload_of(baddbmm)
def _(beta: float, self: Tensor, batch1: Tensor, batch2: Tensor) -> Tensor:
    return ops.baddbmm(self, batch1, batch2, beta=beta)


@counterpart("torch.einsum", differs={**NO_BFLOAT16, "empty": "of nothing it gives another number"})
def einsum(*args: Any) -> Tensor:
    """Multiply tensors and add up along the letters that only the left of an equation names."""
    return summed_products(*args)


@counterpart(
    "torch.tensordot",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        **NO_BOOL,
        "error": "torch refuses what MindSpore takes: tensordot expects dims >= 0, but got dims=-1",
        "nan": "the result is (inf-infj), not (nan+nanj)",
        "inf": "the result is (inf+infj), not (nan+nanj)",
    },
)
def tensordot(a: Tensor, b: Tensor, dims: Any = 2, out: Tensor | None = None) -> Tensor:
    """Multiply and add up along the last dims dimensions of a and the first of b, or those given for each."""
    return product_along(a, b, dims)


def product_along(a: Tensor, b: Tensor, dims: Any) -> Tensor:
    """Name the dimensions, those that are added up alike in both, and add up the products."""
    if isinstance(dims, Tensor):
        dims = dims.asnumpy().tolist()
    if isinstance(dims, int):
        ours, theirs = list(range(a.ndim - dims, a.ndim)), list(range(dims))
    else:
        ours, theirs = ([each] if isinstance(each, int) else list(each) for each in dims)
    first = [f"a{place}" for place in range(a.ndim)]
    second = [f"b{place}" for place in range(b.ndim)]
    for one, two in zip(ours, theirs, strict=True):
        second[two] = first[one]
    needed = set(first) ^ set(second)
    return product_of_two(a, first, b, second, needed)[0]


@counterpart(
    "torch.cross",
    refuses=OUT,
    differs={
        **NO_BFLOAT16,
        "error": "torch refuses what MindSpore takes: booleans, other ranks, no dimension of length 3",
        "warning": "torch warns",
    },
)
def cross(input: Tensor, other: Tensor, dim: int | None = None, *, out: Tensor | None = None) -> Tensor:
    """Return vector products along a dimension of length 3; None takes the first of that length."""
    return vector_product(input, other, dim)


def vector_product(a: Tensor, b: Tensor, dim: int | None) -> Tensor:
    """Compute the three components; ops.cross broadcasts wrongly."""
    shape = common_shape(a.shape, b.shape)
    a, b = ops.broadcast_to(a, shape), ops.broadcast_to(b, shape)
    if dim is None:
        dim = shape.index(3)
    x, y, z = ops.unbind(a, dim)
    u, v, w = ops.unbind(b, dim)
    return ops.stack((y * w - z * v, z * u - x * w, x * v - y * u), axis=dim)


@counterpart(
    "torch.cdist",
    ignores=COMPUTE_MODE,
    differs={
        **NO_BFLOAT16,
        **FLUSHED,
        "error": "torch refuses what MindSpore takes: float16, integers",
        "nan": "a nan does not reach the result; the gradient differs too",
        "inf": "the gradient of an infinite distance is another",
        "empty": "the gradient of no distances is not 0",
        "accuracy": "the kernel errs by up to 96 units in the last place",
    },
)
def cdist(
    x1: Tensor, x2: Tensor, p: float = 2.0, compute_mode: str | None = "use_mm_for_euclid_dist_if_necessary"
) -> Tensor:
    """Return the p-norm of the difference of each row of x1 and each of x2."""
    return distances(x1, x2, p)


def distances(a: Tensor, b: Tensor, order: float) -> Tensor:
    """Subtract each row from each other one; ops.cdist has wrong gradients for orders below 1."""
    if 0 in (a.shape[-2], b.shape[-2]):
        shape = (*common_shape(a.shape[:-2], b.shape[:-2]), a.shape[-2], b.shape[-2])
        return (
            ops.zeros(shape, dtype=a.dtype) + ops.sum(a * 0) + ops.sum(b * 0)
        )  # the gradient is 0, not anything
    return norm_of_elements(ops.unsqueeze(a, -2) - ops.unsqueeze(b, -3), order, -1, False)


@counterpart(
    "torch.trace",
    differs={
        **NO_BFLOAT16,
        "error": "torch refuses what MindSpore takes: booleans, trace: expected a matrix, but got tensor with dim 3",
        "empty": "of nothing it gives another number",
    },
)
def trace(input: Tensor) -> Tensor:
    """Add up the diagonal of a matrix."""
    return ops.sum(ops.diagonal(input))


@counterpart(
    "torch.inverse",
    refuses=OUT,
    differs=INVERSE,
)
def inverse(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Invert matrices."""
    return inverse_of(input)


@counterpart("torch.Tensor.inverse", differs=INVERSE)
def inverse_of_self(self: Tensor) -> Tensor:
    """Invert matrices."""
    return inverse_of(self)


def inverse_of(matrices: Tensor) -> Tensor:
    """Solve for the unit matrix: of a singular matrix ops.inverse gives numbers, where ops.matrix_solve raises."""
    unit = ops.broadcast_to(ops.eye(matrices.shape[-1], dtype=matrices.dtype), matrices.shape)
    # Of an empty batch of complex numbers the process would die.
    return ops.matrix_solve(matrices, unit) if matrices.size else matrices
