"""Converted models against the same models written for MindSpore by hand: forward and backward, in one run.

    python benchmarks/against_handwritten.py

Each of three models stands here twice: as PyTorch code, which is converted, and as somebody who knows MindSpore would
write it (``nn.Dense``, ``nn.SequentialCell``, ``construct``, no adapters). Both get the same weights, their outputs are
compared, and they take turns: the medians of the process times of one step of ``ms.value_and_grad``, and their ratio.
All is done on one core, where it can be chosen: on others MindSpore's idle threads would spin, and be counted.
"""

from __future__ import annotations

import importlib.util
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mindspore as ms
import numpy as np
from mindspore import nn, ops

from sporeprint.cli import main as sporeprint

_ROUNDS = 100

ORIGINALS = """
import torch
import torch.nn as nn
import torch.nn.functional as F


class Convolutional(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(2),
        )
        self.fc1 = nn.Linear(64 * 8 * 8, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x):
        x = self.features(x)
        x = x.view(x.size(0), -1)
        return F.log_softmax(self.fc2(F.relu(self.fc1(x))), dim=1)


class Attention(nn.Module):
    def __init__(self, width=128, heads=4):
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x):
        b, n, c = x.size()
        q, k, v = self.qkv(self.norm1(x)).chunk(3, dim=-1)
        q = q.view(b, n, self.heads, c // self.heads).permute(0, 2, 1, 3)
        k = k.view(b, n, self.heads, c // self.heads).permute(0, 2, 1, 3)
        v = v.view(b, n, self.heads, c // self.heads).permute(0, 2, 1, 3)
        scores = torch.matmul(q, k.transpose(-2, -1)) / (c // self.heads) ** 0.5
        mixed = torch.matmul(F.softmax(scores, dim=-1), v)
        x = x + self.out(mixed.permute(0, 2, 1, 3).reshape(b, n, c))
        return x + self.mlp(self.norm2(x))


class Mixer(nn.Module):
    def __init__(self, tokens=64, width=128):
        super().__init__()
        self.tokens = nn.Sequential(nn.Linear(tokens, 256), nn.ReLU(), nn.Linear(256, tokens))
        self.channels = nn.Sequential(nn.Linear(width, 256), nn.ReLU(), nn.Linear(256, width))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, 10)

    def forward(self, x):
        x = x + self.tokens(x.permute(0, 2, 1)).permute(0, 2, 1)
        x = x + torch.tanh(self.channels(self.norm(x)))
        return self.head(x.mean(dim=1))
"""


class Convolutional(nn.Cell):
    """By hand."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.SequentialCell(
            nn.Conv2d(3, 32, 3, padding=1, pad_mode="pad", has_bias=True), nn.BatchNorm2d(32), nn.ReLU(),
            nn.MaxPool2d(2, 2), nn.Conv2d(32, 64, 3, padding=1, pad_mode="pad", has_bias=True),
            nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(2, 2),
        )  # fmt: skip
        self.fc1 = nn.Dense(64 * 8 * 8, 128)
        self.fc2 = nn.Dense(128, 10)

    def construct(self, x: ms.Tensor) -> ms.Tensor:
        """Run it."""
        x = self.features(x)
        x = x.reshape((x.shape[0], -1))
        return ops.log_softmax(self.fc2(ops.relu(self.fc1(x))), axis=1)


class Attention(nn.Cell):
    """By hand."""

    def __init__(self, width: int = 128, heads: int = 4) -> None:
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm((width,), epsilon=1e-5)
        self.qkv = nn.Dense(width, 3 * width)
        self.out = nn.Dense(width, width)
        self.norm2 = nn.LayerNorm((width,), epsilon=1e-5)
        self.mlp = nn.SequentialCell(
            nn.Dense(width, 4 * width), nn.GELU(approximate=False), nn.Dense(4 * width, width)
        )

    def construct(self, x: ms.Tensor) -> ms.Tensor:
        """Run it."""
        b, n, c = x.shape
        parts = ops.chunk(self.qkv(self.norm1(x)), 3, axis=-1)
        q, k, v = (each.reshape((b, n, self.heads, -1)).transpose((0, 2, 1, 3)) for each in parts)
        scores = ops.matmul(q, k.swapaxes(-2, -1)) / (c // self.heads) ** 0.5
        mixed = ops.matmul(ops.softmax(scores, axis=-1), v)
        x = x + self.out(mixed.transpose((0, 2, 1, 3)).reshape((b, n, c)))
        return x + self.mlp(self.norm2(x))


class Mixer(nn.Cell):
    """By hand."""

    def __init__(self, tokens: int = 64, width: int = 128) -> None:
        super().__init__()
        self.tokens = nn.SequentialCell(nn.Dense(tokens, 256), nn.ReLU(), nn.Dense(256, tokens))
        self.channels = nn.SequentialCell(nn.Dense(width, 256), nn.ReLU(), nn.Dense(256, width))
        self.norm = nn.LayerNorm((width,), epsilon=1e-5)
        self.head = nn.Dense(width, 10)

    def construct(self, x: ms.Tensor) -> ms.Tensor:
        """Run it."""
        x = x + self.tokens(x.transpose((0, 2, 1))).transpose((0, 2, 1))
        x = x + ops.tanh(self.channels(self.norm(x)))
        return self.head(x.mean(axis=1))


MODELS: dict[str, tuple[Any, tuple[int, ...]]] = {
    "a convolutional network": (Convolutional, (16, 3, 32, 32)),
    "a transformer's block": (Attention, (8, 64, 128)),
    "a mixer": (Mixer, (32, 64, 128)),
}


def converted() -> Any:
    """Convert the originals, and load them."""
    with tempfile.TemporaryDirectory() as place:
        source, out = Path(place, "source"), Path(place, "out")
        source.mkdir()
        (source / "originals.py").write_text(ORIGINALS, encoding="utf-8")
        code = sporeprint(["convert", str(source), "-o", str(out)])
        if code:
            raise SystemExit(code)
        sys.path.insert(0, str(out))
        found = importlib.util.spec_from_file_location("originals", out / "originals.py")
        assert found is not None
        assert found.loader is not None
        module = importlib.util.module_from_spec(found)
        found.loader.exec_module(module)
        return module


def step(model: Any, data: ms.Tensor) -> Callable[[], Any]:
    """Return what runs forward and backward once."""

    def loss() -> ms.Tensor:
        return (model(data) ** 2).mean()

    run = ms.value_and_grad(loss, None, weights=model.trainable_params())

    def once() -> Any:
        loss, gradients = run()
        return loss.asnumpy(), [each.asnumpy() for each in gradients]

    return once


def main() -> None:
    """Measure and print."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    ms.runtime.launch_blocking()
    theirs = converted()
    rng = np.random.default_rng(0)
    for name, (by_hand, shape) in MODELS.items():
        hand, ours = by_hand(), getattr(theirs, by_hand.__name__)()
        data = ms.Tensor(rng.standard_normal(shape).astype(np.float32))
        for one, other in zip(hand.get_parameters(), ours.get_parameters(), strict=True):
            one.set_data(ms.Tensor(other.asnumpy().reshape(one.shape)))
        for each in (hand, ours):
            each.set_train()
        steps = {"hand": step(hand, data), "ours": step(ours, data)}
        results = {key: each() for key, each in steps.items()}  # the first step is also the slowest
        error = abs(results["hand"][0] - results["ours"][0]) / abs(results["hand"][0])
        times: dict[str, list[float]] = {key: [] for key in steps}
        for number in range(_ROUNDS):
            for key in sorted(steps, reverse=bool(number % 2)):
                began = time.process_time()
                steps[key]()
                times[key].append(time.process_time() - began)
        hand_time, our_time = (statistics.median(times[key]) for key in ("hand", "ours"))
        print(
            f"{name}: by hand {hand_time * 1e3:.1f} ms, converted {our_time * 1e3:.1f} ms, "
            f"ratio {our_time / hand_time:.2f}; losses differ by {error:.0e}"
        )


if __name__ == "__main__":
    main()
