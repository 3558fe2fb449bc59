"""What results of both sides are taken for."""

from __future__ import annotations

import numpy as np
import pytest

from sporeprint.prove.judge import judge, relative
from sporeprint.prove.task import Array, Run, Told


def told(output: Array, gradient: Array | None = None, draws: int = 0, layer: Array | None = None) -> Told:
    run = Run([output], {"w": gradient} if gradient is not None else {})
    run.draws = [("mask", (2,))] * draws
    run.calls = [("conv", layer), ("conv", output)] if layer is not None else []
    return Told({"eval": run}, classes={"conv": "Conv2d"})


ONE = np.ones(3, np.float32)


@pytest.mark.parametrize(
    ("torch", "wide", "mindspore", "verdict"),
    [
        (told(ONE), told(ONE), told(ONE), "proven"),
        (told(ONE), told(ONE), told(ONE * np.float32(1 + 5e-5)), "proven"),
        (told(ONE), told(ONE), told(ONE * np.float32(1.001)), "different"),
        (told(ONE), told(ONE), told(np.ones(4, np.float32)), "different"),
        (told(ONE), told(ONE), told(ONE.astype(np.float64)), "different"),
        (told(ONE), told(ONE), told(np.array([1, np.nan, 1], np.float32)), "different"),
        # torch itself errs by 1e-4: 20 times that is allowed
        (told(ONE), told(ONE * 1.0001), told(ONE * np.float32(1.001)), "proven"),
        # torch itself errs by 1 %: nothing can be said
        (told(ONE), told(ONE * 1.01), told(ONE * np.float32(1.001)), "inconclusive"),
        (told(ONE, draws=1), told(ONE), told(ONE, draws=2), "inconclusive"),
        (told(ONE, ONE), told(ONE, ONE), told(ONE), "different"),
        (told(ONE, ONE), told(ONE, ONE), told(ONE, -ONE), "different"),
        (told(ONE), told(ONE), told(ONE, ONE), "different"),
        (told(ONE), told(ONE), Told(failed="no"), "failed"),
    ],
)
def test_the_verdict(torch: Told, wide: Told, mindspore: Told, verdict: str) -> None:
    assert judge("net", torch, wide, mindspore).verdict == verdict


def test_the_first_layer_that_differs_is_named() -> None:
    found = judge("net", told(ONE, layer=ONE), told(ONE, layer=ONE), told(2 * ONE, layer=ONE))
    first = found.modes["eval"].first
    assert first is not None
    assert first.name == "conv (call 2): Conv2d"
    assert first.error == 1


def test_a_gradient_that_is_zero_but_for_rounding_is_no_difference() -> None:
    def of(bias: float) -> Told:
        return Told({"eval": Run([ONE], {"w": ONE, "b": np.array([bias], np.float32)})})

    assert judge("net", of(1e-9), of(0), of(-3e-9)).verdict == "proven"
    assert judge("net", of(1e-5), of(1e-5), of(-3e-5)).verdict == "different"


def test_relative_errors() -> None:
    assert relative(np.array([1, 2]), np.array([1, 2])) == 0
    assert relative(np.array([1, 2]), np.array([1, 3])) == np.inf  # integers are right or wrong
    assert relative(np.array([np.nan, np.inf]), np.array([np.nan, np.inf])) == 0
    assert relative(np.array([1.0, 2.0]), np.array([1.0, 4.0])) == 0.5
    assert relative(np.zeros(0), np.zeros(0)) == 0
