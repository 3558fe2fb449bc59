"""What PyTorch's test database has no samples for: containers, parameters, initialisers, and a few layers."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="it is the reference")
ms = pytest.importorskip("mindspore", reason="it is what is tested")

from sporeprint.torch import nn  # noqa: E402

ours: Any = nn
F: Any = nn.functional
init: Any = nn.init

pytestmark = pytest.mark.frameworks


def tensor(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def test_a_list_of_layers_takes_any_iterable_and_names_its_parameters_as_torch() -> None:
    for given in ([0, 1], (0, 1), iter([0, 1])):
        made = ours.ModuleList(ms.nn.Dense(2, 2) for _ in given)
        theirs = torch.nn.ModuleList(torch.nn.Linear(2, 2) for _ in range(2))
        assert list(made.state_dict()) == list(theirs.state_dict())
        assert len(made) == 2
        assert isinstance(made[-1], ms.nn.Dense)
        assert len(made[1:]) == 1
        assert [type(each) for each in made] == [ms.nn.Dense] * 2
    empty = ours.ModuleList()
    empty.append(ms.nn.ReLU())
    assert len(empty) == 1


def test_a_dictionary_of_layers_takes_layers_that_hold_others() -> None:
    made = ours.ModuleDict({"a": ms.nn.SequentialCell(ms.nn.Dense(2, 2)), "b": ms.nn.ReLU()})
    theirs = torch.nn.ModuleDict({"a": torch.nn.Sequential(torch.nn.Linear(2, 2)), "b": torch.nn.ReLU()})
    assert list(made.keys()) == list(theirs.keys()) == list(made)
    assert list(made.state_dict()) == list(theirs.state_dict())
    assert "a" in made
    assert [name for name, _ in made.items()] == ["a", "b"]
    made["c"] = ms.nn.CellList([ms.nn.ReLU()])
    assert len(made) == 3


def test_a_sequence_of_layers_takes_names() -> None:
    layers = OrderedDict(first=ms.nn.Dense(2, 3), second=ms.nn.ReLU())
    made = ours.Sequential(layers)
    assert list(made.state_dict()) == ["first.weight", "first.bias"]
    assert [type(each) for each in ours.Sequential(ms.nn.ReLU(), ms.nn.Tanh())] == [ms.nn.ReLU, ms.nn.Tanh]


class Holder(ms.nn.Cell):  # type: ignore[misc, name-defined]  # MindSpore is not followed
    def __init__(self, held: Any) -> None:
        super().__init__()
        self.held = held


def test_lists_and_dictionaries_of_parameters_are_trained() -> None:
    values = [ours.Parameter(ms.Tensor(tensor(2))), ms.Tensor(tensor(3))]
    made = Holder(ours.ParameterList(values))
    assert [parameter.name for parameter in made.trainable_params()] == ["held.0", "held.1"]
    assert [each.shape for each in made.held] == [(2,), (3,)]
    made.held.append(ms.Tensor(tensor(4)))
    assert len(made.held) == 3
    assert made.held[-1].shape == (4,)
    with pytest.raises(IndexError):
        made.held[3]
    named = Holder(ours.ParameterDict({"x": ms.Tensor(tensor(2)), "y": ours.Parameter(ms.Tensor(tensor(3)))}))
    assert [parameter.name for parameter in named.trainable_params()] == ["held.x", "held.y"]
    assert list(named.held.keys()) == list(named.held) == ["x", "y"]
    assert [value.shape for _, value in named.held.items()] == [(2,), (3,)]
    assert "x" in named.held


def test_a_parameter_need_not_be_trained() -> None:
    assert ours.Parameter(ms.Tensor(tensor(2))).requires_grad
    assert not ours.Parameter(ms.Tensor(tensor(2)), requires_grad=False).requires_grad


@pytest.mark.parametrize("make", [ms.Tensor, lambda data: ms.Parameter(ms.Tensor(data), name="p")])
@pytest.mark.parametrize("name", ["uniform_", "normal_", "trunc_normal_", "xavier_uniform_", "xavier_normal_",
                                  "kaiming_uniform_", "kaiming_normal_", "orthogonal_"])  # fmt: skip
def test_initialisers_change_their_tensor(make: Any, name: str) -> None:
    """The distributions are compared with torch's by two samples of 40,000 numbers."""
    from scipy.stats import ks_2samp

    made = make(np.zeros((200, 200), np.float32))
    assert getattr(init, name)(made) is made
    theirs = getattr(torch.nn.init, name)(torch.zeros(200, 200)).numpy().reshape(-1)
    assert ks_2samp(made.asnumpy().reshape(-1), theirs).pvalue > 1e-6


def test_constants_are_written() -> None:
    for shape in ((3, 4), (4, 3)):
        made = ms.Parameter(ms.Tensor(tensor(*shape)), name="p")
        assert init.eye_(made) is made
        np.testing.assert_array_equal(made.asnumpy(), torch.nn.init.eye_(torch.empty(shape)).numpy())
    for groups in (1, 2):
        kernel = ms.Tensor(tensor(4, 2, 3, 3))
        theirs = torch.nn.init.dirac_(torch.empty(4, 2, 3, 3), groups).numpy()
        np.testing.assert_array_equal(init.dirac_(kernel, groups).asnumpy(), theirs)
    made = ms.Parameter(ms.Tensor(tensor(2, 3)), name="p")
    for fill, number in ((init.zeros_, 0), (init.ones_, 1), (lambda p: init.constant_(p, 0.5), 0.5)):
        assert fill(made) is made
        assert (made.asnumpy() == number).all()
    orthogonal = init.orthogonal_(ms.Tensor(tensor(3, 8)), gain=2).asnumpy()
    np.testing.assert_allclose(orthogonal @ orthogonal.T, 4 * np.eye(3), atol=1e-5)


def test_fans_and_gains_are_torchs() -> None:
    shape = (6, 4, 3, 3)
    theirs = torch.nn.init._calculate_fan_in_and_fan_out(torch.empty(shape))
    assert init._calculate_fan_in_and_fan_out(ms.Tensor(tensor(*shape))) == theirs
    for name in ("linear", "conv2d", "sigmoid", "tanh", "relu", "leaky_relu", "selu"):
        assert init.calculate_gain(name) == torch.nn.init.calculate_gain(name)
    assert init.calculate_gain("leaky_relu", 0.2) == torch.nn.init.calculate_gain("leaky_relu", 0.2)


def test_windows_are_added_up_where_they_lie() -> None:
    for options in ({}, {"stride": 2, "padding": 1}, {"dilation": 2, "stride": (1, 2)}):
        image = tensor(2, 3, 7, 8)
        windows = torch.nn.functional.unfold(torch.tensor(image), 3, **options)
        np.testing.assert_allclose(F.unfold(ms.Tensor(image), 3, **options).asnumpy(), windows.numpy())
        theirs = torch.nn.functional.fold(windows, (7, 8), 3, **options).numpy()
        made = ms.Tensor(windows.numpy())
        np.testing.assert_allclose(F.fold(made, (7, 8), 3, **options).asnumpy(), theirs, atol=1e-5)
        np.testing.assert_allclose(ours.Fold((7, 8), 3, **options)(made).asnumpy(), theirs, atol=1e-5)


@pytest.mark.parametrize("options", [{"scale_factor": 2}, {"size": (5, 9)}, {"scale_factor": (0.6, 1.7)}])
@pytest.mark.parametrize("mode", ["nearest", "bilinear", "bicubic"])
def test_images_are_resized_as_layers(options: dict[str, Any], mode: str) -> None:
    image = tensor(2, 3, 6, 7)
    theirs = torch.nn.Upsample(**options, mode=mode)(torch.tensor(image)).numpy()
    made = ours.Upsample(**options, mode=mode)(ms.Tensor(image)).asnumpy()
    np.testing.assert_allclose(made, theirs, atol=2e-5)


def test_distances_are_torchs() -> None:
    one, other = tensor(4, 5), tensor(4, 5, seed=1)
    for name in ("CosineSimilarity", "PairwiseDistance"):
        theirs = getattr(torch.nn, name)()(torch.tensor(one), torch.tensor(other)).numpy()
        made = getattr(ours, name)()(ms.Tensor(one), ms.Tensor(other)).asnumpy()
        np.testing.assert_allclose(made, theirs, rtol=1e-5)
    theirs = torch.nn.TripletMarginLoss(swap=True)(*(torch.tensor(x) for x in (one, other, one[::-1].copy())))
    made = ours.TripletMarginLoss(swap=True)(*(ms.Tensor(x) for x in (one, other, one[::-1].copy())))
    np.testing.assert_allclose(made.asnumpy(), theirs.numpy(), rtol=1e-5)


def test_stacks_of_transformer_layers_are_torchs() -> None:
    torch.manual_seed(0)
    theirs = torch.nn.TransformerDecoder(torch.nn.TransformerDecoderLayer(8, 2, 16, dropout=0.0), 2).eval()
    made = ours.TransformerDecoder(ours.TransformerDecoderLayer(8, 2, 16, dropout=0.0), 2)
    encoder = torch.nn.TransformerEncoder(torch.nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0), 2).eval()
    ours_encoder = ours.TransformerEncoder(ours.TransformerEncoderLayer(8, 2, 16, dropout=0.0), 2)
    for source, target in ((theirs, made), (encoder, ours_encoder)):
        state, own = source.state_dict(), target.state_dict()
        assert len(own) == len(state)
        for name, value in state.items():
            other = name if name in own else name.replace("weight", "gamma").replace("bias", "beta")
            own[other].set_data(ms.Tensor(value.numpy()))
    memory, sequence = tensor(5, 3, 8), tensor(4, 3, 8, seed=1)
    mask = torch.nn.Transformer.generate_square_subsequent_mask(4)
    expected = theirs(torch.tensor(sequence), torch.tensor(memory), tgt_mask=mask).detach().numpy()
    found = made(ms.Tensor(sequence), ms.Tensor(memory), tgt_mask=ms.Tensor(mask.numpy())).asnumpy()
    np.testing.assert_allclose(found, expected, atol=1e-5)
    expected = encoder(torch.tensor(sequence)).detach().numpy()
    np.testing.assert_allclose(ours_encoder(ms.Tensor(sequence)).asnumpy(), expected, atol=1e-5)


def test_a_batch_norm_averages_over_all_batches_if_asked() -> None:
    theirs, made = torch.nn.BatchNorm2d(3, momentum=None), ours.BatchNorm2d(3, momentum=None).set_train()
    for seed in range(3):
        image = tensor(4, 3, 2, 2, seed=seed) + seed
        expected = theirs(torch.tensor(image)).detach().numpy()
        np.testing.assert_allclose(made(ms.Tensor(image)).asnumpy(), expected, atol=1e-5)
    np.testing.assert_allclose(made.moving_mean.asnumpy(), theirs.running_mean.numpy(), rtol=1e-5)
    np.testing.assert_allclose(made.moving_variance.asnumpy(), theirs.running_var.numpy(), rtol=1e-5)


def test_padding_takes_numbers_of_both_signs() -> None:
    image = tensor(2, 3, 5, 6)
    for sides in ((-1, 2), (-2, 1, 3, -1), (1, -3), (-2, -2, 1, 1)):
        expected = torch.nn.functional.pad(torch.tensor(image), sides, value=1.5).numpy()
        np.testing.assert_array_equal(F.pad(ms.Tensor(image), sides, value=1.5).asnumpy(), expected)
