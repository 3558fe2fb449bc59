"""A large checkpoint passes in little memory: 300 MB in shards; benchmarks/weights_memory.py takes 3 GiB."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from sporeprint.cli import main

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the peak of memory is read from /proc"
)

#: Python with rich and the command takes some 30 MiB; a tensor is copied in pieces.
MOST = 64 << 20


def _benchmark() -> ModuleType:
    path = Path(__file__).parents[2] / "benchmarks" / "weights_memory.py"
    spec = importlib.util.spec_from_file_location("weights_memory", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


benchmark = _benchmark()


@pytest.mark.parametrize("suffix", [".ckpt", ".safetensors", ".pth"])
def test_memory_does_not_grow_with_the_checkpoint(tmp_path: Path, suffix: str) -> None:
    index = benchmark.synthetic(tmp_path, 300_000_000, 100_000_000, 120_000_000)
    assert len(list(tmp_path.glob("*.safetensors"))) > 2
    to = "torch" if suffix == ".pth" else "mindspore"
    for given, out in (
        (index, tmp_path / f"out{suffix}"),
        (tmp_path / f"out{suffix}", tmp_path / "back.safetensors"),
    ):
        peak, _ = benchmark.carried(
            str(given), "-o", str(out), "--to", to if out.suffix == suffix else "torch"
        )
        assert peak < MOST


@pytest.mark.frameworks
def test_a_turned_tensor_takes_its_own_size(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    size = 40_000_000
    torch.save({f"w{number}": torch.ones(size // 4000, 1000).t() for number in range(5)}, tmp_path / "in.pth")
    peak, _ = benchmark.carried(str(tmp_path / "in.pth"), "-o", str(tmp_path / "out.pth"))
    assert peak < MOST + 2 * size


def test_a_tensor_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MindSpore cuts what is larger than 512 MiB, and reads what is cut."""
    from sporeprint.weights import files, mindspore_file

    monkeypatch.setattr(mindspore_file, "_SLICE", 7_000_001)
    index = benchmark.synthetic(tmp_path, 30_000_000, 20_000_000, 100_000_000)
    assert main(["weights", str(index), "-o", str(tmp_path / "out.ckpt")]) == 0
    given, found = files.read(index).tensors, files.read(tmp_path / "out.ckpt").tensors
    assert [len(each.runs) for each in found.values()] == [3, 2]
    for name, tensor in given.items():
        assert b"".join(tensor.read()) == b"".join(found[name].read())
    if "mindspore" in sys.modules or importlib.util.find_spec("mindspore"):
        import mindspore as ms

        loaded = ms.load_checkpoint(str(tmp_path / "out.ckpt"), crc_check=True)
        for name, tensor in given.items():
            assert loaded[name].asnumpy().tobytes() == b"".join(tensor.read())
