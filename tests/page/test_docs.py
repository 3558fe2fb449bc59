"""The generated documents are those of today, and each verdict in them is what its code finds."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sporeprint.page import markdown
from sporeprint.page.build import build
from sporeprint.page.find import find

TOOL = Path(__file__).parents[2] / "tools" / "write_docs.py"
_PRINTED = r"#\s*(?:tensor\()?[\s\[]*-?\d"
_NUMBER = re.compile(r"-?\d+\.\d*(?:e[+-]\d+)?|-?\d+(?:e[+-]\d+)?")


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    # A dataclass looks its module up.
    sys.modules[path.stem] = made
    spec.loader.exec_module(made)
    return made


tool = load(TOOL)
DOCUMENT = tool.DOCUMENT.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def frameworks() -> None:
    pytest.importorskip("torch")
    pytest.importorskip("mindspore").runtime.launch_blocking()


@pytest.fixture(scope="module")
def judged(frameworks: None) -> dict[str, Any]:
    return {each.claim.statement: each.finding for each in tool.judge(tool.CLAIMS)}


def without_outputs(text: str) -> str:
    """Return the page without what only the frameworks tell: what was printed, by how much it differs, verdicts."""
    page = text.split("\n## The statements", maxsplit=1)[0] + "\n\n"
    page = re.sub(r"^\| Step \|.*?\n\n", "", page, flags=re.DOTALL | re.MULTILINE)
    kept = [line for line in page.splitlines() if not re.match(rf"{_PRINTED}|#$|Run with|Not run", line)]
    return re.sub(r"\n+", "\n", "\n".join(kept)).strip()


def rows(text: str) -> dict[str, tuple[str, str]]:
    """Return what the document says of each statement: the verdict, and what was measured."""
    section = text.split("## The statements")[1]
    found = re.findall(r"^\| (.*?) \| \*\*(.*?)\*\* \| (.*) \|$", section, re.MULTILINE)
    return {statement: (verdict, measured) for statement, verdict, measured in found}


def stale(document: str, findings: dict[str, Any]) -> list[str]:
    """Return the statements of which the document says something else than was found; digits may vary with devices."""
    written = rows(document)
    assert list(written) == list(findings)
    return [
        statement
        for statement, finding in findings.items()
        if written[statement][0] != finding.verdict
        or _NUMBER.sub("0", written[statement][1]) != _NUMBER.sub("0", finding.measured)
    ]


def test_the_page_is_current() -> None:
    """Write it anew with ``python tools/write_docs.py``."""
    made = markdown.render(build(find(tool.API), run=False))
    assert without_outputs(DOCUMENT) == without_outputs(made)


def test_every_statement_is_in_the_document() -> None:
    assert list(rows(DOCUMENT)) == [each.statement for each in tool.CLAIMS]
    assert {verdict for verdict, _ in rows(DOCUMENT).values()} == {tool.TRUE, tool.CONDITIONAL, tool.FALSE}


@pytest.mark.frameworks
def test_the_outputs_are_current(frameworks: None) -> None:
    """Text by text; the printed numbers up to what another processor may round otherwise."""
    import numpy as np

    made = markdown.render(build(find(tool.API)))
    page = DOCUMENT.split("\n## The statements")[0]
    assert _NUMBER.sub("0", page).split() == _NUMBER.sub("0", made).split()
    ours, theirs = (
        [float(n) for line in text.splitlines() if re.match(_PRINTED, line) for n in _NUMBER.findall(line)]
        for text in (page, made)
    )
    # Three results of PyTorch's and four of MindSpore's.
    assert len(ours) == 2 * (5 + 10 + 12) + 12
    assert np.allclose(ours, theirs, atol=1e-4)


@pytest.mark.frameworks
def test_every_verdict_is_current(judged: dict[str, Any]) -> None:
    assert not stale(DOCUMENT, judged)


@pytest.mark.frameworks
def test_a_stale_verdict_is_noticed(judged: dict[str, Any]) -> None:
    statement = "`mindspore.ops.log_softmax` is a class."
    changed = DOCUMENT.replace(f"| {statement} | **false today** |", f"| {statement} | **true** |")
    assert changed != DOCUMENT
    assert stale(changed, judged) == [statement]


@pytest.mark.frameworks
def test_what_is_known_of_the_hand_written_page(judged: dict[str, Any]) -> None:
    """Against what both signatures, and the kernels' history, tell without these checks."""
    import mindspore

    changed = tuple(map(int, mindspore.__version__.split(".")[:2])) >= (2, 9)
    by_words = {
        "first example": tool.TRUE,
        "second example": tool.FALSE if changed else tool.TRUE,
        "third example": tool.TRUE,
        "is a class": tool.FALSE,
        "`dim` and `axis`": tool.CONDITIONAL,
        "at the same time": tool.FALSE,
        "is -1 by default": tool.TRUE,
        "An instance": tool.FALSE,
    }
    for words, verdict in by_words.items():
        (finding,) = [each for statement, each in judged.items() if words in statement]
        assert finding.verdict == verdict


#: A wrong statement for each check, and what the check has to find.
PLANTED: list[tuple[Callable[[], Any], str]] = [
    (tool.has_signature(tool.MINDSPORE, "logits, axis=0"), tool.FALSE),
    (tool.has_signature(tool.MINDSPORE, "axis=-1, logits=None"), tool.FALSE),
    (tool.has_signature(tool.TORCH, "input, dim=-1, dtype=None"), tool.FALSE),
    (tool.has_signature(tool.TORCH, "input, dtype=None, dim=None"), tool.FALSE),
    (tool.has_default(tool.MINDSPORE, "axis", 0), tool.FALSE),
    (tool.lacks(tool.TORCH, "dtype", tool.MINT), tool.FALSE),
    (tool.is_class(tool.TORCH), tool.FALSE),
    (tool.takes(tool.TORCH, "axis"), tool.FALSE),
    (tool.needs(tool.MINDSPORE, "axis"), tool.FALSE),
    (tool.is_made_first(tool.TORCH, dim=0), tool.FALSE),
    (tool.is_log_softmax("torch.nn.functional.softmax", tool.MINDSPORE), tool.FALSE),
    (tool.prints(tool._ROW, "[-4.451912   -3.4519122  -2.4519122  -1.451912   -0.45191209]"), tool.FALSE),
    (
        tool.prints(tool._DOUBLE, "tensor([-4.4519, -3.4519, -2.4519, -1.4519], dtype=torch.float64)"),
        tool.FALSE,
    ),
    (tool.has_dtype(tool._DOUBLE, "float32"), tool.FALSE),
    # And right ones, of other functions, which no check may call wrong.
    (tool.is_class("mindspore.nn.LogSoftmax"), tool.TRUE),
    (tool.is_made_first("mindspore.nn.LogSoftmax", axis=-1), tool.TRUE),
    (tool.needs("torch.log_softmax", "dim"), tool.TRUE),
    (tool.takes(tool.MINDSPORE, "logits"), tool.TRUE),
]


@pytest.mark.frameworks
@pytest.mark.parametrize(("check", "verdict"), PLANTED)
def test_a_wrong_statement_is_found(frameworks: None, check: Callable[[], Any], verdict: str) -> None:
    (found,) = tool.judge([tool.Claim("planted", check)])
    assert found.finding.verdict == verdict
