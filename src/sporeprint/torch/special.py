"""``torch.special``, written in MindSpore."""

from __future__ import annotations

import mindspore as ms
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart, exact_of
from sporeprint.torch._softmax import exact_log_softmax, exact_softmax
from sporeprint.torch.functional import logsumexp

__all__ = ["log_softmax", "logsumexp", "softmax"]


@counterpart(
    "torch.special.softmax",
    differs={
        "0-d": "ops.softmax refuses 0-d tensors",
        "accuracy": "the kernel errs by up to 150 units in the last place (float32) or 10 (float16)",
        "bfloat16": "ops.softmax has no bfloat16 kernel on CPU",
        "nan": "a nan does not reach the other elements along dim: they become 0",
        "inf": "where torch gives nan (plus infinity, or nothing but minus infinity) elements or gradients become 0",
        "complex64 & warning": "torch warns that the imaginary part is discarded",
        "complex64 & empty": "torch takes an empty complex tensor",
    },
)
def softmax(input: Tensor, dim: int, dtype: ms.Type | None = None) -> Tensor:
    """Return exponentials made to sum to 1 along ``dim``.

    A bug of MindSpore 2.10 on CPU to stay clear of: once ops.softmax of an empty tensor has been differentiated, later
    gradients of it along dimension 0 are wrong in the same process, by as much as 0.6.

    Args:
        input: any shape, floating; with dtype, any.
        dim: the dimension to normalise over.
        dtype: what the input is cast to first; None leaves it.

    Returns:
        Tensor of input's shape, in dtype or its own.
    """
    if dtype is not None:
        input = input.astype(dtype)
    return ops.softmax(input, axis=dim)


@exact_of(softmax)
def _(input: Tensor, dim: int, dtype: ms.Type | None = None) -> Tensor:
    return exact_softmax(input, dim, dtype)


@counterpart(
    "torch.special.log_softmax",
    differs={
        "0-d & gradient": "differentiating a 0-d ops.log_softmax never returns",
        "accuracy": "the kernel is off by up to 6.3e-6, also in float64, so results near 0 lose digits: by 3.1e-6, "
        "750 units in the last place, for [[1, 2, 3, 4, 5], [5, 4, 3, 2, 1]] along 0 (by 8e-8 before MindSpore 2.9.0)",
        "bfloat16": "ops.log_softmax has no bfloat16 kernel on CPU",
        "nan": "a nan does not reach the other elements along dim: they become minus infinity",
        "inf": "where torch gives nan (plus infinity, or nothing but minus infinity) elements or gradients do not",
        "complex64 & warning": "torch warns that the imaginary part is discarded",
        "complex64 & empty": "torch takes an empty complex tensor",
    },
)
def log_softmax(input: Tensor, dim: int, *, dtype: ms.Type | None = None) -> Tensor:
    """Return the logarithm of the softmax along ``dim``.

    Args:
        input: any shape, floating; with dtype, any.
        dim: the dimension to normalise over.
        dtype: what the input is cast to first; None leaves it.

    Returns:
        Tensor of input's shape, in dtype or its own.
    """
    if dtype is not None:
        input = input.astype(dtype)
    return ops.log_softmax(input, axis=dim)


@exact_of(log_softmax)
def _(input: Tensor, dim: int, *, dtype: ms.Type | None = None) -> Tensor:
    return exact_log_softmax(input, dim, dtype)
