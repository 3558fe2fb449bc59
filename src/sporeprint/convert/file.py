"""The conversion of one file: from its bytes to edits and an account of them."""

from __future__ import annotations

import ast
import traceback
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, partial

from sporeprint import catalog as catalogs
from sporeprint.catalog import Body, Catalog
from sporeprint.convert import adapters, edits, methods
from sporeprint.convert.apis import Apis
from sporeprint.convert.calls import Calls
from sporeprint.convert.dtypes import Dtypes
from sporeprint.convert.edits import Edit, Named
from sporeprint.convert.idioms import attributes, buffers, einops, imports, lookups, modules, steering
from sporeprint.convert.idioms.inplace import InPlace
from sporeprint.convert.markers import Markers
from sporeprint.convert.names import Binding, Names, Scope, Use, chain_of
from sporeprint.convert.report import FileReport, Finding
from sporeprint.convert.residual import Argument, Reference
from sporeprint.convert.rewrite import ATOM, Renderer, Signatures, Unwritable, has_comment
from sporeprint.convert.source import Source, SourceError, check
from sporeprint.convert.symbols import Defined, Place
from sporeprint.convert.types import BUILTIN_TYPES, Types, owner_of
from sporeprint.facts import facts


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for.

    Attributes:
        to: the target framework, "mindspore" or "torch".
        fidelity: "native" or "exact".
    """

    to: str = "mindspore"
    fidelity: str = "native"

    @property
    def source(self) -> str:
        """The framework to convert from."""
        return catalogs.SOURCE_OF[self.to]


@dataclass(slots=True)
class Converted:
    """The outcome: the file's new bytes (the old ones where nothing changed), the account, the adapters it needs.

    ``einops`` says whether it needs the module that makes MindSpore known to einops.
    """

    data: bytes
    report: FileReport
    adapters: set[str]
    einops: bool = False


@cache
def _apis(catalog: Catalog) -> Apis:
    return Apis(catalog)


def convert_bytes(
    raw: bytes,
    path: str,
    options: Options,
    adapters_from: str,
    catalog: Catalog | None = None,
    place: Place | None = None,
    source: Source | None = None,
) -> Converted:
    """Convert the bytes of one file.

    Args:
        raw: the file.
        path: its name, for the account.
        options: what to convert to, and how faithfully.
        adapters_from: the module from which the file can import adapters, as it stands in an import statement.
        catalog: the counterparts; by default Sporeprint's own.
        place: where the file stands in its project; without it, nothing is known of what other files define.
        source: the file, if it has been read as Python before.

    Returns:
        The outcome. A file that cannot be converted comes back as it was, with a finding that says why.
    """
    catalog = catalog or catalogs.load(options.source)
    named = options.source.encode() in raw or b"\0" in raw[:4]
    if not named and place is not None:
        named = (
            (b"einops" in raw and place.project.imports(options.source))
            or place.leads_to(options.source)
            or place.derives(partial(modules.is_base, catalog))
        )
    if not named:
        return Converted(raw, FileReport(path), set())
    try:
        source = source if source is not None and source.raw == raw else Source(raw)
        conversion = FileConversion(source, path, options, adapters_from, catalog, place)
        converted = conversion.run(raw)
        vars(
            conversion
        ).clear()  # no cycles remain, so nothing has to look for them: that took a fifth of the time
        return converted
    except SourceError as error:
        finding = Finding(error.line, error.column, "failed", "", f"cannot be read as Python: {error.message}",
                          "correct the file, or leave it out")  # fmt: skip
        return Converted(raw, FileReport(path, findings=[finding]), set())
    except RecursionError:
        finding = Finding(0, 0, "failed", "", "nested too deeply", "convert it by hand")
        return Converted(raw, FileReport(path, findings=[finding]), set())
    except Exception as error:  # a fault of ours in one file must not cost the others
        where = traceback.extract_tb(error.__traceback__)[-1]
        reason = f"a fault of Sporeprint: {type(error).__name__}: {error} ({where.name}:{where.lineno})"
        finding = Finding(0, 0, "failed", "", reason, "convert it by hand; please report this file")
        return Converted(raw, FileReport(path, findings=[finding]), set())


def _stated(annotation: str) -> str:
    """Return the type that an annotation in another file states, as far as its text alone tells."""
    if annotation in ("Tensor", "torch.Tensor"):
        return "tensor"
    return annotation if annotation in BUILTIN_TYPES else ""


#: Where a class that stands as a value may be meant to be compared with another's type.
_LOOKED_UP = (ast.Compare, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Subscript)
#: What asks a class for what it has.
_ASKING = [["getattr"], ["setattr"], ["delattr"], ["hasattr"], ["vars"], ["dir"]]


class FileConversion:
    """Plans the edits of one file.

    The idioms (``convert/idioms``) work on this object: they ask what names stand for, plan edits and report.
    """

    def __init__(
        self,
        source: Source,
        path: str,
        options: Options,
        adapters_from: str,
        catalog: Catalog,
        place: Place | None,
    ) -> None:
        tree = source.tree
        self.source = source
        self.tree = tree
        self.options = options
        self.catalog = catalog
        self.adapters_from = adapters_from
        self.place = place
        self.apis = _apis(self.catalog)
        self._defaults: Mapping[str, Mapping[str, str]] = facts(options.to)["defaults"]
        self._signatures: Signatures = facts(options.to)["signatures"]
        self.watched = methods.watched(self.catalog, self.options.fidelity)
        self.names = Names(tree, self.watched.every)
        self.report = FileReport(path)
        self.edits: list[Edit] = []
        self.markers = Markers(source)
        #: What the new text names, and the import of the source framework beside which it has to be imported.
        self.needed: dict[Hashable, set[ast.stmt | None]] = {}
        self._anchors: dict[tuple[Scope, str], set[ast.stmt | None]] = {}
        self._pending: list[tuple[Hashable, Use]] = []
        self._paths: dict[Use, str | None] = {}
        #: Uses of each name that no longer need their import.
        self.done: list[Use] = []
        #: What stands in text that is taken out.
        self.gone: set[ast.AST] = set()
        #: Assignments of ``nn.Buffer(…)``, which become registrations.
        self.buffers: set[ast.stmt] = set()
        #: Assignments that an adapter makes.
        self.assigned: set[ast.stmt] = set()
        self.kept_in_strings: set[str] = set()  # names that string annotations still use
        self.uses_einops = False
        self.modules: dict[ast.ClassDef, Scope] = {}  # and the scope that each is defined in
        self.separate: set[ast.ClassDef] = (
            set()
        )  # modules that may hold others whose modes they leave as they are
        self.calls = Calls(self)
        self.in_place = InPlace(self)
        bases = place.project.bases if place is not None else ()
        here = frozenset(each.name for each in bases if place is not None and each.file == place.file)
        self.types = Types(
            self.names, self.catalog, self.api, self.modules, self._elsewhere, self._field_elsewhere, here
        )
        self.dtypes = Dtypes(self.names, self.catalog, self.types)

    @cached_property
    def roots(self) -> set[str] | None:
        """The names that can lead to the source framework, None where a star import makes that any name."""
        return imports.roots(self)

    @cached_property
    def leading(self) -> list[Use]:
        """The uses that can lead to the source framework, and annotations in strings."""
        roots, uses = self.roots, self.names.uses
        return uses if roots is None else [use for use in uses if use.root in roots or use.role == "string"]

    @property
    def is_stub(self) -> bool:
        """Whether it says what another file defines: nothing in it is run."""
        return self.report.path.endswith(".pyi")

    def run(self, raw: bytes) -> Converted:
        """Plan, apply, and check the result."""
        modules.find(self)
        if not imports.concerns(self) and not self.modules and not einops.concerns(self):
            return Converted(raw, self.report, set())
        einops.convert(self)
        if imports.is_mixed(self):
            self.report.findings.append(Finding(1, 1, "mixed", "", f"it imports {self.options.to} already"))
        else:
            for method in self.names.method_calls:
                self.calls.method(method)
            if self.options.to == "mindspore":
                self.in_place.convert()
        steering.convert(self)
        buffers.register(self)
        for use in self.leading:
            self._use(use)
        modules.convert(self)
        if not imports.is_mixed(self):
            attributes.convert(self)
            buffers.convert(self)
        naming = imports.convert(self)
        self.markers.write(self.edits)
        self.report.findings.sort()
        if not self.edits:
            return Converted(raw, self.report, set())
        data = edits.apply(self.source.data, self.edits, naming)
        try:
            check(data)
        except SourceError as error:
            finding = Finding(
                error.line, error.column, "failed", "", f"the conversion would not parse: {error.message}",
                "convert it by hand; please report this file",
            )  # fmt: skip
            return Converted(raw, FileReport(self.report.path, findings=[finding]), set())
        self.report.changed = data != self.source.data
        used = {key.name for key in self.needed if isinstance(key, adapters.Adapter)}
        new = self.source.encode(data) if self.report.changed else raw
        return Converted(new, self.report, used, self.uses_einops)

    # -- findings -------------------------------------------------------------------------------------------

    def found(self, node: ast.expr | ast.stmt, fate: str, api: str, reason: str = "", todo: str = "") -> None:
        """Add a finding at a node, and a marker to its line where a person has to look."""
        start = self.source.span(node)[0]
        line_start = self.source.starts[node.lineno - 1]
        before = self.source.data[line_start:start]
        column = (len(before) if before.isascii() else len(before.decode("utf-8", "replace"))) + 1
        self.report.findings.append(Finding(node.lineno, column, fate, api, reason, todo))
        if fate in ("left", "differs"):
            self.markers.add(node.lineno, f"{api}: {reason}" if api else reason)

    def left(self, use: Use, api: str, reason: str, todo: str = "") -> None:
        """Report a use that stays as it was."""
        if use.in_fstring or use.role == "string":
            self.found(use.statement, "left", api, reason, todo)
        else:
            self.found(use.node, "left", api, reason, todo)

    # -- uses of names ----------------------------------------------------------------------------------------

    def path(self, use: Use) -> str | None:
        """Return the full API name that a use stands for, None where it is not the source framework's."""
        if use not in self._paths:
            self._paths[use] = self._path(use)
        return self._paths[use]

    def _path(self, use: Use) -> str | None:
        base = self.names.path_of(use.root, use.scope)
        if base is None:
            base = imports.through_star(self, use.root, use.scope)
        found = self.meaning(".".join([base, *use.attributes])) if base is not None else None
        if not isinstance(found, str) or not imports.leads_to(self.options.source, found):
            return None
        return self.apis.canonical(found)

    def api(self, path: str) -> str:
        """Return the public name of what an imported path means, the path itself where the project defines it."""
        found = self.meaning(path)
        return self.apis.canonical(found) if isinstance(found, str) else path

    def _elsewhere(self, path: str) -> str:
        """Return the type of an object of a class, or of a function's result, that another file defines."""
        found = self.meaning(path)
        if not isinstance(found, Defined) or self.place is None:
            return ""
        if self.place.project.outline_of(found) is not None:
            derives = modules.derives(self, found)
            return "module" if derives else "other" if derives is False else ""
        return _stated(self.place.project.outlines[found.file].functions.get(found.name, ""))

    def _field_elsewhere(self, path: str, name: str) -> str:
        """Return the type that a class of another file states for an attribute of its objects."""
        found = self.meaning(path)
        outline = (
            self.place.project.outline_of(found)
            if self.place is not None and isinstance(found, Defined)
            else None
        )
        return _stated(outline.fields.get(name, "")) if outline is not None else ""

    def meaning(self, path: str) -> Defined | str:
        """Return what an imported path means: something that the project defines, or a name from outside.

        A path that leads through another file of the project to an import there is followed.
        """
        if self.place is None or imports.leads_to(self.options.source, path):
            return path
        return self.place.lookup(path) or path

    def _use(self, use: Use) -> None:
        if use.node in self.gone:
            self.done.append(use)
            return
        if use.role == "string":
            self._string(use)
            return
        path = self.path(use)
        if path is None:
            self._ambiguous(use)
            return
        if use.role == "store":
            self.left(use, path, "something is assigned to it", "find what this is meant to change")
            return
        if use.in_fstring and not self.stands_where_it_says(use.node):
            self.left(use, path, "inside an f-string, whose positions this Python does not tell",
                      "convert with Python 3.12 or newer, or take it out of the f-string")  # fmt: skip
            return
        called = isinstance(use.parent, ast.Call) and use.parent.func is use.node
        if not use.attributes and not called and self.names.may_be_none(use.root, use.scope):
            self.left(use, path, "it may be None here", "decide without it whether the framework is there")
            return
        if isinstance(use.parent, ast.MatchValue) and path not in self.catalog.values:
            self.left(use, path, "a pattern compares with it", "write the case by hand")
            return
        if self.apis.is_namespace(path) and not isinstance(use.parent, ast.Call):
            self.left(use, path, "the module itself is used as a value", "pass the functions that are needed")
            return
        known = self.apis.longest(path)
        if self.apis.is_namespace(path) and lookups.convert(self, use, path):
            return
        if known is None:
            self.left(use, path, *self.apis.unknown(path))
        elif known != path:
            rest = path[len(known) + 1 :]
            if known in self.catalog.classes and rest.startswith("__"):
                self.replace(
                    use, self.reference(*self.catalog.classes[known]), known, trim=rest.count(".") + 1
                )
            else:
                self.left(use, path, f"no counterpart for .{rest} of {known}", "write it by hand")
        elif use.role == "base":
            modules.base(self, use, path)
        elif (
            isinstance(use.parent, ast.Call) and use.parent.func is use.node and path in self.catalog.entries
        ):
            self.calls.call(use.parent, use, path)
        else:
            self._value(use, path)

    def _ambiguous(self, use: Use) -> None:
        bound = self.names.bindings(use.root, use.scope)
        several = imports.through_stars(self, use.root, use.scope)
        if len(several) > 1:
            self.left(use, several[-1], "more than one star import may bind it", "import it by name")
            return
        ours = [b for b in bound if b.kind == "import" and b.path.split(".")[0] == self.options.source]
        if ours and len(bound) > 1 and use.role != "store":
            self.left(use, ours[0].path, f"{use.root} is bound to something else too",
                      "give one of the two another name")  # fmt: skip

    def _string(self, use: Use) -> None:
        """Convert the names inside a string annotation, where its text is the string's value."""
        node = use.node
        assert isinstance(node, ast.Constant)
        assert isinstance(node.value, str)
        start, end = self.source.span(node)
        text = self.source.data[start:end].decode()
        if self.options.source not in node.value and not any(
            name in node.value for name in self.names.module.names
        ):
            return
        try:
            inner = ast.parse(node.value, mode="eval")
        except (SyntaxError, ValueError):
            return
        if len(text) != len(node.value) + 2 or text[1:-1] != node.value:
            self.kept_in_strings |= {each.id for each in ast.walk(inner) if isinstance(each, ast.Name)}
            return
        within: set[ast.AST] = set()  # parts of a chain that was looked at whole
        for each in ast.walk(inner):
            if not isinstance(each, ast.Attribute | ast.Name) or each in within:
                continue
            chain = chain_of(each)
            if chain is None:
                continue
            within.update(ast.walk(each))
            inside = Use(each, chain[0], tuple(chain[1:]), use.scope, inner, use.statement, "string", False)
            path = self.path(inside)
            if path is None or self.apis.is_namespace(path):
                self.kept_in_strings.add(chain[0])
                continue
            target = self._annotation(path)
            if target is None:
                self.kept_in_strings.add(chain[0])
                self.left(
                    inside, path, "no counterpart that could stand in an annotation", "write it by hand"
                )
                continue
            assert each.end_col_offset is not None
            at = start + 1 + len(node.value.encode()[: each.col_offset])
            to = start + 1 + each.end_col_offset
            self._write_name(inside, target, path, at, to)

    # -- names without a call ---------------------------------------------------------------------------------

    def _annotation(self, path: str) -> ast.expr | None:
        """Return what stands for a class of the source framework in an annotation."""
        if path in self.catalog.annotations:
            return self.reference(*self.catalog.annotations[path])
        return self._class_expression(path)

    def _class_expression(self, path: str) -> ast.expr | None:
        """Return what stands for a class or a constant of the source framework outside a call."""
        for table in (self.catalog.classes, self.catalog.values):
            if path in table:
                return self.reference(*table[path])
        entry = self.catalog.entries.get(path)
        if entry is None:
            return None
        if entry.is_class:
            return Reference(helper=entry.native)
        returns = getattr(entry.native.definition, "returns", None)
        chain = chain_of(returns) if isinstance(returns, ast.expr) else None
        if (
            isinstance(returns, ast.expr)
            and chain
            and len(chain) == 2
            and chain[0] in ("nn", "mint")
            and chain[1] not in ("Cell", "Module")
        ):
            return self.reference(returns, entry.native.file)
        return None

    def reference(self, node: ast.expr, file: catalogs.CounterpartFile) -> ast.expr:
        """Return a name of a counterpart file as one that the converted file can import."""
        if isinstance(node, ast.Constant):
            return node
        if isinstance(node, ast.Name):
            found = file.imports.get(node.id)
            if found is None:
                return Reference(builtin=node.id)
            helper = self.catalog.bodies.get(found.path)
            return Reference(found) if helper is None else Reference(helper=helper)
        assert isinstance(node, ast.Attribute)
        return ast.Attribute(self.reference(node.value, file), node.attr, ast.Load())

    def _value(self, use: Use, path: str) -> None:
        if path in self.catalog.values or (
            path in self.catalog.classes and (use.role in ("annotation", "class") or self._compared(use))
        ):
            table = self.catalog.values if path in self.catalog.values else self.catalog.classes
            self.replace(use, self.reference(*table[path]), path)
        elif use.role in ("annotation", "class"):
            target = self._annotation(path) if use.role == "annotation" else self._class_expression(path)
            if target is None:
                self.left(use, path, "no class of the target corresponds to it", "test for something else")
            else:
                self.replace(use, target, path)
        elif path in self.catalog.entries and path not in modules.BASE.values():
            entry = self.catalog.entries[path]
            target = self._class_expression(path)
            if target is not None and (self._compared(use) or self._asked_for(use)):
                self.replace(use, target, path)
                return
            if (
                path.rpartition(".")[2][:1].isupper()
                and isinstance(use.parent, _LOOKED_UP)
                and not entry.is_class
            ):
                self.left(use, path, "the class may be looked for here, and its counterpart is a function",
                          "compare with the target's class")  # fmt: skip
                return
            if owner_of((path,)):
                self.left(use, path, "the method itself is used as a value", "call it where it is needed")
                return
            if use.scope.kind == "class" and isinstance(use.parent, ast.Assign | ast.AnnAssign):
                self.left(use, path, "in a class it would become a method, which torch's does not everywhere",
                          "assign it in the constructor, or use staticmethod")  # fmt: skip
                return
            self.to_adapter(use, path, "it is passed on as a value")
        elif (called := isinstance(use.parent, ast.Call) and use.parent.func is use.node) or (
            path not in self.catalog.classes
        ):
            what = "no counterpart for calling it yet" if called else "the class itself is used as a value"
            self.left(use, path, what, "write it by hand, or add a counterpart")
        elif isinstance(use.parent, ast.Call) and chain_of(use.parent.func) in _ASKING:
            self.left(
                use,
                path,
                "it is asked for what it has, which is under other names there",
                "ask for the target's names",
            )
        else:
            self.replace(use, self.reference(*self.catalog.classes[path]), path)
            # `list[torch.Tensor]` and `torch.Tensor | None` are types, wherever they stand.
            if not isinstance(use.parent, ast.Subscript | ast.BinOp):
                why = "the class is passed on as a value; called, it does not do the same"
                self.found(use.node, "differs", path, why, "see what is done with it")

    @staticmethod
    def _compared(use: Use) -> bool:
        """Whether a class is compared with the type of something."""
        if not isinstance(use.parent, ast.Compare):
            return False
        others = [each for each in (use.parent.left, *use.parent.comparators) if each is not use.node]
        return all(
            (isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id == "type")
            or (isinstance(each, ast.Attribute) and each.attr == "__class__")
            for each in others
        )

    def _asked_for(self, use: Use) -> bool:
        """Whether a class stands in a tuple that a name holds for nothing but isinstance and issubclass."""
        statement = use.statement
        if not isinstance(use.parent, ast.Tuple) or not isinstance(statement, ast.Assign):
            return False
        match statement.targets:
            case [ast.Name(id=name)] if statement.value is use.parent:
                holder = use.scope.holder(name)
                uses = [each for each in self.names.uses if each.root == name]
                return (
                    holder is not None
                    and len(holder.names[name]) == 1
                    and holder.kind == "function"
                    and all(each.role == "class" and not each.attributes for each in uses)
                )
        return False

    def replace(self, use: Use, target: ast.expr, api: str, *, trim: int = 0) -> None:
        """Replace a name by another name; ``trim`` attributes at its end stay."""
        start, end = self.source.span(use.node)
        for name in use.attributes[len(use.attributes) - trim :]:
            end = self.source.data.rindex(b".", start, end) if name else end
        self._write_name(use, target, api, start, end)

    def _write_name(self, use: Use, target: ast.expr, api: str, start: int, end: int) -> None:
        if has_comment(self.source, start, end):
            self.left(use, api, "a comment stands inside the name", "move the comment")
            return
        local = imports.same_name(self, use, target)
        if local is not None:
            self.need(local, use)
            self.edits.append(Edit(start, end, [Named(local)]))
        else:
            renderer = self.renderer([], use)
            self.edits.append(Edit(start, end, renderer.render(target, ATOM)))
            self.commit()
        self.done.append(use)
        self.found(use.statement if use.role == "string" else use.node, "converted", api)

    def to_adapter(self, use: Use, api: str, reason: str) -> bool:
        """Plan the edit that puts the adapter's name in place of the API's, and report it.

        Returns:
            Whether that was done; otherwise it is reported why not.
        """
        start, end = self.source.span(use.node)
        if has_comment(self.source, start, end):
            self.left(use, api, "a comment stands inside the name", "move the comment")
            return False
        key = adapters.Adapter(adapters.name_of(api))
        self.need(key, use)
        self.edits.append(Edit(start, end, [Named(key)]))
        self.done.append(use)
        self.found(use.node, "adapter", api, reason)
        return True

    # -- small questions ----------------------------------------------------------------------------------------

    def stands_where_it_says(self, node: ast.expr) -> bool:
        """Whether the text at a node's position is the node: before Python 3.12 not always so in an f-string."""
        try:
            start, end = self.source.span(node)
            text = self.source.data[start:end].decode()
            return ast.dump(ast.parse(text, mode="eval").body) == ast.dump(node)
        except (SyntaxError, ValueError, IndexError):
            return False

    def commit(self) -> None:
        """Ask for the imports that a text needs, once it is sure to be written."""
        for key, use in self._pending:
            self.need(key, use)
        self._pending.clear()

    def renderer(self, arguments: list[Argument], use: Use) -> Renderer:
        """Return what writes expressions for a use."""
        self._pending.clear()
        return Renderer(
            self.source,
            arguments,
            lambda reference: self._name_of(reference, use),
            self._defaults,
            adapters.OWNERS[self.options.to],
            self._signatures,
            quote="" if use.in_fstring else '"',
        )

    def _name_of(self, reference: Reference, use: Use) -> Named | bytes:
        if reference.builtin:
            if use.scope.holder(reference.builtin) is not None:
                raise Unwritable(f"the file gives {reference.builtin} another meaning")
            return reference.builtin.encode()
        key: Hashable
        if reference.helper is not None:
            key = adapters.Adapter(self._helper_name(reference.helper))
        else:
            assert reference.target is not None
            key = reference.target
        self._pending.append((key, use))
        return Named(key)

    def _helper_name(self, helper: Body) -> str:
        entry = self.catalog.entry_of.get(helper)
        return helper.name if entry is None else adapters.name_of(entry.apis[0])

    def need(self, key: Hashable, use: Use) -> None:
        """Ask for an import on behalf of a use, beside the import that the use came through."""
        anchors = self._anchors.get((use.scope, use.root))
        if anchors is None:
            anchors = self._anchors[use.scope, use.root] = {
                binding.statement
                for binding in self._bindings(use)
                if isinstance(binding.statement, ast.Import | ast.ImportFrom)
                and not imports.declared_global(self, binding.statement, use.root)
            } or {None}
        self.needed.setdefault(key, set()).update(anchors)

    def _bindings(self, use: Use) -> list[Binding]:
        return self.names.bindings(use.root, use.scope) if use.root else []
