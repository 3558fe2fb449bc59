"""Reparametrizations of weights against torch's: value, gradients, state, and what is left when they are removed."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("torch", reason="the expected values are torch's")
pytest.importorskip("mindspore", reason="the counterparts run on MindSpore")

import mindspore as ms
import numpy as np
import torch

from sporeprint.torch.nn import utils

pytestmark = pytest.mark.frameworks

RNG = np.random.default_rng(0)
WEIGHT = RNG.standard_normal((5, 4)).astype(np.float32)
INPUT = RNG.standard_normal((3, 4)).astype(np.float32)


def dense() -> Any:
    made = ms.nn.Dense(4, 5, has_bias=False)
    made.weight.set_data(ms.Tensor(WEIGHT))
    return made


def linear() -> Any:
    made = torch.nn.Linear(4, 5, bias=False)
    made.weight.data = torch.tensor(WEIGHT)
    return made


def close(ours: Any, theirs: Any) -> None:
    np.testing.assert_allclose(ours.asnumpy(), theirs.detach().numpy(), rtol=1e-4, atol=1e-5)


def gradients_of(cell: Any) -> Any:
    def loss() -> Any:
        return (cell(ms.Tensor(INPUT)) ** 2).sum()

    return ms.grad(loss, None, ms.ParameterTuple(cell.trainable_params()))()


@pytest.mark.parametrize("dim", [0, 1, None])
def test_weight_norm(dim: int | None) -> None:
    ours, theirs = utils.weight_norm(dense(), dim=dim), torch.nn.utils.weight_norm(linear(), dim=dim)
    wanted = theirs(torch.tensor(INPUT))
    close(ours(ms.Tensor(INPUT)), wanted)
    names = ["weight_g", "weight_v"]
    assert list(ours._params) == names == [name for name, _ in theirs.named_parameters()]
    gradients = torch.autograd.grad((wanted**2).sum(), list(theirs.parameters()))
    found = gradients_of(ours)
    for name, got, gradient in zip(names, found, gradients, strict=True):
        assert got.shape == tuple(gradient.shape)
        np.testing.assert_allclose(got.asnumpy(), gradient.numpy(), rtol=1e-4, atol=1e-4, err_msg=name)
    utils.remove_weight_norm(ours)
    assert list(ours._params) == ["weight"]
    np.testing.assert_allclose(ours.weight.asnumpy(), WEIGHT, rtol=1e-6)
    close(ours(ms.Tensor(INPUT)), wanted)
    with pytest.raises(ValueError, match="not found"):
        utils.remove_weight_norm(ours)


def test_spectral_norm() -> None:
    ours, theirs = utils.spectral_norm(dense().set_train()), torch.nn.utils.spectral_norm(linear())
    for name in ("weight_u", "weight_v"):
        ours._buffers[name][...] = ms.Tensor(getattr(theirs, name).numpy())
    for training in (True, True, False):
        theirs.train(training)
        ours.set_train(training)
        wanted = theirs(torch.tensor(INPUT))
        close(ours(ms.Tensor(INPUT)), wanted)
        for name in ("weight_u", "weight_v"):
            close(ours._buffers[name], getattr(theirs, name))
    (gradient,) = torch.autograd.grad((wanted**2).sum(), list(theirs.parameters()))
    (found,) = gradients_of(ours)
    np.testing.assert_allclose(found.asnumpy(), gradient.numpy(), rtol=1e-3, atol=1e-3)
    lengths = ours._buffers["weight_u"].asnumpy(), ours._buffers["weight_v"].asnumpy()
    np.testing.assert_allclose([np.linalg.norm(each) for each in lengths], 1, rtol=1e-5)


def test_data_parallel_computes_what_its_network_does() -> None:
    from sporeprint.torch.nn import parallel

    theirs = torch.nn.DataParallel(linear())(torch.tensor(INPUT))
    close(parallel.DataParallel(dense(), device_ids=[0])(ms.Tensor(INPUT)), theirs)


@pytest.mark.parametrize(
    "options", [{}, {"batch_first": True}, {"padding_value": -1.5}, {"padding_side": "left"}]
)
@pytest.mark.parametrize("rest", [(), (3,), (2, 3)])
def test_pad_sequence(rest: tuple[int, ...], options: dict[str, Any]) -> None:
    arrays = [RNG.standard_normal((length, *rest)).astype(np.float32) for length in (2, 4, 1, 4)]
    theirs = [torch.tensor(each, requires_grad=True) for each in arrays]
    wanted = torch.nn.utils.rnn.pad_sequence(theirs, **options)
    ours = [ms.Tensor(each) for each in arrays]
    found = utils.pad_sequence(ours, **options)
    assert np.array_equal(found.asnumpy(), wanted.detach().numpy())
    weights = RNG.standard_normal(found.shape).astype(np.float32)
    (wanted * torch.tensor(weights)).sum().backward()

    def loss(*sequences: Any) -> Any:
        return (utils.pad_sequence(list(sequences), **options) * ms.Tensor(weights)).sum()

    for got, each in zip(ms.grad(loss, (0, 1, 2, 3))(*ours), theirs, strict=True):
        np.testing.assert_allclose(got.asnumpy(), each.grad.numpy(), rtol=1e-6)


@pytest.mark.parametrize(
    ("shapes", "options"), [([], {}), ([(2, 3), (2, 4)], {}), ([(2,)], {"padding_side": "top"})]
)
def test_pad_sequence_refuses_what_torch_refuses(
    shapes: list[tuple[int, ...]], options: dict[str, Any]
) -> None:
    with pytest.raises((RuntimeError, ValueError)):
        torch.nn.utils.rnn.pad_sequence([torch.zeros(each) for each in shapes], **options)
    with pytest.raises((RuntimeError, ValueError)):
        utils.pad_sequence([ms.ops.zeros(each) for each in shapes], **options)


def test_pad_sequence_of_other_dtypes() -> None:
    for dtype in (np.int64, np.bool_, np.float64):
        arrays = [np.ones(3, dtype), np.ones(1, dtype)]
        wanted = torch.nn.utils.rnn.pad_sequence(
            [torch.tensor(each) for each in arrays], padding_value=0
        ).numpy()
        found = utils.pad_sequence([ms.Tensor(each) for each in arrays], padding_value=0).asnumpy()
        assert found.dtype == wanted.dtype
        assert np.array_equal(found, wanted)
