"""What is no longer as the evidence says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from sporeprint.verify.evidence import Evidence

if TYPE_CHECKING:
    from sporeprint.verify.run import Results
    from sporeprint.verify.subjects import Subject

#: What is not as the evidence says is measured again so often.
AGAIN = 2


def changed(held: Mapping[str, Evidence], records: Mapping[str, Evidence]) -> dict[str, str]:
    """Compare what was measured with the evidence.

    Returns:
        API -> what is no longer so, in one line.
    """
    found = {}
    for api, record in records.items():
        old = held.get(api)
        alike = old is not None and old.device == record.device
        if old is None:
            found[api] = "there is no evidence on it yet"
        elif old.versions != record.versions or _kind(old.device) != _kind(record.device):
            told = ", ".join(f"{name} {version}" for name, version in old.versions.items())
            found[api] = f"the evidence is of {told} on {old.device}"
        elif old.counterpart != record.counterpart:
            found[api] = "the counterpart has changed since it was measured"
        elif old.verdicts(alike) != record.verdicts(alike):
            found[api] = _first_change(old, record, alike)
    return found


def settle(
    held: Mapping[str, Evidence],
    results: Results,
    subjects: Sequence[Subject],
    measure: Callable[[list[Subject]], Results],
) -> list[str]:
    """Measure again what is not as the evidence says, or not as it is declared: it is only so if it stays so.

    What MindSpore's kernels leave unwritten, how it rounds what lies in memory this way or that, and whether it crashes
    on what it finds there, is not the same each time.

    Args:
        held: the evidence.
        results: what was measured; what was measured again takes its place.
        subjects: of what.
        measure: measures some of them.

    Returns:
        What was otherwise at first and then as the evidence says.
    """
    settled: list[str] = []
    for _ in range(AGAIN):
        doubted = {
            api
            for api in changed(held, results.records)
            if api in held and _comparable(held[api], results.records[api])
        }
        declared = {each.first for each in subjects if each.first and each.api in doubted} | {
            *results.problems
        }
        some = [each for each in subjects if each.api in doubted or each.first in declared]
        if not some:
            break
        found = measure(some)
        for each in some:
            if each.api in doubted or each.first in results.problems:
                results.records[each.api] = found.records[each.api]
                results.findings[each.api] = found.findings.get(each.api, ())
        for name in declared - found.problems.keys():
            results.problems.pop(name, None)
        settled += sorted(doubted - changed(held, results.records).keys())
    return settled


def _comparable(old: Evidence, new: Evidence) -> bool:
    """Whether both are of the same releases, kind of device and counterpart."""
    return (
        old.versions == new.versions
        and _kind(old.device) == _kind(new.device)
        and old.counterpart == new.counterpart
    )


def _kind(device: str) -> str:
    return device.partition(" ")[0]


def _first_change(old: Evidence, new: Evidence, alike: bool) -> str:
    before, after = old.verdicts(alike), new.verdicts(alike)
    for leg in sorted({*before, *after}):
        if before.get(leg) == after.get(leg):
            continue
        if leg not in before or leg not in after:
            return f"{leg}: was {'not ' if leg not in before else ''}measured"
        (common, conditions, shown), (common_now, conditions_now, shown_now) = before[leg], after[leg]
        if common != common_now:
            return f"{leg}: on the common domain it was {common}, and is {common_now}"
        for word in sorted({*conditions, *conditions_now}):
            if conditions.get(word) != conditions_now.get(word):
                return f"{leg}: {word} was {conditions.get(word)}, and is {conditions_now.get(word)}"
        gone = [each for each in shown if each not in shown_now]
        come = [each for each in shown_now if each not in shown]
        return f"{leg}: no longer {gone}, but {come}"
    return "" if old.untested == new.untested else f"was untested: {old.untested}; is: {new.untested}"
