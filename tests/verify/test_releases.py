"""What changed between two releases is told sample by sample."""

from __future__ import annotations

from typing import Any

from sporeprint.verify.releases import changes

FIRST = "torch.f(t0, 0)"
LAST = "torch.f(t0, -1)"


def measured(**samples: tuple[str, str, float]) -> dict[str, Any]:
    held = {
        f"mindspore.ops.f: {name}": {"call": call, "level": level, "ulps": ulps, "what": f"{ulps} ulp off"}
        for name, (call, level, ulps) in samples.items()
    }
    return {"samples": {"torch.f": held}}


def test_nothing_changed() -> None:
    one = measured(a=(FIRST, "same", 3.0), b=(LAST, "differs", float("inf")))
    assert changes(one, one) == []


def test_accuracy_lost_along_one_axis() -> None:
    before = measured(a=(FIRST, "same", 3.0), b=(FIRST, "same", 5.0), c=(LAST, "inaccurate", 100.0))
    after = measured(
        a=(FIRST, "inaccurate", 750.0), b=(FIRST, "inaccurate", 80.0), c=(LAST, "inaccurate", 110.0)
    )
    (found,) = changes(before, after)
    assert (found.api, found.leg, found.what, found.samples) == (
        "torch.f",
        "mindspore.ops.f",
        "accuracy lost",
        2,
    )
    assert found.calls == (FIRST,)
    assert found.steady == (LAST,)
    assert "3 → 750" in found.example
    (found,) = changes(after, before)
    assert found.what == "accuracy gained"


def test_rounding_is_no_change() -> None:
    assert changes(measured(a=(FIRST, "same", 0.5)), measured(a=(FIRST, "same", 12.0))) == []
    assert changes(measured(a=(FIRST, "same", 30.0)), measured(a=(FIRST, "inaccurate", 100.0))) == []


def test_silent_differences_come_first() -> None:
    before = measured(a=(FIRST, "same", 0.0), b=(LAST, "same", 0.0))
    after = measured(a=(FIRST, "raises", 0.0), b=(LAST, "differs", float("inf")))
    assert [each.what for each in changes(before, after)] == ["same → differs", "same → raises"]


def test_a_sample_that_one_of_them_lacks_is_not_compared() -> None:
    assert changes(measured(a=(FIRST, "same", 0.0)), measured(b=(FIRST, "differs", 0.0))) == []
