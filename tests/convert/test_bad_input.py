"""Bad input: a clear message, the right exit code, and nothing lost."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sporeprint.cli import main
from sporeprint.convert import Options, convert_bytes, project

TORCH = b"import torch.nn.functional as F\n\n\ndef f(x):\n    return F.softmax(x, dim=1)\n"
DONE = b"from mindspore import ops\n\n\ndef f(x):\n    return ops.softmax(x, axis=1)\n"


def convert(raw: bytes) -> tuple[bytes, list[str]]:
    outcome = convert_bytes(raw, "f.py", Options(), "torch_on_mindspore")
    return outcome.data, [each.reason for each in outcome.report.left]


def test_syntax_error_names_the_place() -> None:
    raw = TORCH + b"def broken(:\n"
    outcome = convert_bytes(raw, "f.py", Options(), "torch_on_mindspore")
    assert outcome.data == raw
    (finding,) = outcome.report.findings
    assert (finding.fate, finding.line) == ("failed", 6)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"import torch\nprint 'python 2'\n", "cannot be read as Python"),
        (b"import torch  # \xe9\n", "not UTF-8"),
        (b"# coding: no-such-codec\nimport torch\n", "the encoding cannot be told"),
        (b"# coding: ascii\nimport torch  # \xe9\n", "not ascii"),
        (b"import torch\0\n", "null bytes"),
        (b"import torch\nx = " + b"(" * 5000 + b")" * 5000 + b"\n", "cannot be read as Python"),
    ],
)
def test_unreadable_files_stay_as_they_are(raw: bytes, said: str) -> None:
    data, reasons = convert(raw)
    assert data == raw
    assert len(reasons) == 1
    assert said in reasons[0]


def test_deep_expressions_do_not_end_the_run() -> None:
    raw = (
        b"import torch\nx = " + b"-" * 80 + b"torch.float32\n" + b"y = " + b" + ".join([b"1"] * 20000) + b"\n"
    )
    data, _ = convert(raw)
    assert data == raw or b"ms.float32" in data


@pytest.mark.parametrize("raw", [b"", b"\n", b"\xef\xbb\xbf", b"# torch\n", b"x = 'torch'\n"])
def test_files_without_torch_stay(raw: bytes) -> None:
    assert convert(raw) == (raw, [])


def test_bom_and_crlf_survive() -> None:
    raw = b"\xef\xbb\xbf" + TORCH.replace(b"\n", b"\r\n")
    assert convert(raw) == (b"\xef\xbb\xbf" + DONE.replace(b"\n", b"\r\n"), [])


@pytest.mark.parametrize("codec", ["latin-1", "cp1251", "shift_jis", "euc_jp", "utf-8"])
def test_pep_263_encodings_survive(codec: str) -> None:
    word = {"latin-1": "été", "cp1251": "гриб", "utf-8": "гриб 🍄"}.get(codec, "茸")
    head = f"# -*- coding: {codec} -*-\n# {word}\n"
    raw = head.encode(codec) + TORCH + f"s = '{word}', F.softmax\n".encode(codec)
    data, _ = convert(raw)
    assert data.startswith(head.encode(codec))
    assert f"s = '{word}', functional_softmax\n".encode(codec) in data


def test_wide_characters_before_a_call_do_not_shift_it() -> None:
    raw = "import torch.nn.functional as F\nx = '🍄é', F.softmax('茸', dim=1)  # ä\n".encode()
    data, _ = convert(raw)
    assert data.decode().endswith("x = '🍄é', ops.softmax('茸', axis=1)  # ä\n")


def test_a_file_without_final_newline_keeps_it_so() -> None:
    assert convert(TORCH[:-1])[0] == DONE[:-1]


def test_form_feeds_and_odd_separators_are_no_line_ends() -> None:
    raw = b"import torch.nn.functional as F\n\x0c\ns = '\x0b\xe2\x80\xa8'; y = F.softmax(s, dim=1)\n"
    assert b"\x0c\ns = '\x0b\xe2\x80\xa8'; y = ops.softmax(s, axis=1)\n" in convert(raw)[0]


def test_markers_keep_out_of_strings_and_continuations() -> None:
    raw = b"import torch\nx = 1 + \\\n    torch.foo('''\n''' + torch.bar())\n"
    data, _ = convert(raw)
    compile(data, "f.py", "exec")
    assert data.count(b"# sporeprint: ") == 2
    assert data.index(b"# sporeprint: torch.foo") < data.index(b"x = 1 + \\")
    assert convert(data)[0] == data


# -- the command ------------------------------------------------------------------------------------------------


def test_in_place_keeps_the_mode(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(TORCH)
    file.chmod(0o750)
    assert main(["convert", str(file), "--in-place"]) == 0
    assert file.read_bytes() == DONE
    assert stat.S_IMODE(file.stat().st_mode) == 0o750
    assert [each.name for each in tmp_path.iterdir()] == ["a.py"]


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"import torch\nprint 'a'\n")
    (tmp_path / "b.py").write_bytes(TORCH)
    assert main(["convert", str(tmp_path), "--in-place"]) == 1
    assert (tmp_path / "a.py").read_bytes() == b"import torch\nprint 'a'\n"
    assert (tmp_path / "b.py").read_bytes() == DONE


def test_a_missing_path_is_a_usage_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", str(tmp_path / "none.py")]) == 2
    assert "no such file or folder" in capsys.readouterr().err


def test_nothing_is_written_without_being_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(TORCH)
    assert main(["convert", str(file)]) == 0
    assert main(["convert", str(file), "--check"]) == 0
    assert file.read_bytes() == TORCH
    assert "+    return ops.softmax(x, axis=1)" in capsys.readouterr().out


def test_output_folder_inside_the_input(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(TORCH)
    (tmp_path / "data.bin").write_bytes(b"\0\1")
    for _ in range(2):  # the second time it is there already, and no input
        assert main(["convert", str(tmp_path), "-o", str(tmp_path / "out")]) == 0
        assert (tmp_path / "out" / "a.py").read_bytes() == DONE
        assert (tmp_path / "out" / "data.bin").read_bytes() == b"\0\1"
        assert not (tmp_path / "out" / "out").exists()
    assert (tmp_path / "a.py").read_bytes() == TORCH


def test_output_over_the_input_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.py").write_bytes(TORCH)
    assert main(["convert", str(tmp_path), "-o", str(tmp_path)]) == 2
    assert "--in-place" in capsys.readouterr().err
    assert (tmp_path / "a.py").read_bytes() == TORCH


def test_links(tmp_path: Path) -> None:
    project_folder = tmp_path / "p"
    project_folder.mkdir()
    (tmp_path / "outside.py").write_bytes(TORCH)
    (project_folder / "loop").symlink_to(project_folder, target_is_directory=True)
    (project_folder / "self.py").symlink_to("self.py")
    (project_folder / "dangling.py").symlink_to("nowhere.py")
    (project_folder / "link.py").symlink_to(tmp_path / "outside.py")
    (project_folder / "a.py").write_bytes(TORCH)
    assert main(["convert", str(project_folder), "--in-place"]) == 2  # two links lead nowhere
    assert (project_folder / "a.py").read_bytes() == DONE
    assert (project_folder / "link.py").is_symlink()
    assert (tmp_path / "outside.py").read_bytes() == DONE


def test_a_file_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(TORCH)

    def refuse(path: object, mode: int) -> bool:
        return mode != os.W_OK

    monkeypatch.setattr(os, "access", refuse)  # root may write anything, so the answer is pretended
    assert main(["convert", str(file), "--in-place"]) == 2
    assert file.read_bytes() == TORCH


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.py").mkdir()
    (tmp_path / "b.py").write_bytes(TORCH)
    assert main(["convert", str(tmp_path / "b.py"), "--in-place"]) == 0
    target = project.Job(tmp_path / "a.py", None, tmp_path, "a.py")
    report = project.run(project.Plan([target], None, True), Options(), lambda *_: None)
    assert report.exit_code == 2


def test_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_bytes(TORCH)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert main(["convert", str(tmp_path), "--in-place"]) == 2
    assert "No space left on device" in capsys.readouterr().out
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.py", "b.py"]
    assert (tmp_path / "a.py").read_bytes() == TORCH


def test_interrupted_half_way(tmp_path: Path) -> None:
    for number in range(400):
        (tmp_path / f"f{number:03}.py").write_bytes(TORCH * 20)
    command = [sys.executable, "-m", "sporeprint", "convert", str(tmp_path), "--in-place"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    last = tmp_path / "f020.py"
    deadline = time.monotonic() + 30
    while last.read_bytes().startswith(b"import torch") and time.monotonic() < deadline:
        time.sleep(0.002)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate()
    whole = {TORCH * 20, convert(TORCH * 20)[0]}
    assert {each.read_bytes() for each in tmp_path.glob("*.py")} <= whole
    assert {each.suffix for each in tmp_path.iterdir()} == {".py"}
    if process.returncode:  # it may have been faster
        assert process.returncode == 130
        assert b"interrupted" in error


def test_the_report(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(TORCH + b"y = F.softmx(1)\n")
    report = tmp_path / "report.json"
    assert main(["convert", str(tmp_path / "a.py"), "--check", "--report", str(report)]) == 1
    found = json.loads(report.read_text())
    assert found["fates"] == {"converted": 1, "left": 1}
    (left,) = [each for each in found["findings"] if each["fate"] == "left"]
    assert (left["line"], left["column"], left["api"]) == (6, 5, "torch.nn.functional.softmx")
    assert left["todo"] == "did you mean torch.nn.functional.softmax?"


def test_a_huge_file(tmp_path: Path) -> None:
    body = b"".join(b"def f%d(x):\n    return F.softmax(x, dim=1)\n\n\n" % n for n in range(20000))
    data, left = convert(b"import torch.nn.functional as F\n\n\n" + body)
    assert left == []
    assert data.count(b"ops.softmax(x, axis=1)") == 20000


def test_adapters_of_another_release(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, output = tmp_path / "source", tmp_path / "output"
    source.mkdir()
    output.mkdir()
    text = "import torch.nn.functional as F\n\n\ndef f(x):\n    return F.log_softmax(x())\n"
    (source / "a.py").write_text(text)
    there = '"""Adapters."""\n# adapters: torch_no_such_thing\n# fidelity: native\n'
    (output / "torch_on_mindspore.py").write_text(there)
    assert main(["convert", str(source), "-o", str(output)]) == 2
    assert "which this release does not have; convert into another folder" in capsys.readouterr().out
    assert (output / "torch_on_mindspore.py").read_text() == there
