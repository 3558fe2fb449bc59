"""What makes tensors of numbers, sizes and arrays, against torch's: PyTorch's test database has no samples of it."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("torch", reason="the expected values are torch's")
pytest.importorskip("mindspore", reason="the counterparts run on MindSpore")

import mindspore as ms
import numpy as np
import torch

from sporeprint.counterpart import REGISTRY
from sporeprint.verify.measure import load_counterparts

pytestmark = pytest.mark.frameworks

load_counterparts()
ARRAY = np.arange(6, dtype=np.float64).reshape(2, 3)


def same(ours: Any, theirs: Any) -> None:
    got, wanted = ours.asnumpy(), theirs.numpy()
    assert (got.dtype, got.shape) == (wanted.dtype, wanted.shape)
    np.testing.assert_allclose(got, wanted, rtol=1e-6)


@pytest.mark.parametrize("api", ["torch.tensor", "torch.as_tensor"])
@pytest.mark.parametrize(
    "data", [1, 1.5, True, [1, 2], [1.0, 2], [[True], [False]], [], (1, 2.5), ARRAY, np.int32(3)], ids=str
)
def test_of_data(api: str, data: Any) -> None:
    same(REGISTRY[api](data), getattr(torch, api.removeprefix("torch."))(data))


@pytest.mark.parametrize("api", ["torch.tensor", "torch.as_tensor"])
def test_of_a_stated_dtype(api: str) -> None:
    theirs = getattr(torch, api.removeprefix("torch."))([1, 2], dtype=torch.float16)
    same(REGISTRY[api]([1, 2], dtype=ms.float16), theirs)


def test_of_an_array() -> None:
    same(REGISTRY["torch.from_numpy"](ARRAY.copy()), torch.from_numpy(ARRAY))


@pytest.mark.parametrize("size", [(3,), (2, 0), (2, 3)], ids=str)
def test_random_numbers_have_the_size_that_is_asked_for(size: tuple[int, ...]) -> None:
    ours, theirs = REGISTRY["torch.rand"](*size), torch.rand(*size)
    assert (tuple(ours.shape), ours.asnumpy().dtype) == (tuple(theirs.shape), theirs.numpy().dtype)
    assert ((ours.asnumpy() >= 0) & (ours.asnumpy() < 1)).all()


def test_a_permutation_holds_each_number_once() -> None:
    ours = REGISTRY["torch.randperm"](50).asnumpy()
    assert ours.dtype == torch.randperm(50).numpy().dtype
    assert sorted(ours) == list(range(50))


@pytest.mark.parametrize("name", ["float16", "float32", "float64"])
def test_limits_of_floating_point(name: str) -> None:
    ours, theirs = REGISTRY["torch.finfo"](getattr(ms, name)), torch.finfo(getattr(torch, name))
    for each in ("min", "max", "eps", "tiny", "bits"):
        assert getattr(ours, each) == getattr(theirs, each)


@pytest.mark.parametrize("name", ["int8", "uint8", "int32", "int64"])
def test_limits_of_integers(name: str) -> None:
    ours, theirs = REGISTRY["torch.iinfo"](getattr(ms, name)), torch.iinfo(getattr(torch, name))
    for each in ("min", "max", "bits"):
        assert getattr(ours, each) == getattr(theirs, each)


@pytest.mark.parametrize("count", [1, 4, 5])
@pytest.mark.parametrize("api", ["fftfreq", "rfftfreq"])
def test_frequencies(api: str, count: int) -> None:
    same(REGISTRY[f"torch.fft.{api}"](count), getattr(torch.fft, api)(count))


def test_a_diagonal_is_filled_in_place() -> None:
    ours, theirs = ms.Tensor(ARRAY.astype(np.float32)), torch.tensor(ARRAY.astype(np.float32))
    assert REGISTRY["torch.Tensor.fill_diagonal_"](ours, 7.0) is ours
    same(ours, theirs.fill_diagonal_(7.0))


def test_what_is_a_tensor() -> None:
    assert REGISTRY["torch.is_tensor"](ms.Tensor([1])) is True
    assert REGISTRY["torch.is_tensor"]([1]) is False
