"""What paths lead to among the files of a project."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from sporeprint.convert import Options
from sporeprint.convert.project import plan, run
from sporeprint.convert.symbols import Defined, Project, outline

FILES = {
    "pkg/__init__.py": "from .a import *\nfrom .b import Net as Renamed\nfrom . import b\n",
    "pkg/a.py": "import torch\nfrom torch import nn\nclass Base(nn.Module): pass\nalias = Base\n",
    "pkg/b.py": "from .a import Base as B\nfrom . import a\nclass Net(B): pass\nclass Both(dict, a.Base): pass\n",
    "pkg/sub/__init__.py": "",
    "pkg/sub/c.py": "from ..b import Net\nfrom ...other import thing\nclass Deep(Net): pass\n",
    "script.py": "import pkg\nfrom pkg.a import nn\nfrom pkg.b import Both\nclass Here(pkg.Renamed): pass\n",
    "twice.py": "try:\n  from pkg.a import Base\nexcept ImportError:\n  from pkg.b import Net as Base\n"
    "class X(Base): pass\n",
    "or_none.py": "try:\n  from pkg.a import Base\nexcept ImportError:\n  Base = None\nclass X(Base): pass\n",
    "circle.py": "from circle2 import Z\nclass Y(Z): pass\n",
    "circle2.py": "from circle import Z\n",
    "plain.py": "import abc\nclass P(abc.ABC): pass\nclass Q(object): pass\nclass R(Unknown): pass\n",
    "src/inner.py": "class In: pass\n",
    "tests/test_it.py": "from inner import In\nfrom pkg.a import Base\nclass T(Base): pass\n",
}


@pytest.fixture(scope="module")
def project() -> Project:
    return Project(
        {path: outline(ast.parse(text), path.endswith("__init__.py")) for path, text in FILES.items()}
    )


@pytest.mark.parametrize(
    ("file", "path", "meaning"),
    [
        ("script.py", "pkg.Base", Defined("pkg/a.py", "Base")),
        ("script.py", "pkg.Renamed", Defined("pkg/b.py", "Net")),
        ("script.py", "pkg.a.alias", Defined("pkg/a.py", "Base")),
        ("script.py", "pkg.b.a.Base", Defined("pkg/a.py", "Base")),
        ("script.py", "pkg.a.nn.Linear", "torch.nn.Linear"),
        ("script.py", "os.path", None),
        ("script.py", "pkg.a.missing", None),
        ("pkg/b.py", ".a.Base", Defined("pkg/a.py", "Base")),
        ("pkg/sub/c.py", "..b.Net", Defined("pkg/b.py", "Net")),
        ("pkg/sub/c.py", "b.Net", None),  # a package's own folder is not on the path
        ("circle.py", "circle2.Z", None),
        ("tests/test_it.py", "inner.In", Defined("src/inner.py", "In")),
    ],
)
def test_a_path_leads_to_what_an_import_would_find(
    project: Project, file: str, path: str, meaning: Defined | str | None
) -> None:
    assert project.lookup(path, file) == meaning


@pytest.mark.parametrize(
    ("file", "name", "answer"),
    [
        ("pkg/b.py", "Net", True),
        ("pkg/b.py", "Both", True),
        ("pkg/sub/c.py", "Deep", True),
        ("script.py", "Here", True),
        ("tests/test_it.py", "T", True),
        ("or_none.py", "X", True),
        ("twice.py", "X", None),
        ("circle.py", "Y", None),
        ("plain.py", "P", False),
        ("plain.py", "Q", False),
        ("plain.py", "R", None),
    ],
)
def test_a_class_derives_through_the_files_of_the_project(
    project: Project, file: str, name: str, answer: bool | None
) -> None:
    assert project.derives(Defined(file, name), lambda base: base == "torch.nn.Module") is answer


def test_any_name_of_a_module_that_is_imported_whole_may_be_asked_for(project: Project) -> None:
    assert project.imported["pkg/a.py"] == {"*", "Base", "nn"}
    assert "circle.py" in project.imported
    assert "script.py" not in project.imported


def test_what_a_file_passes_on_is_converted_where_it_is_used(tmp_path: Path) -> None:
    folder = tmp_path / "pkg"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "compat.py").write_text("import torch.nn.functional as F\n")
    (folder / "net.py").write_text("from .compat import F\n\ndef f(x): return F.softmax(x, 1)\n")
    out = tmp_path / "out"
    report = run(plan([folder], out, False, "torch_on_mindspore"), Options(), lambda *_: None)
    assert (out / "net.py").read_text().endswith("\n\ndef f(x): return ops.softmax(x, axis=1)\n")
    # It stays, since the other file still imports it.
    assert (out / "compat.py").read_text().splitlines()[-1] == "import torch.nn.functional as F"
    assert report.exit_code == 1


def test_fields_have_the_types_that_a_class_of_another_file_states(tmp_path: Path) -> None:
    folder = tmp_path / "pkg"
    folder.mkdir()
    (folder / "__init__.py").touch()
    fields = ["n: int", "none: int = None", "late: int = 1", "asked: int = 1", "scale: float = 1.0"]
    methods = ["def __post_init__(self): self.late = self.scale", "def asked(self): pass"]
    (folder / "config.py").write_text("\n    ".join(["class Config:", *fields, *methods]) + "\n")
    names = ["n", "none", "late", "asked", "scale", "unknown"]
    uses = "".join(f"    torch.log(torch.arange(config.{name}))\n" for name in names)
    (folder / "net.py").write_text(
        "import torch\n\nfrom .config import Config\n\n\ndef f(config: Config):\n" + uses
    )
    out = tmp_path / "out"
    run(plan([folder], out, False, "torch_on_mindspore"), Options(), lambda *_: None)
    lines = (out / "net.py").read_text().splitlines()[-len(names) :]
    assert [name for name, line in zip(names, lines, strict=True) if "astype(ms.float32)" in line] == ["n"]


def test_a_function_of_a_file_is_no_method_of_a_tensor(tmp_path: Path) -> None:
    folder = tmp_path / "pkg"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "starts.py").write_text("def uniform_(tensor, a=0.0, b=1.0):\n    return tensor\n")
    text = (
        "import torch\nfrom . import starts as init\n\ndef f(x): return init.uniform_(torch.sin(x), a=-1.0)\n"
    )
    (folder / "net.py").write_text(text)
    out = tmp_path / "out"
    report = run(plan([folder], out, False, "torch_on_mindspore"), Options(), lambda *_: None)
    assert "return init.uniform_(ops.sin(x), a=-1.0)" in (out / "net.py").read_text()
    assert report.exit_code == 0
