"""Errors planted in the conversion of a deep network: each is located to its layer, and to the line where it can be."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the original runs on torch")
pytest.importorskip("mindspore", reason="the conversion runs on MindSpore")

from sporeprint.cli import main
from sporeprint.prove.both import Wanted, prove
from sporeprint.prove.judge import WIDEST, Proof
from sporeprint.prove.sides import Sides
from sporeprint.prove.subject import from_options
from sporeprint.prove.task import Task, Told

pytestmark = pytest.mark.frameworks

#: 50 layers: a stem of 4, 11 blocks of 4, a mixture and a head.
DEEP = """
import torch
import torch.nn as nn
import torch.nn.functional as F


class Block(nn.Module):
    def __init__(self, width, scale=0.5):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.inner = nn.Linear(width, 2 * width)
        self.outer = nn.Linear(2 * width, width)
        self.drop = nn.Dropout(0.25)
        self.scale = scale

    def forward(self, x):
        h = torch.tanh(self.inner(self.norm(x)))
        return x + self.scale * self.drop(self.outer(h))


class Mix(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.left = nn.Parameter(torch.randn(width, width))
        self.right = nn.Parameter(torch.randn(width, width))
        self.shift = nn.Parameter(torch.randn(width))

    def forward(self, x):
        weights = F.softmax(x @ self.left, dim=1)
        y = F.linear(weights * x, self.right, self.shift)
        return y * weights.max()


class Deep(nn.Module):
    def __init__(self, width=6, depth=11):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, width, 3, stride=2, padding=1),
            nn.BatchNorm2d(width),
            nn.ReLU(),
        )
        self.embed = nn.Linear(width, width, bias=False)
        self.blocks = nn.ModuleList([Block(width) for place in range(depth)])
        self.mix = Mix(width)
        self.head = nn.Linear(width, width)
        self.head.weight = self.embed.weight

    def forward(self, x):
        x = self.embed(self.stem(x).flatten(2).mean(2))
        for block in self.blocks:
            x = block(x)
        return F.log_softmax(self.head(self.mix(x)), dim=1)
"""

#: What is planted: the text that is replaced in the conversion, the layer, and what stands in the line that is named.
PLANTED = {
    "a changed default, deep inside": (
        "Block(width)",
        "Block(width, 0.6 if place == 7 else 0.5)",
        "blocks.7",
        "return x + self.scale",
    ),
    "swapped weights": ("x @ self.left", "x @ self.right", "mix", "x @ self.right"),
    "a transposed kernel": (
        "self.right, bias=self.shift",
        "self.right.T, bias=self.shift",
        "mix",
        "self.right.T",
    ),
    "a dropped bias": ("self.right, bias=self.shift", "self.right", "mix", "self.right)"),
    "another axis": ("axis=1)\n        y", "axis=0)\n        y", "mix", "softmax"),
    "a function for another": ("ops.tanh(", "ops.sigmoid(", "blocks.0", "h = "),
    "another order": ("self.scale * self.drop", "self.drop", "blocks.0", "return x + self.drop"),
    "no gradient": ("weights * x", "ops.stop_gradient(weights) * x", "mix", "stop_gradient(weights)"),
}

#: What is planted all at once: each is found, for no layer is given what another has made wrong. The text that is
#: replaced, and the layers in which it shows, in training.
AT_ONCE = {
    "another eps": (
        "LayerNorm(width)",
        "LayerNorm(width, eps=1e-2)",
        {f"blocks.{n}.norm" for n in range(11)},
    ),
    "another padding": ('pad_mode="pad", padding=1', 'pad_mode="same"', {"stem.0"}),
    "another momentum": ("BatchNorm2d(width", "BatchNorm2d(width, momentum=0.8", {"stem.1"}),
    "another part dropped": ("Dropout(p=0.25", "Dropout(p=0.3", {f"blocks.{n}.drop" for n in range(11)}),
}


#: Rounding grows in it: each normalization of three numbers turns a small difference into a larger one.
UNSTABLE = """
import torch
import torch.nn as nn


class Step(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.linear = nn.Linear(width, width)
        self.norm = nn.BatchNorm1d(width)

    def forward(self, x):
        return torch.relu(self.norm(self.linear(x)))


class Unstable(nn.Module):
    def __init__(self, width=12, depth=40):
        super().__init__()
        self.steps = nn.Sequential(*[Step(width) for _ in range(depth)])

    def forward(self, x):
        return self.steps(x)
"""


class Remembering(Sides):
    """The original is the same for all plants: what it told is not asked again."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[bytes, Told] = {}

    def ask(self, framework: str, task: Task, scratch: Path) -> Told:
        if framework != "torch":
            return super().ask(framework, task, scratch)
        key = pickle.dumps(task)
        if key not in self._known:
            self._known[key] = super().ask(framework, task, scratch)
        return self._known[key]


@pytest.fixture(scope="module")
def sides() -> Iterator[Sides]:
    with Remembering() as made:
        yield made


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("deep")
    source, converted = folder / "source", folder / "converted"
    source.mkdir()
    (source / "deep.py").write_text(DEEP)
    assert main(["convert", str(source), "-o", str(converted)]) == 0
    return source, converted


def planted(projects: tuple[Path, Path], folder: Path, *changes: tuple[str, str]) -> Path:
    broken = folder / "broken"
    shutil.copytree(projects[1], broken)
    text = (broken / "deep.py").read_text()
    for old, new in changes:
        assert old in text, text
        text = text.replace(old, new)
    (broken / "deep.py").write_text(text)
    return broken


def proof(projects: tuple[Path, Path], converted: Path, sides: Sides, wanted: Wanted = Wanted()) -> Proof:  # noqa: B008
    subject = from_options("deep:Deep()", ["f32[8,3,8,8]"])
    return prove(subject, projects[0], converted, sides, wanted)


def test_the_network_is_proven_as_it_is(projects: tuple[Path, Path], sides: Sides) -> None:
    found = proof(projects, projects[1], sides)
    assert (found.verdict, found.failed) == ("proven", "")
    assert all(mode.plain for mode in found.modes.values())


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_error_is_located(
    projects: tuple[Path, Path], sides: Sides, tmp_path: Path, name: str
) -> None:
    old, new, layer, line = PLANTED[name]
    broken = planted(projects, tmp_path, (old, new))
    found = proof(projects, broken, sides, Wanted(keep=tmp_path / "kept"))
    assert found.verdict == "different", found
    place = next(mode.place for mode in found.modes.values() if mode.place is not None)
    assert place.layer.name == layer
    cause = next(mode.cause for mode in found.modes.values() if mode.place is not None)
    lines = (broken / "deep.py").read_text().splitlines()
    right = (projects[1] / "deep.py").read_text().splitlines()
    changed = 1 + next(
        place for place, both in enumerate(zip(lines, right, strict=True)) if len(set(both)) > 1
    )
    assert f"It was changed: deep.py:{changed}: " in cause
    kept = np.load(place.saved)
    assert {"input 0", "result 0"} <= set(kept.files)
    assert place.original is not None
    assert place.conversion is not None
    assert line in lines[place.conversion.line - 1]


def test_several_are_located_at_once(projects: tuple[Path, Path], sides: Sides, tmp_path: Path) -> None:
    broken = planted(projects, tmp_path, *((old, new) for old, new, _ in AT_ONCE.values()))
    mode = proof(projects, broken, sides).modes["train"]
    assert mode.layers is not None
    differing = {layer.name for layer in mode.layers if layer.verdict == "different"}
    assert differing == set().union(*(layers for _, _, layers in AT_ONCE.values()))
    assert mode.place is not None
    assert mode.place.layer.name == "stem.0"
    assert "pad_mode=same" in mode.place.ours


def test_a_weight_that_is_no_longer_tied_is_named(
    projects: tuple[Path, Path], sides: Sides, tmp_path: Path
) -> None:
    found = proof(
        projects, planted(projects, tmp_path, ("self.head.weight = self.embed.weight", "pass")), sides
    )
    assert found.verdict == "different"
    line = next(line for line in found.modes["eval"].lines if line.note)
    assert (line.kind, line.name) == ("gradient", "head.weight")
    assert "embed.weight" in line.note


@pytest.fixture(scope="module")
def unstable(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("unstable")
    source, converted = folder / "source", folder / "converted"
    source.mkdir()
    (source / "deep.py").write_text(UNSTABLE)
    assert main(["convert", str(source), "-o", str(converted)]) == 0
    return source, converted


#: What is planted in the unstable network, if anything, and the layer: an error of 1 %, and what the whole cannot show.
IN_UNSTABLE = {
    "nothing": ("", "", ""),
    "one in a hundred": ("return ops.relu(", "return 1.01 * ops.relu(", "steps.0"),
    "another eps": ("BatchNorm1d(width", "BatchNorm1d(width, eps=1e-4", "steps.0.norm"),
    "another function": ("ops.relu(", "ops.celu(", "steps.0"),
}


@pytest.mark.parametrize("name", IN_UNSTABLE)
def test_an_unstable_network_is_told_from_a_wrong_one(
    unstable: tuple[Path, Path], sides: Sides, tmp_path: Path, name: str
) -> None:
    old, new, layer = IN_UNSTABLE[name]
    subject = from_options("deep:Unstable()", ["f32[3,12]"])
    steps = 0 if layer else 2
    found = prove(subject, unstable[0], planted(unstable, tmp_path, (old, new)), sides, Wanted(steps=steps))
    train = found.modes["train"]
    assert not train.plain
    # torch's own float32 is so far from its float64 that the whole proves nothing
    assert max(line.own for line in train.lines) > WIDEST
    if not layer:
        assert (found.verdict, train.place) == ("proven", None)
        assert "amplifies rounding" in train.reason
        assert {line.kind for line in train.lines} == {"output", "gradient", "buffer", "loss", "weight"}
        assert train.layers is not None
        assert len(train.layers) == 40 * 3 + 2
        return
    assert found.verdict == "different"
    assert train.place is not None
    assert train.place.layer.name.startswith(layer)


#: Its result is nan in a way that MindSpore's log_softmax does not give: a declared difference, which exact closes.
DECLARED = """
import torch
import torch.nn as nn
import torch.nn.functional as F


class Root(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 4)

    def forward(self, x):
        return F.log_softmax(torch.where(x > 1, torch.sqrt(-x), self.linear(x)), dim=1)
"""


def test_a_declared_difference_is_told_from_a_conversion_error(tmp_path: Path, sides: Sides) -> None:
    source, converted = tmp_path / "source", tmp_path / "converted"
    source.mkdir()
    (source / "root.py").write_text(DECLARED)
    assert main(["convert", str(source), "-o", str(converted)]) == 0
    found = prove(from_options("root:Root()", ["f32[9,4]"]), source, converted, sides)
    mode = found.modes["eval"]
    assert found.verdict == "different"
    assert mode.place is not None
    assert (mode.place.layer.name, mode.place.api) == ("", "torch.nn.functional.log_softmax")
    assert mode.cause.startswith("the accuracy of a kernel, or a declared difference")


def test_what_does_not_run_in_float64_is_proven_all_the_same(tmp_path: Path, sides: Sides) -> None:
    source, converted = tmp_path / "source", tmp_path / "converted"
    source.mkdir()
    (source / "root.py").write_text(
        DECLARED.replace("self.linear(x)", "self.linear(x.float())").replace("-x", "x")
    )
    assert main(["convert", str(source), "-o", str(converted)]) == 0
    found = prove(from_options("root:Root()", ["f32[9,4]"]), source, converted, sides)
    assert (found.verdict, found.failed) == ("proven", "")
    assert all(line.own == 0 for mode in found.modes.values() for line in mode.lines)


def test_what_does_not_end_is_ended_and_what_comes_next_is_run(tmp_path: Path) -> None:
    task = Task(str(tmp_path), "import time\ntime.sleep(600)\nmodel = 1", "inputs = {}", "out = model")
    fine = Task(str(tmp_path), "model = 1", "inputs = {}", "out = model")
    with Sides() as made:
        assert not made.ask("torch", fine, tmp_path).failed
        made.patience = 1
        assert made.ask("torch", task, tmp_path).failed == "it did not end within 1 seconds"
        made.patience = 600
        assert not made.ask("torch", fine, tmp_path).failed
