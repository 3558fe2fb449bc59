"""What the files of a project define, and what their names stand for in one another.

A file is read once for its outline: the imports, classes and functions of its top level. Together the outlines answer
what a dotted path leads to, through re-exports, star imports and relative imports, up to the class or function that a
file of the project defines or to a name from outside. No file is executed.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sporeprint.convert.names import BUILTINS, chain_of

#: So many steps from import to import are followed; more are a circle.
_STEPS = 20


@dataclass(frozen=True, slots=True)
class ClassOutline:
    """A class: its bases as written (dotted paths; "" for what is none), its methods and what they state to return.

    ``buffers`` are the names that its constructor registers; ``fields`` what it states of attributes that its methods
    leave alone: name -> annotation.
    """

    name: str
    bases: tuple[str, ...]
    methods: dict[str, str]
    buffers: tuple[str, ...] = ()
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Outline:
    """The top level of one file.

    Attributes:
        imports: name -> the dotted path that the import which alone binds it stands for.
        aliases: name -> the dotted name of this file that is assigned to it.
        classes: name -> class.
        functions: name -> the annotation of what it returns, "" without.
        stars: modules of star imports, relative ones with their dots.
        is_package: whether the file is an ``__init__.py``.
    """

    is_package: bool = False
    imports: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    classes: dict[str, ClassOutline] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Defined:
    """A class or function of the project: the file that defines it, and its name there."""

    file: str
    name: str


def outline(tree: ast.Module, is_package: bool) -> Outline:
    """Read the outline of a file."""
    made = Outline(is_package)
    bound: dict[str, set[str]] = {}
    for statement in _top_level(tree.body):
        for name, meaning in _bound(statement):
            bound.setdefault(name, set()).add(meaning)
        match statement:
            case ast.ClassDef():
                made.classes[statement.name] = _class(statement)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                made.functions[statement.name] = _text(statement.returns)
            case ast.Import():
                for alias in statement.names:
                    if alias.asname:
                        made.imports[alias.asname] = alias.name
                    else:
                        top = alias.name.split(".")[0]
                        made.imports[top] = top
            case ast.ImportFrom():
                module = "." * statement.level + (statement.module or "")
                for alias in statement.names:
                    if alias.name == "*":
                        made.stars.append(module)
                    else:
                        dot = "." if module.strip(".") else ""
                        made.imports[alias.asname or alias.name] = f"{module}{dot}{alias.name}"
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                chain = chain_of(value)
                if chain:
                    made.aliases[name] = ".".join(chain)
    for name, meanings in bound.items():
        if len(meanings) > 1:
            for kind in (made.imports, made.aliases, made.classes, made.functions):
                kind.pop(name, None)  # which of them it is, is only known when the program runs
    return made


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that run when the file is imported, those under conditions too."""
    for statement in body:
        yield statement
        match statement:
            case ast.If():
                yield from _top_level(statement.body)
                yield from _top_level(statement.orelse)
            case ast.Try():
                for block in (statement.body, statement.orelse, statement.finalbody):
                    yield from _top_level(block)
                for handler in statement.handlers:
                    yield from _top_level(handler.body)
            case ast.With():
                yield from _top_level(statement.body)


def _bound(statement: ast.stmt) -> Iterator[tuple[str, str]]:
    """Yield the names that a statement binds, and something that tells one binding from another."""
    here = f"{statement.lineno}:{statement.col_offset}"
    match statement:
        case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
            yield statement.name, here
        case ast.Import():
            for alias in statement.names:
                yield (alias.asname, alias.name) if alias.asname else (alias.name.split(".")[0],) * 2
        case ast.ImportFrom():
            for alias in statement.names:
                yield alias.asname or alias.name, f"{'.' * statement.level}{statement.module}.{alias.name}"
        case ast.Assign():
            none = isinstance(statement.value, ast.Constant) and statement.value.value is None
            for target in statement.targets if not none else ():
                yield from ((each.id, here) for each in ast.walk(target) if isinstance(each, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.AugAssign(target=ast.Name(id=name)):
            yield name, here


def _class(definition: ast.ClassDef) -> ClassOutline:
    bases = []
    for base in definition.bases:
        chain = chain_of(base.value if isinstance(base, ast.Subscript) else base)
        bases.append(".".join(chain) if chain else "")
    methods = {
        each.name: _text(each.returns)
        for each in definition.body
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    buffers = [
        name
        for each in definition.body
        if isinstance(each, ast.FunctionDef) and each.name == "__init__"
        for statement in _top_level(each.body)
        if (name := _buffer(statement))
    ]
    return ClassOutline(definition.name, tuple(bases), methods, tuple(buffers), _fields(definition))


def _fields(definition: ast.ClassDef) -> dict[str, str]:
    """Return the attributes that a class states the type of, and nothing in it gives another value."""
    stated = {
        each.target.id: _text(each.annotation)
        for each in definition.body
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name) and not _is_none(each.value)
    }
    for each in ast.walk(definition) if stated else ():
        if isinstance(each, ast.Attribute) and isinstance(each.ctx, ast.Store):
            stated.pop(each.attr, None)
        elif isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            stated.pop(each.name, None)
    return stated


def _is_none(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _buffer(statement: ast.stmt) -> str:
    """Return the name of the buffer that a statement registers."""
    match statement:
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(attr="register_buffer"), args=[ast.Constant(value=str(name)), *_]
            )
        ):
            return name
        case ast.Assign(
            targets=[ast.Attribute(value=ast.Name(), attr=attribute)],
            value=ast.Call(func=ast.Attribute(attr="Buffer") | ast.Name(id="Buffer")),
        ):
            return attribute
    return ""


def _text(annotation: ast.expr | None) -> str:
    if annotation is None:
        return ""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value
    chain = chain_of(annotation)
    return ".".join(chain) if chain else ast.unparse(annotation)


class Project:
    """The outlines of the files of a project, and what paths lead to among them.

    Files are known by their path from the project's root, with slashes: ``pkg/nets/unet.py``.
    """

    def __init__(self, outlines: dict[str, Outline] | None = None) -> None:
        self.outlines = outlines or {}
        #: Path of a module without its ending, of a package that of its folder -> its file.
        self._files = {path.removesuffix("/__init__.py").removesuffix(".py"): path for path in self.outlines}
        #: What an import that does not lead outside can start with: no path is looked for without need.
        self._looked_up: dict[tuple[str, str], Defined | str | None] = {}
        self._tops = {part for path in self._files for part in path.split("/")}

    def imports(self, framework: str) -> bool:
        """Whether a file of the project imports a framework."""
        return framework in self._imported

    @functools.cached_property
    def _imported(self) -> set[str]:
        """The tops of what the files import from anywhere."""
        return {
            path.split(".", maxsplit=1)[0]
            for each in self.outlines.values()
            for path in (*each.imports.values(), *each.stars)
        }

    def lookup(self, path: str, file: str) -> Defined | str | None:
        """Return what a path that an import of a file binds leads to.

        Args:
            path: ``.base.Net``, ``pkg.base.Net``.
            file: in which the import stands.

        Returns:
            What the project defines; the full name of something from outside, as far as files of the project import
            it; None where the path does not lead into the project, or to nothing known.
        """
        key = (path, file)
        if key not in self._looked_up:
            start = self._module(path, file)
            self._looked_up[key] = self._follow(*start, _STEPS) if start is not None else None
        return self._looked_up[key]

    def local(self, name: str, file: str) -> Defined | str | None:
        """Return what a dotted name means at a file's top level, None where that is not known.

        A builtin's name is its own.
        """
        if not name:
            return None
        return self._follow(file, name.split("."), _STEPS) or (name if name in BUILTINS else None)

    def outline_of(self, defined: Defined) -> ClassOutline | None:
        """Return the class that a name stands for, None for a function."""
        return self.outlines[defined.file].classes.get(defined.name)

    def derives(self, defined: Defined, is_base: Callable[[str], bool]) -> bool | None:
        """Whether a class of the project derives from a class from outside for which ``is_base`` holds.

        Returns:
            None where a base is not known, and none that is known decides.
        """
        return self._derives_from(defined, is_base, set())

    def _derives_from(
        self, defined: Defined, is_base: Callable[[str], bool], seen: set[Defined]
    ) -> bool | None:
        found = self.outline_of(defined)
        if found is None or defined in seen:
            return None
        seen.add(defined)
        answer: bool | None = False
        for base in found.bases:
            meaning = self.local(base, defined.file)
            if isinstance(meaning, Defined):
                inner = self._derives_from(meaning, is_base, seen)
            elif meaning is None:
                inner = None
            else:
                inner = is_base(meaning)
            if inner:
                return True
            if inner is None:
                answer = None
        return answer

    def line(self, defined: Defined) -> Iterator[ClassOutline]:
        """Yield a class and those of the project from which it derives."""
        pending, seen = [defined], set[Defined]()
        while pending:
            each = pending.pop()
            found = self.outline_of(each)
            if found is None or each in seen:
                continue
            seen.add(each)
            yield found
            meanings = (self.local(base, each.file) for base in found.bases)
            pending += [meaning for meaning in meanings if isinstance(meaning, Defined)]

    @functools.cached_property
    def bases(self) -> frozenset[Defined]:
        """The classes of the project from which others of it derive."""
        return frozenset(
            meaning
            for file, held in self.outlines.items()
            for each in held.classes.values()
            for base in each.bases
            if isinstance(meaning := self.local(base, file), Defined)
        )

    @functools.cached_property
    def imported(self) -> dict[str, set[str]]:
        """File -> the names that other files import from it at their top level; ``*`` for all."""
        found: dict[str, set[str]] = {}
        for file, held in self.outlines.items():
            paths = [*held.imports.values(), *(f"{module}.*" for module in held.stars)]
            for path in paths:
                start = self._module(path, file)
                if start is not None:
                    # Of a module that is imported whole any name may be asked for.
                    found.setdefault(start[0], set()).update(start[1][:1] or ["*"])
        return found

    # -- how paths lead on ---------------------------------------------------------------------------------------

    def _follow(self, file: str, names: list[str], steps: int) -> Defined | str | None:
        """Return what ``names[0].names[1]…`` of a file's top level means."""
        if not names or not steps:
            return None
        held = self.outlines[file]
        first, rest = names[0], names[1:]
        if first in held.classes or first in held.functions:
            return Defined(file, first) if not rest else None
        if first in held.aliases:
            return self._follow(file, [*held.aliases[first].split("."), *rest], steps - 1)
        if first in held.imports:
            path = ".".join([held.imports[first], *rest])
            start = self._module(path, file)
            return path if start is None else self._follow(*start, steps - 1)
        submodule = self._files.get(_below(_folder(file), first)) if held.is_package else None
        if submodule is not None:
            return self._follow(submodule, rest, steps - 1)
        outside = []
        for module in reversed(held.stars):  # the last one wins
            start = self._module(module, file)
            if start is None:
                outside.append(module)
                continue
            found = self._follow(start[0], [*start[1], *names], steps - 1)
            if found is not None:
                return found
        return ".".join([outside[0], *names]) if len(outside) == 1 == len(held.stars) else None

    def _module(self, path: str, file: str) -> tuple[str, list[str]] | None:
        """Split a path into the file of the project that it leads to, and the names in that; None: it leads outside."""
        level = len(path) - len(path.lstrip("."))
        names = path[level:].split(".") if path[level:] else []
        folder = _folder(file)
        if level:
            for _ in range(level - 1):
                folder = _folder(folder)
            package = self._files.get(folder)
            return self._longest(folder, names) or ((package, names) if package else None)
        if names[0] not in self._tops:
            return None
        # What is imported is found from a folder that is no package: a script's own, or one above.
        while True:
            if folder not in self._files:
                for start in (folder, _below(folder, "src")):
                    found = self._longest(start, names)
                    if found is not None:
                        return found
            if not folder.strip("/"):
                return None
            folder = _folder(folder)

    def _longest(self, folder: str, names: list[str]) -> tuple[str, list[str]] | None:
        for count in range(len(names), 0, -1):
            file = self._files.get(_below(folder, *names[:count]))
            if file is not None:
                return file, names[count:]
        return None


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _below(folder: str, *names: str) -> str:
    return "/".join([folder, *names]) if folder else "/".join(names)


@dataclass(frozen=True, slots=True)
class Place:
    """A file and the project that it is part of."""

    project: Project
    file: str

    def lookup(self, path: str) -> Defined | str | None:
        """Return what a path that an import of the file binds leads to (see :meth:`Project.lookup`)."""
        return self.project.lookup(path, self.file)

    def derives(self, is_base: Callable[[str], bool]) -> bool:
        """Whether a class of the file's top level derives, through the project, from such a class from outside."""
        classes = self.project.outlines[self.file].classes if self.file in self.project.outlines else {}
        return any(self.project.derives(Defined(self.file, name), is_base) for name in classes)

    def leads_to(self, framework: str) -> bool:
        """Whether an import of the file leads, through others of the project, to a framework."""
        outline = self.project.outlines.get(self.file)
        paths = outline.imports.values() if outline is not None else ()
        found = (self.lookup(path) for path in paths)
        return any(isinstance(each, str) and each.split(".")[0] == framework for each in found)

    def gives(self, name: str) -> bool:
        """Whether another file of the project imports a name from this one, by this name."""
        return name in self.project.imported.get(self.file, ())

    def is_imported(self, name: str) -> bool:
        """Whether another file of the project imports a name from this one."""
        return bool({name, "*"} & self.project.imported.get(self.file, set()))
