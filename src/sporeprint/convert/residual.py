"""What remains of a counterpart's body at a call site: an expression with holes for the call's arguments."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from sporeprint.catalog import Body, Import


class NotInlined(Exception):  # noqa: N818 - not a failure: the adapter takes the call
    """The call cannot be inlined; the adapter can take it. The message says why."""


class Refused(Exception):  # noqa: N818 - the outcome of a decided `raise`, reported to the user
    """The counterpart cannot give what this call asks for. The message says what to do."""


@dataclass(slots=True)
class Argument:
    """An argument of the call.

    Attributes:
        node: its expression in the user's file.
        kind: ``constant`` (a literal: may be copied, moved, dropped), ``symbol`` (a dtype or constant of the source
            framework: likewise), ``name`` (reading it is free, but what it holds may change between two calls),
            ``effect`` (everything else: evaluated once, where it stood).
        value: the literal's value; of a symbol, the target framework's own name for it.
        type: ``tensor``, ``module``, ``int``, … where known, else "".
        keyword: the name it was passed by, "" for a positional one.
        dtype: ``int64``, ``bool``, … of a tensor that is known to hold integers or booleans, else "".
        truth: whether, if it is a tensor, it is certainly one of booleans.
    """

    node: ast.expr
    kind: str
    value: Any = None
    type: str = ""
    keyword: str = ""
    dtype: str = ""
    truth: bool = False


class Hole(ast.expr):
    """Stands for argument ``index`` of the call."""

    _fields = ()

    def __init__(self, index: int) -> None:
        super().__init__()
        self.index = index


class Reference(ast.expr):
    """Stands for a module or member that the converted file has to import, a builtin, or a helper of the adapters.

    Exactly one of ``target``, ``builtin`` and ``helper`` is set.
    """

    _fields = ()

    def __init__(self, target: Import | None = None, builtin: str = "", helper: Body | None = None) -> None:
        super().__init__()
        self.target = target
        self.builtin = builtin
        self.helper = helper


#: The nodes of an expression in which a hole can be: no operators, no contexts.
_PARTS = (ast.expr, ast.keyword)


def holes(node: ast.AST) -> list[int]:
    """Return the arguments that an expression mentions, in the order of the text."""
    if isinstance(node, Hole):
        return [node.index]
    found: list[int] = []
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, _PARTS):
            found += holes(value)
        elif isinstance(value, list):
            for each in value:
                if isinstance(each, _PARTS):
                    found += holes(each)
    return found


def literal(node: ast.expr) -> tuple[bool, Any]:
    """Return (True, value) where ``node`` is a literal of immutable type, else (False, None)."""
    kind = type(node)
    if kind is ast.Constant:
        return True, node.value  # type: ignore[attr-defined]
    if kind is ast.Name or kind is ast.Attribute:
        return False, None
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        known, value = literal(node.operand)
        if known and type(value) in (int, float, complex):
            return True, -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.Tuple):
        values = [literal(each) for each in node.elts]
        if all(known for known, _ in values):
            return True, tuple(value for _, value in values)
    return False, None


def constant(value: Any) -> ast.expr:
    """Return the expression that writes a literal."""
    if isinstance(value, tuple):
        return ast.Tuple([constant(each) for each in value], ast.Load())
    if type(value) in (int, float) and (value < 0 or str(value).startswith("-")):
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


def is_path(node: ast.expr) -> bool:
    """Whether an expression only names something of the target framework or of Python: reading it is free."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, Reference)


def same(one: ast.AST, other: ast.AST) -> bool:
    """Whether two expressions that remain are the same text."""
    if type(one) is not type(other):
        return False
    if isinstance(one, Hole) and isinstance(other, Hole):
        return one.index == other.index
    if isinstance(one, Reference) and isinstance(other, Reference):
        return (one.target, one.builtin, one.helper) == (other.target, other.builtin, other.helper)
    pairs = [(getattr(one, name, None), getattr(other, name, None)) for name in one._fields]
    return all(_same_field(a, b) for a, b in pairs)


def _same_field(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same_field, one, other))
    if isinstance(one, ast.AST) and isinstance(other, ast.AST):
        return same(one, other)
    return type(one) is type(other) and bool(one == other)
