"""torch.nn.parallel, written in MindSpore: a network runs on the one device of its process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mindspore import nn

from sporeprint.counterpart import counterpart_class


@counterpart_class(
    "torch.nn.DataParallel",
    "torch.nn.parallel.DataParallel",
    ignores={
        "device_ids": "MindSpore runs a network on the device of its process; more devices are more processes",
        "output_device": "there is one device",
        "dim": "nothing is scattered",
    },
)
class DataParallel(nn.Cell):
    """Run a network on the device of the process. It is held as ``module``, so names are torch's.

    PyTorch's test database has no samples of it; ``tests/counterparts/test_utils.py`` tests it.
    """

    def __init__(
        self,
        module: nn.Cell,
        device_ids: Sequence[Any] | None = None,
        output_device: Any = None,
        dim: int = 0,
    ) -> None:
        super().__init__()
        self.module = module

    def construct(self, *inputs: Any, **kwargs: Any) -> Any:
        """Run the network."""
        return self.module(*inputs, **kwargs)
