"""The page as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sporeprint.page.model import Page


def render(page: Page) -> str:
    """Return the page as Markdown text."""
    own, other = page.titles
    parts = [f"# {page.api}", page.lead(), "## Signatures"]
    for variant in page.variants:
        parts.append(_code(f"# {own}\n{variant.source.code()}"))
        if variant.target is not None:
            parts.append(_code(f"# {other} {page.version}\n{variant.target.code()}"))
        if variant.remark:
            parts.append(variant.remark)
        if variant.rows:
            parts.append("## Parameters" if len(page.variants) == 1 else "### Parameters of this signature")
            cells = [
                (row.cell("source") or "-", row.cell("target") or "-", row.difference) for row in variant.rows
            ]
            parts.append(_table((own, other, "Difference"), cells))
    parts += ["## Outside the common domain", page.domain()]
    if page.differs:
        parts.append(_table(("Where", "What differs"), page.differs))
    if page.rewrites:
        parts.append("## How calls are rewritten")
        parts.append(_table(
            ("Call", own, other),
            [(each.what, f"`{each.before}`", f"`{each.after}`" + (f" ({each.note})" if each.note else ""))
             for each in page.rewrites],
        ))  # fmt: skip
        if page.adapted():
            parts.append(page.adapted())
    if page.example.steps:
        parts += ["## Example", page.outcome()]
        parts.append(_code(page.example.script("source")))
        parts.append(_code(page.example.script("target")))
        if page.example.ran:
            steps = [(step.title, step.difference) for step in page.example.steps]
            parts.append(_table(("Step", "Largest difference of the results"), steps))
    return "\n\n".join(parts) + "\n"


def _code(text: str) -> str:
    return f"```python\n{text}\n```"


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [_line(headings), _line(["---"] * len(headings))]
    return "\n".join([*lines, *(_line(row) for row in rows)])


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
