"""``sporeprint verify`` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="measuring needs torch")
pytest.importorskip("mindspore", reason="measuring needs MindSpore")

from sporeprint.cli import main
from sporeprint.verify import evidence, measure, run
from sporeprint.verify.evidence import Evidence
from sporeprint.verify.measure import Measured, Request

pytestmark = pytest.mark.frameworks


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "cache", lambda: tmp_path / "cache")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["torch.nn.log_softmax"], "nothing to measure is called torch.nn.log_softmax; did you mean"),
        (["--family", "torch.functional"], "choose from"),
        (["torch.abs", "--update", "--dtype", "float32"], "leave out --dtype"),
        (["torch.abs", "--dtype", "float31"], "float31 is no dtype; choose from float32"),
        (["torch.abs", "--jobs", "0"], "--jobs takes a number from 1"),
    ],
)
def test_bad_usage_is_told(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", *arguments]) == 2
    assert told in capsys.readouterr().err


def test_one_api(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "out.json"
    code = main(["verify", "torch.Tensor.neg", "--dtype", "float32,int64", "--json", str(path)])
    assert code == 0
    assert "1 APIs in" in capsys.readouterr().out
    written = json.loads(path.read_text(encoding="utf-8"))
    leg = written["records"]["torch.Tensor.neg"]["legs"]["mindspore.Tensor.neg"]
    assert leg["common"] == "same"
    assert set(leg["conditions"]) >= {"float32", "int64", "nan"}
    samples = written["samples"]["torch.Tensor.neg"]
    assert all(each["call"].startswith("t0.neg(") or "neg" in each["call"] for each in samples.values())


def test_what_is_not_as_the_evidence_says_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = Evidence("torch.Tensor.neg", run.versions(), "CPU", "2026-01-01", "", (), {})
    monkeypatch.setattr(evidence, "load", lambda: {empty.api: empty})
    assert main(["verify", "torch.Tensor.neg"]) == 1
    out = capsys.readouterr().out
    assert "1 not as the evidence says" in out
    assert "mindspore.Tensor.neg: was not measured" in out


def test_an_interrupted_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = measure.measure
    asked: list[str] = []

    def recorded(request: Request) -> Measured:
        asked.append(request.api)
        return kept(request)

    def interrupted(request: Request) -> Measured:
        measured = recorded(request)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return measured

    arguments = ["verify", "torch.Tensor.neg", "torch.Tensor.numel", "--dtype", "float32", "--jobs", "1"]
    monkeypatch.setattr(run, "measure", interrupted)
    assert main(arguments) == 130
    first = asked[0]
    monkeypatch.setattr(run, "measure", recorded)
    assert main([*arguments, "--resume"]) == 0
    assert asked.count(first) == 1
    assert len(set(asked)) == 2
    # A run that came to its end leaves nothing to go on with.
    assert main([*arguments, "--resume"]) == 0
    assert asked.count(first) == 2
