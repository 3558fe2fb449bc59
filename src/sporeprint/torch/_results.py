"""The named tuples that torch's functions return, for MindSpore's tensors.

torch's own (``torch.return_types.max`` and its like) are tuples whose items have names: ``r[0]``, ``r.values`` and
``values, indices = r`` all work. MindSpore's functions return plain tuples, with int32 indices for the most part, and
some of them in another order.
"""

from __future__ import annotations

from typing import NamedTuple

from mindspore import Tensor


class ValuesAndIndices(NamedTuple):
    """What max, min, median, mode, kthvalue, sort, topk, cummax and cummin along a dimension return."""

    values: Tensor
    indices: Tensor


class MinAndMax(NamedTuple):
    """What aminmax returns."""

    min: Tensor
    max: Tensor
