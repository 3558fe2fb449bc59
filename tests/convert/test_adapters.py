"""The adapters' module: what is copied keeps the promises that the library keeps."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from sporeprint import catalog as catalogs
from sporeprint.convert import Options, adapters, build, convert_bytes

HEAD = """\
from __future__ import annotations
from sporeprint.counterpart import counterpart, counterpart_class, exact_of, overload_of

"""
REFUSES = "refuses={'scale': 'multiply the \"result\"', 'mode': 'leave it out', 'out': 'assign the result'}"
SIGNATURE = "x, scale: float = 2.0, mode: str = 'sum', *, sparse: bool = False, out: object = None"

DOCUMENTED = f'''\
@counterpart("torch.f", {REFUSES})
def f({SIGNATURE}) -> float:
    """Return x.

    Of two lines.
    """
    # Why.
    return x if sparse else x * 2
'''
COMMENTED = f"""\
@counterpart("torch.f", {REFUSES})
def f({SIGNATURE}) -> float:  # where

    # Why,
    # in two lines.
    return x if sparse else x * 2
"""
EXACT = f"{DOCUMENTED}\n\n@exact_of(f)\ndef _({SIGNATURE}) -> float:\n    return x if sparse else x * 2\n"
OVERLOADED = (
    f"{DOCUMENTED}\n\n@overload_of(f)\ndef _(x: str, *, out: object = None) -> str:\n    return x + x\n"
)
CLASS = f'''\
@counterpart_class("torch.f", {REFUSES})
class f:
    """Of no use."""

    def __init__(self, {SIGNATURE}) -> None:
        self.x, self.sparse = x, sparse

    def __eq__(self, other: object) -> bool:
        return other == (self.x if self.sparse else self.x * 2)
'''


class Incomparable:
    """Like a tensor: what its comparison returns is no bool."""

    def __eq__(self, other: object) -> Any:
        raise TypeError("no bool")

    __hash__ = object.__hash__


def module(folder: Path, text: str, fidelity: str = "native") -> dict[str, Any]:
    """Run the adapters' module for a counterpart of torch.f."""
    path = folder / "made.py"
    path.write_text(HEAD + text)
    catalog = catalogs.read("torch", [(path, "sporeprint.torch.made")])
    names: dict[str, Any] = {}
    exec(compile(adapters.build(["torch_f"], "mindspore", fidelity, catalog), "<adapters>", "exec"), names)
    return names


@pytest.mark.parametrize("fidelity", ["native", "exact"])
@pytest.mark.parametrize(
    "text",
    [DOCUMENTED, COMMENTED, EXACT, OVERLOADED, CLASS],
    ids=["documented", "commented", "exact", "overloaded", "class"],
)
def test_a_refused_parameter_is_not_dropped(text: str, fidelity: str, tmp_path: Path) -> None:
    function = module(tmp_path, text, fidelity)["torch_f"]
    assert function(3) == 6
    assert function(3, 2.0, "sum", sparse=True, out=None) == 3
    uses: list[tuple[tuple[Any, ...], dict[str, Any], str]] = [
        ((3,), {"out": Incomparable()}, "torch.f: out is refused: assign the result"),
        ((3, 3.0), {}, 'torch.f: scale is refused: multiply the "result"'),
        ((3,), {"scale": Incomparable()}, "scale is refused"),
        ((3,), {"mode": "mean"}, "mode is refused"),
    ]
    for args, named, reason in uses:
        with pytest.raises(TypeError, match=reason):
            function(*args, **named)


def test_an_overload_refuses_by_name(tmp_path: Path) -> None:
    function = module(tmp_path, OVERLOADED)["torch_f"]
    assert function("a") == "aa"
    with pytest.raises(TypeError, match="out is refused"):
        function("a", out=0)


@pytest.mark.parametrize("text", [DOCUMENTED, OVERLOADED, CLASS], ids=["plain", "overloaded", "class"])
def test_spellings_of_one_function_are_one_function(text: str, tmp_path: Path) -> None:
    path = tmp_path / "made.py"
    path.write_text(HEAD + text.replace('"torch.f",', '"torch.f", "torch.special.f",'))
    catalog = catalogs.read("torch", [(path, "sporeprint.torch.made")])
    names: dict[str, Any] = {}
    exec(adapters.build(["torch_f", "special_f"], "mindspore", "native", catalog), names)
    assert names["torch_f"] is names["special_f"]
    assert names["torch_f"](3) == 6


def test_the_check_stands_between_the_docstring_and_the_body(tmp_path: Path) -> None:
    path = tmp_path / "made.py"
    path.write_text(HEAD + COMMENTED)
    catalog = catalogs.read("torch", [(path, "sporeprint.torch.made")])
    text = adapters.build(["torch_f"], "mindspore", "native", catalog)
    assert text.endswith("""\
 -> float:  # where

    if type(scale) is not float or scale != 2.0:
        raise TypeError("torch.f: scale is refused: multiply the \\"result\\"")
    if type(mode) is not str or mode != 'sum':
        raise TypeError("torch.f: mode is refused: leave it out")
    if out is not None:
        raise TypeError("torch.f: out is refused: assign the result")
    # Why,
    # in two lines.
    return x if sparse else x * 2
""")


@pytest.mark.frameworks
@pytest.mark.parametrize("fidelity", ["native", "exact"])
def test_out_among_star_arguments_raises(
    fidelity: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import mindspore as ms

    source = b"import torch\n\n\ndef f(x, **kw):\n    return torch.softmax(x, **kw)\n"
    outcome = convert_bytes(source, "f.py", Options(fidelity=fidelity), "torch_on_mindspore")
    (tmp_path / "torch_on_mindspore.py").write_text(build(outcome.adapters, "mindspore", fidelity))
    monkeypatch.syspath_prepend(str(tmp_path))
    names: dict[str, Any] = {}
    exec(compile(outcome.data, "f.py", "exec"), names)
    x = ms.ops.zeros((2, 2))
    assert names["f"](x, dim=1).asnumpy().tolist() == [[0.5, 0.5], [0.5, 0.5]]
    with pytest.raises(TypeError, match=r"torch\.softmax: out is refused: assign the result instead"):
        names["f"](x, dim=1, out=x)


@pytest.mark.parametrize("to", ["mindspore", "torch"])
@pytest.mark.parametrize("fidelity", ["native", "exact"])
def test_every_overloaded_adapter_calls_its_own_overloads(to: str, fidelity: str) -> None:
    entries = catalogs.load(catalogs.SOURCE_OF[to]).entries
    overloaded = {adapters.name_of(api) for api, entry in entries.items() if entry.overloads}
    text = build(overloaded, to, fidelity)
    assert len(re.findall("^def takes", text, re.MULTILINE)) == bool(overloaded)
    tree = ast.parse(text)
    for function in tree.body:
        if isinstance(function, ast.FunctionDef) and ast.unparse(function.args) == "*args, **kwargs":
            called = [each for each in ast.walk(function) if isinstance(each, ast.Return)]
            names = {each.value.func.id for each in called}  # type: ignore[union-attr]
            assert names == {f"{function.name}_overload_{number}" for number in range(1, len(names) + 1)}
