"""Samples: found by name, complete, the same at each call, with the words that hold for them."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="samples come from PyTorch")
pytest.importorskip("mindspore", reason="the marker asks for both frameworks")

import torch
from torch.testing._internal.common_methods_invocations import op_db

from sporeprint.counterpart import CONDITIONS
from sporeprint.verify import oracle, samples
from sporeprint.verify.calls import OrderError, as_target, write
from sporeprint.verify.sample import Call, DType, Sample, Tensor, array, conditions_of
from sporeprint.verify.words import COMMON

pytestmark = pytest.mark.frameworks


@pytest.mark.parametrize(
    "api",
    [
        "torch.softmax", "torch.special.softmax", "torch.nn.functional.softmax", "torch.Tensor.softmax",
        "torch.nn.Softmax", "torch.nn.functional.cross_entropy", "torch.nn.CrossEntropyLoss",
        "torch.nn.functional.gumbel_softmax", "torch.nn.functional.dropout", "torch.relu", "torch.nn.Flatten",
        "torch.Tensor.add_", "torch.linalg.solve", "torch.max", "torch.nn.NLLLoss2d", "torch.max_pool2d",
        "mindspore.ops.log_softmax", "mindspore.nn.CrossEntropyLoss", "mindspore.mint.nn.functional.softmax",
        "mindspore.Tensor.softmax",
    ],
)  # fmt: skip
def test_samples_are_found_by_name_alone(api: str) -> None:
    drawn = samples.draw(api, ("float32",))
    assert len(drawn.samples) >= 5
    assert any(sample.conditions <= COMMON for sample in drawn.samples)
    assert len({sample.name for sample in drawn.samples}) == len(drawn.samples)


def test_all_of_pytorchs_samples_are_there() -> None:
    by_dtype = {}
    for info in op_db:
        if info.name == "log_softmax" and not info.variant_test_name:
            by_dtype = {
                name: len(list(info.sample_inputs("cpu", torch.float32))) for name in ("float32", "bfloat16")
            }
    drawn = oracle.draw("torch.nn.functional.log_softmax", limits=oracle.Limits(40, 16, 160))
    for dtype, number in by_dtype.items():
        plain = [s for s in drawn.samples if s.name.split(" ")[0] == dtype and s.name.split(" ")[1].isdigit()]
        assert len([s for s in plain if "," not in s.name]) == number > 5


def test_the_same_at_each_call() -> None:
    first, second = (oracle.draw("torch.nn.functional.cross_entropy", ("float32",)) for _ in range(2))
    assert pickle.dumps(first) == pickle.dumps(second)


def test_what_a_wrapper_passes_on_is_recorded() -> None:
    drawn = oracle.draw("torch.nn.functional.dropout", ("float32",))
    assert not [why for why in drawn.left_out if "wraps the function" in why]
    assert {"p", "training"} <= {name for sample in drawn.samples for name in sample.call.kwargs}


def test_special_values_are_derived() -> None:
    drawn = oracle.draw("torch.nn.functional.log_softmax", ("float32",))
    words = {word for sample in drawn.samples for word in sample.conditions}
    assert {"nan", "inf", "0-d", "empty", "non-contiguous"} <= words
    assert words <= CONDITIONS
    names = [sample.name for sample in drawn.samples]
    for what in ("denormals", "zeros of both signs", "equal numbers", "without the last argument"):
        assert any(what in name for name in names)


def test_no_samples_is_an_error() -> None:
    with pytest.raises(oracle.NoSamplesError, match=r"torch\.nn\.Sequential"):
        samples.draw("torch.nn.Sequential")


def test_words_come_from_the_arguments() -> None:
    def words(*args: object, **kwargs: object) -> frozenset[str]:
        return frozenset(conditions_of(Call(args, kwargs)))

    assert words(Tensor(array([1.0], "float32"))) == set()
    assert words(Tensor(array(1.0, "float32"))) == {"0-d"}
    assert words(Tensor(array(np.zeros((0, 2)), "float64"))) == {"empty", "float64"}
    assert words(Tensor(array([1.0, np.nan, np.inf], "bfloat16"))) == {"nan", "inf", "bfloat16"}
    assert words(Tensor(array([1], "int64")), dtype=DType("float16")) == {"int64", "float16"}
    assert words(Tensor(array([1.0, 1e-40], "float32"))) == {"denormal"}
    assert words(Tensor(array([1.0], "float64")), Tensor(array([1], "int64"))) == {"float64"}
    assert words([Tensor(array([1.0], "float32"), contiguous=False)], float("-inf")) == {
        "non-contiguous",
        "inf",
    }


def test_bfloat16_is_rounded_as_the_frameworks_do() -> None:
    numbers = np.random.default_rng(0).normal(size=1000).astype("float32")
    expected = torch.from_numpy(numbers).to(torch.bfloat16).float().numpy()
    np.testing.assert_array_equal(array(numbers, "bfloat16").data, expected)


def test_a_call_is_written_as_a_user_would() -> None:
    (sample,) = (
        s for s in oracle.draw("torch.softmax", ("float32",)).samples if s.name == "float32 with_dtype 1"
    )
    assert write("torch.softmax", sample).source.splitlines() == [
        "import torch", "", "",
        "def call(t0: torch.Tensor):",
        "    return torch.softmax(t0, 0, dtype=torch.float64)",
    ]  # fmt: skip
    assert "return t0.softmax(0, dtype=torch.float64)" in write("torch.Tensor.softmax", sample).source


def test_a_call_is_written_with_arguments_that_have_effects() -> None:
    tensor = Tensor(array([1.0], "float32"))
    sample = Sample("float32 0", Call((tensor, [tensor], 2), {"dim": 0}), None, frozenset())
    called = {
        how: write("torch.f", sample, how).source.splitlines()[-1].strip() for how in ("tensors", "all")
    }
    assert called["tensors"] == "return torch.f(note(0, ops), note(1, [nn]), 2, dim=0)"
    assert called["all"] == "return torch.f(note(0, ops), note(1, [nn]), note(2, 2), dim=note(3, 0))"
    text = write("torch.Tensor.f", sample, "tensors")
    assert "return note(0, ops).f(note(1, [nn]), 2, dim=0)" in text.source
    assert (text.effects, write("torch.f", sample, "all").effects, write("torch.f", sample).effects) == (
        2,
        4,
        0,
    )


@pytest.mark.parametrize("noted", [[0, 1], [1, 0], [0], [0, 1, 1], []])
def test_effects_in_another_order_are_an_error(noted: list[int]) -> None:
    space: dict[str, Any] = {"noted": [7], "now": noted}
    exec("def call(a, b):\n    noted.extend(now)\n    return a + b", space)
    target = as_target(space["call"], torch.Tensor, effects=2)
    if noted == [0, 1]:
        assert target(torch.ones(1), b=torch.ones(1)) == 2
    else:
        with pytest.raises(OrderError, match=r"not \[0, 1\]"):
            target(torch.ones(1), b=torch.ones(1))


def test_a_call_is_translated_by_names_and_synonyms() -> None:
    drawn = samples.draw("mindspore.ops.log_softmax", ("float32",))
    calls = {write("mindspore.ops.log_softmax", s).source.split("return ")[1].strip() for s in drawn.samples}
    assert "mindspore.ops.log_softmax(t0, axis=1)" in calls
    assert "mindspore.ops.log_softmax(t0)" in calls


def test_every_option_is_used() -> None:
    drawn = samples.draw("torch.nn.functional.cross_entropy", ("float32",))
    used = {name for sample in drawn.samples for name in sample.call.kwargs}
    assert {"weight", "ignore_index", "reduction", "label_smoothing", "size_average", "reduce"} <= used
    ignoring = [sample.call for sample in drawn.samples if "ignore_index=" in sample.name]
    assert any(call.kwargs["ignore_index"] in call.args[1].array.data for call in ignoring)


@pytest.mark.parametrize(
    ("api", "call"),
    [
        ("torch.Tensor.flip", "t0.flip((0, 1, 2))"),
        ("torch.Tensor.flip", "t0.flip(0, 1, 2)"),
        ("torch.Tensor.sum", "t0.sum(0, True)"),
        ("torch.Tensor.flip", "t0.flip(0)"),
        ("torch.Tensor.floor_divide", "t0.floor_divide(3)"),
        ("torch.Tensor.floor_divide", "t0.floor_divide(2.5)"),
        ("torch.Tensor.permute", "t0.permute(0, 2, 3, 1)"),
    ],
)
def test_a_method_is_called_in_all_the_ways_that_people_do(api: str, call: str) -> None:
    calls = [write(api, sample).source for sample in samples.draw(api, ("float32",)).samples]
    assert any(f"return {call}\n" in source for source in calls)


def test_a_function_keeps_to_pytorchs_own_calls() -> None:
    names = [sample.name for sample in samples.draw("torch.flip", ("float32",)).samples]
    assert not any("one by one" in name for name in names)
