"""Notebooks: what is edited, what keeps its bytes, and where findings point."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sporeprint.cli import main
from sporeprint.convert import Converted, Options, convert_bytes, notebook

NEW = "y = 2\nx = 'torch'"
LAYOUTS: list[dict[str, Any]] = [{}, {"indent": 0}, {"indent": 1}, {"indent": "\t"}, {"separators": (",", ":")},
    {"separators": (" ,\r\n", "\t: ")}]  # fmt: skip
nbformat = pytest.importorskip("nbformat")

CELLS: list[tuple[str, str]] = [
    ("markdown", "# Torch\n`import torch`"),
    ("code", "%matplotlib inline\n!pip install -q torch \\\n    torchvision\n"
     "import torch\nimport torch.nn.functional as F"),
    ("code", "def f(h: torch.Tensor):\n    return F.log_softmax(h, dim=1)"),
    ("code", "if True:\n    !echo it's   # a shell line\n"
     "x = torch.no_such_thing(2)\nfiles = !ls\n\nf?\n\"\"\"\n%no magic\n\"\"\""),
    ("code", "%%time\ny = F.softmax(x, dim=0)"),
    ("code", "%%bash\npython -c 'import torch'"),
    ("code", ""),
    ("code", "z = (5\n  % 3)"),
    ("code", "if z:\n    %timeit -n100 -r 3 F.softmax(y, dim=0); z\n%time x = y.size(0)\n%time -x"),
    ("code", "def broken(:\n    torch.zeros(1)"),
    ("raw", "import torch"),
    ("code", "h: torch.Tensor = y\nprint(h.size(0), 'é')\n"),
]  # fmt: skip
AFTER = {
    1: "%matplotlib inline\n!pip install -q torch \\\n    torchvision\nimport torch\nimport mindspore as ms\n"
    "from mindspore import ops\n",
    2: "def f(h: ms.Tensor):\n    return ops.log_softmax(h, axis=1)",
    4: "%%time\ny = ops.softmax(x, axis=0)",
    8: "if z:\n    %timeit -n100 -r 3 ops.softmax(y, axis=0); z\n%time x = y.shape[0]\n%time -x",
    11: "h: ms.Tensor = y\nprint(h.shape[0], 'é')\n",
}


def _notebook(cells: list[tuple[str, str]], **metadata: Any) -> Any:
    made = nbformat.v4.new_notebook(metadata=metadata)
    for number, (kind, text) in enumerate(cells):
        cell = getattr(nbformat.v4, f"new_{kind}_cell")(text, id=f"cell-{number}")
        if kind == "code":
            cell["execution_count"] = number
            cell["outputs"] = [nbformat.v4.new_output("stream", text="torch é\n\x1b[0m")]
        made.cells.append(cell)
    return made


def _convert(raw: bytes, path: str = "a.ipynb") -> Converted:
    return notebook.convert(
        raw, path, Options(), lambda module: convert_bytes(module, path, Options(), "torch_on_mindspore")
    )


def _raw() -> bytes:
    return bytes(nbformat.writes(_notebook(CELLS)).encode())


def _sources(raw: bytes) -> list[str]:
    return [cell["source"] for cell in nbformat.reads(raw.decode(), as_version=4).cells]


def test_cells_are_converted_as_one_module() -> None:
    made = _convert(_raw())
    before, after = _sources(_raw()), _sources(made.data)
    for number, (old, new) in enumerate(zip(before, after, strict=True)):
        if number == 3:
            assert new.startswith(
                "if True:\n    !echo it's   # a shell line\n# sporeprint: torch.no_such_thing: "
            )
            assert new.endswith('x = torch.no_such_thing(2)\nfiles = !ls\n\nf?\n"""\n%no magic\n"""')
        elif number == 1:
            assert sorted(new.splitlines()) == sorted(AFTER[1].splitlines())
            assert new.splitlines()[:3] == AFTER[1].splitlines()[:3]
        else:
            assert new == AFTER.get(number, old)


def test_what_is_not_edited_keeps_its_bytes() -> None:
    raw = _raw()
    made = _convert(raw).data
    first, second = json.loads(raw), json.loads(made)
    for cell in (*first["cells"], *second["cells"]):
        if cell["cell_type"] == "code":
            del cell["source"]
    assert first == second
    source = re.compile(r'"source": (\[\]|\[.*?\n   \])', re.DOTALL)
    assert source.sub("", raw.decode()) == source.sub("", made.decode())
    nbformat.validate(nbformat.reads(made.decode(), as_version=4))
    # With nbformat's own layout the result is what nbformat would write.
    assert nbformat.writes(nbformat.reads(made.decode(), as_version=4)) == made.decode().rstrip("\n")


@pytest.mark.parametrize("indent", [None, 1, 2, "\t"])
@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("whole", [False, True])
def test_layouts(indent: int | str | None, ascii_only: bool, whole: bool) -> None:
    data = json.loads(_raw())
    if whole:
        for cell in data["cells"]:
            cell["source"] = "".join(cell["source"])
    raw = json.dumps(data, indent=indent, ensure_ascii=ascii_only).encode()
    made = _convert(raw).data
    assert made == json.dumps(json.loads(made), indent=indent, ensure_ascii=ascii_only).encode()
    assert _sources(made) == _sources(_convert(_raw()).data)


@settings(max_examples=150, deadline=None)
@given(
    texts=st.lists(
        st.text(st.characters(codec="utf-8"), max_size=12).map(lambda text: f"{text}x = 1"), max_size=4
    ),
    junk=st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=6,
    ),
    layout=st.sampled_from(LAYOUTS),
    ascii_only=st.booleans(),
    whole=st.booleans(),
)
def test_any_layout_is_read_and_kept(
    texts: list[str], junk: Any, layout: dict[str, Any], ascii_only: bool, whole: bool
) -> None:
    made = []
    for text in texts:
        lines = text if whole else re.findall(r"[^\n]*\n|[^\n]+", text)
        made.append({"junk": junk, "cell_type": "code", "source": lines, "outputs": [junk], "metadata": {}})
        made.append({"cell_type": "raw", "source": lines, "metadata": junk})
    data = {"metadata": {"x": junk}, "nbformat": 4, "cells": made, "last": junk}
    before = json.dumps(data, **layout, ensure_ascii=ascii_only)
    cells = notebook.read(before)
    assert [cell.text for cell in cells] == texts
    module = "".join(
        f"{notebook._BETWEEN.format(cell.number)}\n{cell.text.replace('x = 1', NEW)}\n" for cell in cells
    )
    after = notebook._put_back(before, cells, module, {})
    wanted = json.loads(before)
    for number, text in enumerate(texts):
        new = text.replace("x = 1", NEW)
        wanted["cells"][2 * number]["source"] = new if whole else re.findall(r"[^\n]*\n|[^\n]+", new)
    assert json.loads(after) == wanted
    if ascii_only == (before.isascii() and "\\u" in before) or before.isascii():
        assert after == json.dumps(wanted, **layout, ensure_ascii=ascii_only)


def test_a_second_conversion_changes_nothing() -> None:
    once = _convert(_raw()).data
    assert _convert(once).data == once
    assert not _convert(once).report.changed


def test_findings_have_their_cell() -> None:
    (install,) = [each for each in _convert(_raw()).report.findings if each.fate == "requires"]
    assert (install.cell, install.line, install.column, install.api) == (2, 2, 1, "torch")
    found = {(each.cell, each.line, each.column, each.api) for each in _convert(_raw()).report.left}
    timed = [each for each in _convert(_raw()).report.findings if (each.cell, each.line) == (9, 2)]
    assert [each.column for each in timed] == [len("    %timeit -n100 -r 3 ") + 1]
    assert found == {
        (4, 3, 5, "torch.no_such_thing"),
        (6, 1, 1, "torch"),  # bash
        (10, 1, 12, "torch"),  # no Python
    }


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("torch", "no JSON"),
        ('{"cells": [{"cell_type": "code" "source": "import torch"}]}', "no JSON"),
        ('{"nbformat": 3, "worksheets": [{"cells": ["torch"]}]}', "its format is 3"),
        ('{"nbformat": 4, "metadata": {"kernelspec": {"language": "R"}}, "cells": ["torch"]}', "no JSON"),
        ('{"nbformat": 4, "metadata": {"kernelspec": {"language": "R"}}, "torch": 0, "cells": []}', "language is r"),
        ('{"metadata": ' + "[" * 100000 + "torch", "nested too deeply"),
    ],
)  # fmt: skip
def test_what_is_no_notebook_is_reported(text: str, reason: str) -> None:
    made = _convert(text.encode())
    assert made.data == text.encode()
    assert [each.fate for each in made.report.findings] == ["failed"]
    assert reason in made.report.findings[0].reason


def test_a_cell_that_cannot_be_encoded_is_left() -> None:
    raw = b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "import torch # \\ud800"}]}'
    made = _convert(raw)
    assert made.data == raw
    assert [(each.fate, each.cell) for each in made.report.findings] == [("left", 1)]


def test_a_cell_that_is_emptied() -> None:
    raw = nbformat.writes(_notebook([("code", "import torch"), ("code", "import torch\nimport os")])).encode()
    made = _convert(raw[:-1] + b',"x": "import torch.nn as nn"}').data
    assert _sources(made) in (["", "import os"], _sources(raw))


def test_in_a_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    package = tmp_path / "in" / "pkg"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "net.py").write_text("import torch\nclass Net(torch.nn.Module):\n    pass\n")
    cells = [
        ("code", "import torch\nfrom pkg.net import Net\nimport torch.nn.functional as F"),
        ("code", "class Mine(Net):\n    def forward(self, x):\n        return F.log_softmax(F.relu(x), y)"),
        ("code", "torch.no_such_thing"),
    ]
    for place in (tmp_path / "in", package):
        (place / "a.ipynb").write_text(nbformat.writes(_notebook(cells)))
    report = tmp_path / "report.json"
    out = tmp_path / "out"
    assert main(["convert", str(tmp_path / "in"), "-o", str(out), "--report", str(report)]) == 1
    for place in (out, out / "pkg"):
        sources = _sources((place / "a.ipynb").read_bytes())
        assert "from torch_on_mindspore import functional_log_softmax" in sources[0]
        assert "def construct(self, x):" in sources[1]
        assert (place / "torch_on_mindspore.py").exists()
    assert "a.ipynb:cell 3:1:1" in capsys.readouterr().out
    findings = json.loads(report.read_text())["findings"]
    assert {each.get("cell", 0) for each in findings if each["path"].endswith("net.py")} == {0}
    assert {each["cell"] for each in findings if each["path"].endswith("a.ipynb")} == {2, 3}
    assert main(["convert", str(out), "--in-place"]) == 1
    assert main(["convert", str(tmp_path / "in" / "a.ipynb"), "-o", str(tmp_path / "one")]) == 1
    assert sorted(each.name for each in (tmp_path / "one").iterdir()) == ["a.ipynb", "torch_on_mindspore.py"]
