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
    first_slope,
    judge,
    judge_function,
    judge_layers,
    judge_nudged,
    judge_optimizer,
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
        ([line(0.03, 0.02, np.inf)], layers(), "different"),
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


def test_that_no_layer_could_be_run_alone_is_said() -> None:
    mode = ModeResult([line(0.03, 0.02)], stopped="no layer could be run alone: OSError: no")
    assert mode.verdict == "inconclusive"
    assert mode.reason == "no layer could be run alone: OSError: no; torch's own float32 run errs by 2.0e-02"
    mode = ModeResult([line(0.03)], stopped="no layer could be run alone: OSError: no")
    assert (mode.verdict, mode.reason) == ("different", "no layer could be run alone: OSError: no")


def test_how_far_nudges_move_the_whole_is_noted() -> None:
    mode = judge("net", told(ONE), told(ONE * np.float32(1.01))).modes["eval"]
    nudged = [run(ONE * np.float32(1.002)), run(ONE * np.float32(1.005))]
    judge_nudged(mode, Told(), run(ONE), nudged)
    assert mode.lines[0].moved == pytest.approx(5e-3, rel=1e-3)


def of_layers(
    ours: Alone, theirs: Alone, wide: Alone | None = None, kernel: float = 0.0, idle: tuple[int, ...] = ()
) -> Layer:
    call = Call("a", "a", [ONE], [ONE], idle=idle)
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
    # an input that torch sends nothing back to counts, but for one that nothing is sent back to in the whole either
    assert of_layers(alone(ONE), alone(ONE, 0.0)).verdict == "different"
    assert of_layers(alone(ONE), alone(ONE, 0.0), idle=(0,)).verdict == "proven"
    assert of_layers(alone(ONE, 1.01), right, idle=(0,)).verdict == "different"
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


def test_the_first_expression_with_other_gradients() -> None:
    def noted(text: str, value: float, slope: float | None, file: str = "net.py") -> Noted:
        slopes = None if slope is None else {"input 0": np.array([slope, 1.0]), "w": np.array([1e-9])}
        return Noted(file, 1, 1, text, np.full(2, value), slopes)

    def found(*ours: Noted, limit: float = 1e-4) -> tuple[str, str]:
        both = first_slope(torch, ours, limit)
        return both[0].text if both[0] else "", both[1].text if both[1] else ""

    torch = [noted("input 0", 0, 1, ""), noted("a", 1, 2), noted("b", 2, 3), noted("c", 3, 4)]
    right = [noted("input 0", 0, 1, ""), noted("A", 1, 2), noted("B", 2, 3), noted("C", 3, 4)]
    assert found(*right) == ("", "")
    # what comes after it is wrong too, and what is computed beside it is not mistaken for it
    assert found(*right[:2], noted("extra", 9, 7), noted("B", 2, 5), noted("C", 3, 6)) == ("b", "B")
    # detached, then used: the value is known, its gradient is not
    assert found(*right[:2], noted("stop(A)", 1, 0), noted("B", 2, 5)) == ("a", "stop(A)")
    assert found(right[0], noted("stop(x)", 0, 0), noted("A", 1, 5)) == ("a", "stop(x)")
    # it is there with its gradient as well, and that one is used
    assert found(*right[:2], noted("stop(A)", 1, 0), *right[2:]) == ("", "")
    # what has no gradient, and what lies within the limit, is no difference
    assert found(*right[:2], noted("B", 2, None), right[3]) == ("", "")
    assert found(*right[:2], noted("B", 2, 3.003), right[3], limit=1e-2) == ("", "")
    # a gradient that is nothing but rounding has no digits
    rounding = noted("B", 2, 3)
    assert rounding.slopes is not None
    rounding.slopes["w"] = np.array([-1e-9])
    assert found(*right[:2], rounding, right[3]) == ("", "")


def of_optimizer(ours: Run, options: dict[str, Any] | None = None, wide: Run | None = None) -> Layer | None:
    start = np.full(3, 1.0, np.float32)
    small = {"w": np.full(3, 1e-7, np.float32)}
    theirs = Run(losses=[ONE], stepped={"w": ONE}, guided={"w": start - np.float32(1e-2)}, guided_small=small)
    torch = Told(
        {"train": theirs}, {"train": wide or theirs}, weights={"w": start}, options={"lr": 1, "eps": 2}
    )
    return judge_optimizer("torch.optim.SGD", "train", torch, Told({"train": ours}, options=options or {}))


def steps(moved: float = 1e-2, small: float = 1e-7) -> Run:
    guided = {"w": np.full(3, 1.0 - moved, np.float32)}
    return Run(guided=guided, guided_small={"w": np.full(3, small, np.float32)})


def test_an_optimizer_alone() -> None:
    def verdict(*given: Any) -> str:
        found = of_optimizer(*given)
        assert found is not None
        return found.verdict

    assert verdict(steps()) == "proven"
    # a unit in the last place of the parameter is one in a hundred thousand of the step, and allowed
    assert verdict(steps(1e-2 + 6e-8)) == "proven"
    # beside the parameter this would be 1e-5; of the step it is 1e-3
    assert verdict(steps(1.001e-2)) == "different"
    assert verdict(steps(1e-2, 1.001e-7)) == "different"
    assert verdict(steps(), {"lr": 1, "eps": 2, "new": 3}) == "proven"
    found = of_optimizer(steps(), {"lr": 1, "eps": 3})
    assert found is not None
    assert [(line.name, line.note) for line in found.lines if line.note] == [("option eps", "3 instead of 2")]
    assert verdict(steps(1.003e-2), None, steps(1.01e-2)) == "inconclusive"
    assert judge_optimizer("torch.optim.SGD", "eval", told(ONE), told(ONE)) is None


def test_an_optimizer_that_differs_is_no_chance_and_not_proven() -> None:
    optimizer = Layer("the optimizer", "torch.optim.SGD", [Line("step", "w", 1e-3, 2e-5)])
    mode = ModeResult([line(0.0)], optimizer=optimizer)
    assert (mode.plain, mode.verdict, mode.may_be_chance) == (False, "different", False)
    mode = ModeResult([line(0.03, 0.02, 0.1, "weight")], layers=layers(), optimizer=optimizer)
    assert mode.verdict == "different"
    optimizer.lines.clear()
    assert mode.verdict == "proven"


def test_weights_are_compared_by_how_far_they_moved() -> None:
    def of(moved: float) -> Run:
        return Run([ONE], losses=[ONE], stepped={"w": np.full(3, 1 + moved, np.float32)})

    def verdict(torch: float, mindspore: float) -> str:
        both = (
            Told({"eval": of(torch)}, {"eval": of(torch)}, weights={"w": ONE}),
            Told({"eval": of(mindspore)}),
        )
        return judge("net", *both).verdict

    assert verdict(1e-3, 1e-3) == "proven"
    assert verdict(1e-3, 1.01e-3) == "different"
    assert verdict(1e-3, 1.0001e-3) == "proven"  # a unit in the last place of 1 is 1.2e-4 of such a step
    assert verdict(1e-3, 0) == "different"


def test_a_function_has_the_gradients_of_its_calls() -> None:
    mode = judge("f", told(ONE), told(ONE)).modes["eval"]
    judge_function(mode, [Layer("", "f()", [Line("gradient", "input 0", 5e-5, 2e-5)])])
    assert (mode.verdict, mode.layers) == ("proven", None)
    judge_function(mode, [Layer("", "f()", [Line("gradient", "input 0", 5e-4, 2e-5)])])
    assert mode.verdict == "different"
    mode = judge("f", told(ONE), told(ONE)).modes["eval"]
    judge_function(mode, [Layer("", "f()", unchecked="it raises")])
    assert mode.verdict == "inconclusive"
    assert "it raises" in mode.reason


def test_relative_errors() -> None:
    assert relative(np.array([1, 2]), np.array([1, 2])) == 0
    assert relative(np.array([1, 2]), np.array([1, 3])) == np.inf  # integers are right or wrong
    assert relative(np.array([np.nan, np.inf]), np.array([np.nan, np.inf])) == 0
    assert relative(np.array([1.0, 2.0]), np.array([1.0, 4.0])) == 0.5
    assert relative(np.array([1 + 2j]), np.array([1 + 4j])) == 0.5
    assert relative(np.zeros(0), np.zeros(0)) == 0
