"""What each expression of a project's code gives, while one layer is run alone.

The project's modules are compiled with every call and every operation wrapped in a function that notes its value; their
source files stay as they are. It needs to know nothing of either framework.
"""

from __future__ import annotations

import ast
import builtins
import importlib.machinery
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

#: What is told of an expression: file, line, column, text, and what it gave.
Seen = Callable[[str, int, int, str, Any], None]

_NAME = "__sporeprint_note__"
_seen: Seen | None = None


def instrument(folder: str) -> None:
    """Let all modules of a folder that are imported from here on tell what their expressions give.

    Args:
        folder: the project's.
    """
    loader: Any = importlib.machinery.SourceFileLoader
    original = loader.get_code

    def note(file: str, line: int, column: int, text: str, result: Any) -> Any:
        if _seen is not None:
            _seen(file, line, column, text, result)
        return result

    def get_code(self: Any, fullname: str) -> Any:
        path = Path(self.get_filename(fullname)).resolve()
        if not path.is_relative_to(Path(folder).resolve()) or path.stem.endswith(
            ("_on_mindspore", "_on_torch")
        ):
            return original(self, fullname)
        source = self.get_data(str(path)).decode("utf-8-sig", "replace")
        tree = _Wrapper(str(path), source).visit(ast.parse(source))
        return compile(ast.fix_missing_locations(tree), str(path), "exec", dont_inherit=True)

    loader.get_code = get_code
    setattr(builtins, _NAME, note)


@contextmanager
def watching(seen: Seen | None) -> Iterator[None]:
    """Tell ``seen`` of every expression until it ends; None: tell nobody."""
    global _seen  # noqa: PLW0603
    before, _seen = _seen, seen
    try:
        yield
    finally:
        _seen = before


class _Wrapper(ast.NodeTransformer):
    """Wraps calls, operations and subscripts within functions."""

    def __init__(self, file: str, source: str) -> None:
        self._file, self._source, self._depth = file, source, 0

    def _function(self, node: Any) -> Any:
        self._depth += 1
        node.body = [self.visit(each) for each in node.body]
        self._depth -= 1
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = _function  # noqa: N815

    def visit_Lambda(self, node: ast.Lambda) -> Any:
        """Leave defaults as they are."""
        return node

    def _expression(self, node: Any) -> Any:
        self.generic_visit(node)
        if not self._depth or (isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load)):
            return node
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("super", "locals")
        ):
            return node  # they look at the frame that calls them
        text = ast.get_source_segment(self._source, node) or ""
        given = [ast.Constant(each) for each in (self._file, node.lineno, node.col_offset + 1, text)]
        return ast.copy_location(ast.Call(ast.Name(_NAME, ast.Load()), [*given, node], []), node)

    visit_Call = visit_BinOp = visit_UnaryOp = visit_Subscript = _expression  # noqa: N815
    visit_Compare = visit_IfExp = _expression  # noqa: N815
