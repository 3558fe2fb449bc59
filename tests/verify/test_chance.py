"""Random results: the same distribution never differs, another one does, and so does another joint structure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="its generators are compared")
pytest.importorskip("mindspore", reason="the marker asks for both frameworks")

import torch
import torch.nn.functional as F  # noqa: N812

from sporeprint.verify.chance import FALSE_ALARM, compare_gradients, compare_runs, runs_needed
from sporeprint.verify.compare import Array, Group, Outcome, Raised, Verdict

pytestmark = pytest.mark.frameworks

GENERATOR = np.random.default_rng(5)
X = torch.from_numpy(GENERATOR.normal(size=(5, 5, 5)).astype("float32"))
IMAGES = torch.from_numpy(GENERATOR.normal(size=(3, 6, 4, 4)).astype("float32"))
LOGITS = torch.from_numpy(GENERATOR.normal(size=(6, 8)).astype("float32"))
PROBABILITIES = torch.linspace(0.1, 0.9, 12)
MASK = torch.from_numpy((GENERATOR.random((5, 5, 5)) < 0.5).astype("float32"))

RANDOM: dict[str, Callable[[], Any]] = {
    "dropout": lambda: F.dropout(X, 0.5),
    "channels dropped": lambda: F.dropout2d(IMAGES, 0.5),
    "normal": lambda: torch.randn(5, 5, 5),
    "normal of given means": lambda: torch.normal(X, 1.0),
    "infinite variance": lambda: torch.empty(30).cauchy_(),
    "soft samples": lambda: F.gumbel_softmax(LOGITS),
    "one-hot samples": lambda: F.gumbel_softmax(LOGITS, hard=True),
    "Bernoulli": lambda: torch.bernoulli(PROBABILITIES),
    "permutation": lambda: torch.randperm(10),
    "single number": lambda: torch.rand(()),
}

OTHER: list[tuple[str, str, Callable[[], Any]]] = [
    ("dropout", "p of 0.45", lambda: F.dropout(X, 0.45)),
    ("dropout", "not scaled", lambda: F.dropout(X, 0.5) / 2),
    ("dropout", "nothing dropped", lambda: X),
    ("dropout", "never random", lambda: 2 * MASK * X),
    ("dropout", "of other places", lambda: F.dropout(X.flip(0), 0.5)),
    ("dropout", "whole rows", lambda: F.dropout(torch.ones(5, 5, 1), 0.5) * X),
    ("dropout", "of the other sign", lambda: -F.dropout(X, 0.5)),
    ("channels dropped", "elements dropped", lambda: F.dropout(IMAGES, 0.5)),
    ("channels dropped", "of all images alike", lambda: F.dropout(torch.ones(1, 6, 1, 1), 0.5) * IMAGES),
    ("channels dropped", "images", lambda: F.dropout(torch.ones(3, 1, 1, 1), 0.5) * IMAGES),
    ("normal", "std of 1.1", lambda: torch.randn(5, 5, 5) * 1.1),
    ("normal", "mean of 0.1", lambda: torch.randn(5, 5, 5) + 0.1),
    ("normal", "uniform of the same variance", lambda: (torch.rand(5, 5, 5) - 0.5) * 12**0.5),
    ("normal", "rows alike", lambda: torch.randn(5, 1, 5).expand(5, 5, 5)),
    ("normal", "drawn once", lambda: X),
    ("normal of given means", "means in another order", lambda: torch.normal(X.flip(1), 1.0)),
    ("soft samples", "tau of 1.2", lambda: F.gumbel_softmax(LOGITS, tau=1.2)),
    ("soft samples", "along the other dimension", lambda: F.gumbel_softmax(LOGITS, dim=0)),
    ("one-hot samples", "the most probable", lambda: F.one_hot(LOGITS.argmax(1), 8)),
    ("one-hot samples", "of uniform probabilities", lambda: F.gumbel_softmax(LOGITS * 0, hard=True)),
    ("Bernoulli", "other probabilities", lambda: torch.bernoulli(PROBABILITIES.flip(0))),
    ("permutation", "with repetitions", lambda: torch.randint(10, (10,))),
    ("permutation", "never permuted", lambda: torch.arange(10)),
]


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def run(make: Callable[[], Any]) -> Outcome:
    numbers = make().numpy()
    return Outcome(Array(np.array(numbers, "float32"), "float32"))


def verdict(
    source: Callable[[], Any], candidate: Callable[[], Any], seed: int, comparisons: int = 1
) -> Verdict:
    torch.manual_seed(seed)
    number = runs_needed(run(source))
    sides = [[run(make) for _ in range(number)] for make in (source, candidate)]
    return compare_runs(sides[0], sides[1], comparisons)


@pytest.mark.parametrize("what", RANDOM)
def test_the_same_distribution_is_the_same(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # At a level of 1/50 in place of the real one, so that a level which does not hold shows.
    monkeypatch.setattr("sporeprint.verify.chance.FALSE_ALARM", 0.02)
    monkeypatch.setattr("sporeprint.verify.chance.MOST", 200)
    fired = [seed for seed in range(10) if not verdict(RANDOM[what], RANDOM[what], seed).same]
    assert len(fired) <= 1, fired


@pytest.mark.parametrize(("what", "how", "other"), OTHER, ids=[f"{what}: {how}" for what, how, _ in OTHER])
def test_another_distribution_is_found(what: str, how: str, other: Callable[[], Any]) -> None:
    # As one of 20 comparisons that share the chance of a false alarm.
    found = verdict(RANDOM[what], other, 7, 20)
    assert found.kind == "value", found
    assert "by chance with probability" in found.message
    assert not found.accuracy


def test_the_chance_of_a_false_alarm_is_stated() -> None:
    assert FALSE_ALARM == 1e-6
    found = verdict(RANDOM["dropout"], lambda: F.dropout(X, 0.42), 7)
    probability = float(found.message.rpartition(" ")[2])
    assert probability < FALSE_ALARM
    assert not verdict(
        RANDOM["dropout"], lambda: F.dropout(X, 0.42), 7, round(FALSE_ALARM / probability / 2)
    ).same
    assert verdict(
        RANDOM["dropout"], lambda: F.dropout(X, 0.42), 7, round(FALSE_ALARM / probability * 2)
    ).same


def test_rounding_is_not_random() -> None:
    scaled = [lambda: F.dropout(X, 0.5), lambda: F.dropout(X, 0.5) * (1 + 2**-22)]
    assert verdict(scaled[0], scaled[1], 7).same
    # A number's own rounding, which is more than the typical ones' where it is large.
    large = torch.cat([X, 1000 * X[:1]])
    assert verdict(lambda: F.dropout(large, 0.5), lambda: F.dropout(large * (1 + 2**-18), 0.5), 7).same
    assert not verdict(lambda: F.dropout(large, 0.5), lambda: F.dropout(large * (1 + 2**-10), 0.5), 7).same
    scaled[1] = lambda: F.dropout(X, 0.5) * 1.001
    assert not verdict(scaled[0], scaled[1], 7).same


def test_special_values_are_values() -> None:
    def sometimes(special: float, share: float) -> Callable[[], Any]:
        return lambda: torch.where(torch.rand(50) < share, special, 1.0)

    for special in (float("nan"), float("inf"), float("-inf")):
        assert verdict(sometimes(special, 0.5), sometimes(special, 0.5), 7).same
        assert not verdict(sometimes(special, 0.5), sometimes(special, 0.3), 7).same
    assert not verdict(sometimes(float("nan"), 0.5), sometimes(float("inf"), 0.5), 7).same


def test_all_runs_must_be_alike() -> None:
    runs = [run(RANDOM["dropout"]) for _ in range(200)]
    raised = [*runs[:-1], Outcome(Raised("ValueError", "why"))]
    assert compare_runs(runs, raised).kind == "error"
    other = [*runs[:-1], Outcome(Group("tuple", (), ()))]
    assert compare_runs(runs, other).kind == "structure"


def test_a_lost_change_of_an_input_is_found() -> None:
    runs = [run(RANDOM["normal"]) for _ in range(400)]
    changed = [replace(each, mutated={"0": each.value}) for each in runs]  # type: ignore[dict-item]
    assert compare_runs(changed[:200], changed[200:]).same
    assert compare_runs(changed[:200], runs[200:]).kind == "mutation"
    assert compare_runs(runs[:200], changed[200:]).kind == "mutation"
    # By chance, Bernoulli's in-place method may leave an input as it was.
    assert compare_runs([runs[0], *changed[:200]], changed[199:]).same
    wide = [replace(each, mutated={"0": Array(each.value.data * 2, "float32")}) for each in runs]  # type: ignore[union-attr]
    assert compare_runs(changed[:200], wide[200:]).kind == "value"


def test_gradients_are_compared_too() -> None:
    sides = [[{"0": each.value} for each in (run(RANDOM["dropout"]) for _ in range(200))] for _ in range(2)]
    assert compare_gradients(sides[0], sides[1]).same  # type: ignore[arg-type]
    for wrong in ({"0": None}, {"0": Array(np.zeros((5, 5, 5)), "float32")}, None):
        assert compare_gradients(sides[0], [wrong] * 200).kind == "gradient"  # type: ignore[arg-type]
    assert compare_gradients(sides[0], [Raised("RuntimeError", "why")] * 200).raised  # type: ignore[arg-type]
