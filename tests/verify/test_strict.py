"""Declarations are strict both ways."""

from __future__ import annotations

import pytest

from sporeprint.verify import strict
from sporeprint.verify.compare import SAME, Verdict
from sporeprint.verify.measure import Finding

WRONG = Verdict(same=False, kind="value", message="2.0, not 1.0 at [0]")
STEEP = Verdict(same=False, kind="gradient", message="gradient of 0: 2.0, not 1.0 at [0]")
ROUGH = Verdict(same=False, kind="value", message="40 ulp off", accuracy=True)


def finding(verdict: Verdict, *words: str, leg: str = "native", left: bool = False) -> Finding:
    return Finding("float32 0", leg, frozenset(words), (SAME, verdict), "torch.f(t0)", left)


def test_nothing_declared_nothing_differs() -> None:
    assert strict.problems([finding(SAME), finding(SAME, "nan")], {}, ["native"]) == []


def test_a_difference_must_be_declared() -> None:
    (problem,) = strict.problems([finding(WRONG)], {}, ["native"])
    assert "sample float32 0 differs and is not declared" in problem
    assert "common domain" in problem
    assert "torch.f(t0)" in problem


def test_a_declared_difference_is_no_problem() -> None:
    assert strict.problems([finding(WRONG, "nan")], {"nan": "why"}, ["native"]) == []


def test_an_entry_must_cover_a_difference() -> None:
    (problem,) = strict.problems([finding(SAME, "nan")], {"nan": "why"}, ["native"])
    assert problem == 'entry "nan" covers no differing sample: delete this entry'


def test_all_words_of_an_entry_must_hold() -> None:
    assert len(strict.problems([finding(WRONG, "nan")], {"nan & float64": "why"}, ["native"])) == 2
    assert (
        strict.problems([finding(WRONG, "nan", "float64", "0-d")], {"nan & float64": "why"}, ["native"]) == []
    )


def test_an_entry_about_gradients_covers_no_values() -> None:
    assert strict.problems([finding(STEEP)], {"gradient": "why"}, ["native"]) == []
    assert len(strict.problems([finding(WRONG)], {"gradient": "why"}, ["native"])) == 2


def test_an_entry_about_accuracy_covers_no_wrong_values() -> None:
    assert strict.problems([finding(ROUGH)], {"accuracy": "why"}, ["native"]) == []
    assert len(strict.problems([finding(WRONG)], {"accuracy": "why"}, ["native"])) == 2


def test_one_entry_does_not_excuse_another_aspect() -> None:
    both = Finding("float32 0", "native", frozenset(), (ROUGH, STEEP), "torch.f(t0)")
    (problem,) = strict.problems([both], {"accuracy": "why"}, ["native"])
    assert "gradient" in problem


def test_other_legs_are_not_asked() -> None:
    assert strict.problems([finding(WRONG, leg="exact")], {}, ["native"]) == []
    assert len(strict.problems([finding(WRONG, "nan", leg="exact")], {"nan": "why"}, ["native"])) == 1


def test_a_call_left_to_a_person_is_no_difference_but_is_told() -> None:
    alone = finding(Verdict(False, "error", "raises LeftAloneError: why"), leg="native text", left=True)
    assert strict.problems([alone], {}, ["native text"]) == []
    assert len(strict.left([alone], {})) == 1
    assert strict.left([alone], {"momentum": "refused"}) == []


@pytest.mark.parametrize("entry", ["empty & uninitialised", "denormal", "random"])
def test_what_depends_on_the_process_need_not_show(entry: str) -> None:
    assert strict.problems([finding(SAME)], {entry: "why"}, ["native"]) == []


def test_unwritten_memory_excuses_only_what_it_shows_in() -> None:
    entry = {"empty & uninitialised": "why"}
    assert strict.problems([finding(WRONG, "empty", "uninitialised")], entry, ["native"]) == []
    assert len(strict.problems([finding(WRONG, "empty")], entry, ["native"])) == 1


def test_an_entry_about_random_results_covers_nothing() -> None:
    # Random results are compared by their distribution: what differs is not random.
    assert len(strict.problems([finding(WRONG, "random")], {"random": "why"}, ["native"])) == 1


def test_an_exact_body_differs_in_the_order_of_a_sum_at_most() -> None:
    legs = [finding(ROUGH), finding(ROUGH, leg="exact")]
    assert strict.judge("torch.nn.Conv2d", legs, {"accuracy": "sums are rounded in another order"}, {}) == []
    (problem,) = strict.judge("torch.nn.Conv2d", legs, {"accuracy": "the kernel is rough"}, {})
    assert problem.startswith("exact")
    wrong = [finding(ROUGH), finding(WRONG, leg="exact")]
    assert strict.judge("torch.nn.Conv2d", wrong, {"accuracy": "sums are rounded in another order"}, {})


def test_a_text_may_take_what_torch_refuses() -> None:
    taken = Verdict(False, "error", "returns where the source raises", refused=True)
    legs = [finding(SAME), finding(taken, "error", leg="native text")]
    assert strict.judge("torch.Tensor.sum", legs, {}, {}) == []
    lost = Verdict(False, "error", "raises where the source returns", raised=True)
    (problem,) = strict.judge("torch.Tensor.sum", [finding(SAME), finding(lost, leg="native text")], {}, {})
    assert "the function does not differ so" in problem
