"""The conversion of one file: from its bytes to edits and an account of them."""

from __future__ import annotations

import ast
import traceback
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from sporeprint import catalog as catalogs
from sporeprint.catalog import Body, Catalog, Entry
from sporeprint.convert import adapters, edits, methods
from sporeprint.convert.apis import Apis
from sporeprint.convert.edits import Edit, Kept, Named, Piece
from sporeprint.convert.idioms import imports, modules
from sporeprint.convert.inline import (
    Argument,
    NotInlined,
    Reference,
    Refused,
    bind,
    inline,
    literal,
)
from sporeprint.convert.markers import Markers
from sporeprint.convert.names import Binding, MethodCall, Names, Scope, Use, chain_of
from sporeprint.convert.report import FileReport, Finding
from sporeprint.convert.rewrite import ATOM, TEST, Renderer, Unwritable, edit_call, has_comment, places
from sporeprint.convert.source import Source, SourceError, parse
from sporeprint.convert.types import OTHER_MODULES, Types, owner_of
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
    """The outcome: the file's new bytes (the old ones where nothing changed), the account, the adapters it needs."""

    data: bytes
    report: FileReport
    adapters: set[str]


@cache
def _apis(catalog: Catalog) -> Apis:
    return Apis(catalog)


def convert_bytes(
    raw: bytes, path: str, options: Options, adapters_from: str, catalog: Catalog | None = None
) -> Converted:
    """Convert the bytes of one file.

    Args:
        raw: the file.
        path: its name, for the account.
        options: what to convert to, and how faithfully.
        adapters_from: the module from which the file can import adapters, as it stands in an import statement.
        catalog: the counterparts; by default Sporeprint's own.

    Returns:
        The outcome. A file that cannot be converted comes back as it was, with a finding that says why.
    """
    if options.source.encode() not in raw and b"\0" not in raw[:4]:
        return Converted(raw, FileReport(path), set())
    try:
        source = Source(raw)
        conversion = FileConversion(
            source, path, options, adapters_from, catalog or catalogs.load(options.source)
        )
        return conversion.run(raw)
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


#: Where a class that stands as a value may be meant to be compared with another's type.
_LOOKED_UP = (ast.Compare, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.Subscript)


_BLANKS = (b" ", b"\t", b"\f", b"\n", b"\r", b"\\")
_WITH_ARTICLE = {"Tensor": "a tensor", "Module": "a module", "Cell": "a cell", "Optimizer": "an optimizer"}


class FileConversion:
    """Plans the edits of one file.

    The idioms (``convert/idioms``) work on this object: they ask what names stand for, plan edits and report.
    """

    def __init__(
        self, source: Source, path: str, options: Options, adapters_from: str, catalog: Catalog
    ) -> None:
        tree = source.parse()
        self.source = source
        self.tree = tree
        self.options = options
        self.catalog = catalog
        self.adapters_from = adapters_from
        self.apis = _apis(self.catalog)
        self.watched = methods.watched(self.catalog)
        self.names = Names(tree, self.watched.every)
        self.report = FileReport(path)
        self.edits: list[Edit] = []
        self.markers = Markers(source)
        #: What the new text names, and the import of the source framework beside which it has to be imported.
        self.needed: dict[Hashable, set[ast.stmt | None]] = {}
        self._pending: list[tuple[Hashable, Use]] = []
        #: Uses of each name that no longer need their import.
        self.done: list[Use] = []
        self.kept_in_strings: set[str] = set()  # names that string annotations still use
        self.modules: dict[ast.ClassDef, Scope] = {}  # and the scope that each is defined in
        self.types = Types(self.names, self.catalog, self.apis.canonical, self.modules)

    def run(self, raw: bytes) -> Converted:
        """Plan, apply, and check the result."""
        if not imports.concerns(self):
            return Converted(raw, self.report, set())
        modules.find(self)
        if imports.is_mixed(self):
            self.report.findings.append(Finding(1, 1, "mixed", "", f"it imports {self.options.to} already"))
        else:
            for method in self.names.method_calls:
                self._method(method)
        roots = imports.roots(self)
        for use in self.names.uses:
            if use.role == "string" or roots is None or use.root in roots:
                self._use(use)
        modules.convert(self)
        naming = imports.convert(self)
        self.markers.write(self.edits)
        self.report.findings.sort()
        if not self.edits:
            return Converted(raw, self.report, set())
        data = edits.apply(self.source.data, self.edits, naming)
        try:
            parse(data)
        except SourceError as error:
            finding = Finding(
                error.line, error.column, "failed", "", f"the conversion would not parse: {error.message}",
                "convert it by hand; please report this file",
            )  # fmt: skip
            return Converted(raw, FileReport(self.report.path, findings=[finding]), set())
        self.report.changed = data != self.source.data
        used = {key.name for key in self.needed if isinstance(key, adapters.Adapter)}
        return Converted(self.source.encode(data) if self.report.changed else raw, self.report, used)

    # -- findings -------------------------------------------------------------------------------------------

    def found(self, node: ast.expr | ast.stmt, fate: str, api: str, reason: str = "", todo: str = "") -> None:
        """Add a finding at a node, and a marker to its line where a person has to look."""
        start = self.source.span(node)[0]
        line_start = self.source.starts[node.lineno - 1]
        column = len(self.source.data[line_start:start].decode("utf-8", "replace")) + 1
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
        base = self.names.path_of(use.root, use.scope)
        if base is None:
            base = imports.through_star(self, use.root, use.scope)
        if base is None or base.split(".")[0] != self.options.source:
            return None
        return self.apis.canonical(".".join([base, *use.attributes]))

    def _use(self, use: Use) -> None:
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
        if use.in_fstring and not self._stands_where_it_says(use.node):
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
            self._call(use.parent, use, path)
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
            target = self._class_expression(path)
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
        if isinstance(node, ast.Name):
            return Reference(file.imports[node.id])
        assert isinstance(node, ast.Attribute)
        return ast.Attribute(self.reference(node.value, file), node.attr, ast.Load())

    def _value(self, use: Use, path: str) -> None:
        if path in self.catalog.values or (
            path in self.catalog.classes and (use.role in ("annotation", "class") or self._compared(use))
        ):
            table = self.catalog.values if path in self.catalog.values else self.catalog.classes
            self.replace(use, self.reference(*table[path]), path)
        elif use.role in ("annotation", "class"):
            target = self._class_expression(path)
            if target is None:
                self.left(use, path, "no class of the target corresponds to it", "test for something else")
            else:
                self.replace(use, target, path)
        elif path in self.catalog.entries:
            entry = self.catalog.entries[path]
            target = self._class_expression(path)
            if target is not None and self._compared(use):
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
            self.write_adapter_name(use, entry, path)
            self.found(use.node, "adapter", path, "it is passed on as a value")
        else:
            called = isinstance(use.parent, ast.Call) and use.parent.func is use.node
            what = "no counterpart for calling it yet" if called else "the class itself is used as a value"
            self.left(use, path, what, "write it by hand, or add a counterpart")

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
            self._need(local, use)
            self.edits.append(Edit(start, end, [Named(local)]))
        else:
            renderer = self._renderer([], use)
            self.edits.append(Edit(start, end, renderer.render(target, ATOM)))
            self._commit()
        self.done.append(use)
        self.found(use.statement if use.role == "string" else use.node, "converted", api)

    # -- calls ------------------------------------------------------------------------------------------------

    def _call(self, call: ast.Call, use: Use, api: str) -> None:
        entry = self.catalog.entries[api]
        plain = self._arguments(call, use.scope)
        numpy_names = ".nn." not in api and api.startswith("torch.")
        try:
            if plain is None:
                raise NotInlined("it is called with star arguments")
            inlined = inline(entry, plain, self.catalog, self.options.fidelity, numpy_names=numpy_names)
            renderer = self._renderer(plain, use)
            made = edit_call(
                renderer,
                call,
                inlined.expression,
                method=False,
                least=self._least(self.names.call_parents[call]),
            )
        except Refused as error:
            self.left(use, api, str(error))
            return
        except (NotInlined, Unwritable) as error:
            self._to_adapter(call, use, entry, api, str(error), plain, numpy_names)
            return
        self._commit()
        self.edits += made
        self.done.append(use)
        self.found(use.node, "converted", api)
        self._mark_difference(use.node, entry, api, plain)
        self._start_mode(call, use, api)

    def _start_mode(self, call: ast.Call, use: Use, api: str) -> None:
        """Put a layer that is made outside of a module's constructor in the mode in which torch's would start."""
        if modules.starts_alone(self, call, use.scope, api):
            _, end = self.source.span(call)
            how, _ = modules.START[self.options.to]
            self.edits.append(Edit(end, end, [f".{how}".encode()], order=1))

    def _least(self, parent: ast.AST | None) -> int:
        """Return how tightly an expression has to bind where it stands.

        An argument of a call may move to any place, so only a statement of its own leaves it all freedom.
        """
        return TEST if isinstance(parent, ast.stmt) else ATOM

    def _to_adapter(
        self,
        call: ast.Call,
        use: Use,
        entry: Entry,
        api: str,
        reason: str,
        plain: list[Argument] | None,
        numpy_names: bool,
    ) -> None:
        if plain is not None:
            for name in entry.refuses:
                if any(each.keyword == name for each in plain):
                    self.left(use, api, f"{name}=: {entry.refuses[name]}")
                    return
            if numpy_names:
                self._rename_numpy(call, entry, plain)
        self.write_adapter_name(use, entry, api)
        self.found(use.node, "adapter", api, reason)
        self._mark_difference(use.node, entry, api, plain or [])
        self._start_mode(call, use, api)

    def _rename_numpy(self, call: ast.Call, entry: Entry, plain: list[Argument]) -> None:
        try:
            bound = bind(entry.native, plain, numpy_names=True)
        except (Refused, NotInlined):
            return  # another overload takes them
        for spot in places(self.source, call):
            index = next(
                (i for i, each in enumerate(plain) if each.keyword == spot.keyword and spot.keyword), None
            )
            own = next((n for n, hole in bound.items() if getattr(hole, "index", None) == index), None)
            if index is not None and own is not None and own != spot.keyword:
                end = spot.start + len(spot.keyword.encode())
                self.edits.append(Edit(spot.start, end, [own.encode()]))

    def write_adapter_name(self, use: Use, entry: Entry, api: str) -> None:
        """Plan the edit that puts the adapter's name in place of the API's."""
        start, end = self.source.span(use.node)
        if has_comment(self.source, start, end):
            self.left(use, api, "a comment stands inside the name", "move the comment")
            return
        key = adapters.Adapter(adapters.name_of(api))
        self._need(key, use)
        self.edits.append(Edit(start, end, [Named(key)]))
        self.done.append(use)

    def _mark_difference(self, node: ast.expr, entry: Entry, api: str, arguments: list[Argument]) -> None:
        """Mark a line whose own text shows that it lies outside the common domain, where native differs."""
        if self.options.fidelity == "exact" or not entry.differs:
            return
        words = {word for each in arguments for word in self.apis.conditions(each.node)}
        for condition, reason in entry.differs.items():
            if words.issuperset(condition.split(" & ")):
                self.found(node, "differs", api, f"{condition}: {reason}")

    def _arguments(self, call: ast.Call, scope: Scope) -> list[Argument] | None:
        """Return the arguments in the order of their evaluation, None where a star hides some."""
        found: list[Argument] = []
        if len(call.args) == 1 and isinstance(call.args[0], ast.GeneratorExp) and not call.keywords:
            return None  # it may share the call's own parentheses
        for each in call.args:
            if isinstance(each, ast.Starred):
                return None
            found.append(self._argument(each, "", scope))
        for keyword in call.keywords:
            if keyword.arg is None:
                return None
            found.append(self._argument(keyword.value, keyword.arg, scope))
        return found

    def _argument(self, node: ast.expr, keyword: str, scope: Scope) -> Argument:
        known, value = literal(node)
        if known:
            return Argument(node, "constant", value, keyword=keyword)
        chain = chain_of(node)
        if chain:
            base = self.names.path_of(chain[0], scope)
            if base is not None and self.apis.canonical(".".join([base, *chain[1:]])) in self.catalog.values:
                return Argument(node, "symbol", keyword=keyword)
        kind = self.types.of(node, scope)
        kind = "" if kind.endswith("?") or kind in ("…", "other") else kind
        return Argument(node, "name" if isinstance(node, ast.Name) else "effect", type=kind, keyword=keyword)

    # -- methods ------------------------------------------------------------------------------------------------

    def _method(self, method: MethodCall) -> None:
        call = method.node
        function = call.func
        assert isinstance(function, ast.Attribute)
        if function.attr == modules.RUN[self.options.source]:
            return  # the idiom of modules looks at these
        chain = chain_of(function)
        if chain:
            base = self.names.path_of(chain[0], method.scope) or imports.through_star(
                self, chain[0], method.scope
            )
            if base is not None and (
                base.split(".")[0] == self.options.source or self._is_module_name(chain, method.scope)
            ):
                return  # a function of a module, not a method
        receiver = self._receiver(function, method.scope)
        if function.attr not in self.catalog.methods:
            self._without_counterpart(method, function, receiver)
            return
        owners = {owner_of(entry.apis): entry for entry in self.catalog.methods[function.attr]}
        if receiver and receiver not in owners:
            return
        if self._own_method(function, receiver, method.scope):
            return
        use = Use(
            function, "", (), method.scope, method.parent, method.statement, "method", method.in_fstring
        )
        if method.in_fstring and not self._stands_where_it_says(call):
            self.left(use, function.attr, "inside an f-string, whose positions this Python does not tell",
                      "convert with Python 3.12 or newer, or take it out of the f-string")  # fmt: skip
            return
        if receiver:
            self._known_method(method, owners[receiver], use)
        else:
            self._guarded(method, list(owners.values()), use, "guarded",
                          "what the receiver is, is only known when the program runs")  # fmt: skip

    def _without_counterpart(self, method: MethodCall, function: ast.Attribute, receiver: str) -> None:
        """Report a method of the framework's objects that is not known to mean the same on the target's."""
        owners = self.watched.owners(function.attr, receiver)
        if not owners or self._own_method(function, receiver, method.scope):
            return
        api = f"{owners[0]}.{function.attr}"
        use = Use(
            function, "", (), method.scope, method.parent, method.statement, "method", method.in_fstring
        )
        kinds = " or ".join(_WITH_ARTICLE[each.rpartition(".")[2]] for each in owners)
        reason = "no counterpart yet" if receiver else f"no counterpart yet, if this is {kinds}"
        self.left(use, api, reason, "write it by hand, or add a counterpart")

    def _receiver(self, function: ast.Attribute, scope: Scope) -> str:
        """Return the type of a method's receiver, "" where it is not known."""
        if self._is_super(function.value):
            enclosing = scope.function
            owner = enclosing.owner.node if enclosing is not None and enclosing.owner is not None else None
            return "module" if owner in self.modules else ""
        kind = self.types.of(function.value, scope)
        if kind == "tensor?" and self._defined_here(function.attr, self.names.classes):
            return ""  # a guess from the name `forward`, and the file has a class that it may be as well
        if kind == "tuple" and function.attr == "numel":
            return "tensor"  # torch.Size has it, a tuple does not
        return kind.rstrip("?")

    def _is_module_name(self, chain: list[str], scope: Scope) -> bool:
        """Whether ``chain[0].chain[1]`` is a function of an imported Python module."""
        bindings = self.names.bindings(chain[0], scope)
        if len(chain) != 2 or not bindings:
            return False
        if all(isinstance(each.statement, ast.Import) for each in bindings):
            return True
        return all(each.path.split(".")[0] in OTHER_MODULES for each in bindings)

    @staticmethod
    def _defined_here(method: str, classes: Iterable[tuple[ast.ClassDef, Scope, Scope]]) -> bool:
        return any(method in scope.names for _, scope, _ in classes)

    def _own_method(self, function: ast.Attribute, receiver: str, scope: Scope) -> bool:
        """Whether the method of a module is the user's own: defined by a module class of this file."""
        if (
            receiver != "module"
            or self._is_super(function.value)
            or self.types.is_layer(function.value, scope)
        ):
            return False
        own = [each for each in self.names.classes if each[0] in self.modules]
        return self._defined_here(function.attr, own)

    @staticmethod
    def _is_super(node: ast.expr) -> bool:
        return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"

    def _known_method(self, method: MethodCall, entry: Entry, use: Use) -> None:
        call, function = method.node, method.node.func
        assert isinstance(function, ast.Attribute)
        api = next(api for api in entry.apis if api.endswith("." + function.attr) and owner_of((api,)))
        rest = self._arguments(call, method.scope)
        if rest is None:
            self._guarded(method, [entry], use, "adapter", "it is called with star arguments")
            return
        receiver = self._argument(function.value, "", method.scope)
        receiver.type = receiver.type or owner_of((api,))
        plain = [receiver, *rest]
        try:
            inlined = inline(
                entry, plain, self.catalog, self.options.fidelity, numpy_names=owner_of((api,)) == "tensor"
            )
            renderer = self._renderer(plain, use)
            made = edit_call(
                renderer, call, inlined.expression, method=True, least=self._least(method.parent)
            )
        except Refused as error:
            self.left(use, api, str(error))
            return
        except (NotInlined, Unwritable) as error:
            self._guarded(method, [entry], use, "adapter", str(error))
            return
        self._commit()
        self.edits += made
        self.found(function, "converted", api)
        self._mark_difference(function, entry, api, plain)

    def _guarded(self, method: MethodCall, entries: list[Entry], use: Use, fate: str, reason: str) -> None:
        call, function = method.node, method.node.func
        assert isinstance(function, ast.Attribute)
        api = next(api for api in entries[0].apis if owner_of((api,)))
        names = {parameter.name for entry in entries for parameter in entry.native.parameters}
        for keyword in call.keywords:
            if keyword.arg is not None and keyword.arg not in names:
                self.left(use, api, f"if this is the framework's object, {keyword.arg}= is not supported",
                          "write it by hand")  # fmt: skip
                return
        start, end = self.source.span(call)
        _, value_end = self.source.span(function.value)
        dot = self.source.data.rindex(b".", value_end, self.source.span(function)[1])
        receiver_end = dot
        while self.source.data[receiver_end - 1 : receiver_end] in _BLANKS:
            receiver_end -= 1
        spots = places(self.source, call)
        opening = self.source.data.index(b"(", self.source.span(function)[1])
        if has_comment(self.source, value_end, opening):
            self.left(use, api, "a comment stands before the method's name", "move the comment")
            return
        key = adapters.Adapter(adapters.guard_name(function.attr))
        self._need(key, use)
        bare = isinstance(function.value, ast.GeneratorExp | ast.NamedExpr | ast.Yield)
        inside = [b"(", Kept(start, receiver_end), b")"] if bare else [Kept(start, receiver_end)]
        comma = b", " if spots else b""
        lone = len(call.args) == 1 and not call.keywords and isinstance(call.args[0], ast.GeneratorExp)
        if lone:
            # A lone generator may share the call's own parentheses, so they stay with it.
            rest: list[Piece] = [Kept(opening, end), b")"]
        elif spots and not has_comment(self.source, opening, spots[0].start):
            rest = [Kept(spots[0].start, end)]
        else:
            rest = [Kept(opening + 1, end)]
        self.edits.append(Edit(start, end, [Named(key), b"(", *inside, comma, *rest]))
        self.found(function, fate, api, reason)
        for entry in entries:
            self._mark_difference(function, entry, api, [])

    # -- small questions ----------------------------------------------------------------------------------------

    def _stands_where_it_says(self, node: ast.expr) -> bool:
        """Whether the text at a node's position is the node: before Python 3.12 not always so in an f-string."""
        try:
            start, end = self.source.span(node)
            text = self.source.data[start:end].decode()
            return ast.dump(ast.parse(text, mode="eval").body) == ast.dump(node)
        except (SyntaxError, ValueError, IndexError):
            return False

    def _commit(self) -> None:
        """Ask for the imports that a text needs, once it is sure to be written."""
        for key, use in self._pending:
            self._need(key, use)
        self._pending.clear()

    def _renderer(self, arguments: list[Argument], use: Use) -> Renderer:
        self._pending.clear()
        return Renderer(
            self.source,
            arguments,
            lambda reference: self._name_of(reference, use),
            lambda node: self._symbol(node, use),
            self._defaults,
            adapters.OWNERS[self.options.to],
            quote="" if use.in_fstring else '"',
        )

    @property
    def _defaults(self) -> Mapping[str, Mapping[str, str]]:
        defaults: Mapping[str, Mapping[str, str]] = facts(self.options.to)["defaults"]
        return defaults

    def _symbol(self, node: ast.expr, use: Use) -> str | None:
        chain = chain_of(node)
        base = self.names.path_of(chain[0], use.scope) if chain else None
        if not chain or base is None:
            return None
        if self.apis.canonical(".".join([base, *chain[1:]])) in self.catalog.values:
            raise Unwritable("a dtype would stand twice")
        return None

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
        for api, entry in self.catalog.entries.items():
            if helper in (entry.native, entry.exact):
                return adapters.name_of(api)
        return helper.name

    def _need(self, key: Hashable, use: Use) -> None:
        anchors = {
            binding.statement
            for binding in self._bindings(use)
            if isinstance(binding.statement, ast.Import | ast.ImportFrom)
            and not imports.declared_global(self, binding.statement, use.root)
        }
        self.needed.setdefault(key, set()).update(anchors or {None})

    def _bindings(self, use: Use) -> list[Binding]:
        return self.names.bindings(use.root, use.scope) if use.root else []
