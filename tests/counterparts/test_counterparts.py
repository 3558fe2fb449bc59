"""Every counterpart of the registry against its framework, on PyTorch's own samples."""

from __future__ import annotations

from concurrent.futures import Future

import pytest

pytest.importorskip("torch", reason="counterparts are compared with torch")
pytest.importorskip("mindspore", reason="counterparts are compared with MindSpore")

from sporeprint.verify import strict
from sporeprint.verify.measure import Finding, Measured, MeasuringError, load_counterparts
from sporeprint.verify.signatures import declared, problems_of
from sporeprint.verify.words import COMMON

pytestmark = pytest.mark.frameworks

REGISTRY = load_counterparts()

#: One of the API names of each counterpart.
FIRST = {id(held): api for api, held in reversed(REGISTRY.items())}
COUNTERPARTS = sorted(FIRST.values())

#: PyTorch's databases cannot have samples for these: each is not called with tensors.
WITHOUT_SAMPLES = {
    "torch.Tensor.size": "asks for a shape",
    "torch.nn.Identity": "takes any arguments, and has no namesake",
    "torch.nn.Module.eval": "changes a module",
    "torch.nn.Module.train": "changes a module",
    "torch.nn.Sequential": "takes modules",
}

Measurements = dict[str, Future[Measured]]


def findings_of(first: str, measurements: Measurements) -> list[Finding]:
    """What was found under all the API names of a counterpart."""
    found: list[Finding] = []
    for api, held in REGISTRY.items():
        if held is not REGISTRY[first]:
            continue
        if api in WITHOUT_SAMPLES:
            with pytest.raises(MeasuringError, match="NoSamplesError"):
                measurements[api].result()
            continue
        found += measurements[api].result().findings
    if not found:
        pytest.skip(f"no samples: {WITHOUT_SAMPLES[first]}")
    return found


def shown(problems: list[str]) -> str:
    return "\n".join([f"{len(problems)} problems", *problems[:20]])


@pytest.mark.parametrize("first", COUNTERPARTS)
def test_native_differs_only_as_declared(first: str, measurements: Measurements) -> None:
    findings = findings_of(first, measurements)
    problems = strict.problems(findings, declared(REGISTRY[first], "differs"), ["native"])
    assert not problems, shown(problems)


@pytest.mark.parametrize("first", COUNTERPARTS)
def test_exact_does_not_differ(first: str, measurements: Measurements) -> None:
    findings = findings_of(first, measurements)
    allowed = declared(REGISTRY[first], "differs")
    if first.startswith("torch."):
        # MindSpore's threads flush denormal numbers to zero, whatever a body says.
        allowed = {entry: why for entry, why in allowed.items() if "denormal" in entry.split(" & ")}
    # What MindSpore's kernels get wrong (uninitialised memory, no kernel on the CPU) is declared, not imitated.
    problems = [p for p in strict.problems(findings, allowed, ["exact"]) if not p.startswith("entry ")]
    assert not problems, shown(problems)


@pytest.mark.parametrize("first", COUNTERPARTS)
def test_the_written_text_does_what_the_function_does(first: str, measurements: Measurements) -> None:
    findings = findings_of(first, measurements)
    by_function = {(f.call, f.sample, f.leg): f for f in findings}
    problems = strict.left(findings, declared(REGISTRY[first], "refuses"))
    compared = 0
    for finding in findings:
        if not finding.leg.endswith(" text") or finding.left:
            continue
        function = by_function.get((finding.call, finding.sample, finding.leg.removesuffix(" text")))
        if function is None:
            # Without an exact body of its own, the native one is what is written.
            function = by_function[finding.call, finding.sample, "native"]
        compared += 1
        kinds = {verdict.kind for verdict in function.verdicts if not verdict.same}
        problems += [
            f"the function does not differ so: {strict.undeclared(finding, verdict)}"
            for verdict in finding.verdicts
            if not verdict.same and verdict.kind not in kinds
        ]
    assert not problems, shown(problems)
    assert compared


@pytest.mark.parametrize("first", COUNTERPARTS)
def test_something_was_compared(first: str, measurements: Measurements) -> None:
    findings = findings_of(first, measurements)
    if first.startswith("mindspore.") and all("error" in f.conditions for f in findings):
        pytest.skip("MindSpore itself raises for every sample on this device: nothing is known of it")
    assert any(f.conditions <= COMMON | {"random"} for f in findings)


@pytest.mark.parametrize("api", sorted(REGISTRY))
def test_the_signature_is_the_frameworks(api: str) -> None:
    problems = problems_of(api, REGISTRY[api])
    assert not problems, shown(problems)
