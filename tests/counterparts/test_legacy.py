"""Typed constructors, ``Variable`` and ``torch.Size`` against torch's."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("torch", reason="the expected values are torch's")
pytest.importorskip("mindspore", reason="the counterparts run on MindSpore")

import mindspore as ms
import numpy as np
import torch

from sporeprint.torch import _legacy

pytestmark = pytest.mark.frameworks


@pytest.mark.parametrize("name", ["FloatTensor", "DoubleTensor", "LongTensor", "IntTensor", "BoolTensor"])
@pytest.mark.parametrize("data", [[1, 2], [[1, 0], [0, 1]], [], (3, 4, 5)], ids=str)
def test_of_data(name: str, data: Any) -> None:
    ours, theirs = getattr(_legacy, name)(data), getattr(torch, name)(data)
    assert ours.asnumpy().dtype == theirs.numpy().dtype
    np.testing.assert_array_equal(ours.asnumpy(), theirs.numpy())


@pytest.mark.parametrize("name", ["FloatTensor", "DoubleTensor", "LongTensor", "IntTensor", "BoolTensor"])
@pytest.mark.parametrize("sizes", [(), (3,), (2, 0), (2, 3, 1)], ids=str)
def test_of_sizes(name: str, sizes: tuple[int, ...]) -> None:
    ours, theirs = getattr(_legacy, name)(*sizes), getattr(torch, name)(*sizes)
    assert (tuple(ours.shape), ours.asnumpy().dtype) == (tuple(theirs.shape), theirs.numpy().dtype)


def test_variable_is_the_tensor() -> None:
    tensor = ms.Tensor([1.0])
    assert _legacy.Variable(tensor) is tensor
    with pytest.raises(TypeError, match="volatile"):
        _legacy.Variable(tensor, volatile=True)


@pytest.mark.parametrize("shape", [(), (3,), (2, 0), (2, 3, 4)], ids=str)
def test_numel_of_a_size(shape: tuple[int, ...]) -> None:
    assert _legacy.numel(shape) == torch.Size(shape).numel()


def test_spmm_of_dense_matrices() -> None:
    one, other = (
        np.random.default_rng(0).standard_normal(shape).astype(np.float32) for shape in ((3, 4), (4, 2))
    )
    ours, theirs = (
        _legacy.spmm(ms.Tensor(one), ms.Tensor(other)),
        torch.spmm(torch.tensor(one), torch.tensor(other)),
    )
    np.testing.assert_allclose(ours.asnumpy(), theirs.numpy(), rtol=1e-6)
