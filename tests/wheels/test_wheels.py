"""The sources of whole PyTorch projects, from their wheels on PyPI: never installed or run.

No crash, every output parses, a second conversion changes nothing, and one process writes what two write.
Run with ``pytest -m wheels``.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from sporeprint.convert import Options
from sporeprint.convert.file import Converted
from sporeprint.convert.project import Job, plan, run
from sporeprint.convert.source import SourceError, parse
from tests.wheels.wheels import WHEELS, download

pytestmark = pytest.mark.wheels


def tree(folder: Path) -> dict[str, bytes]:
    """Return what all files below a folder hold."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def converted(source: Path, output: Path, options: Options, processes: int) -> list[tuple[bytes, bytes]]:
    """Convert a folder into another one; return its Python files before and after."""
    files: list[tuple[bytes, bytes]] = []

    def each(job: Job, raw: bytes, outcome: Converted) -> None:
        for finding in outcome.report.findings:
            if finding.fate == "failed":  # a file that is no Python, which the wheels of templates hold
                with pytest.raises(SourceError):
                    parse(raw)
        if job.path.suffix == ".py":
            files.append((raw, outcome.data))

    report = run(plan([source], output, False, "torch_on_mindspore"), options, each, processes=processes)
    assert report.exit_code in (0, 1)
    return files


@pytest.mark.parametrize(
    ("project", "fidelity"),
    [(project, fidelity) for project in WHEELS for fidelity in ("native", "exact")
     if fidelity == "native" or project not in ("transformers", "diffusers")],
)  # fmt: skip
def test_sources_convert(project: str, fidelity: str, tmp_path: Path) -> None:
    version, prefix = WHEELS[project]
    with zipfile.ZipFile(download(project, version)) as wheel:
        wheel.extractall(tmp_path, [name for name in wheel.namelist() if name.startswith(prefix)])
    options = Options(fidelity=fidelity)
    files = converted(tmp_path / prefix, tmp_path / "one", options, 1)
    changed = [(old, new) for old, new in files if old != new]
    assert len(changed) > len(files) // 10
    for _, new in changed:
        compile(new, project, "exec", dont_inherit=True)
    converted(tmp_path / prefix, tmp_path / "two", options, 2)
    assert tree(tmp_path / "two") == (once := tree(tmp_path / "one"))
    converted(tmp_path / "one", tmp_path / "again", options, 2)
    assert tree(tmp_path / "again") == once
