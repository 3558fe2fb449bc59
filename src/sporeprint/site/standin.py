"""Stands in for what the pages do not tell yet. To be deleted with them: see ``listing.py``."""

from __future__ import annotations

import functools

from sporeprint import catalog as catalogs
from sporeprint.page import derive
from sporeprint.page.find import target_of
from sporeprint.page.model import Page
from sporeprint.verify import evidence


def every() -> list[str]:
    """``find.every``."""
    return sorted(api for source in ("torch", "mindspore") for api in catalogs.load(source).entries)


def verdict(page: Page) -> str:
    """``Page.verdict``."""
    record = evidence.find(page.api)
    return "untested" if record is None or "native" not in record.legs else record.legs["native"].common


def related(page: Page) -> tuple[str, ...]:
    """``Page.related``."""
    led = _led()
    return tuple(each for each in led if page.api in led[each] or each in led[page.api])


@functools.cache
def _led() -> dict[str, set[str]]:
    found = {}
    for source in ("torch", "mindspore"):
        catalog = catalogs.load(source)
        for api, entry in catalog.entries.items():
            found[api] = {derive.reached(entry, entry.native, catalog, target_of(source))}
    return found
