"""Exact leaves nothing that native converts, and says where it is no better."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sporeprint import catalog
from sporeprint.cli import main
from sporeprint.convert import Options, convert_bytes
from sporeprint.facts import facts

MEASURED = facts("measured")


def fates_of(method: str, fidelity: str) -> list[str]:
    text = f"import torch\n\ndef f(x: torch.Tensor):\n    return x.{method}\n".encode()
    made = convert_bytes(text, "a.py", Options("mindspore", fidelity), "torch_on_mindspore")
    return [
        each.fate for each in made.report.findings if each.api == f"torch.Tensor.{method.partition('(')[0]}"
    ]


@pytest.mark.parametrize("method", MEASURED["methods"]["native"])
def test_what_native_does_not_touch_exact_does_not_leave(method: str) -> None:
    entry = catalog.load("torch").entries.get(f"torch.Tensor.{method}")
    assert fates_of(f"{method}()", "native") == []
    found = fates_of(f"{method}()", "exact")
    if entry is not None:
        return  # called without its arguments, a counterpart may refuse
    assert found == ([] if method in MEASURED["methods"]["exact"] else ["kept"])


@pytest.mark.parametrize(
    "call", ["sum()", "sum(1)", "sum(dim=1, keepdim=True)", "mean()", "mean((0, 1), True)"]
)
def test_what_has_an_exact_body_is_an_adapter_in_exact_only(call: str) -> None:
    assert fates_of(call, "native") == []
    assert fates_of(call, "exact") == ["adapter"]


def test_what_is_kept_is_listed_with_where_it_differs(tmp_path: Path) -> None:
    source = tmp_path / "a.py"
    source.write_text(
        "import torch\n\ndef f(x: torch.Tensor):\n    return torch.atan2(x.matmul(x), x).softmax(1)\n"
    )
    listed = {}
    for fidelity in ("native", "exact"):
        place = tmp_path / f"{fidelity}.json"
        assert main(["convert", str(source), "--check", "--fidelity", fidelity, "--report", str(place)]) == 0
        listed[fidelity] = json.loads(place.read_text())["differs"]
    assert set(listed["native"]) == {"torch.atan2", "torch.Tensor.softmax"}
    assert set(listed["exact"]) == {"torch.atan2", "torch.Tensor.matmul"}  # softmax has an exact body
    assert listed["exact"]["torch.Tensor.matmul"] == MEASURED["beyond"]["matmul"]
