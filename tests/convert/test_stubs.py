"""Stubs: annotations and signatures are converted, and nothing is written that would have to run."""

from __future__ import annotations

from pathlib import Path

from sporeprint.cli import main
from sporeprint.convert import Converted, Options, convert_bytes

BEFORE = """\
import torch
from torch import nn
from typing import overload

class Net(nn.Module):
    fc: nn.Linear
    def __init__(self, dim: int = ...) -> None: ...
    @overload
    def forward(self, x: torch.Tensor) -> torch.Tensor: ...
    @overload
    def forward(self, x: torch.Tensor, dtype: "torch.Tensor | None" = ...) -> tuple[torch.Tensor, int]: ...

class Other(Net):
    def forward(self, *xs: torch.Tensor) -> "torch.Tensor": ...
"""
AFTER = """\
import mindspore as ms
from mindspore import nn
from typing import overload

class Net(nn.Cell):
    fc: nn.Dense
    def __init__(self, dim: int = ...) -> None: ...
    @overload
    def construct(self, x: ms.Tensor) -> ms.Tensor: ...
    @overload
    def construct(self, x: ms.Tensor, dtype: "ms.Tensor | None" = ...) -> tuple[ms.Tensor, int]: ...

class Other(Net):
    def construct(self, *xs: ms.Tensor) -> "ms.Tensor": ...
"""


def _convert(text: str) -> Converted:
    return convert_bytes(text.encode(), "net.pyi", Options(), "torch_on_mindspore")


def test_a_stub() -> None:
    assert sorted(_convert(BEFORE).data.decode().splitlines()) == sorted(AFTER.splitlines())
    assert _convert(BEFORE).data.decode().splitlines()[3:] == AFTER.splitlines()[3:]
    assert _convert(AFTER).data.decode() == AFTER


def test_what_is_exported_stays_and_is_reported() -> None:
    made = _convert("from torch import Tensor as Tensor\ndef f(x: Tensor) -> None: ...\n")
    assert "from torch import Tensor as Tensor\n" in made.data.decode()
    assert [each.reason for each in made.report.left] == ["Tensor is exported from here"]


def test_beside_its_module(tmp_path: Path) -> None:
    for name in ("net.pyi", "net.py"):
        (tmp_path / name).write_text(BEFORE)
    assert main(["convert", str(tmp_path), "--in-place"]) == 1  # the module's constructor stands on one line
    assert "set_train" not in (tmp_path / "net.pyi").read_text()
    assert "def construct(self, x: ms.Tensor) -> ms.Tensor: ..." in (tmp_path / "net.pyi").read_text()
    assert main(["convert", str(tmp_path / "net.pyi"), "--check"]) == 0
