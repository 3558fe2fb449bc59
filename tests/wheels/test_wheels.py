"""The sources of whole PyTorch projects, from their wheels on PyPI: downloaded, never installed or run.

No crash, every output parses, what does not mention torch stays to the byte, and a second conversion changes nothing.
Run with ``pytest -m wheels``; the wheels are kept in ``.cache/wheels``.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from sporeprint.convert import Options, convert_bytes
from sporeprint.convert.source import SourceError, parse

CACHE = Path(__file__).parent.parent.parent / ".cache" / "wheels"
WHEELS = {
    "vit-pytorch": ("1.26.11", "vit_pytorch/"),
    "timm": ("1.0.31", "timm/"),
    "torchvision": ("0.29.1", "torchvision/"),
    "transformers": ("5.23.0", "transformers/"),
}

pytestmark = pytest.mark.wheels


def download(project: str, version: str) -> Path:
    """Return the wheel of a project, from PyPI the first time."""
    name = project.replace("-", "_")
    found = list(CACHE.glob(f"{name}-{version}-*.whl"))
    if not found:
        CACHE.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(CACHE),
                   "--python-version", "3.11", "--only-binary", ":all:", f"{project}=={version}"]  # fmt: skip
        subprocess.run(command, check=True)
        found = list(CACHE.glob(f"{name}-{version}-*.whl"))
    return found[0]


@pytest.mark.parametrize("project", WHEELS)
@pytest.mark.parametrize("fidelity", ["native", "exact"])
def test_sources_convert(project: str, fidelity: str) -> None:
    version, prefix = WHEELS[project]
    if fidelity == "exact" and project == "transformers":
        pytest.skip("the largest project is converted once, natively")
    options = Options(fidelity=fidelity)
    changed = 0
    with zipfile.ZipFile(download(project, version)) as wheel:
        names = [name for name in wheel.namelist() if name.endswith(".py") and name.startswith(prefix)]
        assert names
        for name in names:
            raw = wheel.read(name)
            outcome = convert_bytes(raw, name, options, "torch_on_mindspore")
            failed = [each for each in outcome.report.findings if each.fate == "failed"]
            if failed:
                with pytest.raises(SourceError):
                    parse(raw)
            if b"torch" not in raw:
                assert outcome.data == raw, name
            if outcome.data == raw:
                continue
            changed += 1
            compile(outcome.data, name, "exec", dont_inherit=True)
            again = convert_bytes(outcome.data, name, options, "torch_on_mindspore")
            assert again.data == outcome.data, name
    assert changed > len(names) // 10
