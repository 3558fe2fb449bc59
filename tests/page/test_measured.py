"""What a page says of the evidence: every level is told, none is told better than it is."""

from __future__ import annotations

import io
import itertools
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from sporeprint import catalog
from sporeprint.cli import main
from sporeprint.page import data, markdown, terminal
from sporeprint.page.build import build
from sporeprint.page.find import NotFound, every, find, related
from sporeprint.page.measured import number
from sporeprint.page.model import Page
from sporeprint.verify.evidence import Divergence, Evidence, Leg, fingerprint
from sporeprint.verify.words import LEVELS

SOFTMAX = "torch.nn.functional.log_softmax"
Plant = Callable[..., None]
KEYS = Path(__file__).parents[2] / "docs" / "diff-json.md"


def divergence(leg: str, where: str, kind: str, level: str, **more: Any) -> Divergence:
    return Divergence(leg, where, kind, level, "1.0, not 2.0 at [0]", "torch.f(t0)", 3, "float32 0", **more)


def record(api: str, legs: dict[str, Leg], **more: Any) -> Evidence:
    versions = {"torch": "2.13.0", "mindspore": "2.10.0"}
    return Evidence(api, versions, "CPU", "2026-01-02", fingerprint(api), (), legs, **more)


def page(api: str) -> Page:
    return build(find(api), run=False)


def cells(made: Page) -> dict[str, tuple[str, ...]]:
    """Return the table's cells by condition; conditions that share a row get one each."""
    return {word: row[1:] for row in made.measured.rows for word in row[0].split(", ")}


NATIVE = Leg(
    "inaccurate",
    conditions={"float32": "inaccurate", "float64": "same", "int32": "same", "bfloat16": "raises", "0-d": "dies",
                "nan": "differs", "error": "differs", "empty": "inaccurate", "int64": "differs", "int8": "differs"},
    gradients={"0-d": "dies", "nan": "same", "empty": "inaccurate", "int64": "differs"},
    ulps={"float32": 770000.0, "float64": 3.4},
    samples=12,
    speed=2.0,
    divergences=(
        divergence("native", "", "value", "inaccurate", script="print('<one> `two`')\n"),
        divergence("native", "0-d", "gradient", "dies"),
        divergence("native", "nan", "value", "differs"),
        divergence("native", "empty", "gradient", "inaccurate"),
        divergence("native", "int64 | int8", "value", "differs"),
        divergence("native", "bfloat16", "error", "raises"),
        divergence("native", "error", "error", "differs"),
    ),
)  # fmt: skip
EXACT = Leg(
    "same",
    conditions={"float32": "same", "float64": "same", "bfloat16": "same", "nan": "differs"},
    samples=12,
    speed=90.0,
)


def test_every_level_is_told(planted: Plant) -> None:
    planted(record(SOFTMAX, {"native": NATIVE, "exact": EXACT}))
    made = page(SOFTMAX)
    found = cells(made)
    assert found["float32"] == ("up to 770,000 ulp", "same")
    assert found["float64"] == ("same (3.4 ulp)", "same")
    assert found["int32"] == ("same", "-")
    # The result, too, is wrong for both.
    assert found["int64"] == found["int8"] == ("differs silently", "-")
    assert found["bfloat16"] == ("raises", "same")
    # Its result may be less accurate, as on the common domain; no result dies.
    assert found["0-d tensors"] == ("gradient dies", "-")
    assert found["nan"] == ("differs silently", "differs silently")
    assert found["calls that PyTorch refuses"] == ("returns", "-")
    assert found["time"] == found["PyTorch's being 1"] == ("2", "90")
    assert (made.verdict, made.family) == ("inaccurate", "torch.nn.functional")
    assert "less accurate than PyTorch, by up to 770,000 ulp" in made.measured.said
    assert "With `--fidelity exact` it does on the common domain what PyTorch does." in made.measured.said
    assert "int64 or int8" in {each.where for each in made.measured.differences}
    for word in ("up to N ulp", "raises", "differs silently", "dies", "-"):
        assert any(note.startswith(f"*{word}*") for note in made.measured.notes)


def test_what_exact_closes_and_what_it_does_not(planted: Plant) -> None:
    planted(record(SOFTMAX, {"native": NATIVE, "exact": EXACT}))
    exact = page(SOFTMAX).exact
    assert exact is not None
    assert (exact.closes, exact.remains) == (("float32", "bfloat16"), ("nan",))
    assert "about 90 times as long" in exact.said
    assert (exact.before, exact.after) == ("F.log_softmax(x)", "functional_log_softmax(x)")


@pytest.mark.parametrize(("result", "gradient"), list(itertools.product(LEVELS, LEVELS)))
def test_no_cell_is_better_than_what_was_measured(planted: Plant, result: str, gradient: str) -> None:
    """Any level of the result with any of the gradient, on the common domain."""
    worst = max(result, gradient, key=LEVELS.index)
    shown = [("value", result), ("gradient", gradient)]
    leg = Leg(
        worst,
        conditions={"float32": worst},
        gradients={"float32": gradient},
        divergences=tuple(divergence("native", "", kind, level) for kind, level in shown if level != "same"),
        samples=1,
    )
    planted(record(SOFTMAX, {"native": leg}))
    (cell,) = cells(page(SOFTMAX))["float32"]
    words = {
        "same": "same",
        "inaccurate": "less accurate",
        "raises": "raises",
        "differs": "silently",
        "dies": "dies",
    }
    assert words[worst] in cell
    assert (cell == "same") == (worst == "same")
    assert ("gradient" in cell) == (LEVELS.index(gradient) > LEVELS.index(result))
    assert all(word not in cell for level, word in words.items() if level not in ("same", worst))
    assert page(SOFTMAX).verdict == worst


def test_where_the_native_body_is_not_used(planted: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    planted(record(SOFTMAX, {"native": replace(NATIVE, common="differs"), "exact": EXACT}))
    monkeypatch.setattr(catalog.load("torch").entries[SOFTMAX], "exact_only", True)
    made = page(SOFTMAX)
    assert made.verdict == "differs"
    assert (
        "So the exact one is written. That does on the common domain what PyTorch does." in made.measured.said
    )
    assert made.measured.headings == ("native, not used", "converted")
    assert {each.of for each in made.measured.differences} == {"native body"}
    assert made.exact is not None
    assert made.exact.said.startswith("With either fidelity `F.log_softmax(x)` becomes")
    assert {each.after for each in made.rewrites if "dim=1)" in each.before} == {
        "functional_log_softmax(x, dim=1)"
    }


def test_without_evidence_the_page_says_how_to_get_it(planted: Plant) -> None:
    made = page(SOFTMAX)
    assert made.verdict == "untested"
    assert "Nothing was measured yet: `sporeprint verify torch.nn.functional.log_softmax --update`" in (
        markdown.render(made)
    )
    planted(
        record(
            SOFTMAX,
            {},
            untested=f"{SOFTMAX}: NoSamplesError: no samples of it (/home/me/verify/samples.py:58)",
        )
    )
    assert "Nothing could be measured: no samples of it. Measured" in markdown.render(page(SOFTMAX))
    planted(record(SOFTMAX, {}))
    assert "Nothing could be measured: none of its samples could be tried." in markdown.render(page(SOFTMAX))


def test_why_the_common_domain_was_not_tried(planted: Plant) -> None:
    planted(record(SOFTMAX, {"native": Leg("untested", {"error": "same"}, samples=3)}))
    assert (
        page(SOFTMAX).measured.said
        == "PyTorch itself raises for every sample here, so nothing is known of it."
    )
    planted(record(SOFTMAX, {"native": Leg("untested", {"random": "same", "error": "same"}, samples=3)}))
    assert "random" in page(SOFTMAX).measured.said
    assert page(SOFTMAX).verdict == "untested"


def test_evidence_of_another_text_is_told(planted: Plant) -> None:
    planted(record(SOFTMAX, {"native": NATIVE}))
    assert not page(SOFTMAX).measured.is_stale
    planted(replace(record(SOFTMAX, {"native": NATIVE}), counterpart="0123456789ab"))
    assert page(SOFTMAX).measured.is_stale
    assert "The counterpart has changed since" in markdown.render(page(SOFTMAX))


def test_versions_device_and_date(planted: Plant) -> None:
    planted(record(SOFTMAX, {"native": NATIVE}))
    assert "Measured with PyTorch 2.13.0 and MindSpore 2.10.0 on CPU, 2026-01-02." in (
        markdown.render(page(SOFTMAX))
    )


def test_programs_are_folded_in_markdown(planted: Plant) -> None:
    planted(record(SOFTMAX, {"native": NATIVE}))
    text = markdown.render(page(SOFTMAX))
    assert text.count("<details>") == text.count("</details>") == len(NATIVE.divergences)
    assert "<summary>1. converted call, the common domain: value less accurate (3 samples)</summary>" in text
    assert "```python\nprint('<one> `two`')\n```" in text
    assert r"`torch.f(t0)`: 1.0, not 2.0 at \[0\]" in text


def test_programs_are_an_option_in_the_terminal(planted: Plant, capsys: pytest.CaptureFixture[str]) -> None:
    planted(record(SOFTMAX, {"native": NATIVE}))
    assert main(["diff", SOFTMAX, "--no-run"]) == 0
    folded = capsys.readouterr().out
    assert "print('<one> `two`')" not in folded
    assert "value less" in folded
    assert main(["diff", SOFTMAX, "--no-run", "--programs"]) == 0
    assert "print('<one> `two`')" in capsys.readouterr().out


@pytest.mark.parametrize("width", [80, 120])
def test_it_fits_the_terminal(planted: Plant, width: int) -> None:
    direct = {f"mindspore.mint.nn.functional.{'long_' * 5}{each}": NATIVE for each in "ab"}
    planted(record(SOFTMAX, {"native": NATIVE, "exact": EXACT, **direct}))
    made = page(SOFTMAX)
    for programs in (False, True):
        out = io.StringIO()
        console = Console(file=out, width=width, force_terminal=True, color_system="truecolor")
        terminal.show(made, console, programs=programs)
        plain = re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue())
        assert all(len(line) <= width for line in plain.splitlines())
    written = " ".join(plain.split())
    for row in made.measured.rows:
        for word in row[0].split():
            assert word in written


# -- APIs without counterpart -------------------------------------------------------------------------------

ABS = {"mindspore.ops.acosh": replace(EXACT, common="differs", speed=None), "mindspore.mint.acosh": EXACT}


def test_a_page_of_what_was_only_measured(planted: Plant) -> None:
    planted(record("torch.acosh", ABS))
    made = page("torch.acosh")
    assert not made.counterpart
    assert not made.rewrites
    text = markdown.render(made)
    assert "There is no counterpart yet: the converter leaves a call as it is, and marks it." in text
    # What does best of what MindSpore's tables name.
    assert made.verdict == "same"
    assert "`mindspore.mint.acosh`, called in its place, does on the common domain what PyTorch does." in text
    for code in ("torch.acosh(\n    input,\n    *,\n    out=None,\n)", "mindspore.ops.acosh(\n    input,\n)"):
        assert code in text
    assert "| r2.4.0 | `mindspore.ops.acosh` | consistent | differs |" in text
    assert "How to get" not in text


def test_of_a_method_the_namesake_counts(planted: Plant) -> None:
    missing = {"mindspore.Tensor.acos_": Leg("missing"), "mindspore.ops.acosh": EXACT}
    planted(record("torch.Tensor.acos_", missing))
    made = page("torch.Tensor.acos_")
    assert made.verdict == "missing"
    assert "MindSpore has no `mindspore.Tensor.acos_`" in made.measured.said


def test_names_of_what_was_only_measured(planted: Plant) -> None:
    planted(record("torch.acosh", ABS), record("torch.Tensor.acosh", {"mindspore.Tensor.acosh": EXACT}))
    assert find("torch.acosh").api == "torch.acosh"
    assert find("mindspore.ops.acosh").api == "torch.acosh"
    assert find("Tensor.acosh").api == "torch.Tensor.acosh"
    with pytest.raises(NotFound, match="acosh may mean several") as caught:
        find("acosh")
    assert caught.value.choices == ("torch.acosh", "torch.Tensor.acosh")
    assert {"torch.acosh", "torch.Tensor.acosh", SOFTMAX, "mindspore.ops.log_softmax"} <= set(every())


def test_every_name_that_is_listed_is_found(planted: Plant) -> None:
    # The second is another spelling of a class, for which there is a counterpart but no function.
    names = ["torch.acosh", "torch.nn.parameter.Parameter", "torch.nn.modules.linear.Linear"]
    planted(*(record(api, ABS) for api in names))
    assert set(names) <= set(every())
    assert [find(api).api for api in every()] == every()


def test_links_go_both_ways(planted: Plant) -> None:
    planted(record("torch.acosh", ABS), record("torch.Tensor.acosh", {"mindspore.Tensor.acosh": EXACT}))
    assert "torch.Tensor.acosh" in related("torch.acosh")
    assert "mindspore.ops.log_softmax" in related(SOFTMAX)
    assert "torch.log_softmax" in related(SOFTMAX)
    names = set(every())
    for each in names:
        assert each not in related(each)
        assert set(related(each)) <= names
        assert all(each in related(other) for other in related(each))


# -- JSON ----------------------------------------------------------------------------------------------------


def paths(value: Any, path: str = "") -> set[str]:
    """Return the paths of all that JSON data holds; names that are no keys of ours are shown as *."""
    found = {path} - {""}
    if isinstance(value, dict):
        free = path.rpartition(".")[2] in ("legs", "conditions", "gradients", "ulps", "versions")
        for key, each in value.items():
            found |= paths(each, f"{path}.{'*' if free else key}".removeprefix("."))
    elif isinstance(value, list):
        for each in value:
            found |= paths(each, f"{path}[]")
    return found


def test_every_key_is_documented_and_every_documented_key_is_there(planted: Plant) -> None:
    planted(
        replace(record(SOFTMAX, {"native": NATIVE, "exact": EXACT}), left_out=("one",)),
        record("torch.acosh", ABS),
    )
    documented = set(re.findall(r"^\| `([^`]+)` \|", KEYS.read_text(encoding="utf-8"), re.MULTILINE))
    written: set[str] = set()
    tops = set()
    for api in (*every(), "log_softmax"):
        made = json.loads(data.render(page(api)))
        tops.add(frozenset(made))
        written |= paths(made)
    assert written == documented
    assert len(tops) == 1


def test_json_holds_what_was_measured(planted: Plant, capsys: pytest.CaptureFixture[str]) -> None:
    planted(record(SOFTMAX, {"native": NATIVE, "exact": EXACT}))
    assert main(["diff", SOFTMAX, "--no-run", "--format", "json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["verdict"] == "inaccurate"
    assert made["evidence"]["legs"]["native"]["conditions"] == dict(NATIVE.conditions)
    assert made["evidence"]["legs"]["native"]["divergences"][0]["script"] == "print('<one> `two`')\n"
    assert made["exact"]["closes"] == ["float32", "bfloat16"]
    assert made["signatures"][0]["parameters"][1]["default"] == "differs"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.5, "0.5"),
        (3.4, "3.4"),
        (25.0, "25"),
        (770000.0, "770,000"),
        (1.7e15, "1.7e15"),
        (3e6, "3e6"),
        (0.1, "0.1"),
    ],
)
def test_numbers(value: float, text: str) -> None:
    assert number(value) == text
