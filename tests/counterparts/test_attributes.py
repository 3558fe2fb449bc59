"""Attributes of tensors against torch's."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="the expected values are torch's")
pytest.importorskip("mindspore", reason="the counterparts run on MindSpore")

import mindspore as ms
import numpy as np
import torch

from sporeprint.torch import _tensor_attributes as attributes

pytestmark = pytest.mark.frameworks

COMPLEX = np.array([[1 + 2j, 3 - 4j]], np.complex64)


@pytest.mark.parametrize("name", sorted(attributes.NEVER))
def test_what_is_never_so(name: str) -> None:
    assert attributes.tensor_attribute(ms.Tensor([1.0]), name) is False is getattr(torch.tensor([1.0]), name)


@pytest.mark.parametrize("name", sorted(attributes.CALLED))
def test_parts_of_complex_numbers(name: str) -> None:
    ours = attributes.tensor_attribute(ms.Tensor(COMPLEX), name)
    theirs = getattr(torch.tensor(COMPLEX), name)
    np.testing.assert_array_equal(ours.asnumpy(), theirs.numpy())


def test_parts_of_real_numbers() -> None:
    tensor = ms.Tensor([1.0])
    assert attributes.tensor_attribute(tensor, "real") is tensor
    with pytest.raises(RuntimeError, match="non-complex") as theirs:
        _ = torch.tensor([1.0]).imag
    with pytest.raises(RuntimeError, match="non-complex") as ours:
        attributes.tensor_attribute(tensor, "imag")
    assert str(ours.value) == str(theirs.value)


@pytest.mark.parametrize("name", ["real", "imag"])
def test_of_what_is_no_tensor(name: str) -> None:
    assert attributes.tensor_attribute(3 + 4j, name) == getattr(3 + 4j, name)


@pytest.mark.parametrize("name", ["shape", "ndim", "itemsize", "nbytes"])
def test_what_stays_as_it_is(name: str) -> None:
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    assert getattr(ms.Tensor(array), name) == getattr(torch.tensor(array), name)


def test_data_shares_memory() -> None:
    for tensor in (ms.Tensor([1.0, 2.0]), torch.tensor([1.0, 2.0])):
        tensor.data[0] = 5.0
        assert float(tensor[0]) == 5.0
