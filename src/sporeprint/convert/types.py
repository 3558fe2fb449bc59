"""What kind of object an expression is: the receivers of methods, and the tests that an inlined body makes.

Asked on demand, for the few expressions that matter, and without regard to the order of statements: a name is a
tensor if everything bound to it in its scope is. An answer with a question mark may also be None. Not known is "".
Beside the names of Python's own types there are ``tensor``, ``module``, ``size`` (the shape of a tensor: a tuple of
integers), ``tensors`` (a tuple or list of tensors), ``optimizer`` and ``other`` (certainly none of a framework's
objects).
"""

from __future__ import annotations

import ast
import functools
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from sporeprint.catalog import METHOD_OWNERS, Catalog, Entry
from sporeprint.convert.names import Binding, Names, Scope, chain_of
from sporeprint.facts import facts

_DISPLAYS: dict[type, str] = {
    ast.Tuple: "tuple", ast.List: "list", ast.ListComp: "list", ast.Dict: "dict", ast.DictComp: "dict",
    ast.Set: "set", ast.SetComp: "set", ast.JoinedStr: "str", ast.GeneratorExp: "generator", ast.Lambda: "function",
}  # fmt: skip
BUILTIN_TYPES = {
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
_TENSOR_ATTRIBUTES = {"T", "mT", "H", "data", "real", "imag", "grad"}
OTHER_MODULES = sys.stdlib_module_names - {"typing", "collections"} | {"numpy", "PIL", "pandas", "cv2"}
#: Layers whose result is not one tensor.
_SEVERAL = {"LSTM", "GRU", "RNN", "MultiheadAttention", "LSTMCell"}
#: What einops makes of a tensor.
_EINOPS = {"rearrange": "tensor", "reduce": "tensor", "repeat": "tensor", "einsum": "tensor", "unpack": "tensors",
           "parse_shape": "dict", "asnumpy": "other"}  # fmt: skip
_DEPTH = 25
#: What a name is said to be within its own definition (``x = x + 1``): nothing, or a tensor if it is one elsewhere.
_SO_IF_TENSOR = "…tensor"
_LIKE_ITSELF = {"…", _SO_IF_TENSOR}
_NUMBERS = {"int", "float", "bool"}
#: Methods by which a module takes a tensor under a name.
_REGISTERS = {"register_buffer", "register_parameter"}
#: What is no operand of a tensor's.
_NO_OPERAND = {"other", "optimizer", "str", "bytes", "dict", "set", "module", "function", "generator"}


@functools.cache
def _returns(framework: str) -> dict[str, dict[str, str]]:
    """Return, for each module of the framework, and for its tensor, what kind of result each name gives."""
    recorded = facts("returns") if framework == "torch" else {}
    return {
        owner: {name: kind for kind, names in kinds.items() for name in names.split()}
        for owner, kinds in recorded.items()
    }


@functools.cache
def _tuples(catalog: Catalog) -> dict[str, set[str]]:
    """Return our named tuples of tensors, with the names of what they hold."""
    return {
        body.name: {each.target.id for each in body.definition.body if isinstance(each, ast.AnnAssign)}  # type: ignore[union-attr]
        for body in catalog.bodies.values()
        if isinstance(body.definition, ast.ClassDef)
        and [ast.unparse(base) for base in body.definition.bases] == ["NamedTuple"]
    }


class Types:
    """Answers for one file."""

    def __init__(
        self,
        names: Names,
        catalog: Catalog,
        api: Callable[[str], str],
        modules: dict[ast.ClassDef, Scope],
        elsewhere: Callable[[str], str],
        field_elsewhere: Callable[[str, str], str],
        bases: frozenset[str] = frozenset(),
    ) -> None:
        """Make it.

        Args:
            names: of the file.
            catalog: the counterparts.
            api: gives the catalogue's name of a path.
            modules: the file's module classes.
            elsewhere: gives the type of what another file of the project defines under a path: of the result of a
                function, or of an object of a class; "" where it is not known.
            field_elsewhere: likewise gives the type that a class under a path states for an attribute.
            bases: the file's classes from which classes of other files derive.
        """
        self._names = names
        self._bases_elsewhere = bases
        self._catalog = catalog
        #: What a dtype's class is called in annotations of counterparts, in lower case.
        self.dtype = {"torch": "type", "mindspore": "dtype"}[catalog.source]
        self._api = api
        self._modules = modules
        self._elsewhere = elsewhere
        self._field_elsewhere = field_elsewhere
        self._tuples = _tuples(catalog)
        self._returns = _returns(catalog.source)
        self._defined = Counter(_methods_of(names))
        self._busy: set[tuple[int, str]] = set()
        self._known: dict[tuple[int, str], str] = {}
        self._asked: dict[ast.expr, str] = {}

    def of(self, node: ast.expr, scope: Scope, depth: int = 0) -> str:
        """Return the type of an expression used in ``scope``."""
        if depth > _DEPTH:
            return ""
        kind = type(node)
        if kind is ast.Name:  # most of them
            return self._name(node.id, scope, depth)  # type: ignore[attr-defined]
        if depth or self._busy:
            return self._of(node, kind, scope, depth)
        found = self._asked.get(node)
        if found is None:
            found = self._asked[node] = self._of(node, kind, scope, depth)
        return found

    def _of(self, node: ast.expr, kind: type, scope: Scope, depth: int) -> str:
        if kind in _DISPLAYS:
            return _DISPLAYS[kind]
        match node:
            case ast.Constant(value=value):
                return "?" if value is None else type(value).__name__
            case ast.Attribute():
                return self._attribute(node, scope, depth)
            case ast.Call():
                return self._call(node, scope, depth)
            case ast.BinOp():
                left = self.of(node.left, scope, depth + 1)
                right = self.of(node.right, scope, depth + 1)
                if {left, right} <= _LIKE_ITSELF | _NUMBERS and {left, right} & _LIKE_ITSELF:
                    return _SO_IF_TENSOR
                # Arithmetic with a tensor gives a tensor, whatever stands on its other side.
                if (_is(left, "tensor") and right not in _NO_OPERAND) or (
                    _is(right, "tensor") and left not in _NO_OPERAND
                ):
                    return "tensor"
                if left == right == "int" and isinstance(node.op, ast.Div | ast.Pow):
                    power = isinstance(node.op, ast.Pow) and isinstance(node.right, ast.Constant)
                    return "int" if power else "float" if isinstance(node.op, ast.Div) else ""
                return left if left == right and left in ("int", "float", "str", "list", "tuple") else ""
            case ast.UnaryOp():
                operand = self.of(node.operand, scope, depth + 1)
                if isinstance(node.op, ast.Not):
                    return "bool"
                if operand in _LIKE_ITSELF:
                    return _SO_IF_TENSOR
                return operand if operand in ("tensor", "int", "float") else ""
            case ast.Compare():
                if isinstance(node.ops[0], ast.Is | ast.IsNot | ast.In | ast.NotIn):
                    return "bool"
                return "tensor" if _is(self.of(node.left, scope, depth + 1), "tensor") else ""
            case ast.IfExp():
                return _join([self.of(node.body, scope, depth + 1), self.of(node.orelse, scope, depth + 1)])
            case ast.Subscript():
                base = self.of(node.value, scope, depth + 1)
                if base in ("size", "tensors"):
                    if isinstance(node.slice, ast.Slice):
                        return base
                    index = self.of(node.slice, scope, depth + 1)
                    return {"size": "int", "tensors": "tensor"}[base] if index == "int" else ""
                return "tensor" if _is(base, "tensor") else ""
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
            if chain and chain[-1].lower() in BUILTIN_TYPES:
                return chain[-1].lower()
            return ""
        chain = chain_of(node) if isinstance(node, ast.expr) else None
        if not chain:
            return ""
        if len(chain) == 1:
            if scope.holder(chain[0]) is None:
                return chain[0] if chain[0] in BUILTIN_TYPES else ""
            if self._is_module_class(chain[0], scope):
                return "module"
        path = self._names.path_of(chain[0], scope)
        if path is None:
            return ""
        full = self._api(".".join([path, *chain[1:]]))
        if full in ("torch.Size", "torch.jit.Final"):
            return "size" if full == "torch.Size" else ""
        if full.rpartition(".")[2] == "Tensor" and full.split(".")[0] in ("torch", "mindspore"):
            return "tensor"
        if full in ("torch.nn.Parameter", "mindspore.Parameter"):
            return "tensor"
        if full in ("torch.nn.Module", "mindspore.nn.Cell"):
            return "module"
        if full in ("torch.dtype", "mindspore.Type"):
            return self.dtype
        if full == "torch.device":
            return "device"
        entry = self._catalog.entries.get(full)
        if entry is not None and entry.is_class:
            return _object_of(entry, full)
        return "other" if full.split(".")[0] in OTHER_MODULES else self._elsewhere(full)

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
        bindings = [each for each in holder.names[name] if each.kind != "augmented"]
        found = _join([self._binding(each, name, holder, depth + 1) for each in bindings])
        changes = [(each.value, holder) for each in holder.names[name] if each.kind == "augmented"]
        found = self._augmented(found, changes, depth + 1)
        self._busy.discard(key)
        if found in _LIKE_ITSELF:
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

    def _augmented(self, kind: str, values: Sequence[tuple[ast.expr | None, Scope]], depth: int) -> str:
        """Return what is left to say of something of a kind after augmented assignments of these values."""
        for each, scope in values:
            value = self.of(each, scope, depth) if each is not None else ""
            stays = value not in _NO_OPERAND if _is(kind, "tensor") else value in (kind, "…") and kind != "…"
            kind = kind if stays else ""
        return kind

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
            mixed_in = isinstance(owner, ast.ClassDef) and owner.name in self._bases
            return "module" if is_module else "" if bases or mixed_in else "other"
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
        path = self.path(node, scope)
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
            known = {"shape": "size", "ndim": "int", "dtype": self.dtype, "device": "device"}
            return known.get(node.attr, "")
        if base == "tensors" and any(node.attr in fields for fields in self._tuples.values()):
            return "tensor"
        return self._field(node, scope, depth) or self._stated_field(node, scope, depth)

    def _stated_field(self, node: ast.Attribute, scope: Scope, depth: int) -> str:
        """Return the type that a class of the project states for a field: for ``args.n`` the class of ``args``.

        What its own methods assign to the field has to have that type, too.
        """
        owner = self.own_class(node, scope) or self._class_of(node.value, scope)
        if not isinstance(owner, ast.ClassDef):
            return self._field_elsewhere(owner, node.attr) if owner is not None else ""
        bindings = self._names.scope_of[owner].names.get(node.attr, [])
        key = (id(owner), f"stated {node.attr}")
        if not bindings or key in self._busy:
            return ""
        kinds = []
        for each in bindings:
            if each.kind != "annotated" or not isinstance(each.node, ast.AnnAssign):
                return ""
            kinds.append(self.annotation(each.node.annotation, self._names.scope_of[owner]))
            default = each.node.value
            kinds.append("?" if isinstance(default, ast.Constant) and default.value is None else "…")
        self._busy.add(key)
        for value, inner in self.assigned(owner, node.attr):
            kinds.append(self.of(value, inner, depth + 1) if value is not None else "")
        self._busy.discard(key)
        return _join(kinds)

    def _class_of(self, node: ast.expr, scope: Scope, depth: int = 0) -> ast.ClassDef | str | None:
        """Return the class whose object an expression is, as its annotations and constructors say.

        Of this file it is the definition, of another its path.
        """
        if depth > 3:
            return None
        if isinstance(node, ast.Call):
            return self._class_named(node.func, scope)
        if isinstance(node, ast.Attribute):
            owner = self.own_class(node, scope)
            values = self.assigned(owner, node.attr) if owner is not None else []
            return _only(
                [
                    self._class_of(value, inner, depth + 1) if value is not None else None
                    for value, inner in values
                ]
            )
        holder = scope.holder(node.id) if isinstance(node, ast.Name) else None
        if holder is None or not isinstance(node, ast.Name):
            return None
        found: list[ast.ClassDef | str | None] = []
        for each in holder.names[node.id]:
            annotation = getattr(each.node, "annotation", None)
            if each.kind in ("param", "annotated") and annotation is not None:
                found.append(self._class_named(annotation, holder))
            elif each.kind == "assign" and each.value is not None:
                found.append(self._class_of(each.value, holder, depth + 1))
            else:
                found.append(None)
        return _only(found)

    def _class_named(self, node: ast.expr, scope: Scope) -> ast.ClassDef | str | None:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            node = ast.Name(node.value, ast.Load())
        bindings = self._names.bindings(node.id, scope) if isinstance(node, ast.Name) else []
        found = bindings[0].node if len(bindings) == 1 else None
        return found if isinstance(found, ast.ClassDef) else self.path(node, scope)

    def _field(self, node: ast.Attribute, scope: Scope, depth: int) -> str:
        """Return the type of ``self.name``, where all that the class assigns to it has one and the same."""
        owner = self.own_class(node, scope)
        if owner is not None and (owner, node.attr) in self._registered:
            return self._registered[owner, node.attr]
        values = self._assigned_fields.get((owner, node.attr), []) if owner is not None else []
        key = (id(owner), f"self.{node.attr}")
        if not values or key in self._busy:
            return "…" if values else ""
        self._busy.add(key)
        kinds = [self.of(value, inner, depth + 1) if value is not None else "" for value, inner in values]
        self._busy.discard(key)
        changes = [
            (change.value, inner)
            for change, inner in self._names.augmented
            if isinstance(change.target, ast.Attribute)
            and change.target.attr == node.attr
            and inner.class_node is owner
        ]
        found = self._augmented(_join(kinds), changes, depth + 1)
        return "" if found in _LIKE_ITSELF else found

    def own_class(self, node: ast.Attribute, scope: Scope) -> ast.ClassDef | None:
        """Return the class in whose method ``node`` is an attribute of the first parameter."""
        function = scope.function
        while function is not None and function.owner is None and function.parent is not None:
            function = function.parent.function  # a function within a method
        if function is None or function.owner is None or not isinstance(node.value, ast.Name):
            return None
        assert isinstance(function.node, ast.FunctionDef | ast.AsyncFunctionDef)
        parameters = [*function.node.args.posonlyargs, *function.node.args.args]
        holder = scope.holder(node.value.id)
        if not parameters or node.value.id != parameters[0].arg or holder is not function:
            return None
        if len(function.names[parameters[0].arg]) > 1:
            return None
        return function.owner.node if isinstance(function.owner.node, ast.ClassDef) else None

    def path(self, node: ast.expr, scope: Scope) -> str | None:
        """Return the public name of what an expression names, None where it is not imported."""
        chain = chain_of(node)
        path = self._names.path_of(chain[0], scope) if chain else None
        return self._api(".".join([path, *chain[1:]])) if path and chain else None

    def _layers(self, node: ast.Attribute, scope: Scope) -> list[str]:
        """Return what ``self.name`` is built by, if it is always a layer of the framework's."""
        return [name for name, _ in self.built_by(node, scope)]

    def assigned(self, owner: ast.ClassDef, name: str) -> list[tuple[ast.expr | None, Scope]]:
        """Return what the methods of a class assign to an attribute of the object."""
        return self._assigned_fields.get((owner, name), [])

    def built_by(self, node: ast.Attribute, scope: Scope) -> list[tuple[str, ast.Call]]:
        """Return what builds ``self.name``, classes and calls, if it is always a layer of the framework's."""
        owner = self.own_class(node, scope)
        if owner is None or owner not in self._modules:
            return []
        found = []
        for value, inner in self._assigned_fields.get((owner, node.attr), []):
            path = self.path(value.func, inner) if isinstance(value, ast.Call) else None
            entry = self._catalog.entries.get(path or "")
            if not isinstance(value, ast.Call) or path is None:
                return []
            known = entry is not None and (
                entry.is_module or self._returned(entry.native.returns) == "module"
            )
            if not known and not path.startswith("einops.layers.torch."):
                return []
            found.append((path.rpartition(".")[2], value))
        return found

    @functools.cached_property
    def _bases(self) -> frozenset[str]:
        """The names of what classes of the file derive from: their methods' objects may be more than they say."""
        bases = (each for definition, _, _ in self._names.classes for each in definition.bases)
        return self._bases_elsewhere | {each.id for each in bases if isinstance(each, ast.Name)}

    @functools.cached_property
    def _registered(self) -> dict[tuple[ast.AST, str], str]:
        """Return the types of what modules take by ``register_buffer`` and ``register_parameter``."""
        found: dict[tuple[ast.AST, str], str] = {}
        for method in self._names.method_calls:
            call, owner = method.node, method.scope.class_node
            registers = isinstance(call.func, ast.Attribute) and call.func.attr in _REGISTERS
            if not registers or owner is None or len(call.args) < 2:
                continue
            name, value = call.args[:2]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                is_none = isinstance(value, ast.Constant) and value.value is None
                kinds = [found.get((owner, name.value), "…"), "?" if is_none else "tensor"]
                found[owner, name.value] = _join(kinds)
        return found

    @functools.cached_property
    def _assigned_fields(self) -> dict[tuple[ast.AST, str], list[tuple[ast.expr | None, Scope]]]:
        fields: dict[tuple[ast.AST, str], list[tuple[ast.expr | None, Scope]]] = {}
        augmented = {id(each.target) for each, _ in self._names.augmented}
        for target, value, scope in self._names.fields:
            owner = scope.class_node
            if owner is not None and id(target) not in augmented:
                fields.setdefault((owner, target.attr), []).append((value, scope))
        return fields

    def _call(self, node: ast.Call, scope: Scope, depth: int) -> str:
        path = self.path(node.func, scope)
        if path is not None:
            return self._imported(path, node, scope, depth)
        function = node.func
        if isinstance(function, ast.Name):
            bindings = self._names.bindings(function.id, scope)
            if bindings and all(each.kind == "class" for each in bindings):
                return "module" if self._is_module_class(function.id, scope) else self._plain_class(bindings)
            if len(bindings) == 1 and isinstance(bindings[0].node, ast.FunctionDef):
                return self._result(bindings[0].node, depth)
            if not bindings and function.id in BUILTIN_TYPES:
                return function.id
            return {"len": "int", "open": "other"}.get(function.id, "") if not bindings else ""
        if isinstance(function, ast.Attribute):
            return self._method_result(node, function, scope, depth)
        return ""

    def _imported(self, path: str, node: ast.Call, scope: Scope, depth: int) -> str:
        """Return the type of the result of something that is imported."""
        if path == "torch.device":
            return "device"
        if path == "torch.nn.Buffer":
            return "tensor"
        entry = self._catalog.entries.get(path)
        if entry is not None and entry.is_class:
            return _object_of(entry, path)
        stated = self._returned(entry.native.returns) if entry is not None else ""
        if stated:
            return stated
        owner, _, name = path.rpartition(".")
        if owner in self._returns:
            return self._returns[owner].get(name, "")
        top = path.split(".", maxsplit=1)[0]
        if path in ("copy.copy", "copy.deepcopy") and node.args:
            return self.of(node.args[0], scope, depth + 1)
        if top == "einops":
            if owner == "einops.layers.torch":
                return "module"
            first = self.of(node.args[0], scope, depth + 1) if node.args else ""
            return _EINOPS.get(name, "") if _is(first, "tensor") else ""
        return "other" if top in OTHER_MODULES and "." in path else self._elsewhere(path)

    def _method_result(self, node: ast.Call, function: ast.Attribute, scope: Scope, depth: int) -> str:
        layers = self._layers(function, scope) if isinstance(function.value, ast.Name) else []
        if layers:
            return "" if _SEVERAL.intersection(layers) else "tensor"
        own = self.own_class(function, scope)
        if own is not None:
            bindings = self._names.scope_of[own].names.get(function.attr, [])
            alone = self._defined[function.attr] == 1  # no class here overrides it
            if alone and len(bindings) == 1 and isinstance(bindings[0].node, ast.FunctionDef):
                return self._result(bindings[0].node, depth)
        owner = self.of(function.value, scope, depth + 1).rstrip("?")
        if owner in _LIKE_ITSELF:
            return _SO_IF_TENSOR if self._of_method("tensor", node, function) == "tensor" else ""
        return self._of_method(owner, node, function)

    def _of_method(self, owner: str, node: ast.Call, function: ast.Attribute) -> str:
        if owner == "tensor" and function.attr == "size":
            return "int" if node.args or node.keywords else "size"
        for entry in self._catalog.methods.get(function.attr, []):
            if owner in ("tensor", "module") and owner_of(entry.apis) == owner:
                stated = self._returned(entry.native.returns)
                if stated:
                    return stated
        return self._returns.get("torch.Tensor", {}).get(function.attr, "") if owner == "tensor" else ""

    def _result(self, function: ast.FunctionDef, depth: int) -> str:
        """Return the type of what a function of the file returns: as annotated, or what all its returns have."""
        scope = self._names.scope_of[function]
        if function.decorator_list or depth > _DEPTH:
            return ""
        if function.returns is not None:
            assert scope.parent is not None
            return self.annotation(function.returns, scope.parent)
        key = (id(scope), "return")
        if key in self._known:
            return self._known[key]
        if key in self._busy or not scope.returns:
            return "…" if scope.returns else ""
        self._busy.add(key)
        kinds = [self.of(each, scope, depth + 1) if each is not None else "?" for each in scope.returns]
        self._busy.discard(key)
        found = _join(kinds)
        found = "" if found in _LIKE_ITSELF or found.endswith("?") else found
        if not self._busy:
            self._known[key] = found
        return found

    def _returned(self, annotation: str) -> str:
        if annotation.rpartition(".")[2] in ("Tensor", "Parameter"):
            return "tensor"
        if annotation in BUILTIN_TYPES:
            return annotation
        if annotation.startswith("tuple[Tensor") or annotation in self._tuples:
            return "tensors"
        if annotation.startswith("tuple["):
            return "tuple"
        return "module" if annotation.startswith(("nn.", "torch.nn.", "mint.nn.")) else ""


def _methods_of(names: Names) -> Iterator[str]:
    for scope in names.scopes:
        if scope.owner is not None and isinstance(scope.node, ast.FunctionDef):
            yield scope.node.name


def _object_of(entry: Entry, path: str) -> str:
    """Return the type of an object of a class that has a counterpart."""
    if entry.is_module:
        return "module"
    return "optimizer" if path.startswith("torch.optim.") and "lr_scheduler" not in path else "other"


def owner_of(apis: tuple[str, ...]) -> str:
    """Return "tensor", "module" or "size" for a method's API names, "" for a function's."""
    for api in apis:
        kind = METHOD_OWNERS.get(api.rpartition(".")[0].rpartition(".")[2])
        if kind is not None:
            return kind
    return ""


def _only(found: list[ast.ClassDef | str | None]) -> ast.ClassDef | str | None:
    """Return the one class that all of these are."""
    return found[0] if found and all(each == found[0] for each in found) else None


def _is(kind: str, wanted: str) -> bool:
    return kind.rstrip("?") == wanted


def _join(kinds: list[str]) -> str:
    plain: set[str] = set()
    optional = False
    for kind in kinds:
        if kind == "?" or kind.endswith("?"):
            optional = True
        if kind not in {*_LIKE_ITSELF, "?"}:
            plain.add(kind.rstrip("?"))
    if not plain:
        return "?" if optional else _SO_IF_TENSOR if _SO_IF_TENSOR in kinds else "…"
    if len(plain) > 1 or "" in plain or (_SO_IF_TENSOR in kinds and plain != {"tensor"}):
        return ""
    return plain.pop() + ("?" if optional else "")
