"""Gradient modes and what else steers: compared with torch by hand, since its test database has no samples of them."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from sporeprint.counterpart import REGISTRY

torch = pytest.importorskip("torch")
ms = pytest.importorskip("mindspore")

ours: Any = importlib.import_module("sporeprint.torch")

pytestmark = pytest.mark.frameworks


def gradients(function: Callable[..., Any]) -> tuple[list[float], list[float]]:
    """Differentiate ``function(framework, x)`` at [2, 3] in both."""
    x = torch.tensor([2.0, 3.0], requires_grad=True)
    function(torch, x).backward()
    made = ms.grad(lambda x: function(ours, x))(ms.Tensor([2.0, 3.0]))
    return x.grad.tolist(), made.asnumpy().tolist()


def region(framework: Any, x: Any) -> Any:
    with framework.no_grad():
        y = x * x
    return (x * y).sum()


def inner_region(framework: Any, x: Any) -> Any:
    with framework.no_grad():
        y = x * x
        with framework.enable_grad():
            z = x * x
    return (x * y).sum() + z.sum()


def decorated(framework: Any, x: Any) -> Any:
    @framework.no_grad()  # type: ignore[untyped-decorator]
    def square(x: Any) -> Any:
        return x * x

    return (x * square(x)).sum()


def decorated_bare(framework: Any, x: Any) -> Any:
    @framework.no_grad  # type: ignore[untyped-decorator]
    def square(x: Any) -> Any:
        return x * x

    return (x * square(x)).sum()


def generator(framework: Any, x: Any) -> Any:
    @framework.no_grad()  # type: ignore[untyped-decorator]
    def squares(x: Any) -> Iterator[Any]:
        yield x * x
        yield x * x * x

    total = (x * x).sum()
    for each in squares(x):
        total = total + (x * each).sum()
    return total


def switched(framework: Any, x: Any) -> Any:
    framework.set_grad_enabled(False)
    y = x * x
    framework.set_grad_enabled(True)
    with framework.set_grad_enabled(False):
        y = y + x
    return (x * y).sum()


def after_an_error(framework: Any, x: Any) -> Any:
    try:
        with framework.no_grad():
            raise KeyError
    except KeyError:
        return (x * x).sum()


def checkpointed(framework: Any, x: Any) -> Any:
    if framework is torch:
        from torch.utils.checkpoint import checkpoint
    else:
        checkpoint = ours.REGISTRY["torch.utils.checkpoint.checkpoint"]
    return checkpoint(lambda a, b: a * b, x, x * x, use_reentrant=False).sum()


@pytest.mark.parametrize(
    "function",
    [region, inner_region, decorated, decorated_bare, generator, switched, after_an_error, checkpointed],
    ids=lambda each: each.__name__,
)
def test_gradients_are_torchs(function: Callable[..., Any]) -> None:
    wanted, made = gradients(function)
    assert made == wanted


def test_seeding_leaves_numpy_alone() -> None:
    np.random.seed(1)
    wanted = np.random.rand(3)
    np.random.seed(1)
    ours.manual_seed(5)
    first = ours.randn(4).asnumpy()
    assert (np.random.rand(3) == wanted).all()
    ours.manual_seed(5)
    assert (ours.randn(4).asnumpy() == first).all()


@pytest.mark.parametrize("name", ["float16", "bfloat16", "float32", "float64", "complex64"])
def test_finfo(name: str) -> None:
    wanted, made = torch.finfo(getattr(torch, name)), ours.finfo(getattr(ms, name))
    for each in ("bits", "eps", "max", "min", "tiny", "smallest_normal", "resolution", "dtype"):
        assert getattr(made, each) == getattr(wanted, each), each


@pytest.mark.parametrize("name", ["uint8", "int8", "int16", "int32", "int64"])
def test_iinfo(name: str) -> None:
    wanted, made = torch.iinfo(getattr(torch, name)), ours.iinfo(getattr(ms, name))
    for each in ("bits", "max", "min", "dtype"):
        assert getattr(made, each) == getattr(wanted, each), each


def test_size() -> None:
    assert ours.Size([2, 3]) == torch.Size([2, 3])


@pytest.mark.parametrize(
    "data",
    [1, 1.5, True, [1, 2], [1, 2.5], [[True]], (1, 2), [], 1 + 2j, range(3), np.array([1.5]), np.float32(2)],
    ids=repr,
)
def test_tensors_of_data(data: Any) -> None:
    for name in ("tensor", "as_tensor"):
        wanted, made = getattr(torch, name)(data), getattr(ours, name)(data)
        assert str(made.dtype).lower() == str(wanted.dtype).removeprefix("torch.")
        assert made.asnumpy().tolist() == wanted.tolist()


def test_which_tensors_share_memory() -> None:
    array = np.array([1.0, 2.0])
    shared, copied = ours.from_numpy(array), ours.tensor(array)
    seen = ours.as_tensor(array)
    array[0] = 9
    assert [float(each[0]) for each in (shared, seen, copied)] == [9, 9, 1]
    first = ms.Tensor([1.0])
    second = ours.tensor(first)
    second[0] = 5
    assert float(first[0]) == 1
    assert ours.as_tensor(first) is first


@pytest.mark.parametrize(
    "question",
    ["xpu.is_available", "accelerator.is_available", "distributed.is_initialized", "compiler.is_compiling",
     "xpu.device_count"],
)  # fmt: skip
def test_questions_are_answered_as_by_a_torch_without_devices(question: str) -> None:
    theirs = torch
    for name in question.split("."):
        theirs = getattr(theirs, name)
    importlib.import_module("sporeprint.torch._steering")
    assert REGISTRY[f"torch.{question}"]() == theirs()


def test_a_random_order_is_another_each_time() -> None:
    orders = [ours.randperm(50).asnumpy() for _ in range(3)]
    assert all(sorted(each) == list(range(50)) for each in orders)
    assert len({tuple(each) for each in orders}) == 3


def test_empty_tensors_have_their_shape_and_dtype() -> None:
    for made, wanted in (
        (ours.empty(2, 3), torch.empty(2, 3)),
        (ours.empty((2, 3), dtype=ms.int64), torch.empty((2, 3), dtype=torch.int64)),
        (ours.empty_like(ms.Tensor([1])), torch.empty_like(torch.tensor([1]))),
    ):
        assert made.shape == wanted.shape
        assert str(made.dtype).lower() == str(wanted.dtype).removeprefix("torch.")


def test_there_is_no_accelerator_of_pytorchs() -> None:
    """So a program takes its way without one, as torch's does on a machine that has none."""
    assert ours.REGISTRY["torch.accelerator.is_available"]() is False
    assert ours.REGISTRY["torch.accelerator.current_accelerator"]() is None
    assert ours.REGISTRY["torch.accelerator.device_count"]() == 0
