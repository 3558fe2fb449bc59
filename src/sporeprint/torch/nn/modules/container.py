"""torch.nn.modules.container, written in MindSpore."""

from __future__ import annotations

from typing import Any

from mindspore import nn

from sporeprint.counterpart import counterpart


@counterpart("torch.nn.Sequential")
def Sequential(*args: Any) -> nn.SequentialCell:
    """Make the layer that applies its layers in turn.

    Args:
        args: the layers, or one OrderedDict of names and layers.

    Returns:
        The layer; its parameters are named ``0.weight`` or ``name.weight``, as torch names them.
    """
    return nn.SequentialCell(*args)
