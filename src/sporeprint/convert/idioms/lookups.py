"""A layer by a computed name: ``getattr(nn, kind)(…)``, where ``if kind in ("LSTM", "GRU")`` tells what it can be.

It becomes ``{"LSTM": nn_LSTM, "GRU": nn_GRU}[kind](…)``. Where nothing tells all that it can be, it is left.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sporeprint.convert import adapters
from sporeprint.convert.edits import Edit, Named, Piece
from sporeprint.convert.idioms import modules

if TYPE_CHECKING:
    from sporeprint.convert.file import FileConversion
    from sporeprint.convert.names import Use


def convert(conversion: FileConversion, use: Use, path: str) -> bool:
    """Convert the use of a namespace in ``getattr``; return whether that was done."""
    lookup = use.parent
    if not isinstance(lookup, ast.Call) or lookup not in conversion.names.call_parents:
        return False
    made = conversion.names.call_parents[lookup]
    match lookup:
        case ast.Call(func=ast.Name(id="getattr"), args=[first, ast.Name(id=name)], keywords=[]) if (
            first is use.node and use.scope.holder("getattr") is None
        ):
            pass
        case _:
            return False
    if not isinstance(made, ast.Call) or made.func is not lookup or use.in_fstring:
        return False
    names = _told(conversion, use.statement, name)
    apis = [f"{path}.{each}" for each in names]
    if not names or any(api not in conversion.catalog.entries for api in apis):
        return False
    pieces: list[Piece] = [b"{"]
    for number, (each, api) in enumerate(zip(names, apis, strict=True)):
        key = adapters.Adapter(adapters.name_of(api))
        conversion.need(key, use)
        pieces += [b", " if number else b"", f'"{each}": '.encode(), Named(key)]
    start, end = conversion.source.span(lookup)
    conversion.edits.append(Edit(start, end, [*pieces, f"}}[{name}]".encode()]))
    how = next(filter(None, (modules.start_of(conversion, made, use.scope, api) for api in apis)), "")
    if how:
        _, end = conversion.source.span(made)
        conversion.edits.append(Edit(end, end, [f".{how}".encode()], order=1))
    conversion.done.append(use)
    for api in apis:
        conversion.found(use.node, "adapter", api, "its name is only known when the program runs")
    return True


def _told(conversion: FileConversion, statement: ast.AST, name: str) -> list[str]:
    """Return the strings that a name can be in a statement, by the test of an ``if`` around it."""
    parents = conversion.names.parents
    while isinstance(statement, ast.stmt) and statement in parents:
        parent, body = parents[statement]
        if isinstance(parent, ast.If) and body is parent.body:
            match parent.test:
                case ast.Compare(
                    left=ast.Name(id=tested), ops=[ast.In()], comparators=[ast.List() | ast.Tuple() as given]
                ):
                    bound = any(
                        isinstance(each, ast.Name) and each.id == name and not isinstance(each.ctx, ast.Load)
                        for inner in parent.body
                        for each in ast.walk(inner)
                    )
                    values = [each.value for each in given.elts if isinstance(each, ast.Constant)]
                    if tested == name and not bound and len(values) == len(given.elts):
                        return [each for each in values if isinstance(each, str) and each.isidentifier()]
        if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return []
        statement = parent
    return []
