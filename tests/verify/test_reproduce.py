"""The program printed with a divergence runs as it is, and shows the divergence."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytest.importorskip("torch", reason="the programs run torch")
pytest.importorskip("mindspore", reason="the programs run MindSpore")

from sporeprint.catalog import FOLDER
from sporeprint.verify.evidence import Divergence, divergences
from sporeprint.verify.measure import Request, measure

pytestmark = pytest.mark.frameworks

#: A module and a function that differ in several ways, each with the leg that shows it.
SUBJECTS = [
    ("torch.nn.functional.log_softmax", "native", ("float32", "bfloat16")),
    ("torch.Tensor.add_", "mindspore.Tensor.add_", ("float32",)),
    ("torch.nn.LayerNorm", "mindspore.nn.LayerNorm", ("float32",)),
    ("torch.nn.Embedding", "mindspore.nn.Embedding", ("float32",)),
    ("torch.nn.BatchNorm1d", "mindspore.nn.BatchNorm1d", ("float32",)),
    ("torch.optim.Adam", "mindspore.nn.Adam", ("float32",)),
    ("torch.std", "mindspore.ops.std", ("float32", "int64")),
]


def ran(script: str) -> tuple[str, str]:
    env = {**os.environ, "PYTHONPATH": str(FOLDER.parent), "GLOG_v": "4"}
    done = subprocess.run(
        [sys.executable, "-c", script], env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, f"{script}\n{done.stderr}"
    _, torch, mindspore = done.stdout.replace("mindspore:", "torch:").split("torch:")
    return torch, mindspore


@pytest.mark.parametrize(("api", "leg", "dtypes"), SUBJECTS)
def test_a_program_runs_and_shows_the_difference(api: str, leg: str, dtypes: tuple[str, ...]) -> None:
    measured = measure(Request(api, (leg,), dtypes, (10, 4, 40), scripts=True))
    # One of each kind; what dies would take the test with it, and a warning stands in no result.
    kinds: dict[tuple[str, str], Divergence] = {}
    for each in divergences(measured.findings):
        # An argument that has no place in the function called directly cannot be written.
        if each.level != "dies" and each.kind != "warning" and "no parameter for" not in each.what:
            kinds.setdefault((each.kind, each.level), each)
    assert kinds
    for each in kinds.values():
        script = measured.scripts[each.key]
        assert script, f"no program for {each}"
        torch, mindspore = ran(script)
        assert torch.strip()
        assert torch != mindspore
