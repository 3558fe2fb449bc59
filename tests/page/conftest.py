"""Evidence that a test makes up: what pages say of it does not depend on what was measured lately."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sporeprint.verify import evidence
from sporeprint.verify.evidence import Evidence


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """Return what makes some records all the evidence there is."""

    def plant(*records: Evidence) -> None:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        monkeypatch.setattr(evidence, "FOLDER", folder)
        evidence.save(records, folder)

    plant()
    return plant
