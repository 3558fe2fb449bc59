"""Whole files before and after, written by hand: ``tests/golden/NAME.before.py`` and ``NAME.after.py``."""

from __future__ import annotations

from pathlib import Path

import pytest

from sporeprint.convert import convert_source

GOLDEN = Path(__file__).parent.parent / "golden"
NAMES = sorted(path.name.removesuffix(".before.py") for path in GOLDEN.glob("*.before.py"))


def test_there_are_files() -> None:
    assert NAMES


@pytest.mark.parametrize("name", NAMES)
def test_before_becomes_after(name: str) -> None:
    before = (GOLDEN / f"{name}.before.py").read_text()
    assert convert_source(before) == (GOLDEN / f"{name}.after.py").read_text()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_line_ends_survive(name: str, newline: str) -> None:
    before = (GOLDEN / f"{name}.before.py").read_text().replace("\n", newline)
    after = (GOLDEN / f"{name}.after.py").read_text().replace("\n", newline)
    assert convert_source(before) == after


@pytest.mark.parametrize("name", NAMES)
def test_a_second_conversion_changes_nothing(name: str) -> None:
    after = (GOLDEN / f"{name}.after.py").read_text()
    assert convert_source(after) == after
