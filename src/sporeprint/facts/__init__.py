"""What ``tools/record_facts.py`` recorded of the frameworks: the converter runs where neither is installed."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


@functools.cache
def facts(name: str) -> dict[str, Any]:
    """Return one file of facts: "torch", "mindspore", "names" or "methods"."""
    loaded: dict[str, Any] = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return loaded
