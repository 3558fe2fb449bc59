"""torch.nn.modules.module, written in MindSpore."""

from __future__ import annotations

from mindspore import nn

from sporeprint.counterpart import counterpart, exact_of


@counterpart("torch.nn.Module.train", differs={"error": "set_train takes what is no bool"})
def train(self: nn.Cell, mode: bool = True) -> nn.Cell:
    """Put a network and its layers in training mode, or with False in evaluation mode, and return it."""
    return self.set_train(mode=mode)


@exact_of(train)
def _(self: nn.Cell, mode: bool = True) -> nn.Cell:
    if not isinstance(mode, bool):
        raise ValueError("training mode is expected to be boolean")
    return self.set_train(mode=mode)


@counterpart("torch.nn.Module.eval")
def eval(self: nn.Cell) -> nn.Cell:
    """Put a network and its layers in evaluation mode and return it."""
    return self.set_train(False)
