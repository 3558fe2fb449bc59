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


def pytest_collection_finish() -> None:
    """Let MindSpore's errors surface in the call that makes them: said before the first call of all tests."""
    mindspore = sys.modules.get("mindspore")
    if mindspore is not None:
        mindspore.runtime.launch_blocking()
