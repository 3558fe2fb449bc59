"""What is written on the command line or in a file, and what it is understood as."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sporeprint.prove.optimizer import Optimizer, OptimizerError, read
from sporeprint.prove.subject import SubjectError, from_file, from_options


def made(inputs: list[str]) -> Any:
    names: dict[str, Any] = {"np": np, "rng": np.random.default_rng(0)}
    exec(from_options("m:Net()", inputs).inputs, names)
    return names["inputs"]


def test_inputs_have_the_dtypes_and_shapes_that_are_asked_for() -> None:
    found = made(["f32[2,3]", "i64[4]<7", "mask=bool[2, 2]", "x=f64[]"])
    assert [(name, value.dtype.name, value.shape) for name, value in found.items()] == [
        (0, "float32", (2, 3)), (1, "int64", (4,)), ("mask", "bool", (2, 2)), ("x", "float64", ()),
    ]  # fmt: skip
    assert found[1].max() < 7


def test_a_model_is_built_as_its_project_would() -> None:
    found = from_options("nets.vit:make(ViT, dim=3).half()", ["f32[1]", "y=f32[2]"])
    assert found.construct == "from nets.vit import make\nmodel = make(ViT, dim=3).half()"
    assert found.call == "out = model(T(inputs[0]), y=T(inputs['y']))"


@pytest.mark.parametrize(
    ("model", "inputs", "said"),
    [
        ("Net()", ["f32[1]"], "write module:Class"),
        ("m:Net(", ["f32[1]"], "no Python expression"),
        ("m:3", ["f32[1]"], "does not start with a name"),
        ("m:Net()", [], "there is no input"),
        ("m:Net()", ["float32[1]"], "the dtypes are f16, f32"),
        ("m:Net()", ["f32(1)"], "write dtype\\[shape\\]"),
    ],
)
def test_what_cannot_be_understood_is_said(model: str, inputs: list[str], said: str) -> None:
    with pytest.raises(SubjectError, match=said):
        from_options(model, inputs)


def test_a_file_of_models(tmp_path: Path) -> None:
    path = tmp_path / "models.toml"
    path.write_text(
        '[one]\nmodel = "m:A()"\ninputs = ["f32[1]"]\nsteps = 2\noptimizer = "AdamW(lr=1e-3)"\n'
        '[two]\nconstruct = "model = 1"\ninputs = ""\ncall = "out = 1"\n'
    )
    one, two = from_file(path)
    assert (one.name, one.steps, str(one.optimizer)) == ("one", 2, "AdamW(lr=0.001)")
    assert (two.name, two.steps, two.optimizer) == ("two", 0, None)
    wrong = [
        ("[one]\nmodel = 3", "is no text"),
        ("one = 3", "is no table"),
        ("[one]\n", "needs model"),
        ("", "no model"),
        ('[one]\nmodel = "m:A()"\noptimiser = "Adam"', "has optimiser; what it may have is model"),
        ('[one]\nmodel = "m:A()"\nsteps = "3"', "write how many"),
        ('[one]\nmodel = "m:A()"\noptimizer = 3', "is no text"),
        ('[one]\nmodel = "m:A()"\noptimizer = "Adam(rate=1)"', "Adam has no option rate; its options are lr"),
        ("[", "Invalid"),
    ]
    for text, said in wrong:
        path.write_text(text)
        with pytest.raises(SubjectError, match=said):
            from_file(path)
    with pytest.raises(SubjectError, match="No such file"):
        from_file(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Lion", "Lion is no optimizer with a counterpart; those that have one are Adadelta, Adagrad, Adam,"),
        ("Optimizer", "is no optimizer"),
        ("Adam(rate=1)", "Adam has no option rate; its options are lr, betas, eps, weight_decay, amsgrad"),
        ("Adam(differentiable=True)", "differentiable has no counterpart"),
        ("Adam(0.1)", "options by name"),
        ("Adam(lr=rate)", "lr=rate is no plain value"),
        ("Adam(**options)", "has no option"),
        ("Adam(", "never closed"),
    ],
)
def test_an_optimizer_that_cannot_be_understood(text: str, said: str) -> None:
    with pytest.raises(OptimizerError) as raised:
        read(text)
    assert said in str(raised.value)


def test_an_optimizer_is_read() -> None:
    for text in ("SGD(lr=1e-1)", "torch.optim.SGD(lr=0.1)", " optim.SGD( lr = .1 ) "):
        assert read(text) == Optimizer("SGD", "lr=0.1")
    assert read("RMSprop").code() == "from torch.optim import RMSprop\noptimizer = RMSprop(parameters)"
