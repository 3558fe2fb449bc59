"""The dropouts of ``torch.nn.functional`` that drop channels, written in MindSpore."""

from __future__ import annotations

from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart


def channels_dropped(input: Tensor, p: float, alone: int) -> Tensor:
    """Drop each channel of (N, C, …) with probability p and multiply the others by 1/(1-p).

    Args:
        input: the batch; with the rank ``alone`` it is one sample, (C, …).
        p: probability.
        alone: the rank of one sample; 0 where torch takes one for a batch.
    """
    if input.ndim == alone:
        return channels_dropped(input.expand_dims(0), p, 0).squeeze(0)
    if p == 0:
        return input
    if p == 1:
        return input * 0
    kept = ops.ones((*input.shape[:2], *(1,) * (input.ndim - 2)), input.dtype)
    return input * ops.dropout(kept, p=float(p))


@counterpart(
    "torch.nn.functional.dropout1d",
    differs={
        "error": "MindSpore takes arguments that torch refuses",
        "uninitialised": "MindSpore returns memory that it has not written",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "nan": "other channels are dropped: the generators are not torch's",
        "inf": "MindSpore gives -inf where torch gives nan",
    },
)
def dropout1d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """In training, drop each channel with probability p and multiply the others by 1/(1-p).

    Args:
        input: (N, C, L) or (C, L), floating.
        p: probability.
        training: False returns the input.
        inplace: also write the result to input.

    Returns:
        Tensor of input's shape and dtype.
    """
    if not training:
        return input
    result = channels_dropped(input, p, 2)
    return input.copy_(result) if inplace else result


@counterpart(
    "torch.nn.functional.dropout2d",
    differs={
        "warning": "torch warns of inputs of another rank",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore takes arguments that torch refuses",
        "view": "MindSpore copies where torch gives a view",
    },
)
def dropout2d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """In training, drop each channel with probability p and multiply the others by 1/(1-p).

    Args:
        input: (N, C, H, W); of lower rank torch takes (C, H, W) for (N, C, L), with a warning, floating.
        p: probability.
        training: False returns the input.
        inplace: also write the result to input.

    Returns:
        Tensor of input's shape and dtype.
    """
    if not training:
        return input
    result = channels_dropped(input, p, 0)
    return input.copy_(result) if inplace else result


@counterpart(
    "torch.nn.functional.dropout3d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore takes arguments that torch refuses",
        "warning": "torch warns of inputs of another rank",
    },
)
def dropout3d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """In training, drop each channel with probability p and multiply the others by 1/(1-p).

    Args:
        input: (N, C, D, H, W) or (C, D, H, W), floating.
        p: probability.
        training: False returns the input.
        inplace: also write the result to input.

    Returns:
        Tensor of input's shape and dtype.
    """
    if not training:
        return input
    result = channels_dropped(input, p, 4)
    return input.copy_(result) if inplace else result
