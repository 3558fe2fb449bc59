"""einops: its functions take any framework's tensors, if it knows the framework; its layers are a framework's own.

It finds frameworks among the subclasses of its ``AbstractBackend``, and has none for MindSpore. A converted project
gets one, ``sporeprint/einops_on_mindspore.py``, copied beside the adapters' module. A file that imports einops imports
it too, which is all that is needed; layers come from it instead of ``einops.layers.torch``.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

from sporeprint import __version__
from sporeprint.convert.edits import Edit
from sporeprint.convert.rewrite import has_comment

if TYPE_CHECKING:
    from sporeprint.convert.file import FileConversion
    from sporeprint.convert.names import Use

#: The module that is copied; it has the same name here.
MODULE = "einops_on_mindspore"
_LAYERS = "einops.layers.torch"
_TORCH_ONLY = "einops._torch_specific"
_HEAD = (
    "# Copied from sporeprint {} (Apache-2.0). The next conversion writes it anew, so change it elsewhere.\n"
)
_WHY = "  # noqa: F401  (makes MindSpore known to einops)"


def text() -> bytes:
    """Return the text of the module that a converted project gets."""
    ours = Path(__file__).parents[2] / f"{MODULE}.py"
    return _HEAD.format(__version__).encode() + ours.read_bytes()


def is_ours(data: bytes) -> bool:
    """Whether a file of that name was written by a conversion."""
    return data.startswith(_HEAD.partition("{}")[0].encode())


def concerns(conversion: FileConversion) -> bool:
    """Whether the file imports a framework's layers, or einops in a project that uses the source framework.

    Einops alone says nothing: it serves numpy as well.
    """
    if conversion.options.to != "mindspore":
        return any(_names_ours(statement) for statement, _ in conversion.names.imports)
    found = _imports(conversion)
    if any(_LAYERS in _paths(each) for each in found):
        return True
    place = conversion.place
    return bool(found) and place is not None and place.project.imports(conversion.options.source)


def convert(conversion: FileConversion) -> None:
    """Plan the edits of einops' imports and of its layers' full names."""
    found = _imports(conversion)
    if conversion.options.to != "mindspore":
        for statement, _ in conversion.names.imports:
            if _names_ours(statement):
                conversion.found(statement, "left", "einops", "these are MindSpore's layers of einops",
                                 "import them from einops.layers.torch; its functions know torch")  # fmt: skip
        return
    if not found:
        return
    registered = [each for each, _ in conversion.names.imports if _names_ours(each)]
    functions: list[ast.Import | ast.ImportFrom] = []
    for statement in found:
        if _is_of_torch(statement):
            conversion.found(statement, "left", _TORCH_ONLY, "it steers PyTorch's compiler", "leave it out")
        elif _layers(conversion, statement):
            registered.append(statement)
        else:
            functions.append(statement)
    for use in conversion.names.uses:
        if use.attributes:
            _full_name(conversion, use)
    if any(_at_top(conversion, each) for each in registered):
        wanted = []
    elif any(_at_top(conversion, each) for each in functions):
        wanted = [next(each for each in functions if _at_top(conversion, each))]
    else:
        blocks = {id(conversion.names.parents[each][1]) for each in registered}
        wanted = [each for each in functions if id(conversion.names.parents[each][1]) not in blocks]
    for statement in wanted:
        _register(conversion, statement)
    conversion.uses_einops = True


def _imports(conversion: FileConversion) -> list[ast.Import | ast.ImportFrom]:
    return [each for each, _ in conversion.names.imports if _top_of(each, "einops")]


def _paths(statement: ast.Import | ast.ImportFrom) -> set[str]:
    """Return the modules that a statement may import."""
    if isinstance(statement, ast.Import):
        return {alias.name for alias in statement.names}
    module = statement.module or ""
    return {module, *(f"{module}.{alias.name}" for alias in statement.names)}


def _top_of(statement: ast.Import | ast.ImportFrom, name: str) -> bool:
    if isinstance(statement, ast.ImportFrom):
        return not statement.level and (statement.module or "").split(".")[0] == name
    return any(alias.name.split(".")[0] == name for alias in statement.names)


def _names_ours(statement: ast.Import | ast.ImportFrom) -> bool:
    if isinstance(statement, ast.ImportFrom) and statement.module == MODULE:
        return True
    return any(alias.name == MODULE for alias in statement.names)


def _is_of_torch(statement: ast.Import | ast.ImportFrom) -> bool:
    return _TORCH_ONLY in _paths(statement)


def _at_top(conversion: FileConversion, statement: ast.stmt) -> bool:
    return isinstance(conversion.names.parents[statement][0], ast.Module)


def _dots(conversion: FileConversion) -> str:
    """Return the dots that lead from the file to where the adapters' module and ours lie."""
    imported = conversion.adapters_from
    return imported[: len(imported) - len(imported.lstrip("."))]


def _layers(conversion: FileConversion, statement: ast.Import | ast.ImportFrom) -> bool:
    """Import layers from our module instead; return whether the statement is now an import of it."""
    source, dots = conversion.source, _dots(conversion)
    start, end = source.span(statement)
    if isinstance(statement, ast.ImportFrom):
        if statement.module == _LAYERS:
            at = source.data.find(_LAYERS.encode(), start, end)
            if at < 0:
                conversion.found(
                    statement, "left", _LAYERS, "the name is not written in one piece", "join it"
                )
                return False
            conversion.edits.append(Edit(at, at + len(_LAYERS), [f"{dots}{MODULE}".encode()]))
            for alias in statement.names:
                conversion.found(statement, "adapter", f"{_LAYERS}.{alias.name}")
            return True
        named = [alias for alias in statement.names if f"{statement.module}.{alias.name}" == _LAYERS]
    else:
        named = [alias for alias in statement.names if alias.name == _LAYERS]
    if not named:
        return False
    alias = named[0]
    if isinstance(statement, ast.Import) and alias.asname is None:
        first, last = source.span(alias)
        conversion.edits.append(Edit(first, last, [b"einops"]))
        conversion.found(statement, "converted", _LAYERS)
        return False
    if len(statement.names) > 1 or has_comment(source, start, end):
        conversion.found(
            statement, "left", _LAYERS, "it is imported with something else", "import it by itself"
        )
        return False
    what = f"from {dots} import {MODULE}" if dots else f"import {MODULE}"
    conversion.edits.append(Edit(start, end, [f"{what} as {alias.asname or alias.name}".encode()]))
    conversion.found(statement, "adapter", _LAYERS)
    return True


def _full_name(conversion: FileConversion, use: Use) -> None:
    """Convert ``einops.layers.torch.Rearrange`` where it is written out."""
    base = conversion.names.path_of(use.root, use.scope)
    if base not in ("einops", "einops.layers"):
        return
    rest = _LAYERS[len(base) + 1 :].split(".")
    if use.attributes[: len(rest)] != tuple(rest):
        return
    node: ast.expr = use.node
    for _ in use.attributes[len(rest) :]:
        assert isinstance(node, ast.Attribute)
        node = node.value
    start, end = conversion.source.span(node)
    if has_comment(conversion.source, start, end) or (
        use.in_fstring and not conversion.stands_where_it_says(use.node)
    ):
        conversion.left(use, _LAYERS, "a comment or an f-string is in the way", "write it by hand")
        return
    conversion.edits.append(Edit(start, end, [MODULE.encode()]))
    conversion.found(use.node, "adapter", ".".join([base, *use.attributes]))


def _register(conversion: FileConversion, statement: ast.Import | ast.ImportFrom) -> None:
    """Import our module in front of an import of einops."""
    source, dots = conversion.source, _dots(conversion)
    line = f"from {dots} import {MODULE}" if dots else f"import {MODULE}"
    start, _ = source.span(statement)
    line_start = source.starts[statement.lineno - 1]
    indent = source.data[line_start:start]
    if indent.strip():
        conversion.edits.append(Edit(start, start, [f"{line}; ".encode()], order=-3))
    else:
        made = indent + (line + _WHY).encode() + source.newline
        conversion.edits.append(Edit(line_start, line_start, [made], order=-3))
    conversion.found(statement, "converted", "einops")
