"""``torch.linalg``, written in MindSpore."""

from __future__ import annotations

from typing import Any

import mindspore as ms
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart
from sporeprint.torch._differs import FLUSHED, INVERSE, NO_BFLOAT16
from sporeprint.torch._linalg import inverse_of
from sporeprint.torch._reductions import norm_of_elements
from sporeprint.torch._shape import common_shape

__all__ = ["inv", "norm", "solve", "vector_norm"]


@counterpart(
    "torch.linalg.vector_norm",
    differs={
        **NO_BFLOAT16,
        **FLUSHED,
        "complex64": "MindSpore's Abs of complex numbers is complex",
        "accuracy & float64": "MindSpore's Pow computes float64 in float32",
        "error": "MindSpore takes integers and booleans, and the largest of nothing",
        "gradient & nan": "where the largest is nan the gradient of the others is nan, too",
        "empty & gradient": "MindSpore's Tile refuses empty tensors: it raises",
        "empty & uninitialised": "the sum over nothing is what memory holds",
    },
)
def vector_norm(
    input: Tensor,
    ord: float = 2,
    dim: int | tuple[int, ...] | None = None,
    keepdim: bool = False,
    *,
    dtype: ms.Type | None = None,
) -> Tensor:
    """Return the norm of the elements, all or along ``dim``."""
    if dtype is not None:
        input = input.astype(dtype)
    if dim is None:
        return norm_of_elements(input, ord, None, keepdim)
    if isinstance(dim, int):
        return norm_of_elements(input, ord, dim, keepdim)
    return norm_of_elements(input, ord, tuple(dim) or None, keepdim)


@counterpart(
    "torch.linalg.norm",
    differs={
        **NO_BFLOAT16,
        **FLUSHED,
        "complex64": "MindSpore's Abs of complex numbers is complex",
        "float64": "MindSpore's norms of singular values are float32, and its Pow computes in float32",
        "error": "torch refuses what MindSpore takes: integers, booleans, other ranks, nan in a matrix",
        "inf": "the singular values of infinities are numbers",
        "empty": "MindSpore's Svd refuses empty tensors, and the sum over nothing is what memory holds",
    },
)
def norm(
    input: Tensor,
    ord: float | str | None = None,
    dim: int | tuple[int, ...] | None = None,
    keepdim: bool = False,
    *,
    dtype: ms.Type | None = None,
) -> Tensor:
    """Return the norm of vectors or matrices; without ``ord`` and ``dim`` that of all elements."""
    if dtype is not None:
        input = input.astype(dtype)
    return norm_of_order(input, ord, dim, keepdim)


def norm_of_order(tensor: Tensor, order: Any, dim: int | tuple[int, ...] | None, keepdim: bool) -> Tensor:
    """Return the norm of vectors where there is one dimension, of matrices where there are two."""
    if isinstance(dim, list):
        dim = tuple(dim)
    if order is None or order == "fro":  # the gradient of ops.norm is nan at 0
        return norm_of_elements(tensor, 2, dim, keepdim)
    if isinstance(dim, int) or len(dim or tensor.shape) == 1:
        return norm_of_elements(tensor, order, dim, keepdim)
    return ops.norm(tensor, ord=order, dim=dim, keepdim=keepdim)


@counterpart(
    "torch.linalg.inv",
    differs=INVERSE,
)
def inv(A: Tensor) -> Tensor:
    """Invert matrices."""
    return inverse_of(A)


@counterpart(
    "torch.linalg.solve",
    differs={
        "accuracy & complex64": "the kernel errs more than torch's",
        "float64 & gradient": "the gradient is float32",
        "gradient & inf": "the gradient of a solution that is nan is not",
        "complex64 & inf": "the result is finite where torch's is nan",
        "error": "torch refuses what MindSpore takes: shapes that do not fit",
    },
)
def solve(A: Tensor, B: Tensor, *, left: bool = True) -> Tensor:
    """Return X for which ``A @ X`` is B, or ``X @ A`` where left is False; B may be a vector."""
    return solution(A, B, left)


def solution(matrices: Tensor, sides: Tensor, left: bool) -> Tensor:
    """Bring both to one batch, which ops.matrix_solve does not do by itself."""
    vectors = sides.ndim == 1 or (sides.ndim + 1 == matrices.ndim and sides.shape == matrices.shape[:-1])
    if vectors:
        sides = ops.unsqueeze(sides, -1)
    elif not left:
        matrices, sides = ops.swapaxes(matrices, -1, -2), ops.swapaxes(sides, -1, -2)
    batch = common_shape(matrices.shape[:-2], sides.shape[:-2])
    matrices = ops.broadcast_to(matrices, (*batch, *matrices.shape[-2:]))
    sides = ops.broadcast_to(sides, (*batch, *sides.shape[-2:]))
    # Of an empty batch of complex numbers the process would die.
    result = ops.matrix_solve(matrices, sides) if matrices.size and sides.size else sides
    if vectors:
        return ops.squeeze(result, -1)
    return result if left else ops.swapaxes(result, -1, -2)
