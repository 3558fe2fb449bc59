"""torch.nn.modules.distance, written in MindSpore."""

from __future__ import annotations

from mindspore import Tensor, nn, ops

from sporeprint.counterpart import counterpart_class
from sporeprint.torch.nn._activation import cosine_along


@counterpart_class("torch.nn.CosineSimilarity")
class CosineSimilarity(nn.Cell):
    """The cosine of the angle between two vectors.

    Args:
        dim: the dimension of the vectors.
        eps: the least norm.
    """

    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        super().__init__()
        self.dim = dim
        self.eps = eps

    def construct(self, x1: Tensor, x2: Tensor) -> Tensor:
        """Return the cosines of x1 and x2, whose shapes broadcast."""
        return cosine_along(x1, x2, self.dim, self.eps)


@counterpart_class("torch.nn.PairwiseDistance")
class PairwiseDistance(nn.Cell):
    """The norm of the difference of two vectors.

    Args:
        p: of the norm.
        eps: what is added to each difference.
        keepdim: whether the last dimension stays, with size 1.
    """

    def __init__(self, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> None:
        super().__init__()
        self.norm = p
        self.eps = eps
        self.keepdim = keepdim

    def construct(self, x1: Tensor, x2: Tensor) -> Tensor:
        """Return the distances of x1 and x2 along the last dimension."""
        return ops.norm(x1 - x2 + self.eps, ord=self.norm, dim=-1, keepdim=self.keepdim)
