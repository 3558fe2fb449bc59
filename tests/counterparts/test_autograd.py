"""``backward()`` and what goes with it, against torch's; and that what was not recorded is an error, never a zero."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("torch", reason="the expected values are torch's")
pytest.importorskip("mindspore", reason="the counterparts run on MindSpore")

import mindspore as ms
import numpy as np
import torch
from mindspore.common.api import _pynative_executor

from sporeprint.counterpart import REGISTRY
from sporeprint.torch import autograd

pytestmark = pytest.mark.frameworks

NUMBERS = np.linspace(-1.5, 2, 6).reshape(2, 3).astype(np.float32)


@pytest.fixture(autouse=True)
def recording() -> Iterator[None]:
    autograd.record_gradients()
    yield
    _pynative_executor.set_grad_flag(False)


def leaf(numbers: Any = NUMBERS) -> tuple[Any, Any]:
    ours = autograd.ask_for_gradients(ms.Tensor(numbers.copy()), True)
    return ours, torch.tensor(numbers, requires_grad=True)


def close(ours: Any, theirs: Any) -> None:
    np.testing.assert_allclose(ours.asnumpy(), theirs.detach().numpy(), rtol=1e-5, atol=1e-6)


def test_gradients_add_up() -> None:
    ours, theirs = leaf()
    for factor in (1.0, -3.0):
        autograd.backward((ours * ours * factor).sin().sum())
        (theirs * theirs * factor).sin().sum().backward()
        close(ours._grad, theirs.grad)


def test_only_what_is_wanted() -> None:
    (x, their_x), (y, their_y) = leaf(), leaf()
    backward = REGISTRY["torch.autograd.backward"]
    backward([(x * y).sum(), (x * x).sum()], inputs=[x])
    torch.autograd.backward([(their_x * their_y).sum(), (their_x * their_x).sum()], inputs=[their_x])
    close(x._grad, their_x.grad)
    assert y._grad is None
    assert their_y.grad is None
    with pytest.raises(RuntimeError, match="cannot be empty"):
        backward([(x * y).sum()], inputs=[])


def test_of_an_input_behind_another() -> None:
    ours, theirs = leaf()
    middle, their_middle = ours * ours, theirs * theirs
    found = autograd.grad((middle * middle).sum(), [middle, ours])
    wanted = torch.autograd.grad((their_middle * their_middle).sum(), [their_middle, theirs])
    for one, other in zip(found, wanted, strict=True):
        close(one, other)
    assert ours._grad is None


def test_second_derivative() -> None:
    ours, theirs = leaf()
    first: Any = autograd.grad((ours * ours * ours).sum(), ours, create_graph=True)[0]
    (their_first,) = torch.autograd.grad((theirs**3).sum(), theirs, create_graph=True)
    autograd.backward(first.sum())
    their_first.sum().backward()
    close(ours._grad, theirs.grad)


def test_what_is_not_used() -> None:
    (x, _), (y, _) = leaf(), leaf()
    with pytest.raises(RuntimeError, match="not have been used"):
        autograd.grad((x * x).sum(), [x, y])
    assert autograd.grad((x * x).sum(), [x, y], allow_unused=True)[1] is None
    zeros: Any = autograd.grad((x * x).sum(), [x, y], materialize_grads=True)[1]
    assert zeros.asnumpy().tolist() == [[0.0] * 3] * 2
    with pytest.raises(RuntimeError, match="does not require grad"):
        autograd.grad((x * x).sum(), ms.Tensor(NUMBERS))


def test_what_was_not_recorded_is_an_error() -> None:
    weight = ms.Parameter(ms.Tensor(NUMBERS))
    ms.grad(lambda x: (x * x).sum())(ms.Tensor(NUMBERS))  # turns recording off
    loss = (weight * weight).sum()
    with pytest.raises(RuntimeError, match="record_gradients"):
        autograd.backward(loss)
    autograd.record_gradients()
    with pytest.raises(RuntimeError):
        autograd.backward(loss)
    assert weight._grad is None
    with pytest.raises(RuntimeError, match="scalar outputs"):
        autograd.backward(weight * weight)
    found: list[str] = []

    def elsewhere() -> None:
        try:
            autograd.backward((weight * weight).sum())
        except RuntimeError as error:
            found.append(str(error))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert "record_gradients" in found[0]


def test_an_error_of_mindspores_turns_it_off() -> None:
    """If this fails, MindSpore has become better: say so in autograd.py, and in docs/architecture.md."""
    with pytest.raises(TypeError):
        ms.ops.relu(None)
    assert not _pynative_executor.grad_flag()


def test_what_is_written_to_data_is_seen() -> None:
    """While it records, MindSpore itself writes through no view; if that changes, set_item can go."""
    weight = ms.Parameter(ms.Tensor(NUMBERS))
    weight.data[0] = ms.Tensor([7.0, 8.0, 9.0])
    weight.data[1, 2] = 5
    assert weight.asnumpy()[0].tolist() == [7.0, 8.0, 9.0]
    assert weight.asnumpy()[1, 2] == 5
    other = ms.Parameter(ms.Tensor(NUMBERS))
    ms.Tensor.set_item_recording(other.data, 0, ms.Tensor([7.0, 8.0, 9.0]))
    assert other.asnumpy()[0].tolist() == NUMBERS[0].tolist()


def test_what_is_written_with_a_gradient_is_recorded() -> None:
    ours, theirs = leaf()
    target, their_target = ms.Tensor(np.zeros((2, 3), np.float32)), torch.zeros(2, 3)
    target[0] = ours[1] * 2
    their_target[0] = theirs[1] * 2
    autograd.backward((target * target).sum())
    (their_target * their_target).sum().backward()
    close(ours._grad, theirs.grad)


def test_only_floating_numbers_have_gradients() -> None:
    with pytest.raises(RuntimeError, match="floating point"):
        autograd.ask_for_gradients(ms.Tensor([1, 2]), True)
