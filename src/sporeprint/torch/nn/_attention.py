"""The attention of ``torch.nn.functional``, written in MindSpore."""

from __future__ import annotations

import math

import mindspore as ms
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart


@counterpart(
    "torch.nn.functional.scaled_dot_product_attention",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "nan": "MindSpore gives nan where torch gives 0",
        "inf": "MindSpore gives nan where torch gives 0",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "error": "MindSpore takes arguments that torch refuses",
        "empty & gradient": "that of a mask for no queries is what memory holds, not 0",
        "accuracy": "MindSpore's softmax errs by up to 1e-5",
        "accuracy & float64": "MindSpore computes it with float32 accuracy",
        "float16 & gradient": "errs by up to 17 units in the last place",
        "accuracy & float16": "errs by up to 3.8e+02 units in the last place",
    },
)
def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    *,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """Attend from each of L places to S places.

    Args:
        query: (N, ..., Hq, L, E), floating.
        key: (N, ..., H, S, E).
        value: (N, ..., H, S, Ev).
        attn_mask: broadcasts to (N, ..., L, S): booleans, False where there is no attention, or what is added.
        dropout_p: the probability with which a weight is dropped; there is no evaluation mode here.
        is_causal: whether each place attends to the places before it and to itself only.
        scale: of the products; None is 1/sqrt(E).
        enable_gqa: whether key and value have fewer heads than query, each for several of its.

    Returns:
        Tensor of shape (N, ..., Hq, L, Ev).
    """
    if enable_gqa:
        key = ops.repeat_interleave(key, query.shape[-3] // key.shape[-3], -3)
        value = ops.repeat_interleave(value, query.shape[-3] // value.shape[-3], -3)
    return attended(query, key, value, attn_mask, dropout_p, is_causal, scale)


def attended(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None,
    dropout_p: float,
    is_causal: bool,
    scale: float | None,
) -> Tensor:
    """Attend from each of L places to S places; parameters as in torch's scaled_dot_product_attention."""
    scores = attention_scores(query, key, attn_mask, is_causal, scale)
    weights = ops.softmax(scores, axis=-1)
    if attn_mask is not None and attn_mask.dtype == ms.bool_:
        # A place that attends to nothing gets 0, not the mean.
        weights = ops.where(attn_mask.any(axis=-1, keep_dims=True), weights, ops.zeros_like(weights))
    if dropout_p > 0:
        weights = ops.dropout(weights, p=dropout_p)
    return ops.matmul(weights, value)


def attention_scores(
    query: Tensor, key: Tensor, attn_mask: Tensor | None, is_causal: bool, scale: float | None
) -> Tensor:
    """Return the products of queries (..., L, E) and keys (..., S, E), scaled and masked: (..., L, S)."""
    factor = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    scores = ops.matmul(query * factor, key.swapaxes(-1, -2))
    if is_causal:
        before = ops.tril(ops.ones(scores.shape[-2:], ms.int32)).astype(ms.bool_)
        scores = ops.masked_fill(scores, ops.logical_not(before), -math.inf)
    if attn_mask is None:
        return scores
    if attn_mask.dtype == ms.bool_:
        return ops.masked_fill(scores, ops.logical_not(attn_mask), -math.inf)
    return scores + attn_mask
