"""Findings are summed up without loss, and evidence says when it is no longer true."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sporeprint.verify import evidence
from sporeprint.verify.changes import AGAIN, changed, settle
from sporeprint.verify.compare import SAME, Verdict
from sporeprint.verify.evidence import Evidence, divergences, legs_of
from sporeprint.verify.measure import Finding, Measured
from sporeprint.verify.run import Results
from sporeprint.verify.subjects import Subject

API = "torch.nn.functional.log_softmax"
WRONG = Verdict(False, "value", "2.0, not 1.0 at [0]")
ROUGH = Verdict(False, "value", "40 ulp off", ulps=40.0, accuracy=True)
STEEP = Verdict(False, "gradient", "gradient of 0: 2.0, not 1.0", path="0")
RAISED = Verdict(False, "error", "raises TypeError: no", raised=True)
DEAD = Verdict(False, "error", "process death", raised=True, fatal=True)


def finding(
    verdict: Verdict, *words: str, leg: str = "native", sample: str = "float32 0", size: int = 4
) -> Finding:
    gradient = verdict.kind == "gradient"
    verdicts = (SAME, SAME, verdict) if gradient else (verdict, SAME, SAME)
    return Finding(sample, leg, frozenset(words), verdicts, "torch.f(t0)", size=size)


def measured(*findings: Finding) -> Measured:
    return Measured(API, findings, (), (), {}, {}, 0.0)


def test_a_divergence_is_listed_under_the_fewest_words() -> None:
    found = divergences([
        finding(WRONG, "float64", "nan", sample="a"),
        finding(WRONG, "nan", sample="b", size=9),
        finding(WRONG, "nan", sample="c", size=2),
        finding(SAME, "float64"),
    ])  # fmt: skip
    assert [(each.where, each.samples, each.sample) for each in found] == [("nan", 3, "c")]


def test_words_that_do_not_hold_one_another_are_two_divergences() -> None:
    found = divergences([finding(WRONG, "nan"), finding(WRONG, "inf")])
    assert [each.where for each in found] == ["inf", "nan"]


def test_dtypes_that_each_show_it_are_one_divergence() -> None:
    words = ("int64", "bool", "bfloat16", "nan", "float64")
    found = divergences([finding(WRONG, word, sample=word) for word in words])
    assert [(each.where, each.is_common, each.samples) for each in found] == [
        ("int64 | bool", True, 2), ("float64 | bfloat16", False, 2), ("nan", False, 1),
    ]  # fmt: skip


def test_a_loud_difference_does_not_hide_a_silent_one() -> None:
    found = divergences([finding(RAISED), finding(WRONG, "nan"), finding(STEEP, "nan")])
    assert [(each.where, each.kind, each.level) for each in found] == [
        ("", "error", "raises"), ("nan", "gradient", "differs"), ("nan", "value", "differs"),
    ]  # fmt: skip


def test_a_text_that_differs_as_its_function_does_is_not_listed_again() -> None:
    same = [finding(WRONG, "nan"), finding(WRONG, "nan", leg="native text")]
    assert len(divergences(same)) == 1
    other = [finding(SAME, "nan"), finding(WRONG, "nan", leg="native text")]
    assert [each.leg for each in divergences(other)] == ["native text"]


@pytest.mark.parametrize(
    ("verdicts", "level"),
    [
        ([SAME], "same"),
        ([SAME, ROUGH], "inaccurate"),
        ([ROUGH, RAISED], "raises"),
        ([RAISED, WRONG], "differs"),
        ([WRONG, DEAD, SAME], "dies"),
        ([STEEP], "differs"),
        ([Verdict(False, "warning", "does not give the UserWarning")], "same"),
    ],
)
def test_the_worst_sample_decides(verdicts: list[Verdict], level: str) -> None:
    legs = legs_of(measured(*[finding(each) for each in verdicts]))
    assert legs["native"].common == level
    assert legs["native"].conditions["float32"] == level


def test_what_lies_outside_the_common_domain_does_not_count_there() -> None:
    leg = legs_of(measured(finding(WRONG, "nan"), finding(SAME, "int64"), finding(ROUGH)))["native"]
    assert leg.common == "inaccurate"
    assert leg.conditions == {"float32": "inaccurate", "int64": "same", "nan": "differs"}
    assert leg.ulps == {"float32": 40.0}
    assert leg.samples == 3


def test_two_words_at_once_count_for_neither() -> None:
    leg = legs_of(measured(finding(WRONG, "nan", "float64"), finding(SAME)))["native"]
    assert leg.conditions == {"float32": "same"}
    assert [each.where for each in leg.divergences] == ["float64 & nan"]


def test_a_call_that_is_left_to_a_person_is_no_divergence() -> None:
    left = replace(finding(RAISED), left=True)
    assert divergences([left]) == []
    assert legs_of(measured(left))["native"].common == "untested"


def record(*findings: Finding, date: str = "2026-01-01", api: str = API) -> Evidence:
    versions = {"torch": "2", "mindspore": "2"}
    return Evidence(api, versions, "CPU", date, "abc", ("one",), legs_of(measured(*findings)))


def test_files_give_back_what_was_saved(tmp_path: Path) -> None:
    one, other = record(finding(WRONG, "nan")), record(finding(SAME), api="torch.relu")
    written = evidence.save([one, other], tmp_path)
    assert sorted(path.name for path in written) == ["torch.json", "torch.nn.functional.json"]
    held = evidence.load(tmp_path)
    assert held["torch.relu"].verdicts() == other.verdicts()
    assert held[API].verdicts() == one.verdicts()
    assert held[API].legs["native"].divergences[0].what == WRONG.message
    assert evidence.read(evidence.path_of(API, tmp_path)) == {API: held[API]}
    assert "torch.no_such" not in held


def test_saving_keeps_the_others_and_what_is_known_already(tmp_path: Path) -> None:
    evidence.save([record(finding(WRONG, "nan"))], tmp_path)
    other = replace(record(finding(SAME)), api="torch.nn.functional.relu")
    evidence.save([other], tmp_path)
    assert set(evidence.load(tmp_path)) == {API, other.api}
    # Measured again on another day, with the same outcome: nothing is written.
    assert evidence.save([record(finding(WRONG, "nan"), date="2027-01-01")], tmp_path) == []
    assert evidence.save([record(finding(WRONG, "inf"), date="2027-01-01")], tmp_path)
    assert evidence.load(tmp_path)[API].date == "2027-01-01"


def test_the_same_text_each_time(tmp_path: Path) -> None:
    (path,) = evidence.save([record(finding(WRONG, "nan"))], tmp_path)
    text = path.read_text(encoding="utf-8")
    assert json.loads(text)[API]["counterpart"] == "abc"
    path.unlink()
    evidence.save([record(finding(WRONG, "nan"))], tmp_path)
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("new", "told"),
    [
        (record(finding(WRONG, "nan")), ""),
        (replace(record(finding(WRONG, "nan")), counterpart="def"), "the counterpart has changed"),
        (replace(record(finding(WRONG, "nan")), versions={"torch": "3"}), "the evidence is of torch 2"),
        (record(finding(WRONG)), "on the common domain it was untested, and is differs"),
        (record(finding(SAME, "nan")), "nan was differs, and is same"),
        (record(finding(STEEP, "nan")), "no longer"),
        (record(finding(SAME, leg="exact"), finding(WRONG, "nan")), "exact: was not measured"),
    ],
)
def test_a_change_is_told(new: Evidence, told: str) -> None:
    found = changed({API: record(finding(WRONG, "nan"))}, {API: new})
    assert (told in found[API]) if told else not found


def test_what_depends_on_memory_or_threads_is_no_change() -> None:
    before = record(finding(SAME), finding(WRONG, "empty", "uninitialised"))
    assert not changed({API: before}, {API: record(finding(SAME))})


def test_how_near_a_wrong_number_comes_is_no_change() -> None:
    rough = finding(replace(STEEP, accuracy=True), "non-contiguous")
    others = finding(WRONG, "non-contiguous")
    assert not changed({API: record(finding(STEEP), others, rough)}, {API: record(finding(STEEP), others)})
    assert changed({API: record(finding(SAME), others, rough)}, {API: record(finding(SAME), others)})


def test_no_evidence_is_a_change() -> None:
    assert changed({}, {API: record(finding(SAME))}) == {API: "there is no evidence on it yet"}


def test_on_another_processor_rounding_and_nan_do_not_count_and_values_do() -> None:
    before = {API: replace(record(finding(ROUGH), finding(WRONG, "int64")), device="CPU (AVX512)")}
    rounded = replace(
        record(finding(SAME), finding(WRONG, "int64"), finding(WRONG, "nan")), device="CPU (AVX2)"
    )
    assert not changed(before, {API: rounded})
    assert changed(before, {API: replace(rounded, device="CPU (AVX512)")})
    right = replace(record(finding(ROUGH), finding(SAME, "int64")), device="CPU (AVX2)")
    assert changed(before, {API: right})
    assert "on CPU (AVX512)" in changed(before, {API: replace(rounded, device="Ascend")})[API]


@pytest.mark.parametrize("steady", [False, True])
def test_a_change_is_one_only_if_it_shows_each_time(steady: bool) -> None:
    held = {API: record(finding(SAME)), "torch.relu": record(finding(SAME), api="torch.relu")}
    other = record(finding(WRONG))
    results = Results({API: other, "torch.relu": held["torch.relu"]}, {}, {API: ["does not differ so"]})
    asked = []

    def measure(some: list[Subject]) -> Results:
        asked.append([each.api for each in some])
        return Results({API: other if steady else held[API]}, {}, {API: ["so"]} if steady else {})

    subjects = [Subject(name, ("native",), None, name) for name in held]
    assert settle(held, results, subjects, measure) == ([] if steady else [API])
    assert asked == [[API]] * (AGAIN if steady else 1)
    assert bool(changed(held, results.records)) == bool(results.problems) == steady


def test_what_has_another_counterpart_is_not_measured_again() -> None:
    new = replace(record(finding(WRONG)), counterpart="def")
    results = Results({API: new})
    assert settle({API: record(finding(SAME))}, results, [Subject(API, (), None, "")], _never) == []
    assert results.records == {API: new}


def _never(some: list[Subject]) -> Results:
    raise AssertionError(some)
