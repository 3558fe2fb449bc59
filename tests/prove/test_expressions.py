"""The project's code with its expressions watched does what it does unwatched, and tells where each value came from."""

from __future__ import annotations

import builtins
import importlib
import importlib.machinery
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sporeprint.prove import expressions

CODE = '''"""A module."""
from __future__ import annotations
import functools


class Base:
    def __init__(self, x):
        self.x = x


class Net(Base):
    scale: int = int("2")

    def __init__(self, x):
        super().__init__(x)
        self.parts = {"a": x + 1}

    @functools.wraps(Base)
    def forward(self, y=None, *rest, **named):
        """What it does."""
        a, (b, *c) = self.x * 2, [self.x - 1, -self.x]
        self.parts["a"] += 1
        del self.parts["a"]
        text = f"{a.sum():.1f} {rest!r}"
        found = [each * self.scale for each in c if (each < 0).all()]
        later = lambda z: z * a
        names = sorted(locals())
        return found[0] + later(b), text, names, named

    async def wait(self):
        return await self.wait_for(3)

    async def wait_for(self, n):
        return n * self.x
'''


@pytest.fixture
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Import the code, watched."""
    loader = importlib.machinery.SourceFileLoader
    monkeypatch.setattr(loader, "get_code", loader.get_code)
    monkeypatch.setattr(builtins, "__sporeprint_note__", None, raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "watched_code.py").write_text(CODE)
    expressions.instrument(str(tmp_path))
    module = importlib.import_module("watched_code")
    yield module.Net
    del sys.modules["watched_code"]


def test_watched_code_does_what_it_does_unwatched(net: Any) -> None:
    names: dict[str, Any] = {"__name__": "plain"}
    exec(compile(CODE, "plain", "exec", dont_inherit=True), names)
    x = np.array([1.0, 2.0])
    (got, *rest), (wanted, *others) = net(x).forward(1, 2, k=3), names["Net"](x).forward(1, 2, k=3)
    assert np.array_equal(got, wanted)
    assert rest == others
    with pytest.raises(StopIteration) as ended:
        net(x).wait().send(None)
    assert np.array_equal(ended.value.value, 3 * x)


def test_values_are_noted_with_their_place(net: Any, tmp_path: Path) -> None:
    x = np.array([1.0, 2.0])
    model = net(x)
    seen: list[tuple[Any, ...]] = []
    with expressions.watching(lambda *told: seen.append(told)):
        result, *_ = model.forward()
        with expressions.watching(None):
            net(x).forward()
    arrays = [each for each in seen if isinstance(each[-1], np.ndarray)]
    lines = CODE.splitlines()
    assert [text for *_, text, _ in arrays][:3] == ["self.x * 2", "self.x - 1", "-self.x"]
    for file, line, column, text, _ in seen:
        assert file == str(tmp_path / "watched_code.py")
        assert lines[line - 1][column - 1 :].startswith(text)
    assert arrays[-1][-2] == "found[0] + later(b)"
    assert arrays[-1][-1] is result
    known = len(seen)
    net(x).forward()
    assert len(seen) == known
