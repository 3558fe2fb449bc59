"""The command: several files, usage errors, and what is left when it is stopped."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sporeprint.cli import main
from sporeprint.weights import files, output

FOLDER = Path(__file__).parent


def _names() -> ModuleType:
    spec = importlib.util.spec_from_file_location("weights_test_names", FOLDER / "test_names.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


names = _names()
SHAPES = {f"layer{number}.weight": (4, 5, 1, 1) for number in range(7)}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    made: Path = names.safetensors(tmp_path / "in.safetensors", SHAPES)
    return made


@pytest.mark.parametrize("suffix", [".safetensors", ".bin"])
def test_several_files(tmp_path: Path, source: Path, suffix: str) -> None:
    out = tmp_path / "new" / f"model{suffix}"
    assert main(["weights", str(source), "-o", str(out), "--to", "torch", "--shard-size", "45B"]) == 0
    index = json.loads((out.parent / f"model{suffix}.index.json").read_text())
    assert index["metadata"] == {"total_size": 140}
    assert sorted(set(index["weight_map"].values())) == [
        f"model-{n:05d}-of-00004{suffix}" for n in range(1, 5)
    ]
    assert sorted(each.name for each in out.parent.iterdir()) == sorted(
        {*index["weight_map"].values(), f"model{suffix}.index.json"}
    )
    for given in (out.parent, out.parent / f"model{suffix}.index.json"):
        back = tmp_path / "back.safetensors"
        assert main(["weights", str(given), "-o", str(back), "--to", "torch"]) == 0
        assert names.contents(back) == names.contents(source)


def test_one_file_if_it_is_small(tmp_path: Path, source: Path) -> None:
    out = tmp_path / "out.safetensors"
    assert main(["weights", str(source), "-o", str(out), "--shard-size", "1K"]) == 0
    assert names.contents(out) == names.contents(source)
    assert not list(tmp_path.glob("*.json"))


def test_a_shard_that_is_not_there(tmp_path: Path, source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "new" / "m.safetensors"
    main(["weights", str(source), "-o", str(out), "--to", "torch", "--shard-size", "45"])
    index = out.parent / "m.safetensors.index.json"
    content = json.loads(index.read_text())
    first = "m-00001-of-00004.safetensors"
    faults: dict[str, Any] = {
        "does not lie beside it": {**content["weight_map"], "x": f"../new/{first}"},
        "refused, its file '/": {**content["weight_map"], "x": str(out.parent / first)},
        "there is no such file": {**content["weight_map"], "x": "m-00009.safetensors"},
        "'x' is not in it": {**content["weight_map"], "x": first},
        "no weight_map": {"x": 3},
    }
    for told, places in faults.items():
        index.write_text(json.dumps({"weight_map": places}))
        assert main(["weights", str(index), "-o", str(tmp_path / "back.ckpt")]) == 2
        assert told in capsys.readouterr().err
    places = dict(content["weight_map"])
    del places["layer0.weight"]
    index.write_text(json.dumps({"weight_map": places}))
    assert main(["weights", str(index), "-o", str(tmp_path / "back.ckpt")]) == 1
    assert "does not name it" in capsys.readouterr().out


def test_usage(tmp_path: Path, source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def told(*arguments: str) -> str:
        assert main(["weights", *arguments]) == 2
        return capsys.readouterr().err

    given = str(source)
    assert "no such file" in told(str(tmp_path / "nowhere.pth"), "-o", str(tmp_path / "o.ckpt")).lower()
    assert "name a file that ends in" in told(given, "-o", str(tmp_path / "o.npz"))
    assert "--to torch goes with another" in told(given, "-o", str(tmp_path / "o.ckpt"), "--to", "torch")
    assert "is the input itself" in told(given, "-o", given)
    assert "goes with the others" in told(given, "-o", str(tmp_path / "o.ckpt"), "--shard-size", "1G")
    assert "nothing that --key" in told(given, "-o", str(tmp_path / "o.ckpt"), "--key", "model")
    assert "name a file in a folder" in told(
        given, "-o", str(tmp_path / "o.ckpt"), "--report", str(tmp_path / "x" / "r.json")
    )
    assert "give module:Class" in told(given, "-o", str(tmp_path / "o.ckpt"), "--model", "net")
    assert "no name with a shape" in told(
        given, "-o", str(tmp_path / "o.ckpt"), "--like", _file(tmp_path / "l.txt", "a b c")
    )
    assert "it is no JSON" in told(
        given, "-o", str(tmp_path / "o.ckpt"), "--model", _file(tmp_path / "l.json", "{")
    )
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "holds no checkpoint" in told(str(empty), "-o", str(tmp_path / "o.ckpt"))
    assert not (tmp_path / "o.ckpt").exists()


def _file(path: Path, text: str) -> str:
    path.write_text(text)
    return str(path)


def test_an_output_is_replaced_whole_or_not_at_all(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.ckpt"
    out.write_bytes(b"old")

    def fails(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(output, "_write_file", fails)
        assert main(["weights", str(source), "-o", str(out)]) == 130
    assert out.read_bytes() == b"old"
    assert sorted(os.listdir(tmp_path)) == ["in.safetensors", "out.ckpt"]
    assert main(["weights", str(source), "-o", str(out)]) == 0
    assert names.contents(out) == names.contents(source)


def test_a_full_disk_is_told_before(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    usage = type(shutil.disk_usage(tmp_path))(1 << 40, 1 << 40, 1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert main(["weights", str(source), "-o", str(tmp_path / "out.ckpt")]) == 2
    assert "are free" in capsys.readouterr().err


def test_a_write_error_leaves_nothing(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(output, "_write_file", fails)
    for more in ([], ["--shard-size", "45"]):
        assert main(["weights", str(source), "-o", str(tmp_path / "out.safetensors"), *more]) == 2
        assert "No space left on device" in capsys.readouterr().err
        assert os.listdir(tmp_path) == ["in.safetensors"]


def test_names_are_shown_and_not_obeyed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = names.safetensors(tmp_path / "in.safetensors", {"\x1b[2J[red]w.weight": (3,)})
    assert main(["weights", str(source), "-o", str(tmp_path / "out.ckpt")]) == 1
    told = capsys.readouterr().out
    assert "\\x1b[2J[red]w.weight" in told
    assert "\x1b" not in told
    raw = source.read_bytes().replace(b'"U8"', b'"U7"')
    source.write_bytes(raw)
    assert main(["weights", str(source), "-o", str(tmp_path / "out.ckpt")]) == 2
    told = capsys.readouterr().err
    assert "w.weight" in told
    assert "\x1b" not in told


def test_no_framework_is_needed(tmp_path: Path, source: Path) -> None:
    """From any format to any, with neither framework, nor numpy, nor the library of any format."""
    script = (
        "import sys; from sporeprint.cli import main; code = main(sys.argv[1:]); assert code == 0, code; "
        "assert not {'torch', 'mindspore', 'numpy', 'safetensors', 'google'} & set(sys.modules)"
    )
    steps = ["in.safetensors", "a.ckpt", "b.pth", "c.safetensors", "d.ckpt", "e.safetensors", "f.bin"]
    for given, out in pairwise(steps):
        arguments = ["weights", str(tmp_path / given), "-o", str(tmp_path / out)]
        done = subprocess.run(
            [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    assert names.contents(tmp_path / "f.bin") == names.contents(source)
    assert list(files.read(tmp_path / "f.bin").tensors) == list(SHAPES)
