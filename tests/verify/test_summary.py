"""What the converter relies on follows from the evidence, and from nothing that differs silently."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sporeprint.verify import summary
from sporeprint.verify.compare import SAME, Verdict
from sporeprint.verify.evidence import Evidence, legs_of
from sporeprint.verify.measure import Finding, Measured

WRONG = Verdict(False, "value", "2.0, not 1.0 at [0]")
ROUGH = Verdict(False, "value", "40 ulp off", ulps=40.0, accuracy=True)
COPIED = Verdict(False, "view", "is a copy")
LOST = Verdict(False, "mutation", "leaves 0 as it was")
RAISED = Verdict(False, "error", "raises TypeError: no", raised=True)
SILENT = Verdict(False, "warning", "does not give the UserWarning")


def held(api: str, *findings: tuple[str, Verdict, str]) -> dict[str, Evidence]:
    """Evidence of (leg, verdict, condition words)."""
    made = tuple(
        Finding("float32 0", leg, frozenset(words.split()), (verdict,), "t0.f()")
        for leg, verdict, words in findings
    )
    legs = legs_of(Measured(api, made, (), (), {}, {}, 0.0))
    return {api: Evidence(api, {"torch": "2"}, "CPU", "2026-01-01", "", (), legs)}


def relied_on(records: dict[str, Evidence]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(summary.measured_facts(records))
    return found


@pytest.mark.parametrize(
    ("verdict", "words", "fidelities"),
    [
        (SAME, "", {"native", "exact"}),
        (SAME, "int64", {"native", "exact"}),
        (ROUGH, "", {"native"}),
        (SILENT, "", {"native"}),
        (WRONG, "", set()),
        (WRONG, "bool", set()),
        (LOST, "", set()),
        (RAISED, "", set()),
        # A program that writes to what it takes for a view would lose the change.
        (COPIED, "", set()),
        (COPIED, "0-d", {"native"}),
        (WRONG, "nan", {"native"}),
        # Neither word is wrong alone; exact covers both at once.
        (WRONG, "nan float64", {"native"}),
    ],
)
def test_which_methods_need_no_edit(verdict: Verdict, words: str, fidelities: set[str]) -> None:
    leg = "mindspore.Tensor.f"
    records = held("torch.Tensor.f", (leg, SAME, ""), (leg, verdict, words))
    methods = relied_on(records)["methods"]
    assert {fidelity for fidelity, names in methods.items() if "f" in names} == fidelities


def test_it_is_told_where_a_method_is_not_the_same() -> None:
    leg = "mindspore.Tensor.f"
    records = held("torch.Tensor.f", (leg, SAME, ""), (leg, WRONG, "nan"), (leg, RAISED, "bfloat16"))
    assert relied_on(records)["beyond"] == {"f": {"nan": "another value", "bfloat16": "it raises"}}
    assert relied_on(held("torch.Tensor.f", (leg, SAME, "")))["beyond"] == {}


def test_what_was_not_tried_on_the_common_domain_is_not_relied_on() -> None:
    records = held("torch.Tensor.f", ("mindspore.Tensor.f", SAME, "float64"))
    assert relied_on(records)["methods"] == {"native": [], "exact": []}


def test_another_function_says_nothing_of_the_method() -> None:
    records = held("torch.Tensor.f", ("mindspore.Tensor.g", SAME, ""))
    assert relied_on(records)["methods"] == {"native": [], "exact": []}


@pytest.mark.parametrize(
    ("verdict", "words", "exact_only"),
    [
        (SAME, "", False), (ROUGH, "", False), (WRONG, "nan", False), (RAISED, "int64", False),
        (WRONG, "", True), (WRONG, "int64", True), (RAISED, "", True),
    ],
)  # fmt: skip
def test_what_is_wrong_natively_is_written_exactly(verdict: Verdict, words: str, exact_only: bool) -> None:
    records = held("torch.f", ("native", SAME, ""), ("native", verdict, words), ("exact", SAME, ""))
    assert relied_on(records)["exact_only"] == (["torch.f"] if exact_only else [])


def test_the_worst_is_what_is_claimed_to_be_consistent() -> None:
    claimed, target = summary.consistent("r2.4.0")[0]
    records = {
        **held(claimed, (target, WRONG, ""), (target, SAME, "")),
        **held("torch.no_row", ("mindspore.ops.no_row", WRONG, "")),
        **held("torch.Tensor.loud", ("mindspore.Tensor.loud", RAISED, "")),
        **held("torch.Tensor.lost", ("mindspore.Tensor.lost", LOST, "")),
        **held("torch.Tensor.far", ("mindspore.Tensor.far", WRONG, "nan")),
    }
    assert [api for api, _ in summary.silent(records)] == ["torch.Tensor.lost", claimed]
