"""Optimizers by name: torch's own steps and the counterpart's, and errors planted in a copied counterpart."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the original runs on torch")
pytest.importorskip("mindspore", reason="the conversion runs on MindSpore")

from sporeprint.cli import main
from sporeprint.prove.both import Wanted, prove
from sporeprint.prove.judge import OPTIMIZER, Proof
from sporeprint.prove.optimizer import counterparts, read
from sporeprint.prove.sides import Sides
from sporeprint.prove.subject import from_options

pytestmark = pytest.mark.frameworks

#: The gradient of the inner biases is zero but for rounding, as a normalization follows: Adam makes steps of it.
NETS = """
import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self, width=6):
        super().__init__()
        self.inner = nn.Linear(4, width)
        self.norm = nn.BatchNorm1d(width)
        self.head = nn.Linear(width, 3)

    def forward(self, x):
        return self.head(torch.tanh(self.norm(self.inner(x))))


class Plain(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(4, 6)
        self.head = nn.Linear(6, 3)

    def forward(self, x):
        return self.head(torch.tanh(self.inner(x)))


def train(model, batches):
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    for batch in batches:
        optimizer.zero_grad()
        model(batch).sum().backward()
        optimizer.step()
"""


@pytest.fixture(scope="module")
def sides() -> Iterator[Sides]:
    with Sides() as made:
        yield made


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("optimizer")
    source, converted = folder / "source", folder / "converted"
    source.mkdir()
    (source / "nets.py").write_text(NETS)
    assert main(["convert", str(source), "-o", str(converted)]) == 0
    return source, converted


def proof(
    projects: tuple[Path, Path], sides: Sides, optimizer: str, *, model: str = "Plain", steps: int = 3
) -> Proof:
    subject = from_options(f"nets:{model}()", ["f32[8,4]"])
    return prove(subject, *projects, sides, Wanted(steps=steps, optimizer=read(optimizer)))


OPTIONS = {
    "Adadelta": "Adadelta(lr=0.5, rho=0.8, weight_decay=0.1)",
    "Adagrad": "Adagrad(lr_decay=0.1, initial_accumulator_value=0.01)",
    "Adam": "Adam(amsgrad=True, weight_decay=0.1, betas=(0.8, 0.9))",
    "AdamW": "AdamW(lr=1e-4, maximize=True)",
    "RMSprop": "RMSprop(centered=True, momentum=0.9)",
    "SGD": "SGD(lr=0.1, momentum=0.9, nesterov=True)",
}


def test_all_that_have_a_counterpart_are_tried() -> None:
    assert set(OPTIONS) == set(counterparts())


@pytest.mark.parametrize("optimizer", [*OPTIONS, *OPTIONS.values()])
def test_each_is_proven(projects: tuple[Path, Path], sides: Sides, optimizer: str) -> None:
    found = proof(projects, sides, optimizer)
    assert (found.verdict, found.failed) == ("proven", "")
    assert found.ran["optimizer"].startswith(optimizer.partition("(")[0])
    train = found.modes["train"]
    assert train.optimizer is not None
    assert {line.kind for line in train.optimizer.lines} == {"step"}
    assert (
        len(train.optimizer.lines) == 8
    )  # four parameters, with the gradients as they are and with small ones
    assert found.modes["eval"].optimizer is None
    weights = [line for line in train.lines if line.kind == "weight"]
    assert len(weights) == 4
    assert all(line.error <= line.limit < 2e-3 for line in weights)


@pytest.mark.parametrize("optimizer", ["Adam", "RMSprop", "SGD(lr=0.1)"])
def test_what_is_made_of_rounding_is_explained(
    projects: tuple[Path, Path], sides: Sides, optimizer: str
) -> None:
    found = proof(projects, sides, optimizer, model="Net")
    assert found.verdict == "proven"
    train = found.modes["train"]
    line = next(line for line in train.lines if (line.kind, line.name) == ("weight", "inner.bias"))
    if optimizer.startswith("SGD"):
        assert train.plain  # so small a step is no part of the others
    else:
        # what rounding is divided by its own size is a step like any other
        assert line.verdict != "proven"
        assert line.explained
    assert train.optimizer is not None
    assert train.optimizer.verdict == "proven"


#: What is planted in the project's copy of AdamW, and what is said of it.
PLANTED = {
    "another eps": ("eps: float = 1e-8", "eps: float = 1e-6", "option eps", "1e-06 instead of 1e-08"),
    "other betas": (
        "betas: tuple[Any, Any] = (0.9, 0.999)",
        "betas: tuple[Any, Any] = (0.9, 0.99)",
        "option betas",
        "(0.9, 0.99) instead of (0.9, 0.999)",
    ),
    "another weight decay": (
        "weight_decay: float = 1e-2",
        "weight_decay: float = 0",
        "option weight_decay",
        "0 instead of 0.01",
    ),
    "no correction of the bias": ("(1 - beta2**step) ** 0.5", "(1 - beta2) ** 0.5", "inner.weight", ""),
    "eps where it does not belong": (
        'squares.sqrt() / number((1 - beta2**step) ** 0.5, value) + number(group["eps"], value)',
        '(squares / number(1 - beta2**step, value) + number(group["eps"], value)).sqrt()',
        "inner.weight, small gradients",
        "",
    ),
    "a sign": ("-rate / (1 - beta1**step)", "rate / (1 - beta1**step)", "inner.weight", ""),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_error_is_named(
    projects: tuple[Path, Path], sides: Sides, tmp_path: Path, name: str
) -> None:
    old, new, what, note = PLANTED[name]
    broken = tmp_path / "broken"
    shutil.copytree(projects[1], broken)
    adapters = broken / "torch_on_mindspore.py"
    text = adapters.read_text()
    assert old in text, text
    adapters.write_text(text.replace(old, new))
    found = proof((projects[0], broken), sides, "AdamW")
    assert found.modes["eval"].verdict == "proven"
    train = found.modes["train"]
    assert train.verdict == "different"
    assert train.place is not None
    assert (train.place.layer.name, train.place.layer.kind) == (OPTIMIZER, "torch.optim.AdamW")
    wrong = [line for line in train.place.layer.lines if line.verdict == "different"]
    assert what in {line.name for line in wrong}
    assert wrong[0].note == note
    lines = adapters.read_text().splitlines()
    changed = 1 + next(
        n for n, both in enumerate(zip(lines, text.splitlines(), strict=True)) if len(set(both)) > 1
    )
    assert f"It was changed: torch_on_mindspore.py:{changed}: {lines[changed - 1].strip()}" in train.cause
    # ... and a layer is none of it
    assert all(layer.verdict == "proven" for layer in train.layers or ())


def test_the_command(projects: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    models, report = tmp_path / "models.toml", tmp_path / "proof.json"
    models.write_text(
        '[one]\nmodel = "nets:Plain()"\ninputs = ["f32[8,4]"]\nsteps = 2\noptimizer = "Adagrad"\n'
        '[two]\nmodel = "nets:Plain()"\ninputs = ["f32[8,4]"]\n'
    )
    folders = [str(each) for each in projects]
    html = str(tmp_path / "proof.html")
    given = ["--steps", "1", "--optimizer", "SGD(lr=0.1)", "--json", str(report), "--html", html]
    assert main(["prove", *folders, "--models", str(models), *given]) == 0
    assert "torch.optim.Adagrad alone: largest error" in capsys.readouterr().out
    one, two = json.loads(report.read_text())
    assert (one["steps"], one["ran"]["optimizer"]) == (2, "Adagrad()")
    assert (two["steps"], two["ran"]["optimizer"]) == (1, "SGD(lr=0.1)")
    assert one["modes"]["train"]["optimizer"]["class"] == "torch.optim.Adagrad"
    assert one["modes"]["eval"]["optimizer"] is None
    assert "torch.optim.Adagrad alone" in Path(html).read_text()


#: A mask with infinities goes through it, and a bias whose gradient is nothing but rounding: that of the keys.
MASKED = """
import torch
import torch.nn as nn


class Attends(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(4, 4) for _ in range(3))

    def forward(self, x, mask):
        weights = torch.softmax(self.query(x) @ self.key(x).T + mask, dim=1)
        return weights @ self.value(x)


class Masked(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = Attends(), Attends()

    def forward(self, x):
        mask = torch.triu(torch.full((6, 6), float("-inf")), 1)
        return self.second(torch.tanh(self.first(x, mask)), mask)
"""


def test_infinities_in_a_mask_do_not_explain_everything(tmp_path: Path, sides: Sides) -> None:
    source, converted = tmp_path / "source", tmp_path / "converted"
    source.mkdir()
    (source / "masked.py").write_text(MASKED)
    main(["convert", str(source), "-o", str(converted)])
    subject = from_options("masked:Masked()", ["f32[6,4]"])
    found = prove(subject, source, converted, sides, Wanted(steps=2, optimizer=read("Adam")))
    assert (found.verdict, found.failed) == ("proven", "")
    train = found.modes["train"]
    assert not train.plain
    moved = [line.moved for line in train.lines if line.moved is not None]
    assert moved
    assert np.isfinite(moved).all()
