"""``nn.Module`` becomes ``nn.Cell``: the base, ``forward`` and its callers, and the mode in which it starts.

Only in classes that are modules: those that derive from ``nn.Module``, directly or through classes of the same file.
A torch module starts in training mode and a Cell in evaluation mode, so the constructor of a converted class ends with
``self.set_train()``, which reaches every layer that it made.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from sporeprint.convert.edits import Edit
from sporeprint.convert.names import chain_of
from sporeprint.facts import facts

if TYPE_CHECKING:
    from sporeprint.convert.file import FileConversion
    from sporeprint.convert.names import Scope, Use

BASE = {"torch": "torch.nn.Module", "mindspore": "mindspore.nn.Cell"}
RUN = {"torch": "forward", "mindspore": "construct"}
_START = "self.set_train()"
_WHY = "# torch's modules start in training mode"


def find(conversion: FileConversion) -> None:
    """Note which classes of the file are modules."""
    bases = set(BASE.values())
    pending = list(conversion.names.classes)
    while True:
        rest = []
        for definition, scope, outer in pending:
            if any(_is_module(conversion, base, outer, bases) for base in definition.bases):
                conversion.modules[definition.name] = definition
            else:
                rest.append((definition, scope, outer))
        if len(rest) == len(pending):
            return
        pending = rest


def _is_module(conversion: FileConversion, base: ast.expr, scope: object, bases: set[str]) -> bool:
    chain = chain_of(base)
    if not chain:
        return False
    if len(chain) == 1 and chain[0] in conversion.modules:
        return True
    path = conversion.names.path_of(chain[0], scope)  # type: ignore[arg-type]
    if path is None:
        return False
    full = conversion.apis.canonical(".".join([path, *chain[1:]]))
    entry = conversion.catalog.entries.get(full)
    return full in bases or (entry is not None and entry.is_class)


def base(conversion: FileConversion, use: Use, path: str) -> None:
    """Convert a base class."""
    entry = conversion.catalog.entries.get(path)
    if path in conversion.catalog.classes and path in BASE.values():
        conversion.replace(use, conversion.reference(*conversion.catalog.classes[path]), path)
    elif entry is not None and entry.is_class:
        conversion.write_adapter_name(use, entry, path)
        conversion.found(use.node, "adapter", path, "it is a base class")
    else:
        conversion.left(use, path, "a class derives from it, and the target's class is built differently",
                        "derive from the target's class by hand")  # fmt: skip


def convert(conversion: FileConversion) -> None:
    """Convert the bodies of the file's module classes."""
    source, to = conversion.options.source, conversion.options.to
    old, new = RUN[source], RUN[to]
    converted = {
        name: definition
        for name, definition in conversion.modules.items()
        if _from_source(conversion, definition)
    }
    if not converted:
        return
    for definition in converted.values():
        _rename_methods(conversion, definition, old, new)
        if to == "mindspore":
            _start_in_training(conversion, definition)
            _reserved(conversion, definition)
    _rename_calls(conversion, converted, old, new)


def _from_source(conversion: FileConversion, definition: ast.ClassDef) -> bool:
    """Whether the class becomes a class of the target here: one that is the target's already stays."""
    scope = conversion.names.module
    for each in definition.bases:
        chain = chain_of(each)
        if chain and len(chain) == 1 and chain[0] in conversion.modules:
            return _from_source(conversion, conversion.modules[chain[0]])
        path = conversion.names.path_of(chain[0], scope) if chain else None
        if path is not None and path.split(".")[0] == conversion.options.source:
            return True
    return False


def _rename_methods(conversion: FileConversion, definition: ast.ClassDef, old: str, new: str) -> None:
    for statement in definition.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and statement.name == old:
            start, _ = conversion.source.span(statement)
            at = conversion.source.data.index(b"def", start) + 3
            at = conversion.source.data.index(old.encode(), at)
            conversion.edits.append(Edit(at, at + len(old), [new.encode()]))


def _rename_calls(conversion: FileConversion, converted: dict[str, ast.ClassDef], old: str, new: str) -> None:
    """Rename ``self.forward``, ``super().forward`` and ``SomeModule.forward`` where they mean a module's."""
    found: list[tuple[ast.Attribute, bool]] = []
    for use in conversion.names.uses:
        if use.attributes and use.attributes[-1] == old and isinstance(use.node, ast.Attribute):
            single = len(use.attributes) == 1
            is_self = single and use.root == _own_name(use.scope, converted)
            found.append((use.node, is_self or (single and use.root in converted)))
    for method in conversion.names.method_calls:
        function = method.node.func
        assert isinstance(function, ast.Attribute)
        if function.attr == old and isinstance(function.value, ast.Call):
            owner = _own_name(method.scope, converted) is not None
            called = function.value.func
            found.append((function, owner and isinstance(called, ast.Name) and called.id == "super"))
    for node, sure in found:
        if sure:
            _, end = conversion.source.span(node)
            conversion.edits.append(Edit(end - len(old), end, [new.encode()]))
        else:
            conversion.found(node, "left", f"Module.{old}", "whether this is a module's is not known here",
                             f"call the module itself, or rename it to {new}")  # fmt: skip


def _own_name(scope: Scope, converted: dict[str, ast.ClassDef]) -> str | None:
    """Return what a method of a converted class calls its object, None outside of one."""
    function = scope.function
    while function is not None and function.owner is None:
        function = function.parent.function if function.parent is not None else None
    if function is None or function.owner is None or function.owner.node not in converted.values():
        return None
    arguments = function.node.args  # type: ignore[attr-defined]
    parameters = [*arguments.posonlyargs, *arguments.args]
    return parameters[0].arg if parameters else None


def _start_in_training(conversion: FileConversion, definition: ast.ClassDef) -> None:
    source = conversion.source
    init = next(
        (each for each in definition.body if isinstance(each, ast.FunctionDef) and each.name == "__init__"),
        None,
    )
    newline = source.newline
    if init is None:
        _without_constructor(conversion, definition)
        return
    if _text_has(source.data, source.span(init), b".set_train("):
        return
    returns = conversion.names.scope_of[init].returns
    own = init.args.args[0].arg if init.args.args else "self"
    if returns:
        conversion.found(init, "left", "torch.nn.Module",
                         "its constructor returns early, and a Cell starts in evaluation mode",
                         f"call {_START} before each return")  # fmt: skip
        return
    last = init.body[-1]
    start, end = source.span(init.body[0])
    line_start = source.starts[init.body[0].lineno - 1]
    indent = source.data[line_start:start]
    if indent.strip():
        conversion.found(init, "left", "torch.nn.Module", "its constructor stands on one line",
                         f"write {_START} at its end")  # fmt: skip
        return
    _, end = source.span(last)
    position = _end_of_line(source.data, end)
    call = f"{own}.set_train()  {_WHY}".encode()
    prefix = indent if source.data[position - 1 : position] in (b"\n", b"\r") else newline + indent
    conversion.edits.append(Edit(position, position, [prefix + call + newline], order=-4))


def _without_constructor(conversion: FileConversion, definition: ast.ClassDef) -> None:
    """Report a class that asks for its mode and has no constructor of ours to set it.

    A constructor that it inherits from a class of the file has set the mode already.
    """
    if any(chain == [name] for name in conversion.modules for chain in map(chain_of, definition.bases)):
        return
    for use in conversion.names.uses:
        function = use.scope.function
        if (
            use.attributes == ("training",)
            and function is not None
            and function.owner is not None
            and function.owner.node is definition
        ):
            conversion.left(use, "torch.nn.Module.training", "without a constructor a Cell starts in evaluation mode",
                            f"call {_START} on the object, or give the class a constructor that does")  # fmt: skip
            return


def _end_of_line(data: bytes, position: int) -> int:
    ends = [at for at in (data.find(b"\n", position), data.find(b"\r", position)) if at >= 0]
    end = min(ends, default=len(data))
    if data.startswith(b"\r\n", end):
        return end + 2
    return min(end + 1, len(data))


def _text_has(data: bytes, span: tuple[int, int], text: bytes) -> bool:
    return data.find(text, *span) >= 0


def _reserved(conversion: FileConversion, definition: ast.ClassDef) -> None:
    """Report attributes and methods whose names a Cell keeps for itself."""
    names = facts("mindspore")["reserved"]
    for statement in definition.body:
        if isinstance(statement, ast.FunctionDef) and statement.name in names:
            conversion.found(statement, "left", f"Cell.{statement.name}",
                             "a Cell has a member of this name, which this one would replace",
                             "give it another name")  # fmt: skip
    for target, _, scope in conversion.names.fields:
        function = scope.function
        if (
            target.attr in names
            and function is not None
            and function.owner is not None
            and function.owner.node is definition
            and isinstance(target.value, ast.Name)
            and target.value.id == _own_name(scope, conversion.modules)
        ):
            conversion.found(target, "left", f"Cell.{target.attr}", "a Cell keeps this name for itself",
                             "give it another name")  # fmt: skip
