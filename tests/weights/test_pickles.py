"""Pickles that are programs are refused by the name of what they ask for, and nothing of them is executed."""

from __future__ import annotations

import argparse
import io
import os
import pickle
import struct
import subprocess
import sys
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sporeprint.cli import main
from sporeprint.weights.pickles import Machine, loads, plain_functions
from sporeprint.weights.tensors import DamagedError, WeightsError
from sporeprint.weights.torch_in import LEGACY

MARKER = "executed"


class Calls:
    """Pickles as a call of a function."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self.function, self.arguments = function, arguments

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self.function, self.arguments


def text(value: str) -> bytes:
    return b"X" + struct.pack("<I", len(value)) + value.encode()


def attack(marker: str) -> dict[str, tuple[bytes, str]]:
    """Return pickles that make a file if they are executed, and what their refusal has to name."""
    touch = f"touch {marker}"
    code = f"open({marker!r}, 'w')"
    return {
        "os.system": (pickle.dumps(Calls(os.system, touch)), "posix.system"),
        "in a dict": (pickle.dumps({"w": 1, "x": [Calls(os.system, touch)]}), "posix.system"),
        "eval": (pickle.dumps(Calls(eval, code)), "builtins.eval"),
        "python 2": (pickle.dumps(Calls(eval, code), protocol=2), "builtin__.eval"),
        "exec": (pickle.dumps(Calls(exec, code)), "builtins.exec"),
        "subprocess": (pickle.dumps(Calls(subprocess.Popen, ["touch", marker])), "subprocess.Popen"),
        "open": (pickle.dumps(Calls(open, marker, "w")), "io.open"),
        "protocol 0": (f"cos\nsystem\n(S'{touch}'\ntR.".encode(), "os.system"),
        "getattr": (
            b"\x80\x04cbuiltins\ngetattr\n(cbuiltins\n__import__\n(" + text("os") + b"tR" + text("system") + b"tR("
            + text(touch) + b"tR.",
            "builtins.getattr",
        ),
        "nested name": (
            b"\x80\x04" + text("torch") + text("os.system") + b"\x93(" + text(touch) + b"tR.", "torch.os.system",
        ),
        "through torch": (b"\x80\x02ctorch.utils\nos.system\n(" + text(touch) + b"tR.", "torch.utils.os.system"),
        "torch.load": (b"\x80\x02ctorch\nload\n(" + text(marker) + b"tR.", "torch.load"),
        "instance": (b"\x80\x02(" + text(touch) + b"ios\nsystem\n.", "os.system"),
        "object": (b"\x80\x02(cos\nsystem\n" + text(touch) + b"o.", "os.system"),
        "new object": (
            b"\x80\x02csubprocess\nPopen\n(](" + text("touch") + text(marker) + b"et\x81.", "subprocess.Popen",
        ),
        "build": (b"\x80\x02ccollections\nOrderedDict\n}(" + text("__call__") + b"cos\nsystem\nub.", "os.system"),
        "state of a function": (
            b"\x80\x02ccollections\nOrderedDict\n}(" + text("x") + b"K\x01ub.", "the state of an object",
        ),
        "extension": (b"\x80\x02\x82\x01.", "EXT1"),
        "numpy scalar": (
            b"\x80\x02cnumpy.core.multiarray\nscalar\n(cnumpy\ndtype\n(" + text("O8") + b"tR" + text("x") + b"tR.",
            "numpy.core.multiarray.scalar",
        ),
        "numpy object": (
            b"\x80\x02cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\x00tC\x01btR.",
            "numpy.core.multiarray._reconstruct",
        ),
        "namespace": (pickle.dumps(argparse.Namespace(lr=1)), "argparse.Namespace"),
        "a module's class": (b"\x80\x02ctorch.nn.modules.linear\nLinear\n)\x81.", "torch.nn.modules.linear.Linear"),
        "hooks": (pickle.dumps(OrderedDict(w=Calls(os.system, touch))), "posix.system"),
        "only named": (b"\x80\x02cos\nsystem\n0}.", "os.system"),
        "a call of a value": (b"\x80\x02" + text("os.system") + b"(" + text(touch) + b"tR.", "a call of"),
        "codecs": (b"\x80\x02c_codecs\ndecode\n(C\x01a" + text("latin1") + b"tR.", "_codecs.decode"),
    }  # fmt: skip


def archive(path: Path, data: bytes) -> None:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("archive/data.pkl", data)
        file.writestr("archive/version", "3\n")


def legacy(path: Path, data: bytes) -> None:
    head = LEGACY + pickle.dumps(1001, 2) + pickle.dumps({"little_endian": True}, 2)
    path.write_bytes(head + data + pickle.dumps([], 2))


def legacy_head(path: Path, data: bytes) -> None:
    path.write_bytes(LEGACY + data)


@pytest.mark.parametrize("write", [archive, legacy, legacy_head])
@pytest.mark.parametrize("name", attack(MARKER))
def test_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    write: Callable[[Path, bytes], None],
) -> None:
    monkeypatch.chdir(tmp_path)
    data, named = attack(MARKER)[name]
    write(Path("in.pth"), data)
    assert main(["weights", "in.pth", "-o", "out.safetensors"]) == 2
    told = capsys.readouterr().err
    assert named in told
    assert "refused" in told
    assert "nothing of it was executed" in told
    assert os.listdir() == ["in.pth"]


def test_the_attacks_are_real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python's own unpickler executes them."""
    monkeypatch.chdir(tmp_path)
    for name in ("os.system", "eval", "getattr", "protocol 0", "instance", "subprocess", "in a dict"):
        pickle.loads(attack(MARKER)[name][0])
        for _ in range(100):
            if Path(MARKER).exists():
                break
            subprocess.run(["sleep", "0.05"], check=True)
        Path(MARKER).unlink()


def test_nothing_is_imported(tmp_path: Path) -> None:
    archive(tmp_path / "in.pth", b"\x80\x02cantigravity\nfly\n)R.")
    script = (
        "import sys; from sporeprint.cli import main; code = main(sys.argv[1:]); "
        "assert code == 2, code; assert not {'torch', 'mindspore', 'numpy', 'antigravity'} & set(sys.modules)"
    )
    arguments = ["weights", str(tmp_path / "in.pth"), "-o", str(tmp_path / "out.ckpt")]
    subprocess.run([sys.executable, "-c", script, *arguments], check=True, capture_output=True)


def test_a_whole_model_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = b"\x80\x02((" + text("module") + b"NNNtQ."
    archive(tmp_path / "in.pth", data.replace(b"((", b"("))
    assert main(["weights", str(tmp_path / "in.pth"), "-o", str(tmp_path / "out.ckpt")]) == 2
    assert "holds a whole model" in capsys.readouterr().err


def machine() -> Machine:
    return Machine(Path("x"), plain_functions(), lambda value: value)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize(
    "value",
    [
        None, True, False, 0, -1, 2**40, -(2**70), 1.5, "", "naïve", b"", b"\x00\xff", (), (1,), (1, 2, 3, 4), [1, [2]],
        {"a": {"b": 1}}, OrderedDict(a=1), {1, 2}, [{"x": (1, 2)}] * 3, "x" * 300, b"y" * 300, list(range(2000)),
        complex(1, 2), bytearray(b"abc"),
    ],
    ids=lambda value: repr(value)[:20],
)  # fmt: skip
def test_plain_values_are_what_python_makes_of_them(protocol: int, value: object) -> None:
    if protocol < 2 and isinstance(value, (set, complex, OrderedDict)):
        pytest.skip("made with copyreg in these protocols, which is no plain value")
    try:
        assert loads(machine(), pickle.dumps(value, protocol)) == value
    except WeightsError:
        # Old protocols make these of functions that torch's own weights_only refuses too.
        assert protocol < 3
        assert isinstance(value, (bytes, bytearray))


@pytest.mark.parametrize(
    "data",
    [
        b"", b".", b"\x80\x02", b"\x80\x02N", b"(.", b"0.", b"h\x00.", b"N(.", b"]K\x01u.", b"}K\x01a.", b"(K\x01u.",
        b"NNR.", b"\x80\x02(K\x01d.", b"r\xff\xff\xff\xff.", b"NN.", b"\x8b\xff\xff\xff\x7f.", b"\xff.",
        b"\x8e" + b"\xff" * 8 + b".", b"](]t}s.", b"X\xff\xff\xff\xff.",
        b"t.", b"(e.", b"\x93.", b"NN\x93.", b"I x\n.", b"Nb.",
    ],
)  # fmt: skip
def test_broken_pickles_end_in_one_error(data: bytes) -> None:
    with pytest.raises(WeightsError):
        machine().run(io.BytesIO(data))


def test_deep_ones_too() -> None:
    assert loads(machine(), b"]" * 50_000 + b"a" * 49_999 + b".")
    with pytest.raises(DamagedError):
        loads(machine(), b"\x80\x02}" + b")" + b"\x85" * 50_000 + b"Ns.")
