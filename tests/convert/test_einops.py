"""einops in converted projects: who imports the backend, where it lies, and that it runs."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from sporeprint.cli import main
from sporeprint.convert import Options, convert_bytes, convert_source
from sporeprint.convert.idioms import einops

WHY = "  # noqa: F401  (makes MindSpore known to einops)"
FILES = {
    "pkg/__init__.py": "",
    "pkg/heads.py": "from einops import rearrange\n\n\ndef heads(x, h):\n"
    "    return rearrange(x, 'b n (h d) -> b h n d', h=h)\n",
    "pkg/nets/__init__.py": "",
    "pkg/nets/vit.py": '''\
import torch
import torch.nn.functional as F
from torch import nn
from einops import rearrange, reduce
from einops.layers.torch import Rearrange  # patches

from ..heads import heads


class Vit(nn.Module):
    """Patches, and one step of attention."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.patches = nn.Sequential(
            Rearrange('b c (h p) (w q) -> b (h w) (p q c)', p=2, q=2),
            nn.Linear(12, dim),
        )
        self.qkv = nn.Linear(dim, 3 * dim, bias=False)
        self.swap = Rearrange('b n d -> b d n')

    def forward(self, x):
        x = self.patches(x)
        y = F.softmax(heads(self.qkv(x), 3), dim=-1)
        y = rearrange(y, 'b h n d -> b n h d')
        z = self.swap(reduce(y, 'b n h d -> b n d', 'max'))
        return torch.flatten(z, 1)
''',
}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from einops import rearrange", f"import einops_on_mindspore{WHY}\nfrom einops import rearrange"),
        ("import einops as e", f"import einops_on_mindspore{WHY}\nimport einops as e"),
        ("from einops.layers.torch import Rearrange as R", "from einops_on_mindspore import Rearrange as R"),
        (
            "from einops.layers.torch import (  # two\n    Rearrange,\n    Reduce,\n)",
            "from einops_on_mindspore import (  # two\n    Rearrange,\n    Reduce,\n)",
        ),
        ("from einops.layers import torch as layers", "import einops_on_mindspore as layers"),
        ("import einops.layers.torch as layers", "import einops_on_mindspore as layers"),
        (
            "from einops.layers.torch import Rearrange\nfrom einops import rearrange",
            "from einops_on_mindspore import Rearrange\nfrom einops import rearrange",
        ),
        (
            "try:\n    from einops import rearrange\nexcept ImportError:\n    rearrange = None",
            f"try:\n    import einops_on_mindspore{WHY}\n    from einops import rearrange\n"
            "except ImportError:\n    rearrange = None",
        ),
        (
            "def f(x):\n    import einops; return einops.rearrange(x, 'a b -> b a')",
            "def f(x):\n    import einops_on_mindspore"
            f"{WHY}\n    import einops; return einops.rearrange(x, 'a b -> b a')",
        ),
        ("if True: import einops", "if True: import einops_on_mindspore; import einops"),
        (
            "import einops.layers.torch\nr = einops.layers.torch.Rearrange('a b -> b a')",
            f"import einops_on_mindspore{WHY}\nimport einops\nr = einops_on_mindspore.Rearrange('a b -> b a')",
        ),
    ],
)
def test_imports(before: str, after: str) -> None:
    made = convert_source(f"import torch\n{before}\n")
    assert made in (f"{after}\n", f"import torch\n{after}\n")
    assert convert_source(made) == made


def test_what_steers_torch_is_left() -> None:
    made = convert_bytes(
        b"import torch\nfrom einops._torch_specific import allow_ops_in_compiled_graph\nx: torch.Tensor\n",
        "a.py",
        Options(),
        "torch_on_mindspore",
    )
    assert [each.api for each in made.report.left] == ["einops._torch_specific"]


def test_without_torch_in_the_project_nothing_changes(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import numpy\nfrom einops import rearrange\n")
    assert main(["convert", str(tmp_path), "--in-place"]) == 0
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.py"]


def test_the_other_way_round_is_reported() -> None:
    source = b"import mindspore as ms\nfrom einops_on_mindspore import Rearrange\nx: ms.Tensor\n"
    made = convert_bytes(source, "a.py", Options(to="torch"), "mindspore_on_torch")
    assert [each.api for each in made.report.left] == ["einops"]


def test_layers_alone_are_reason_enough() -> None:
    assert (
        convert_source("from einops.layers.torch import Reduce\n")
        == "from einops_on_mindspore import Reduce\n"
    )
    source = b"from einops_on_mindspore import Reduce\n"
    made = convert_bytes(source, "a.py", Options("torch"), "mindspore_on_torch")
    assert [each.api for each in made.report.left] == ["einops"]


def test_types_come_through() -> None:
    made = convert_source(
        "import torch\nfrom einops import rearrange, parse_shape\ndef f(x: torch.Tensor):\n"
        "    y = rearrange(x, 'a b -> b a')\n    s = parse_shape(x, 'a b')\n    return y.size(0), s.size(0)\n"
    )
    assert "return y.shape[0], s.size(0)" in made


def _write(folder: Path) -> None:
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_a_project(tmp_path: Path) -> None:
    _write(tmp_path / "in")
    out, again = tmp_path / "out", tmp_path / "again"
    assert main(["convert", str(tmp_path / "in"), "-o", str(out)]) == 0
    assert (out / "pkg" / f"{einops.MODULE}.py").read_bytes() == einops.text()
    assert not list(out.glob("*.py"))
    assert "from ..einops_on_mindspore import Rearrange  # patches" in (out / "pkg/nets/vit.py").read_text()
    assert f"from . import einops_on_mindspore{WHY}\n" in (out / "pkg/heads.py").read_text()
    assert main(["convert", str(out), "-o", str(again)]) == 0
    for path in sorted(out.rglob("*.py")):
        assert (again / path.relative_to(out)).read_bytes() == path.read_bytes(), path
    # What an earlier release wrote is brought up to date; what the user wrote is not touched.
    (out / "pkg" / f"{einops.MODULE}.py").write_bytes(einops.text() + b"# old\n")
    assert main(["convert", str(tmp_path / "in"), "-o", str(out)]) == 0
    assert (out / "pkg" / f"{einops.MODULE}.py").read_bytes() == einops.text()
    (tmp_path / "in" / "pkg" / f"{einops.MODULE}.py").write_text("mine = 1\n")
    assert main(["convert", str(tmp_path / "in"), "-o", str(out)]) == 2


def test_in_place(tmp_path: Path) -> None:
    _write(tmp_path)
    assert main(["convert", str(tmp_path), "--in-place"]) == 0
    first = {path: path.read_bytes() for path in tmp_path.rglob("*.py")}
    assert tmp_path / "pkg" / f"{einops.MODULE}.py" in first
    assert main(["convert", str(tmp_path), "--in-place"]) == 0
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.py")} == first


@pytest.mark.frameworks
def test_a_converted_project_computes_what_torch_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import mindspore as ms
    import numpy as np
    import torch

    ms.runtime.launch_blocking()
    _write(tmp_path / "in")
    assert main(["convert", str(tmp_path / "in"), "-o", str(tmp_path / "out")]) == 0

    def load(folder: str) -> object:
        for name in [each for each in sys.modules if each.split(".")[0] == "pkg"]:
            del sys.modules[name]
        with monkeypatch.context() as patch:
            patch.syspath_prepend(str(tmp_path / folder))
            return importlib.import_module("pkg.nets.vit").Vit(6)

    theirs, ours = load("in"), load("out")
    weights = {name: each.detach().numpy() for name, each in theirs.named_parameters()}  # type: ignore[attr-defined]
    for parameter in ours.get_parameters():  # type: ignore[attr-defined]
        parameter.set_data(ms.Tensor(weights[parameter.name]))
    x = np.random.default_rng(0).normal(size=(2, 3, 4, 6)).astype(np.float32)
    wanted = theirs(torch.from_numpy(x))  # type: ignore[operator]
    np.testing.assert_allclose(ours(ms.Tensor(x)).asnumpy(), wanted.detach().numpy(), rtol=1e-5, atol=1e-6)  # type: ignore[operator]
