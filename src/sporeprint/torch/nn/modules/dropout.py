"""torch.nn.modules.dropout, written in MindSpore."""

from __future__ import annotations

from mindspore import Tensor, nn

from sporeprint.counterpart import counterpart, counterpart_class, exact_of
from sporeprint.torch._differs import DROPOUT
from sporeprint.torch._layers import check_dropout_rate, exact_dropout, written_into
from sporeprint.torch.nn._dropout import channels_dropped


@counterpart("torch.nn.Dropout", differs=DROPOUT)
def Dropout(p: float = 0.5, inplace: bool = False) -> nn.Dropout:
    """Make the layer that in training drops each element with probability p and scales the others by 1/(1-p).

    A Cell starts in evaluation, a torch module in training.

    Args:
        p: probability.
        inplace: also write the result to the input. The gradient then is right, unless the input is a view
            other than by an index.

    Returns:
        The layer.
    """
    if p == 1:  # nn.Dropout refuses it
        return ExactDropout(p, inplace)
    if inplace:
        return DropoutInPlace(p)
    return nn.Dropout(p=p)


@exact_of(Dropout)
def _(p: float = 0.5, inplace: bool = False) -> nn.Dropout:
    return ExactDropout(p, inplace)


class DropoutInPlace(nn.Dropout):
    """nn.Dropout that writes its result to its input."""

    def __init__(self, p: float) -> None:
        super().__init__(p=p)

    def construct(self, x: Tensor) -> Tensor:
        """Drop elements of x, of any shape and floating dtype, and return it."""
        return written_into(x, super().construct(x)) if self.training else x


class ExactDropout(nn.Dropout):
    """torch's dropout, also for p=1 and bfloat16."""

    def __init__(self, p: float, inplace: bool) -> None:
        check_dropout_rate(p)
        super().__init__(p=0.0)  # it refuses 1
        self.p = p
        self.inplace = inplace

    def construct(self, x: Tensor) -> Tensor:
        """Drop elements of x, of any shape and floating dtype."""
        result = exact_dropout(x, self.p, self.training)
        return written_into(x, result) if self.inplace else result

    def extend_repr(self) -> str:
        """Return what stands between the parentheses of the layer's repr."""
        return f"p={self.p}, inplace={self.inplace}"


class ChannelDropout(nn.Cell):
    """Drops whole channels; what torch's three classes share. MindSpore's have no kernel on CPU for most ranks."""

    alone = 0  # the rank of one sample

    def __init__(self, p: float, inplace: bool) -> None:
        super().__init__()
        check_dropout_rate(p)
        self.p = p
        self.inplace = inplace

    def construct(self, x: Tensor) -> Tensor:
        """Drop channels of x, (N, C, ...) or (C, ...), floating."""
        result = channels_dropped(x, self.p, self.alone) if self.training else x
        return x.copy_(result) if self.inplace else result


@counterpart_class(
    "torch.nn.Dropout1d",
    differs={
        "error": "MindSpore takes arguments that torch refuses",
        "uninitialised": "MindSpore returns memory that it has not written",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "nan": "other channels are dropped: the generators are not torch's",
        "inf": "other channels are dropped: the generators are not torch's",
    },
)
class Dropout1d(ChannelDropout):
    """In training, drops each channel of (N, C, L) or (C, L) with probability p and scales the others by 1/(1-p).

    Args:
        p: probability.
        inplace: also write the result to the input.
    """

    alone = 2

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__(p, inplace)


@counterpart_class(
    "torch.nn.Dropout2d",
    differs={
        "warning": "torch warns of inputs of another rank",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore takes arguments that torch refuses",
        "view": "MindSpore copies where torch gives a view",
    },
)
class Dropout2d(ChannelDropout):
    """In training, drops each channel of (N, C, H, W) with probability p and scales the others by 1/(1-p).

    Args:
        p: probability.
        inplace: also write the result to the input.
    """

    alone = 0

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__(p, inplace)


@counterpart_class(
    "torch.nn.Dropout3d",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore takes arguments that torch refuses",
        "warning": "torch warns of inputs of another rank",
    },
)
class Dropout3d(ChannelDropout):
    """In training, drops channels of (N, C, D, H, W) or (C, D, H, W) and scales the others by 1/(1-p).

    Args:
        p: probability.
        inplace: also write the result to the input.
    """

    alone = 4

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__(p, inplace)
