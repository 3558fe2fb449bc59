"""Lists of layers: ``nn.CellList`` holds Cells only, torch's ``nn.ModuleList`` may hold None as well.

Where all that a list is made of, and all that is added to it, is certainly a module, it becomes ``nn.CellList``. Else
its class is one of ours, which takes what torch's takes.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sporeprint.convert.names import Scope

if TYPE_CHECKING:
    from sporeprint.convert.file import FileConversion

LIST = "torch.nn.ModuleList"
#: Our list, which the adapters' module holds.
OURS = "ListOfCells"


def may_hold_none(file: FileConversion, call: ast.Call, scope: Scope) -> bool:
    """Whether a list of layers may hold something else than layers, for all that is known.

    Args:
        file: the file.
        call: of torch.nn.ModuleList.
        scope: where it stands.
    """
    if any(isinstance(each, ast.Starred) for each in call.args) or any(
        not each.arg for each in call.keywords
    ):
        return True
    given = [*call.args, *(each.value for each in call.keywords)]
    added = _added(file, call)
    if added is None:  # an empty list that is assigned to nothing is filled elsewhere
        added, given = [], given or [ast.Constant(None)]
    return not (
        all(_holds_modules(file, each, scope) for each in given)
        and all(_adds_modules(file, each, inner) for each, inner in added)
    )


def _is_module(file: FileConversion, node: ast.expr, scope: Scope) -> bool:
    return file.types.of(node, scope) == "module"


def _holds_modules(file: FileConversion, node: ast.expr, scope: Scope) -> bool:
    """Whether an iterable holds modules only."""
    if isinstance(node, ast.List | ast.Tuple):
        return all(
            _holds_modules(file, each.value, scope)
            if isinstance(each, ast.Starred)
            else _is_module(file, each, scope)
            for each in node.elts
        )
    if isinstance(node, ast.ListComp | ast.GeneratorExp):
        return _is_module(file, node.elt, file.names.scope_of[node])
    if isinstance(node, ast.BinOp):
        sides = (node.left, node.right) if isinstance(node.op, ast.Add) else (node.left,)
        return isinstance(node.op, ast.Add | ast.Mult) and all(
            _holds_modules(file, each, scope) for each in sides
        )
    return False


def _adds_modules(file: FileConversion, call: ast.Call, scope: Scope) -> bool:
    """Whether a call of ``append``, ``insert`` or ``extend`` adds modules only."""
    assert isinstance(call.func, ast.Attribute)
    if call.keywords or not call.args:
        return False
    last = call.args[-1]
    return _holds_modules(file, last, scope) if call.func.attr == "extend" else _is_module(file, last, scope)


def _added(file: FileConversion, call: ast.Call) -> list[tuple[ast.Call, Scope]] | None:
    """Return the calls that add to what a list is assigned to, a name or an attribute; None: to nothing."""
    statement = file.names.call_parents.get(call)
    if isinstance(statement, ast.Assign):
        names = {_last_name(each) for each in statement.targets}
    elif isinstance(statement, ast.AnnAssign):
        names = {_last_name(statement.target)}
    else:
        return None
    return [(each, scope) for each, scope in file.names.added if _last_name(each.func.value) in names]  # type: ignore[attr-defined]


def _last_name(node: ast.expr) -> str | None:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None
