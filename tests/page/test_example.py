"""The example as run in both frameworks, against results computed here."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sporeprint.page.build import build
from sporeprint.page.example import naive_call
from sporeprint.page.find import find
from sporeprint.page.model import Page, Row

_NUMBER = re.compile(r"-?\d+\.\d*(?:e[+-]\d+)?|-?\d+(?:e[+-]\d+)")


@pytest.fixture(scope="module")
def page() -> Page:
    pytest.importorskip("torch")
    pytest.importorskip("mindspore")
    return build(find("torch.nn.functional.log_softmax"))


def numbers(text: str) -> list[float]:
    return [float(each) for each in _NUMBER.findall(text)]


@pytest.mark.frameworks
def test_outputs_are_those_of_the_frameworks(page: Page) -> None:
    import numpy as np

    assert page.example.ran.startswith("PyTorch 2.")
    one, two, left_out, naive = page.example.steps
    matrix = np.array([[1.0, 2, 3, 4, 5], [5, 4, 3, 2, 1]])
    block = np.array([[[1.0, 2, 3], [4, 5, 6]], [[3, 2, 1], [5, 5, 5]]])

    def log_softmax(x: Any, axis: int) -> Any:
        return x - np.log(np.exp(x).sum(axis=axis, keepdims=True))

    for step, expected in (
        (one, log_softmax(np.arange(1.0, 6), 0)),
        (two, log_softmax(matrix, 0)),
        (left_out, log_softmax(block, 0)),
    ):
        assert np.allclose(numbers(step.source_output), expected.ravel(), atol=6e-5)
        assert np.allclose(numbers(step.target_output), expected.ravel(), atol=1e-5)
        assert numbers(step.difference)[0] < 1e-5
        assert step.compared
    # MindSpore's own default is another dimension.
    assert np.allclose(numbers(naive.target_output), log_softmax(block, -1).ravel(), atol=1e-5)
    apart = np.abs(log_softmax(block, 0) - log_softmax(block, -1)).max()
    assert numbers(naive.difference)[0] == pytest.approx(apart, rel=0.05)
    assert not naive.compared


@pytest.mark.frameworks
def test_differences_are_measured_in_units_of_the_result(page: Page) -> None:
    import mindspore
    import numpy as np
    import torch

    mindspore.runtime.launch_blocking()
    x = [[1.0, 2, 3, 4, 5], [5, 4, 3, 2, 1]]
    ours = torch.nn.functional.log_softmax(torch.tensor(x), dim=0).numpy()
    theirs = mindspore.ops.log_softmax(mindspore.Tensor(x, mindspore.float32), axis=0).asnumpy()
    apart = np.abs(ours.astype("float64") - theirs)
    units = apart / np.spacing(np.abs(ours))
    said = page.example.steps[1].difference
    assert said == f"{apart.max():.2g} ({units.max():.3g} ulp)"


@pytest.mark.frameworks
def test_layers_and_adapters_run(page: Page) -> None:
    for api in ("torch.nn.Conv2d", "torch.nn.LogSoftmax", "torch.nn.MaxPool2d"):
        example = build(find(api)).example
        assert example.ran
        for step in example.steps:
            assert "Error" not in step.source_output + step.target_output
            if step.compared:
                assert step.difference == "none" or numbers(step.difference)[0] < 1e-4


@pytest.mark.frameworks
def test_an_error_is_shown_and_does_not_end_the_example() -> None:
    pytest.importorskip("torch")
    pytest.importorskip("mindspore")
    example = build(find("mindspore.mint.nn.functional.log_softmax")).example
    assert example.ran
    assert {step.difference for step in example.steps} == {"only one of the two returns"}
    assert all("unregistered" in step.source_output for step in example.steps)


def test_the_targets_own_defaults_leave_the_other_arguments_in_place() -> None:
    def row(target: str, default: str) -> Row:
        return Row("p", (target,), "None", "-1", "other name", default, "")

    rows = [row("axis", "differs"), row("keepdims", "same")]
    assert naive_call("ops.f(x, axis=0, keepdims=True)", rows) == "ops.f(x, keepdims=True)"
    assert naive_call("ops.f(x, keepdims=True)", rows) == ""


def test_a_random_result_is_not_compared() -> None:
    example = build(find("torch.nn.functional.dropout")).example
    assert not example.ran
    assert "random" in example.why_not
    assert all(not step.source_output for step in example.steps)
