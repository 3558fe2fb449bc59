"""``nn.Module`` becomes ``nn.Cell`` (and back): the base, ``forward`` and its callers, and the mode in which it starts.

Only in classes that are modules: those that derive from ``nn.Module``, directly or through classes of the project.
A torch module starts in training mode and a Cell in evaluation mode, so the constructor of a converted class ends with
``self.set_train()``, which reaches every layer that it made; a layer that is made elsewhere, and to which the mode
matters, gets a ``.set_train()`` of its own.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sporeprint.convert import adapters
from sporeprint.convert.edits import Edit, Kept, Named, Piece
from sporeprint.convert.names import BUILTINS, Binding, Scope, Use, chain_of
from sporeprint.convert.residual import Reference
from sporeprint.convert.rewrite import has_comment
from sporeprint.convert.symbols import Defined
from sporeprint.facts import facts

if TYPE_CHECKING:
    from sporeprint.catalog import Catalog
    from sporeprint.convert.file import FileConversion
    from sporeprint.convert.names import Field

BASE = {"torch": "torch.nn.Module", "mindspore": "mindspore.nn.Cell"}
RUN = {"torch": "forward", "mindspore": "construct"}
#: By the framework converted to: the method by which a class says what is printed of its objects.
SHOWN = {"mindspore": {"extra_repr": "extend_repr"}, "torch": {"extend_repr": "extra_repr"}}
#: By the framework converted to: how a module is put in the mode in which the source framework's starts, and why.
START = {
    "mindspore": ("set_train()", "torch's modules start in training mode"),
    "torch": ("eval()", "MindSpore's cells start in evaluation mode"),
}
#: Layers that compute something else in training, and those that hold others.
_MODE_MATTERS = re.compile(
    r"\.nn\.(\w*Dropout\w*|\w*BatchNorm\w*|\w*InstanceNorm\w*|RReLU|Sequential\w*|Module(List|Dict)?|CellList|CellDict"
    r"|MultiheadAttention|Transformer\w*|RNN|LSTM|GRU)$"
)
_CONTAINER = re.compile(r"\.nn\.(Sequential(Cell)?|Module(List|Dict)|Cell(List|Dict))$")
_DEPTH = 5
_SETS_MODE = re.compile(rb"\.(eval|train|set_train)\s*\(")
#: Methods by which layers join a module.
_MAKES = frozenset({"add_module", "register_module", "append", "extend", "insert", "update"})
_KNOWN_BASES = ("typing", "abc", "enum", "collections", "dataclasses", "builtins")


def find(conversion: FileConversion) -> None:
    """Note which classes of the file are modules, and which of them get modules from elsewhere."""
    pending = list(conversion.names.classes)
    while True:
        rest = []
        for definition, scope, outer in pending:
            if any(is_module(conversion, each, outer) for each in definition.bases):
                conversion.modules[definition] = outer
            else:
                rest.append((definition, scope, outer))
        if len(rest) == len(pending):
            break
        pending = rest
    containers: list[Use] = []  # that are made
    called: set[tuple[ast.AST | None, str, str]] = (
        set()
    )  # attributes that methods of a class call, or go through
    known = {name for name, _ in conversion.names.imported}.union(conversion.roots or ())
    for use in conversion.names.uses if conversion.modules else ():
        is_called = type(use.parent) is ast.Call and use.parent.func is use.node
        if len(use.attributes) == 1 and (is_called or isinstance(use.parent, ast.For)):
            called.add((use.scope.class_node, use.root, use.attributes[0]))
        if is_called and use.root in known:
            full = _full_name(conversion, [use.root, *use.attributes], use.scope)
            if full is not None and _CONTAINER.search(full):
                containers.append(use)
    for definition in conversion.modules:
        init = _constructor(definition)
        if init is None or _after_super(conversion, init) is None:
            continue
        if not _can_start_at_end(conversion, init) or _gets_modules(
            conversion, definition, init, containers, called
        ):
            conversion.separate.add(definition)


def is_module(conversion: FileConversion, base: ast.expr, scope: Scope) -> bool:
    """Whether a base class is a module of either framework, or a module class of the file."""
    chain = chain_of(base.value if isinstance(base, ast.Subscript) else base)
    if not chain:
        return False
    if len(chain) == 1 and any(
        binding.node in conversion.modules for binding in conversion.names.bindings(chain[0], scope)
    ):
        return True
    meaning = _meaning(conversion, chain, scope)
    if isinstance(meaning, Defined):
        return derives(conversion, meaning) is True
    return meaning is not None and is_base(conversion.catalog, meaning)


def is_base(catalog: Catalog, full: str) -> bool:
    """Whether a class of the frameworks, by its public name, is one that a module derives from."""
    entry = catalog.entries.get(full)
    return full in BASE.values() or (entry is not None and entry.is_module)


def derives(conversion: FileConversion, meaning: Defined, framework: str = "") -> bool | None:
    """Whether a class of another file is a module (of one framework); None where that is not known."""
    assert conversion.place is not None
    canonical = conversion.apis.canonical
    return conversion.place.project.derives(
        meaning,
        lambda full: full.startswith(framework) and is_base(conversion.catalog, canonical(full)),
    )


def _meaning(conversion: FileConversion, chain: list[str], scope: Scope) -> Defined | str | None:
    path = conversion.names.path_of(chain[0], scope)
    if path is None:
        return None
    found = conversion.meaning(".".join([path, *chain[1:]]))
    return conversion.apis.canonical(found) if isinstance(found, str) else found


def _full_name(conversion: FileConversion, chain: list[str], scope: Scope) -> str | None:
    found = _meaning(conversion, chain, scope)
    return found if isinstance(found, str) else None


def meaning_of(conversion: FileConversion, base: ast.expr, scope: Scope) -> Defined | str | None:
    """Return what a base class is: a class of another file of the project, or one of a framework by its name."""
    chain = chain_of(base.value if isinstance(base, ast.Subscript) else base)
    return _meaning(conversion, chain, scope) if chain else None


def base(conversion: FileConversion, use: Use, path: str) -> None:
    """Convert a base class."""
    entry = conversion.catalog.entries.get(path)
    if path in conversion.catalog.classes and path in BASE.values():
        conversion.replace(use, conversion.reference(*conversion.catalog.classes[path]), path)
    elif entry is not None and entry.is_class:
        conversion.to_adapter(use, path, "it is a base class")
    elif entry is not None and entry.base is not None:
        conversion.replace(use, Reference(helper=entry.base), path)
    else:
        conversion.left(use, path, "a class derives from it, and the target's class is built differently",
                        "derive from the target's class by hand")  # fmt: skip


def convert(conversion: FileConversion) -> None:
    """Convert the bodies of the file's module classes."""
    converted = {
        definition: outer
        for definition, outer in conversion.modules.items()
        if _from_source(conversion, definition, outer)
    }
    asked: defaultdict[ast.AST | None, list[Use]] = defaultdict(list)
    for use in conversion.names.uses if converted else ():
        if use.attributes == ("training",):
            asked[use.scope.class_node].append(use)
    fields: defaultdict[ast.AST | None, list[Field]] = defaultdict(list)
    for each in conversion.names.fields if converted else ():
        fields[each[2].class_node].append(each)
    for definition in converted:
        if not conversion.is_stub:
            _start(conversion, definition, asked[definition])
        if conversion.options.to == "mindspore":
            _reserved(conversion, definition, fields[definition])
    _rename(conversion, converted)
    _maybe_modules(conversion)


def _from_source(conversion: FileConversion, definition: ast.ClassDef, outer: Scope) -> bool:
    """Whether the class becomes a class of the target here: one that is the target's already stays."""
    for each in definition.bases:
        chain = chain_of(each.value if isinstance(each, ast.Subscript) else each)
        if not chain:
            continue
        for binding in conversion.names.bindings(chain[0], outer) if len(chain) == 1 else ():
            own = binding.node
            if isinstance(own, ast.ClassDef) and own in conversion.modules and own is not definition:
                return _from_source(conversion, own, conversion.modules[own])
        meaning = _meaning(conversion, chain, outer)
        if isinstance(meaning, Defined):
            if derives(conversion, meaning, f"{conversion.options.source}."):
                return True
        elif meaning is not None and meaning.split(".")[0] == conversion.options.source:
            return True
    return False


def _maybe_modules(conversion: FileConversion) -> None:
    """Report classes that may be modules through a base that this file does not define."""
    old = RUN[conversion.options.source]
    for definition, scope, outer in conversion.names.classes:
        if definition in conversion.modules or old not in scope.names:
            continue
        unknown = [each for each in definition.bases if not _is_known_base(conversion, each, outer)]
        if unknown:
            conversion.found(definition, "left", BASE[conversion.options.source],
                             f"whether {definition.name} is a module is not known here: its base is defined elsewhere",
                             f"if it is, rename {old} to {RUN[conversion.options.to]}")  # fmt: skip


def _is_known_base(conversion: FileConversion, each: ast.expr, scope: Scope) -> bool:
    chain = chain_of(each.value if isinstance(each, ast.Subscript) else each)
    if not chain:
        return False
    bindings = conversion.names.bindings(chain[0], scope)
    if not bindings:
        return chain[0] in BUILTINS
    if len(chain) == 1 and all(isinstance(binding.node, ast.ClassDef) for binding in bindings):
        return all(
            _is_known_base(conversion, inner, scope)
            for binding in bindings
            if isinstance(binding.node, ast.ClassDef)
            for inner in binding.node.bases
        )
    meaning = _meaning(conversion, chain, scope)
    if isinstance(meaning, Defined):
        return derives(conversion, meaning) is not None
    return meaning is not None and meaning.split(".")[0] in (*_KNOWN_BASES, *BUILTINS)


# -- forward and its callers ------------------------------------------------------------------------------------


def _rename(conversion: FileConversion, converted: Mapping[ast.ClassDef, Scope]) -> None:
    """Rename ``forward`` where it is defined and used, and report where a module's may be meant."""
    old, new = RUN[conversion.options.source], RUN[conversion.options.to]
    names = {old: new, **SHOWN[conversion.options.to]}
    for scope in conversion.names.scopes:
        node = scope.node
        owner = scope.owner.node if scope.owner is not None else None
        if (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and node.name in names
            and owner in converted
        ):
            start, _ = conversion.source.span(node)
            name = _DEF.search(conversion.source.data, start)
            assert name is not None
            conversion.edits.append(Edit(name.start(1), name.end(1), [names[node.name].encode()]))
    found: list[tuple[ast.Attribute | ast.Name, bool, Scope]] = []
    for use in conversion.names.uses:
        if use.attributes and use.attributes[-1] == old and isinstance(use.node, ast.Attribute):
            if conversion.path(use) is not None:
                continue  # of the framework itself: reported by name
            single = len(use.attributes) == 1
            is_class = single and any(
                binding.node in converted for binding in conversion.names.bindings(use.root, use.scope)
            )
            own = single and use.root == _own_name(use.scope, converted)
            sure = own or is_class or _is_known(conversion, use.node.value, use.scope)
            found.append((use.node, sure, use.scope))
        elif use.root == old and isinstance(use.node, ast.Name):
            holder = use.scope.holder(old)
            if holder is not None and holder.node in converted:
                found.append((use.node, True, use.scope))
    for attribute, scope in conversion.names.runs:
        if attribute.attr == old:
            value = attribute.value
            is_super = (
                isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "super"
            )
            in_class = is_super and _own_name(scope, converted) is not None
            found.append((attribute, in_class or _is_known(conversion, value, scope), scope))
    for definition in converted:
        for binding in conversion.names.scope_of[definition].names.get(old, ()):
            if binding.kind not in ("def", "param") and isinstance(
                binding.statement, ast.Assign | ast.AnnAssign
            ):
                _alias(conversion, binding.statement, old, new)
    for each, sure, scope in found:
        if sure:
            _, end = conversion.source.span(each)
            conversion.edits.append(Edit(end - len(old), end, [new.encode()]))
        elif not _asked(conversion, each, scope):
            conversion.found(each, "left", f"Module.{old}" if old == "forward" else f"Cell.{old}",
                             "whether this is a module's is not known here",
                             f"call the module itself, or rename it to {new}")  # fmt: skip


def _is_known(conversion: FileConversion, receiver: ast.expr, scope: Scope) -> bool:
    return conversion.types.of(receiver, scope) == "module"


def _alias(conversion: FileConversion, statement: ast.Assign | ast.AnnAssign, old: str, new: str) -> None:
    """Rename ``forward = other`` in the body of a class."""
    for target in statement.targets if isinstance(statement, ast.Assign) else [statement.target]:
        if isinstance(target, ast.Name) and target.id == old:
            start, end = conversion.source.span(target)
            conversion.edits.append(Edit(start, end, [new.encode()]))


def _asked(conversion: FileConversion, node: ast.Attribute | ast.Name, scope: Scope) -> bool:
    """Let an adapter look, when the program runs, at what has a ``forward``; return whether that was done."""
    if not (
        conversion.options.to == "mindspore"
        and isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Load)
        and conversion.stands_where_it_says(node)
    ):
        return False
    start, end = conversion.source.span(node)
    _, value_end = conversion.source.span(node.value)
    if has_comment(conversion.source, value_end, end):
        return False
    key = adapters.Adapter("forward_of")
    bare = isinstance(node.value, ast.NamedExpr | ast.GeneratorExp | ast.Yield | ast.Await)
    # The text between the receiver and its dot may hold the receiver's own brackets.
    dot = conversion.source.data.rindex(b".", value_end, end)
    inside: list[Piece] = [b"(", Kept(start, dot), b")"] if bare else [Kept(start, dot)]
    conversion.need(key, Use(node, "", (), scope, node, ast.Pass(), "value", False))
    conversion.edits.append(Edit(start, end, [Named(key), b"(", *inside, b")"]))
    conversion.found(node, "guarded", "torch.nn.Module.forward",
                     "what the receiver is, is only known when the program runs")  # fmt: skip
    return True


_DEF = re.compile(rb"\bdef(?:\s|\\\r?\n)+([^\s(\\]+)")


def _own_name(scope: Scope, converted: Mapping[ast.ClassDef, Scope]) -> str | None:
    """Return what a method of a converted class calls its object, None outside of one."""
    function = scope.function
    while function is not None and function.owner is None:
        function = function.parent.function if function.parent is not None else None
    if function is None or function.owner is None or function.owner.node not in converted:
        return None
    node = function.node
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    if any(isinstance(each, ast.Name) and each.id == "staticmethod" for each in node.decorator_list):
        return None
    parameters = [*node.args.posonlyargs, *node.args.args]
    return parameters[0].arg if parameters else None


def own_name(conversion: FileConversion, scope: Scope) -> str | None:
    """Return what a method of a module class calls its object, None outside of one."""
    return _own_name(scope, conversion.modules)


def defined_above(conversion: FileConversion, scope: Scope, method: str) -> bool:
    """Whether a class of the file from which the class around derives defines a method."""
    pending = [each for each in [scope.class_node] if isinstance(each, ast.ClassDef)]
    seen: set[ast.ClassDef] = set()
    while pending:
        each = pending.pop()
        if each in seen or each not in conversion.modules:
            continue
        seen.add(each)
        for base in each.bases:
            chain = chain_of(base)
            for binding in conversion.names.bindings(chain[0], conversion.modules[each]) if chain else ():
                node = binding.node
                if isinstance(node, ast.ClassDef):
                    if method in conversion.names.scope_of[node].names:
                        return True
                    pending.append(node)
    return False


# -- the mode in which a module starts --------------------------------------------------------------------------


def starts_alone(conversion: FileConversion, call: ast.Call, scope: Scope, api: str) -> bool:
    """Whether a layer that is made here has to be put in its first mode by itself.

    A layer made in the constructor of a converted class is reached from there, unless that must leave the modes of
    others as they are; one made as an argument of another layer from that.
    """
    if not _MODE_MATTERS.search(api):
        return False
    function = scope.function
    if function is not None and function.owner is not None:
        node, owner = function.node, function.owner.node
        inside = isinstance(node, ast.FunctionDef) and node.name == "__init__"
        if inside and owner in conversion.modules and owner not in conversion.separate:
            return False
    parent = conversion.names.call_parents.get(call)
    if isinstance(parent, ast.keyword | ast.List | ast.Tuple | ast.Starred | ast.Attribute):
        return not isinstance(parent, ast.Attribute) or parent.attr not in ("eval", "train", "set_train")
    if isinstance(parent, ast.Call):
        chain = chain_of(parent.func)
        full = _full_name(conversion, chain, scope) if chain else None
        if full is None or not full.startswith(f"{conversion.options.source}.nn.") or parent.func is call:
            return True
        return bool(_CONTAINER.search(full)) and not _makes_all(conversion, parent, scope)
    return True


def start_of(conversion: FileConversion, call: ast.Call, scope: Scope, api: str) -> str:
    """Return what puts a layer that is made here in its first mode, "" where nothing has to.

    A container must leave the modes of what it is given as they are.
    """
    if not starts_alone(conversion, call, scope, api):
        return ""
    how, _ = START[conversion.options.to]
    alone = (
        conversion.options.to == "mindspore"
        and _CONTAINER.search(api)
        and not _makes_all(conversion, call, scope)
    )
    return "add_flags(training=True)" if alone else how


def _makes_all(conversion: FileConversion, call: ast.Call, scope: Scope) -> bool:
    """Whether all that a container is given is made there and then."""
    return all(
        _made_here(conversion, each, scope, 0) for each in (*call.args, *(k.value for k in call.keywords))
    )


def _made_here(conversion: FileConversion, node: ast.expr | None, scope: Scope, depth: int) -> bool:
    def of(each: ast.expr | None) -> bool:
        return _made_here(conversion, each, scope, depth + 1)

    match node:
        case None | ast.Constant():
            return True
        case ast.Starred():
            return of(node.value)
        case ast.List() | ast.Tuple():
            return all(of(each) for each in node.elts)
        case ast.Dict():
            return all(of(each) for each in node.values)
        case ast.ListComp() | ast.GeneratorExp():
            return of(node.elt)
        case ast.DictComp():
            return of(node.value)
        case ast.IfExp():
            return of(node.body) and of(node.orelse)
        case ast.BinOp(op=ast.Add()):
            return of(node.left) and of(node.right)
        case ast.Name(id=name):
            bindings = conversion.names.bindings(name, scope)
            return (
                depth < _DEPTH
                and bool(bindings)
                and all(each.kind in ("assign", "none", "augmented") and of(each.value) for each in bindings)
            )
        case ast.Call(func=ast.Name(id="list" | "tuple" | "OrderedDict" | "reversed" | "dict")):
            return all(of(each) for each in node.args)
        case ast.Call(func=function):
            chain = chain_of(function)
            path = conversion.names.path_of(chain[0], scope) if chain else None
            if path is not None:
                return path.split(".")[0] != "copy"
            return chain is not None and (len(chain) == 1 or chain[0] == own_name(conversion, scope))
    return False


def _constructor(definition: ast.ClassDef) -> ast.FunctionDef | None:
    return next(
        (each for each in definition.body if isinstance(each, ast.FunctionDef) and each.name == "__init__"),
        None,
    )


def _start(conversion: FileConversion, definition: ast.ClassDef, asked: list[Use]) -> None:
    source = conversion.source
    how, why = START[conversion.options.to]
    api = BASE[conversion.options.source]
    init = _constructor(definition)
    if init is None:
        _without_constructor(conversion, definition, asked)
        return
    start, end = source.span(init)
    own = init.args.args[0].arg if init.args.args else "self"
    if source.data.find(how.encode(), start, end) >= 0:
        return
    sets_modes = _SETS_MODE.search(source.data, start, end)
    if sets_modes and _before_modes(conversion, init, own) and definition not in conversion.separate:
        return
    indent = _indent(conversion, init.body[0])
    if indent.strip():
        conversion.found(init, "left", api, "its constructor stands on one line",
                         f"write {own}.{how} at its end")  # fmt: skip
        return
    call = f"{own}.{how}  # {why}".encode()
    if definition in conversion.separate:
        after = _after_super(conversion, init)
        assert after is not None
        if not _starts_above(conversion, definition):
            conversion.edits.append(Edit(after, after, [indent + call + source.newline], order=-4))
        return
    if sets_modes:
        conversion.found(init, "left", api, "its constructor sets modes, and the two frameworks start differently",
                         f"end it with self.{how}, and set the other modes after that")  # fmt: skip
        return
    if conversion.names.scope_of[init].returns:
        conversion.found(init, "left", api, "its constructor returns early, and the two frameworks start differently",
                         f"call {own}.{how} before each return")  # fmt: skip
        return
    _, end = source.span(init.body[-1])
    position = _end_of_line(source.data, end)
    newline = source.newline
    prefix = indent if source.data[position - 1 : position] in (b"\n", b"\r") else newline + indent
    conversion.edits.append(Edit(position, position, [prefix + call + newline], order=-4))


def _indent(conversion: FileConversion, statement: ast.stmt) -> bytes:
    """Return what stands before a statement on its line."""
    start, _ = conversion.source.span(statement)
    return conversion.source.data[conversion.source.starts[statement.lineno - 1] : start]


def _after_super(conversion: FileConversion, init: ast.FunctionDef) -> int | None:
    """Return where the line after the call of the constructor above starts, None where there is no such place."""
    for statement, following in zip(init.body, [*init.body[1:], None], strict=True):
        call = statement.value if isinstance(statement, ast.Expr) else None
        if (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and call.func.attr == "__init__"
        ):
            _, end = conversion.source.span(statement)
            position = _end_of_line(conversion.source.data, end)
            whole = conversion.source.data[position - 1 : position] in (b"\n", b"\r")
            alone = following is None or conversion.source.span(following)[0] >= position
            return position if whole and alone and not _indent(conversion, statement).strip() else None
    return None


def _can_start_at_end(conversion: FileConversion, init: ast.FunctionDef) -> bool:
    """Whether a constructor can end with putting all in the first mode: it neither sets modes nor returns early."""
    source = conversion.source
    if conversion.names.scope_of[init].returns:
        return False
    return (
        not _SETS_MODE.search(source.data, *source.span(init))
        or _place_before_modes(conversion, init) is not None
    )


def _starts_above(conversion: FileConversion, definition: ast.ClassDef) -> bool:
    """Whether the constructor of a class of the project from which this one derives has put it in its first mode."""
    for each in definition.bases:
        chain = chain_of(each)
        for binding in conversion.names.bindings(chain[0], conversion.modules[definition]) if chain else ():
            above = binding.node
            if isinstance(above, ast.ClassDef) and above in conversion.modules and above is not definition:
                return _constructor(above) is not None or _starts_above(conversion, above)
        meaning = meaning_of(conversion, each, conversion.modules[definition])
        if isinstance(meaning, Defined) and conversion.place is not None:
            return any("__init__" in outline.methods for outline in conversion.place.project.line(meaning))
    return False


def _place_before_modes(conversion: FileConversion, init: ast.FunctionDef) -> int | None:
    """Return where a constructor starts to set modes, if no layers are made from there on."""
    source = conversion.source
    at = next(i for i, each in enumerate(init.body) if _SETS_MODE.search(source.data, *source.span(each)))
    for each in init.body[at:]:
        for node in ast.walk(each):
            value = node.value if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) else None
            if isinstance(node, ast.Return) or (
                value is not None and any(isinstance(inner, ast.Call) for inner in ast.walk(value))
            ):
                return None
            if isinstance(node, ast.Attribute) and node.attr in _MAKES:
                return None
    above = init.body[at].lineno - 1  # comments above the statement stay with it
    while source.data[source.starts[above - 1] : source.starts[above]].lstrip().startswith(b"#"):
        above -= 1
    return source.starts[above] if not _indent(conversion, init.body[at]).strip() else None


def _before_modes(conversion: FileConversion, init: ast.FunctionDef, own: str) -> bool:
    """Put a module in its first mode just before its constructor sets other modes; return whether that was done."""
    position = _place_before_modes(conversion, init)
    if position is None or conversion.names.scope_of[init].returns:
        return False
    how, why = START[conversion.options.to]
    line = _indent(conversion, init.body[0]) + f"{own}.{how}  # {why}".encode() + conversion.source.newline
    conversion.edits.append(Edit(position, position, [line], order=-4))
    return True


def _gets_modules(
    conversion: FileConversion,
    definition: ast.ClassDef,
    init: ast.FunctionDef,
    containers: list[Use],
    called: set[tuple[ast.AST | None, str, str]],
) -> bool:
    """Whether a constructor keeps modules that it is given, in whatever mode they are, or one above it may do so."""
    own = init.args.args[0].arg if init.args.args else ""
    given = {
        each.arg: each.annotation for each in (*init.args.args, *init.args.kwonlyargs) if each.arg != own
    }
    outer = conversion.modules[definition]
    assert init.end_lineno is not None
    for use in containers:
        assert isinstance(use.parent, ast.Call)
        within = init.lineno <= use.node.lineno <= init.end_lineno
        if within and not _makes_all(conversion, use.parent, conversion.names.scope_of[init]):
            return True
    for target, value, _ in conversion.names.fields:
        if not (
            init.lineno <= target.lineno <= init.end_lineno
            and isinstance(value, ast.Name)
            and value.id in given
            and isinstance(target.value, ast.Name)
            and target.value.id == own
        ):
            continue
        annotation = given[value.id]
        if annotation is None and (definition, own, target.attr) in called:
            return True
        if annotation is not None and conversion.types.annotation(annotation, outer).rstrip("?") == "module":
            return True
    for each in definition.bases:
        chain = chain_of(each)
        for binding in conversion.names.bindings(chain[0], outer) if chain else ():
            if binding.node in conversion.separate:
                return True
    return False


def _without_constructor(conversion: FileConversion, definition: ast.ClassDef, asked: list[Use]) -> None:
    """Report a class that asks for its mode and has no constructor of ours to set it.

    A constructor that it inherits from a class of the file has set the mode already.
    """
    outer = conversion.modules[definition]
    for each in definition.bases:
        chain = chain_of(each)
        if chain and any(b.node in conversion.modules for b in conversion.names.bindings(chain[0], outer)):
            return
    how, _ = START[conversion.options.to]
    if asked and not _give_constructor(conversion, definition):
        conversion.left(asked[0], f"{BASE[conversion.options.source]}.training",
                        "without a constructor nothing sets the mode in which it starts",
                        f"call {how} on the object, or give the class a constructor that does")  # fmt: skip


def _give_constructor(conversion: FileConversion, definition: ast.ClassDef) -> bool:
    """Write a constructor for a class that only derives from the framework's own; return whether that was done."""
    source = conversion.source
    chain = chain_of(definition.bases[0]) if len(definition.bases) == 1 and not definition.keywords else None
    if not chain or definition.decorator_list:
        return False
    if _full_name(conversion, chain, conversion.modules[definition]) != BASE[conversion.options.source]:
        return False
    documented = isinstance(definition.body[0], ast.Expr) and isinstance(
        definition.body[0].value, ast.Constant
    )
    rest = definition.body[1 if documented else 0 :]
    first = next((each for each in rest if isinstance(each, ast.FunctionDef)), None)
    if first is None or "__init__" in conversion.names.scope_of[definition].names:
        return False
    line = min([first.lineno, *(each.lineno for each in first.decorator_list)])
    position = source.starts[line - 1]
    start, _ = source.span(first)
    indent = source.data[source.starts[first.lineno - 1] : start]
    if indent.strip() or source.data[position : position + len(indent)] != indent:
        return False
    how, why = START[conversion.options.to]
    inner = indent + (b"\t" if indent.startswith(b"\t") else b"    ")
    lines = [
        indent + b"def __init__(self):",
        inner + b"super().__init__()",
        inner + f"self.{how}  # {why}".encode(),
        b"",
        b"",
    ]
    conversion.edits.append(Edit(position, position, [source.newline.join(lines)], order=-4))
    return True


def _end_of_line(data: bytes, position: int) -> int:
    """Return where the line after a statement starts; a backslash takes the line on."""
    while True:
        ends = [at for at in (data.find(b"\n", position), data.find(b"\r", position)) if at >= 0]
        end = min(ends, default=len(data))
        after = end + 2 if data.startswith(b"\r\n", end) else min(end + 1, len(data))
        if not data[:end].endswith(b"\\") or after >= len(data):
            return after
        position = after


# -- classes that say themselves what their mode is ---------------------------------------------------------------


def mode_adapter(conversion: FileConversion, scope: Scope, function: ast.Attribute, receiver: str) -> str:
    """Return the adapter for a call of ``train`` or ``eval``, "" where a Cell's own method does the same.

    torch asks each module inside, and a class may override ``train``; a Cell's ``set_train`` asks none.
    """
    name = function.attr
    if name not in ("train", "eval") or receiver not in ("", "module") or not _overrides_modes(conversion):
        return ""
    if conversion.types.is_layer(function.value, scope):
        return ""
    if isinstance(function.value, ast.Call) and chain_of(function.value.func) == ["super"]:
        return "put_in_mode" if name == "train" else ""
    return f"{name}_mode"


def _overrides_modes(conversion: FileConversion) -> bool:
    """Whether a module class of the project defines ``train`` or ``eval``."""
    if conversion.options.to != "mindspore":
        return False
    if any({"train", "eval"} & set(conversion.names.scope_of[each].names) for each in conversion.modules):
        return True
    if conversion.place is None:
        return False
    project, canonical = conversion.place.project, conversion.apis.canonical
    return any(
        {"train", "eval"} & set(outline.methods)
        and project.derives(
            Defined(file, outline.name), lambda full: is_base(conversion.catalog, canonical(full))
        )
        is not False
        for file, held in project.outlines.items()
        for outline in held.classes.values()
    )


# -- names that a Cell keeps for itself -------------------------------------------------------------------------


def _reserved(conversion: FileConversion, definition: ast.ClassDef, fields: list[Field]) -> None:
    """Report attributes and methods whose names a Cell keeps for itself, and methods that nothing would call."""
    names = facts("mindspore")["reserved"]
    for statement in definition.body:
        if isinstance(statement, ast.FunctionDef) and statement.name in names:
            conversion.found(statement, "left", f"Cell.{statement.name}",
                             "a Cell has a member of this name, which this one would replace",
                             "give it another name")  # fmt: skip
        if isinstance(statement, ast.FunctionDef) and statement.name == "__getattr__":
            conversion.found(statement, "left", "torch.nn.Module.__getattr__",
                             "a Cell asks it for attributes before the constructor has run",
                             "let it raise AttributeError for what the constructor has not set yet")  # fmt: skip
    of_class = {
        name
        for name, bindings in conversion.names.scope_of[definition].names.items()
        if any(each.kind in ("assign", "none", "annotated") and _has_value(each) for each in bindings)
    }
    for target, value, scope in fields:
        if not (
            isinstance(target.value, ast.Name) and target.value.id == _own_name(scope, conversion.modules)
        ):
            continue
        if target.attr in names:
            conversion.found(target, "left", f"Cell.{target.attr}", "a Cell keeps this name for itself",
                             "give it another name")  # fmt: skip
        elif (
            target.attr in of_class and isinstance(value, ast.Call) and _may_be_held(conversion, value, scope)
        ):
            conversion.found(target, "left", "torch.nn.Module.__setattr__",
                             f"a Cell takes no layer or parameter under a name that its class has: {target.attr}",
                             "take the name out of the class's body")  # fmt: skip


def _has_value(binding: Binding) -> bool:
    return binding.kind != "annotated" or binding.value is not None


def _may_be_held(conversion: FileConversion, value: ast.Call, scope: Scope) -> bool:
    chain = chain_of(value.func)
    full = _full_name(conversion, chain, scope) if chain else None
    return conversion.types.of(value, scope) == "module" or (full or "").startswith(
        f"{conversion.options.source}.nn."
    )
