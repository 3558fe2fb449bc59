"""torch.nn.modules.transformer and its MultiheadAttention, written in MindSpore.

mindspore.nn's own start with other numbers, name their parameters otherwise, and know fewer options.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import mindspore as ms
import numpy as np
from mindspore import Tensor, nn, ops
from mindspore.common.initializer import XavierUniform, initializer

from sporeprint.counterpart import counterpart_class
from sporeprint.torch.nn.modules.normalization import LayerNormOfChoice


@counterpart_class(
    "torch.nn.MultiheadAttention",
    ignores={"device": "a MindSpore program names its device once, in the context"},
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "uninitialised": "MindSpore returns memory that it has not written",
        "accuracy & float16": "errs by up to 2.4e+02 units in the last place in the gradient",
        "gradient & inf": "MindSpore gives 0.106 where torch gives nan",
        "empty & gradient": "the gradient of an empty tensor raises",
    },
)
class MultiheadAttention(nn.Cell):
    """Attention by several heads.

    Args:
        embed_dim: of the queries, divided among the heads.
        num_heads: how many.
        dropout: the probability with which a weight is dropped.
        bias: whether to add learnable shifts.
        add_bias_kv: whether a learnable key and value stand behind the others.
        add_zero_attn: whether a key and value of zeros do.
        kdim: of the keys; None is embed_dim.
        vdim: of the values; None is embed_dim.
        batch_first: whether the batch is the first dimension of input and output.
        device: without effect.
        dtype: of the parameters; None is float32.
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        device: Any = None,
        dtype: ms.Type | None = None,
    ) -> None:
        super().__init__()
        if embed_dim <= 0 or num_heads <= 0 or embed_dim % num_heads:
            raise ValueError("embed_dim must be divisible by num_heads, and both greater than 0")
        self.embed_dim = embed_dim
        self.kdim = embed_dim if kdim is None else kdim
        self.vdim = embed_dim if vdim is None else vdim
        self.num_heads = num_heads
        self.head_dim = embed_dim // num_heads
        self.dropout = dropout
        self.batch_first = batch_first
        self.add_zero_attn = add_zero_attn
        self.in_proj_weight = self.in_proj_bias = None
        if self.kdim == self.vdim == embed_dim:
            self.in_proj_weight = xavier_parameter((3 * embed_dim, embed_dim), "in_proj_weight", dtype)
        else:
            self.q_proj_weight = xavier_parameter((embed_dim, embed_dim), "q_proj_weight", dtype)
            self.k_proj_weight = xavier_parameter((embed_dim, self.kdim), "k_proj_weight", dtype)
            self.v_proj_weight = xavier_parameter((embed_dim, self.vdim), "v_proj_weight", dtype)
        dtype = ms.float32 if dtype is None else dtype
        if bias:
            self.in_proj_bias = ms.Parameter(ops.zeros(3 * embed_dim, dtype), name="in_proj_bias")
        self.out_proj = nn.Dense(embed_dim, embed_dim, has_bias=bias, bias_init="zeros", dtype=dtype)
        self.bias_k: Any = None
        self.bias_v: Any = None
        if add_bias_kv:
            numbers = np.random.normal(0, math.sqrt(2 / (embed_dim + embed_dim)), (2, 1, 1, embed_dim))
            self.bias_k = ms.Parameter(Tensor(numbers[0], dtype), name="bias_k")
            self.bias_v = ms.Parameter(Tensor(numbers[1], dtype), name="bias_v")

    def projected(self, query: Tensor, key: Tensor, value: Tensor) -> list[Tensor]:
        """Return what the three weights make of queries, keys and values."""
        biases = [None] * 3 if self.in_proj_bias is None else ops.split(self.in_proj_bias, self.embed_dim)
        if self.in_proj_weight is not None:
            weights = ops.split(self.in_proj_weight, self.embed_dim)
        else:
            weights = (self.q_proj_weight, self.k_proj_weight, self.v_proj_weight)
        return [ops.dense(*each) for each in zip((query, key, value), weights, biases, strict=True)]

    def heads(self, x: Tensor) -> Tensor:
        """Return (N, heads, L, head_dim) of (L, N, embed_dim)."""
        return x.reshape((*x.shape[:2], self.num_heads, self.head_dim)).transpose((1, 2, 0, 3))

    def construct(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        """Attend.

        Args:
            query: (L, N, embed_dim), with batch_first (N, L, embed_dim), or (L, embed_dim).
            key: (S, N, kdim) and so on.
            value: (S, N, vdim) and so on.
            key_padding_mask: (N, S) or (S,): True where a key counts for nothing, or what is added.
            need_weights: whether to return the weights.
            attn_mask: (L, S) or (N * heads, L, S): True where there is no attention, or what is added.
            average_attn_weights: whether the weights are averaged over the heads.
            is_causal: a hint that attn_mask is causal.

        Returns:
            The output in the shape of query, and weights (N, L, S) or (N, heads, L, S), or None.
        """
        if is_causal and attn_mask is None:
            raise RuntimeError("Need attn_mask if specifying the is_causal hint.")
        if query.ndim == 2:
            mask = None if key_padding_mask is None else key_padding_mask.expand_dims(0)
            place = 0 if self.batch_first else 1
            inputs = (each.expand_dims(place) for each in (query, key, value))
            query, key, value = inputs
            output, weights = self.construct(
                query, key, value, mask, need_weights, attn_mask, average_attn_weights
            )
            return output.squeeze(place), None if weights is None else weights.squeeze(0)
        if self.batch_first:
            query, key, value = (each.swapaxes(0, 1) for each in (query, key, value))
        query, key, value = self.projected(query, key, value)
        batch, extra = query.shape[1], 0
        if self.bias_k is not None:
            key = ops.cat((key, self.bias_k.broadcast_to((1, batch, self.embed_dim))))
            value = ops.cat((value, self.bias_v.broadcast_to((1, batch, self.embed_dim))))
            extra += 1
        if self.add_zero_attn:
            zeros = ops.zeros((1, batch, self.embed_dim), key.dtype)
            key, value = ops.cat((key, zeros)), ops.cat((value, zeros))
            extra += 1
        q, k, v = self.heads(query), self.heads(key), self.heads(value)
        scores = ops.matmul(q / math.sqrt(self.head_dim), k.swapaxes(-1, -2))
        if attn_mask is not None:
            added = added_mask(attn_mask, extra, scores.dtype)
            scores = scores + (added if added.ndim == 2 else added.reshape((batch, -1, *added.shape[1:])))
        if key_padding_mask is not None:
            scores = scores + added_mask(key_padding_mask, extra, scores.dtype).expand_dims(1).expand_dims(1)
        weights = ops.softmax(scores, axis=-1)
        if self.training and self.dropout > 0:
            weights = ops.dropout(weights, p=float(self.dropout))
        output = ops.matmul(weights, v).transpose((2, 0, 1, 3)).reshape((-1, batch, self.embed_dim))
        output = self.out_proj(output)
        output = output.swapaxes(0, 1) if self.batch_first else output
        if not need_weights:
            return output, None
        return output, weights.mean(1) if average_attn_weights else weights


def xavier_parameter(shape: tuple[int, int], name: str, dtype: ms.Type | None) -> ms.Parameter:
    """Make a parameter with uniform numbers, whose variance depends on both sizes."""
    bound = math.sqrt(6 / sum(shape))
    numbers = Tensor(np.random.uniform(-bound, bound, shape), ms.float32 if dtype is None else dtype)
    return ms.Parameter(numbers, name=name)


def added_mask(mask: Tensor, extra: int, dtype: ms.Type) -> Tensor:
    """Return a mask as what is added to scores: minus infinity where a boolean one is True, 0 for extra keys."""
    if mask.dtype == ms.bool_:
        mask = ops.masked_fill(ops.zeros(mask.shape, dtype), mask, -math.inf)
    if extra:
        mask = ops.cat((mask, ops.zeros((*mask.shape[:-1], extra), mask.dtype)), -1)
    return mask.astype(dtype)


def activation_of(activation: str | Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    """Return the function of that name, or the one that is given."""
    if activation == "relu":
        return ops.relu
    if activation == "gelu":
        return ops.gelu
    if isinstance(activation, str):
        raise RuntimeError(f"activation should be relu/gelu, not {activation}")
    return activation


@counterpart_class(
    "torch.nn.TransformerEncoderLayer",
    ignores={"device": "a MindSpore program names its device once, in the context"},
    differs={
        "names": "gamma and beta of the norms are torch's weight and bias",
        "accuracy": "errs by up to 1.4e+02 units in the last place",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "inf": "MindSpore gives -0.271 where torch gives 0.0531",
        "uninitialised": "MindSpore returns memory that it has not written",
        "empty": "MindSpore refuses empty tensors",
        "gradient & nan": "MindSpore gives 0.259 where torch gives nan",
    },
)
class TransformerEncoderLayer(nn.Cell):
    """Attention of a sequence to itself, and two linear layers.

    Args:
        d_model: of each element.
        nhead: heads of the attention.
        dim_feedforward: between the linear layers.
        dropout: the probability of dropping.
        activation: "relu", "gelu" or a function, between the linear layers.
        layer_norm_eps: what is added to variances.
        batch_first: whether the batch is the first dimension of input and output.
        norm_first: whether to normalise before each part, not behind it.
        bias: whether to add learnable shifts.
        device: without effect.
        dtype: of the parameters; None is float32.
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str | Callable[[Tensor], Tensor] = ops.relu,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: ms.Type | None = None,
    ) -> None:
        super().__init__()
        own = ms.float32 if dtype is None else dtype
        self.self_attn = MultiheadAttention(
            d_model, nhead, dropout=dropout, bias=bias, batch_first=batch_first, dtype=dtype
        )
        self.linear1 = nn.Dense(d_model, dim_feedforward, has_bias=bias, dtype=own)
        self.dropout = nn.Dropout(p=dropout)
        self.linear2 = nn.Dense(dim_feedforward, d_model, has_bias=bias, dtype=own)
        self.norm_first = norm_first
        self.norm1 = LayerNormOfChoice((d_model,), layer_norm_eps, True, bias, dtype)
        self.norm2 = LayerNormOfChoice((d_model,), layer_norm_eps, True, bias, dtype)
        self.dropout1 = nn.Dropout(p=dropout)
        self.dropout2 = nn.Dropout(p=dropout)
        self.activation = activation_of(activation)

    def construct(
        self,
        src: Tensor,
        src_mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        is_causal: bool = False,
    ) -> Tensor:
        """Apply the layer to src; masks as in MultiheadAttention."""

        def attend(x: Tensor) -> Tensor:
            result, _ = self.self_attn(
                x, x, x, src_key_padding_mask, False, src_mask, True, is_causal and src_mask is not None
            )
            return self.dropout1(result)

        if self.norm_first:
            src = src + attend(self.norm1(src))
            return src + self.feed(self.norm2(src))
        src = self.norm1(src + attend(src))
        return self.norm2(src + self.feed(src))

    def feed(self, x: Tensor) -> Tensor:
        """Apply the linear layers."""
        return self.dropout2(self.linear2(self.dropout(self.activation(self.linear1(x)))))


@counterpart_class(
    "torch.nn.TransformerEncoder",
    ignores={
        "enable_nested_tensor": "only decides how torch computes it",
        "mask_check": "only decides how torch computes it",
    },
)
class TransformerEncoder(nn.Cell):
    """Copies of an encoder layer, one after another.

    Args:
        encoder_layer: what is copied.
        num_layers: how often.
        norm: applied at the end, or None.
        enable_nested_tensor: without effect.
        mask_check: without effect.
    """

    def __init__(
        self,
        encoder_layer: nn.Cell,
        num_layers: int,
        norm: nn.Cell | None = None,
        enable_nested_tensor: bool = True,
        mask_check: bool = True,
    ) -> None:
        super().__init__()
        self.layers = nn.CellList([copy.deepcopy(encoder_layer) for _ in range(num_layers)])
        self.num_layers = num_layers
        self.norm = norm

    def construct(
        self,
        src: Tensor,
        mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        is_causal: bool | None = None,
    ) -> Tensor:
        """Apply the layers to src; masks as in MultiheadAttention."""
        for layer in self.layers:
            src = layer(src, mask, src_key_padding_mask, bool(is_causal))
        return src if self.norm is None else self.norm(src)


@counterpart_class(
    "torch.nn.TransformerDecoderLayer",
    ignores={"device": "a MindSpore program names its device once, in the context"},
    differs={
        "names": "gamma and beta of the norms are torch's weight and bias",
        "accuracy": "errs by up to 2.6e+02 units in the last place",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "inf": "MindSpore gives -1.47 where torch gives -0.238",
        "uninitialised": "MindSpore returns memory that it has not written",
        "nan": "MindSpore gives 1.56 where torch gives 1.98",
        "empty": "MindSpore refuses empty tensors",
    },
)
class TransformerDecoderLayer(nn.Cell):
    """Attention of a sequence to itself and to another, and two linear layers.

    Args:
        d_model: of each element.
        nhead: heads of the attention.
        dim_feedforward: between the linear layers.
        dropout: the probability of dropping.
        activation: "relu", "gelu" or a function, between the linear layers.
        layer_norm_eps: what is added to variances.
        batch_first: whether the batch is the first dimension of input and output.
        norm_first: whether to normalise before each part, not behind it.
        bias: whether to add learnable shifts.
        device: without effect.
        dtype: of the parameters; None is float32.
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str | Callable[[Tensor], Tensor] = ops.relu,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: ms.Type | None = None,
    ) -> None:
        super().__init__()
        own = ms.float32 if dtype is None else dtype
        self.self_attn = MultiheadAttention(
            d_model, nhead, dropout=dropout, bias=bias, batch_first=batch_first, dtype=dtype
        )
        self.multihead_attn = MultiheadAttention(
            d_model, nhead, dropout=dropout, bias=bias, batch_first=batch_first, dtype=dtype
        )
        self.linear1 = nn.Dense(d_model, dim_feedforward, has_bias=bias, dtype=own)
        self.dropout = nn.Dropout(p=dropout)
        self.linear2 = nn.Dense(dim_feedforward, d_model, has_bias=bias, dtype=own)
        self.norm_first = norm_first
        self.norm1 = LayerNormOfChoice((d_model,), layer_norm_eps, True, bias, dtype)
        self.norm2 = LayerNormOfChoice((d_model,), layer_norm_eps, True, bias, dtype)
        self.norm3 = LayerNormOfChoice((d_model,), layer_norm_eps, True, bias, dtype)
        self.dropout1 = nn.Dropout(p=dropout)
        self.dropout2 = nn.Dropout(p=dropout)
        self.dropout3 = nn.Dropout(p=dropout)
        self.activation = activation_of(activation)

    def construct(
        self,
        tgt: Tensor,
        memory: Tensor,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """Apply the layer to tgt, which also attends to memory; masks as in MultiheadAttention."""

        def attend(x: Tensor) -> Tensor:
            found, _ = self.self_attn(
                x, x, x, tgt_key_padding_mask, False, tgt_mask, True, tgt_is_causal and tgt_mask is not None
            )
            return self.dropout1(found)

        def remember(x: Tensor) -> Tensor:
            found, _ = self.multihead_attn(
                x, memory, memory, memory_key_padding_mask, False, memory_mask, True,
                memory_is_causal and memory_mask is not None,
            )  # fmt: skip
            return self.dropout2(found)

        if self.norm_first:
            tgt = tgt + attend(self.norm1(tgt))
            tgt = tgt + remember(self.norm2(tgt))
            return tgt + self.feed(self.norm3(tgt))
        tgt = self.norm1(tgt + attend(tgt))
        tgt = self.norm2(tgt + remember(tgt))
        return self.norm3(tgt + self.feed(tgt))

    def feed(self, x: Tensor) -> Tensor:
        """Apply the linear layers."""
        return self.dropout3(self.linear2(self.dropout(self.activation(self.linear1(x)))))


@counterpart_class("torch.nn.TransformerDecoder")
class TransformerDecoder(nn.Cell):
    """Copies of a decoder layer, one after another.

    Args:
        decoder_layer: what is copied.
        num_layers: how often.
        norm: applied at the end, or None.
    """

    def __init__(self, decoder_layer: nn.Cell, num_layers: int, norm: nn.Cell | None = None) -> None:
        super().__init__()
        self.layers = nn.CellList([copy.deepcopy(decoder_layer) for _ in range(num_layers)])
        self.num_layers = num_layers
        self.norm = norm

    def construct(
        self,
        tgt: Tensor,
        memory: Tensor,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """Apply the layers to tgt, which also attends to memory; masks as in MultiheadAttention."""
        for layer in self.layers:
            tgt = layer(
                tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask,
                bool(tgt_is_causal), memory_is_causal,
            )  # fmt: skip
        return tgt if self.norm is None else self.norm(tgt)


@counterpart_class(
    "torch.nn.Transformer",
    ignores={"device": "a MindSpore program names its device once, in the context"},
    differs={
        "names": "gamma and beta of the norms are torch's weight and bias",
        "accuracy": "errs by up to six times what torch errs",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "inf": "MindSpore gives 0.074 where torch gives 0.0105",
        "nan": "MindSpore gives a gradient of 0.606 where torch gives nan",
        "uninitialised": "MindSpore returns memory that it has not written",
        "empty": "MindSpore refuses empty tensors",
        "warning": "torch warns that its encoder will not use nested tensors",
    },
)
class Transformer(nn.Cell):
    """An encoder and a decoder that attends to what it gives.

    Args:
        d_model: of each element.
        nhead: heads of each attention.
        num_encoder_layers: layers of the encoder.
        num_decoder_layers: layers of the decoder.
        dim_feedforward: between the linear layers.
        dropout: the probability of dropping.
        activation: "relu", "gelu" or a function, between the linear layers.
        custom_encoder: what encodes instead, or None.
        custom_decoder: what decodes instead, or None.
        layer_norm_eps: what is added to variances.
        batch_first: whether the batch is the first dimension of input and output.
        norm_first: whether to normalise before each part, not behind it.
        bias: whether to add learnable shifts.
        device: without effect.
        dtype: of the parameters; None is float32.
    """

    def __init__(
        self,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str | Callable[[Tensor], Tensor] = ops.relu,
        custom_encoder: Any | None = None,
        custom_decoder: Any | None = None,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: ms.Type | None = None,
    ) -> None:
        super().__init__()
        options = (
            dim_feedforward,
            dropout,
            activation,
            layer_norm_eps,
            batch_first,
            norm_first,
            bias,
            None,
            dtype,
        )
        if custom_encoder is None:
            norm = LayerNormOfChoice((d_model,), layer_norm_eps, True, bias, dtype)
            layer = TransformerEncoderLayer(d_model, nhead, *options)
            custom_encoder = TransformerEncoder(layer, num_encoder_layers, norm)
        if custom_decoder is None:
            norm = LayerNormOfChoice((d_model,), layer_norm_eps, True, bias, dtype)
            custom_decoder = TransformerDecoder(
                TransformerDecoderLayer(d_model, nhead, *options), num_decoder_layers, norm
            )
        self.encoder = custom_encoder
        self.decoder = custom_decoder
        for parameter in self.get_parameters():
            if parameter.ndim > 1:
                start = initializer(XavierUniform(), parameter.shape, parameter.dtype)
                parameter.set_data(start.init_data())
        self.d_model = d_model
        self.nhead = nhead
        self.batch_first = batch_first

    def construct(
        self,
        src: Tensor,
        tgt: Tensor,
        src_mask: Tensor | None = None,
        tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        src_key_padding_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None,
        src_is_causal: bool | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Tensor:
        """Encode src and decode tgt; masks as in MultiheadAttention.

        Raises:
            RuntimeError: src and tgt do not fit together.
        """
        batch = 0 if self.batch_first else 1
        if src.ndim == 3 and src.shape[batch] != tgt.shape[batch]:
            raise RuntimeError("the batch number of src and tgt must be equal")
        if src.shape[-1] != self.d_model or tgt.shape[-1] != self.d_model:
            raise RuntimeError("the feature number of src and tgt must be equal to d_model")
        memory = self.encoder(src, src_mask, src_key_padding_mask, src_is_causal)
        return self.decoder(
            tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask, tgt_is_causal,
            memory_is_causal,
        )  # fmt: skip

    @staticmethod
    def generate_square_subsequent_mask(sz: int, device: Any = None, dtype: ms.Type | None = None) -> Tensor:
        """Make the mask under which no element sees those after it."""
        ones = ops.ones((sz, sz), dtype=ms.float32)
        mask = ops.where(ops.triu(ones, 1) > 0, Tensor(-math.inf, ms.float32), Tensor(0.0, ms.float32))
        return mask if dtype is None else mask.astype(dtype)
