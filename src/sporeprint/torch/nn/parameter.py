"""``torch.nn.parameter``, written in MindSpore."""

from __future__ import annotations

import mindspore as ms
from mindspore import Tensor

from sporeprint.counterpart import counterpart


@counterpart("torch.nn.Parameter", "torch.nn.parameter.Parameter")
def Parameter(data: Tensor | None = None, requires_grad: bool = True) -> ms.Parameter:
    """Make a parameter; a Cell that it is given to names it after the attribute.

    Args:
        data: its first value; MindSpore refuses None, which is an empty tensor to torch.
        requires_grad: whether it is trained.

    Returns:
        The parameter. Unlike torch's it does not share its memory with data.
    """
    return ms.Parameter(data, requires_grad=requires_grad)
