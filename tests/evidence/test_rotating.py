"""A part of the evidence is measured again at each run: what has changed, and another sample each day."""

from __future__ import annotations

import datetime
import json
import os
import random
import subprocess
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="evidence is measured against torch")
pytest.importorskip("mindspore", reason="evidence is measured against MindSpore")

from sporeprint import catalog
from sporeprint.verify import evidence
from sporeprint.verify.changes import changed, settle
from sporeprint.verify.command import methods
from sporeprint.verify.run import Options, run, told_device
from sporeprint.verify.subjects import Subject, subjects

pytestmark = pytest.mark.frameworks

ROOT = Path(__file__).parents[2]
HELD = evidence.load()

#: So many counterparts and so many other APIs are drawn each day, and of what the last commit changed so many.
COUNTERPARTS, OTHERS, CHANGED = 12, 30, 24


def drawn() -> list[Subject]:
    """Draw the sample: the same all day, or by the number in SPOREPRINT_SAMPLE."""
    seed = os.environ.get("SPOREPRINT_SAMPLE") or datetime.date.today().toordinal()
    dice = random.Random(f"evidence {seed}")
    everything = [each for each in subjects(methods()) if each.api in HELD]
    firsts = sorted({each.first for each in everything if each.first})
    others = [each.api for each in everything if not each.first]
    edited = changed_by_the_last_commit()
    chosen = {
        *dice.sample(firsts, min(COUNTERPARTS, len(firsts))),
        *dice.sample(others, min(OTHERS, len(others))),
        *dice.sample(edited, min(CHANGED, len(edited))),
    }
    # What is declared is declared for all names of a counterpart.
    for api in list(chosen):
        entry = catalog.load(api.partition(".")[0]).entries.get(api)
        chosen.update(entry.apis if entry else ())
    return [each for each in everything if each.api in chosen]


def changed_by_the_last_commit() -> list[str]:
    found = []
    for path in sorted(evidence.FOLDER.glob("*.json")):
        name = path.relative_to(ROOT).as_posix()
        shown = subprocess.run(
            ["git", "show", f"HEAD~1:{name}"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        if shown.returncode:
            # No git, or no commit before: the daily sample is all there is.
            return []
        before = json.loads(shown.stdout)
        now = json.loads(path.read_text(encoding="utf-8"))
        found += [api for api in now if before.get(api) != now[api]]
    return found


def test_what_is_measured_again_is_what_the_evidence_says() -> None:
    chosen = drawn()
    assert len(chosen) >= min(COUNTERPARTS, len(HELD))
    results = run(chosen, Options(full=False))
    settle(HELD, results, chosen, lambda some: run(some, Options(full=False)))
    assert not changed(HELD, results.records)
    # What is declared to be inaccurate is so on processors of the evidence's kind.
    if told_device("CPU") == HELD["torch.abs"].device:
        assert not results.problems
