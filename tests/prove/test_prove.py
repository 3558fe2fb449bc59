"""Both sides of small projects: proven where the conversion is right, and a planted error named by its layer."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="the original runs on torch")
pytest.importorskip("mindspore", reason="the conversion runs on MindSpore")

from sporeprint.cli import main

pytestmark = pytest.mark.frameworks

DEEP = """
import torch
import torch.nn as nn
import torch.nn.functional as F


class Block(nn.Module):
    def __init__(self, width, scale=0.5):
        super().__init__()
        self.norm = nn.BatchNorm1d(width, eps=1e-3)
        self.linear = nn.Linear(width, width)
        self.drop = nn.Dropout(0.25)
        self.scale = scale

    def forward(self, x):
        return x + self.scale * self.drop(torch.tanh(self.linear(self.norm(x))))


class Deep(nn.Module):
    def __init__(self, width=6, depth=12):
        super().__init__()
        self.blocks = nn.ModuleList([Block(width) for _ in range(depth)])
        self.register_buffer("shift", torch.ones(width))
        self.head = nn.Linear(width, 3)

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return F.log_softmax(self.head(x + self.shift), dim=1), x.mean()
"""

#: What is planted: the text that is replaced in the conversion, and the layer that has to be named.
PLANTED = {
    "another eps": ("eps=1e-3", "eps=0.1", "blocks.0.norm: BatchNorm1d"),
    "another scale": ("self.scale = scale", "self.scale = 2 * scale", "blocks.0: Block"),
    "a swapped axis": ("axis=1", "axis=0", "the model itself: Deep"),
    "a function for another": ("ops.tanh(", "ops.sigmoid(", "blocks.0.drop: Dropout"),
}


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("deep")
    source, converted = folder / "source", folder / "converted"
    source.mkdir()
    (source / "deep.py").write_text(DEEP)
    assert main(["convert", str(source), "-o", str(converted)]) == 0
    return source, converted


def proof(source: Path, converted: Path, folder: Path) -> tuple[int, Any]:
    report = folder / "proof.json"
    code = main(
        ["prove", str(source), str(converted), "--model", "deep:Deep()", "--input", "f32[8,6]", "--json", str(report),
         "--html", str(folder / "proof.html")]
    )  # fmt: skip
    (found,) = json.loads(report.read_text())
    return code, found


def test_a_deep_network_is_proven(projects: tuple[Path, Path], tmp_path: Path) -> None:
    code, found = proof(*projects, tmp_path)
    assert (code, found["verdict"]) == (0, "proven"), found
    assert set(found["modes"]) == {"eval", "train"}
    kinds = {line["kind"] for mode in found["modes"].values() for line in mode["compared"]}
    assert kinds == {"output", "gradient", "buffer"}
    assert "proven" in (tmp_path / "proof.html").read_text()


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_error_is_named_by_its_layer(
    projects: tuple[Path, Path], tmp_path: Path, planted: str
) -> None:
    old, new, layer = PLANTED[planted]
    broken = tmp_path / "broken"
    broken.mkdir()
    for path in projects[1].iterdir():
        text = path.read_text()
        (broken / path.name).write_text(text.replace(old, new) if path.name == "deep.py" else text)
    assert old in (projects[1] / "deep.py").read_text()
    code, found = proof(projects[0], broken, tmp_path)
    assert (code, found["verdict"]) == (1, "different")
    assert found["modes"]["eval"]["first"]["name"] == layer


def test_a_layer_that_draws_no_mask_is_seen(projects: tuple[Path, Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    for path in projects[1].iterdir():
        (broken / path.name).write_text(path.read_text().replace("self.drop(", "("))
    code, found = proof(projects[0], broken, tmp_path)
    assert code == 1
    assert found["modes"]["eval"]["verdict"] == "proven"
    assert "other random numbers" in found["modes"]["train"]["reason"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda text: text.replace("nn.Dense(width, 3", "nn.Dense(width, 4"),
            "missing in the conversion: head.weight",
        ),
        (lambda text: text + "\nraise ValueError('my own')\n", "ValueError: my own"),
        (lambda text: text + "\nimport os\nos._exit(3)\n", "the process ended with code 3"),
    ],
)
def test_a_side_that_fails_says_why(
    projects: tuple[Path, Path], tmp_path: Path, change: Callable[[str], str], said: str
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    for path in projects[1].iterdir():
        text = path.read_text()
        (broken / path.name).write_text(change(text) if path.name == "deep.py" else text)
    code, found = proof(projects[0], broken, tmp_path)
    assert (code, found["verdict"]) == (1, "failed")
    assert said in found["failed"]


def test_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, said in [
        ([], "say what to run"),
        (["--model", "m:A()"], "there is no input"),
        (["--models", "x.toml", "--model", "m:A()"], "give either"),
        (["--model", "m:A()", "--input", "f32[1]"], "no such folder"),
    ]:
        assert main(["prove", str(tmp_path / "none"), str(tmp_path), *arguments]) == 2
        assert said in capsys.readouterr().err
