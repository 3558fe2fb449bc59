"""Whether a converted model compiles, and what is said where it does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="the conversion is of torch's code")
pytest.importorskip("mindspore", reason="the conversion runs on MindSpore")

from sporeprint.cli import main
from sporeprint.prove.jit import compiled
from sporeprint.prove.sides import Sides
from sporeprint.prove.subject import Subject, from_options

pytestmark = pytest.mark.frameworks

NETS = """
import random
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


class Plain(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU())
        self.head = nn.Linear(4, 2)

    def forward(self, x):
        return self.head(F.avg_pool2d(self.body(x), 8).flatten(1))


class Tries(nn.Module):
    def forward(self, x):
        try:
            return torch.relu(x)
        finally:
            self.done = True


class Counts(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(3, 3)

    def forward(self, x):
        try:
            x = self.body(x)
        finally:
            self.at = time.perf_counter()
        return torch.relu(x) + 1


class Drifts(nn.Module):
    def forward(self, x):
        return x * random.random()
"""


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    source = tmp_path_factory.mktemp("nets")
    (source / "nets.py").write_text(NETS)
    converted = tmp_path_factory.mktemp("converted") / "nets"
    main(["convert", str(source), "-o", str(converted)])
    return source, converted


@pytest.fixture(scope="module")
def sides() -> Iterator[Sides]:
    with Sides() as made:
        yield made


def test_a_model_compiles(projects: tuple[Path, Path], sides: Sides) -> None:
    subject = from_options("nets:Plain()", ["f32[2,3,8,8]"])
    assert compiled(subject, *projects, sides).verdict == "compiles"


def test_what_prevents_one_graph_is_named(projects: tuple[Path, Path], sides: Sides) -> None:
    found = compiled(from_options("nets:Tries()", ["f32[2,3]"]), *projects, sides)
    assert (found.verdict != "compiles", "Try" in found.reason) == (True, True)
    assert found.place.startswith("nets.py:")


def test_the_graphs_of_captured_bytecode_are_counted(projects: tuple[Path, Path], sides: Sides) -> None:
    found = compiled(from_options("nets:Counts()", ["f32[2,3]"]), *projects, sides)
    assert found.verdict == "in parts", found
    assert found.graphs >= 1
    assert found.breaks >= 1


def test_another_result_is_told(projects: tuple[Path, Path], sides: Sides) -> None:
    assert compiled(from_options("nets:Drifts()", ["f32[2,3]"]), *projects, sides).verdict != "compiles"


@pytest.mark.parametrize(
    ("code", "call", "verdict", "said"),
    [
        ("model = abs", "out = model(T(inputs[0]))", "failed", "no Cell"),
        ("from nets import Plain\nmodel = Plain()", "raise ValueError('my own')", "failed", "my own"),
        (
            "from nets import Plain\nmodel = Plain()",
            "import os\nos._exit(3)",
            "prevented",
            "the process ended with code 3",
        ),
    ],
)
def test_what_does_not_run_is_told(
    projects: tuple[Path, Path], sides: Sides, code: str, call: str, verdict: str, said: str
) -> None:
    subject = Subject("it", code, "inputs = {0: rng.standard_normal((2, 3, 8, 8)).astype('float32')}", call)
    found = compiled(subject, *projects, sides)
    assert (found.verdict, said in found.reason) == (verdict, True), found
