"""The counterparts, read as syntax.

Converting needs neither framework: the files under ``sporeprint/torch`` and ``sporeprint/mindspore`` are parsed, not
imported. Whatever breaks a rule of the vocabulary is a :class:`CatalogError` that names file and line.
"""

from __future__ import annotations

import ast
import functools
import gc
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, TypeAlias

from sporeprint import collector
from sporeprint.counterpart import CONDITIONS
from sporeprint.facts import facts

FOLDER = Path(__file__).parent
#: The frameworks to convert to, and for each the folder whose counterparts are used: the API it carries.
SOURCE_OF = {"mindspore": "torch", "torch": "mindspore"}

Definition: TypeAlias = ast.FunctionDef | ast.ClassDef


class CatalogError(Exception):
    """A counterpart that breaks a rule. The message starts with file:line."""


#: The classes whose methods have counterparts -> what the converter calls an object of them.
METHOD_OWNERS = {"Tensor": "tensor", "Module": "module", "Cell": "module", "Size": "size"}


#: The words of :data:`CONDITIONS` for dtypes of integers and booleans.
INTEGRAL = frozenset({"int8", "int16", "int32", "int64", "uint8", "bool"})


@dataclass(slots=True)
class Parameter:
    """A parameter: ``kind`` is "positional" (or by name), "keyword" (only), "args" or "kwargs"."""

    name: str
    kind: str
    default: ast.expr | None
    annotation: ast.expr | None


@dataclass(eq=False)
class Body:
    """One function or class in a counterpart file."""

    definition: Definition
    file: CounterpartFile
    parameters: tuple[Parameter, ...]

    @property
    def name(self) -> str:
        """Its name in its file."""
        return self.definition.name

    @functools.cached_property
    def returns(self) -> str:
        """The return annotation as text, "" where there is none."""
        annotation = getattr(self.definition, "returns", None)
        return ast.unparse(annotation) if annotation is not None else ""


@dataclass(slots=True, eq=False)
class Entry:
    """A counterpart: its APIs, its bodies and what it declares."""

    apis: tuple[str, ...]
    native: Body
    exact: Body | None = None
    base: Body | None = None  # the class that a user's class derives from
    overloads: list[Body] = field(default_factory=list)
    ignores: dict[str, str] = field(default_factory=dict)
    refuses: dict[str, str] = field(default_factory=dict)
    differs: dict[str, str] = field(default_factory=dict)
    exact_only: bool = False

    @property
    def is_class(self) -> bool:
        """Whether it is a class, and so always an adapter."""
        return isinstance(self.native.definition, ast.ClassDef)

    @property
    def is_module(self) -> bool:
        """Whether it is a class of modules: what derives from it is one."""
        return self.base is not None or (self.is_class and any(".nn." in api for api in self.apis))

    def body(self, fidelity: str) -> Body:
        """Return the body for "native" or "exact".

        Where it was measured that the native one does something else on the common domain, it is the exact one.
        """
        if self.exact is not None and (fidelity == "exact" or self.exact_only):
            return self.exact
        return self.native

    @property
    def asks_dtype(self) -> bool:
        """Whether the native body is declared to do otherwise for tensors of integers or booleans."""
        if self.exact is None or INTEGRAL.isdisjoint(self.differs) or not self.native.parameters:
            return False
        annotation = self.native.parameters[0].annotation
        return "Tensor" in (getattr(annotation, "id", ""), getattr(annotation, "attr", ""))

    def at(self) -> str:
        """Return file:line, for messages."""
        return f"{self.native.file.path}:{self.native.definition.lineno}"


@dataclass(slots=True, eq=False)
class CounterpartFile:
    """One file of counterparts."""

    path: Path
    dotted: str
    text: str
    imports: dict[str, Import] = field(default_factory=dict)
    definitions: dict[str, Definition] = field(default_factory=dict)
    constants: dict[str, ast.stmt] = field(default_factory=dict)


class Import(NamedTuple):
    """What a name bound by an import stands for, and how to import it: ``from {module} import {member}``.

    ``member`` is "" for ``import {module} as {name}``.
    """

    name: str
    module: str
    member: str

    @property
    def path(self) -> str:
        """The dotted path of what is imported."""
        return f"{self.module}.{self.member}" if self.member else self.module


@dataclass(slots=True, eq=False)
class Catalog:
    """All counterparts of one framework's API.

    Attributes:
        source: the framework whose API the counterparts carry ("torch" or "mindspore").
        entries: API name -> counterpart.
        entry_of: native body -> the counterpart whose it is.
        values: API name -> the expression that stands for a dtype or another constant, and its file.
        classes: API name -> the class that stands for one in annotations, ``isinstance`` and as a base.
        annotations: API name -> the class that stands for one in annotations only.
        methods: method name -> the counterparts of that name, one per owner (Tensor, Module).
        bodies: full dotted name of every function and class of the files.
        files: dotted name -> file.
        remembered: what partial evaluations came to (``convert/inline.py``).
    """

    source: str
    entries: dict[str, Entry] = field(default_factory=dict)
    entry_of: dict[Body, Entry] = field(default_factory=dict)
    values: dict[str, tuple[ast.expr, CounterpartFile]] = field(default_factory=dict)
    classes: dict[str, tuple[ast.expr, CounterpartFile]] = field(default_factory=dict)
    annotations: dict[str, tuple[ast.expr, CounterpartFile]] = field(default_factory=dict)
    methods: dict[str, list[Entry]] = field(default_factory=dict)
    bodies: dict[str, Body] = field(default_factory=dict)
    files: dict[str, CounterpartFile] = field(default_factory=dict)
    remembered: dict[Hashable, Any] = field(default_factory=dict)

    def names(self) -> Iterator[str]:
        """Every API name that is known."""
        yield from self.entries
        yield from self.values
        yield from self.classes


@functools.cache
def load(source: str) -> Catalog:
    """Read the counterparts of ``source`` ("torch" or "mindspore"), with what was measured of them.

    Raises:
        CatalogError: a file breaks a rule.
    """
    with collector.at_rest():
        catalog = written(source)
        gc.freeze()  # it stays as long as the process: the collector need not walk through it, now or at the end
    for api in facts("measured")["exact_only"]:
        if api in catalog.entries:
            catalog.entries[api].exact_only = True
    return catalog


def written(source: str) -> Catalog:
    """Read the counterparts of ``source`` as they are written, whatever was measured of them.

    Raises:
        CatalogError: a file breaks a rule.
    """
    root = FOLDER / source
    files = sorted(root.rglob("*.py"))
    return read(source, [(path, _dotted(path)) for path in files])


def read(source: str, files: list[tuple[Path, str]]) -> Catalog:
    """Read counterpart files given with their dotted module names.

    Raises:
        CatalogError: a file breaks a rule.
    """
    catalog = Catalog(source)
    parsed = []
    for path, dotted in files:
        text = path.read_text(encoding="utf-8")
        try:
            tree = ast.parse(text, str(path))
        except SyntaxError as error:
            raise CatalogError(f"{path}:{error.lineno}: {error.msg}") from error
        parsed.append((CounterpartFile(path, dotted, text), tree))
    for file, tree in parsed:
        catalog.files[file.dotted] = file
        _collect(catalog, file, tree)
    for file, tree in parsed:
        _declare(catalog, file, tree)
    return catalog


def _dotted(path: Path) -> str:
    parts = list(path.relative_to(FOLDER.parent).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _collect(catalog: Catalog, file: CounterpartFile, tree: ast.Module) -> None:
    for statement in tree.body:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                name = alias.asname or alias.name
                file.imports[name] = Import(name, alias.name, "")
        elif isinstance(statement, ast.ImportFrom) and statement.module != "__future__":
            for alias in statement.names:
                name = alias.asname or alias.name
                file.imports[name] = Import(name, statement.module or "", alias.name)
        elif isinstance(statement, ast.FunctionDef | ast.ClassDef):
            body = Body(statement, file, _parameters(statement))
            name = statement.name
            if name == "_":
                name = f"_{statement.lineno}"
            elif name in file.definitions:
                _fail(file, statement, f"{name} is defined twice in this file")
            file.definitions[name] = statement
            catalog.bodies[f"{file.dotted}.{name}"] = body
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    file.constants[target.id] = statement


def _declare(catalog: Catalog, file: CounterpartFile, tree: ast.Module) -> None:
    made: dict[str, Entry] = {}
    for statement in tree.body:
        if isinstance(statement, ast.AnnAssign | ast.Assign) and isinstance(statement.value, ast.Dict):
            target = statement.target if isinstance(statement, ast.AnnAssign) else statement.targets[0]
            tables = {
                "VALUES": catalog.values,
                "CLASSES": catalog.classes,
                "ANNOTATIONS": catalog.annotations,
            }
            table = tables.get(getattr(target, "id", ""))
            if table is not None:
                for key, value in zip(statement.value.keys, statement.value.values, strict=True):
                    table[_string(file, key)] = (value, file)
        if not isinstance(statement, ast.FunctionDef | ast.ClassDef):
            continue
        for decorator in statement.decorator_list:
            if not (isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name)):
                continue
            kind = decorator.func.id
            name = statement.name if statement.name != "_" else f"_{statement.lineno}"
            body = catalog.bodies[f"{file.dotted}.{name}"]
            if kind in ("counterpart", "counterpart_class"):
                entry = _entry(catalog, file, decorator, body)
                _check(entry, body)
                made[statement.name] = entry
                _add(catalog, entry, decorator)
            elif kind in ("exact_of", "overload_of", "base_of"):
                of = decorator.args[0]
                base = made.get(of.id) if isinstance(of, ast.Name) else None
                if base is None:
                    _fail(file, decorator, f"{kind} names no counterpart above it in this file")
                if kind == "exact_of":
                    _same_signature(base, body)
                    base.exact = body
                elif kind == "base_of":
                    base.base = body
                else:
                    _check_refused(base, body)
                    base.overloads.append(body)


def _entry(catalog: Catalog, file: CounterpartFile, decorator: ast.Call, body: Body) -> Entry:
    apis = tuple(_string(file, each) for each in decorator.args)
    if not apis:
        _fail(file, decorator, "counterpart() needs the name of at least one API")
    entry = Entry(apis, body)
    for keyword in decorator.keywords:
        if keyword.arg not in ("ignores", "refuses", "differs"):
            _fail(file, decorator, f"unknown keyword {keyword.arg}; choose from ignores, refuses, differs")
        getattr(entry, keyword.arg).update(_table(catalog, file, keyword.value))
    return entry


def _table(catalog: Catalog, file: CounterpartFile, node: ast.expr | None) -> dict[str, str]:
    """Return a dict of strings: written out, or the name of a constant that is; ``{**NAME, …}`` adds to one."""
    if isinstance(node, ast.Name):
        found = file.imports.get(node.id)
        if found is not None and found.module in catalog.files:
            file, name = catalog.files[found.module], found.member
        else:
            name = node.id
        statement = file.constants.get(name)
        if statement is None:
            _fail(
                file,
                node,
                f"{node.id} is no constant here: a dict of strings must be written out in one of our files",
            )
        node = getattr(statement, "value", None)
    if not isinstance(node, ast.Dict):
        _fail(file, node, "must be a dict of strings, written out: this file is read, not run")
    table: dict[str, str] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            table.update(_table(catalog, file, value))
        else:
            table[_string(file, key)] = _string(file, value)
    return table


def _check(entry: Entry, body: Body) -> None:
    file, definition = body.file, body.definition
    names = [parameter.name for parameter in body.parameters]
    for kind in ("ignores", "refuses"):
        for name in getattr(entry, kind):
            if name not in names:
                _fail(file, definition, f"{kind} names {name}, which is no parameter; choose from {names}")
    _check_refused(entry, body)
    for condition in entry.differs:
        for word in condition.split(" & "):
            if word not in CONDITIONS:
                _fail(file, definition, f"unknown condition {word!r}; choose from {sorted(CONDITIONS)}")
    if isinstance(definition, ast.ClassDef):
        return
    if definition.returns is None:
        _fail(
            file, definition, "a counterpart states what it returns: the inference of receivers lives on it"
        )


def check(catalog: Catalog) -> None:
    """Hold the counterparts to the rule that only their bodies tell: what is not used says why.

    It is not for each reading, since it takes a fifth of that.

    Raises:
        CatalogError: a parameter is not used.
    """
    for entry in catalog.entry_of.values():
        definition = entry.native.definition
        if isinstance(definition, ast.ClassDef) or isinstance(definition.body[-1], ast.Raise):
            continue
        used = {node.id for each in definition.body for node in ast.walk(each) if isinstance(node, ast.Name)}
        for name in (parameter.name for parameter in entry.native.parameters):
            if name not in used and name not in entry.ignores and name not in entry.refuses:
                reason = f"{name} is not used; use it, or name it in ignores or refuses with the reason"
                _fail(entry.native.file, definition, reason)


def _check_refused(entry: Entry, body: Body) -> None:
    for parameter in body.parameters:
        # One that has no default (an overload exists for its sake) is refused unless it is None.
        if parameter.name in entry.refuses and parameter.default is not None:
            try:
                ast.literal_eval(parameter.default)
            except (ValueError, SyntaxError):
                reason = f"{parameter.name} is refused, so its default has to be a literal to compare with"
                _fail(body.file, body.definition, reason)


def _same_signature(entry: Entry, exact: Body) -> None:
    def shape(body: Body) -> list[tuple[str, str, str]]:
        return [
            (each.name, each.kind, ast.dump(each.default) if each.default else "") for each in body.parameters
        ]

    if shape(entry.native) != shape(exact):
        _fail(exact.file, exact.definition, "the exact body's parameters differ from the native body's")


def _add(catalog: Catalog, entry: Entry, at: ast.AST) -> None:
    catalog.entry_of[entry.native] = entry
    for api in entry.apis:
        if api in catalog.entries:
            _fail(entry.native.file, at, f"{api} has a counterpart already, at {catalog.entries[api].at()}")
        catalog.entries[api] = entry
        owner, _, method = api.rpartition(".")
        if owner.rpartition(".")[2] in METHOD_OWNERS:
            catalog.methods.setdefault(method, []).append(entry)


def _parameters(definition: Definition) -> tuple[Parameter, ...]:
    if isinstance(definition, ast.ClassDef):
        for statement in definition.body:
            if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
                return parameters_of(statement.args)[1:]
        return ()
    return parameters_of(definition.args)


def parameters_of(arguments: ast.arguments) -> tuple[Parameter, ...]:
    """Return the parameters of a function in order."""
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    defaults += arguments.defaults
    found = [
        Parameter(argument.arg, "positional", default, argument.annotation)
        for argument, default in zip(positional, defaults, strict=True)
    ]
    if arguments.vararg is not None:
        found.append(Parameter(arguments.vararg.arg, "args", None, arguments.vararg.annotation))
    found += [
        Parameter(argument.arg, "keyword", default, argument.annotation)
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    ]
    if arguments.kwarg is not None:
        found.append(Parameter(arguments.kwarg.arg, "kwargs", None, arguments.kwarg.annotation))
    return tuple(found)


def _string(file: CounterpartFile, node: ast.expr | None) -> str:
    if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        _fail(file, node, "must be a plain string: this file is read, not run")
    return node.value


def _fail(file: CounterpartFile, node: ast.AST | None, message: str) -> NoReturn:
    raise CatalogError(f"{file.path}:{getattr(node, 'lineno', 1)}: {message}")
