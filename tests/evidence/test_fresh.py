"""The evidence is complete, of the counterparts as they are, and what follows from it is in step."""

from __future__ import annotations

import pytest

from sporeprint import catalog
from sporeprint.facts import FOLDER
from sporeprint.verify import evidence, summary
from sporeprint.verify.subjects import official
from sporeprint.verify.words import LEVELS

HELD = evidence.load()
COUNTERPARTS = [api for source in ("torch", "mindspore") for api in catalog.load(source).entries]
AGAIN = "run: sporeprint verify {} --update"

#: PyTorch's databases cannot have samples for these: each is not called with tensors.
WITHOUT_SAMPLES = {
    "torch.nn.Identity": "takes any arguments, and has no namesake",
    "torch.nn.Module.eval": "changes a module",
    "torch.nn.Module.train": "changes a module",
    "torch.nn.Sequential": "takes modules",
}


@pytest.mark.parametrize("api", COUNTERPARTS)
def test_the_evidence_is_of_the_counterpart_as_it_is(api: str) -> None:
    assert api in HELD, f"no evidence; {AGAIN.format(api)}"
    assert HELD[api].counterpart == evidence.fingerprint(api), f"stale; {AGAIN.format(api)}"


@pytest.mark.parametrize("api", COUNTERPARTS)
def test_it_was_measured_and_keeps_to_what_it_declares(api: str) -> None:
    record = HELD[api]
    assert not record.problems, "\n".join(record.problems[:20])
    assert bool(record.untested) == (api in WITHOUT_SAMPLES), record.untested
    if record.untested:
        return
    assert record.legs["native"].samples
    if set(record.legs["native"].conditions) == {"error"}:
        pytest.skip("MindSpore itself raises for every sample on this device: nothing is known of it")
    assert record.legs["native text"].samples
    assert record.legs["native"].common in LEVELS


@pytest.mark.parametrize("api", COUNTERPARTS)
def test_what_native_writes_is_right_on_the_common_domain(api: str) -> None:
    entry = catalog.load(api.partition(".")[0]).entries[api]
    leg = HELD[api].legs.get("exact" if entry.exact_only else "native")
    assert leg is None or summary.usable(leg), leg.divergences


def test_each_row_of_the_official_tables_was_measured() -> None:
    missing = [row for row in official() if row.torch not in HELD]
    assert not missing, f"{missing[:5]}; {AGAIN.format('')}"
    for row in official():
        record = HELD[row.torch]
        assert record.untested or row.mindspore in record.legs, AGAIN.format(row.torch)


def test_all_was_measured_with_the_same_releases() -> None:
    assert len({(*sorted(record.versions.items()), record.device) for record in HELD.values()}) == 1


def test_what_follows_from_the_evidence_is_in_step() -> None:
    again = AGAIN.format("torch.abs")
    assert (FOLDER / "measured.json").read_text(encoding="utf-8") == summary.measured_facts(HELD), again
    assert summary.SUMMARY.read_text(encoding="utf-8") == summary.summary(HELD), again
