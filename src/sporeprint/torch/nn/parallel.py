"""torch.nn.parallel, written in MindSpore: a network runs on the one device of its process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mindspore import nn

from sporeprint.counterpart import counterpart


@counterpart(
    "torch.nn.DataParallel",
    "torch.nn.parallel.DataParallel",
    ignores={
        "device_ids": "MindSpore runs a network on the device of its process; more devices are more processes",
        "output_device": "there is one device",
        "dim": "nothing is scattered",
    },
)
def DataParallel(
    module: nn.Cell, device_ids: Sequence[Any] | None = None, output_device: Any = None, dim: int = 0
) -> nn.Cell:
    """Return the network itself, which computes the same; it has no ``module`` in it.

    PyTorch's test database has no samples of it; ``tests/counterparts/test_utils.py`` tests it.
    """
    return module
