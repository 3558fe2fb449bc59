"""Calls: of functions by name, and of methods by what their receiver is.

A call is inlined where that is sound and loses nothing; otherwise it goes to the adapter; where neither can be right
it is left and reported.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sporeprint.catalog import Entry
from sporeprint.convert import adapters
from sporeprint.convert.edits import Edit, Kept, Named, Piece
from sporeprint.convert.idioms import containers, imports, modules
from sporeprint.convert.inline import Inlined, bind, inline, inline_each, is_truth, passes_on, writes
from sporeprint.convert.methods import PYTHON
from sporeprint.convert.names import MethodCall, Scope, Use, chain_of
from sporeprint.convert.report import EXACT_BODY
from sporeprint.convert.residual import Argument, NotInlined, Reference, Refused, literal
from sporeprint.convert.rewrite import ATOM, TEST, Unwritable, edit_call, has_comment, places
from sporeprint.convert.symbols import Defined
from sporeprint.convert.types import OTHER_MODULES, owner_of

if TYPE_CHECKING:
    from sporeprint.convert.file import FileConversion

#: From name to name it is asked so often what is bound to one.
_DEPTH = 4
_BLANKS = (b" ", b"\t", b"\f", b"\n", b"\r", b"\\")
_WITH_ARTICLE = {
    "Tensor": "a tensor",
    "Module": "a module",
    "Cell": "a cell",
    "Optimizer": "an optimizer",
}


class Calls:
    """Plans the edits of one file's calls."""

    def __init__(self, file: FileConversion) -> None:
        self._file = file

    def call(self, call: ast.Call, use: Use, api: str) -> None:
        """Convert the call of an API that has a counterpart."""
        entry = self._file.catalog.entries[api]
        plain = self._arguments(call, use.scope)
        numpy_names = ".nn." not in api and api.startswith("torch.")
        if "requires_grad" in entry.ignores and not self._is_constant(call, "requires_grad"):
            self._file.left(use, api, "whether it requires a gradient is only known when the program runs",
                            "call requires_grad_ on what it returns")  # fmt: skip
            return
        if plain is not None and self._file.in_place.out(call, entry, plain, use):
            self._file.done.append(use)
            self._file.found(use.node, "converted", api)
            self._mark_difference(use.node, entry, api, plain)
            return
        if api == containers.LIST and containers.may_hold_none(self._file, call, use.scope):
            self._own_list(call, use, api)
            return
        if plain is not None:
            plain = self._file.in_place.without_need(api, plain, use.scope)
        try:
            if plain is None:
                raise NotInlined("it is called with star arguments")
            inlined, why = self._inlined(entry, plain, use.scope, numpy_names)
            renderer = self._file.renderer(plain, use)
            made = edit_call(
                renderer,
                call,
                taken_apart(inlined.expression, call, self._file.names.call_parents[call]),
                method=False,
                least=self._least(self._file.names.call_parents[call]),
            )
        except Refused as error:
            self._file.left(use, api, str(error))
            return
        except (NotInlined, Unwritable) as error:
            self._to_adapter(call, use, entry, api, str(error), plain, numpy_names)
            return
        self._file.commit()
        self._file.edits += made
        self._file.done.append(use)
        self._file.found(use.node, "converted", api, why)
        if not why:
            self._mark_difference(use.node, entry, api, plain)
        self._start_mode(call, use, api)
        self._ask_for_gradients(call, use, entry)

    def _own_list(self, call: ast.Call, use: Use, api: str) -> None:
        """Write our list of layers in place of torch's."""
        key = adapters.Adapter(containers.OURS)
        self._file.need(key, use)
        self._file.edits.append(Edit(*self._file.source.span(use.node), [Named(key)]))
        self._file.done.append(use)
        self._file.found(use.node, "adapter", api, "whether all that it holds are modules is not known here")
        self._start_mode(call, use, api)

    def _inlined(
        self, entry: Entry, arguments: list[Argument], scope: Scope, numpy_names: bool
    ) -> tuple[Inlined, str]:
        """Evaluate a counterpart at a call, and say why that is its exact body where it is not asked for.

        A native body that is declared to do otherwise for a dtype of integers or booleans is not used where the
        tensor is known to have it: then it is the exact one, if that can be inlined.
        """
        catalog, fidelity = self._file.catalog, self._file.options.fidelity
        if self._is_declared_to_differ(entry, arguments, scope):
            with contextlib.suppress(NotInlined):
                exact = inline(entry, arguments, catalog, "exact", numpy_names=numpy_names)
                dtype = next(each.dtype for each in arguments if each.dtype)
                return exact, f"{EXACT_BODY}: {dtype} is declared to differ" if fidelity == "native" else ""
        return inline(entry, arguments, catalog, fidelity, numpy_names=numpy_names), ""

    def _is_declared_to_differ(self, entry: Entry, arguments: list[Argument], scope: Scope) -> bool:
        """Whether the first argument is known to have a dtype for which the native body is declared to differ."""
        if not entry.asks_dtype:
            return False
        name = entry.native.parameters[0].name
        first = next((each for each in arguments if each.keyword in ("", name)), None)
        if first is None:
            return False
        first.dtype = self._file.dtypes.of(first.node, scope)
        return first.dtype in entry.differs

    def _start_mode(self, call: ast.Call, use: Use, api: str) -> None:
        """Put a layer that is made outside of a module's constructor in the mode in which torch's would start."""
        how = modules.start_of(self._file, call, use.scope, api)
        if how:
            _, end = self._file.source.span(call)
            self._file.edits.append(Edit(end, end, [f".{how}".encode()], order=1))

    @staticmethod
    def _is_constant(call: ast.Call, name: str) -> bool:
        """Whether an argument is left out, or is a constant."""
        return all(literal(each.value)[0] for each in call.keywords if each.arg == name)

    def _ask_for_gradients(self, call: ast.Call, use: Use, entry: Entry) -> None:
        """Let a tensor that is made with ``requires_grad=True`` ask for a gradient."""
        given = next((each.value for each in call.keywords if each.arg == "requires_grad"), None)
        if given is None or "requires_grad" not in entry.ignores or literal(given) == (True, False):
            return
        start, end = self._file.source.span(call)
        key = adapters.Adapter("ask_for_gradients")
        self._file.need(key, use)
        self._file.edits.append(Edit(start, start, [Named(key), b"("], order=-1))
        self._file.edits.append(Edit(end, end, [b", True)"], order=2))

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
                    self._file.left(use, api, f"{name}=: {entry.refuses[name]}")
                    return
        if not self._file.to_adapter(use, api, reason):
            return
        if plain is not None and numpy_names:
            self._rename_numpy(call, entry, plain)
        self._mark_difference(use.node, entry, api, plain or [])
        self._start_mode(call, use, api)
        self._ask_for_gradients(call, use, entry)

    def _rename_numpy(self, call: ast.Call, entry: Entry, plain: list[Argument]) -> None:
        try:
            bound = bind(entry.native, plain, numpy_names=True)
        except (Refused, NotInlined):
            return  # another overload takes them
        for spot in places(self._file.source, call):
            index = next(
                (i for i, each in enumerate(plain) if each.keyword == spot.keyword and spot.keyword), None
            )
            own = next((n for n, hole in bound.items() if getattr(hole, "index", None) == index), None)
            if index is not None and own is not None and own != spot.keyword:
                end = spot.start + len(spot.keyword.encode())
                self._file.edits.append(Edit(spot.start, end, [own.encode()]))

    def _mark_difference(self, node: ast.expr, entry: Entry, api: str, arguments: list[Argument]) -> None:
        """Mark a line whose own text shows that it lies outside the common domain, where native differs."""
        if self._file.options.fidelity == "exact" or not entry.differs:
            return
        words: set[str] = set()
        for each in arguments:
            if each.kind != "name":  # whose text shows nothing
                start, end = self._file.source.span(each.node)
                words |= self._file.apis.conditions(each.node, self._file.source.data[start:end])
        for condition, reason in entry.differs.items() if words else ():
            if words.issuperset(condition.split(" & ")):
                self._file.found(node, "differs", api, f"{condition}: {reason}")

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
            base = self._file.names.path_of(chain[0], scope)
            path = self._file.apis.canonical(".".join([base, *chain[1:]])) if base is not None else ""
            if path in self._file.catalog.values:
                value, _ = self._file.catalog.values[path]
                if isinstance(value, ast.Constant):  # torch.strided is what None means, too
                    return Argument(node, "constant", value.value, keyword=keyword)
                named = chain_of(value) or [""]
                kind = "float" if named[0] == "math" else self._file.types.dtype
                return Argument(node, "symbol", named[-1], type=kind, keyword=keyword)
        kind = self._file.types.of(node, scope)
        kind = "" if kind.endswith("?") or kind.startswith("…") or kind in ("other", "optimizer") else kind
        kind = {"size": "tuple", "tensors": ""}.get(kind, kind)  # tensors: a tuple or a list
        free = isinstance(node, ast.Name) or (
            # A tensor's own attributes are no properties of the user's.
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and kind in ("device", self._file.types.dtype)
            and self._file.types.of(node.value, scope).rstrip("?") == "tensor"
        )
        # Asked only where it may be a tensor.
        truth = kind in ("", "tensor") and is_truth(node, lambda name: self._holds_truths(name, scope))
        return Argument(node, "name" if free else "effect", type=kind, keyword=keyword, truth=truth)

    def _holds_truths(self, name: str, scope: Scope, depth: int = 0) -> bool:
        """Whether all that is bound to a name is, if it is a tensor, one of booleans."""
        holder = scope.holder(name)
        bindings = holder.names[name] if holder is not None else []
        return (
            depth < _DEPTH
            and all(
                each.kind == "assign"
                and each.value is not None
                and is_truth(each.value, lambda inner: self._holds_truths(inner, holder or scope, depth + 1))
                for each in bindings
            )
            and bool(bindings)
        )

    def method(self, method: MethodCall) -> None:
        """Convert a call that may be a method of the framework's objects."""
        call = method.node
        function = call.func
        assert isinstance(function, ast.Attribute)
        if function.attr == modules.RUN[self._file.options.source]:
            return  # the idiom of modules looks at these
        chain = chain_of(function)
        if chain:
            base = self._file.names.path_of(chain[0], method.scope) or imports.through_star(
                self._file, chain[0], method.scope
            )
            if base is not None and (
                imports.leads_to(self._file.options.source, self._file.meaning(base))
                or self._is_module_name(chain, method.scope)
                or isinstance(self._file.meaning(".".join([base, *chain[1:]])), Defined)
            ):
                return  # a function of a module, not a method
        receiver = self._receiver(function, method.scope)
        if function.attr in self._file.watched.kept and receiver in ("tensor", ""):
            self._file.found(function, "kept", f"torch.Tensor.{function.attr}")
        if function.attr not in self._file.watched.methods:
            self._without_counterpart(method, function, receiver)
            return
        if not receiver and function.attr in PYTHON and isinstance(method.parent, ast.Expr):
            return  # a tensor's returns something; a list's `sort` is called for what it does
        owners = {owner_of(entry.apis): entry for entry in self._file.watched.methods[function.attr]}
        if receiver and receiver not in owners:
            self._without_counterpart(method, function, receiver)
            return
        renamed = function.attr in modules.SHOWN[self._file.options.to]
        above = self._is_super(function.value) and not renamed
        if above and modules.defined_above(self._file, method.scope, function.attr):
            return
        mode = modules.mode_adapter(self._file, method.scope, function, receiver)
        own = not mode and self._own_method(function, receiver, method.scope)
        if own and self._file.options.to != "mindspore":
            return
        use = Use(
            function, "", (), method.scope, method.parent, method.statement, "method", method.in_fstring
        )
        if method.in_fstring and not self._file.stands_where_it_says(call):
            self._file.left(use, function.attr, "inside an f-string, whose positions this Python does not tell",
                      "convert with Python 3.12 or newer, or take it out of the f-string")  # fmt: skip
            return
        if mode:
            self._guarded(method, list(owners.values()), use, "guarded",
                          "a class of the project says itself what its mode is", mode)  # fmt: skip
        elif own:
            self._guarded(method, list(owners.values()), use, "guarded", "a class has a method of this name")
        elif receiver:
            self._known_method(method, owners[receiver], use)
        elif not all(self._stays(method, entry, use) for entry in owners.values()):
            self._guarded(method, list(owners.values()), use, "guarded",
                          "what the receiver is, is only known when the program runs")  # fmt: skip

    def _without_counterpart(self, method: MethodCall, function: ast.Attribute, receiver: str) -> None:
        """Report a method of the framework's objects that is not known to mean the same on the target's."""
        owners = self._file.watched.owners(function.attr, receiver)
        if not owners or self._own_method(function, receiver, method.scope):
            return
        api = f"{owners[0]}.{function.attr}"
        use = Use(
            function, "", (), method.scope, method.parent, method.statement, "method", method.in_fstring
        )
        kinds = " or ".join(_WITH_ARTICLE[each.rpartition(".")[2]] for each in owners)
        reason = "no counterpart yet" if receiver else f"no counterpart yet, if this is {kinds}"
        self._file.left(use, api, reason, "write it by hand, or add a counterpart")

    def _receiver(self, function: ast.Attribute, scope: Scope) -> str:
        """Return the type of a method's receiver, "" where it is not known."""
        if self._is_super(function.value):
            return "module" if scope.class_node in self._file.modules else ""
        kind = self._file.types.of(function.value, scope)
        if kind == "tensor?" and self._defined_here(function.attr, self._file.names.classes):
            return ""  # a guess from the name `forward`, and the file has a class that it may be as well
        return kind.rstrip("?")

    def _is_module_name(self, chain: list[str], scope: Scope) -> bool:
        """Whether ``chain[0].chain[1]`` is a function of an imported Python module."""
        bindings = self._file.names.bindings(chain[0], scope)
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
            or self._file.types.is_layer(function.value, scope)
        ):
            return False
        own = [each for each in self._file.names.classes if each[0] in self._file.modules]
        return self._defined_here(function.attr, own)

    @staticmethod
    def _is_super(node: ast.expr) -> bool:
        return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"

    def _stays(self, method: MethodCall, entry: Entry, use: Use) -> bool:
        """Whether the counterpart of a method is the very call that stands there, whichever overload is meant.

        Then it is right for a receiver of any kind, and needs no edit.
        """
        call, function = method.node, method.node.func
        assert isinstance(function, ast.Attribute)
        rest = self._arguments(call, method.scope)
        if rest is None:
            # Whatever the stars hold goes by position to one of the overloads.
            bodies = (*entry.overloads, entry.body(self._file.options.fidelity))
            return not call.keywords and all(passes_on(body, function.attr) for body in bodies)
        receiver = self._argument(function.value, "", method.scope)
        receiver.type = receiver.type or owner_of(entry.apis)
        plain = [receiver, *rest]
        try:
            found = inline_each(entry, plain, self._file.catalog, self._file.options.fidelity)
            edits = [
                edit
                for each in found
                for edit in edit_call(
                    self._file.renderer(plain, use),
                    call,
                    taken_apart(each.expression, call, method.parent),
                    method=True,
                    least=ATOM,
                )
            ]
        except (Refused, NotInlined, Unwritable):
            return False
        data = self._file.source.data
        if not found or any(edit.pieces != [data[edit.start : edit.end]] for edit in edits):
            return False
        self._mark_difference(function, entry, entry.apis[0], plain)
        return True

    def _known_method(self, method: MethodCall, entry: Entry, use: Use) -> None:
        call, function = method.node, method.node.func
        assert isinstance(function, ast.Attribute)
        api = next(api for api in entry.apis if api.endswith("." + function.attr) and owner_of((api,)))
        receiver = self._argument(function.value, "", method.scope) if entry.asks_dtype else None
        differs = receiver is not None and self._is_declared_to_differ(entry, [receiver], method.scope)
        if not differs and self._stays(method, entry, use):
            return
        receiver = receiver or self._argument(function.value, "", method.scope)
        receiver.type = receiver.type or owner_of((api,))
        rest = self._arguments(call, method.scope)
        if rest is None:
            self._guarded(method, [entry], use, "adapter", "it is called with star arguments")
            return
        plain = [receiver, *rest]
        if self._file.in_place.statement(method, entry, plain, use):
            self._file.found(function, "converted", api)
            self._file.in_place.receiver(method, api)
            self._mark_difference(function, entry, api, plain)
            return
        try:
            inlined, why = self._inlined(entry, plain, method.scope, owner_of((api,)) == "tensor")
            renderer = self._file.renderer(plain, use)
            made = edit_call(
                renderer,
                call,
                taken_apart(inlined.expression, call, method.parent),
                method=True,
                least=self._least(method.parent),
            )
        except Refused as error:
            self._file.left(use, api, str(error))
            return
        except (NotInlined, Unwritable) as error:
            self._guarded(method, [entry], use, "adapter", str(error))
            return
        self._file.commit()
        self._file.edits += made
        self._file.found(function, "converted", api, why)
        if not why:
            self._mark_difference(function, entry, api, plain)

    def _guarded(
        self, method: MethodCall, entries: list[Entry], use: Use, fate: str, reason: str, adapter: str = ""
    ) -> None:
        call, function = method.node, method.node.func
        assert isinstance(function, ast.Attribute)
        api = next(api for api in entries[0].apis if owner_of((api,)))
        bodies = [body for entry in entries for body in (*entry.overloads, entry.native)]
        names = {parameter.name for body in bodies for parameter in body.parameters}
        for keyword in call.keywords:
            if keyword.arg is not None and keyword.arg not in names:
                self._file.left(use, api, f"if this is the framework's object, {keyword.arg}= is not supported",
                          "write it by hand")  # fmt: skip
                return
        start, end = self._file.source.span(call)
        _, value_end = self._file.source.span(function.value)
        dot = self._file.source.data.rindex(b".", value_end, self._file.source.span(function)[1])
        receiver_end = dot
        while self._file.source.data[receiver_end - 1 : receiver_end] in _BLANKS:
            receiver_end -= 1
        spots = places(self._file.source, call)
        opening = self._file.source.data.index(b"(", self._file.source.span(function)[1])
        if has_comment(self._file.source, value_end, opening):
            self._file.left(use, api, "a comment stands before the method's name", "move the comment")
            return
        own = modules.own_name(self._file, method.scope) if self._is_super(function.value) else None
        name = adapters.guard_name(function.attr) if own is None else adapters.name_of(api)
        key = adapters.Adapter(adapter or name)
        self._file.need(key, use)
        bare = isinstance(function.value, ast.GeneratorExp | ast.NamedExpr | ast.Yield)
        inside: list[Piece] = [b"(", Kept(start, receiver_end), b")"] if bare else [Kept(start, receiver_end)]
        if own is not None:
            inside = [own.encode()]
        comma = b", " if spots else b""
        lone = len(call.args) == 1 and not call.keywords and isinstance(call.args[0], ast.GeneratorExp)
        if lone:
            # A lone generator may share the call's own parentheses, so they stay with it.
            rest: list[Piece] = [Kept(opening, end), b")"]
        elif spots and not has_comment(self._file.source, opening, spots[0].start):
            rest = [Kept(spots[0].start, end)]
        else:
            rest = [Kept(opening + 1, end)]
        self._file.edits.append(Edit(start, end, [Named(key), b"(", *inside, comma, *rest]))
        self._file.found(function, fate, api, reason)
        if any(writes(entry.native) for entry in entries):
            self._file.in_place.receiver(method, api)
        for entry in entries:
            self._mark_difference(function, entry, api, [])


def taken_apart(expression: ast.expr, call: ast.Call, parent: ast.AST | None) -> ast.expr:
    """Leave a plain tuple as it is, without the names that nothing can ask for: of ``x.max(1)[0]`` it is the first."""
    if not (
        isinstance(expression, ast.Call)
        and isinstance(expression.func, Reference)
        and expression.func.helper is not None
        and isinstance(expression.func.helper.definition, ast.ClassDef)
        and len(expression.args) == 1
        and isinstance(expression.args[0], ast.Starred)
    ):
        return expression
    if isinstance(parent, ast.Subscript):
        apart = parent.value is call and isinstance(literal(parent.slice)[1], int)
    else:
        apart = isinstance(parent, ast.Assign) and all(isinstance(each, ast.Tuple) for each in parent.targets)
    return expression.args[0].value if apart else expression
