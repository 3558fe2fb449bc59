"""Modules: names, state and initial values are compared, in both modes, and faults planted in them are found."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

pytest.importorskip("torch", reason="samples come from PyTorch")
pytest.importorskip("mindspore", reason="the marker asks for both frameworks")

from sporeprint.verify import samples
from sporeprint.verify.compare import Array, Outcome
from sporeprint.verify.measure import Finding, Request, measure
from sporeprint.verify.modules import compare_initial, compare_modules, how_often, paired

pytestmark = pytest.mark.frameworks

_spec = importlib.util.spec_from_file_location(
    "planted_modules", Path(__file__).with_name("planted_modules.py")
)
assert _spec is not None
assert _spec.loader is not None
planted = importlib.util.module_from_spec(_spec)
sys.modules["planted_modules"] = planted
_spec.loader.exec_module(planted)


class Pool(NamedTuple):
    """What several instances start with, under one name."""

    numbers: np.ndarray[tuple[int, ...], np.dtype[np.float64]]

    def __call__(self, name: str = "weight") -> dict[str, tuple[Array, ...]]:
        return {name: tuple(Array(each, "float32") for each in self.numbers)}


def uniform(seed: int, scale: float = 1.0, size: int = 500) -> Pool:
    return Pool(scale * np.random.default_rng(seed).uniform(-1, 1, (20, size)))


ones = Pool(np.ones((20, 3)))


def test_the_same_distribution_is_the_same() -> None:
    assert all(compare_initial(uniform(seed)(), uniform(1000 + seed)()).same for seed in range(50))


@pytest.mark.parametrize(
    "other",
    [
        uniform(1, scale=1.1),
        Pool(np.random.default_rng(1).normal(size=(20, 500)) / 3**0.5),
        Pool(0.1 + uniform(1).numbers),
        Pool(np.zeros((20, 500))),
    ],
    ids=["scale", "normal", "mean", "zero"],
)
def test_another_distribution_is_found(other: Pool) -> None:
    verdict = compare_initial(uniform(0)(), other())
    assert (verdict.kind, verdict.path) == ("initial", "weight")
    assert "weight starts with mean" in verdict.message
    assert not compare_initial(other(), uniform(0)()).same


def test_constants_are_compared_exactly() -> None:
    assert compare_initial(ones(), ones()).same
    assert (
        compare_initial(ones(), Pool(0.999 * ones.numbers)()).message == "weight starts with 0.999, not 1.0"
    )
    once = ones.numbers.copy()
    once[7] = 0
    assert not compare_initial(ones(), Pool(once)()).same


def test_a_distribution_is_judged_on_enough_numbers() -> None:
    sizes = (1, 250, 10_000)
    assert [how_often({**uniform(0, size=size)(), **ones("counter")}) for size in sizes] == [100, 40, 20]
    assert how_often(ones("weight")) == 20


def test_state_is_paired_by_name_then_role_then_shape() -> None:
    ours = {"bias": (3,), "weight": (3,), "running_mean": (3,), "a.weight": (2, 3), "own": (4,), "none": (5,)}
    theirs = {
        "moving_mean": (3,),
        "beta": (3,),
        "gamma": (3,),
        "a.embedding_table": (2, 3),
        "w0": (4,),
        "w1": (9,),
    }
    assert paired(ours, theirs) == {
        "bias": "beta",
        "weight": "gamma",
        "running_mean": "moving_mean",
        "a.weight": "a.embedding_table",
        "own": "w0",
    }
    assert paired({"weight": (3,)}, {"gamma": (3,), "weight": (4,)}) == {"weight": "weight"}


def test_names_and_numbers_are_apart() -> None:
    def outcome(**state: float) -> Outcome:
        return Outcome(
            1.0, state={name: Array(np.full(2, number), "float32") for name, number in state.items()}
        )

    def kinds(candidate: Outcome) -> list[str]:
        return [each.kind for each in compare_modules(outcome(weight=1, bias=2), candidate)]

    assert kinds(outcome(bias=2, weight=1)) == ["", ""]
    assert kinds(outcome(gamma=1, beta=2)) == ["names", ""]
    assert kinds(outcome(weight=1, bias=3)) == ["", "state"]
    assert kinds(outcome(weight=1)) == ["names", ""]
    assert not compare_modules(Outcome(1.0), Outcome(1.0))


def test_both_modes_are_tried_where_they_differ() -> None:
    drawn = samples.draw("torch.nn.BatchNorm2d", ("float32",)).samples
    plain = [sample.training for sample in drawn if not sample.conditions]
    assert plain.count(True) > 5
    assert plain.count(False) > 5
    assert any("nan" in sample.conditions for sample in drawn if not sample.training)


def test_evaluation_is_tried_once_where_it_is_the_same() -> None:
    drawn = samples.draw("torch.nn.Linear", ("float32",)).samples
    assert [sample.name for sample in drawn if not sample.training] == ["float32 0, in eval mode"]


def test_a_function_tells_the_mode_of_its_module() -> None:
    drawn = samples.draw("torch.nn.Dropout", ("float32",)).samples
    assert {True, False} == {sample.training for sample in drawn if not sample.conditions}


def found(api: str, text: str) -> tuple[Finding, ...]:
    return measure(Request(api, ("native",), ("float32",), prepare=text)).findings


@pytest.mark.parametrize("fault", planted.FAULTS, ids=lambda fault: fault.what)
def test_a_planted_fault_is_found(fault: Any) -> None:
    findings = found(planted.BATCH_NORM, planted.planting(fault.old, fault.new))
    shown = [f for f in findings for verdict in f.verdicts if verdict.kind == fault.kind]
    assert shown, f"none of {len(findings)} samples shows it"
    if fault.only_in:
        assert all((fault.only_in == "eval") == ("in eval mode" in finding.sample) for finding in shown)


def test_nothing_is_found_where_nothing_is_planted() -> None:
    findings = found(planted.BATCH_NORM, planted.planting())
    assert [(f.sample, v.message) for f in findings for v in f.verdicts if not v.same] == []
    assert sum("in eval mode" in finding.sample for finding in findings) > 5
    # The result, mutation, gradient, warnings, view, names, state; of some also what they start with.
    assert {len(finding.verdicts) for finding in findings if "error" not in finding.conditions} == {7, 8}


@pytest.mark.parametrize(("layer", "same"), planted.INITIAL, ids=str)
def test_initial_distributions(layer: str, same: bool) -> None:
    api, text = planted.LAYERS[layer]
    findings = found(api, planted.of_layer(api, text))
    shown = [verdict.kind for finding in findings for verdict in finding.verdicts]
    assert ("initial" in shown) is not same
