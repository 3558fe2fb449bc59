"""``sporeprint diff`` as it is used: without the frameworks, in a terminal, as Markdown."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
from collections.abc import Sequence

import pytest
from rich.console import Console

from sporeprint import catalog
from sporeprint.catalog import FOLDER
from sporeprint.cli import main
from sporeprint.page import markdown, terminal
from sporeprint.page.build import build
from sporeprint.page.find import find
from sporeprint.page.model import Page

APIS = [*catalog.load("torch").entries, *catalog.load("mindspore").entries]
#: Runs the command line where importing a framework fails, as where it is not installed.
WITHOUT = """
import sys
for name in {missing!r}:
    sys.modules[name] = None
from sporeprint.cli import main
sys.exit(main({arguments!r}))
"""


def without(missing: Sequence[str], *arguments: str) -> subprocess.CompletedProcess[str]:
    program = WITHOUT.format(missing=list(missing), arguments=list(arguments))
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=FOLDER.parent
    )


def page(api: str) -> Page:
    return build(find(api), run=False)


@pytest.mark.parametrize("form", ["terminal", "markdown"])
def test_without_the_frameworks_all_is_shown_but_the_outputs(form: str) -> None:
    done = without(
        ["torch", "mindspore", "numpy"], "diff", "torch.nn.functional.log_softmax", "--format", form
    )
    assert (done.returncode, done.stderr) == (0, "")
    text = " ".join(done.stdout.split())
    assert "Not run: PyTorch and MindSpore are not installed." in text
    assert "pip install 'sporeprint[torch,mindspore]'" in text
    assert "0 if input.ndim in (0, 1, 3) else 1" in text
    assert "print(F.log_softmax(x, dim=0))" in text
    assert "print(ops.log_softmax(x, axis=0))" in text
    assert "tensor([-" not in text
    assert "Largest difference" not in text


@pytest.mark.frameworks
def test_without_one_of_them_that_one_is_named() -> None:
    pytest.importorskip("torch")
    done = without(["mindspore"], "diff", "torch.relu", "--format", "markdown")
    assert "MindSpore is not installed. `pip install 'sporeprint[mindspore]'`" in done.stdout


def test_ambiguous_and_unknown_names_end_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "flatten"]) == 2
    error = capsys.readouterr().err
    assert "choose one of:\n  torch.flatten\n  torch.Tensor.flatten\n" in error
    assert main(["diff", "log_softmx"]) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert "did you mean:\n  torch.nn.functional.log_softmax\n" in error


@pytest.mark.parametrize("api", APIS)
def test_every_page_can_be_written(api: str) -> None:
    made = page(api)
    text = markdown.render(made)
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        columns = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(columns) == 1
    for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        if "print(" in code:
            ast.parse(code)
    for rewrite in made.rewrites:
        ast.parse(rewrite.after)


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("width", [80, 120])
def test_every_page_fits_the_terminal(api: str, width: int) -> None:
    out = io.StringIO()
    terminal.show(page(api), Console(file=out, width=width, force_terminal=True, color_system="truecolor"))
    plain = re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue())
    assert all(len(line) <= width for line in plain.splitlines())
    assert "`" not in plain.split("Example")[0]


def test_without_colour_code_is_between_backticks() -> None:
    out = io.StringIO()
    terminal.show(page("torch.relu"), Console(file=out, width=80))
    assert "`mindspore.ops.relu`" in out.getvalue()


def test_both_forms_say_the_same() -> None:
    made = page("torch.nn.functional.log_softmax")
    out = io.StringIO()
    terminal.show(made, Console(file=out, width=1000))
    for row in made.variants[0].rows:
        assert row.difference in out.getvalue()
        assert row.difference in markdown.render(made)


def test_rewrites_are_the_converters(capsys: pytest.CaptureFixture[str]) -> None:
    found = {
        each.before: (each.after, each.note) for each in page("torch.nn.functional.log_softmax").rewrites
    }
    assert found["F.log_softmax(x, 1)"] == ("ops.log_softmax(x, axis=1)", "")
    assert found["F.log_softmax(x, dim=1)"] == ("ops.log_softmax(x, axis=1)", "")
    assert found["F.log_softmax(x)"] == ("ops.log_softmax(x, axis=0 if x.ndim in (0, 1, 3) else 1)", "")
    after, note = found["F.log_softmax(net(x))"]
    assert after == "functional_log_softmax(net(x))"
    assert note == "an adapter: an argument would be evaluated twice"
    refused = {each.before: each for each in page("torch.log_softmax").rewrites}[
        "torch.log_softmax(x, 1, out=out)"
    ]
    assert refused.after == refused.before
    assert refused.note.startswith("left as it is: out=")
