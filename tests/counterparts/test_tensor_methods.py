"""Methods of tensors for which PyTorch's test database has no samples, or not all ways to call them."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("torch", reason="the expected values are torch's")
pytest.importorskip("mindspore", reason="the counterparts run on MindSpore")

import mindspore as ms
import numpy as np
import torch

from sporeprint.verify.measure import load_counterparts

pytestmark = pytest.mark.frameworks

REGISTRY = load_counterparts()

DATA = np.arange(-5, 7, dtype=np.float32).reshape(3, 4) / 2
WORDS = {torch.float64: ms.float64, torch.int32: ms.int32, torch.bool: ms.bool_}


def both(method: str, *args: Any, **kwargs: Any) -> tuple[Any, Any]:
    """Return what torch's method and its counterpart give for the same tensor; dtypes are named as torch's."""

    def translated(value: Any) -> Any:
        if isinstance(value, torch.Tensor):
            return ms.Tensor(value.numpy())
        return WORDS.get(value, value) if isinstance(value, torch.dtype) else value

    theirs = getattr(torch.tensor(DATA), method)(*args, **kwargs)
    ours = REGISTRY[f"torch.Tensor.{method}"](
        ms.Tensor(DATA), *map(translated, args), **{name: translated(each) for name, each in kwargs.items()}
    )
    return ours, theirs


def same(ours: Any, theirs: Any) -> None:
    """Compare tensors, tuples of tensors and plain values."""
    if isinstance(theirs, torch.Tensor):
        assert ours.asnumpy().dtype == theirs.numpy().dtype
        assert tuple(ours.shape) == tuple(theirs.shape)
        np.testing.assert_array_equal(ours.asnumpy(), theirs.numpy())
    elif isinstance(theirs, tuple):
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            same(one, other)
    else:
        assert ours == theirs


TO: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    ((torch.float64,), {}),
    ((torch.int32, True), {}),
    ((torch.bool,), {"copy": True}),
    ((), {"dtype": torch.int32}),
    (("cpu",), {}),
    (("cpu", torch.int32), {}),
    ((), {"device": "cpu", "dtype": torch.float64, "non_blocking": True}),
    ((), {"copy": True}),
    ((torch.zeros(2, dtype=torch.int32),), {}),
]


@pytest.mark.parametrize(("args", "kwargs"), TO, ids=str)
def test_to(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    same(*both("to", *args, **kwargs))


def test_a_copy_is_one() -> None:
    tensor = ms.Tensor(DATA)
    for copied in (
        REGISTRY["torch.Tensor.to"](tensor, ms.float32, copy=True),
        REGISTRY["torch.Tensor.to"](tensor, copy=True),
        REGISTRY["torch.Tensor.clone"](tensor),
    ):
        copied[0, 0] = 9
        assert float(tensor[0, 0]) == DATA[0, 0]


@pytest.mark.parametrize("data", [[1.5, 2.0], [[1, 2], [3, 4]], 3.5, np.ones((2, 0), np.int64)], ids=str)
@pytest.mark.parametrize("dtype", [None, torch.int32, torch.bool], ids=str)
def test_new_tensor(data: Any, dtype: torch.dtype | None) -> None:
    same(*both("new_tensor", data, dtype=dtype))


@pytest.mark.parametrize("args", [(0,), (-1,), (0, 1), ((0, 1),), ([1],)], ids=str)
def test_flip(args: tuple[Any, ...]) -> None:
    same(*both("flip", *args))


@pytest.mark.parametrize("name", ["torch.DoubleTensor", "torch.LongTensor", "torch.FloatTensor"])
def test_type_by_name(name: str) -> None:
    ours, theirs = both("type", name)
    same(ours, theirs)
    assert REGISTRY["torch.Tensor.type"](ours) == theirs.type()


def test_results_have_names() -> None:
    for method, args in (("max", (1,)), ("min", (0, True)), ("sort", ()), ("topk", (2,)), ("median", (0,))):
        ours, theirs = both(method, *args)
        same(tuple(ours), tuple(theirs))
        same((ours.values, ours.indices), (theirs.values, theirs.indices))


def test_requires_grad_is_about_parameters() -> None:
    parameter = ms.Parameter(ms.Tensor(DATA), name="p")
    requires_grad_ = REGISTRY["torch.Tensor.requires_grad_"]
    assert requires_grad_(parameter, False) is parameter
    assert not parameter.requires_grad
    assert requires_grad_(parameter).requires_grad
    plain = ms.Tensor(DATA)
    assert requires_grad_(plain) is plain


@pytest.mark.parametrize("args", [(2, 3), ((2, 3),), ([4],), ((),)], ids=str)
def test_new_empty_has_the_shape(args: tuple[Any, ...]) -> None:
    ours, theirs = both("new_empty", *args, dtype=torch.int32)
    assert (tuple(ours.shape), ours.dtype) == (tuple(theirs.shape), ms.int32)
