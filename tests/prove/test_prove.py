"""Both sides of a small project through the command: what is proven, and what is said where a side fails."""

from __future__ import annotations

import json
import re
import shlex
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
         "--html", str(folder / "proof.html"), "--steps", "2"]
    )  # fmt: skip
    (found,) = json.loads(report.read_text())
    return code, found


def test_a_deep_network_is_proven(projects: tuple[Path, Path], tmp_path: Path) -> None:
    code, found = proof(*projects, tmp_path)
    assert (code, found["verdict"]) == (0, "proven"), found
    assert set(found["modes"]) == {"eval", "train"}
    kinds = {name: {line["kind"] for line in mode["compared"]} for name, mode in found["modes"].items()}
    assert kinds["eval"] == {"output", "gradient", "buffer"}
    assert kinds["train"] == {"output", "gradient", "buffer", "loss", "weight"}
    losses = [line for line in found["modes"]["train"]["compared"] if line["kind"] == "loss"]
    assert len(losses) == 2
    assert {each["name"] for each in found["modes"]["eval"]["whole"]} >= {"", "blocks.11.norm", "head"}
    assert "proven" in (tmp_path / "proof.html").read_text()


def test_a_layer_that_draws_no_mask_is_seen(projects: tuple[Path, Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    for path in projects[1].iterdir():
        (broken / path.name).write_text(path.read_text().replace("self.drop(", "("))
    code, found = proof(projects[0], broken, tmp_path)
    assert code == 1
    assert found["modes"]["eval"]["verdict"] == "proven"
    train = found["modes"]["train"]
    assert train["verdict"] == "inconclusive"
    assert "other random numbers" in train["reason"]
    assert "blocks.0.drop: the conversion does not call it" in train["reason"]
    assert not train["place"]
    assert train["cause"].startswith("not known; but the conversion is not as sporeprint writes it: deep.py:")


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
    assert "It is not as sporeprint writes it: deep.py:" in found["failed"]


def test_the_readmes_example(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = Path(__file__).parents[2]
    section = (root / "README.md").read_text(encoding="utf-8").partition("\n## Prove\n")[2]
    commands, shown = section.split("```")[1], section.split("```")[3]
    (tmp_path / "examples").symlink_to(root / "examples")
    monkeypatch.chdir(tmp_path)
    for line in commands.strip().splitlines()[1:]:
        name, *arguments = shlex.split(line)
        assert name == "sporeprint"
        capsys.readouterr()
        assert main(arguments) == 0
    numbers = re.compile(r"\d+ s|\d\.\de-\d+")
    said = capsys.readouterr().out
    assert numbers.sub("#", said).strip() == numbers.sub("#", shown).strip()


def test_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, said in [
        ([], "say what to run"),
        (["--model", "m:A()"], "there is no input"),
        (["--models", "x.toml", "--model", "m:A()"], "give either"),
        (["--model", "m:A()", "--input", "f32[1]"], "no such folder"),
        (["--model", "m:A()", "--input", "f32[1]", "--optimizer", "Adam"], "say how many: --steps 3"),
        (
            ["--model", "m:A()", "--input", "f32[1]", "--optimizer", "Lion"],
            "those that have one are Adadelta, ",
        ),
        (
            ["--model", "m:A()", "--input", "f32[1]", "--optimizer", "Adam(rate=1)"],
            "its options are lr, betas, eps",
        ),
        (["--model", "m:A()", "--input", "f32[1]", "--torch-python", "no-python"], "no such interpreter"),
    ]:
        assert main(["prove", str(tmp_path / "none"), str(tmp_path), *arguments]) == 2
        assert said in capsys.readouterr().err
