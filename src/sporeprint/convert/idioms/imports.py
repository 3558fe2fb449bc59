"""Imports: out goes what nothing needs any more, in comes what the new text names.

A new import takes the place of the source framework's import that its users came through, so that an import inside a
function, a ``try`` or ``if TYPE_CHECKING`` stays there. Names are chosen so that nothing of the user's is captured:
``ops`` is taken only if the file uses that name for nothing else.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

from sporeprint.catalog import Import
from sporeprint.convert.adapters import Adapter
from sporeprint.convert.edits import Edit
from sporeprint.convert.idioms import einops
from sporeprint.convert.names import BUILTINS, Scope, Use
from sporeprint.convert.residual import Reference
from sporeprint.convert.symbols import Defined

if TYPE_CHECKING:
    from sporeprint.convert.file import FileConversion

_WIDTH = 88
_COMMENT = re.compile(rb"#[^\r\n]*")
_BLANK = re.compile(rb"[ \t]*(?:\r\n|\r|\n)")


def concerns(conversion: FileConversion) -> bool:
    """Whether the file imports the source framework at all."""
    source = conversion.options.source
    return any(leads_to(source, conversion.meaning(path)) for _, path in conversion.names.imported) or any(
        module.split(".")[0] == source for module, _ in conversion.names.stars
    )


def is_mixed(conversion: FileConversion) -> bool:
    """Whether the file imports the target framework or adapters already.

    Then an earlier conversion, or its author, has dealt with its methods: ``x.flatten()`` may be the target's.
    """
    tops = {conversion.options.to, conversion.adapters_from.lstrip("."), einops.MODULE}
    return any(path.lstrip(".").split(".")[0] in tops for _, path in conversion.names.imported)


def roots(conversion: FileConversion) -> set[str] | None:
    """Return the names that can lead to the source framework, None where a star import makes that any name."""
    if conversion.names.stars:
        return None
    source = conversion.options.source
    found = {name for name, path in conversion.names.imported if leads_to(source, conversion.meaning(path))}
    for scope in conversion.names.scopes:
        for name, bindings in scope.names.items():
            for each in bindings:
                if each.kind == "assign" and isinstance(each.value, ast.Attribute | ast.Name):
                    found.add(name)
    return found


def leads_to(source: str, meaning: Defined | str) -> bool:
    """Whether what an imported path means is something of the source framework's."""
    return isinstance(meaning, str) and (meaning == source or meaning.startswith(f"{source}."))


def through_star(conversion: FileConversion, root: str, scope: Scope) -> str | None:
    """Return the path of a name that only a star import of the source framework can have bound."""
    paths = through_stars(conversion, root, scope)
    others = [
        module for module, _ in conversion.names.stars if module.split(".")[0] != conversion.options.source
    ]
    return paths[0] if len(paths) == 1 and not others else None


def through_stars(conversion: FileConversion, root: str, scope: Scope) -> list[str]:
    """Return the paths of the source framework's that star imports may have bound to a name."""
    if not conversion.names.stars or scope.holder(root) is not None or root in BUILTINS:
        return []
    paths = {
        f"{module}.{root}"
        for module, _ in conversion.names.stars
        if conversion.apis.longest(conversion.apis.canonical(f"{module}.{root}")) is not None
    }
    return sorted(paths)


def declared_global(conversion: FileConversion, statement: ast.stmt, name: str) -> bool:
    """Whether an import stands in a function that declares its name global."""
    return any(
        scope.elsewhere.get(name) == "global" for each, scope in conversion.names.imports if each is statement
    )


def same_name(conversion: FileConversion, use: Use, target: ast.expr) -> Import | None:
    """Return the import under which a bare name can stay as it is: ``from torch import Tensor``."""
    if use.attributes or not isinstance(target, ast.Attribute) or target.attr != use.root:
        return None
    bindings = conversion.names.bindings(use.root, use.scope)
    plain = all(
        isinstance(b.statement, ast.ImportFrom) and isinstance(b.node, ast.alias) and b.node.asname is None
        for b in bindings
    )
    if not bindings or not plain or not isinstance(target.value, Reference) or target.value.target is None:
        return None
    return Import(use.root, target.value.target.path, target.attr)


def convert(conversion: FileConversion) -> Callable[[Hashable], str]:
    """Plan the edits of the import statements; return the name that each needed thing got."""
    kept = _kept_names(conversion)
    removable = _removable(conversion, kept)
    naming = _Naming(conversion, removable)
    additions: dict[ast.stmt | None, list[Hashable]] = {}
    at_top = _statements_at_top(conversion)
    top = at_top[0] if at_top else None
    for key, anchors in conversion.needed.items():
        if naming.present(key):
            continue
        places = {None if anchor in at_top else anchor for anchor in anchors}
        if None in places:
            # One import at the top serves all, but for what the module itself runs before it.
            places = {each for each in places if each is None or _runs_before(conversion, each, top)}
        blocks: set[int] = set()
        for place in sorted(places, key=lambda each: each.lineno if each else 0):
            block = id(conversion.names.parents[place][1]) if place is not None else 0
            if block not in blocks:  # the first import of a block serves the rest of it
                additions.setdefault(place, []).append(key)
            blocks.add(block)
    for statement, _ in conversion.names.imports:
        keys = additions.get(statement, []) + (additions.get(None, []) if statement is top else [])
        _rewrite(conversion, statement, removable.get(statement, []), naming.lines(keys))
    if top is None and None in additions:
        _insert(conversion, naming.lines(additions[None]))
    return naming.name


def _statements_at_top(conversion: FileConversion) -> list[ast.stmt]:
    """Return the source framework's imports that stand unconditionally in the module itself, in order."""
    return [
        statement
        for statement, scope in conversion.names.imports
        if scope.kind == "module"
        and isinstance(conversion.names.parents[statement][0], ast.Module)
        and _is_source(conversion, statement)
    ]


def _runs_before(conversion: FileConversion, statement: ast.stmt, top: ast.stmt | None) -> bool:
    scope = next(scope for each, scope in conversion.names.imports if each is statement)
    return scope.kind == "module" and top is not None and statement.lineno < top.lineno


def _is_source(conversion: FileConversion, statement: ast.stmt) -> bool:
    source = conversion.options.source
    if isinstance(statement, ast.ImportFrom):
        return not statement.level and (statement.module or "").split(".")[0] == source
    return isinstance(statement, ast.Import) and any(a.name.split(".")[0] == source for a in statement.names)


def _kept_names(conversion: FileConversion) -> set[tuple[int, str]]:
    """Return the (scope, name) pairs, of names that imports bind, that something in the file still needs."""
    done = {id(use) for use in conversion.done}
    imported = {name for name, _ in conversion.names.imported}
    needed: set[tuple[int, str]] = set()
    for use in conversion.names.uses:
        if use.root not in imported or id(use) in done or use.role == "string":
            continue
        holder = use.scope.holder(use.root)
        if holder is not None:
            needed.add((id(holder), use.root))
    needed |= {(id(conversion.names.module), name) for name in conversion.kept_in_strings}
    return needed


def _removable(conversion: FileConversion, kept: set[tuple[int, str]]) -> dict[ast.stmt, list[ast.alias]]:
    """Return, per import statement, the aliases that nothing needs any more."""
    used = {(id(use.scope.holder(use.root)), use.root) for use in conversion.done}
    exported = _exported(conversion)
    removable: dict[ast.stmt, list[ast.alias]] = {}
    for statement, scope in conversion.names.imports:
        if not _is_source(conversion, statement):
            continue
        for alias in statement.names:
            if isinstance(statement, ast.Import) and alias.name.split(".")[0] != conversion.options.source:
                continue
            if alias.name == "*":
                if _star_is_spent(conversion):
                    removable.setdefault(statement, []).append(alias)
                continue
            name = alias.asname or alias.name.split(".")[0]
            if isinstance(statement, ast.ImportFrom):
                name = alias.asname or alias.name
            declared = scope.elsewhere.get(name) == "global"
            holder = scope.module if declared else scope
            bindings = holder.names.get(name, [])
            if any(each.kind != "import" for each in bindings) or (id(holder), name) in kept:
                continue
            path = bindings[0].path if bindings else ""
            if (id(holder), name) in used or conversion.apis.is_namespace(path):
                if holder.kind == "module" and name in exported:
                    conversion.found(statement, "left", path, f"{name} is exported from here",
                                     "export the counterpart instead")  # fmt: skip
                    continue
                if holder.kind == "module" and conversion.place is not None and conversion.place.gives(name):
                    conversion.found(statement, "left", path, f"another file imports {name} from here",
                                     "import the counterpart there instead")  # fmt: skip
                    continue
                if holder.kind == "class":
                    continue  # an attribute of the class, which others may read
                removable.setdefault(statement, []).append(alias)
            elif holder.kind == "module" and _is_nobodys(conversion, name, exported):
                removable.setdefault(statement, []).append(alias)
            elif holder.kind == "module":
                conversion.found(statement, "left", path, "imported, but not used in this file",
                                 "delete the import, or write it by hand where it is exported to")  # fmt: skip
    return removable


def _is_nobodys(conversion: FileConversion, name: str, exported: set[str]) -> bool:
    """Whether a name that this file does not use is imported by no other file of the project either."""
    place = conversion.place
    return place is not None and name not in exported and not place.is_imported(name)


def _exported(conversion: FileConversion) -> set[str]:
    """Return the names that others are told to import from this file."""
    exported: set[str] = set()
    for binding in conversion.names.module.names.get("__all__", []):
        if isinstance(binding.value, ast.List | ast.Tuple):
            exported |= {str(e.value) for e in binding.value.elts if isinstance(e, ast.Constant)}
    if conversion.is_stub:  # there, `import x as x` says that others may import it from here
        exported |= {
            alias.name
            for statement, scope in conversion.names.imports
            if scope.kind == "module"
            for alias in statement.names
            if alias.asname == alias.name
        }
    if conversion.report.path.endswith("__init__.py"):
        exported |= {
            alias.asname or alias.name
            for statement, scope in conversion.names.imports
            if scope.kind == "module" and isinstance(statement, ast.ImportFrom)
            for alias in statement.names
        }
    return exported


def _star_is_spent(conversion: FileConversion) -> bool:
    """Whether every name that a star import may have bound has been converted."""
    done = {id(use) for use in conversion.done}
    return all(
        id(use) in done
        for use in conversion.names.uses
        if use.root and use.root not in BUILTINS and use.scope.holder(use.root) is None
        and not use.root.startswith("__")
    )  # fmt: skip


class _Naming:
    """Chooses the names under which the new imports are known in the file."""

    def __init__(self, conversion: FileConversion, removable: dict[ast.stmt, list[ast.alias]]) -> None:
        self._conversion = conversion
        self._chosen: dict[Hashable, str] = {}
        names = conversion.names
        left = Counter(names.identifiers)
        left.subtract(Counter(use.root for use in conversion.done if use.role != "string"))
        self._taken = {name for name, count in left.items() if count > 0}
        for statement, _ in names.imports:
            gone = removable.get(statement, [])
            for alias in statement.names:
                if alias not in gone:
                    self._taken.add(alias.asname or alias.name.split(".")[0])
        self._present: dict[str, str] = {}
        for name, bindings in names.module.names.items():
            if len(bindings) == 1 and bindings[0].kind == "import":
                plain = isinstance(names.parents[bindings[0].statement][0], ast.Module)  # type: ignore[index]
                if plain and bindings[0].path.split(".")[0] != conversion.options.source:
                    self._present.setdefault(bindings[0].path, name)

    def _path(self, key: Hashable) -> str:
        if isinstance(key, Adapter):
            module = self._conversion.adapters_from
            return f"{module}{key.name}" if module.endswith(".") else f"{module}.{key.name}"
        assert isinstance(key, Import)
        return key.path

    def present(self, key: Hashable) -> bool:
        """Whether the file imports it already."""
        name = self._present.get(self._path(key))
        if name is None or (isinstance(key, Import) and key.name == key.member and name != key.name):
            return False
        self._chosen[key] = name
        return True

    def name(self, key: Hashable) -> str:
        """Return the name of a module, a member or an adapter in this file."""
        if key not in self._chosen:
            wanted = key.name  # type: ignore[attr-defined]
            number = 1
            name = wanted
            while name in self._taken:
                prefix = {"mindspore": "ms", "torch": "torch"}[self._conversion.options.to]
                name = f"{prefix}_{wanted}" if number == 1 else f"{prefix}_{wanted}_{number}"
                number += 1
            self._chosen[key] = name
            self._taken.add(name)
        return self._chosen[key]

    def lines(self, keys: list[Hashable]) -> list[str]:
        """Return the import statements for some keys."""
        plain: list[str] = []
        members: dict[str, list[str]] = {}
        for key in keys:
            name = self.name(key)
            if isinstance(key, Adapter):
                members.setdefault(self._conversion.adapters_from, []).append(_as(key.name, name))
            elif isinstance(key, Import) and key.member:
                members.setdefault(key.module, []).append(_as(key.member, name))
            elif isinstance(key, Import):
                plain.append(f"import {key.module}" + (f" as {name}" if name != key.module else ""))
        found = sorted(plain)
        for module in sorted(members, key=lambda each: (each == self._conversion.adapters_from, each)):
            wanted = sorted(set(members[module]), key=lambda each: (not each[0].isupper(), each))
            line = f"from {module} import {', '.join(wanted)}"
            if len(line) > _WIDTH:
                line = f"from {module} import (\n" + "".join(f"    {each},\n" for each in wanted) + ")"
            found.append(line)
        return found


def _as(member: str, name: str) -> str:
    return member if member == name else f"{member} as {name}"


def _rewrite(
    conversion: FileConversion,
    statement: ast.Import | ast.ImportFrom,
    gone: list[ast.alias],
    lines: list[str],
) -> None:
    """Plan the edit of one import statement: aliases out, new lines in."""
    if not gone and not lines:
        return
    source = conversion.source
    start, end = source.span(statement)
    line_start = source.starts[statement.lineno - 1]
    indent = source.data[line_start:start]
    rest_end = _line_end(source.data, end)
    rest = source.data[end:rest_end]
    alone = not indent.strip() and (not rest.strip() or rest.strip().startswith(b"#"))
    kept = [alias for alias in statement.names if alias not in gone]
    newline = source.newline
    text = [line.replace("\n", newline.decode()).encode() for line in lines]
    if not alone:
        parts = text + ([_written(statement, kept).encode()] if kept else [])
        joined = b"; ".join(part.replace(newline, b" ") for part in parts)
        conversion.edits.append(Edit(start, end, [joined or b"pass"]))
        return
    if len(kept) == len(statement.names):
        head = b"".join(indent + part.replace(newline, newline + indent) + newline for part in text)
        conversion.edits.append(Edit(line_start, line_start, [head], order=-3))
        return
    if kept:
        text.append(_written(statement, kept).encode())
    parent, block = conversion.names.parents[statement]
    comments = [each for each in _COMMENT.findall(source.data[start:end]) if not _only_for_tools(each)]
    text = [each.rstrip() for each in comments] + text
    if isinstance(parent, ast.Try) and parent.handlers and not kept and len(text) == len(comments):
        # Whether it can be imported decides what is done: the same is asked of the target.
        text.append(f"import {conversion.options.to}".encode())
    if len(text) == len(comments) and _is_emptied(conversion, block, statement, gone):
        text.append(b"pass")
    if text:
        joined = (newline + indent).join(part.replace(newline, newline + indent) for part in text)
        tail = b"" if _only_for_tools(rest) and not kept else rest
        conversion.edits.append(Edit(start, rest_end, [joined, tail.rstrip() if tail.strip() else b""]))
        return
    if rest.strip() and not _only_for_tools(rest):
        conversion.edits.append(Edit(start, rest_end, [rest.strip()]))
        return
    position = _next_line(source.data, rest_end)
    if block[0] is statement and len(block) > 1 and block is not conversion.tree.body:
        blank = _BLANK.match(source.data, position)
        position = blank.end() if blank else position  # the line that set the import off from the code
    conversion.edits.append(Edit(line_start, position, []))


def _is_emptied(
    conversion: FileConversion, block: list[ast.stmt], statement: ast.stmt, gone: list[ast.alias]
) -> bool:
    """Whether taking the statement out leaves its block without any. The last of several gets the ``pass``."""
    parent, _ = conversion.names.parents[statement]
    return not isinstance(parent, ast.Module) and (
        len(block) == 1 or (statement is block[-1] and all(_is_source(conversion, each) for each in block))
    )


def _only_for_tools(comment: bytes) -> bool:
    text = comment.strip().lstrip(b"# ").lower()
    return text.startswith((b"noqa", b"type: ignore", b"pylint", b"isort", b"pyright", b"ruff"))


def _written(statement: ast.Import | ast.ImportFrom, aliases: list[ast.alias]) -> str:
    names = ", ".join(_as(alias.name, alias.asname or alias.name) for alias in aliases)
    if isinstance(statement, ast.Import):
        return f"import {names}"
    return f"from {'.' * statement.level}{statement.module or ''} import {names}"


def _line_end(data: bytes, position: int) -> int:
    ends = [at for at in (data.find(b"\n", position), data.find(b"\r", position)) if at >= 0]
    return min(ends, default=len(data))


def _next_line(data: bytes, position: int) -> int:
    if data.startswith(b"\r\n", position):
        return position + 2
    return position + 1 if position < len(data) else position


def _insert(conversion: FileConversion, lines: list[str]) -> None:
    """Insert imports where the file has no import of the source framework at its top level."""
    source = conversion.source
    after = 0
    for statement in conversion.tree.body:
        docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
        if not (docstring or future or isinstance(statement, ast.Import | ast.ImportFrom)):
            break
        after = _next_line(source.data, _line_end(source.data, source.span(statement)[1]))
    if not after and source.data.startswith(b"#"):
        while source.data.startswith(b"#", after):
            after = _next_line(source.data, _line_end(source.data, after))
    newline = source.newline.decode()
    text = "".join(line.replace("\n", newline) + newline for line in lines)
    conversion.edits.append(Edit(after, after, [text.encode()], order=-3))
