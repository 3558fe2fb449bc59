"""The adapters' module: the counterparts that a converted project calls at run time, copied into it.

What is copied are the counterparts' own definitions, with whatever functions, classes and constants of ours they reach,
so the converted project needs its framework only. The text is the library's: one body, wherever it runs.
"""

from __future__ import annotations

import ast
import functools
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from sporeprint import __version__
from sporeprint import catalog as catalogs
from sporeprint.catalog import Body, Catalog, CounterpartFile, Entry, Import
from sporeprint.convert.edits import Edit, apply
from sporeprint.convert.names import chain_of
from sporeprint.convert.source import Source
from sporeprint.convert.types import owner_of

#: The module's name, by the framework that its functions run on.
MODULE = {"mindspore": "torch_on_mindspore", "torch": "mindspore_on_torch"}
_GUARD = "method_"
#: The class whose methods a receiver has, by what :mod:`sporeprint.convert.types` calls it.
OWNERS = {
    "mindspore": {"tensor": "mindspore.Tensor", "module": "mindspore.nn.Cell", "size": "tuple"},
    "torch": {"tensor": "torch.Tensor", "module": "torch.nn.Module"},
}
_OVERRIDES = "sporeprint.torch._modules.overrides"
_GOES_BACK = "sporeprint.torch.autograd.go_back"
_RECORDS = "sporeprint.torch.autograd.record_gradients"
_LISTED = re.compile(r"^# adapters: (.*)$", re.MULTILINE)
_FIDELITY = re.compile(r"^# fidelity: (\w+)$", re.MULTILINE)


class Adapter(NamedTuple):
    """The name of an adapter in the adapters' module."""

    name: str


def name_of(api: str) -> str:
    """Return the adapter's name for an API: ``torch.nn.functional.softmax`` is ``functional_softmax``."""
    parts = api.split(".")
    framework, inner = parts[0], [part for part in parts[1:-1] if part != "nn" or parts[-2] == "nn"]
    return (
        "_".join([*(inner or [framework]), parts[-1]])
        .replace("Tensor_", "tensor_")
        .replace("Module_", "module_")
    )


def guard_name(method: str) -> str:
    """Return the name of the adapter that asks the receiver what it is."""
    return _GUARD + method


def listed(text: str) -> tuple[set[str], str]:
    """Return the adapters that an existing module of adapters holds, and its fidelity."""
    names = _LISTED.search(text)
    fidelity = _FIDELITY.search(text)
    found = {each.strip() for each in names.group(1).split(",")} if names else set()
    return found - {""}, fidelity.group(1) if fidelity else ""


def build(names: Iterable[str], to: str, fidelity: str, catalog: Catalog | None = None) -> str:
    """Return the text of the adapters' module.

    Args:
        names: the adapters that the project calls.
        to: the framework they run on.
        fidelity: which body is copied, "native" or "exact".
        catalog: the counterparts; by default Sporeprint's own.

    Raises:
        KeyError: a name that is no adapter's.
    """
    return _Builder(catalog or catalogs.load(catalogs.SOURCE_OF[to]), to, fidelity).build(sorted(set(names)))


@functools.cache
def _source(file: CounterpartFile) -> Source:
    return Source(file.text.encode())


@functools.cache
def _takes() -> Body:
    """Return the vocabulary's function that tells whether an overload takes some arguments."""
    path = catalogs.FOLDER / "counterpart.py"
    loaded = catalogs.read("vocabulary", [(path, "sporeprint.counterpart")])
    return loaded.bodies["sporeprint.counterpart._takes"]


@dataclass(slots=True)
class _Builder:
    catalog: Catalog
    to: str
    fidelity: str
    names: dict[Body | None, str] = field(
        default_factory=dict
    )  # its name in the module; kept alive, as bodies go by identity
    taken: set[str] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)
    #: The text of a class -> its own name in the module, and those of what it derives from.
    classes: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    imports: set[Import] = field(default_factory=set)
    constants: dict[tuple[str, str], str] = field(default_factory=dict)

    def build(self, names: list[str]) -> str:
        by_adapter = {name_of(api): entry for api, entry in self.catalog.entries.items()}
        helpers = {body.name: body for body in self.catalog.bodies.values()}
        guards: list[str] = []
        for name in names:
            method = name.removeprefix(_GUARD)
            if name.startswith(_GUARD) and method in self.catalog.methods:
                guards.append(method)
            elif name in by_adapter:
                made = self._entry(by_adapter[name], name)
                if made != name:  # another spelling of the same function
                    self.texts.append(f"{name} = {made}")
            else:
                self._definition(helpers[name], name)
        for method in guards:
            self.texts.append(self._guard(method))
        self._record()
        header = [
            f'"""{self._title()}',
            "",
            f"Written by sporeprint {__version__} (Apache-2.0); converted files import from here.",
            'Written anew by the next conversion, so change it elsewhere."""',
            "",
            f"# adapters: {', '.join(names)}",
            f"# fidelity: {self.fidelity}",
            "",
            "from __future__ import annotations",
            "",
            *self._import_lines(),
            *(["", *sorted(set(self.constants.values()))] if self.constants else []),
        ]
        return "\n".join(header) + "\n" + "".join(f"\n\n{text}\n" for text in self._ordered())

    def _record(self) -> None:
        """Let gradients be recorded from the start on, as in torch, where something goes back."""
        bodies = self.catalog.bodies
        if _GOES_BACK in bodies and bodies[_GOES_BACK] in self.names:
            name = self._definition(bodies[_RECORDS], bodies[_RECORDS].name)
            self.texts.append(f"{name}()  # from the start on, as torch does")

    def _title(self) -> str:
        if self.to == "mindspore":
            return "PyTorch's functions with PyTorch's signatures, on MindSpore."
        return "MindSpore's functions with MindSpore's signatures, on PyTorch."

    def _entry(self, entry: Entry, name: str) -> str:
        body = entry.body(self.fidelity)
        if not entry.overloads:
            return self._definition(body, name, entry)
        if body in self.names:
            return self.names[body]
        self.names[body] = name
        self.taken.add(name)
        parts = [
            self._definition(each, f"{name}_overload_{number}", entry)
            for number, each in enumerate(
                [*entry.overloads, Body(body.definition, body.file, body.parameters)], 1
            )
        ]
        takes = self._takes()
        lines = [f"def {name}(*args, **kwargs):"]
        for part in parts[:-1]:
            lines += [f"    if {takes}({part}, args, kwargs):", f"        return {part}(*args, **kwargs)"]
        self.texts.append("\n".join([*lines, f"    return {parts[-1]}(*args, **kwargs)"]))
        return name

    def _takes(self) -> str:
        return self._definition(_takes(), "takes")

    def _definition(self, body: Body, name: str, entry: Entry | None = None) -> str:
        if body in self.names:
            return self.names[body]
        number, wanted = 2, name
        while name in self.taken:
            name, number = f"{wanted}_{number}", number + 1
        self.names[body] = name
        self.taken.add(name)
        source = _source(body.file)
        definition = body.definition
        start, end = source.span(definition)
        changes: list[Edit] = []
        keyword = b"class " if isinstance(definition, ast.ClassDef) else b"def "
        at = source.data.index(keyword, start) + len(keyword)
        changes.append(Edit(at, at + len(definition.name), [name.encode()]))
        self._references(body.file, definition, source, changes)
        changes += _refusals(body, entry, source) if entry is not None else []
        shift = start
        moved = [Edit(each.start - shift, each.end - shift, each.pieces) for each in changes]
        text = apply(source.data[start:end], moved, str).decode()
        self.texts.append(text)
        if isinstance(definition, ast.ClassDef):
            bases = [self._base(body.file, each) for each in definition.bases]
            self.classes[text] = name, [self.names[each] for each in bases if each in self.names]
        return name

    def _base(self, file: CounterpartFile, node: ast.expr) -> Body | None:
        """Return the class of ours that a base class names."""
        name = ast.unparse(node)
        path = file.imports[name].path if name in file.imports else f"{file.dotted}.{name}"
        return self.catalog.bodies.get(path)

    def _ordered(self) -> list[str]:
        """Return all texts, each class behind what it derives from: the methods of that one may name it in turn."""
        by_name = {name: text for text, (name, _) in self.classes.items()}
        found: dict[str, None] = {}

        def put(text: str) -> None:
            for base in self.classes[text][1] if text in self.classes else ():
                put(by_name[base])
            found.setdefault(text)

        for each in self.texts:
            put(each)
        return list(found)

    def _references(
        self, file: CounterpartFile, definition: catalogs.Definition, source: Source, changes: list[Edit]
    ) -> None:
        """Rename what the definition uses of ours, and note what it uses of the frameworks."""
        bound = {
            each.arg if isinstance(each, ast.arg) else each.id
            for each in ast.walk(definition)
            if isinstance(each, ast.arg) or (isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store))
        }
        decorators = {id(each) for top in definition.decorator_list for each in ast.walk(top)}
        inner: set[int] = set()
        for node in ast.walk(definition):
            if id(node) in decorators or id(node) in inner or not isinstance(node, ast.Attribute | ast.Name):
                continue
            chain = chain_of(node)
            if not chain:
                continue
            inner.update(id(each) for each in ast.walk(node))
            root = chain[0]
            if root in bound:
                continue
            if root in file.imports:
                found = file.imports[root]
                if not found.module.startswith("sporeprint."):
                    self.imports.add(found)
                    continue
                path = ".".join([found.path, *chain[1:]])
            elif root in file.definitions:
                path = f"{file.dotted}.{root}"
            else:
                if root in file.constants:
                    self._constant(file, root)
                continue
            self._own(path, node, source, changes)

    def _own(self, path: str, node: ast.expr, source: Source, changes: list[Edit]) -> None:
        rest = ""
        while path not in self.catalog.bodies and "." in path:
            path, _, attribute = path.rpartition(".")
            rest = f".{attribute}{rest}"
        body = self.catalog.bodies.get(path)
        if body is None:
            module, _, constant = path.rpartition(".")
            raise KeyError(f"{module}.{constant}{rest} is no function or class of the catalogue")
        entry = self.catalog.entry_of.get(body)
        name = self._entry(entry, name_of(entry.apis[0])) if entry else self._definition(body, body.name)
        start, end = source.span(node)
        changes.append(Edit(start, end, [(name + rest).encode()]))

    def _constant(self, file: CounterpartFile, name: str) -> None:
        source = _source(file)
        statement = file.constants[name]
        text = source.text(statement)
        if any(key[1] == name and value != text for key, value in self.constants.items()):
            raise KeyError(f"two files of counterparts give {name} different values")
        self.constants[(file.dotted, name)] = text
        value = getattr(statement, "value", None)
        for node in ast.walk(value) if value is not None else ():
            if isinstance(node, ast.Name) and node.id in file.imports:
                self.imports.add(file.imports[node.id])
            elif isinstance(node, ast.Name) and node.id in file.constants:
                self._constant(file, node.id)

    def _guard(self, method: str) -> str:
        lines = [
            f"def {guard_name(method)}(self, *args, **kwargs):",
            f'    """Call {method} as {self.catalog.source} means it on its own objects, and any other\'s own."""',
        ]
        for entry in self.catalog.methods[method]:
            api = next(api for api in entry.apis if owner_of((api,)))
            name = self._entry(entry, name_of(api))
            owner = OWNERS[self.to][owner_of((api,))]
            module, _, member = owner.rpartition(".")
            if module:
                self.imports.add(Import(member, module, member))
            test = f"isinstance(self, {member})"
            own = self.catalog.bodies.get(_OVERRIDES) if owner == OWNERS["mindspore"]["module"] else None
            if own is not None:  # what the user's class defines itself stays
                test += f' and not {self._definition(own, own.name)}(self, "{method}")'
            lines += [f"    if {test}:", f"        return {name}(self, *args, **kwargs)"]
        return "\n".join([*lines, f"    return self.{method}(*args, **kwargs)"])

    def _import_lines(self) -> list[str]:
        plain: set[str] = set()
        members: dict[str, set[str]] = {}
        for each in self.imports:
            if each.member:
                members.setdefault(each.module, set()).add(
                    each.member if each.name == each.member else f"{each.member} as {each.name}"
                )
            else:
                plain.add(f"import {each.module}" + (f" as {each.name}" if each.name != each.module else ""))
        found = [f"from {module} import {', '.join(sorted(members[module]))}" for module in sorted(members)]
        return sorted(plain) + found


def _refusals(body: Body, entry: Entry, source: Source) -> list[Edit]:
    """Return the edit by which a definition checks its refused parameters, as the library's functions do."""
    refused = [each for each in body.parameters if each.name in entry.refuses]
    if not refused:
        return []
    function = body.definition
    if isinstance(function, ast.ClassDef):
        function = next(
            each for each in function.body if isinstance(each, ast.FunctionDef) and each.name == "__init__"
        )
    first = function.body[0]
    indent = " " * first.col_offset
    lines: list[str] = []
    for parameter in refused:
        name = parameter.name
        default = ast.literal_eval(parameter.default) if parameter.default is not None else None
        if default is None or isinstance(default, bool):
            test = f"{name} is not {default}"
        else:  # only what has the default's own type is compared with it: a tensor's comparison is no bool
            test = f"type({name}) is not {type(default).__name__} or {name} != {default!r}"
        why = json.dumps(f"{entry.apis[0]}: {name} is refused: {entry.refuses[name]}", ensure_ascii=False)
        lines += [f"{indent}if {test}:", f"{indent}    raise TypeError({why})"]
    check = "\n".join(lines).encode()
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        _, end = source.span(first)
        return [Edit(end, end, [b"\n" + check])]
    line = first.lineno - 1  # counted from 0; comments above the first statement stay with it
    while source.data[source.starts[line - 1] : source.starts[line]].lstrip().startswith(b"#"):
        line -= 1
    at = source.starts[line]
    return [Edit(at, at, [check + b"\n"])]
