"""Declared differences, held to: each difference is declared, and each declaration still shows one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sporeprint.verify.compare import COMMON, Verdict
from sporeprint.verify.measure import Finding

#: Whether these show depends on more than the sample: on what memory held, on whether MindSpore's threads flush
#: denormal numbers yet, on initial values. An entry with one of them need not show a difference.
NEED_NOT_SHOW = frozenset({"uninitialised", "denormal", "random"})


def problems(findings: Iterable[Finding], differs: Mapping[str, str], legs: Iterable[str]) -> list[str]:
    """Hold the declared differences of a counterpart against what was found.

    Args:
        findings: of one counterpart, under all the API names that share it (an entry must show a difference
            under one of them).
        differs: condition -> reason. A condition covers a finding if all its words hold for the sample or for
            the difference itself (``gradient``, ``warning``, ``accuracy``). One with ``random`` covers none: of
            random results the numbers are not compared, and the rest is not random.
        legs: the legs that the declarations are about; the others are ignored.

    Returns:
        One line for each difference that no entry covers, and one for each entry that covers none. A call
        that the converter leaves to a person is no silent difference: see :func:`left`.
    """
    wanted = frozenset(legs)
    covering: set[str] = set()
    found = []
    kept = [finding for finding in findings if finding.leg in wanted and not finding.left]
    for finding in kept:
        for verdict in finding.verdicts:
            if verdict.same:
                continue
            entries = [entry for entry in differs if covers(entry, finding, verdict)]
            covering.update(entries)
            if not entries:
                found.append(undeclared(finding, verdict))
    for entry in differs:
        if entry not in covering and not NEED_NOT_SHOW & set(entry.split(" & ")):
            found.append(f'entry "{entry}" covers no differing sample: delete this entry')
    return found


def left(findings: Iterable[Finding], refuses: Mapping[str, str]) -> list[str]:
    """Find the calls of the common domain that the converter leaves to a person without being told to.

    Args:
        findings: of one counterpart.
        refuses: the parameters that it declares as refused; then calls may be left.

    Returns:
        One line for each.
    """
    return [
        f"{finding.leg}: sample {finding.sample} is left: {finding.verdicts[0].message} {finding.call}"
        for finding in findings
        if finding.left and not finding.same and not refuses and finding.conditions <= COMMON
    ]


def covers(entry: str, finding: Finding, verdict: Verdict) -> bool:
    """Whether a condition holds for a difference."""
    words = set(entry.split(" & "))
    return "random" not in words and words <= finding.conditions | verdict.words


def undeclared(finding: Finding, verdict: Verdict) -> str:
    """Say in one line what differs where."""
    words = " & ".join(sorted(finding.conditions | verdict.words)) or "common domain"
    return (
        f"{finding.leg}: sample {finding.sample} differs and is not declared: {verdict.kind}: "
        f"{verdict.message} [{words}] {finding.call}"
    )
