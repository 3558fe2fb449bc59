"""torch.save and torch.load: files go from torch to MindSpore and back, and what is refused is refused."""

from __future__ import annotations

import io
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="the files are torch's")
pytest.importorskip("mindspore", reason="the counterparts run on MindSpore")

import mindspore as ms
import numpy as np
import torch

from sporeprint.counterpart import REGISTRY
from sporeprint.torch import serialization

pytestmark = pytest.mark.frameworks

DTYPES = [
    "float32",
    "float64",
    "float16",
    "bfloat16",
    "uint8",
    "int8",
    "int16",
    "int32",
    "int64",
    "bool",
    "complex64",
]


def same(ours: Any, theirs: Any) -> None:
    assert tuple(ours.shape) == tuple(theirs.shape)
    assert str(ours.dtype).lower() == str(theirs.dtype).removeprefix("torch.")
    if theirs.dtype == torch.bfloat16:
        ours, theirs = ours.astype(ms.float32), theirs.float()
    np.testing.assert_array_equal(ours.asnumpy(), theirs.detach().numpy())


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (0, 3), (2, 3)], ids=str)
def test_each_dtype_both_ways(dtype: str, shape: tuple[int, ...], tmp_path: Path) -> None:
    theirs = (torch.randn(shape) * 3).to(getattr(torch, dtype))
    torch.save({"t": theirs}, tmp_path / "theirs.pt")
    ours = serialization.load(str(tmp_path / "theirs.pt"))["t"]
    same(ours, theirs)
    serialization.save({"t": ours}, tmp_path / "ours.pt")
    same(ours, torch.load(tmp_path / "ours.pt")["t"])


def test_views_lie_where_they_lie() -> None:
    whole = torch.arange(24.0).reshape(2, 3, 4)
    views = [whole.transpose(0, 2), whole[1:, ::2], whole[:, 1], whole.expand(5, 2, 3, 4)[3:]]
    stream = io.BytesIO()
    torch.save(views, stream)
    stream.seek(0)
    for ours, theirs in zip(serialization.load(stream), views, strict=True):
        same(ours, theirs)


def test_a_checkpoint_both_ways() -> None:
    net = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Linear(3, 1))
    optimizer = torch.optim.Adam(net.parameters())
    net(torch.ones(4, 2)).sum().backward()
    optimizer.step()
    stream = io.BytesIO()
    torch.save(
        {"net": net.state_dict(), "optimizer": optimizer.state_dict(), "p": net[0].weight, "epoch": 3}, stream
    )
    stream.seek(0)
    held = serialization.load(stream, map_location="cuda:0", weights_only=True)
    assert isinstance(held["net"], OrderedDict)
    assert isinstance(held["p"], ms.Parameter)
    cell = ms.nn.SequentialCell(ms.nn.Dense(2, 3), ms.nn.Dense(3, 1))
    ours = REGISTRY["torch.optim.Adam"](cell.trainable_params())
    ours.load_state_dict(held["optimizer"])
    back = io.BytesIO()
    serialization.save({"net": held["net"], "optimizer": ours.state_dict(), "p": held["p"]}, back)
    back.seek(0)
    again = torch.load(back)
    other = torch.optim.Adam(net.parameters())
    other.load_state_dict(again["optimizer"])
    assert again["p"].requires_grad
    assert torch.equal(again["net"]["0.weight"], net[0].weight)
    for parameter in net.parameters():
        wanted, got = optimizer.state[parameter], other.state[parameter]
        assert torch.equal(got["exp_avg"], wanted["exp_avg"])
        assert got["step"] == wanted["step"] == 1


def test_what_is_not_known_is_refused() -> None:
    stream = io.BytesIO()
    torch.save({"path": Path("x")}, stream)
    stream.seek(0)
    with pytest.raises(pickle.UnpicklingError, match="asks for"):
        serialization.load(stream)
    stream.seek(0)
    assert serialization.load(stream, weights_only=False)["path"] == Path("x")
    stream = io.BytesIO()
    torch.save(torch.nn.Linear(2, 2), stream)
    for trusted in (True, False):
        stream.seek(0)
        with pytest.raises(pickle.UnpicklingError):
            serialization.load(stream, weights_only=not trusted)


def test_what_is_no_such_file_is_refused(tmp_path: Path) -> None:
    torch.save(torch.ones(2), tmp_path / "old.pt", _use_new_zipfile_serialization=False)
    with pytest.raises(pickle.UnpicklingError, match="sporeprint weights"):
        serialization.load(tmp_path / "old.pt")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("a", "b")
    with pytest.raises(pickle.UnpicklingError, match="nothing of torch's"):
        serialization.load(tmp_path / "other.zip")
    with pytest.raises(ValueError, match="zip format"):
        serialization.save(ms.Tensor([1.0]), tmp_path / "x.pt", pickle_protocol=4)
    with pytest.raises(FileNotFoundError):
        serialization.load(tmp_path / "none.pt")


def test_a_tensor_outside_of_its_numbers_is_refused() -> None:
    numbers = ("FloatStorage", np.zeros(4, np.float32))
    for offset, size, stride in [(0, (2, 3), (3, 1)), (3, (2,), (1,)), (0, (2,), (-1,)), (-1, (2,), (1,))]:
        with pytest.raises(pickle.UnpicklingError, match="damaged"):
            serialization.rebuild_tensor(numbers, offset, size, stride, False)
