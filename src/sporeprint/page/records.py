"""The evidence as pages read it: each file once, however many pages are made."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

from sporeprint.verify import evidence
from sporeprint.verify.evidence import Evidence


def of(api: str) -> Evidence | None:
    """Return what was measured of an API, None where nothing was."""
    path = evidence.path_of(api, evidence.FOLDER)
    return _file(path).get(api) if path.exists() else None


def names() -> Iterator[str]:
    """Yield the APIs on which there is evidence."""
    for path in sorted(evidence.FOLDER.glob("*.json")):
        yield from _file(path)


@functools.cache
def _file(path: Path) -> dict[str, Evidence]:
    return evidence.read(path)
