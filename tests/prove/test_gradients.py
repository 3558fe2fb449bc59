"""Errors of which only gradients tell: each is located to the expression, in a network of layers and in a function."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the original runs on torch")
pytest.importorskip("mindspore", reason="the conversion runs on MindSpore")

from sporeprint.cli import main
from sporeprint.prove.both import Wanted, prove
from sporeprint.prove.judge import Proof, relative
from sporeprint.prove.run import SKETCH, _sketched
from sporeprint.prove.sides import Sides
from sporeprint.prove.subject import Subject, from_options

pytestmark = pytest.mark.frameworks

#: 21 layers, with functions of their own.
NETS = """
import torch
import torch.nn as nn
import torch.nn.functional as F


def swish(x):
    return x * torch.sigmoid(x)


def squeeze(x):
    return torch.clamp(x, -0.5, 0.5) + 0.1 * x


class Mixed(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.kernel = nn.Parameter(torch.randn(width, width) / width**0.5)
        self.shift = nn.Parameter(torch.randn(width))

    def forward(self, x):
        h = x
        for _ in range(3):
            h = torch.tanh(h @ self.kernel + self.shift)
        return squeeze(h) + x.abs()


class Step(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.linear = nn.Linear(width, width)

    def forward(self, x):
        return x + swish(self.linear(self.norm(x)))


class Net(nn.Module):
    def __init__(self, width=5, depth=6):
        super().__init__()
        self.steps = nn.ModuleList([Step(width) for _ in range(depth)])
        self.mixed = Mixed(width)
        self.head = nn.Linear(width, 3)

    def forward(self, x):
        for step in self.steps:
            x = step(x)
        return F.log_softmax(self.head(self.mixed(x)), dim=1)


def count(x):
    return (x > 0).sum()


def score(x, y):
    weights = torch.softmax(x, dim=1)
    return (weights * swish(y)).sum(1) / weights.amax()
"""

#: What is planted: the text that is replaced in the conversion, the layer, and the expressions that are named.
PLANTED = {
    "a detached factor": (
        "x * ops.sigmoid(x)",
        "x * ops.stop_gradient(ops.sigmoid(x))",
        "steps.0",
        "torch.sigmoid(x)",
        "ops.stop_gradient(ops.sigmoid(x))",
    ),
    "a detached argument": (
        "x * ops.sigmoid(x)",
        "x * ops.sigmoid(ops.stop_gradient(x))",
        "steps.0",
        "self.linear(self.norm(x))",  # what has this value in the original
        "ops.stop_gradient(x)",
    ),
    "a clamp that lets gradients through": (
        "ops.clamp(x, min=-0.5, max=0.5)",
        "(x + ops.stop_gradient(ops.clamp(x, min=-0.5, max=0.5) - x))",
        "mixed",
        "torch.clamp(x, -0.5, 0.5)",
        "x + ops.stop_gradient(ops.clamp(x, min=-0.5, max=0.5) - x)",
    ),
    "a clamp to other limits that shows in gradients alone": (
        "ops.clamp(x, min=-0.5, max=0.5)",
        "(ops.clamp(x, min=-0.4, max=0.4) + ops.stop_gradient("
        "ops.clamp(x, min=-0.5, max=0.5) - ops.clamp(x, min=-0.4, max=0.4)))",
        "mixed",
        "torch.clamp(x, -0.5, 0.5)",
        "ops.clamp(x, min=-0.4, max=0.4) + ops.stop_gradient("
        "ops.clamp(x, min=-0.5, max=0.5) - ops.clamp(x, min=-0.4, max=0.4))",
    ),
    "a detached parameter": (
        "h @ self.kernel",
        "h @ ops.stop_gradient(self.kernel)",
        "mixed",
        "h @ self.kernel",
        "ops.stop_gradient(self.kernel)",
    ),
    "a gradient of twice the size": (
        "x.abs()",
        "(2 * x.abs() - ops.stop_gradient(x.abs()))",
        "mixed",
        "x.abs()",
        "ops.stop_gradient(x.abs())",  # the first that has this value and not its gradient
    ),
    "a detached skip": (
        "return x + swish(",
        "return ops.stop_gradient(x) + swish(",
        "steps.0",
        "x + swish(self.linear(self.norm(x)))",
        "ops.stop_gradient(x)",
    ),
}


@pytest.fixture(scope="module")
def sides() -> Iterator[Sides]:
    with Sides() as made:
        yield made


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("gradients")
    source, converted = folder / "source", folder / "converted"
    source.mkdir()
    (source / "nets.py").write_text(NETS)
    assert main(["convert", str(source), "-o", str(converted)]) == 0
    return source, converted


def planted(projects: tuple[Path, Path], folder: Path, old: str, new: str) -> Path:
    broken = folder / "broken"
    shutil.copytree(projects[1], broken)
    text = (broken / "nets.py").read_text()
    assert old in text, text
    (broken / "nets.py").write_text(text.replace(old, new))
    return broken


def of_network(projects: tuple[Path, Path], converted: Path, sides: Sides) -> Proof:
    return prove(from_options("nets:Net()", ["f32[4,5]"]), projects[0], converted, sides, Wanted())


def of_function(projects: tuple[Path, Path], converted: Path, sides: Sides) -> Proof:
    return prove(from_options("nets:score", ["f32[4,5]", "f32[4,5]"]), projects[0], converted, sides)


@pytest.mark.parametrize("name", PLANTED)
def test_the_expression_is_named(
    projects: tuple[Path, Path], sides: Sides, tmp_path: Path, name: str
) -> None:
    old, new, layer, original, conversion = PLANTED[name]
    found = of_network(projects, planted(projects, tmp_path, old, new), sides)
    assert found.verdict == "different"
    for mode in found.modes.values():
        # the network computes the same, and its gradients differ
        assert {line.kind for line in mode.lines if line.verdict != "proven"} == {"gradient"}
        assert mode.place is not None
        assert mode.place.layer.name == layer
        assert mode.place.layer.only_gradients
        assert (mode.place.original and mode.place.original.text) == original
        assert (mode.place.conversion and mode.place.conversion.text) == conversion
        assert "It was changed: nets.py:" in mode.cause


#: What is planted in a function, and the expressions that are named.
IN_FUNCTION = {
    "nothing": ("", "", "", ""),
    "another axis": (
        "ops.softmax(x, axis=1)",
        "ops.softmax(x, axis=0)",
        "torch.softmax(x, dim=1)",
        "ops.softmax(x, axis=0)",
    ),
    "a function that it calls": (
        "x * ops.sigmoid(x)",
        "x * ops.tanh(x)",
        "torch.sigmoid(x)",
        "ops.tanh(x)",
    ),
    "no gradient": (
        "weights.amax(())",
        "ops.stop_gradient(weights).amax(())",
        "torch.softmax(x, dim=1)",
        "ops.stop_gradient(weights)",
    ),
}


@pytest.mark.parametrize("name", IN_FUNCTION)
def test_a_function_is_narrowed_as_a_layer_is(
    projects: tuple[Path, Path], sides: Sides, tmp_path: Path, name: str
) -> None:
    old, new, original, conversion = IN_FUNCTION[name]
    found = of_function(projects, planted(projects, tmp_path, old, new), sides)
    (mode,) = found.modes.values()
    assert {line.kind for line in mode.lines} == {"output", "gradient"}
    if not original:
        assert (found.verdict, mode.place) == ("proven", None)
        return
    assert found.verdict == "different"
    assert mode.place is not None
    assert (mode.place.layer.name, mode.place.layer.kind) == ("", "score()")
    assert (mode.place.original and mode.place.original.text) == original
    assert (mode.place.conversion and mode.place.conversion.text) == conversion
    assert mode.place.api == original.partition("(")[0]
    assert "It was changed: nets.py:" in mode.cause


def test_what_has_no_gradient_and_several_calls_are_compared(
    projects: tuple[Path, Path], sides: Sides
) -> None:
    found = prove(from_options("nets:count", ["f32[4,5]"]), *projects, sides)
    assert (found.verdict, found.failed) == ("proven", "")
    call = "out = model(model(T(inputs[0])))"
    twice = Subject(
        "twice", "from nets import swish\nmodel = swish", "inputs = {0: rng.standard_normal(9)}", call
    )
    found = prove(twice, *projects, sides)
    assert (found.verdict, found.failed) == ("proven", "")
    assert [line.kind for line in found.modes["eval"].lines] == ["output", "gradient", "gradient"]


def test_large_gradients_are_summed_up_and_one_wrong_number_shows() -> None:
    gradient = np.random.default_rng(0).standard_normal((300, 700)).astype(np.float32)
    wrong, small = gradient.copy(), gradient[:2, :3]
    wrong[123, 456] += 1
    kept, other = _sketched({"x": gradient, "y": small}), _sketched({"x": wrong, "y": small})
    assert kept["x"].shape == (SKETCH,)
    assert np.array_equal(kept["y"], small.reshape(-1))
    assert relative(other["x"], kept["x"]) > 1e-2
    assert relative(_sketched({"x": gradient * np.float32(1 + 1e-6)})["x"], kept["x"]) < 1e-5
