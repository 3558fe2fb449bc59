"""Embeddings, one-hot vectors and bilinear forms of ``torch.nn.functional``, written in MindSpore."""

from __future__ import annotations

import mindspore as ms
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart


@counterpart(
    "torch.nn.functional.embedding",
    ignores={
        "norm_type": "of max_norm only",
        "sparse": "MindSpore's gradient is dense; its numbers are the same",
    },
    refuses={
        "max_norm": "renormalise the weight yourself before the call",
        "scale_grad_by_freq": "divide the gradient by the counts yourself",
    },
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "int64": "MindSpore refuses int64",
    },
)
def embedding(
    input: Tensor,
    weight: Tensor,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """Return rows of weight.

    Args:
        input: their numbers, any shape, int32 or int64.
        weight: (num_embeddings, embedding_dim).
        padding_idx: a row that gets no gradient, or None.
        max_norm: refused.
        norm_type: without effect.
        scale_grad_by_freq: refused.
        sparse: without effect.

    Returns:
        Tensor of shape (*input.shape, embedding_dim).
    """
    if padding_idx is not None:
        return rows_without_gradient(input, weight, padding_idx)
    return ops.gather(weight, input, 0)


def rows_without_gradient(input: Tensor, weight: Tensor, padding_idx: int) -> Tensor:
    """Return rows of weight, of which the row padding_idx gets no gradient."""
    rows = ops.gather(weight, input, 0)
    padding = (input == padding_idx % weight.shape[0]).expand_dims(-1)
    return ops.where(padding, ops.stop_gradient(rows), rows)


@counterpart(
    "torch.nn.functional.one_hot",
    differs={
        "error": "MindSpore also takes integers or booleans",
    },
)
def one_hot(input: Tensor, num_classes: int = -1) -> Tensor:
    """Return a row for each class in input: 1 at the class, 0 elsewhere.

    Args:
        input: classes, any shape, int64.
        num_classes: length of a row; -1 takes the largest class plus 1.

    Returns:
        Tensor of shape (*input.shape, num_classes), int64.
    """
    if num_classes == -1:
        num_classes = int(input.max()) + 1
    return ops.one_hot(input, num_classes, on_value=1, off_value=0).astype(ms.int64)


@counterpart(
    "torch.nn.functional.bilinear",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "empty": "results or gradients of empty tensors are wrong, or not written",
        "bool": "MindSpore refuses booleans",
    },
)
def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Return ``input1 @ weight @ input2 + bias``.

    Args:
        input1: (..., in1_features), floating.
        input2: (..., in2_features).
        weight: (out_features, in1_features, in2_features).
        bias: (out_features,) or None.

    Returns:
        Tensor of shape (..., out_features).
    """
    return bilinear_form(input1, input2, weight, bias)


def bilinear_form(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """Return ``input1 @ weight @ input2 + bias``; parameters as in torch's bilinear."""
    many, first, second = weight.shape
    flat = ops.matmul(input1, weight.swapaxes(0, 1).reshape((first, many * second)))
    products = flat.reshape((*input1.shape[:-1], many, second)) * input2.expand_dims(-2)
    result = products.sum(-1).astype(products.dtype)  # a sum of integers is of int64
    return result if bias is None else result + bias
