"""What the report says of files that list requirements; that they are never rewritten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sporeprint.cli import main
from sporeprint.convert.requirements import advise, installs, is_requirements

FILES: dict[str, tuple[str, list[tuple[int, int, str]]]] = {
    "requirements.txt": (
        "# torch\n-r other.txt\n--extra-index-url https://download.pytorch.org/whl/cu118\ntorch>=2.0  # the framework\n"
        "torchvision==0.15.1\nnumpy\ntimm[all]~=0.9 ; python_version > '3.8'\n\npytorch_lightning\ntorch_thing\n"
        "git+https://github.com/x/torch\neinops>=0.3\n",
        [(4, 1, "torch"), (5, 1, "torchvision"), (6, 1, "numpy"), (7, 1, "timm"), (9, 1, "pytorch_lightning"),
         (12, 1, "einops")],
    ),
    "dev-requirements.in": ("torch\nnumpy<2\n", [(1, 1, "torch")]),
    "requirements/base.txt": ("torch\nnumpy>=1.20\n", [(1, 1, "torch"), (2, 1, "numpy")]),
    "pyproject.toml": (
        '[project]\nname = "torch"\nkeywords = ["torch"]\ndependencies = [\n    "torch>=2", "numpy>=1.24,<3",\n]\n'
        '[project.optional-dependencies]\ntorch = ["torchvision"]\n[tool.x]\nwords = ["torch"]\n'
        '[tool.poetry.group.dev.dependencies]\ntimm = "^0.9"\nnumpy = "^1.24"\n'
        'torch = {version = "2", source = "torch"}\n'
        '[build-system]\nrequires = ["setuptools", "torch"]\n',
        [(5, 6, "torch"), (5, 18, "numpy"), (8, 11, "torchvision"), (12, 1, "timm"), (14, 1, "torch"),
         (16, 28, "torch")],
    ),
    "setup.py": (
        "from setuptools import setup\nimport torch\nneeds = ['torch>=1.0',\n  'numpy']\n"
        "setup(name='torch', keywords=['torch'], install_requires=needs, extras_require={'all': ['timm']})\n",
        [(2, 8, "torch"), (3, 10, "torch"), (4, 3, "numpy"), (5, 89, "timm")],
    ),
    "setup.cfg": (
        "[metadata]\nkeywords =\n    torch\n[options]\ninstall_requires =\n    torch>=1.0\n    numpy<2.1\n"
        "[options.extras_require]\nall = torchvision\n",
        [(6, 5, "torch"), (7, 5, "numpy"), (9, 7, "torchvision")],
    ),
    "environment.yml": (
        "name: torch\nchannels:\n  - pytorch\ndependencies:\n  - pytorch::pytorch=2.0.1\n  - numpy=1.26\n"
        "  - pytorch-cuda=11.8\n  - pip:\n    - timm==0.9\n",
        [(5, 14, "pytorch"), (7, 5, "pytorch-cuda"), (9, 7, "timm")],
    ),
    "Pipfile": ('[packages]\ntorch = "*"\n[requires]\npython_version = "3.11"\n', [(2, 1, "torch")]),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_where_requirements_stand(name: str) -> None:
    text, wanted = FILES[name]
    assert is_requirements(Path(name))
    found = advise(Path(name), text.encode(), "mindspore", "torch", False)
    assert [(each.line, each.column, each.api) for each in found] == wanted
    assert all(each.todo for each in found)


@pytest.mark.parametrize(
    "name", ["readme.txt", "requirements.py", "config.yml", "environments.yml", "torch.txt"]
)
def test_other_files_are_not_read(name: str) -> None:
    assert not is_requirements(Path(name))


def test_a_project_without_the_framework_is_told_nothing() -> None:
    assert advise(Path("requirements.txt"), b"numpy\neinops\n", "mindspore", "torch", False) == []
    assert len(advise(Path("requirements.txt"), b"numpy\neinops\n", "mindspore", "torch", True)) == 2


def test_the_other_way_round() -> None:
    (found,) = advise(Path("requirements.txt"), b"numpy\nmindspore>=2.7\n", "torch", "mindspore", True)
    assert (found.line, found.api, found.todo.split(";")[0]) == (2, "mindspore", "put torch")


@pytest.mark.parametrize(
    ("version", "told"),
    [("", True), (">=1.20", True), ("<3", True), ("<2.1", True), ("!=1.5", True), ("==2.1", True), ("<2", False),
     ("<2.0", False), (">=1.2,<2.0.0", False), ("==1.26.4", False), ("~=1.26", False), ("<=1.26", False)],
)  # fmt: skip
def test_numpy_2_is_kept_out(version: str, told: bool) -> None:
    found = advise(Path("requirements.txt"), f"numpy{version}\n".encode(), "mindspore", "torch", True)
    assert bool(found) is told


@pytest.mark.parametrize(
    ("line", "name"),
    [("!pip install -q torch==2.0 torchvision", "torch"), ("%pip install 'timm>=0.9'", "timm"), ("!pip list torch", ""),
     ("!conda install pytorch -c pytorch", "pytorch"), ("!python train.py torch", ""), ("!pip install numpy", "")],
)  # fmt: skip
def test_lines_that_install(line: str, name: str) -> None:
    found = installs(line, "mindspore")
    assert (found[0] if found else "") == name


def test_a_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, (text, _) in FILES.items():
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "in" / "net.py").write_text("import torch\nx: torch.Tensor\n")
    report = tmp_path / "report.json"
    out = tmp_path / "out"
    # The set-up script imports torch: that is left; what is required is no reason to fail.
    assert main(["convert", str(tmp_path / "in"), "-o", str(out), "--report", str(report)]) == 1
    for name, (text, _) in FILES.items():
        assert (out / name).read_text() == text
    shown = capsys.readouterr().out
    assert "1 of 1 files converted" in shown
    assert "torch: put mindspore and numpy<2" in shown
    findings = json.loads(report.read_text())["findings"]
    assert [each["path"].rpartition("/")[2] for each in findings if each["fate"] == "left"] == ["setup.py"]
    wanted = sum(len(found) for _, found in FILES.values()) - 1
    assert sum(each["fate"] == "requires" for each in findings) == wanted
    (tmp_path / "in" / "setup.py").unlink()
    assert main(["convert", str(tmp_path / "in"), "--check"]) == 0


def test_a_module_that_is_called_setup_is_converted(tmp_path: Path) -> None:
    (tmp_path / "setup.py").write_text("import torch\nx: torch.Tensor\n")
    assert main(["convert", str(tmp_path), "--in-place"]) == 0
    assert (tmp_path / "setup.py").read_text() == "import mindspore as ms\nx: ms.Tensor\n"
