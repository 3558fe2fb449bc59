"""The definition of "same": pairs with their verdicts, and broken definitions that the pairs expose."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest

from sporeprint.verify import compare as module
from sporeprint.verify.compare import (
    Array,
    Group,
    Opaque,
    Outcome,
    Raised,
    Value,
    Verdict,
    compare,
    compare_outcomes,
    spacing,
)

NAN, INF = float("nan"), float("inf")


def array(data: Any, dtype: str = "float32") -> Array:
    return Array(np.asarray(data, dtype="float32" if dtype == "bfloat16" else dtype), dtype)


def after(number: float, ulps: int, dtype: str = "float32") -> float:
    """The number so many units in the last place after this one."""
    return float(number + ulps * spacing(np.abs(np.asarray(number)), dtype))


class Case(NamedTuple):
    what: str
    source: Value | Raised
    candidate: Value | Raised
    kind: str
    reference: Value = None
    options: dict[str, Any] = {}  # noqa: RUF012 - never changed


PAIR = (array([1.0, 2.0]), array([3, 4], "int64"))
NAMED = Group("namedtuple", ("values", "indices"), PAIR)

CASES = [
    Case("equal", array([1.0, -2.5]), array([1.0, -2.5]), ""),
    Case("nan is nan", array([NAN, 1.0]), array([NAN, 1.0]), ""),
    Case("same infinities", array([INF, -INF]), array([INF, -INF]), ""),
    Case("nan for a number", array([1.0, 2.0]), array([1.0, NAN]), "value"),
    Case("a number for nan", array([1.0, NAN]), array([1.0, 2.0]), "value"),
    Case("inf for nan", array([NAN]), array([INF]), "value"),
    Case("other sign of infinity", array([1.0, INF]), array([1.0, -INF]), "value"),
    Case("largest number for infinity", array([INF]), array([np.finfo("float32").max]), "value"),
    Case("zeros of other sign", array([0.0]), array([-0.0]), ""),
    Case("zeros of other sign, stated", array([0.0]), array([-0.0]), "value", None, {"signed_zeros": True}),
    Case("60 ulp, no reference", array([1.0, 3.0]), array([1.0, after(3.0, 60)]), ""),
    Case("300 ulp, no reference", array([1.0, 3.0]), array([1.0, after(3.0, 300)]), "value"),
    Case("300 ulp, last element", array([1.0] * 99 + [3.0]), array([1.0] * 99 + [after(3.0, 300)]), "value"),
    Case("15 ulp", array([3.0]), array([after(3.0, 15)]), "", array([3.0], "float64")),
    Case("17 ulp", array([3.0]), array([after(3.0, 17)]), "value", array([3.0], "float64")),
    Case("3 times as far as the source", array([after(3.0, 10)]), array([after(3.0, 30)]), "",
         array([3.0], "float64")),
    Case("5 times as far as the source", array([after(3.0, 10)]), array([after(3.0, 50)]), "value",
         array([3.0], "float64")),
    Case("far from the source, near the truth", array([after(3.0, 500)]), array([3.0]), "",
         array([3.0], "float64")),
    Case("near a reference for something else", array([1.0]), array([2.0]), "value", array([2.0], "float64")),
    Case("small beside large", array([1.0, 1e-6]), array([1.0, 1.0001e-6]), "value"),
    Case("own error one precision down", array([1.0], "float64"),
         array([after(1.0, 90, "float64")], "float64"),
         "", None, {"own_ulps": 30.0}),
    Case("float64 of float32 accuracy", array([1.1], "float64"), array([np.float32(1.1)], "float64"),
         "value"),
    Case("float64, a small number rounded as a large one", array([1.0, 1e-6], "float64"),
         array([1.0, 1e-6 + 2**-54], "float64"), ""),
    Case("float64, a small number of float32 accuracy", array([1.0, 1e-6], "float64"),
         array([1.0, np.float32(1e-6)], "float64"), "value"),
    Case("float64, small numbers lost", array([1.0, 1e-14], "float64"), array([1.0, 0.0], "float64"), "value"),
    Case("float32, a small number rounded as a large one", array([1.0, 1e-4]), array([1.0, 1e-4 + 2**-25]),
         "value", array([1.0, 1e-4], "float64")),
    Case("float16, 2 ulp", array([1.0], "float16"), array([after(1.0, 2, "float16")], "float16"), "",
         array([1.0], "float64")),
    Case("float16, 6 ulp", array([1.0], "float16"), array([after(1.0, 6, "float16")], "float16"), "value",
         array([1.0], "float64")),
    Case("bfloat16, 6 ulp", array([1.0], "bfloat16"), array([after(1.0, 6, "bfloat16")], "bfloat16"), "value",
         array([1.0], "float64")),
    Case("complex, imaginary part", array([1 + 1j], "complex64"), array([1 + 2j], "complex64"), "value"),
    Case("complex nan", array([complex(NAN, 1)], "complex64"), array([complex(1, NAN)], "complex64"),
         "value"),
    Case("integers", array([1, 2], "int64"), array([1, 3], "int64"), "value"),
    Case("large integers", array([2**53], "int64"), array([2**53 + 1], "int64"), "value"),
    Case("booleans", array([True], "bool"), array([False], "bool"), "value"),
    Case("wider dtype", array([1.0]), array([1.0], "float64"), "dtype"),
    Case("bfloat16 held in float32", array([1.0], "bfloat16"), array([1.0]), "dtype"),
    Case("int32 indices", array([1], "int64"), array([1], "int32"), "dtype"),
    Case("one more dimension", array([1.0]), array([[1.0]]), "shape"),
    Case("0-d", array(1.0), array([1.0]), "shape"),
    Case("same number of elements", array([[1.0, 2.0]]), array([[1.0], [2.0]]), "shape"),
    Case("empty", array(np.zeros((0, 3))), array(np.zeros((0, 3))), ""),
    Case("other empty", array(np.zeros((0, 3))), array(np.zeros((3, 0))), "shape"),
    Case("tuple for tensor", array([1.0]), Group("tuple", (), (array([1.0]),)), "structure"),
    Case("tuple for named tuple", NAMED, Group("tuple", (), PAIR), "structure"),
    Case("list for tuple", Group("tuple", (), PAIR), Group("list", (), PAIR), "structure"),
    Case("one item less", Group("tuple", (), PAIR), Group("tuple", (), PAIR[:1]), "structure"),
    Case("other field names", NAMED, Group("namedtuple", ("value", "index"), PAIR), "structure"),
    Case("second item wrong", NAMED, Group("namedtuple", NAMED.keys, (PAIR[0], array([3, 5], "int64"))),
         "value"),
    Case("number for tensor", array(1.0), 1.0, "structure"),
    Case("float for int", 1, 1.0, "structure"),
    Case("bool for int", 1, True, "structure"),
    Case("same number", 0.5, 0.5, ""),
    Case("other number", 0.5, 0.6, "value"),
    Case("nothing for tensor", array([1.0]), None, "structure"),
    Case("numpy array for tensor", array([1.0]), Opaque("ndarray"), "structure"),
    Case("both raise", Raised("IndexError", "a"), Raised("ValueError", "b"), ""),
    Case("value instead of error", Raised("IndexError", "a"), array([1.0]), "error"),
    Case("error instead of value", array([1.0]), Raised("ValueError", "b"), "error"),
    Case("death instead of error", Raised("IndexError", "a"), Raised("process death", "SIGSEGV", fatal=True),
         "error"),
    Case("hang of the source", Raised("time-out", "", fatal=True), array([1.0]), ""),
    Case("hang instead of value", array([1.0]), Raised("time-out", "", fatal=True), "error"),
]  # fmt: skip


def wrong_cases() -> list[str]:
    """The cases that the definition in force gets wrong."""
    found = []
    for case in CASES:
        verdict = module.compare(case.source, case.candidate, reference=case.reference, **case.options)
        if (verdict.kind, verdict.same) != (case.kind, not case.kind):
            found.append(f"{case.what}: {verdict}")
    return found


def test_every_pair_gets_its_verdict() -> None:
    assert wrong_cases() == []


def test_a_difference_says_where_and_how_much() -> None:
    verdict = compare(array([[1.0, 2.0], [3.0, 4.0]]), array([[1.0, 2.0], [after(3.0, 300), 4.0]]))
    assert (verdict.index, verdict.ulps) == ((1, 0), 300.0)
    assert "300 ulp off" in verdict.message
    assert "[1, 0]" in verdict.message


def test_the_place_in_a_nested_result_is_named() -> None:
    other = Group("namedtuple", NAMED.keys, (PAIR[0], array([3, 5], "int64")))
    assert compare(NAMED, other).path == ".indices"


def test_both_errors_are_kept() -> None:
    assert compare(Raised("IndexError", ""), Raised("ValueError", "")).errors == ("IndexError", "ValueError")


def test_a_little_wrong_is_accuracy_and_much_is_not() -> None:
    assert compare(array([3.0]), array([3.0001])).words == {"accuracy"}
    assert compare(array([3.0]), array([3.01])).words == set()
    assert compare(array([3.0, 1.0]), array([3.0001, NAN])).words == set()


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_units_are_those_of_numpy(dtype: str) -> None:
    numbers = np.array(
        [1.0, 1.5, 2.0, 3.0, 1e-3, 6e4, float(np.finfo(dtype).tiny), float(np.finfo(dtype).tiny) / 4]
    )
    expected = np.spacing(numbers.astype(dtype))
    np.testing.assert_array_equal(spacing(numbers.astype(dtype).astype("float64"), dtype), expected)


def outcomes() -> Iterator[tuple[str, Outcome, Outcome, str]]:
    value = array([1.0, 2.0])
    right = Outcome(value, {"0": array([1.0, -1.0])}, {}, ())
    warned = dataclasses.replace(right, warnings=("UserWarning",))
    changed = dataclasses.replace(right, mutated={"0": array([0.0, 0.0])})
    yield "equal", right, right, ""
    yield "gradient of other sign", right, with_gradient(right, array([-1.0, 1.0])), "gradient"
    yield "gradient of other shape", right, with_gradient(right, array([[1.0, -1.0]])), "gradient"
    yield "gradient of other dtype", right, with_gradient(right, array([1.0, -1.0], "float64")), "gradient"
    yield "no gradient", right, with_gradient(right, None), "gradient"
    yield "gradient where there is none", with_gradient(right, None), right, "gradient"
    yield "zeros for no gradient", with_gradient(right, None), with_gradient(right, array([0.0, 0.0])), ""
    yield "gradient raises", right, dataclasses.replace(right, gradients=Raised("TypeError", "")), "gradient"
    hang = dataclasses.replace(right, gradients=Raised("time-out", "", fatal=True))
    yield "gradient hangs", right, hang, "gradient"
    yield (
        "gradient hangs where the source raises",
        dataclasses.replace(right, gradients=Raised("RuntimeError", "")),
        hang,
        "gradient",
    )
    yield "gradient of the source hangs", hang, right, ""
    yield "gradient not asked for", dataclasses.replace(right, gradients=None), right, ""
    yield "gradient not computed", right, dataclasses.replace(right, gradients=None), "gradient"
    yield "changes its input", right, changed, "mutation"
    yield "does not change its input", changed, right, "mutation"
    yield (
        "leaves something else",
        changed,
        dataclasses.replace(right, mutated={"0": array([9.0, 0.0])}),
        "mutation",
    )
    view, copy = (dataclasses.replace(right, aliases=frozenset(names)) for names in ({"0"}, set()))
    yield "a copy for a view", view, copy, "view"
    yield "a view for a copy", copy, view, "view"
    yield "a view of another input", view, dataclasses.replace(right, aliases=frozenset({"1"})), "view"
    yield "both views", view, view, ""
    yield "views not looked at", view, right, ""
    yield "does not warn", warned, right, "warning"
    yield "warns for no reason", right, warned, ""


def with_gradient(outcome: Outcome, gradient: Array | None) -> Outcome:
    return dataclasses.replace(outcome, gradients={"0": gradient})


def wrong_outcomes() -> list[str]:
    found = []
    for what, source, candidate, kind in outcomes():
        verdicts = module.compare_outcomes(source, candidate)
        kinds = {verdict.kind for verdict in verdicts if not verdict.same}
        if kinds != ({kind} if kind else set()):
            found.append(f"{what}: {verdicts}")
    return found


def test_every_pair_of_outcomes_gets_its_verdict() -> None:
    assert wrong_outcomes() == []


def test_aspects_are_judged_one_by_one() -> None:
    source = Outcome(array([1.0]), {"0": array([1.0])}, {}, ("UserWarning",), aliases=frozenset())
    candidate = Outcome(array([2.0]), {"0": array([2.0])}, {"0": array([0.0])}, (), aliases=frozenset({"0"}))
    kinds = [verdict.kind for verdict in compare_outcomes(source, candidate)]
    assert kinds == ["value", "mutation", "gradient", "warning", "view"]


def same(*_: Any, **__: Any) -> Verdict:
    return Verdict(same=True)


def dtype_blind(source: Array, candidate: Array, *rest: Any) -> Verdict:
    return KEPT["_compare_arrays"](source, dataclasses.replace(candidate, dtype=source.dtype), *rest)


def shape_blind(source: Array, candidate: Array, *rest: Any) -> Verdict:
    if source.data.size != candidate.data.size:
        return same()
    return KEPT["_compare_arrays"](
        source, dataclasses.replace(candidate, data=candidate.data.reshape(source.data.shape)), *rest
    )


def first_only(source: Array, candidate: Array, *rest: Any) -> Verdict:
    cut = [
        dataclasses.replace(a, data=a.data[:1]) if a.data.ndim and len(a.data) > 1 else a
        for a in (source, candidate)
    ]
    return KEPT["_compare_arrays"](*cut, *rest)


def sizes_only(source: Array, candidate: Array, *rest: Any) -> Verdict:
    both = [dataclasses.replace(a, data=np.abs(a.data)) for a in (source, candidate)]
    return KEPT["_compare_arrays"](*both, *rest)


KEPT: dict[str, Callable[..., Verdict]] = {"_compare_arrays": module._compare_arrays}

KEPT_SPACING = spacing
KEPT_ERRORS = module._compare_errors
KEPT_SAME_KIND = module._same_kind

BROKEN: list[tuple[str, str, Any]] = [
    ("always the same", "compare", same),
    ("arrays always the same", "_compare_arrays", same),
    ("errors always the same", "_compare_errors", same),
    ("leaves always the same", "_compare_leaves", same),
    ("mutation always the same", "_compare_mutation", same),
    ("gradients always the same", "_compare_gradients", lambda *_: same()),
    ("views always the same", "_compare_aliases", same),
    ("dtype not looked at", "_compare_arrays", dtype_blind),
    ("shape not looked at", "_compare_arrays", shape_blind),
    ("only the first element", "_compare_arrays", first_only),
    ("sign not looked at", "_compare_arrays", sizes_only),
    ("nan matches anything", "_same_kind", lambda left, right: np.isnan(left) | np.isnan(right)
     | KEPT_SAME_KIND(left, right)),
    ("infinities of any sign", "_same_kind", lambda left, right: np.isfinite(left) == np.isfinite(right)),
    ("units of float64 for all", "spacing", lambda magnitude, dtype: KEPT_SPACING(magnitude, "float64")),
    ("units ten times too large", "spacing", lambda magnitude, dtype: 10 * KEPT_SPACING(magnitude, dtype)),
    ("units of the largest number", "spacing", lambda magnitude, dtype: KEPT_SPACING(
        np.full_like(magnitude, magnitude.max()), dtype)),
    ("16-bit formats like the others", "HALF_PRECISION_SHARE", 1.0),
    ("float64 like float32", "WIDEST_FLOOR", 0.0),
    ("references are always believed", "_little", lambda *_: float("inf")),
    ("fatal is like any error", "Raised.fatal", False),
]  # fmt: skip


@pytest.mark.parametrize(("what", "name", "broken"), BROKEN, ids=[what for what, _, _ in BROKEN])
def test_a_broken_definition_is_exposed(
    what: str, name: str, broken: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name == "Raised.fatal":
        monkeypatch.setattr(module, "_compare_errors", lambda *both: KEPT_ERRORS(
            *(dataclasses.replace(each, fatal=False) if isinstance(each, Raised) else each for each in both)
        ))  # fmt: skip
    else:
        monkeypatch.setattr(module, name, broken)
    try:
        exposed = wrong_cases() + wrong_outcomes()
    except Exception as error:
        exposed = [repr(error)]
    assert exposed


@pytest.mark.parametrize(
    ("number", "dtype", "is_one"),
    [
        (2.0**-127, "float32", True),
        (2.0**-126, "float32", False),
        (0.0, "float32", False),
        (2.0**-127, "float64", False),
        (2.0**-15, "float16", True),
        (2.0**-127, "bfloat16", True),
        (2.0**-127 * 1j, "complex64", True),
        (math.nan, "float32", False),
        (1, "int64", False),
    ],
)
def test_denormal_numbers_are_those_below_the_normal_ones_of_their_format(
    number: complex, dtype: str, is_one: bool
) -> None:
    kind = {"bfloat16": "float32"}.get(dtype, dtype)
    assert Array(np.array([1, number], kind), dtype).has_denormals() is is_one
