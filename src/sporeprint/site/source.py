"""The site's source: one Markdown file per page, as Sphinx reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from sporeprint.catalog import FOLDER
from sporeprint.page.model import TITLES
from sporeprint.site.listing import Listed, count, pages
from sporeprint.verify import evidence, summary

#: The project's own pages; an installed package has none.
DOCS = FOLDER.parent.parent / "docs"

# A page of an API is CommonMark with tables. What else MyST knows, it would find in measured text.
_PLAIN = """\
---
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
    total, listed = count(), []
    for done, (each, text) in enumerate(pages(), 1):
        (folder / f"{each.place}.md").write_text(_PLAIN + text, encoding="utf-8")
        listed.append(each)
        advance("deriving the pages", done, total)
    held = evidence.load()
    more = _more(folder, {each.api for each in listed})
    if held:
        (folder / "evidence.md").write_text(summary.summary(held), encoding="utf-8")
        more = ["evidence", *more]
    front = _FRONT.format(when=_when(held.values()), more="\n".join(more))
    (folder / "index.md").write_text(front, encoding="utf-8")
    return sorted(listed, key=lambda each: (each.source != "torch", each.api.lower(), each.api))


def _more(folder: Path, apis: set[str]) -> list[str]:
    """Copy the project's own pages, save those that are an API's or are written from the evidence."""
    found = []
    for path in sorted(DOCS.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        title = text.partition("\n")[0].removeprefix("# ")
        if title not in apis and path != summary.SUMMARY:
            (folder / path.name).write_text(text, encoding="utf-8")
            found.append(path.stem)
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
