"""Assignments to buffers: a Cell takes a tensor for a buffer from ``register_buffer`` only, and not from ``=``.

``self.mean = new`` becomes ``self.register_buffer("mean", new)``, which is what torch's assignment does, and in-place
arithmetic becomes an assignment to all elements. Where it is only known when the program runs whether a name is a
buffer's, an adapter asks. A Cell also takes a buffer that another attribute is given for a second buffer; the adapter
keeps it what it is in torch, an attribute. ``self.mean = nn.Buffer(new, persistent=False)`` registers likewise.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from sporeprint.convert import adapters
from sporeprint.convert.edits import Edit, Kept, Named, Piece
from sporeprint.convert.idioms import modules
from sporeprint.convert.names import Scope, Use, chain_of
from sporeprint.convert.symbols import Defined

if TYPE_CHECKING:
    from sporeprint.convert.file import FileConversion

_API = "torch.nn.Module.register_buffer"
_CLASS = "torch.nn.Buffer"
_OPERATORS: dict[type, bytes] = {
    ast.Add: b"+", ast.Sub: b"-", ast.Mult: b"*", ast.Div: b"/", ast.FloorDiv: b"//", ast.Mod: b"%", ast.Pow: b"**",
    ast.MatMult: b"@", ast.BitOr: b"|", ast.BitAnd: b"&", ast.BitXor: b"^", ast.LShift: b"<<", ast.RShift: b">>",
}  # fmt: skip
_ATOMS = (ast.Name, ast.Constant, ast.Call, ast.Attribute, ast.Subscript)


_BLANK = b" \t\f\r\n\\"


class Registered(NamedTuple):
    """A buffer: whether its class always registers it, and the text that says that it is not persistent."""

    always: bool
    rest: bytes


def register(conversion: FileConversion) -> None:
    """Write ``self.name = nn.Buffer(value)``, where self is a module, as ``self.register_buffer("name", value)``.

    So is ``setattr(self, name, nn.Buffer(value))``.
    """
    if conversion.options.to != "mindspore" or b"Buffer" not in conversion.source.data:
        return
    for use in conversion.names.uses:
        if use.attributes[-1:] != ("Buffer",) and not (use.root == "Buffer" and not use.attributes):
            continue
        call = use.parent
        if use.role != "value" or not (isinstance(call, ast.Call) and call.func is use.node):
            continue
        if conversion.path(use) != _CLASS or not call.args or isinstance(call.args[0], ast.Starred):
            continue
        if _owner(use.scope) not in conversion.modules:
            continue
        planned = _registration(conversion, use, call)
        if planned:
            conversion.edits += planned
            conversion.gone.add(use.node)
            conversion.buffers.add(use.statement)
            conversion.found(use.node, "converted", _CLASS)


def _registration(conversion: FileConversion, use: Use, call: ast.Call) -> list[Edit]:
    """Return the edits by which a statement registers the buffer that it assigns; none where it does something else."""
    statement, source, own = use.statement, conversion.source, _own_name(use.scope)
    start = source.span(statement)[0]
    name_start, name_end = source.span(use.node)
    opening = source.data.index(b"(", name_end) + 1
    match statement:
        case ast.Assign(targets=[ast.Attribute(value=target, attr=name) as written], value=value):
            if value is not call or conversion.types.own_class(written, use.scope) not in conversion.modules:
                return []
            # No comment and no parenthesis stands between them.
            if source.data[source.span(written)[1] : name_start].strip(_BLANK) != b"=":
                return []
            pieces: list[Piece] = [Kept(*source.span(target)), f'.register_buffer("{name}", '.encode()]
            return [Edit(start, opening, pieces)]
        case ast.Expr(value=ast.Call(func=ast.Name(id="setattr"), args=[target, name, value], keywords=[])):
            if value is not call or not _is_name(target, own) or use.scope.holder("setattr") is not None:
                return []
            first, end = source.span(name)[0], source.span(call)[1]
            if source.data[source.span(name)[1] : name_start].strip(_BLANK) != b",":
                return []
            if b"#" in source.data[start:first]:
                return []
            return [
                Edit(start, first, [Kept(*source.span(target)), b".register_buffer("]),
                Edit(name_start, opening, []),
                Edit(end - 1, end, []),
            ]
    return []


def convert(conversion: FileConversion) -> None:
    """Convert assignments to the buffers of the file's classes."""
    if conversion.options.to != "mindspore":
        return
    classes = {each: _registered(conversion, each) for each in conversion.modules}
    inherited = {each: _with_bases(conversion, each, classes) for each in classes}
    if not any(inherited.values()):
        return
    everywhere = {name for each in classes.values() for name in each if name}
    for node, scope in _statements(conversion):
        owner = _owner(scope)
        buffers = inherited.get(owner, {}) if isinstance(owner, ast.ClassDef) else {}
        own = _own_name(scope)
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            _assign(conversion, node, scope, own, buffers, everywhere)
        elif isinstance(node, ast.AugAssign):
            target = node.target
            if (
                isinstance(target, ast.Attribute)
                and _is_name(target.value, own)
                and target.attr in buffers
                # What the class registers itself is known to the idiom of changes in place.
                and not (isinstance(owner, ast.ClassDef) and target.attr in classes.get(owner, {}))
            ):
                _augment(conversion, node, target)
        if buffers:
            _setattr(conversion, node, scope, own)


def _statements(conversion: FileConversion) -> Iterator[tuple[ast.stmt, Scope]]:
    """Yield the statements that are no blocks, with the scopes that they stand in."""
    for statement, (parent, _) in conversion.names.parents.items():
        node: ast.AST = parent
        while node not in conversion.names.scope_of and isinstance(node, ast.stmt):
            node = conversion.names.parents[node][0]
        yield statement, conversion.names.scope_of.get(node, conversion.names.module)


def _registered(conversion: FileConversion, definition: ast.ClassDef) -> dict[str, Registered]:
    """Return the buffers that a class registers; "" stands for names that are computed."""
    found: dict[str, Registered] = {}
    data, span = conversion.source.data, conversion.source.span
    for method in definition.body:
        if not isinstance(method, ast.FunctionDef):
            continue
        if all(data.find(each, *span(method)) < 0 for each in (b"register_buffer", b"Buffer")):
            continue
        for node in ast.walk(method):
            given: dict[str, ast.expr]
            if isinstance(node, ast.Expr) and node in conversion.buffers:
                found[""] = Registered(False, b"")  # by setattr
                continue
            if isinstance(node, ast.Assign) and node in conversion.buffers:
                target, call = node.targets[0], node.value
                assert isinstance(target, ast.Attribute)
                assert isinstance(call, ast.Call)
                given = {"name": ast.Constant(target.attr)}
            elif (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "register_buffer"
            ):
                call = node
                given = dict(zip(("name", "tensor", "persistent"), node.args, strict=False))
            else:
                continue
            given |= {each.arg: each.value for each in call.keywords if each.arg is not None}
            name, persistent = given.get("name"), given.get("persistent", ast.Constant(True))
            if not (isinstance(name, ast.Constant) and isinstance(name.value, str)):
                found[""] = Registered(False, b"")
                continue
            top = node in method.body or any(
                isinstance(each, ast.Expr) and each.value is node for each in method.body
            )
            plain = isinstance(persistent, ast.Constant)
            rest = b"" if plain and getattr(persistent, "value", None) else b", persistent=False"
            known = method.name == "__init__" and top and plain and name.value not in found
            found[name.value] = Registered(known, rest)
    return found


def _with_bases(
    conversion: FileConversion, owner: ast.ClassDef, classes: dict[ast.ClassDef, dict[str, Registered]]
) -> dict[str, Registered]:
    found: dict[str, Registered] = {}
    seen: set[ast.ClassDef] = set()
    pending = [owner]
    while pending:
        each = pending.pop()
        if each in seen or each not in classes:
            continue
        seen.add(each)
        found = {**classes[each], **found}
        for base in each.bases:
            chain = chain_of(base)
            bindings = conversion.names.bindings(chain[0], conversion.modules[each]) if chain else []
            pending += [binding.node for binding in bindings if isinstance(binding.node, ast.ClassDef)]
            found = {**_elsewhere(conversion, base, conversion.modules[each]), **found}
    return found


def _elsewhere(conversion: FileConversion, base: ast.expr, scope: Scope) -> dict[str, Registered]:
    """Return the buffers of a base class that another file of the project defines."""
    meaning = modules.meaning_of(conversion, base, scope)
    if conversion.place is None or not isinstance(meaning, Defined):
        return {}
    outlines = conversion.place.project.line(meaning)
    return {name: Registered(False, b"") for each in outlines for name in each.buffers}


def _owner(scope: Scope) -> ast.AST | None:
    while scope.class_node is None and scope.parent is not None:
        scope = scope.parent
    return scope.class_node


def _own_name(scope: Scope) -> str:
    """Return what the method around calls its object."""
    while scope.owner is None and scope.parent is not None:
        scope = scope.parent
    arguments = getattr(scope.node, "args", None)
    first = [*arguments.posonlyargs, *arguments.args][:1] if isinstance(arguments, ast.arguments) else []
    return first[0].arg if scope.owner is not None and first else ""


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name != ""


def _assign(
    conversion: FileConversion,
    node: ast.Assign | ast.AnnAssign,
    scope: Scope,
    own: str,
    buffers: dict[str, Registered],
    everywhere: set[str],
) -> None:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    value = node.value
    assert value is not None
    for target in [each for top in targets if not isinstance(top, ast.Name) for each in ast.walk(top)]:
        if not isinstance(target, ast.Attribute) or not isinstance(target.ctx, ast.Store):
            continue
        mine = _is_name(target.value, own)
        # A buffer that is given to another attribute would be a buffer there as well.
        passed = (
            isinstance(value, ast.Attribute)
            and _is_name(value.value, own)
            and value.attr in buffers
            and mine
            and target.attr not in buffers
        )
        if not (target.attr in buffers if mine else target.attr in everywhere) and not passed:
            continue
        if isinstance(value, ast.Constant):
            continue  # None takes the place of either
        if targets != [target]:
            conversion.found(target, "left", _API, "a Cell takes a buffer from register_buffer only",
                             "assign to a local name first, then register it")  # fmt: skip
            continue
        known = buffers.get(target.attr) if mine and not passed else None
        _write(conversion, node, target, scope, known)


def _write(
    conversion: FileConversion,
    node: ast.Assign | ast.AnnAssign,
    target: ast.Attribute,
    scope: Scope,
    known: Registered | None,
) -> None:
    source = conversion.source
    start, end = source.span(node)
    if node in conversion.assigned or node in conversion.buffers:
        return  # the same adapter, for what may be a layer's own attribute; or it is registered here
    receiver_start, receiver_end = source.span(target.value)
    _, target_end = source.span(target)
    assert node.value is not None
    if isinstance(node, ast.AnnAssign):
        _, target_end = source.span(node.annotation)
    equals = source.data.index(b"=", target_end)
    value_start = equals + 1
    while source.data[value_start : value_start + 1] in (b" ", b"\t", b"\\", b"\n", b"\r"):
        value_start += 1
    if b"#" in source.data[start:value_start]:
        conversion.found(node, "left", _API, "a comment stands before the value", "move the comment")
        return
    value: list[Piece] = [Kept(value_start, end)]
    if isinstance(node.value, ast.Tuple | ast.Yield | ast.YieldFrom):
        value = [b"(", Kept(value_start, end), b")"]
    name = f'"{target.attr}", '.encode()
    if known is not None and known.always:
        pieces = [Kept(receiver_start, receiver_end), b".register_buffer(", name, *value, known.rest, b")"]
        conversion.found(node, "converted", _API)
    else:
        key = adapters.Adapter("set_attribute")
        conversion.need(key, Use(target, "", (), scope, node, node, "value", False))
        pieces = [Named(key), b"(", Kept(receiver_start, receiver_end), b", ", name, *value, b")"]
        reason = "whether this is a buffer, is only known when the program runs"
        conversion.found(node, "guarded", "torch.nn.Module.__setattr__", reason)
    conversion.edits.append(Edit(start, end, pieces))


def _augment(conversion: FileConversion, node: ast.AugAssign, target: ast.Attribute) -> None:
    """Write ``self.buf += x`` as ``self.buf[()] = self.buf + x``, which is in place in both frameworks."""
    source = conversion.source
    start, end = source.span(node)
    _, target_end = source.span(target)
    value_start = source.data.index(b"=", target_end) + 1
    while source.data[value_start : value_start + 1] in (b" ", b"\t", b"\\", b"\n", b"\r"):
        value_start += 1
    if b"#" in source.data[start:value_start]:
        conversion.found(node, "left", _API, "a comment stands before the value", "move the comment")
        return
    bare = isinstance(node.value, _ATOMS) and source.span(node.value)[0] == value_start
    value: list[Piece] = [Kept(value_start, end)] if bare else [b"(", Kept(value_start, end), b")"]
    text: list[Piece] = [Kept(start, target_end)]
    operator = b" " + _OPERATORS[type(node.op)] + b" "
    conversion.edits.append(Edit(start, end, [*text, b"[()] = ", *text, operator, *value]))
    conversion.found(node, "converted", _API)


def _setattr(conversion: FileConversion, node: ast.stmt, scope: Scope, own: str) -> None:
    """Let ``setattr(self, name, value)`` assign as torch's modules do."""
    call = node.value if isinstance(node, ast.Expr) else None
    if (
        not isinstance(call, ast.Call)
        or chain_of(call.func) != ["setattr"]
        or scope.holder("setattr") is not None
        or not call.args
        or not _is_name(call.args[0], own)
        or node in conversion.buffers
    ):
        return
    start, end = conversion.source.span(call.func)
    key = adapters.Adapter("set_attribute")
    conversion.need(key, Use(call.func, "", (), scope, call, node, "value", False))  # type: ignore[arg-type]
    conversion.edits.append(Edit(start, end, [Named(key)]))
    conversion.found(call.func, "guarded", "torch.nn.Module.__setattr__",
                     "whether this is a buffer, is only known when the program runs")  # fmt: skip
