"""What all tests share."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _no_adapters_of_another_test() -> Iterator[None]:
    """Forget the adapters' modules that a test imported: the next test's have the same name."""
    yield
    for name in ("torch_on_mindspore", "mindspore_on_torch"):
        sys.modules.pop(name, None)
