"""The page of an API, put together."""

from __future__ import annotations

import ast

from sporeprint import catalog as catalogs
from sporeprint.catalog import FOLDER, Body
from sporeprint.convert.adapters import MODULE
from sporeprint.facts import facts
from sporeprint.page import calls, derive, example
from sporeprint.page.find import Found, target_of
from sporeprint.page.model import Page


def build(found: Found, *, run: bool = True) -> Page:
    """Build the page of an API.

    Args:
        found: the API.
        run: whether to run the example where both frameworks are installed.
    """
    catalog, target = catalogs.load(found.source), target_of(found.source)
    entry = catalog.entries[found.api]
    variants = tuple(
        derive.variant(found.api, entry, body, catalog, target) for body in (*entry.overloads, entry.native)
    )
    rewrites = calls.rewrites(found.api, entry, found.source, target)
    path = entry.native.file.path.relative_to(FOLDER.parent).as_posix()
    return Page(
        api=found.api,
        source=found.source,
        target=target,
        summary=_summary(entry.native),
        variants=variants,
        differs=tuple(entry.differs.items()),
        has_exact=entry.exact is not None,
        rewrites=rewrites,
        adapters=MODULE[target] if any(each.note.startswith("an adapter") for each in rewrites) else "",
        example=example.make(found.api, entry, variants[-1].rows, found.source, target, run=run),
        counterpart=path,
        version=str(facts(target)["version"]),
        also=found.also,
    )


def _summary(body: Body) -> str:
    """Return the first sentence of the counterpart's docstring, without the roles that only Sphinx reads."""
    text = " ".join((ast.get_docstring(body.definition) or "").split("\n\n")[0].split())
    return text.replace(":func:`", "`").replace(":class:`", "`").replace("``", "`")
