"""Damaged files: one clear error, or the values as they were; never a traceback, never a part of a file."""

from __future__ import annotations

import contextlib
import functools
import io
import json
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sporeprint.cli import main
from sporeprint.weights import files
from sporeprint.weights.tensors import Checkpoint, WeightsError

torch = pytest.importorskip("torch", reason="it writes the checkpoints")

pytestmark = pytest.mark.frameworks

KINDS = ("in.pth", "legacy.pth", "in.safetensors", "in.ckpt")

#: In these every byte of a tensor is covered by a checksum.
CHECKED = ("in.pth", "in.ckpt")


@functools.cache
def originals(folder: Path) -> dict[str, bytes]:
    """Return a file of each kind with the same tensors."""
    torch.manual_seed(0)
    state = torch.nn.Sequential(
        torch.nn.Conv2d(2, 3, 3), torch.nn.BatchNorm2d(3), torch.nn.Linear(3, 2)
    ).state_dict()
    state["turned"] = torch.arange(6).reshape(2, 3).t()
    torch.save(state, folder / "in.pth")
    torch.save(state, folder / "legacy.pth", _use_new_zipfile_serialization=False)
    for name in ("in.safetensors", "in.ckpt"):
        with contextlib.redirect_stdout(io.StringIO()):
            main(["weights", str(folder / "in.pth"), "-o", str(folder / name)])
    return {name: (folder / name).read_bytes() for name in KINDS}


def values(checkpoint: Checkpoint) -> dict[str, tuple[str, tuple[int, ...], bytes]]:
    return {
        name: (each.dtype.torch, each.shape, b"".join(each.read()))
        for name, each in checkpoint.tensors.items()
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damage")


def outcome(folder: Path, kind: str, data: bytes) -> dict[str, Any] | None:
    """Convert damaged bytes: the values of what was written, None where that was refused with an error."""
    work = folder / "work"
    work.mkdir(exist_ok=True)
    for each in work.iterdir():
        each.unlink()
    source, target = work / kind, work / "out.safetensors"
    source.write_bytes(data)
    told = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(told):
        code = main(["weights", str(source), "-o", str(target), "--to", "torch"])
    if code == 2:
        assert told.getvalue().startswith("sporeprint: ")
        assert "Traceback" not in told.getvalue()
        assert sorted(each.name for each in work.iterdir()) == [kind]
        return None
    assert sorted(each.name for each in work.iterdir()) == sorted([kind, target.name])
    return values(files.read(target))


@functools.cache
def whole(folder: Path, kind: str) -> dict[str, Any]:
    found = outcome(folder, kind, originals(folder)[kind])
    assert found is not None
    return found


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_truncated(folder: Path, kind: str, data: st.DataObject) -> None:
    raw = originals(folder)[kind]
    size = data.draw(st.integers(0, len(raw) - 1))
    found = outcome(folder, kind, raw[:size])
    if kind == "in.ckpt":  # without its checksum it is whole at the end of each tensor
        assert found is None or found.items() <= whole(folder, kind).items()
    else:
        assert found in (None, whole(folder, kind))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_corrupted(folder: Path, kind: str, data: st.DataObject) -> None:
    raw = bytearray(originals(folder)[kind])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at] = data.draw(st.integers(0, 255))
    found = outcome(folder, kind, bytes(raw))
    if kind in CHECKED:
        assert found in (None, whole(folder, kind))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_cut_and_joined(folder: Path, kind: str, data: st.DataObject) -> None:
    raw = originals(folder)[kind]
    start, stop = sorted(data.draw(st.tuples(st.integers(0, len(raw)), st.integers(0, len(raw)))))
    other = raw[:start] + raw[stop:] if data.draw(st.booleans()) else raw[:stop] + raw[start:]
    found = outcome(folder, kind, other)
    if kind == "in.pth":
        assert found in (None, whole(folder, kind))
    elif kind == "in.ckpt":
        assert found is None or found.items() <= whole(folder, kind).items()


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(max_size=200),
    start=st.sampled_from(
        [b"", b"PK\x03\x04", b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.", b"\n\x10\n\x01a\x12"]
    ),
)
def test_anything(folder: Path, data: bytes, start: bytes) -> None:
    outcome(folder, "in.ckpt", start + data)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    header=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["dtype", "shape", "data_offsets", "w", "__metadata__"]), inner, max_size=4
            )
        ),
    )
)
def test_any_header(folder: Path, header: Any) -> None:
    raw = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}, "x": header}).encode()
    outcome(folder, "in.safetensors", struct.pack("<Q", len(raw)) + raw + bytes(4))
    raw = json.dumps(header).encode()
    outcome(folder, "in.safetensors", struct.pack("<Q", len(raw)) + raw + bytes(4))


def header(**entries: Any) -> bytes:
    raw = json.dumps(entries).encode()
    return struct.pack("<Q", len(raw)) + raw


F32 = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}

BROKEN: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "a gap": (header(a=F32, b={**F32, "data_offsets": [8, 12]}) + bytes(12), "overlap or have gaps"),
    "an overlap": (header(a=F32, b={**F32, "data_offsets": [2, 6]}) + bytes(6), "overlap or have gaps"),
    "too short": (header(a=F32) + bytes(3), "its tensors end at"),
    "too long": (header(a=F32) + bytes(5), "its tensors end at"),
    "an unknown dtype": (header(a={**F32, "dtype": "F2"}) + bytes(4), "the dtype 'F2'"),
    "a wrong shape": (header(a={**F32, "shape": [2]}) + bytes(4), "its shape [2] has others"),
    "a negative shape": (header(a={**F32, "shape": [-1, -1]}) + bytes(4), "not complete"),
    "a name twice": (
        header(a=F32, b=F32).replace(b'"b"', b'"a"') + bytes(4),
        "truncated or damaged",
    ),
    "nothing in it": (header(), "holds no tensors"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "no checkpoint of a known format"),
    "a pickle": (b"\x80\x04}.", "a pickle, but no checkpoint"),
    "text": (b"hello, world, how are you", "no checkpoint of a known format"),
    "zeros": (bytes(1000), "no checkpoint of a known format"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_each_fault_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    data, named = BROKEN[name]
    (tmp_path / "in.bin").write_bytes(data)
    assert main(["weights", str(tmp_path / "in.bin"), "-o", str(tmp_path / "out.ckpt")]) == 2
    assert named in capsys.readouterr().err
    assert [each.name for each in tmp_path.iterdir()] == ["in.bin"]


@pytest.mark.parametrize("kind", CHECKED)
def test_a_flipped_bit_in_a_tensor_is_found(folder: Path, kind: str) -> None:
    raw = originals(folder)[kind]
    at = raw.index(b"".join(files.read(folder / "in.pth").tensors["0.weight"].read())) + 5
    assert outcome(folder, kind, raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]) is None


def test_without_checksums_torch_writes_none(tmp_path: Path) -> None:
    torch.serialization.set_crc32_options(False)
    try:
        torch.save({"w": torch.ones(3)}, tmp_path / "in.pth")
    finally:
        torch.serialization.set_crc32_options(True)
    assert main(["weights", str(tmp_path / "in.pth"), "-o", str(tmp_path / "out.ckpt")]) == 0


def test_a_checkpoint_that_ends_between_two_tensors_cannot_be_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """MindSpore's own have no checksum by default, and are whole at the end of each tensor; --like finds it."""
    one = b"\n\x14\n\x01s\x12\x0f\x12\x07Float32\x1a\x04\x00\x00`@"
    (tmp_path / "in.ckpt").write_bytes(one)
    (tmp_path / "like.txt").write_text("s []\nt [2]\n")
    assert main(["weights", str(tmp_path / "in.ckpt"), "-o", str(tmp_path / "out.pth")]) == 0
    assert "no checksum" in capsys.readouterr().out
    like = ["--like", str(tmp_path / "like.txt")]
    assert main(["weights", str(tmp_path / "in.ckpt"), "-o", str(tmp_path / "out.pth"), *like]) == 1


def test_a_file_that_shrinks_meanwhile(tmp_path: Path) -> None:
    source = tmp_path / "in.safetensors"
    source.write_bytes(header(a=F32) + bytes(4))
    checkpoint = files.read(source)
    source.write_bytes(header(a=F32))
    with pytest.raises(WeightsError, match="ends before its tensors do"):
        list(checkpoint.tensors["a"].read())
