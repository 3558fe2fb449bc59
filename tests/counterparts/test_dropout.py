"""Dropping whole channels: PyTorch's samples have too few of them to tell what is random."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("torch", reason="the expected values are torch's")
pytest.importorskip("mindspore", reason="the counterparts run on MindSpore")

import mindspore as ms
import numpy as np
import torch

from sporeprint.torch.nn import _dropout as ours

pytestmark = pytest.mark.frameworks

CHANNELS, RATE = 4000, 0.25
#: Six standard deviations of the share of channels that are kept: 1e-9 of all runs are further off.
ALLOWED = 6 * (RATE * (1 - RATE) / CHANNELS) ** 0.5


def share_kept(dropped: Any) -> float:
    """Return the share of channels that are kept, each of which is whole and scaled."""
    assert all(len(set(channel)) == 1 for channel in dropped.tolist())
    assert {round(float(value), 5) for value in np.unique(dropped)} == {0.0, round(1 / (1 - RATE), 5)}
    return float((dropped[:, 0] != 0).mean())


@pytest.mark.parametrize("batched", [False, True])
def test_channels_are_dropped_as_torch_drops_them(batched: bool) -> None:
    shape = (1, CHANNELS, 3) if batched else (CHANNELS, 3)
    sides: list[Callable[[], Any]] = [
        lambda: ours.dropout1d(ms.ops.ones(shape), p=RATE).asnumpy(),
        lambda: torch.nn.functional.dropout1d(torch.ones(shape), p=RATE).numpy(),
    ]
    for side in sides:
        assert abs(share_kept(side().reshape(CHANNELS, 3)) - (1 - RATE)) < ALLOWED


def test_nothing_is_dropped_in_evaluation() -> None:
    tensor = ms.ops.ones((2, 3, 4))
    assert (ours.dropout1d(tensor, p=RATE, training=False).asnumpy() == 1).all()
