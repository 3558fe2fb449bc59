"""What kind of object an expression is: the receivers of methods, and the tests that an inlined body makes.

Asked on demand, for the few expressions that matter, and without regard to the order of statements: a name is a
tensor if everything bound to it in its scope is. An answer with a question mark may also be None. Not known is "".
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable

from sporeprint.catalog import Catalog
from sporeprint.convert.names import Binding, Names, Scope, chain_of

_DISPLAYS: dict[type, str] = {
    ast.Tuple: "tuple", ast.List: "list", ast.ListComp: "list", ast.Dict: "dict", ast.DictComp: "dict",
    ast.Set: "set", ast.SetComp: "set", ast.JoinedStr: "str", ast.GeneratorExp: "generator", ast.Lambda: "function",
}  # fmt: skip
_BUILTIN = {
    "int",
    "float",
    "bool",
    "str",
    "bytes",
    "tuple",
    "list",
    "dict",
    "set",
    "complex",
    "range",
    "slice",
}
_TENSOR_ATTRIBUTES = {"T", "mT", "H", "data", "real", "imag"}
OTHER_MODULES = sys.stdlib_module_names - {"typing", "collections"} | {"numpy", "PIL", "pandas", "cv2"}
#: Layers whose result is not one tensor.
_SEVERAL = {"LSTM", "GRU", "RNN", "MultiheadAttention", "LSTMCell"}
_DEPTH = 25


class Types:
    """Answers for one file."""

    def __init__(
        self, names: Names, catalog: Catalog, api: Callable[[str], str], modules: dict[ast.ClassDef, Scope]
    ) -> None:
        """``api`` gives the catalogue's name of a path; ``modules`` are the file's module classes."""
        self._names = names
        self._catalog = catalog
        self._api = api
        self._modules = modules
        self._busy: set[tuple[int, str]] = set()
        self._known: dict[tuple[int, str], str] = {}
        self._fields: dict[tuple[ast.AST, str], list[ast.expr | None]] | None = None

    def of(self, node: ast.expr, scope: Scope, depth: int = 0) -> str:
        """Return the type of an expression used in ``scope``."""
        if depth > _DEPTH:
            return ""
        kind = type(node)
        if kind in _DISPLAYS:
            return _DISPLAYS[kind]
        match node:
            case ast.Constant(value=value):
                return "?" if value is None else type(value).__name__
            case ast.Name(id=name):
                return self._name(name, scope, depth)
            case ast.Attribute():
                return self._attribute(node, scope, depth)
            case ast.Call():
                return self._call(node, scope, depth)
            case ast.BinOp():
                left = self.of(node.left, scope, depth + 1)
                right = self.of(node.right, scope, depth + 1)
                if _is(left, "tensor") or (_is(right, "tensor") and left in ("int", "float", "bool")):
                    return "tensor"
                return left if left == right and left in ("int", "float", "str", "list", "tuple") else ""
            case ast.UnaryOp():
                operand = self.of(node.operand, scope, depth + 1)
                if isinstance(node.op, ast.Not):
                    return "bool"
                return operand if operand in ("tensor", "int", "float") else ""
            case ast.Compare():
                if isinstance(node.ops[0], ast.Is | ast.IsNot | ast.In | ast.NotIn):
                    return "bool"
                return "tensor" if _is(self.of(node.left, scope, depth + 1), "tensor") else ""
            case ast.IfExp():
                return _join([self.of(node.body, scope, depth + 1), self.of(node.orelse, scope, depth + 1)])
            case ast.Subscript():
                return "tensor" if _is(self.of(node.value, scope, depth + 1), "tensor") else ""
            case ast.NamedExpr():
                return self.of(node.value, scope, depth + 1)
        return ""

    def annotation(self, node: ast.expr | None, scope: Scope) -> str:
        """Return the type that an annotation states."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                node = ast.parse(node.value, mode="eval").body
            except (SyntaxError, ValueError):
                return ""
        if isinstance(node, ast.Constant) and node.value is None:
            return "?"
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return _join([self.annotation(node.left, scope), self.annotation(node.right, scope)])
        if isinstance(node, ast.Subscript):
            chain = chain_of(node.value)
            if chain and chain[-1] == "Optional":
                return _join([self.annotation(node.slice, scope), "?"])
            if chain and chain[-1].lower() in _BUILTIN:
                return chain[-1].lower()
            return ""
        chain = chain_of(node) if isinstance(node, ast.expr) else None
        if not chain:
            return ""
        if len(chain) == 1:
            if scope.holder(chain[0]) is None:
                return chain[0] if chain[0] in _BUILTIN else ""
            if self._is_module_class(chain[0], scope):
                return "module"
        path = self._names.path_of(chain[0], scope)
        if path is None:
            return ""
        full = self._api(".".join([path, *chain[1:]]))
        if full.rpartition(".")[2] == "Tensor" and full.split(".")[0] in ("torch", "mindspore"):
            return "tensor"
        if full in ("torch.nn.Parameter", "mindspore.Parameter"):
            return "tensor"
        if full in ("torch.nn.Module", "mindspore.nn.Cell"):
            return "module"
        return "other" if full.split(".")[0] in OTHER_MODULES else ""

    def _is_module_class(self, name: str, scope: Scope) -> bool:
        bindings = self._names.bindings(name, scope)
        return bool(bindings) and all(each.node in self._modules for each in bindings)

    @staticmethod
    def _plain_class(bindings: list[Binding]) -> str:
        """Return "other" for a class without bases: what another inherits is not known."""
        return "other" if not any(getattr(each.node, "bases", ()) for each in bindings) else ""

    def is_layer(self, node: ast.expr, scope: Scope) -> bool:
        """Whether an expression is ``self.name`` and always a layer of the framework's own."""
        return isinstance(node, ast.Attribute) and bool(self._layers(node, scope))

    # -- names ----------------------------------------------------------------------------------------------

    def _name(self, name: str, scope: Scope, depth: int) -> str:
        holder = scope.holder(name)
        if holder is None:
            return ""
        key = (id(holder), name)
        if key in self._known:
            return self._known[key]
        if key in self._busy:
            return "…"  # part of its own definition: says nothing
        self._busy.add(key)
        found = _join([self._binding(each, name, holder, depth + 1) for each in holder.names[name]])
        self._busy.discard(key)
        if found == "…":
            found = ""
        if not self._busy:
            self._known[key] = found
        return found

    def _binding(self, binding: Binding, name: str, scope: Scope, depth: int) -> str:
        if binding.kind == "none":
            return "?"
        if binding.kind == "param":
            return self._parameter(binding, name, scope)
        if binding.kind == "annotated":
            assert isinstance(binding.node, ast.AnnAssign)
            return self.annotation(binding.node.annotation, scope)
        if binding.kind == "assign" and binding.value is not None:
            return self.of(binding.value, scope, depth)
        return ""

    def _parameter(self, binding: Binding, name: str, scope: Scope) -> str:
        assert isinstance(binding.node, ast.arg)
        if binding.node.annotation is not None:
            stated = self.annotation(binding.node.annotation, scope)
            default = self._default(scope, name)
            optional = isinstance(default, ast.Constant) and default.value is None
            return _join([stated, "?"]) if optional and stated else stated
        function = scope.node
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) or scope.owner is None:
            return ""
        static = any(isinstance(each, ast.Name) and each.id in ("staticmethod", "classmethod")
                     for each in function.decorator_list)  # fmt: skip
        parameters = [*function.args.posonlyargs, *function.args.args]
        owner = scope.owner.node
        is_module = owner in self._modules
        if parameters and parameters[0] is binding.node and not static:
            bases = owner.bases if isinstance(owner, ast.ClassDef) else []
            return "module" if is_module else "" if bases else "other"
        if is_module and function.name in ("forward", "construct"):
            default = self._default(scope, name)
            plain = binding.node in parameters or binding.node in function.args.kwonlyargs
            if plain and (default is None or (isinstance(default, ast.Constant) and default.value is None)):
                return "tensor?"
        return ""

    @staticmethod
    def _default(scope: Scope, name: str) -> ast.expr | None:
        arguments = scope.node.args  # type: ignore[attr-defined]
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults = dict(
            zip([each.arg for each in positional][len(positional) - len(arguments.defaults) :],
                arguments.defaults, strict=True)
        )  # fmt: skip
        defaults |= dict(zip([each.arg for each in arguments.kwonlyargs], arguments.kw_defaults, strict=True))
        return defaults.get(name)

    # -- attributes and calls -----------------------------------------------------------------------------------

    def _attribute(self, node: ast.Attribute, scope: Scope, depth: int) -> str:
        path = self._path(node, scope)
        if path is not None:
            return ""
        if isinstance(node.value, ast.Name):
            layers = self._layers(node, scope)
            if layers:
                return "module"
        base = self.of(node.value, scope, depth + 1)
        if _is(base, "tensor"):
            if node.attr in _TENSOR_ATTRIBUTES:
                return "tensor"
            return {"shape": "tuple", "ndim": "int", "dtype": "other", "device": "other"}.get(node.attr, "")
        return ""

    def _path(self, node: ast.expr, scope: Scope) -> str | None:
        chain = chain_of(node)
        path = self._names.path_of(chain[0], scope) if chain else None
        return self._api(".".join([path, *chain[1:]])) if path and chain else None

    def _layers(self, node: ast.Attribute, scope: Scope) -> list[str]:
        """Return what ``self.name`` is built by, if it is always a layer of the framework's."""
        function = scope.function
        owner = function.owner if function is not None else None
        if owner is None or not isinstance(owner.node, ast.ClassDef) or function is None:
            return []
        assert isinstance(function.node, ast.FunctionDef | ast.AsyncFunctionDef)
        parameters = function.node.args.args
        if not parameters or not isinstance(node.value, ast.Name) or node.value.id != parameters[0].arg:
            return []
        if owner.node not in self._modules:
            return []
        if self._fields is None:
            self._fields = self._assigned_fields()
        found = []
        for value in self._fields.get((owner.node, node.attr), []):
            path = self._path(value.func, owner) if isinstance(value, ast.Call) else None
            entry = self._catalog.entries.get(path or "")
            if entry is None or path is None or ".nn." not in path or ".functional." in path:
                return []
            found.append(path.rpartition(".")[2])
        return found

    def _assigned_fields(self) -> dict[tuple[ast.AST, str], list[ast.expr | None]]:
        fields: dict[tuple[ast.AST, str], list[ast.expr | None]] = {}
        for target, value, scope in self._names.fields:
            owner = scope.class_node
            if owner is not None:
                fields.setdefault((owner, target.attr), []).append(value)
        return fields

    def _call(self, node: ast.Call, scope: Scope, depth: int) -> str:
        path = self._path(node.func, scope)
        if path is not None:
            entry = self._catalog.entries.get(path)
            if entry is not None:
                return "module" if entry.is_class else self._returned(entry.native.returns)
            return "other" if path.split(".")[0] in OTHER_MODULES and "." in path else ""
        function = node.func
        if isinstance(function, ast.Name):
            bindings = self._names.bindings(function.id, scope)
            if bindings and all(each.kind == "class" for each in bindings):
                return "module" if self._is_module_class(function.id, scope) else self._plain_class(bindings)
            if not bindings and function.id in _BUILTIN:
                return function.id
            return {"len": "int", "open": "other"}.get(function.id, "") if not bindings else ""
        if isinstance(function, ast.Attribute):
            if isinstance(function.value, ast.Name):
                layers = self._layers(function, scope)
                if layers:
                    return "" if _SEVERAL.intersection(layers) else "tensor"
            owner = self.of(function.value, scope, depth + 1).rstrip("?")
            for entry in self._catalog.methods.get(function.attr, []):
                if owner in ("tensor", "module") and owner_of(entry.apis) == owner:
                    return self._returned(entry.native.returns)
        return ""

    @staticmethod
    def _returned(annotation: str) -> str:
        if annotation in ("Tensor", "torch.Tensor", "ms.Tensor", "ms.Parameter", "nn.Parameter"):
            return "tensor"
        if annotation in _BUILTIN:
            return annotation
        if annotation.startswith("tuple["):
            return "tuple"
        return "module" if annotation.startswith(("nn.", "torch.nn.", "mint.nn.")) else ""


def owner_of(apis: tuple[str, ...]) -> str:
    """Return "tensor" or "module" for a method's API names, "" for a function's."""
    for api in apis:
        owner = api.rpartition(".")[0].rpartition(".")[2]
        if owner in ("Tensor", "Module", "Cell"):
            return "tensor" if owner == "Tensor" else "module"
    return ""


def _is(kind: str, wanted: str) -> bool:
    return kind.rstrip("?") == wanted


def _join(kinds: list[str]) -> str:
    plain: set[str] = set()
    optional = False
    for kind in kinds:
        if kind == "?" or kind.endswith("?"):
            optional = True
        if kind not in ("…", "?"):
            plain.add(kind.rstrip("?"))
    if not plain:
        return "?" if optional else "…"
    if len(plain) > 1 or "" in plain:
        return ""
    return plain.pop() + ("?" if optional else "")
