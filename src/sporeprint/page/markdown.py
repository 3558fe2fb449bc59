"""The page as Markdown."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence

from sporeprint.page.model import Difference, Page

#: What a message may hold that Markdown would take for itself.
_SPECIAL = re.compile(r"([\\`*_\[\]<>|])")


def render(page: Page) -> str:
    """Return the page as Markdown text."""
    parts = [f"# {page.api}", page.lead(), *_verdict(page), "## Signatures", *_signatures(page)]
    parts += [*_behaviour(page), *_measured(page), *_declared(page), *_example(page), *_differences(page)]
    if page.related:
        parts += ["## See also", ", ".join(f"`{name}`" for name in page.related)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _verdict(page: Page) -> Iterator[str]:
    if page.measured.said:
        yield f"**{page.verdict}**: {page.measured.said}"


def _signatures(page: Page) -> Iterator[str]:
    own, other = page.titles
    for variant in page.variants:
        if variant.source is not None:
            yield _code(f"# {own}\n{variant.source.code()}")
        if variant.target is not None:
            yield _code(f"# {other} {page.version}\n{variant.target.code()}")
        yield variant.remark
        if variant.rows:
            yield "## Parameters" if len(page.variants) == 1 else "### Parameters of this signature"
            cells = [
                (row.cell("source") or "-", row.cell("target") or "-", row.difference) for row in variant.rows
            ]
            yield _table((own, other, "Difference"), cells)


def _behaviour(page: Page) -> Iterator[str]:
    own, other = page.titles
    if not page.rewrites:
        return
    yield f"## How to get {own}'s behaviour"
    yield _table(
        ("Call", own, other),
        [(each.what, f"`{each.before}`", f"`{each.after}`" + (f" ({each.note})" if each.note else ""))
         for each in page.rewrites],
    )  # fmt: skip
    yield page.adapted()
    yield page.exact.said if page.exact is not None else ""


def _measured(page: Page) -> Iterator[str]:
    measured = page.measured
    yield "## What was measured"
    yield measured.about
    if measured.rows:
        yield _table((page.titles[0], *measured.headings), measured.rows)
        yield "\n".join(f"- {note}" for note in measured.notes)
    if measured.official:
        yield "What MindSpore's own tables say of it, and what was measured on the common domain:"
        yield _table(
            ("Table", "MindSpore's function", "The table says", "Measured"),
            [(each.table, f"`{each.function}`", each.claim, each.measured) for each in measured.official],
        )


def _declared(page: Page) -> Iterator[str]:
    if not page.counterpart:
        return
    yield "## Outside the common domain, and why"
    yield page.domain()
    if page.differs:
        yield _table(("Where", "What differs"), page.differs)


def _example(page: Page) -> Iterator[str]:
    if not page.example.steps:
        return
    yield "## Example"
    yield page.outcome()
    yield _code(page.example.script("source"))
    yield _code(page.example.script("target"))
    if page.example.ran:
        steps = [(step.title, step.difference) for step in page.example.steps]
        yield _table(("Step", "Largest difference of the results"), steps)


def _differences(page: Page) -> Iterator[str]:
    if not page.measured.differences:
        return
    yield "## Each difference, with a program that shows it"
    yield f"Of each kind the smallest sample. {page.titles[1]}'s result comes first, then {page.titles[0]}'s."
    for number, each in enumerate(page.measured.differences, 1):
        yield _difference(number, each)


def _difference(number: int, difference: Difference) -> str:
    found = difference.found
    parts = [f"<details>\n<summary>{number}. {html.escape(difference.title, quote=False)}</summary>"]
    parts.append(f"`{found.call}`: {_plain(difference.what)}")
    parts.append(_code(found.script.rstrip("\n")) if found.script else "")
    return "\n\n".join(part for part in (*parts, "</details>") if part)


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _code(text: str) -> str:
    return f"```python\n{text}\n```"


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [_line(headings), _line(["---"] * len(headings))]
    return "\n".join([*lines, *(_line(row) for row in rows)])


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
