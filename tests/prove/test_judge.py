"""What results of both sides are taken for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sporeprint.prove.judge import (
    FACTOR,
    WIDEST,
    Layer,
    Line,
    ModeResult,
    first_expression,
    judge,
    judge_layers,
    judge_nudged,
    relative,
)
from sporeprint.prove.task import Alone, Array, Call, Noted, Run, Told

ONE = np.ones(3, np.float32)


def run(output: Array, gradient: Array | None = None, draws: int = 0, **others: Any) -> Run:
    made = Run([output], {"w": gradient} if gradient is not None else {}, **others)
    made.draws = [("mask", (2,))] * draws
    return made


def told(*given: Any, **named: Any) -> Told:
    return Told({"eval": run(*given, **named)})


def verdict(torch: Run, wide: Run, mindspore: Run, tied: dict[str, str] | None = None) -> str:
    found = judge("net", Told({"eval": torch}, {"eval": wide}, tied=tied or {}), Told({"eval": mindspore}))
    return found.verdict


@pytest.mark.parametrize(
    ("torch", "wide", "mindspore", "wanted"),
    [
        (run(ONE), run(ONE), run(ONE), "proven"),
        (run(ONE), run(ONE), run(ONE * np.float32(1 + 5e-5)), "proven"),
        (run(ONE), run(ONE), run(ONE * np.float32(1.001)), "different"),
        (run(ONE), run(ONE), run(np.ones(4, np.float32)), "different"),
        (run(ONE), run(ONE), run(ONE.astype(np.float64)), "different"),
        (run(ONE), run(ONE), run(np.array([1, np.nan, 1], np.float32)), "different"),
        # torch itself errs by 4e-5: 20 times that is allowed
        (run(ONE), run(ONE * 1.00004), run(ONE * np.float32(1.0007)), "proven"),
        # torch itself errs by 1 %: an error of 1 % is not proven for that
        (run(ONE), run(ONE * 1.01), run(ONE * np.float32(1.01)), "inconclusive"),
        (run(ONE), run(ONE * 1.01), run(ONE * np.float32(1.3)), "different"),
        (run(ONE, draws=1), run(ONE), run(ONE, draws=2), "inconclusive"),
        (run(ONE, ONE), run(ONE, ONE), run(ONE), "different"),
        (run(ONE, ONE), run(ONE, ONE), run(ONE, -ONE), "different"),
        (run(ONE), run(ONE), run(ONE, ONE), "different"),
        (run(ONE, stepped={"w": ONE}), run(ONE), run(ONE, stepped={"w": ONE}), "proven"),
        (run(ONE, stepped={"w": ONE}), run(ONE), run(ONE, stepped={"w": 2 * ONE}), "different"),
    ],
)
def test_the_verdict_on_the_whole(torch: Run, wide: Run, mindspore: Run, wanted: str) -> None:
    assert verdict(torch, wide, mindspore) == wanted


def test_a_side_that_fails() -> None:
    assert judge("net", told(ONE), Told(failed="no")).verdict == "failed"
    assert judge("net", Told(failed="no"), Told()).failed == "the original failed: no"


def test_a_gradient_that_is_zero_but_for_rounding_is_no_difference() -> None:
    def of(bias: float) -> Run:
        return Run([ONE], {"w": ONE, "b": np.array([bias], np.float32)})

    assert verdict(of(1e-9), of(0), of(-3e-9)) == "proven"
    assert verdict(of(1e-5), of(1e-5), of(-3e-5)) == "different"


def test_what_is_no_longer_tied_is_told_from_what_is_new() -> None:
    torch, mindspore = Run([ONE], {"a": ONE}), Run([ONE], {"a": ONE, "b": ONE})
    for tied, said in (({"b": "a"}, "the original has a there too"), ({}, "only in the conversion")):
        found = judge("net", Told({"eval": torch}, tied=tied), Told({"eval": mindspore}))
        assert found.verdict == "different"
        assert said in found.modes["eval"].lines[-1].note


def line(error: float, own: float = 0.0, moved: float | None = None, kind: str = "gradient") -> Line:
    return Line(kind, "w", error, min(max(1e-4, FACTOR * own), WIDEST), own, moved)


def layers(error: float = 0.0, unchecked: str = "") -> list[Layer]:
    return [Layer("a", "Net", [Line("value", "result 0", error, 2e-5)], unchecked)]


@pytest.mark.parametrize(
    ("lines", "alone", "wanted"),
    [
        # the whole differs by 3 %: so does torch when it is nudged by what its layers differ
        ([line(0.03, 0.02, 0.1)], layers(), "proven"),
        # it does not: something else is wrong
        ([line(0.03, 0.02, 1e-6)], layers(), "different"),
        ([line(0.03, 0.02, None)], layers(), "different"),
        # a layer differs: whatever torch does
        ([line(0.03, 0.02, 0.1)], layers(1e-3), "different"),
        ([line(0.03, 0.02, 0.1)], layers(unchecked="it raises"), "inconclusive"),
        ([line(0.03, 0.02, 1e-6)], layers(unchecked="it raises"), "different"),
        ([line(0.03, 0.02, 0.1), Line("output", "0", np.inf, 0, note="shape")], layers(), "different"),
    ],
)
def test_the_verdict_with_layers(lines: list[Line], alone: list[Layer], wanted: str) -> None:
    mode = ModeResult(lines, layers=alone)
    assert mode.verdict == wanted
    # a difference is told by its place or by its numbers, all else by a reason
    assert mode.reason or wanted == "different"


def test_how_far_nudges_move_the_whole_is_noted() -> None:
    mode = judge("net", told(ONE), told(ONE * np.float32(1.01))).modes["eval"]
    nudged = [run(ONE * np.float32(1.002)), run(ONE * np.float32(1.005))]
    judge_nudged(mode, Told(), run(ONE), nudged)
    assert mode.lines[0].moved == pytest.approx(5e-3, rel=1e-3)


def of_layers(ours: Alone, theirs: Alone, wide: Alone | None = None, kernel: float = 0.0) -> Layer:
    call = Call("a", "a", [ONE], [ONE])
    torch = Told(
        classes={"a": ("Net", "")}, alone={"eval": {"a": theirs}}, alone_wide={"eval": {"a": wide or theirs}}
    )
    (found,) = judge_layers([call], torch, Told(alone={"eval": {"a": ours}}), "eval", {"Net": kernel})
    return found


def alone(result: Array, gradient: float = 1.0, **others: Any) -> Alone:
    return Alone({"result 0": result}, {"input 0": ONE * np.float32(gradient)}, **others)


def test_layers_alone() -> None:
    right = alone(ONE)
    assert of_layers(alone(ONE), right).verdict == "proven"
    assert of_layers(alone(ONE * np.float32(1.0001)), right).verdict == "different"
    # ... but where the kernels in use are known to err as much
    assert of_layers(alone(ONE * np.float32(1.0001)), right, kernel=2e-4).verdict == "proven"
    assert of_layers(alone(ONE, 1.01), right).verdict == "different"
    # an error of 1 % shows, however much torch errs
    assert of_layers(alone(ONE, 1.01), right, alone(ONE, 1.1)).verdict == "inconclusive"
    assert of_layers(alone(ONE, draws=[("mask", (2,))]), right).verdict == "different"
    assert of_layers(Alone(unchecked="it raises"), right).unchecked == "it raises"
    # what it gives alone in the original is not what it gave in the whole
    assert "depends on more" in of_layers(alone(2 * ONE), alone(2 * ONE)).unchecked


def test_the_first_expression_that_gives_something_else() -> None:
    def noted(text: str, value: float, size: int = 2) -> Noted:
        return Noted("net.py", 1, 1, text, np.full(size, value))

    torch = [noted("a", 1), noted("b", 2), noted("c", 3)]
    assert first_expression(torch, [noted("A", 1), noted("B", 2), noted("C", 3)]) == (None, None)
    # what the conversion computes beside it is not mistaken for it
    mindspore = [noted("A", 1), noted("extra", 9, 3), noted("B", 5), noted("C", 6)]
    theirs, ours = first_expression(torch, mindspore)
    assert (theirs and theirs.text, ours and ours.text) == ("b", "B")


def test_relative_errors() -> None:
    assert relative(np.array([1, 2]), np.array([1, 2])) == 0
    assert relative(np.array([1, 2]), np.array([1, 3])) == np.inf  # integers are right or wrong
    assert relative(np.array([np.nan, np.inf]), np.array([np.nan, np.inf])) == 0
    assert relative(np.array([1.0, 2.0]), np.array([1.0, 4.0])) == 0.5
    assert relative(np.array([1 + 2j]), np.array([1 + 4j])) == 0.5
    assert relative(np.zeros(0), np.zeros(0)) == 0
