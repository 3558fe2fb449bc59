"""Optimizers: five steps are compared under every option, and faults planted in them are found."""

from __future__ import annotations

import pickle
from typing import NamedTuple

import pytest

pytest.importorskip("torch", reason="samples come from PyTorch")
pytest.importorskip("mindspore", reason="the marker asks for both frameworks")

import torch
from torch.testing._internal.common_optimizers import optim_db

from sporeprint.counterpart import CONDITIONS
from sporeprint.verify import samples, strict
from sporeprint.verify.calls import write
from sporeprint.verify.measure import Finding, Request, measure
from sporeprint.verify.oracle import NoSamplesError
from sporeprint.verify.words import COMMON

pytestmark = pytest.mark.frameworks


def test_every_set_of_options_of_pytorch_is_drawn() -> None:
    for info in optim_db:
        if info.step_requires_closure or info.only_supports_sparse_grads:
            continue
        drawn = samples.draw(f"torch.optim.{info.optim_cls.__name__}", ("float32",))
        made = [sample.constructor.kwargs for sample in drawn.samples if sample.constructor is not None]
        for given in info.optim_inputs_func(device="cpu", dtype=torch.float32):
            if not any(isinstance(value, torch.Tensor) for value in given.kwargs.values()):
                assert any(given.kwargs.items() <= options.items() for options in made)
        assert all(len(sample.call.args) == 5 and sample.parameters for sample in drawn.samples)
        assert {word for sample in drawn.samples for word in sample.conditions} <= CONDITIONS


def test_every_option_is_used() -> None:
    drawn = samples.draw("torch.optim.Adam", ("float32",)).samples
    used = {name for sample in drawn if sample.constructor is not None for name in sample.constructor.kwargs}
    assert {"lr", "betas", "eps", "weight_decay", "amsgrad", "maximize", "foreach", "fused"} <= used
    # What chooses an implementation is tried alone, where PyTorch itself takes it.
    assert not used & {"capturable", "differentiable"}


def test_what_makes_a_sample_special() -> None:
    drawn = samples.draw("torch.optim.SGD").samples
    words = {word for sample in drawn for word in sample.conditions}
    assert {"nan", "inf", "denormal", "0-d", "empty", "non-contiguous", "float64", "bfloat16"} <= words
    calls = {write("torch.optim.SGD", sample).source.split("return ")[1].strip() for sample in drawn}
    assert {"torch.optim.SGD([t0, t1])", "torch.optim.SGD([t0, t1], lr=0.001, momentum=0.9)"} <= calls
    assert "torch.optim.SGD([{'params': [t0], 'lr': 0.05}, {'params': [t1]}], lr=0.02)" in calls


def test_the_same_at_each_call() -> None:
    first, second = (samples.draw("torch.optim.AdamW", ("float32",)) for _ in range(2))
    assert pickle.dumps(first) == pickle.dumps(second)


def test_only_matrices_for_those_that_take_nothing_else() -> None:
    drawn = samples.draw("torch.optim.Muon", ("float32",)).samples
    common = [sample for sample in drawn if sample.conditions <= COMMON and "error" not in sample.name]
    assert {parameter.array.data.ndim for sample in common for parameter in sample.parameters} == {2}


@pytest.mark.parametrize("name", ["LBFGS", "SparseAdam"])
def test_no_samples_is_an_error(name: str) -> None:
    with pytest.raises(NoSamplesError, match="cannot take steps with given dense gradients"):
        samples.draw(f"torch.optim.{name}")


RIGHT = {
    "torch.optim.SGD": """
def made(
    params, lr=1e-3, momentum=0, dampening=0, weight_decay=0, nesterov=False, *,
    maximize=False, foreach=None, differentiable=False, fused=None,
):
    return optim.SGD(params, lr, momentum, dampening, weight_decay, nesterov, maximize=maximize)
""",
    "torch.optim.AdamW": """
def made(
    params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2, amsgrad=False, *,
    maximize=False, foreach=None, capturable=False, differentiable=False, fused=None,
):
    return optim.AdamW(params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize)
""",
}

FRAME = """
import mindspore as ms
from mindspore import mint
from mindspore.experimental import optim

from sporeprint.counterpart import Counterpart


class Spoiled:
    # An optimizer that is handed something else than the gradients.
    def __init__(self, optimizer, change):
        self.optimizer, self.change = optimizer, change

    def __call__(self, gradients):
        self.optimizer(tuple(self.change(gradients)))


def in_place(gradients):
    for each in gradients:
        each[...] = each * 2
    return gradients

{right}

REGISTRY[{api!r}] = Counterpart(made, ({api!r},), {{}}, {{}}, {{}})
"""

SGD, ADAMW = RIGHT
CALL = "optim.SGD(params, lr, momentum, dampening, weight_decay, nesterov, maximize=maximize)"


class Fault(NamedTuple):
    """One way to be wrong: ``new`` stands in the right text in place of ``old``."""

    what: str
    old: str
    new: str
    api: str = SGD
    kind: str = "value"


FAULTS = [
    Fault("another default learning rate", "lr=1e-3", "lr=1e-1"),
    Fault("weight decay lost", "dampening, weight_decay, nesterov,", "dampening, 0, nesterov,"),
    Fault("dampening lost", "momentum, dampening, weight", "momentum, 0, weight"),
    Fault("momentum lost", "lr, momentum, dampening, weight_decay, nesterov,", "lr, 0, 0, weight_decay, False,"),
    Fault("no nesterov", "nesterov, maximize=", "False, maximize="),
    Fault("always minimizes", "maximize=maximize", "maximize=False"),
    Fault("the update is lost", CALL, "mint.optim.SGD(params, lr)"),
    Fault("other default weight decay", "weight_decay=1e-2", "weight_decay=0", ADAMW),
    Fault("weight decay in the gradient", "optim.AdamW", "optim.Adam", ADAMW),
    Fault("betas the other way round", "lr, betas, eps", "lr, betas[::-1], eps", ADAMW),
    Fault("eps lost", "betas, eps,", "betas, 1e-8,", ADAMW),
    Fault("amsgrad lost", "amsgrad, maximize", "False, maximize", ADAMW),
    Fault("the first parameter only", CALL, "Spoiled(" + CALL + ", lambda g: [g[0], *[0 * x for x in g[1:]]])"),
    Fault("changes the gradients", CALL, f"Spoiled({CALL}, in_place)", kind="mutation"),
    Fault("groups taken for one", CALL, CALL.replace("params", "[p for g in params "
          "for p in (g['params'] if isinstance(g, dict) else [g])]", 1)),
    Fault("raises", CALL, "0 / 0", kind="error"),
]  # fmt: skip


def found(api: str, old: str = "", new: str = "") -> tuple[Finding, ...]:
    assert old in RIGHT[api]
    text = FRAME.format(api=api, right=RIGHT[api].replace(old, new) if old else RIGHT[api])
    return measure(Request(api, ("native",), ("float32",), (12, 0, 2), prepare=text)).findings


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
def test_a_planted_fault_is_found(fault: Fault) -> None:
    findings = [f for f in found(fault.api, fault.old, fault.new) if f.conditions <= COMMON]
    # A difference in kind, not one that accuracy explains.
    shown = [v for f in findings for v in f.verdicts if v.kind == fault.kind and not v.accuracy]
    assert shown, f"none of {len(findings)} samples shows it"


@pytest.mark.parametrize("api", RIGHT)
def test_nothing_is_found_where_nothing_is_planted(api: str) -> None:
    findings = [f for f in found(api) if f.conditions <= COMMON]
    # AdamW's corrections of bias are computed in float32.
    allowed = {"accuracy": "AdamW computes the correction of bias in float32"} if api == ADAMW else {}
    assert strict.problems(findings, allowed, ["native"]) == []
    assert len(findings) > 8
