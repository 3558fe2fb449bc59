"""``torch.testing`` against torch's."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import pytest

pytest.importorskip("torch", reason="the expected values are torch's")
pytest.importorskip("mindspore", reason="the counterparts run on MindSpore")

import mindspore as ms
import numpy as np
import torch

from sporeprint.torch.testing import assert_close

pytestmark = pytest.mark.frameworks

NAN, INF = float("nan"), float("inf")


def tensor(data: Any, dtype: str = "float32") -> tuple[Any, Any]:
    """A tensor of torch's, and MindSpore's."""
    return torch.tensor(data, dtype=getattr(torch, dtype)), ms.Tensor(data, getattr(ms, dtype))


def on(side: int, value: Any) -> Any:
    """Take one framework's tensors, however deep they stand."""
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], torch.Tensor):
        return value[side]
    if isinstance(value, dict):
        return type(value)((key, on(side, each)) for key, each in value.items())
    return type(value)(on(side, each) for each in value) if isinstance(value, list | tuple) else value


PAIRS: list[tuple[Any, Any, dict[str, Any]]] = [
    (tensor([1.0, 2.0]), tensor([1.0, 2.0]), {}),
    (tensor([1.0, 2.0]), tensor([1.0, 2.0001]), {}),
    (tensor([1.0, 2.0]), tensor([1.0, 2.00001]), {}),
    (tensor([1.0, 2.0]), tensor([1.0, 2.0001]), {"rtol": 0.0, "atol": 1e-3}),
    (tensor([1.0, 2.0]), tensor([1.0, 2.0001]), {"rtol": 1e-3}),
    (tensor([1.0]), tensor([1.001], "float16"), {}),
    (tensor([1.0]), tensor([1.001], "float16"), {"check_dtype": False}),
    (tensor([1.0], "float64"), tensor([1.000001], "float64"), {}),
    (tensor([1.0], "float64"), tensor([1.000001]), {"check_dtype": False}),
    (tensor([1.0], "bfloat16"), tensor([1.0078125], "bfloat16"), {}),
    (tensor([1.0]), tensor([[1.0]]), {}),
    (tensor([NAN]), tensor([NAN]), {}),
    (tensor([NAN]), tensor([NAN]), {"equal_nan": True}),
    (tensor([INF, -INF]), tensor([INF, -INF]), {}),
    (tensor([INF]), tensor([-INF]), {}),
    (tensor([1, 2], "int64"), tensor([1, 3], "int64"), {}),
    (tensor([2**60], "int64"), tensor([2**60 + 1], "int64"), {}),
    (tensor([1, 2], "int64"), tensor([1, 2], "int32"), {}),
    (tensor([True], "bool"), tensor([False], "bool"), {}),
    (tensor([1 + 1j], "complex64"), tensor([1 + 1.001j], "complex64"), {}),
    (tensor([1 + 1j], "complex64"), tensor([1 + 1j], "complex64"), {}),
    (tensor(np.zeros((0, 3))), tensor(np.zeros((0, 3))), {}),
    (tensor(1.0), 1.0, {}),
    (1.0, 1.0 + 1e-8, {}),
    (1.0, 1.0 + 1e-5, {}),
    (1, 1.0, {}),
    (1, 1.0, {"check_dtype": False}),
    (1, 2, {}),
    (True, True, {}),
    (None, None, {}),
    (None, 1, {}),
    ([tensor([1.0]), tensor([2.0])], [tensor([1.0]), tensor([2.0])], {}),
    ([tensor([1.0]), tensor([2.0])], [tensor([1.0]), tensor([3.0])], {}),
    ([tensor([1.0])], [tensor([1.0]), tensor([2.0])], {}),
    ([1.0], (1.0,), {}),
    ({"a": tensor([1.0])}, OrderedDict(a=tensor([1.0])), {}),
    ({"a": tensor([1.0])}, {"b": tensor([1.0])}, {}),
    ({"a": [tensor([1.0])]}, {"a": [tensor([2.0])]}, {}),
    (np.ones(2), np.ones(2), {}),
    (np.ones(2), np.zeros(2), {}),
    (tensor([1.0]), tensor([2.0]), {"msg": "told"}),
    (tensor([1.0]), tensor([2.0]), {"msg": lambda found: "before " + str(len(found) > 0)}),
]  # fmt: skip


@pytest.mark.parametrize(("actual", "expected", "options"), PAIRS)
def test_what_torch_accepts_and_what_it_refuses(actual: Any, expected: Any, options: dict[str, Any]) -> None:
    told: list[Exception | None] = []
    for side, compare in enumerate((torch.testing.assert_close, assert_close)):
        try:
            compare(on(side, actual), on(side, expected), **options)
            told.append(None)
        except (AssertionError, TypeError, ValueError) as error:
            told.append(error)
    theirs, ours = told
    assert type(ours) is type(theirs), told
    if "msg" in options:
        assert str(ours) == str(theirs)


def test_the_message_says_where() -> None:
    with pytest.raises(AssertionError, match=r"1 of 2 elements .* at \(1,\): 2.0, not 3.0 .* at 'a'"):
        assert_close({"a": ms.Tensor([1.0, 2.0])}, {"a": ms.Tensor([1.0, 3.0])})
