"""Tests of the tester: it must find every fault that is planted, and nothing where none is."""

from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from sporeprint.verify import strict
from sporeprint.verify.compare import Verdict
from sporeprint.verify.measure import Finding, Measured, Request, measure
from sporeprint.verify.words import COMMON

pytestmark = pytest.mark.frameworks

_spec = importlib.util.spec_from_file_location("planted", Path(__file__).with_name("planted.py"))
assert _spec is not None
assert _spec.loader is not None
planted = importlib.util.module_from_spec(_spec)
sys.modules["planted"] = planted
_spec.loader.exec_module(planted)

FAULTS = {fault.what: fault for fault in planted.FAULTS}
TEXT_FAULTS = {fault.what: fault for fault in planted.TEXT_FAULTS}

#: Long enough for a slow machine, short enough for the two faults that hang.
PATIENCE = 3.0


def request_of(what: str) -> Request:
    """What finds a fault."""
    if what in TEXT_FAULTS:
        text = TEXT_FAULTS[what]
        legs = ("native", "native text")
        return Request(text.api, legs, ("float32",), limits=planted.LIMITS, prepare=text.text, repeats=1)
    fault = FAULTS[what]
    return Request(
        fault.api, ("native",), fault.dtypes, limits=planted.LIMITS, prepare=fault.text, patience=PATIENCE
    )


@pytest.fixture(scope="session")
def measured(request: pytest.FixtureRequest) -> Iterator[dict[str, Future[Measured]]]:
    """Measurements of the faults whose tests are going to run, two at a time."""
    wanted: dict[str, None] = {}
    for item in request.session.items:
        if "measured" in getattr(item, "fixturenames", ()):
            what = item.callspec.params["what"] if hasattr(item, "callspec") else None
            wanted.update(dict.fromkeys([what] if what else ["a late error", "error instead of a value"]))
    with ThreadPoolExecutor(2) as pool:
        yield {what: pool.submit(measure, request_of(what)) for what in wanted}
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("what", FAULTS)
def test_a_planted_fault_is_found(what: str, measured: dict[str, Future[Measured]]) -> None:
    fault = FAULTS[what]
    findings = measured[what].result().findings
    shown = [
        verdict
        for finding in findings
        for verdict in finding.verdicts
        if verdict.kind == fault.kind
        and (fault.words <= finding.conditions if fault.words else finding.conditions <= COMMON)
    ]
    assert shown, f"none of {len(findings)} samples shows it"
    problems = strict.problems(findings, {}, ["native"])
    assert any(fault.kind in problem for problem in problems)


@pytest.mark.parametrize("api", planted.SIGNATURES)
def test_nothing_is_found_where_nothing_is_planted(api: str) -> None:
    dtypes = ("float32", "float64", "bfloat16", "int64", "bool")
    measured = measure(
        Request(api, ("native",), dtypes, limits=planted.LIMITS, prepare=planted.planting(api))
    )
    findings = list(measured.findings)
    if api in planted.RIGHT:
        findings = [each for each in findings if each.conditions <= COMMON | {"random"}]
    assert strict.problems(findings, planted.ALLOWED.get(api, {}), ["native"]) == []
    assert sum("error" not in finding.conditions for finding in findings) >= 5


def test_a_comparison_that_finds_nothing_is_found() -> None:
    fault = FAULTS["other default"]
    blind = """
from sporeprint.verify import legs
from sporeprint.verify.compare import SAME

legs.compare_outcomes = lambda *arguments, **terms: (SAME, SAME, SAME)
"""
    measured = measure(Request(fault.api, ("native",), fault.dtypes, prepare=fault.text + blind))
    # The plain tests of this file would not find the fault, and so fail.
    assert not strict.problems(measured.findings, {}, ["native"])
    # A declared difference fails too: none is shown.
    assert strict.problems(measured.findings, {"nan": "why"}, ["native"])


def test_memory_that_is_not_written_is_told_from_a_wrong_value() -> None:
    api = "torch.nn.functional.linear"
    # What happens to be there may happen to be right.
    fill = """
from sporeprint.verify import frameworks, legs

kept = legs.Measuring._sample


def after_filling(*arguments):
    frameworks.leave_in_memory(3.0)
    return kept(*arguments)


legs.Measuring._sample = after_filling
"""
    measured = measure(Request(api, ("native",), ("float32",), prepare=fill))
    unwritten = [finding for finding in measured.findings if "uninitialised" in finding.conditions]
    assert unwritten
    # ops.dense writes everything but what comes of no features, or of an empty batch.
    assert all("empty" in finding.conditions for finding in unwritten)


@pytest.mark.parametrize("is_right", [True, False], ids=["a step to the next number", "no step"])
def test_one_unit_in_the_last_place_is_missed_where_it_is_the_point(is_right: bool) -> None:
    stepping = """
import mindspore as ms
import numpy as np


def stepping(input, other):
    return ms.Tensor(np.nextafter(input.asnumpy(), other.asnumpy() if STEP else input.asnumpy()))


ms.ops.nextafter = stepping
"""
    leg = "mindspore.ops.nextafter"
    prepare = stepping.replace("STEP", str(is_right))
    measured = measure(Request("torch.nextafter", (leg,), ("float32",), (6, 0, 10), prepare=prepare))
    values = [each.verdicts[0] for each in measured.findings if "error" not in each.conditions]
    assert all(each.same for each in values) == is_right
    assert not any(each.accuracy for each in values)


def only_in_text(findings: Iterable[Finding]) -> list[Verdict]:
    """The differences of written texts whose function does not differ; what is only inaccurate is in both."""
    functions = {each.sample: each for each in findings if each.leg == "native"}
    return [
        verdict
        for finding in findings
        if finding.leg == "native text" and finding.conditions <= COMMON | {"random", "float64"}
        and all(each.same or each.accuracy for each in functions[finding.sample].verdicts)
        for verdict in finding.verdicts
        if not (verdict.same or verdict.accuracy)
    ]  # fmt: skip


@pytest.mark.parametrize("what", TEXT_FAULTS)
def test_a_fault_in_the_written_text_is_found(what: str, measured: dict[str, Future[Measured]]) -> None:
    shown = only_in_text(measured[what].result().findings)
    assert TEXT_FAULTS[what].kind in {verdict.kind for verdict in shown}


@pytest.mark.parametrize("api", sorted({fault.api for fault in planted.TEXT_FAULTS}))
def test_nothing_is_found_in_the_text_where_nothing_is_planted(api: str) -> None:
    legs = ("native", "native text")
    findings = measure(Request(api, legs, ("float32",), limits=planted.LIMITS, repeats=1)).findings
    assert only_in_text(findings) == []
    counted = Counter((each.sample, each.leg) for each in findings if each.conditions <= COMMON | {"random"})
    # Once as it is, once with tensors that have effects, once with effects of all arguments.
    assert 3 in counted.values()


def test_a_late_error_belongs_to_the_call_that_made_it(measured: dict[str, Future[Measured]]) -> None:
    late, at_once = (
        {
            finding.sample
            for finding in measured[what].result().findings
            if {verdict.kind for verdict in finding.verdicts} >= {"error"}
        }
        for what in ("a late error", "error instead of a value")
    )
    assert late == at_once
