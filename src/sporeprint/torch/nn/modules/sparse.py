"""torch.nn.modules.sparse, written in MindSpore."""

from __future__ import annotations

from typing import Any

import mindspore as ms
from mindspore import Tensor, nn
from mindspore.common import initializer

from sporeprint.counterpart import counterpart
from sporeprint.torch.nn._sparse import rows_without_gradient


@counterpart(
    "torch.nn.Embedding",
    ignores={
        "norm_type": "of max_norm only",
        "sparse": "MindSpore's gradient is dense; its numbers are the same",
        "device": "a MindSpore program names its device once, in the context",
    },
    refuses={
        "max_norm": "renormalise the weight yourself before each call",
        "scale_grad_by_freq": "divide the gradient by the counts yourself",
    },
    differs={
        "names": "the table is embedding_table, not weight",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "int64": "MindSpore refuses int64",
    },
)
def Embedding(
    num_embeddings: int,
    embedding_dim: int,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
    _weight: Tensor | None = None,
    _freeze: bool = False,
    device: Any = None,
    dtype: ms.Type | None = None,
) -> nn.Embedding:
    """Make the layer that returns rows of a learnable table.

    nn.Embedding starts with a deviation of 0.01 unless told otherwise, torch's with 1.

    Args:
        num_embeddings: rows of the table.
        embedding_dim: their length.
        padding_idx: a row that starts with 0 and is not trained, or None.
        max_norm: refused.
        norm_type: without effect.
        scale_grad_by_freq: refused.
        sparse: without effect.
        _weight: what the table starts with, or None.
        _freeze: whether it is not trained.
        device: without effect.
        dtype: of the table; None is float32.

    Returns:
        The layer.
    """
    if padding_idx is not None or _weight is not None or _freeze or dtype is not None:
        return EmbeddingOfChoice(num_embeddings, embedding_dim, padding_idx, _weight, _freeze, dtype)
    return nn.Embedding(num_embeddings, embedding_dim, embedding_table=initializer.Normal(1.0))


class EmbeddingOfChoice(nn.Embedding):
    """nn.Embedding with a row that is not trained, or a table that is given."""

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None,
        weight: Tensor | None,
        freeze: bool,
        dtype: ms.Type | None,
    ) -> None:
        super().__init__(num_embeddings, embedding_dim, embedding_table=initializer.Normal(1.0))
        if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
            raise AssertionError("Padding_idx must be within num_embeddings")
        if weight is None:
            table = getattr(self, "embedding_table").asnumpy().copy()  # noqa: B009  # a parameter, whose type is not told
            if padding_idx is not None:
                table[padding_idx] = 0
            weight = Tensor(table, ms.float32 if dtype is None else dtype)
        self.embedding_table = ms.Parameter(weight, name="embedding_table", requires_grad=not freeze)
        self.padding_idx = padding_idx

    def construct(self, ids: Tensor) -> Tensor:
        """Return the rows with the numbers ids, of any shape, int32 or int64."""
        if self.padding_idx is None:
            return super().construct(ids)
        return rows_without_gradient(ids, self.embedding_table, self.padding_idx)
