"""Short programs in which a conversion may be wrong without a word: run with torch, and converted with MindSpore.

Each file in ``programs`` leaves named results in ``result``, and in ``gradients`` functions to differentiate. Its first
line says what is expected: ``# expect: same``, unmarked and equal; ``# expect: marked WORD``, where a marker that holds
the word stands above the line that a person has to look at; or ``# expect: known WORD``, a silent difference that the
converter cannot see, whose comment says why. That one is strict: once it is gone, the first line is to change.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sporeprint import catalog as catalogs
from sporeprint.convert import Options, build, convert_bytes
from sporeprint.convert.inline import decided_by_dtype
from sporeprint.convert.report import Finding

HERE = Path(__file__).parent
PROGRAMS = {path.stem: path.read_text() for path in sorted((HERE / "programs").glob("*.py"))}


def of_integers() -> dict[str, str]:
    """Write a program for each API whose exact body is used where its tensor is known to hold integers or booleans."""
    made = {}
    catalog = catalogs.load("torch")
    for api, entry in catalog.entries.items():
        dtypes = decided_by_dtype(entry, catalog)
        if not dtypes or any(each.default is None for each in entry.native.parameters[1:]):
            continue
        name = api.rpartition(".")[2]
        lines = ["# expect: same", "import torch", "result = {}"]
        for dtype in dtypes:
            tensor = f"torch.tensor([1, 0, 1]).to(torch.{dtype})"
            call = f"{tensor}.{name}()" if api.startswith("torch.Tensor.") else f"{api}({tensor})"
            lines.append(f'result["{dtype}"] = {call}')
        made[api] = "\n".join(lines) + "\n"
    assert made
    return made


PROGRAMS |= of_integers()

pytestmark = pytest.mark.frameworks


def run_all(framework: str, programs: dict[str, tuple[str, str]], records: bool = False) -> dict[str, Any]:
    """Run programs, each given with the folder of its adapters, with one framework.

    Args:
        framework: its name.
        programs: by their names.
        records: whether gradients are recorded throughout.
    """
    done = subprocess.run(
        [sys.executable, str(HERE / "side.py")],
        input=json.dumps(programs).encode(),
        stdout=subprocess.PIPE,
        env={
            **os.environ,
            "TRAPS_FRAMEWORK": framework,
            "GLOG_v": "4",
            "OMP_NUM_THREADS": "1",
            **({"TRAPS_RECORD": "1"} if records else {}),
        },
        check=True,
        timeout=900,
    )
    outcomes: dict[str, Any] = pickle.loads(done.stdout)
    return outcomes


@pytest.fixture(scope="module")
def in_torch() -> dict[str, Any]:
    return run_all("torch", {name: (text, "") for name, text in PROGRAMS.items()})


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, list[Finding]]]:
    """Convert each program; its adapters' module lies in a folder of its own."""
    found = {}
    for name, text in PROGRAMS.items():
        outcome = convert_bytes(text.encode(), f"{name}.py", Options(), "torch_on_mindspore")
        folder = tmp_path_factory.mktemp(name)
        if outcome.adapters:
            (folder / "torch_on_mindspore.py").write_text(build(outcome.adapters, "mindspore", "native"))
        marks = [each for each in outcome.report.findings if each.fate in ("left", "differs", "failed")]
        found[name] = (outcome.data.decode(), marks, str(folder))
    return found  # type: ignore[return-value]


@pytest.fixture(scope="module")
def in_mindspore(converted: dict[str, Any]) -> dict[str, Any]:
    return run_all(
        "mindspore", {name: (text, folder) for name, (text, marks, folder) in converted.items() if not marks}
    )


@pytest.fixture(scope="module")
def while_recording(converted: dict[str, Any]) -> dict[str, Any]:
    programs = {name: (text, folder) for name, (text, marks, folder) in converted.items() if not marks}
    return run_all("mindspore", programs, records=True)


@pytest.mark.parametrize("name", [name for name, text in PROGRAMS.items() if "# expect: same" in text])
def test_it_does_the_same_in_a_project_that_trains(
    name: str, in_torch: dict[str, Any], converted: dict[str, Any], while_recording: dict[str, Any]
) -> None:
    assert_same(while_recording[name], in_torch[name], converted[name][0])


@pytest.mark.parametrize("name", PROGRAMS)
def test_program(
    name: str, in_torch: dict[str, Any], converted: dict[str, Any], in_mindspore: dict[str, Any]
) -> None:
    expectation = PROGRAMS[name].splitlines()[0].removeprefix("# expect: ").split()
    text, marks, _ = converted[name]
    if expectation[0] == "marked":
        assert any(expectation[1] in f"{each.api} {each.reason}" for each in marks), (text, marks)
        return
    assert expectation == ["same"] or expectation[0] == "known"
    assert not marks, (text, marks)
    if expectation[0] == "known":
        with pytest.raises(AssertionError):
            assert_same(in_mindspore[name], in_torch[name], text)
        return
    assert isinstance(in_torch[name], dict), in_torch[name]
    assert in_torch[name], "a program leaves something in result"
    assert isinstance(in_mindspore[name], dict), f"{in_mindspore[name]}\n{text}"
    assert_same(in_mindspore[name], in_torch[name], text)


def assert_same(got: Any, wanted: Any, where: str) -> None:
    """Assert that two results are equal; numbers of floating point up to rounding."""
    if isinstance(wanted, tuple) and isinstance(wanted[1], np.ndarray):
        assert isinstance(got, tuple), f"{got}, not {wanted} in {where}"
        assert got[0] == wanted[0], f"dtype {got[0]}, not {wanted[0]} in {where}"
        assert got[1].shape == wanted[1].shape, f"shape {got[1].shape}, not {wanted[1].shape} in {where}"
        np.testing.assert_allclose(got[1], wanted[1], rtol=2e-5, atol=1e-6, err_msg=where)
    elif isinstance(wanted, tuple):
        assert isinstance(got, tuple), where
        assert got[0] == wanted[0], where
        assert len(got[1]) == len(wanted[1]), where
        for one, other in zip(got[1], wanted[1], strict=True):
            assert_same(one, other, where)
    elif isinstance(wanted, dict):
        assert got.keys() == wanted.keys(), where
        for key in wanted:
            assert_same(got[key], wanted[key], f"{key}\n{where}")
    elif isinstance(wanted, float):
        assert got == pytest.approx(wanted, rel=2e-5), where
    else:
        assert type(got) is type(wanted), where
        assert got == wanted, where
