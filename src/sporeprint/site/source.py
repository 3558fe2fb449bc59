"""The site's source: one Markdown file per page, as Sphinx reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from sporeprint.catalog import FOLDER
from sporeprint.page.model import TITLES
from sporeprint.site.listing import Listed, count, pages
from sporeprint.verify import evidence, summary

#: The project's own documents; an installed package has none.
DOCS = FOLDER.parent.parent / "docs"

# A page of an API is CommonMark with tables. What else MyST knows, it would find in measured text.
_PLAIN = """\
---
orphan: true
myst:
  disable_syntax: [html_inline, myst_block_break, myst_line_comment, myst_role, myst_target]
---
"""
_FRONT = """\
---
hide-toc: true
nosearch: true
---

# PyTorch and MindSpore, API by API

Every difference is measured, not guessed. For an API Sporeprint has one function, the *counterpart*, with the API's
own signature and a body written in the other framework; these pages are derived from it and from running both{when}.

```{{toctree}}
:hidden:

All APIs <self>
{more}
```
"""


def write(folder: Path, advance: Callable[[str, int, int], None]) -> list[Listed]:
    """Write the source of all pages.

    Args:
        folder: an empty one.
        advance: is told (what is done, how many are done, of how many).

    Returns:
        The APIs in the order of their names.

    Raises:
        CatalogError: a counterpart breaks a rule.
    """
    (folder / "api").mkdir(parents=True)
    total, listed, docs = count(), [], _docs()
    for done, (each, derived) in enumerate(pages(), 1):
        # A document on an API holds its page, and more.
        _, text = docs.pop(each.api, ("", derived))
        (folder / f"{each.place}.md").write_text(_PLAIN + text, encoding="utf-8")
        listed.append(each)
        advance("deriving the pages", done, total)
    held = evidence.load()
    if held:
        docs = {"": (summary.SUMMARY.stem, summary.summary(held)), **docs}
    for stem, text in docs.values():
        (folder / f"{stem}.md").write_text(text, encoding="utf-8")
    front = _FRONT.format(when=_when(held.values()), more="\n".join(stem for stem, _ in docs.values()))
    (folder / "index.md").write_text(front, encoding="utf-8")
    return sorted(listed, key=lambda each: (each.source != "torch", each.api.lower(), each.api))


def _docs() -> dict[str, tuple[str, str]]:
    """Return title -> (name, text) of the project's own documents, save the one written from the evidence."""
    found = {}
    for path in sorted(DOCS.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        if path != summary.SUMMARY:
            found[text.partition("\n")[0].removeprefix("# ")] = (path.stem, text)
    return found


def _when(records: Iterable[evidence.Evidence]) -> str:
    """Tell which versions were measured, and when."""
    versions = {
        " and ".join(f"{TITLES[name]} {release}" for name, release in each.versions.items())
        for each in records
    }
    dates = sorted({each.date for each in records})
    if not dates:
        return ""
    return f" ({', '.join(sorted(versions))}; {' to '.join(dict.fromkeys((dates[0], dates[-1])))})"
