"""torch.nn.modules.flatten, written in MindSpore."""

from __future__ import annotations

from typing import Any

from mindspore import Tensor, nn

from sporeprint.counterpart import counterpart, counterpart_class, exact_of
from sporeprint.torch._layers import exact_flatten


@counterpart(
    "torch.nn.Flatten",
    differs={
        "bfloat16": "MindSpore's Flatten has no bfloat16 kernel on CPU",
        "view": "with a start_dim of 1 MindSpore's Flatten copies",
    },
)
def Flatten(start_dim: int = 1, end_dim: int = -1) -> nn.Cell:
    """Make the layer that joins the dimensions start_dim to end_dim of a tensor of any dtype.

    Args:
        start_dim: first dimension to join.
        end_dim: last one.

    Returns:
        The layer.
    """
    return nn.Flatten(start_dim=start_dim, end_dim=end_dim)


@exact_of(Flatten)
def _(start_dim: int = 1, end_dim: int = -1) -> nn.Cell:
    return ExactFlatten(start_dim, end_dim)


class ExactFlatten(nn.Flatten):
    """nn.Flatten that also takes bfloat16."""

    def construct(self, x: Tensor) -> Tensor:
        """Join the dimensions of x."""
        return exact_flatten(x, self.start_dim, self.end_dim)


@counterpart_class("torch.nn.Unflatten")
class Unflatten(nn.Cell):
    """Splits a dimension into several.

    Args:
        dim: the dimension.
        unflattened_size: what it becomes, of which one may be -1; named dimensions are not taken.
    """

    def __init__(self, dim: int, unflattened_size: Any) -> None:
        super().__init__()
        self.dim = dim
        self.unflattened_size = tuple(unflattened_size)

    def construct(self, x: Tensor) -> Tensor:
        """Split a dimension of x."""
        dim = self.dim % x.ndim
        return x.reshape((*x.shape[:dim], *self.unflattened_size, *x.shape[dim + 1 :]))
