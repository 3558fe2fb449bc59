"""``sporeprint site``: what it refuses, what it says, and what it reads."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from sporeprint.catalog import FOLDER
from sporeprint.cli import main
from sporeprint.site import build, listing, source

#: Runs a program where importing some modules fails, as where they are not installed.
WITHOUT = """
import sys
for name in {missing!r}:
    sys.modules[name] = None
"""


def without(missing: Sequence[str], program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT.format(missing=missing) + program],
        capture_output=True, text=True, check=False, cwd=FOLDER.parent,
    )  # fmt: skip


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the site be of a few APIs only."""
    pages = listing.pages
    monkeypatch.setattr(source, "pages", lambda: itertools.islice(pages(), 3))


def test_a_missing_library_is_named_with_the_command_that_installs_it(tmp_path: Path) -> None:
    program = f"from sporeprint.cli import main; sys.exit(main(['site', {str(tmp_path / 'site')!r}]))"
    done = without(["sphinx", "furo"], program)
    assert (done.returncode, done.stdout) == (2, "")
    assert "needs sphinx, furo" in done.stderr
    assert "pip install 'sporeprint[site]'" in done.stderr
    assert not (tmp_path / "site").exists()


def test_neither_the_frameworks_nor_sphinx_are_needed_for_the_pages(tmp_path: Path) -> None:
    program = (
        "from pathlib import Path; from sporeprint.site import source; "
        f"source.write(Path({str(tmp_path)!r}), lambda *step: None)"
    )
    done = without(["torch", "mindspore", "numpy", "sphinx", "docutils", "myst_parser"], program)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "api" / "torch.relu.md").exists()


@pytest.mark.site
@pytest.mark.usefixtures("few")
def test_it_says_where_the_site_is_and_replaces_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("sphinx")
    folder = tmp_path / "new" / "site"
    for _ in range(2):
        assert main(["site", str(folder)]) == 0
        out, err = capsys.readouterr()
        assert out == f"3 APIs. Open {folder / 'index.html'}\n"
        assert err == ""
        assert (folder / "index.html").exists()


@pytest.mark.site
def test_a_folder_that_holds_something_else_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("sphinx")
    (tmp_path / "mine.txt").write_text("mine")
    assert main(["site", str(tmp_path)]) == 2
    assert "mine.txt" in capsys.readouterr().err
    assert (tmp_path / "mine.txt").read_text() == "mine"


@pytest.mark.site
@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError("no room")])
def test_an_interrupted_build_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    pytest.importorskip("sphinx")

    def fails(*_: object) -> str:
        raise error

    monkeypatch.setattr(build, "build", fails)
    assert main(["site", str(tmp_path / "site")]) in (2, 130)
    assert list(tmp_path.iterdir()) == []


def test_no_two_pages_differ_by_case_alone() -> None:
    apis = ["torch.Tensor.T", "torch.Tensor.t", "torch.Tensor", "torch.tensor", "torch.relu"]
    found = listing.places(apis)
    assert set(found) == set(apis)
    assert len({place.lower() for place in found.values()}) == len(apis)
    assert found["torch.relu"] == "api/torch.relu"
    assert found["torch.tensor"] == "api/torch.tensor"
    assert found == listing.places(reversed(apis))


def test_every_page_is_written_and_listed(tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    listed = source.write(tmp_path, lambda *step: steps.append(step))
    assert len(listed) == len(steps) == steps[-1][1] == steps[-1][2] > 50
    for each in listed:
        text = (tmp_path / f"{each.place}.md").read_text(encoding="utf-8")
        assert f"\n# {each.api}\n" in text
        assert "not installed" not in text
        assert each.verdict in listing.VERDICTS
        assert each.source == each.api.partition(".")[0]
    by_name = {each.api: each for each in listed}
    assert by_name["torch.nn.Linear"].counterparts == ("mindspore.nn.Dense",)
    assert by_name["torch.nn.Linear"].family == "torch.nn"
    assert "mindspore.ops.log_softmax" in by_name["torch.nn.functional.log_softmax"].related
    assert "torch.nn.functional.log_softmax" in by_name["mindspore.ops.log_softmax"].related


def test_counts_are_those_of_the_list(tmp_path: Path) -> None:
    listed = source.write(tmp_path, lambda *step: None)
    assert sum(count for _, _, count in listing.verdicts(listed)) == len(listed)
    families = listing.families(listed)
    assert [source for source, _, _ in families] == ["torch", "mindspore"]
    assert sum(count for _, _, held in families for _, count in held) == len(listed)
