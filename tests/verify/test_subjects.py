"""What there is to measure, and how a part of it is asked for."""

from __future__ import annotations

import pytest

from sporeprint import catalog
from sporeprint.verify.subjects import NoSubjectError, chosen, official, subjects
from sporeprint.verify.words import LEGS

EVERYTHING = subjects(["abs", "no_such_thing"])
BY_API = {each.api: each for each in EVERYTHING}


def test_each_counterpart_is_measured() -> None:
    for source in ("torch", "mindspore"):
        for api, entry in catalog.load(source).entries.items():
            assert BY_API[api].legs[:4] == LEGS
            assert BY_API[api].first == entry.apis[0]
    assert len(BY_API) == len(EVERYTHING)


def test_each_row_of_the_official_tables_is_measured() -> None:
    assert len(official()) > 1000
    for row in official():
        assert row.mindspore in BY_API[row.torch].legs
    assert "mindspore.ops.log_softmax" in BY_API["torch.nn.functional.log_softmax"].legs


def test_a_method_is_measured_without_an_edit() -> None:
    assert "mindspore.Tensor.abs" in BY_API["torch.Tensor.abs"].legs
    assert BY_API["torch.Tensor.no_such_thing"].legs == ("mindspore.Tensor.no_such_thing",)


def test_a_part_is_asked_for_by_pattern_and_family() -> None:
    assert [each.api for each in chosen(EVERYTHING, ["torch.softmax"], [])] == ["torch.softmax"]
    found = {each.api for each in chosen(EVERYTHING, ["*.log_softmax"], [])}
    assert {"torch.log_softmax", "mindspore.ops.log_softmax"} <= found
    family = chosen(EVERYTHING, [], ["torch.nn.functional"])
    assert {each.api.rpartition(".")[0] for each in family} == {"torch.nn.functional"}
    assert chosen(EVERYTHING, [], []) == EVERYTHING


def test_a_misspelt_name_is_told_with_what_is_near() -> None:
    with pytest.raises(NoSubjectError, match=r"torch\.log_softmax"):
        chosen(EVERYTHING, ["torch.nn.log_softmax"], [])
    with pytest.raises(NoSubjectError, match=r"choose from .*torch\.nn\.functional"):
        chosen(EVERYTHING, [], ["torch.functional"])
