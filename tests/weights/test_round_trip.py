"""What torch saved is in MindSpore's checkpoints bit for bit, as MindSpore reads them, and comes back the same."""

from __future__ import annotations

import itertools
import json
import math
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sporeprint.cli import main
from sporeprint.weights import files

torch = pytest.importorskip("torch", reason="it writes and reads the checkpoints")
ms = pytest.importorskip("mindspore", reason="it reads the checkpoints")

pytestmark = pytest.mark.frameworks

nn = torch.nn
State = dict[str, Any]


def residual() -> Any:
    class Block(nn.Module):  # type: ignore[name-defined, misc]
        def __init__(self, width: int, stride: int) -> None:
            super().__init__()
            self.conv1 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(width)
            self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(width)
            self.downsample = nn.Sequential(
                nn.Conv2d(width, width, 1, stride, bias=False), nn.BatchNorm2d(width)
            )

    return nn.Sequential(
        nn.Conv2d(3, 8, 7, 2, 3), nn.BatchNorm2d(8), Block(8, 2), Block(8, 1), nn.Linear(8, 10)
    )


def tied() -> Any:
    class Tied(nn.Module):  # type: ignore[name-defined, misc]
        def __init__(self) -> None:
            super().__init__()
            self.embed = nn.Embedding(11, 6)
            self.norm = nn.LayerNorm(6)
            self.head = nn.Linear(6, 11, bias=False)
            self.head.weight = self.embed.weight

    return Tied()


def buffers() -> Any:
    module = nn.Module()
    values = {
        "b_half": torch.randn(3, 2).half(),
        "b_brain": torch.randn(2, 3).bfloat16(),
        "b_double": torch.randn(2, dtype=torch.float64),
        "b_long": torch.randint(-(2**60), 2**60, (2, 2)),
        "b_int": torch.arange(3, dtype=torch.int32),
        "b_short": torch.arange(3, dtype=torch.int16),
        "b_char": torch.arange(-3, 3, dtype=torch.int8),
        "b_byte": torch.arange(3, dtype=torch.uint8),
        "b_mask": torch.tensor([True, False, True]),
        "b_scalar": torch.tensor(2.5),
        "b_number": torch.tensor(7),
        "b_empty": torch.zeros(0, 3),
        "b_special": torch.tensor([math.nan, math.inf, -math.inf, -0.0, 1e-45]),
        "b_wide": torch.arange(3).to(torch.uint16),
        "b_wider": torch.arange(3).to(torch.uint64),
    }
    for name, value in values.items():
        module.register_buffer(name, value)
    return module


def strided() -> Any:
    module = nn.Module()
    values = {
        "turned": torch.randn(4, 3).t(),
        "channels_last": torch.randn(2, 3, 4, 5).to(memory_format=torch.channels_last),
        "every_second": torch.arange(20)[3::2],
        "expanded": torch.randn(3, 1).expand(3, 4),
        "expanded_rows": torch.randn(4).expand(3, 4),
        "half_turned": torch.randn(2, 3, 4).half().permute(2, 0, 1),
        "of_a_large_one": torch.randn(100)[7:12],
        "overlapping": torch.arange(10)[torch.tensor(0) :],
    }
    values["overlapping_too"] = values["overlapping"][4:]
    for name, value in values.items():
        module.register_buffer(name, value)
    return module


MODELS: dict[str, Callable[[], Any]] = {
    "residual": residual,
    "tied": tied,
    "buffers": buffers,
    "strided": strided,
    "transformer": lambda: nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), 2),
    "decoder": lambda: nn.Transformer(8, 2, 1, 1, 16, batch_first=True),
    "lstm": lambda: nn.LSTM(4, 6, 2, bidirectional=True, proj_size=3),
    "gru": lambda: nn.GRU(4, 6, 2),
    "perceptron": lambda: nn.Sequential(nn.Linear(4, 8), nn.PReLU(8), nn.Linear(8, 2, bias=False)),
    "convolutions": lambda: nn.Sequential(
        nn.Conv1d(3, 4, 5), nn.ConvTranspose1d(4, 3, 2), nn.Conv3d(2, 3, 3), nn.ConvTranspose2d(3, 2, 3)
    ),
    "norms": lambda: nn.Sequential(
        nn.BatchNorm1d(3), nn.BatchNorm3d(3), nn.GroupNorm(1, 3), nn.LayerNorm((2, 3)),
        nn.InstanceNorm2d(3, affine=True, track_running_stats=True), nn.BatchNorm2d(3, affine=False),
    ),
    "brain": lambda: residual().bfloat16(),
    "half": lambda: nn.TransformerEncoderLayer(8, 2, 16).half(),
    "embeddings": lambda: nn.ModuleDict(
        {"words": nn.Embedding(9, 4), "bag": nn.EmbeddingBag(5, 4), "pairs": nn.Bilinear(2, 3, 4)}
    ),
}  # fmt: skip


def state(name: str) -> State:
    torch.manual_seed(len(name))
    module = MODELS[name]()
    with torch.no_grad():
        for value in module.state_dict().values():
            if value.is_floating_point() and not name.startswith(("buffers", "strided")):
                value.normal_()
    found: State = module.state_dict()
    return found


def raw(value: Any) -> tuple[str, tuple[int, ...], bytes]:
    """Return a torch tensor's dtype, shape and bytes."""
    flat = value.detach().clone(memory_format=torch.contiguous_format).reshape(-1).view(torch.uint8)
    return str(value.dtype).removeprefix("torch."), tuple(value.shape), flat.numpy().tobytes()


def raw_ms(value: Any) -> tuple[str, tuple[int, ...], bytes]:
    """Return the same of a MindSpore tensor."""
    dtype = {"Bool": "bool", "BFloat16": "bfloat16"}.get(str(value.dtype), str(value.dtype).lower())
    return dtype, tuple(value.shape), bytes(value.get_bytes()) if value.size else b""


def equal(expected: State, found: State) -> None:
    """All but the counters of batches are there, in dtype, shape and every bit."""
    names = [name for name in expected if not name.endswith("num_batches_tracked")]
    assert sorted(names) == sorted(found)
    for name in names:
        assert raw(expected[name]) == raw(found[name]), name


@pytest.mark.parametrize("legacy", [False, True], ids=["zip", "legacy"])
@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("suffix", [".ckpt", ".safetensors"])
def test_there_and_back(tmp_path: Path, name: str, suffix: str, legacy: bool) -> None:
    expected = state(name)
    there, middle, back = tmp_path / "in.pth", tmp_path / f"middle{suffix}", tmp_path / "back.pth"
    torch.save(expected, there, _use_new_zipfile_serialization=not legacy)
    assert main(["weights", str(there), "-o", str(middle)]) in (0, 1)
    assert main(["weights", str(middle), "-o", str(back)]) in (0, 1)
    equal(expected, torch.load(back, weights_only=True))
    equal(expected, torch.load(back, weights_only=True, mmap=True))
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted(["in.pth", middle.name, "back.pth"])


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("suffix", [".ckpt", ".safetensors"])
def test_mindspore_reads_every_bit(tmp_path: Path, name: str, suffix: str) -> None:
    expected = state(name)
    there, middle, report = tmp_path / "in.pth", tmp_path / f"middle{suffix}", tmp_path / "report.json"
    torch.save(expected, there)
    main(["weights", str(there), "-o", str(middle), "--report", str(report)])
    findings = json.loads(report.read_text())["findings"]
    names = {row["name"]: row["text"].removeprefix("→ ") for row in findings if row["kind"] == "renamed"}
    loaded = ms.load_checkpoint(str(middle), format=suffix[1:], crc_check=suffix == ".ckpt")
    wanted = {names.get(key, key): value for key, value in expected.items() if "num_batches" not in key}
    assert sorted(loaded) == sorted(wanted)
    for key, value in wanted.items():
        assert raw_ms(loaded[key]) == raw(value), key


def test_tied_weights_come_back_as_one(tmp_path: Path) -> None:
    expected = state("tied")
    torch.save(expected, tmp_path / "in.pth")
    for middle in ("direct.pth", "middle.safetensors"):
        main(["weights", str(tmp_path / "in.pth"), "-o", str(tmp_path / middle)])
    main(["weights", str(tmp_path / "middle.safetensors"), "-o", str(tmp_path / "back.pth")])
    for name in ("direct.pth", "back.pth"):
        found = torch.load(tmp_path / name, weights_only=True)
        assert found["embed.weight"].data_ptr() == found["head.weight"].data_ptr()


@pytest.mark.parametrize("large", [1 << 31, 50])
def test_storages_are_aligned_as_torch_aligns_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: int
) -> None:
    monkeypatch.setattr("sporeprint.weights.torch_out._LARGE", large)  # from there on sizes have 64 bits
    expected = state("transformer")
    torch.save(expected, tmp_path / "in.pth")
    assert main(["weights", str(tmp_path / "in.pth"), "-o", str(tmp_path / "out.pth")]) == 0
    equal(expected, torch.load(tmp_path / "out.pth", weights_only=True, mmap=True))
    for tensor in files.read(tmp_path / "out.pth").tensors.values():
        assert tensor.runs[0].offset % 64 == 0


def test_torch_keeps_what_the_others_cannot(tmp_path: Path) -> None:
    expected = {
        "complex": torch.randn(2, 3, dtype=torch.complex128).t(),
        "complex_half": torch.randn(2, dtype=torch.complex64),
        "eight": torch.randn(5).to(torch.float8_e4m3fn),
        "eight_too": torch.randn(5).to(torch.float8_e5m2),
        "empty": torch.zeros(0),
    }
    torch.save(expected, tmp_path / "in.pth")
    assert main(["weights", str(tmp_path / "in.pth"), "-o", str(tmp_path / "out.pth")]) == 0
    found = torch.load(tmp_path / "out.pth", weights_only=True)
    for name, value in expected.items():
        assert raw(value) == raw(found[name]), name


def test_what_mindspore_saved_comes_to_torch(tmp_path: Path) -> None:
    values = {
        "bn.gamma": np.arange(3, dtype=np.float32),
        "bn.beta": np.arange(3, dtype=np.float32) + 1,
        "bn.moving_mean": np.arange(3, dtype=np.float32) + 2,
        "bn.moving_variance": np.arange(3, dtype=np.float32) + 3,
        "words.embedding_table": np.ones((4, 2), np.float16),
        "step": np.array(7, np.int64),
    }
    rows = [
        {"name": name, "data": ms.Parameter(ms.Tensor(value), name=name)} for name, value in values.items()
    ]
    brain = {"name": "brain", "data": ms.Parameter(ms.Tensor([1.5, 2.5], ms.bfloat16), name="brain")}
    for suffix, crc in itertools.product(("ckpt", "safetensors"), (False, True)):
        extra = [brain] if suffix == "ckpt" else []  # MindSpore saves bfloat16 there only with numpy 2
        source, target = tmp_path / f"in.{suffix}", tmp_path / "out.pth"
        ms.save_checkpoint(rows + extra, str(source), crc_check=crc, format=suffix)
        assert main(["weights", str(source), "-o", str(target)]) == 0
        found = torch.load(target, weights_only=True)
        bn = torch.nn.BatchNorm1d(3)
        bn.load_state_dict(
            {name.removeprefix("bn."): v for name, v in found.items() if name.startswith("bn.")}
        )
        assert bn.running_var.tolist() == [3, 4, 5]
        assert found["words.weight"].tolist() == [[1, 1]] * 4
        assert found["step"].item() == 7
        assert not extra or found["brain"].tolist() == [1.5, 2.5]
        source.chmod(0o600)


def test_texts_in_a_checkpoint_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"name": "v", "data": ms.Parameter(ms.Tensor([1.0]), name="v")}]
    ms.save_checkpoint(rows, str(tmp_path / "in.ckpt"), append_dict={"note": "hello", "epoch": 3})
    assert main(["weights", str(tmp_path / "in.ckpt"), "-o", str(tmp_path / "out.pth")]) == 0
    assert "note a text" in capsys.readouterr().out
    assert set(torch.load(tmp_path / "out.pth")) == {"v", "epoch"}


CELL = """
import mindspore as ms
from mindspore import nn, mint
import numpy as np

class Net(nn.Cell):
    def __init__(self, width=3):
        super().__init__()
        self.bn = nn.BatchNorm2d(width)
        self.deep = nn.BatchNorm3d(width)
        self.line = nn.Conv1d(2, width, 5, has_bias=True)
        self.up = nn.Conv1dTranspose(2, width, 4)
        self.act = nn.PReLU(width)
        self.words = nn.Embedding(7, 4)
        self.blocks = nn.SequentialCell(nn.Dense(4, 4), nn.LayerNorm((4,)), nn.GroupNorm(2, 4))
        self.same = mint.nn.GroupNorm(2, 4)
        self.rnn = nn.LSTM(4, 5, 2, bidirectional=True)
        self.head = nn.Dense(4, 7, has_bias=False)
        self.head.weight = self.words.embedding_table
        self.register_buffer("table", ms.Tensor(np.zeros(3, np.float32)))
"""

MODULE = """
from torch import nn
import torch

class Net(nn.Module):
    def __init__(self, width=3):
        super().__init__()
        self.bn = nn.BatchNorm2d(width)
        self.deep = nn.BatchNorm3d(width)
        self.line = nn.Conv1d(2, width, 5)
        self.up = nn.ConvTranspose1d(2, width, 4, bias=False)
        self.act = nn.PReLU(width)
        self.words = nn.Embedding(7, 4)
        self.blocks = nn.Sequential(nn.Linear(4, 4), nn.LayerNorm(4), nn.GroupNorm(2, 4))
        self.same = nn.GroupNorm(2, 4)
        self.rnn = nn.LSTM(4, 5, 2, bidirectional=True)
        self.head = nn.Linear(4, 7, bias=False)
        self.head.weight = self.words.weight
        self.register_buffer("table", torch.zeros(3))
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the same network in both frameworks, and random weights of the one."""
    (tmp_path / "net_ms.py").write_text(CELL)
    (tmp_path / "net_torch.py").write_text(MODULE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    source = str(Path(__file__).parents[2] / "src")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([source, os.environ.get("PYTHONPATH", "")]))
    for name in ("net_ms", "net_torch"):
        sys.modules.pop(name, None)
    import net_torch  # type: ignore[import-not-found]

    torch.manual_seed(1)
    net = net_torch.Net()
    with torch.no_grad():
        for value in net.state_dict().values():
            if value.is_floating_point():
                value.normal_()
    torch.save(net.state_dict(), "in.pth")
    return tmp_path


def _loads(path: str) -> tuple[Any, list[str], list[str]]:
    import net_ms  # type: ignore[import-not-found]

    net = net_ms.Net()
    missing, extra = ms.load_param_into_net(net, ms.load_checkpoint(path))
    return net, missing, extra


def test_the_converted_model_tells_the_names(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["weights", "in.pth", "-o", "out.ckpt", "--model", "net_ms:Net(width=3)"]) == 0
    told = capsys.readouterr()
    assert "executes the code of net_ms:Net(width=3)" in told.err
    net, missing, extra = _loads("out.ckpt")
    assert missing == []
    assert extra == ["table"]  # a buffer is no parameter, and load_param_into_net takes no others
    expected = torch.load("in.pth")
    assert raw_ms(net.deep.bn2d.moving_variance) == raw(expected["deep.running_var"])
    assert raw_ms(net.line.weight)[2] == raw(expected["line.weight"])[2]
    parameters = {each.name: each for each in net.get_parameters()}
    assert raw_ms(parameters["rnn.weight_hh_l1_reverse"]) == raw(expected["rnn.weight_hh_l1_reverse"])
    # And back, with the same model.
    assert main(["weights", "out.ckpt", "-o", "back.pth", "--model", "net_ms:Net()"]) == 0
    found = torch.load("back.pth", weights_only=True)
    equal(expected, found)
    assert found["words.weight"].data_ptr() == found["head.weight"].data_ptr()
    import net_torch

    net_torch.Net().load_state_dict(found)


def test_the_original_model_tells_the_names(project: Path) -> None:
    assert main(["weights", "in.pth", "-o", "out.ckpt", "--model", "net_torch:Net()"]) == 0
    loaded = ms.load_checkpoint("out.ckpt")
    assert {"deep.bn2d.gamma", "act.w", "words.embedding_table", "blocks.1.gamma", "blocks.2.beta"} <= set(
        loaded
    )
    assert loaded["line.weight"].shape == (3, 2, 1, 5)
    assert main(["weights", "out.ckpt", "-o", "back.pth", "--model", "net_torch:Net()"]) == 0
    equal(torch.load("in.pth"), torch.load("back.pth", weights_only=True))


def test_what_the_converted_model_saved_tells_the_names(project: Path) -> None:
    import net_ms

    ms.save_checkpoint(net_ms.Net(), "like.ckpt")
    # The buffer has no place in it.
    assert main(["weights", "in.pth", "-o", "out.ckpt", "--like", "like.ckpt"]) == 1
    _, missing, extra = _loads("out.ckpt")
    assert missing == []
    assert extra == ["table"]
    assert main(["weights", "out.ckpt", "-o", "back.pth", "--like", "in.pth"]) == 0
    found = torch.load("back.pth", weights_only=True)
    equal(torch.load("in.pth"), found)
    assert found["words.weight"].data_ptr() == found["head.weight"].data_ptr()


def test_a_model_that_cannot_be_made_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for spec in ("net_torch:Net(depth=3)", "nowhere:Net()", "os:getcwd()"):
        assert main(["weights", "in.pth", "-o", "out.ckpt", "--model", spec]) == 2
        assert "could not be made" in capsys.readouterr().err
    assert not Path("out.ckpt").exists()


NETWORK = """
import torch
from torch import nn
import torch.nn.functional as F


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(width)
        self.act = nn.PReLU(width)
        self.gn = nn.GroupNorm(2, width)

    def forward(self, x):
        return self.gn(self.act(self.bn(self.conv(x)))) + x


class Net(nn.Module):
    def __init__(self, width=4):
        super().__init__()
        self.stem = nn.Conv2d(3, width, 3, stride=2)
        self.blocks = nn.Sequential(Block(width), Block(width))
        self.inorm = nn.InstanceNorm2d(width, affine=True)
        self.norm = nn.LayerNorm(width)
        self.scale = nn.Parameter(torch.ones(width))
        self.register_buffer("shift", torch.zeros(width))
        self.head = nn.Linear(width, 5)

    def forward(self, x):
        x = self.inorm(self.blocks(self.stem(x)))
        x = F.relu(x).mean((2, 3))
        return self.head(self.norm(x) * self.scale + self.shift)
"""


def test_a_converted_network_computes_what_the_original_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source = str(Path(__file__).parents[2] / "src")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([source, os.environ.get("PYTHONPATH", "")]))
    for name in ("original", "converted"):
        Path(name).mkdir()
    Path("original", "carried_net.py").write_text(NETWORK)
    assert main(["convert", "original", "-o", "converted"]) == 0
    monkeypatch.syspath_prepend(tmp_path / "original")
    import carried_net  # type: ignore[import-not-found]

    torch.manual_seed(0)
    net = carried_net.Net()
    with torch.no_grad():
        for value in net.state_dict().values():
            if value.is_floating_point():
                value.uniform_(0.2, 1)
    net.eval()
    torch.save(net.state_dict(), "weights.pth")
    x = torch.randn(2, 3, 9, 9)
    expected = net(x).detach().numpy()
    del sys.modules["carried_net"]
    monkeypatch.syspath_prepend(tmp_path / "converted")
    monkeypatch.chdir("converted")
    model = ["--model", "carried_net:Net()"]
    assert main(["weights", "../weights.pth", "-o", "../weights.ckpt", *model]) == 0
    import carried_net as converted

    cell = converted.Net().set_train(False)
    cell.load_state_dict(ms.load_checkpoint("../weights.ckpt"))
    np.testing.assert_allclose(cell(ms.Tensor(x.numpy())).asnumpy(), expected, rtol=1e-4, atol=1e-5)
    assert main(["weights", "../weights.ckpt", "-o", "../back.pth", *model]) == 0
    equal(net.state_dict(), torch.load("../back.pth", weights_only=True))
