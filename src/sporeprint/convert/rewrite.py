"""From what remains of a call to edits of the user's text.

Where the arguments keep their order the call is edited token by token: the function's name, the arguments' names, what
is added. Otherwise the whole call is written anew around the arguments' own text. Either way no comment is lost: where
one would be, :class:`Unwritable` sends the call to the adapter, which needs no more than another name.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from sporeprint.catalog import Body
from sporeprint.convert.edits import Edit, Kept, Named, Piece
from sporeprint.convert.residual import Argument, Hole, Reference, holes, literal
from sporeprint.convert.source import Source

#: Turns a reference into the piece that will name it in the converted file.
Namer: TypeAlias = Callable[[Reference], Named | bytes]
#: Full MindSpore or torch name -> parameter -> its default, as text.
Defaults: TypeAlias = Mapping[str, Mapping[str, str]]
#: Full MindSpore or torch name -> its parameters in order: name, kind, default as text.
Signatures: TypeAlias = Mapping[str, Sequence[tuple[str, str, str | None]]]


class Unwritable(Exception):  # noqa: N818 - the adapter takes the call
    """The call cannot be edited without losing something of the user's."""


(TUPLE, TEST, OR, AND, NOT, COMPARE, BITOR, XOR, BITAND, SHIFT, SUM, TERM, UNARY, POWER, AWAIT, ATOM) = range(
    16
)
BINARY = {
    ast.BitOr: (BITOR, "|"), ast.BitXor: (XOR, "^"), ast.BitAnd: (BITAND, "&"), ast.LShift: (SHIFT, "<<"),
    ast.RShift: (SHIFT, ">>"), ast.Add: (SUM, "+"), ast.Sub: (SUM, "-"), ast.Mult: (TERM, "*"),
    ast.MatMult: (TERM, "@"), ast.Div: (TERM, "/"), ast.Mod: (TERM, "%"), ast.FloorDiv: (TERM, "//"),
    ast.Pow: (POWER, "**"),
}  # fmt: skip
_UNARY = {ast.Not: (NOT, "not "), ast.USub: (UNARY, "-"), ast.UAdd: (UNARY, "+"), ast.Invert: (UNARY, "~")}
_COMPARE = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip


_LEVEL: dict[type, int] = {
    ast.Compare: COMPARE, ast.IfExp: TEST, ast.Lambda: TEST, ast.Await: AWAIT,
    ast.Starred: TEST,  # it stands among arguments or elements, never within an expression
    ast.NamedExpr: TUPLE, ast.Yield: TUPLE, ast.YieldFrom: TUPLE, ast.Slice: TUPLE,
}  # fmt: skip


def precedence(node: ast.expr) -> int:
    """Return how tightly an expression binds, by Python's grammar."""
    match node:
        case ast.BinOp():
            return BINARY[type(node.op)][0]
        case ast.UnaryOp():
            return _UNARY[type(node.op)][0]
        case ast.BoolOp():
            return OR if isinstance(node.op, ast.Or) else AND
    return _LEVEL.get(type(node), ATOM)


@dataclass(slots=True)
class Renderer:
    """Writes expressions as pieces."""

    source: Source
    arguments: Sequence[Argument]
    name: Namer
    defaults: Defaults
    owners: Mapping[str, str]  # "tensor" or "module" -> the target's class
    signatures: Signatures = field(default_factory=dict)
    quote: str = '"'
    mentioned: set[int] = field(default_factory=set)

    def render(self, node: ast.expr, least: int = TEST, bracketed: bool = False) -> list[Piece]:
        """Return the pieces of an expression, in parentheses where it binds less tightly than ``least``.

        ``bracketed``: whether it stands inside brackets, where a line may break.
        """
        if isinstance(node, Hole):
            return self._hole(node, least, bracketed)
        own = precedence(node)
        pieces = self._plain(node, bracketed or own < least)
        return [b"(", *pieces, b")"] if own < least else pieces

    def _hole(self, node: Hole, least: int, bracketed: bool) -> list[Piece]:
        user = self.arguments[node.index].node
        start, end = self.source.span(user)
        text = self.source.data[start:end]
        number = isinstance(user, ast.Constant) and isinstance(user.value, int | float | complex)
        if node.index in self.mentioned:
            # A second mention (of a name or a constant) is a copy, which the edits inside the first do not reach.
            if self.arguments[node.index].kind == "symbol":
                raise Unwritable("a dtype would stand twice")
            wrap = precedence(user) < least or (number and least == ATOM)
            return [b"(", text, b")"] if wrap else [text]
        self.mentioned.add(node.index)
        wrap = precedence(user) < least or (not bracketed and b"\n" in text) or (number and least == ATOM)
        return [b"(", Kept(start, end), b")"] if wrap else [Kept(start, end)]

    def _plain(self, node: ast.expr, bracketed: bool) -> list[Piece]:
        render = self.render
        match node:
            case Reference():
                return [self.name(node)]
            case ast.Constant():
                return [self._constant(node.value).encode()]
            case ast.Attribute():
                base = render(node.value, ATOM, bracketed)
                return [*base, f".{node.attr}".encode()]
            case ast.Call():
                return [*render(node.func, ATOM, bracketed), b"(", *self.call_arguments(node), b")"]
            case ast.Subscript():
                # A tuple needs no parentheses here, and a slice may stand in none.
                several = isinstance(node.slice, ast.Tuple) and len(node.slice.elts) > 1
                inside: list[Piece] = []
                for each in node.slice.elts if several else [node.slice]:  # type: ignore[attr-defined]
                    inside += [*([b", "] if inside else []), *render(each, TUPLE, True)]
                return [*render(node.value, ATOM, bracketed), b"[", *inside, b"]"]
            case ast.Slice():
                pieces: list[Piece] = [*(render(node.lower, TEST, True) if node.lower else ()), b":"]
                pieces += render(node.upper, TEST, True) if node.upper else []
                return [*pieces, *((b":", *render(node.step, TEST, True)) if node.step else ())]
            case ast.Tuple() | ast.List():
                inner: list[Piece] = []
                for index, each in enumerate(node.elts):
                    inner += [b", "] if index else []
                    inner += render(each, TUPLE if isinstance(each, ast.Starred) else TEST, True)
                if isinstance(node, ast.List):
                    return [b"[", *inner, b"]"]
                return [b"(", *inner, b",)" if len(node.elts) == 1 else b")"]
            case ast.Dict():
                inner = []
                for index, (key, value) in enumerate(zip(node.keys, node.values, strict=True)):
                    inner += [b", "] if index else []
                    inner += [*render(key, TEST, True), b": "] if key else [b"**"]
                    inner += render(value, TEST, True)
                return [b"{", *inner, b"}"]
            case ast.IfExp():
                return [
                    *render(node.body, OR, bracketed), b" if ", *render(node.test, OR, bracketed),
                    b" else ", *render(node.orelse, TEST, bracketed),
                ]  # fmt: skip
            case ast.BoolOp():
                word = b" or " if isinstance(node.op, ast.Or) else b" and "
                pieces = []
                for index, each in enumerate(node.values):
                    pieces += [word] if index else []
                    pieces += render(each, precedence(node) + 1, bracketed)
                return pieces
            case ast.Compare():
                pieces = render(node.left, BITOR, bracketed)
                for op, each in zip(node.ops, node.comparators, strict=True):
                    pieces += [f" {_COMPARE[type(op)]} ".encode(), *render(each, BITOR, bracketed)]
                return pieces
            case ast.UnaryOp():
                level, sign = _UNARY[type(node.op)]
                return [sign.encode(), *render(node.operand, level, bracketed)]
            case ast.BinOp():
                level, sign = BINARY[type(node.op)]
                if level == POWER:
                    sides = render(node.left, AWAIT, bracketed), render(node.right, UNARY, bracketed)
                else:
                    sides = render(node.left, level, bracketed), render(node.right, level + 1, bracketed)
                return [*sides[0], f" {sign} ".encode(), *sides[1]]
            case ast.Starred():
                return [b"*", *render(node.value, BITOR, bracketed)]
        raise Unwritable(f"no way to write a {type(node).__name__}")

    def _constant(self, value: object) -> str:
        if isinstance(value, str):
            if self.quote == "":
                raise Unwritable("a string inside an f-string")
            return '"' + value.encode("unicode_escape").decode().replace('"', '\\"') + '"'
        if isinstance(value, float) and value in (float("inf"), float("-inf")):
            return "1e999" if value > 0 else "-1e999"
        return "..." if value is ... else repr(value)

    def call_arguments(self, node: ast.Call) -> list[Piece]:
        """Return the arguments of a call without its parentheses."""
        pieces: list[Piece] = []
        for index, (keyword, value) in enumerate(self.written(node)):
            pieces += [b", "] if index else []
            pieces += self.argument(keyword, value)
        return pieces

    def argument(self, keyword: str, value: ast.expr) -> list[Piece]:
        """Return one argument."""
        least = TUPLE if isinstance(value, ast.Starred) else TEST
        return [*([f"{keyword}=".encode()] if keyword else []), *self.render(value, least, True)]

    def written(self, node: ast.Call) -> list[tuple[str, ast.expr]]:
        """Return the arguments to write: those that only repeat the target's own default are left out.

        That follows from the expression and the types of the call's arguments, for which it was made.
        """
        found: list[tuple[str, ast.expr]] | None = getattr(node, "written", None)
        if found is None:
            found = node.written = self._written(node)  # type: ignore[attr-defined]
        return found

    def _written(self, node: ast.Call) -> list[tuple[str, ast.expr]]:
        defaults = self.defaults.get(full_name(node.func) or self._method(node.func), {})
        positional, names = list(node.args), self.names(node)
        if isinstance(node.func, Reference) and node.func.helper is not None:
            defaults = _defaults_of(node.func.helper)
        while positional and len(positional) <= len(names):
            known, value = literal(positional[-1])
            if not known or holes(positional[-1]) or defaults.get(names[len(positional) - 1]) != repr(value):
                break
            positional.pop()
        found: list[tuple[str, ast.expr]] = [("", each) for each in positional]
        for each in node.keywords:
            if each.arg is not None and each.arg in defaults and not holes(each.value):
                known, value = literal(each.value)
                if known and defaults[each.arg] == repr(value):
                    continue
            found.append((each.arg or "**", each.value) if each.arg else ("", each.value))
        return found

    def names(self, node: ast.Call) -> list[str]:
        """Return the names of the parameters that a call's positional arguments go to, as far as they are known."""
        found: list[str] | None = getattr(node, "names", None)
        if found is None:
            found = node.names = self._names(node)  # type: ignore[attr-defined]
        return found

    def _names(self, node: ast.Call) -> list[str]:
        if isinstance(node.func, Reference) and node.func.helper is not None:
            return [each.name for each in node.func.helper.parameters if each.kind == "positional"]
        method = self._method(node.func)
        known = list(self.signatures.get(full_name(node.func) or method, ()))[bool(method) :]
        kinds = [kind for _, kind, _ in known]
        plain = kinds.index("VAR_POSITIONAL") if "VAR_POSITIONAL" in kinds else len(kinds)
        return [name for name, kind, _ in known[:plain] if kind == "POSITIONAL_OR_KEYWORD"]

    def _method(self, function: ast.expr) -> str:
        """Return the full name of a method of one of the arguments, "" where its type is not known."""
        if not isinstance(function, ast.Attribute) or not isinstance(function.value, Hole):
            return ""
        owner = self.owners.get(self.arguments[function.value.index].type)
        return f"{owner}.{function.attr}" if owner else ""


def full_name(node: ast.expr) -> str | None:
    """Return the full name of what a path of the target framework names, None for anything else."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if isinstance(node, Reference) and node.target is not None:
        return ".".join([node.target.path, *reversed(names)])
    return None


def _defaults_of(helper: Body) -> dict[str, str]:
    """Return the literal defaults of one of our own functions or classes."""
    found = {}
    for parameter in helper.parameters:
        known, value = literal(parameter.default) if parameter.default is not None else (False, None)
        if known:
            found[parameter.name] = repr(value)
    return found


# -- where the arguments of a call stand --------------------------------------------------------------------------

_GAP = re.compile(rb"[ \t\f\r\n]+|\\\r?\n|#[^\r\n]*|[()]|,|=|\*\*?|[^\s()#,=*\\]+")
_BETWEEN = b", \t\f\r\n"
_OPENS = ord("(")


@dataclass(slots=True)
class Place:
    """Where an argument of a call stands: whole, with its name and the parentheses around it, and its value alone."""

    start: int
    end: int
    value_start: int
    keyword: str


def places(source: Source, call: ast.Call) -> list[Place]:
    """Return the places of a call's arguments, in the order of the text."""
    found: list[Place] = []
    data = source.data
    _, previous = source.span(call.func)
    # After the function: the parentheses that close around it, then the call's own.
    if data[previous] != _OPENS:
        previous = next(match.start() for match in _GAP.finditer(data, previous) if match.group() == b"(")
    previous += 1
    arguments = [(source.span(each), "") for each in call.args]
    arguments += [(source.span(each.value), each.arg or "**") for each in call.keywords]
    arguments.sort()
    _, call_end = source.span(call)
    for index, ((value_start, value_end), keyword) in enumerate(arguments):
        gap, named = data[previous:value_start], f"{keyword}=".encode() if keyword else b""
        if gap.endswith(named) and not gap[: len(gap) - len(named)].strip(_BETWEEN):
            # Most are written so: nothing to be read token by token.
            found.append(Place(value_start - len(named), value_end, value_start, keyword))
            previous = value_end
            continue
        limit = arguments[index + 1][0][0] if index + 1 < len(arguments) else call_end - 1
        start, opened, whole = None, 0, previous
        for match in _GAP.finditer(data, previous, value_start):
            token = match.group()
            if token == b",":
                start, opened = None, 0
            elif token == b"(":
                opened += 1
                start = match.start() if start is None else start
            elif not token[:1].isspace() and token[:1] not in (b"#", b"\\", b")") and start is None:
                start = match.start()
        end = value_end
        closed = opened
        if closed:
            for match in _GAP.finditer(data, value_end, limit):
                if match.group() == b")":
                    end, closed = match.end(), closed - 1
                    if not closed:
                        break
        whole = value_start if start is None else start
        inner = whole
        if keyword and keyword != "**":
            equals = re.compile(rb"(?:[ \t\f\r\n]|\\\r?\n|#[^\r\n]*)*=(?:[ \t\f\r\n]|\\\r?\n)*").match(
                data, whole + len(keyword.encode())
            )
            assert equals is not None
            inner = equals.end()
        found.append(Place(whole, end, inner, keyword))
        previous = end
    return found


def has_comment(source: Source, start: int, end: int) -> bool:
    """Whether a gap between arguments may hold a comment. A ``#`` in a dropped string counts: better safe."""
    return b"#" in source.data[start:end]


# -- planning the edits -------------------------------------------------------------------------------------------


def edit_call(
    renderer: Renderer, call: ast.Call, expression: ast.expr, *, method: bool, least: int
) -> list[Edit]:
    """Return the edits that turn a call into the expression that remains of it.

    Args:
        renderer: writes expressions.
        call: the user's call.
        expression: what remains of it.
        method: whether argument 0 is the call's receiver.
        least: how tightly the place of the call binds (see :func:`precedence`).

    Raises:
        Unwritable: a comment of the user's would be lost.
    """
    if isinstance(expression, ast.Call):
        edits = _token_edits(renderer, call, expression, method)
        if edits is not None:
            return edits
    start, end = renderer.source.span(call)
    renderer.mentioned.clear()
    pieces = renderer.render(expression, least)
    kept = sorted(piece for piece in pieces if isinstance(piece, Kept))
    position = start
    for piece in kept:
        if has_comment(renderer.source, position, max(position, piece.start)):
            raise Unwritable("a comment inside the call would be lost")
        position = max(position, piece.end)
    if has_comment(renderer.source, position, end):
        raise Unwritable("a comment inside the call would be lost")
    return [Edit(start, end, pieces)]


def _token_edits(renderer: Renderer, call: ast.Call, expression: ast.Call, method: bool) -> list[Edit] | None:
    """Return small edits inside the call, None where the arguments do not keep their order."""
    first = 1 if method else 0
    function = _function_edit(renderer, call, expression.func, method)
    if function is None:
        return None
    spots = places(renderer.source, call)
    if len(spots) != len(renderer.arguments) - first:
        return None
    # Like what is written of it, that follows from the expression and the call's arguments, for which it was made.
    known: dict[bool, _Order | None] = vars(expression).setdefault("orders", {})
    if method not in known:
        known[method] = _order(renderer, expression, spots, first)
    order = known[method]
    if order is None:
        return None
    edits = [function, *_argument_edits(renderer, call, spots, order, first)]
    for index in order.dropped:
        edit = _drop(renderer.source, call, spots, index, order.dropped)
        if edit is None:
            return None
        edits.append(edit)
    return edits


class _Order(NamedTuple):
    """How the arguments of what remains of a call stand to those of the call.

    Attributes:
        written: the arguments to write, by name or position.
        owners: for each, the argument of the call that stands in its place: the first that it mentions first.
        dropped: the arguments of the call that none has a place for.
    """

    written: list[tuple[str, ast.expr]]
    owners: list[int | None]
    dropped: list[int]


def _order(renderer: Renderer, expression: ast.Call, spots: list[Place], first: int) -> _Order | None:
    """Find the order of the arguments, None where it is not that of the call."""
    written = renderer.written(expression)
    owners: list[int | None] = []
    owned: set[int] = set()
    for _, value in written:
        mentioned = holes(value)
        if any(index < first for index in mentioned):
            return None
        new = [
            index for index in dict.fromkeys(mentioned) if index not in owned and index - first < len(spots)
        ]
        if len(new) > 1:
            return None
        if mentioned and not new and any(renderer.arguments[i].kind == "effect" for i in mentioned):
            return None
        owners.append(new[0] if new else None)
        owned.update(new)
    taken = [owner for owner in owners if owner is not None]
    if taken != sorted(taken) or (spots and not taken):
        return None
    written = _named_as_before(renderer, expression, written, owners, spots, first)
    return _Order(written, owners, [index for index in range(len(spots)) if index + first not in owned])


def _named_as_before(
    renderer: Renderer,
    expression: ast.Call,
    written: list[tuple[str, ast.expr]],
    owners: list[int | None],
    spots: list[Place],
    first: int,
) -> list[tuple[str, ast.expr]]:
    """Leave the name of an argument that the user passed by the very name that it has in the target, too."""
    found, names = list(written), renderer.names(expression)
    for index, ((keyword, value), owner) in enumerate(zip(written, owners, strict=True)):
        if keyword or isinstance(value, ast.Starred) or index >= len(names):
            break
        by_name = owner is not None and spots[owner - first].keyword == names[index]
        if by_name or any(name for name, _ in found[:index]):
            found[index] = (names[index], value)
    # What goes by position may not stand behind what goes by name.
    named = [bool(name) for name, _ in found]
    return found if named == sorted(named) else written


def _function_edit(renderer: Renderer, call: ast.Call, function: ast.expr, method: bool) -> Edit | None:
    start, end = renderer.source.span(call.func)
    if method:
        if not (
            isinstance(function, ast.Attribute)
            and isinstance(function.value, Hole)
            and function.value.index == 0
            and isinstance(call.func, ast.Attribute)
        ):
            return None
        return Edit(end - len(call.func.attr.encode()), end, [function.attr.encode()])
    if holes(function):
        return None
    if has_comment(renderer.source, start, end):
        raise Unwritable("a comment inside the call would be lost")
    return Edit(start, end, renderer.render(function, ATOM))


def _argument_edits(
    renderer: Renderer,
    call: ast.Call,
    spots: list[Place],
    order: _Order,
    first: int,
) -> list[Edit]:
    source = renderer.source
    edits: list[Edit] = []
    position: int | None = None  # the end of the argument before; None before the first
    pending: list[Piece] = []  # additions in front of the first argument of the call
    for (keyword, value), owner in zip(order.written, order.owners, strict=True):
        if owner is None:
            text = renderer.argument(keyword, value)
            if position is None:
                pending += [*text, b", "]
            else:
                edits.append(Edit(position, position, [b", ", *text]))
            continue
        spot = spots[owner - first]
        if pending:
            edits.append(Edit(spot.start, spot.start, pending, order=-1))
            pending = []
        if isinstance(value, Hole):
            renderer.mentioned.add(owner)
            if spot.keyword != keyword:
                if spot.keyword and keyword:
                    named = spot.start + len(spot.keyword.encode())
                    edits.append(Edit(spot.start, named, [keyword.encode()]))
                elif keyword:
                    edits.append(Edit(spot.start, spot.start, [f"{keyword}=".encode()]))
                else:
                    if has_comment(source, spot.start, spot.value_start):
                        raise Unwritable("a comment inside the call would be lost")
                    edits.append(Edit(spot.start, spot.value_start, []))
        else:
            pieces = renderer.argument(keyword, value)
            kept = next((piece for piece in pieces if isinstance(piece, Kept)), None)
            outside = source.data[spot.start : spot.end]
            if kept is not None:
                outside = source.data[spot.start : kept.start] + source.data[kept.end : spot.end]
            if b"#" in outside:
                raise Unwritable("a comment inside the call would be lost")
            edits.append(Edit(spot.start, spot.end, pieces))
        position = spot.end
    if pending:
        _, end = source.span(call)
        edits.append(Edit(end - 1, end - 1, pending[:-1]))
    return edits


def _drop(source: Source, call: ast.Call, spots: list[Place], index: int, dropped: list[int]) -> Edit | None:
    """Return the edit that takes an argument and one comma out, None where a comment would go too."""
    if index:
        start, end = spots[index - 1].end, spots[index].end
    elif len(spots) > 1:
        start, end = spots[0].start, spots[1].start
        if 1 in dropped:
            return None
    else:
        start, end = spots[0].start, source.span(call)[1] - 1
    return None if has_comment(source, start, end) else Edit(start, end, [])
