"""Declared differences, held to: each difference is declared, and each declaration still shows one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from sporeprint.verify.compare import Verdict
from sporeprint.verify.measure import Finding
from sporeprint.verify.words import COMMON

#: Whether these show depends on more than the sample: on what memory held, on whether MindSpore's threads flush
#: denormal numbers yet, on initial values. An entry with one of them need not show a difference.
NEED_NOT_SHOW = frozenset({"uninitialised", "denormal", "random"})

#: What ends the process or never returns is not forgotten because the samples of a run did not reach it.
FATAL = re.compile(r"\bends the process\b|\bnever returns\b|\bhangs\b")

#: Two orders of one sum are as exact as each other, and no body of ours decides which one a kernel takes.
ORDER = re.compile(r"\brounded in another order\b")


def problems(findings: Iterable[Finding], differs: Mapping[str, str], legs: Iterable[str]) -> list[str]:
    """Hold the declared differences of a counterpart against what was found.

    Args:
        findings: of one counterpart, under all the API names that share it (an entry must show a difference
            under one of them).
        differs: condition -> reason. A condition covers a finding if all its words hold for the sample or for
            the difference itself (``gradient``, ``warning``, ``accuracy``). One with ``random`` covers none:
            random results are compared by their distribution, and the rest is not random.
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
    for entry, reason in differs.items():
        if entry not in covering and not NEED_NOT_SHOW & set(entry.split(" & ")) and not FATAL.search(reason):
            found.append(f'entry "{entry}" covers no differing sample: delete this entry')
    return found


def judge(
    api: str, findings: list[Finding], differs: Mapping[str, str], refuses: Mapping[str, str]
) -> list[str]:
    """Hold a counterpart to what it declares, and the text written for its calls to what its function does.

    Args:
        api: one of its names.
        findings: of all its legs, under all its names.
        differs: what it declares of its native body; the exact one may differ only in flushed denormals and rounding.
        refuses: the parameters that it refuses.

    Returns:
        One line for each problem.
    """
    found = problems(findings, differs, ["native"])
    allowed = differs
    if api.startswith("torch."):
        # MindSpore's threads flush denormal numbers to zero, whatever a body says; and what a body computes in float64
        # is as exact as sums of float64 are.
        allowed = {
            entry: why
            for entry, why in differs.items()
            if "denormal" in entry.split(" & ")
            or {"accuracy", "float64"} <= set(entry.split(" & "))
            or ("accuracy" in entry.split(" & ") and ORDER.search(why))
        }
    # What shows in the exact body alone is declared with the rest.
    shown = {
        f'entry "{entry}" '
        for finding in findings
        for verdict in finding.verdicts
        for entry in allowed
        if finding.leg == "exact" and not verdict.same and covers(entry, finding, verdict)
    }
    found = [line for line in found if not line.startswith(tuple(shown))]
    # What MindSpore's kernels get wrong (uninitialised memory, no kernel on the CPU) is declared, not imitated.
    found += [line for line in problems(findings, allowed, ["exact"]) if not line.startswith("entry ")]
    return found + left(findings, refuses) + _texts(findings)


def _texts(findings: list[Finding]) -> list[str]:
    """Find the written texts that differ where the function does not."""
    functions = {(each.call, each.sample, each.leg): each for each in findings}
    found = []
    for each in findings:
        if not each.leg.endswith(" text") or each.left or "uninitialised" in each.conditions:
            continue  # what memory holds is not the same twice
        # Without an exact body of its own, the native one is what is written.
        function = functions.get((each.call, each.sample, each.leg.removesuffix(" text")))
        function = function or functions[each.call, each.sample, "native"]
        kinds = {verdict.kind for verdict in function.verdicts if not verdict.same}
        found += [
            f"the function does not differ so: {undeclared(each, verdict)}"
            for verdict in each.verdicts
            # A method that stays as it is takes what MindSpore's own takes.
            if not verdict.same and not verdict.refused and verdict.kind not in kinds
        ]
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
