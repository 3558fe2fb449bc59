"""Tests of the tester: it must find every fault that is planted, and nothing where none is."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from sporeprint.verify import strict
from sporeprint.verify.measure import Measured, Request, measure
from sporeprint.verify.words import COMMON

pytestmark = pytest.mark.frameworks

_spec = importlib.util.spec_from_file_location("planted", Path(__file__).with_name("planted.py"))
assert _spec is not None
assert _spec.loader is not None
planted = importlib.util.module_from_spec(_spec)
sys.modules["planted"] = planted
_spec.loader.exec_module(planted)

FAULTS = {fault.what: fault for fault in planted.FAULTS}

#: Long enough for a slow machine, short enough for the two faults that hang.
PATIENCE = 5.0


@pytest.fixture(scope="session")
def measured(request: pytest.FixtureRequest) -> Iterator[dict[str, Future[Measured]]]:
    """Measurements of the faults whose tests are going to run, two at a time."""
    wanted = dict.fromkeys(
        item.callspec.params["what"]
        for item in request.session.items
        if hasattr(item, "callspec") and "measured" in getattr(item, "fixturenames", ())
    )
    with ThreadPoolExecutor(2) as pool:
        yield {
            what: pool.submit(
                measure,
                Request(
                    FAULTS[what].api,
                    ("native",),
                    FAULTS[what].dtypes,
                    prepare=FAULTS[what].text,
                    limits=planted.LIMITS,
                    patience=PATIENCE,
                ),
            )
            for what in wanted
        }
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
    dtypes = ("float32", "float64", "bfloat16", "int64")
    measured = measure(Request(api, ("native",), dtypes, planted.LIMITS, prepare=planted.planting(api)))
    assert strict.problems(measured.findings, {}, ["native"]) == []
    assert sum("error" not in finding.conditions for finding in measured.findings) > 20


def test_a_comparison_that_finds_nothing_is_found() -> None:
    fault = FAULTS["other default"]
    blind = """
from sporeprint.verify import measure
from sporeprint.verify.compare import SAME

measure.compare_outcomes = lambda *arguments, **terms: (SAME, SAME, SAME)
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
from sporeprint.verify import frameworks, measure

kept = measure._Measuring._sample


def after_filling(*arguments):
    frameworks.leave_in_memory(3.0)
    return kept(*arguments)


measure._Measuring._sample = after_filling
"""
    measured = measure(Request(api, ("native",), ("float32",), prepare=fill))
    unwritten = [finding for finding in measured.findings if "uninitialised" in finding.conditions]
    assert unwritten
    # ops.dense writes everything but what comes of no features, or of an empty batch.
    assert all("empty" in finding.conditions for finding in unwritten)


TEXT_FAULTS = {
    "another argument": ("axis=1", "axis=0"),
    "an argument dropped": (", axis=0)", ")"),
    "text that is no Python": ("return", "retrun"),
    "a name that is not imported": ("ops.", "opps."),
    "an effect on the input": ("    return", "    t0[0] = 0\n    return"),
}


@pytest.mark.parametrize("what", TEXT_FAULTS)
def test_a_fault_in_the_written_text_is_found(what: str) -> None:
    old, new = TEXT_FAULTS[what]
    spoil = f"""
import dataclasses

from sporeprint.verify import texts

kept = texts.convert_bytes


def spoiled(*arguments):
    converted = kept(*arguments)
    data = converted.data.replace({old.encode()!r}, {new.encode()!r})
    return dataclasses.replace(converted, data=data)


texts.convert_bytes = spoiled
"""
    measured = measure(Request("torch.softmax", ("native", "native text"), ("float32",), prepare=spoil))
    pairs: dict[str, list[bool]] = {}
    for finding in measured.findings:
        # The function as it is may be off in accuracy; a spoiled text is off by more.
        wrong = any(not verdict.same and not verdict.accuracy for verdict in finding.verdicts)
        pairs.setdefault(finding.sample, []).append(wrong)
    assert [True for wrong in pairs.values() if wrong == [False, True]]
