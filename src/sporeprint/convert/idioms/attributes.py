"""Attributes of layers that the target's layers have under another name: ``norm.weight`` is ``norm.gamma``.

The names stand in one table beside the counterparts (``ATTRIBUTES`` of ``sporeprint.torch._modules``). Where it is
known what layer something is, the name is replaced; where it is not, an adapter asks when the program runs, which is
right for any receiver. So it is with the names of classes, by which some programs tell layers apart.
"""

from __future__ import annotations

import ast
import functools
import io
import re
import sys
import tokenize
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from sporeprint.convert import adapters
from sporeprint.convert.edits import Edit, Kept, Named, Piece
from sporeprint.convert.names import Scope, Use, chain_of
from sporeprint.convert.rewrite import has_comment

if TYPE_CHECKING:
    from sporeprint.catalog import Catalog
    from sporeprint.convert.file import FileConversion

_TABLE = "sporeprint.torch._modules"
#: What programs assign to on layers that they do not name: another attribute of the target's would stay as it was.
_STATE = frozenset({"weight", "bias", "running_mean", "running_var"})
#: Attributes of torch's tensors that nothing on the target corresponds to, and why.
_OF_TENSORS = {
    "grad_fn": "MindSpore's tensors know nothing of what made them",
    "is_leaf": "MindSpore's tensors know nothing of what made them",
    "retains_grad": "MindSpore keeps the gradients of leaves only",
    "layout": "MindSpore's tensors have no layouts",
}
#: What may have effects.
_ACTS = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)
#: What torch's tensors know of their gradients.
_OF_GRADIENTS = frozenset({"grad", "requires_grad"})
#: Methods of modules that yield parameters, alone or after their names.
_PARAMETERS = frozenset({"parameters", "named_parameters"})
_LOOKUPS = {"getattr": "layer_attribute", "hasattr": "has_layer_attribute"}
_CALLED = [re.compile(name.encode()) for name in _LOOKUPS]
_NOT_ASCII = re.compile(rb"[^\x00-\x7f]")  # Python takes other letters for ASCII's


class _Tables(NamedTuple):
    """What the counterparts' files say of attributes.

    Attributes:
        layers: the target's layers -> the source's names of their attributes -> where they are.
        renamed: all those names of the source's.
        own: the source's tables of a module -> the target's.
        asked: attributes of tensors that an adapter gives.
        attribute: finds attributes that are looked for in a text.
    """

    layers: dict[str, dict[str, str]]
    renamed: frozenset[str]
    own: dict[str, str]
    asked: frozenset[str]
    attribute: re.Pattern[bytes]


@functools.cache
def _tables(catalog: Catalog) -> _Tables:
    attributes = _constant(catalog, _TABLE, "ATTRIBUTES")
    layers: dict[str, dict[str, str]] = {}
    if isinstance(attributes, ast.Dict):
        for key, names in zip(attributes.keys, attributes.values, strict=True):
            if isinstance(key, ast.Attribute):
                layers[key.attr] = ast.literal_eval(names)
    renamed = frozenset(name for each in layers.values() for name in each)
    tables = _constant(catalog, _TABLE, "TABLES")
    own: dict[str, str] = ast.literal_eval(tables) if tables is not None else {}
    asked: frozenset[str] = frozenset()
    for name in ("NEVER", "CALLED"):
        value = _constant(catalog, "sporeprint.torch._tensor_attributes", name)
        asked |= frozenset(ast.literal_eval(value)) if value is not None else frozenset()
    words = "|".join([*renamed, *asked, *own, *_OF_TENSORS, *_OF_GRADIENTS, "__name__"])
    attribute = re.compile(rf"\.(?:[\s\\]|#[^\r\n]*[\r\n])*(?:{words})\b".encode())
    return _Tables(layers, renamed, own, asked, attribute)


def _constant(catalog: Catalog, file: str, name: str) -> ast.expr | None:
    held = catalog.files.get(file)
    return getattr(held.constants.get(name), "value", None) if held is not None else None


def convert(conversion: FileConversion) -> None:
    """Convert attributes of layers, and the names of their classes."""
    if conversion.options.to == "mindspore" and _tables(conversion.catalog).layers:
        _Walk(conversion).file()


class _Walk:
    """One walk over a file, which knows what ``isinstance`` has told where it is.

    ``known`` holds expressions, as text, and the target's classes that they are one of.
    """

    def __init__(self, conversion: FileConversion) -> None:
        self._file = conversion
        self._names, self._renamed, self._tables, self._asked, attribute = _tables(conversion.catalog)
        self._statement: ast.stmt = ast.Pass()
        self._fstring = False
        self._quote = '"'
        self._changed: set[int] = set()  # tables of which an element is assigned
        self._fields: dict[tuple[ast.AST, str], list[ast.expr | None]] = {}
        starts = conversion.source.starts
        data = conversion.source.data
        patterns = [attribute, *_CALLED] if data.isascii() else [attribute, *_CALLED, _NOT_ASCII]
        lines = {bisect_right(starts, found.start()) for each in patterns for found in each.finditer(data)}
        lines |= {
            use.node.lineno
            for use in conversion.names.uses
            if use.role == "store" and len(use.attributes) > 1
        }
        for target, value, scope in conversion.names.fields:
            if not self._is_own(target.value, scope):
                lines.add(target.lineno)
            elif scope.class_node is not None:
                self._fields.setdefault((scope.class_node, target.attr), []).append(value)
        #: The lines of the file on which anything stands that is looked for.
        self._lines = sorted(lines)

    # -- the walk -----------------------------------------------------------------------------------------------

    def file(self) -> None:
        """Walk the file."""
        self._block(self._file.tree.body, self._file.names.module, {})

    def _block(self, body: list[ast.stmt], scope: Scope, known: Mapping[str, frozenset[str]]) -> None:
        outer = self._statement
        for statement in body:
            if self._concerns(statement):
                self._statement = statement
                self._visit(statement, scope, known)
        self._statement = outer

    def _concerns(self, node: ast.AST) -> bool:
        """Whether anything that is looked for stands on the lines of a node."""
        first: int | None = getattr(node, "lineno", None)
        if first is None:  # it has no place of its own
            return not isinstance(node, ast.expr_context | ast.operator)
        for decorator in getattr(node, "decorator_list", ()):
            first = min(first, decorator.lineno)
        at = bisect_left(self._lines, first)
        return at < len(self._lines) and self._lines[at] <= node.end_lineno  # type: ignore[attr-defined]

    def _visit(self, node: ast.AST, scope: Scope, known: Mapping[str, frozenset[str]]) -> None:
        scope = self._file.names.scope_of.get(node, scope)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            known = {}
        if isinstance(node, ast.If | ast.IfExp):
            self._visit(node.test, scope, known)
            told = {**known, **self._told(node.test, scope)}
            if isinstance(node, ast.If):
                self._block(node.body, scope, _without(told, node.body))
                self._block(node.orelse, scope, known)
            else:
                self._visit(node.body, scope, told)
                self._visit(node.orelse, scope, known)
            return
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
            for value in node.values:
                self._visit(value, scope, known)
                known = {**known, **self._told(value, scope)}
            return
        if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            for generator in node.generators:
                self._visit(generator.iter, scope, known)
                for test in generator.ifs:
                    self._visit(test, scope, known)
                    known = {**known, **self._told(test, scope)}
            for each in [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]:
                self._visit(each, scope, known)
            return
        if isinstance(node, ast.JoinedStr) and not self._fstring:
            self._fstring = True
            self._quote = _other_quote(self._file.source.text(node))
            self._children(node, scope, known)
            self._fstring, self._quote = False, '"'
            return
        if isinstance(node, ast.MatchValue):
            return  # a pattern is no place for a call
        if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            self._changed.add(id(node.value))
        if isinstance(node, ast.Attribute):
            self._attribute(node, scope, known)
        elif isinstance(node, ast.Call):
            self._lookup(node, scope, known)
        self._children(node, scope, known)

    def _children(self, node: ast.AST, scope: Scope, known: Mapping[str, frozenset[str]]) -> None:
        for name in node._fields:
            value = getattr(node, name)
            if isinstance(value, ast.AST):
                if self._concerns(value):
                    self._visit(value, scope, known)
            elif isinstance(value, list) and value:
                if isinstance(value[0], ast.stmt):
                    self._block(value, scope, known)
                else:
                    for each in value:
                        if isinstance(each, ast.AST) and self._concerns(each):
                            self._visit(each, scope, known)

    # -- what layer something is --------------------------------------------------------------------------------

    def _told(self, test: ast.expr, scope: Scope) -> dict[str, frozenset[str]]:
        """Return what holds where a test does."""
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
            found: dict[str, frozenset[str]] = {}
            for value in test.values:
                found |= self._told(value, scope)
            return found
        of = test.args if isinstance(test, ast.Call) and _is_call_of(test, "isinstance") else []
        if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Is | ast.Eq) and len(test.ops) == 1:
            left = test.left
            if isinstance(left, ast.Call) and _is_call_of(left, "type") and len(left.args) == 1:
                of = [left.args[0], test.comparators[0]]
        if len(of) != 2 or chain_of(of[0]) is None:
            return {}
        classes = of[1].elts if isinstance(of[1], ast.Tuple) else [of[1]]
        made = [self._target_class(each, scope) for each in classes]
        return {ast.unparse(of[0]): frozenset(made)} if "" not in made else {}

    def _target_class(self, node: ast.expr, scope: Scope) -> str:
        """Return the target's class for a class of the source's layers, "" where that is not known."""
        chain = chain_of(node)
        path = self._file.names.path_of(chain[0], scope) if chain else None
        if chain is None or path is None:
            return ""
        api = self._file.apis.canonical(".".join([path, *chain[1:]]))
        entry = self._file.catalog.entries.get(api)
        if entry is None or entry.is_class or not api.startswith("torch.nn.") or not chain[-1][:1].isupper():
            return ""
        module, _, name = entry.native.returns.rpartition(".")
        return name if module == "nn" and name != "Cell" else ""

    def _layers(
        self, node: ast.expr, scope: Scope, known: Mapping[str, frozenset[str]], depth: int = 0
    ) -> frozenset[str]:
        """Return the target's classes that a layer is one of; none where that is not known."""
        if depth > 8:
            return frozenset()
        told = known.get(ast.unparse(node)) if known and chain_of(node) else None
        if told:
            return told
        if isinstance(node, ast.Call):
            made = self._target_class(node.func, scope)
            return frozenset({made}) if made else frozenset()
        values: list[ast.expr | None] = []
        if isinstance(node, ast.Name):
            bindings = self._file.names.bindings(node.id, scope)
            if all(each.kind == "assign" and each.value is not None for each in bindings):
                values = [each.value for each in bindings]
        elif isinstance(node, ast.Attribute) and self._is_own(node.value, scope):
            owner = self._owner(scope)
            values = [
                each
                for definition in self._line(owner)
                for each in self._fields.get((definition, node.attr), [])
            ]
        found = [
            self._layers(each, scope, {}, depth + 1) if each is not None else frozenset() for each in values
        ]
        return frozenset().union(*found) if found and all(found) else frozenset()

    def _line(self, owner: ast.AST | None) -> list[ast.AST]:
        """Return a class and those of the file from which it derives."""
        found = [owner] if owner is not None else []
        for definition in found:  # which grows
            if not isinstance(definition, ast.ClassDef) or definition not in self._file.modules:
                continue
            outer = self._file.modules[definition]
            for base in definition.bases:
                bindings = self._file.names.bindings(base.id, outer) if isinstance(base, ast.Name) else []
                found += [
                    each.node
                    for each in bindings
                    if isinstance(each.node, ast.ClassDef) and each.node not in found
                ]
        return found

    @staticmethod
    def _owner(scope: Scope) -> ast.AST | None:
        while scope.class_node is None and scope.parent is not None:
            scope = scope.parent
        return scope.class_node

    def _is_own(self, node: ast.expr, scope: Scope) -> bool:
        """Whether a name is what a method calls its object, or its class."""
        if not isinstance(node, ast.Name):
            return False
        return any(
            each.kind == "param"
            and isinstance(function := holder.node, ast.FunctionDef | ast.AsyncFunctionDef)
            and holder.owner is not None
            and each.node is next(iter([*function.args.posonlyargs, *function.args.args]), None)
            for holder in [scope.holder(node.id)]
            if holder is not None
            for each in holder.names[node.id]
        )

    def _cannot_be_a_layer(self, node: ast.expr, scope: Scope) -> bool:
        """Whether an expression is surely no layer of the framework's."""
        if self._is_own(node, scope) or (isinstance(node, ast.Call) and _is_call_of(node, "super")):
            return True
        if isinstance(node, ast.Name):
            bindings = self._file.names.bindings(node.id, scope)
            if any(each.kind in ("import", "class", "def") for each in bindings):
                return True
            if any(isinstance(each.node, ast.ExceptHandler) for each in bindings):
                return True
        chain = chain_of(node)
        if chain and self._file.names.path_of(chain[0], scope) is not None:
            return True
        made = chain_of(node.func) if isinstance(node, ast.Call) else None
        path = self._file.names.path_of(made[0], scope) if made else None
        if made and path is not None:
            full = self._file.apis.canonical(".".join([path, *made[1:]]))
            if full.startswith("torch.") and not full.startswith("torch.nn."):
                return True  # such as torch.finfo
        kind = self._file.types.of(node, scope).rstrip("?")
        if kind == "module":
            return self._is_users(node, scope)
        return kind not in ("", "…")

    def _is_users(self, node: ast.expr, scope: Scope) -> bool:
        """Whether a module is made by a class of this file."""
        if isinstance(node, ast.Name):
            bindings = self._file.names.bindings(node.id, scope)
            values = [each.value for each in bindings if each.kind == "assign"]
            return len(values) == len(bindings) > 0 and all(
                each is not None and self._is_users(each, scope) for each in values
            )
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            return False
        made = self._file.names.bindings(node.func.id, scope)
        path = self._file.names.path_of(node.func.id, scope)
        imported = path is not None and path.split(".")[0] != self._file.options.source
        return imported or (bool(made) and all(each.kind == "class" for each in made))

    # -- edits --------------------------------------------------------------------------------------------------

    def _attribute(self, node: ast.Attribute, scope: Scope, known: Mapping[str, frozenset[str]]) -> None:
        if node.attr == "__name__":
            self._class_name(node, scope)
            return
        if node.attr in self._tables:
            self._own_table(node, scope)
            return
        load = isinstance(node.ctx, ast.Load)
        if node.attr in _OF_TENSORS or node.attr in self._asked or node.attr in _OF_GRADIENTS:
            self._of_tensor(node, scope)
            return
        if load and node.attr not in self._renamed:
            return
        layers = self._layers(node.value, scope, known)
        names = {self._names.get(each, {}).get(node.attr, node.attr) for each in layers}
        if layers and not load and node.attr not in _STATE:
            self._file.found(node, "left", f"torch.nn.Module.{node.attr}",
                             "a layer of the target's may have taken over the old value when it was made",
                             "make the layer with the new value")  # fmt: skip
        elif len(names) == 1:
            if names != {node.attr}:
                self._rename(node, names.pop())
        elif node.attr not in self._renamed or (not layers and self._cannot_be_a_layer(node.value, scope)):
            return
        elif load and not self._quote:
            self._inside_fstring(f"torch.nn.Module.{node.attr}")
        elif load:
            rest = f", {self._quote}{node.attr}{self._quote})"
            self._ask(node, node.value, "layer_attribute", rest, scope)
        elif node.attr in _STATE and not self._assign(node, scope):
            self._file.found(node, "left", f"torch.nn.Module.{node.attr}",
                             "layers may have it under another name, and would not see what is assigned",
                             "assign to the target's attribute")  # fmt: skip

    def _of_tensor(self, node: ast.Attribute, scope: Scope) -> None:
        """Convert an attribute that torch's tensors have and the target's lack, or have as a method."""
        chain = chain_of(node)
        if (chain and self._file.names.path_of(chain[0], scope) is not None) or self._is_own(
            node.value, scope
        ):
            return  # a name of a module; what a class of the file's own calls so
        kind = self._file.types.of(node.value, scope).rstrip("?")
        if kind not in ("tensor", ""):
            return
        api = f"torch.Tensor.{node.attr}"
        reason = _OF_TENSORS.get(node.attr, "")
        if node.attr in _OF_GRADIENTS:
            if kind or node.attr == "grad" or not self._is_parameters(node, scope):
                self._of_gradient(node, scope, api)
        elif reason:
            what = reason if kind else f"{reason}, if this is a tensor"
            self._file.found(node, "left", api, what, "write it by hand")
        elif isinstance(node.ctx, ast.Load):
            rest = f", {self._quote}{node.attr}{self._quote})"
            self._ask(node, node.value, "tensor_attribute", rest, scope)

    def _is_parameters(self, node: ast.Attribute, scope: Scope) -> bool:
        """Whether ``requires_grad`` is asked of a parameter, or set to what another tensor's is anyway."""
        if isinstance(node.ctx, ast.Load):
            return isinstance(node.value, ast.Name) and self._runs_over_parameters(node.value.id, scope)
        statement = self._statement
        value = statement.value if isinstance(statement, ast.Assign) and node in statement.targets else None
        return isinstance(value, ast.Constant) and value.value is False

    def _runs_over_parameters(self, name: str, scope: Scope) -> bool:
        """Whether a name is the variable of loops over ``parameters()`` or ``named_parameters()``, and nothing else."""
        holder = scope.holder(name)
        if holder is None:
            return False
        if isinstance(holder.node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            loops: list[ast.expr | None] = [
                each.iter for each in holder.node.generators if name in _last_names(each.target)
            ]
        else:
            loops = [
                each.statement.iter
                if isinstance(each.statement, ast.For) and name in _last_names(each.statement.target)
                else None
                for each in holder.names[name]
            ]
        return bool(loops) and all(
            isinstance(each, ast.Call)
            and isinstance(each.func, ast.Attribute)
            and each.func.attr in _PARAMETERS
            for each in loops
        )

    def _of_gradient(self, node: ast.Attribute, scope: Scope, api: str) -> None:
        """Convert ``p.grad`` and ``p.requires_grad``, whether they are asked for or set."""
        if isinstance(node.ctx, ast.Load):
            self._ask(
                node, node.value, "gradient_attribute", f", {self._quote}{node.attr}{self._quote})", scope
            )
        elif not self._assign(node, scope, "set_gradient_attribute"):
            self._file.found(node, "left", api, "MindSpore's tensors have it under another name",
                             "assign to it in a statement of its own")  # fmt: skip

    def _assign(self, node: ast.Attribute, scope: Scope, helper: str = "set_attribute") -> bool:
        """Let an adapter assign to an attribute of what may be a layer: ``a.weight = b.weight``."""
        statement, data = self._statement, self._file.source.data
        if not isinstance(statement, ast.Assign) or statement.targets != [node] or not chain_of(node.value):
            return False
        acts = any(isinstance(each, _ACTS) for each in ast.walk(statement.value))
        if acts and not isinstance(node.value, ast.Name):
            return False  # the value comes first, and may change what is assigned to
        start, end = self._file.source.span(node)
        value_start, value_end = self._file.source.span(statement.value)
        if data[end:value_start].strip(b" \t") != b"=":
            return False  # brackets or a comment
        key = adapters.Adapter(helper)
        use = Use(node, "", (), scope, statement, statement, "value", False)
        self._file.need(key, use)
        receiver = Kept(*self._file.source.span(node.value))
        pieces: list[Piece] = [Named(key), b"(", receiver, f', "{node.attr}", '.encode()]
        self._file.edits += [Edit(start, value_start, pieces), Edit(value_end, value_end, [b")"], order=1)]
        self._file.assigned.add(statement)
        self._file.found(node, "adapter", f"torch.nn.Module.{node.attr}",
                         "a layer of the target's may have it under another name")  # fmt: skip
        return True

    def _own_table(self, node: ast.Attribute, scope: Scope) -> None:
        """Convert ``net._modules``, which a Cell calls something else."""
        owner = self._owner(scope)
        if self._is_own(node.value, scope):
            if owner in self._file.modules:
                self._rename(node, self._tables[node.attr])
        elif not self._quote:
            self._inside_fstring(f"torch.nn.Module.{node.attr}")
        elif isinstance(node.ctx, ast.Store) or id(node) in self._changed:
            self._file.found(node, "left", f"torch.nn.Module.{node.attr}",
                             "a SequentialCell would not see what is changed there",
                             "assign with setattr, or to an index of it")  # fmt: skip
        elif (
            not self._cannot_be_a_layer(node.value, scope)
            or self._file.types.of(node.value, scope) == "module"
        ):
            rest = f", {self._quote}{node.attr}{self._quote})"
            self._ask(node, node.value, "layer_attribute", rest, scope)

    def _rename(self, node: ast.Attribute, name: str) -> None:
        _, end = self._file.source.span(node)
        if self._fstring and not self._file.stands_where_it_says(node):
            self._inside_fstring(f"torch.nn.Module.{node.attr}")
            return
        self._file.edits.append(Edit(end - len(node.attr.encode()), end, [name.encode()]))
        self._file.found(node, "converted", f"torch.nn.Module.{node.attr}")

    def _ask(self, node: ast.expr, receiver: ast.expr, helper: str, rest: str, scope: Scope) -> None:
        """Put a call of an adapter in a place."""
        api = (
            f"torch.nn.Module.{node.attr}"
            if isinstance(node, ast.Attribute)
            else f"torch.nn.Module: {helper}"
        )
        if self._fstring and not self._file.stands_where_it_says(node):
            self._inside_fstring(api)
            return
        start, end = self._file.source.span(node)
        inner_start, inner_end = self._file.source.span(receiver)
        data = self._file.source.data
        if isinstance(node, ast.Attribute) and receiver is node.value:
            # The text between the receiver and its dot may hold the receiver's own brackets.
            inner_start, inner_end = start, data.rindex(b".", inner_end, end)
        if has_comment(self._file.source, start, inner_start) or has_comment(
            self._file.source, inner_end, end
        ):
            self._file.found(node, "left", api, "a comment stands inside it", "move the comment")
            return
        key = adapters.Adapter(helper)
        self._file.need(key, Use(receiver, "", (), scope, node, self._statement, "value", self._fstring))  # type: ignore[arg-type]
        bare = isinstance(receiver, ast.NamedExpr | ast.GeneratorExp | ast.Yield | ast.Await)
        kept: list[Piece] = [Kept(inner_start, inner_end)]
        if bare:
            kept = [b"(", *kept, b")"]
        self._file.edits.append(Edit(start, end, [Named(key), b"(", *kept, rest.encode()]))
        self._file.found(node, "guarded", api, "what the receiver is, is only known when the program runs")

    def _inside_fstring(self, api: str) -> None:
        self._file.found(self._statement, "left", api, "inside an f-string, whose positions this Python does not tell",
                         "convert with Python 3.12 or newer, or take it out of the f-string")  # fmt: skip

    def _class_name(self, node: ast.Attribute, scope: Scope) -> None:
        """Let ``type(m).__name__`` and ``m.__class__.__name__`` be what the source's layers are called."""
        value = node.value
        receiver: ast.expr | None = None
        if isinstance(value, ast.Attribute) and value.attr == "__class__":
            receiver = value.value
        elif isinstance(value, ast.Call) and _is_call_of(value, "type") and len(value.args) == 1:
            receiver = value.args[0]
        if receiver is None or isinstance(receiver, ast.Starred) or not isinstance(node.ctx, ast.Load):
            return
        if not self._cannot_be_a_layer(receiver, scope):
            self._ask(node, receiver, "class_name", ")", scope)

    def _lookup(self, node: ast.Call, scope: Scope, known: Mapping[str, frozenset[str]]) -> None:
        """Convert ``getattr(m, "weight")`` and ``hasattr(m, "weight")``."""
        for name, helper in _LOOKUPS.items():
            if not _is_call_of(node, name) or scope.holder(name) is not None or len(node.args) < 2:
                continue
            receiver, attribute = node.args[0], node.args[1]
            if not isinstance(attribute, ast.Constant) or attribute.value not in self._renamed:
                return
            layers = self._layers(receiver, scope, known)
            if layers and not any(attribute.value in self._names.get(each, {}) for each in layers):
                return
            if layers or not self._cannot_be_a_layer(receiver, scope):
                self._replace_function(node.func, helper, scope)

    def _replace_function(self, node: ast.expr, helper: str, scope: Scope) -> None:
        if self._fstring and not self._file.stands_where_it_says(node):
            self._inside_fstring(f"torch.nn.Module: {helper}")
            return
        start, end = self._file.source.span(node)
        key = adapters.Adapter(helper)
        self._file.need(key, Use(node, "", (), scope, node, self._statement, "value", self._fstring))  # type: ignore[arg-type]
        self._file.edits.append(Edit(start, end, [Named(key)]))
        self._file.found(node, "guarded", f"torch.nn.Module: {helper}",
                         "what the receiver is, is only known when the program runs")  # fmt: skip


def _other_quote(text: str) -> str:
    """Return the quotation mark that may stand inside the braces of an f-string, "" where neither may.

    Before Python 3.12 the one that delimits it may not; strings side by side are one f-string, with all of theirs.
    """
    if sys.version_info >= (3, 12):
        return '"'
    tokens = tokenize.generate_tokens(io.StringIO(f"({text})").readline)
    marks = {token.string[-1] for token in tokens if token.type == tokenize.STRING}
    return {'"': "'", "'": '"'}[marks.pop()] if len(marks) == 1 else ""


def _is_call_of(call: ast.Call, name: str) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == name


def _without(known: dict[str, frozenset[str]], body: list[ast.stmt]) -> dict[str, frozenset[str]]:
    """Leave out what a block assigns anew."""
    if not known:
        return known
    stored = set(_stored(body))
    return {
        text: each for text, each in known.items() if text.split(".")[0] not in stored and text not in stored
    }


def _stored(body: list[ast.stmt]) -> Iterator[str]:
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
                yield ast.unparse(node)


def _last_names(target: ast.expr) -> set[str]:
    """Return the name of a loop's variable; of several, of the last one."""
    last = target.elts[-1] if isinstance(target, ast.Tuple) else target
    return {last.id} if isinstance(last, ast.Name) else set()
