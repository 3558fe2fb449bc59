"""The page of an API, put together."""

from __future__ import annotations

import ast

from sporeprint import catalog as catalogs
from sporeprint.catalog import FOLDER, Body, Entry
from sporeprint.convert.adapters import MODULE
from sporeprint.convert.inline import decided_by_dtype
from sporeprint.facts import facts
from sporeprint.page import calls, derive, example
from sporeprint.page.find import Found, related, target_of
from sporeprint.page.measured import exact, measured
from sporeprint.page.model import TITLES, Exact, Example, Measured, Page, Rewrite, Variant


def build(found: Found, *, run: bool = True) -> Page:
    """Build the page of an API.

    Args:
        found: the API.
        run: whether to run the example where both frameworks are installed.
    """
    catalog, target = catalogs.load(found.source), target_of(found.source)
    entry = catalog.entries.get(found.api)
    shown = measured(found.api, found.source, target, entry)
    if entry is None:
        return _without_counterpart(found, target, shown)
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
        rewrites=rewrites,
        exact=_exact(found, entry, target, rewrites, shown) if entry.exact is not None else None,
        adapters=MODULE[target] if any(each.note.startswith("an adapter") for each in rewrites) else "",
        example=example.make(found.api, entry, variants[-1].rows, found.source, target, run=run),
        measured=shown,
        fate="",
        counterpart=path,
        version=str(facts(target)["version"]),
        also=found.also,
        related=related(found.api),
    )


def _summary(body: Body) -> str:
    """Return the first sentence of the counterpart's docstring, without the roles that only Sphinx reads."""
    text = " ".join((ast.get_docstring(body.definition) or "").split("\n\n")[0].split())
    return text.replace(":func:`", "`").replace(":class:`", "`").replace("``", "`")


def _exact(found: Found, entry: Entry, target: str, rewrites: tuple[Rewrite, ...], shown: Measured) -> Exact:
    """Show the first call that is written otherwise with ``--fidelity exact``."""
    tried = [
        (each, calls.convert(found.api, entry.native, each.before, found.source, target, "exact").after)
        for each in rewrites
        if not each.note.startswith("left")
    ]
    told = [(each.before, after) for each, after in tried if each.after != after] or [
        (each.before, after) for each, after in tried
    ]
    known = decided_by_dtype(entry, catalogs.load(found.source))
    return exact(shown, entry, TITLES[found.source], *told[0], known)


def _without_counterpart(found: Found, target: str, shown: Measured) -> Page:
    """Build the page of an API that was only measured: no rewrite, no example but the differences' programs."""
    legs = shown.evidence.legs if shown.evidence is not None else {}
    functions = [derive.recorded_signature(name) for name in legs if name.startswith(target)]
    there = [each for each in functions if legs[each.name].common != "missing"]
    own = derive.recorded_signature(found.api)
    variants = [Variant(own if place == 0 else None, each, ()) for place, each in enumerate(there)] or [
        Variant(own, None, (), f"{TITLES[target]} has nothing of that name.")
    ]
    return Page(
        api=found.api,
        source=found.source,
        target=target,
        summary="",
        variants=tuple(variants),
        differs=(),
        rewrites=(),
        exact=None,
        adapters="",
        example=Example((), (), ()),
        measured=shown,
        fate=_fate(found.api, target),
        counterpart="",
        version=str(facts(target)["version"]),
        related=related(found.api),
    )


def _fate(api: str, target: str) -> str:
    """Say what the converter does with a call of an API without counterpart."""
    owner, _, name = api.rpartition(".")
    if owner == "torch.Tensor" and name in facts("measured")["methods"]["native"]:
        return f"The converter leaves a call as it is: it means the same on a {TITLES[target]} tensor, as measured."
    return "There is no counterpart yet: the converter leaves a call as it is, and marks it."
