"""torch.utils.data against torch's: batches, their order where it is fixed, errors; that random orders are orders."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import pytest

pytest.importorskip("torch", reason="the expected values are torch's")
pytest.importorskip("mindspore", reason="the counterparts run on MindSpore")

import mindspore as ms
import numpy as np
import torch
import torch.utils.data as theirs

from sporeprint.counterpart import REGISTRY
from sporeprint.torch.utils import data as ours

pytestmark = pytest.mark.frameworks

Pair = namedtuple("Pair", "a b")


def plain(value: Any) -> Any:
    """Free batches of their framework."""
    if isinstance(value, torch.Tensor | ms.Tensor):
        array = value.numpy() if isinstance(value, torch.Tensor) else value.asnumpy()
        return "tensor", str(array.dtype), array.tolist()
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return type(value).__name__, [plain(each) for each in value]
    return value


SAMPLES = [
    [np.float32(1.5), np.float32(2)],
    [1.5, 2.0],
    [1, 2],
    [True, False],
    ["a", "b"],
    [np.arange(3), np.arange(3)],
    [np.array(1.0), np.array(2.0)],
    [{"x": 1, "y": [1.0, 2]}, {"x": 2, "y": [3.0, 4]}],
    [(1, np.zeros(2, np.int8)), (2, np.ones(2, np.int8))],
    [Pair(1, 2.0), Pair(3, 4.0)],
]


@pytest.mark.parametrize("batch", SAMPLES, ids=str)
def test_batches_are_made_as_torch_makes_them(batch: Any) -> None:
    assert plain(REGISTRY["torch.utils.data.default_collate"](batch)) == plain(theirs.default_collate(batch))
    convert = REGISTRY["torch.utils.data.default_convert"]
    assert plain(convert(batch[0])) == plain(theirs.default_convert(batch[0]))


def test_samples_that_other_libraries_make_with_torch_become_mindspores() -> None:
    # torchvision's data sets do.
    batch = [
        (torch.ones(2, requires_grad=True), {"y": torch.tensor(3)}),
        (torch.zeros(2), {"y": torch.tensor(4)}),
    ]
    made = REGISTRY["torch.utils.data.default_collate"](batch)
    assert isinstance(made[0], ms.Tensor)
    assert plain(made) == plain([ms.Tensor([[1.0, 1.0], [0.0, 0.0]]), {"y": ms.Tensor([3, 4])}])
    assert isinstance(REGISTRY["torch.utils.data.default_convert"](torch.ones(2)), ms.Tensor)


@pytest.mark.parametrize(
    "batch", [[{1}, {2}], [[1], [1, 2]], [np.array("a"), np.array("b")], [None, None]], ids=str
)
def test_what_makes_no_batch_is_an_error(batch: Any) -> None:
    with pytest.raises((TypeError, RuntimeError)) as wanted:
        theirs.default_collate(batch)
    with pytest.raises(wanted.type):
        ours.collated(batch)


OPTIONS = [
    {"batch_size": 3},
    {"batch_size": 3, "drop_last": True},
    {"batch_size": None},
    {"batch_size": 2, "sampler": [4, 0, 0]},
    {"batch_sampler": [[1, 2], [0]]},
    {"num_workers": 0, "collate_fn": len},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_loaders_give_the_same(options: dict[str, Any]) -> None:
    numbers = list(range(7))
    wanted = theirs.DataLoader(numbers, **options)
    got = ours.DataLoader(numbers, **options)
    assert plain(list(got)) == plain(list(wanted))
    assert plain(list(got)) == plain(list(wanted)), "a second pass"
    assert len(got) == len(wanted)
    assert (got.batch_size, got.drop_last) == (wanted.batch_size, wanted.drop_last)


@pytest.mark.parametrize(
    "options",
    [
        {"shuffle": True, "sampler": [0]},
        {"batch_size": None, "drop_last": True},
        {"batch_sampler": [[0]], "shuffle": True},
        {"batch_size": 0},
    ],
    ids=str,
)
def test_options_that_exclude_one_another(options: dict[str, Any]) -> None:
    for loader in (theirs.DataLoader, ours.DataLoader):
        with pytest.raises(ValueError, match=r"exclusive|positive"):
            loader([1, 2], **options)


def test_random_orders_are_orders() -> None:
    REGISTRY["torch.manual_seed"](3)
    numbers = list(range(50))
    orders = [[int(each) for each in ours.DataLoader(numbers, shuffle=True)] for _ in range(2)]
    assert sorted(orders[0]) == sorted(orders[1]) == numbers
    assert orders[0] != orders[1] != numbers
    REGISTRY["torch.manual_seed"](3)
    assert [int(each) for each in ours.DataLoader(numbers, shuffle=True)] == orders[0]
    assert sorted(ours.SubsetRandomSampler([7, 9, 4])) == [4, 7, 9]
    drawn = list(ours.RandomSampler(range(5), replacement=True, num_samples=400))
    assert len(drawn) == 400
    assert set(drawn) == set(range(5))
    assert sorted(ours.RandomSampler(range(3), num_samples=6)) == [0, 0, 1, 1, 2, 2]


@pytest.mark.parametrize("lengths", [[3, 4], [0.5, 0.5], [0.3, 0.3, 0.4]], ids=str)
def test_splits_have_torchs_sizes(lengths: list[float]) -> None:
    split = REGISTRY["torch.utils.data.random_split"]
    parts = split(range(7), lengths)
    assert [len(each) for each in parts] == [len(each) for each in theirs.random_split(range(7), lengths)]
    assert sorted(number for each in parts for number in each.indices) == list(range(7))
    with pytest.raises(ValueError, match="Sum of input lengths"):
        split(range(7), [1, 2])


def test_several_datasets_are_one() -> None:
    def made(side: Any, tensor: Any) -> tuple[Any, int]:
        one = side.TensorDataset(tensor(np.arange(3)), tensor(np.arange(3) * 2))
        both = side.ConcatDataset([one, side.Subset(one, [2, 0])])
        return plain([both[number] for number in (0, 3, 4, -1, -5)]), len(both)

    assert made(ours, ms.Tensor) == made(theirs, torch.tensor)
    with pytest.raises(AssertionError):
        ours.TensorDataset(ms.Tensor([1]), ms.Tensor([1, 2]))


def test_what_is_refused() -> None:
    with pytest.raises(TypeError, match="worker_init_fn"):
        ours.DataLoader([1], worker_init_fn=print)
    with pytest.raises(TypeError, match="generator"):
        ours.DataLoader([1], generator=object())
