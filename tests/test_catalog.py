"""The rules of the vocabulary: whatever breaks one is an error that names file and line."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from sporeprint import catalog

HEAD = """\
from __future__ import annotations
from mindspore import Tensor, ops
from sporeprint.counterpart import counterpart, counterpart_class, exact_of, overload_of

"""

# (what stands behind the head, the line of the error, what it says)
BROKEN = [
    ("@counterpart('torch.f')\ndef f(x: Tensor):\n    return x\n", 6, "states what it returns"),
    ("@counterpart('torch.f')\ndef f(x: Tensor, y: int = 0) -> Tensor:\n    return x\n", 6, "y is not used"),
    (
        "@counterpart('torch.f', ignores={'z': 'why'})\ndef f(x: Tensor) -> Tensor:\n    return x\n",
        6,
        "no parameter",
    ),
    (
        "@counterpart('torch.f', refuses={'z': 'why'})\ndef f(x: Tensor) -> Tensor:\n    return x\n",
        6,
        "no parameter",
    ),
    (
        "@counterpart('torch.f', refuses={'x': 'why'})\ndef f(x: int = len(N)) -> int:\n    return x\n",
        6,
        "has to be a literal",
    ),
    (
        "@counterpart('torch.f', differs={'cold': 'why'})\ndef f(x: Tensor) -> Tensor:\n    return x\n",
        6,
        "'cold'",
    ),
    ("@counterpart('torch.f', because={})\ndef f(x: Tensor) -> Tensor:\n    return x\n", 5, "because"),
    ("@counterpart('torch.f', ignores=WHY)\ndef f(x: Tensor) -> Tensor:\n    return x\n", 5, "written out"),
    ("@counterpart(NAME)\ndef f(x: Tensor) -> Tensor:\n    return x\n", 5, "plain string"),
    ("@counterpart()\ndef f(x: Tensor) -> Tensor:\n    return x\n", 5, "at least one API"),
    ("@exact_of(g)\ndef _(x: Tensor) -> Tensor:\n    return x\n", 5, "names no counterpart above it"),
    (
        "@counterpart('torch.f')\ndef f(x: Tensor) -> Tensor:\n    return x\n\n"
        "@exact_of(f)\ndef _(y: Tensor) -> Tensor:\n    return y\n",
        10,
        "parameters differ",
    ),
    (
        "@counterpart('torch.f')\ndef f(x: Tensor) -> Tensor:\n    return x\n\n"
        "@counterpart('torch.f')\ndef g(x: Tensor) -> Tensor:\n    return x\n",
        9,
        "has a counterpart already",
    ),
    ("def f():\n    pass\n\ndef f():\n    pass\n", 8, "defined twice"),
    ("def f(:\n", 5, "invalid syntax"),
]


@pytest.mark.parametrize(("text", "line", "said"), BROKEN, ids=[said for _, _, said in BROKEN])
def test_a_broken_rule_names_file_and_line(text: str, line: int, said: str, tmp_path: Path) -> None:
    path = tmp_path / "made.py"
    path.write_text(HEAD + text)
    with pytest.raises(catalog.CatalogError) as raised:
        catalog.check(catalog.read("torch", [(path, "sporeprint.torch.made")]))
    assert str(raised.value).startswith(f"{path}:{line}: ")
    assert said in str(raised.value)


def test_declarations_may_be_shared(tmp_path: Path) -> None:
    one, other = tmp_path / "one.py", tmp_path / "other.py"
    one.write_text(HEAD + "COLD = {'nan': 'because', 'inf': 'so'}\n")
    other.write_text(
        HEAD + "from sporeprint.torch.one import COLD\n\n"
        "@counterpart('torch.f', differs={**COLD, 'inf': 'not here', '0-d': 'why'})\n"
        "def f(x: Tensor) -> Tensor:\n    return x\n\n"
        "@counterpart('torch.g', differs=COLD)\ndef g(x: Tensor) -> Tensor:\n    return x\n"
    )
    read = catalog.read("torch", [(one, "sporeprint.torch.one"), (other, "sporeprint.torch.other")])
    assert read.entries["torch.f"].differs == {"nan": "because", "inf": "not here", "0-d": "why"}
    assert read.entries["torch.g"].differs == {"nan": "because", "inf": "so"}


@pytest.mark.parametrize("source", ["torch", "mindspore"])
def test_the_counterparts_keep_the_rules(source: str) -> None:
    loaded = catalog.load(source)
    catalog.check(loaded)
    assert len(loaded.entries) > 20
    assert all(api.startswith(f"{source}.") for api in loaded.names())


@pytest.mark.parametrize("source", ["torch", "mindspore"])
def test_no_body_uses_a_builtin_that_its_file_shadows(source: str) -> None:
    """A function named ``max`` in a file of counterparts shadows the builtin for every other body there."""
    import ast
    import builtins

    for body in catalog.load(source).bodies.values():
        shadowed = {name for name in body.file.definitions if hasattr(builtins, name)}
        bound = {each.arg for each in ast.walk(body.definition) if isinstance(each, ast.arg)}
        called = {
            each.func.id
            for each in ast.walk(body.definition)
            if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)
        }
        assert not (called & shadowed) - bound, f"{body.file.path}: {body.name}: write builtins.…"


def test_reading_needs_no_framework() -> None:
    code = (
        "import sys; sys.modules['torch'] = sys.modules['mindspore'] = sys.modules['numpy'] = None;"
        "from sporeprint.convert import convert_source;"
        "print(convert_source('import torch\\ny = torch.relu(x)\\n'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "ops.relu(x)" in done.stdout


@pytest.mark.parametrize("folder", ["torch", "mindspore"])
def test_a_folder_of_ours_is_not_taken_for_the_framework(folder: str) -> None:
    """A script that runs inside src/sporeprint would find our ``torch`` for ``import torch``."""
    spec = importlib.util.spec_from_file_location(folder, catalog.FOLDER / folder / "__init__.py")
    assert spec is not None
    assert spec.loader is not None
    with pytest.raises(ImportError, match="sporeprint"):
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


@pytest.mark.frameworks
def test_both_functions_of_the_page_are_libraries() -> None:
    """torch's log_softmax on MindSpore and MindSpore's on torch, against a hand derivation in float64."""
    import mindspore as ms
    import numpy as np
    import torch

    import sporeprint.mindspore.ops as ms_ops
    import sporeprint.torch.nn.functional as F  # noqa: N812

    data = np.array([[1, 2, 3, 4, 5], [5, 4, 3, 2, 1]], np.float32)
    wide = data.astype(np.float64)
    for axis in (0, 1, -1):
        expected = wide - np.log(np.exp(wide).sum(axis, keepdims=True))
        np.testing.assert_allclose(F.log_softmax(ms.Tensor(data), dim=axis).asnumpy(), expected, atol=1e-5)
        np.testing.assert_allclose(
            F.log_softmax.exact(ms.Tensor(data), dim=axis).asnumpy(), expected, rtol=4e-7, atol=1e-7
        )
        np.testing.assert_allclose(
            ms_ops.log_softmax(torch.tensor(data), axis=axis).numpy(), expected, atol=1e-6
        )
    by_default = wide - np.log(np.exp(wide).sum(1, keepdims=True))
    np.testing.assert_allclose(ms_ops.log_softmax(torch.tensor(data)).numpy(), by_default, atol=1e-6)
