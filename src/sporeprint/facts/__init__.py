"""What ``tools/record_facts.py`` recorded of the frameworks: the converter runs where neither is installed."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

#: Where they are; ``official.csv`` holds the rows of MindSpore's official tables.
FOLDER = Path(__file__).parent


@functools.cache
def facts(name: str) -> dict[str, Any]:
    """Return one file of facts: "torch", "mindspore", "signatures", "names" or "measured"."""
    loaded: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return loaded
