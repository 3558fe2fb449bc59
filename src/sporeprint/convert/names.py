"""Scopes, and what each name in a file stands for.

One walk over the syntax tree records, scope by scope, every way a name is bound and every use that could matter:
attribute chains that start at a name (``F.log_softmax``, ``x.size``), and names alone. Afterwards
:meth:`Names.path_of` answers what a use stands for, by Python's own scoping rules: a class body is not seen from
the functions in it, a comprehension has a scope of its own but for its first iterable, ``global`` and ``nonlocal``
bind elsewhere.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

BUILTINS = frozenset(dir(builtins))
#: What a network is run by.
_RUN = frozenset({"forward", "construct"})
#: What adds to a list.
_ADDS = frozenset({"append", "extend", "insert"})
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(slots=True, eq=False)
class Binding:
    """One way in which a name gets a value.

    ``kind`` is ``import``, ``assign`` (``value`` is what is assigned whole), ``augmented``, ``param``, ``def``,
    ``class``, ``none`` (the constant None), ``annotated`` or ``other``. ``path`` is what an import binds.
    """

    kind: str
    node: ast.AST
    value: ast.expr | None = None
    path: str = ""
    statement: ast.stmt | None = None


@dataclass(slots=True, eq=False)
class Scope:
    """A module, class, function, lambda or comprehension."""

    kind: str
    node: ast.AST
    parent: Scope | None
    names: dict[str, list[Binding]] = field(default_factory=dict)
    elsewhere: dict[str, str] = field(default_factory=dict)  # name -> "global" or "nonlocal"
    returns: list[ast.expr | None] = field(default_factory=list)
    owner: Scope | None = None  # of a method: its class
    class_node: ast.AST | None = field(init=False, default=None)  # the class, if `function` is a method

    def __post_init__(self) -> None:
        if self.kind == "function":
            self.class_node = self.owner.node if self.owner is not None else None
        elif self.kind in ("lambda", "comprehension") and self.parent is not None:
            self.class_node = self.parent.class_node

    def holder(self, name: str) -> Scope | None:
        """Return the scope in which a name used here is bound; None: nowhere in this file."""
        scope: Scope | None = self
        while scope is not None:
            declared = scope.elsewhere.get(name)
            if declared == "global":
                return scope.module if name in scope.module.names else None
            if declared is None and name in scope.names and (scope is self or scope.kind != "class"):
                return scope
            scope = scope.parent
        return None

    @property
    def module(self) -> Scope:
        """The outermost scope."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    @property
    def function(self) -> Scope | None:
        """The innermost function around, lambdas and comprehensions skipped."""
        scope: Scope | None = self
        while scope is not None and scope.kind not in ("function", "module", "class"):
            scope = scope.parent
        return scope if scope is not None and scope.kind == "function" else None


Field: TypeAlias = tuple[ast.Attribute, ast.expr | None, Scope]


@dataclass(slots=True, eq=False)
class Use:
    """A name, or the longest attribute chain that starts at one."""

    node: ast.Name | ast.Attribute
    root: str
    attributes: tuple[str, ...]
    scope: Scope
    parent: ast.AST
    statement: ast.stmt
    role: str  # "value", "annotation", "string" (an annotation), "base", "class" (of isinstance), "decorator", "store"
    in_fstring: bool


@dataclass(slots=True, eq=False)
class MethodCall:
    """A call ``receiver.name(...)`` that may be a method of a framework's object."""

    node: ast.Call
    scope: Scope
    parent: ast.AST
    statement: ast.stmt
    in_fstring: bool


class Names:
    """What one walk over a module found."""

    def __init__(self, tree: ast.Module, methods: frozenset[str]) -> None:
        """Walk ``tree``; calls of a method named in ``methods`` are recorded too."""
        self.module = Scope("module", tree, None)
        self.scopes: list[Scope] = [self.module]
        self.uses: list[Use] = []
        self.method_calls: list[MethodCall] = []
        self.classes: list[tuple[ast.ClassDef, Scope, Scope]] = []
        self.stars: list[tuple[str, ast.ImportFrom]] = []
        self.imports: list[tuple[ast.Import | ast.ImportFrom, Scope]] = []
        self.imported: list[tuple[str, str]] = []  # the names that imports bind, and what they stand for
        self.fields: list[Field] = []  # `self.x = value` and the like
        self.augmented: list[tuple[ast.AugAssign, Scope]] = []
        self.items: list[tuple[ast.Subscript, Scope, ast.stmt]] = []  # that something is assigned to
        self.runs: list[tuple[ast.Attribute, Scope]] = []  # `.forward` of what is no name
        self.added: list[tuple[ast.Call, Scope]] = []  # `.append(…)` and the like
        self.call_parents: dict[ast.Call, ast.AST] = {}
        self.parents: dict[ast.stmt, tuple[ast.AST, list[ast.stmt]]] = {}
        self.identifiers: dict[str, int] = {}  # how often each name is bound or used, imports apart
        self.scope_of: dict[ast.AST, Scope] = {}
        self._methods = methods
        self._scope = self.module
        self._statement: ast.stmt = ast.Pass()
        self._role = "value"
        self._fstring = False
        self._nonlocals: list[tuple[Scope, str, Binding]] = []
        self._block(tree, tree.body)
        for scope, name, made in self._nonlocals:  # the outer function may bind the name only further down
            holder = scope.holder(name)
            (holder or scope).names.setdefault(name, []).append(made)
        self._paths: dict[tuple[Scope, str], str | None] = {}  # by the scope of the use
        self._resolved: dict[tuple[Scope, str], str | None] = {}  # by the scope that binds the name

    # -- questions ------------------------------------------------------------------------------------------

    def path_of(self, root: str, scope: Scope) -> str | None:
        """Return the dotted path that a name stands for, if every binding of it is an import of that path.

        A binding to None beside an import (``except ImportError: torch = None``) does not count: what is used
        as a module there can only be the module. A name bound to an attribute chain of an import stands for the
        longer path. Ambiguous names, and names of this file's own, give None.
        """
        key = (scope, root)
        if key not in self._paths:
            self._paths[key] = self._path(root, scope)
        return self._paths[key]

    def _path(self, root: str, scope: Scope) -> str | None:
        holder = scope.holder(root)
        if holder is None:
            return None
        key = (holder, root)
        if key not in self._resolved:
            self._resolved[key] = None  # a name defined by itself stands for nothing
            self._resolved[key] = self._resolve(holder, root)
        return self._resolved[key]

    def bindings(self, root: str, scope: Scope) -> list[Binding]:
        """Return every binding of the name that a use in ``scope`` refers to."""
        holder = scope.holder(root)
        return holder.names[root] if holder is not None else []

    def _resolve(self, holder: Scope, root: str) -> str | None:
        paths: set[str | None] = set()
        assigned = False
        for binding in holder.names[root]:
            if binding.kind == "import":
                paths.add(binding.path)
            elif binding.kind == "none":
                continue
            elif binding.kind == "assign" and isinstance(binding.value, ast.Attribute | ast.Name):
                chain = chain_of(binding.value)
                base = self._path(chain[0], holder) if chain else None
                paths.add(".".join([base, *chain[1:]]) if base and chain else None)
                assigned = True
            else:
                paths.add(None)
        if assigned and self.may_be_none(root, holder):
            return None
        return paths.pop() if len(paths) == 1 else None

    def may_be_none(self, root: str, scope: Scope) -> bool:
        """Whether one of the bindings of a name is the constant None."""
        return any(binding.kind == "none" for binding in self.bindings(root, scope))

    # -- the walk -------------------------------------------------------------------------------------------

    def _bind(
        self, name: str, kind: str, node: ast.AST, value: ast.expr | None = None, path: str = ""
    ) -> None:
        scope = self._scope
        declared = scope.elsewhere.get(name)
        if declared == "global":
            scope = self.module
        if kind == "import":
            self.imported.append((name, path))
        else:
            self.identifiers[name] = self.identifiers.get(name, 0) + 1
        made = Binding(kind, node, value, path, self._statement)
        if declared == "nonlocal":
            self._nonlocals.append((scope, name, made))
            return
        scope.names.setdefault(name, []).append(made)

    def _block(self, parent: ast.AST, body: list[ast.stmt]) -> None:
        outer = self._statement
        for statement in body:
            self._statement = statement
            self.parents[statement] = (parent, body)
            visit = _STATEMENTS.get(type(statement))
            if visit is not None:
                visit(self, statement)
            else:
                self._generic(statement)
        self._statement = outer

    def _generic(self, node: ast.AST) -> None:
        for name in node._fields:
            value = getattr(node, name)
            if isinstance(value, ast.AST):
                self._visit(value, node)
            elif isinstance(value, list) and value:
                if isinstance(value[0], ast.stmt):
                    self._block(node, value)
                else:
                    for each in value:
                        if isinstance(each, ast.AST):
                            self._visit(each, node)

    def _visit(self, node: ast.AST, parent: ast.AST) -> None:
        visit = _EXPRESSIONS.get(type(node))
        if visit is not None:
            visit(self, node, parent)
        else:
            self._generic(node)

    def _as(self, role: str, node: ast.AST | None, parent: ast.AST) -> None:
        if node is None:
            return
        outer, self._role = self._role, role
        self._visit(node, parent)
        self._role = outer

    # expressions

    def _constant(self, node: ast.Constant, parent: ast.AST) -> None:
        if self._role == "annotation" and type(node.value) is str:
            self.uses.append(
                Use(node, "", (), self._scope, parent, self._statement, "string", self._fstring)  # type: ignore[arg-type]
            )

    def _name(self, node: ast.Name, parent: ast.AST) -> None:
        name = node.id
        self.identifiers[name] = self.identifiers.get(name, 0) + 1
        if type(node.ctx) is ast.Load:
            self.uses.append(
                Use(node, name, (), self._scope, parent, self._statement, self._role, self._fstring)
            )
        else:
            self._bind(name, "other", node)

    def _attribute(self, node: ast.Attribute, parent: ast.AST) -> None:
        names: list[str] = []
        value: ast.expr = node
        while type(value) is ast.Attribute:
            names.append(value.attr)
            value = value.value
        if type(value) is not ast.Name:
            if node.attr in _RUN:
                self.runs.append((node, self._scope))
            self._visit(value, node)
            return
        names.reverse()
        self.identifiers[value.id] = self.identifiers.get(value.id, 0) + 1
        role = self._role if type(node.ctx) is ast.Load else "store"
        self.uses.append(
            Use(node, value.id, tuple(names), self._scope, parent, self._statement, role, self._fstring)
        )

    def _call(self, node: ast.Call, parent: ast.AST) -> None:
        function = node.func
        if type(function) is ast.Attribute:
            if function.attr in self._methods:
                made = MethodCall(node, self._scope, parent, self._statement, self._fstring)
                self.method_calls.append(made)
            elif function.attr in _ADDS:
                self.added.append((node, self._scope))
        self.call_parents[node] = parent
        visit = self._visit
        visit(function, node)
        if type(function) is ast.Name and function.id in ("isinstance", "issubclass") and len(node.args) == 2:
            visit(node.args[0], node)
            self._as("class", node.args[1], node)
            return
        for argument in node.args:
            visit(argument, node)
        for keyword in node.keywords:
            visit(keyword.value, keyword)

    # Most code consists of these: to ask each for its fields would take longer than to visit them.

    def _binary(self, node: ast.BinOp, parent: ast.AST) -> None:
        self._visit(node.left, node)
        self._visit(node.right, node)

    def _unary(self, node: ast.UnaryOp, parent: ast.AST) -> None:
        self._visit(node.operand, node)

    def _each_value(self, node: ast.BoolOp, parent: ast.AST) -> None:
        for each in node.values:
            self._visit(each, node)

    def _comparison(self, node: ast.Compare, parent: ast.AST) -> None:
        self._visit(node.left, node)
        for each in node.comparators:
            self._visit(each, node)

    def _elements(self, node: ast.Tuple | ast.List | ast.Set, parent: ast.AST) -> None:
        for each in node.elts:
            self._visit(each, node)

    def _subscript(self, node: ast.Subscript, parent: ast.AST) -> None:
        if type(node.ctx) is ast.Store:
            self.items.append((node, self._scope, self._statement))
        self._visit(node.value, node)
        chain = chain_of(node.value) if self._role == "annotation" else None
        if chain and chain[-1] == "Literal":
            self._as("value", node.slice, node)  # values, and no types
        elif chain and chain[-1] == "Annotated" and isinstance(node.slice, ast.Tuple):
            self._visit(node.slice.elts[0], node.slice)
            for each in node.slice.elts[1:]:
                self._as("value", each, node.slice)
        else:
            self._visit(node.slice, node)

    def _formatted(self, node: ast.AST, parent: ast.AST) -> None:
        outer, self._fstring = self._fstring, True
        self._generic(node)
        self._fstring = outer

    def _lambda(self, node: ast.Lambda, parent: ast.AST) -> None:
        self._defaults(node.args, node)
        outer = self._enter("lambda", node)
        self._parameters(node.args)
        self._visit(node.body, node)
        self._scope = outer

    def _comprehension(self, node: Any, parent: ast.AST) -> None:
        self._visit(node.generators[0].iter, node)
        outer = self._enter("comprehension", node)
        for index, generator in enumerate(node.generators):
            if index:
                self._visit(generator.iter, node)
            self._visit(generator.target, node)
            for test in generator.ifs:
                self._visit(test, node)
        if isinstance(node, ast.DictComp):
            self._visit(node.key, node)
            self._visit(node.value, node)
        else:
            self._visit(node.elt, node)
        self._scope = outer

    def _walrus(self, node: ast.NamedExpr, parent: ast.AST) -> None:
        self._visit(node.value, node)
        scope = self._scope
        while self._scope.kind == "comprehension" and self._scope.parent is not None:
            self._scope = self._scope.parent
        self._bind(node.target.id, "assign", node, node.value)
        self._scope = scope

    # statements

    def _function(self, node: Function) -> None:
        for decorator in node.decorator_list:
            self._as("decorator", decorator, node)
        self._bind(node.name, "def", node)
        self._defaults(node.args, node)
        for argument in _arguments(node.args):
            self._as("annotation", argument.annotation, node)
        self._as("annotation", node.returns, node)
        outer = self._enter("function", node)
        self._type_params(node)
        self._parameters(node.args)
        self._block(node, node.body)
        self._scope = outer

    def _class(self, node: ast.ClassDef) -> None:
        for decorator in node.decorator_list:
            self._as("decorator", decorator, node)
        for base in node.bases:
            self._as("base", base, node)
        for keyword in node.keywords:
            self._visit(keyword.value, node)
        self._bind(node.name, "class", node)
        outer = self._enter("class", node)
        self.classes.append((node, self._scope, outer))
        self._type_params(node)
        self._block(node, node.body)
        self._scope = outer

    def _import(self, node: ast.Import) -> None:
        self.imports.append((node, self._scope))
        for alias in node.names:
            if alias.asname:
                self._bind(alias.asname, "import", alias, path=alias.name)
            else:
                top = alias.name.split(".")[0]
                self._bind(top, "import", alias, path=top)

    def _import_from(self, node: ast.ImportFrom) -> None:
        self.imports.append((node, self._scope))
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            if alias.name == "*":
                self.stars.append((module, node))
            else:
                path = f"{module}.{alias.name}" if module.strip(".") else module + alias.name
                self._bind(alias.asname or alias.name, "import", alias, path=path)

    def _assign(self, node: ast.Assign) -> None:
        self._visit(node.value, node)
        for target in node.targets:
            self._target(target, node, node.value)

    def _target(self, target: ast.expr, node: ast.stmt, value: ast.expr) -> None:
        if type(target) is ast.Name:
            self.identifiers[target.id] = self.identifiers.get(target.id, 0) + 1
            none = type(value) is ast.Constant and value.value is None
            self._bind(target.id, "none" if none else "assign", node, value)
        elif isinstance(target, ast.Tuple | ast.List) and not any(
            type(each) is ast.Starred for each in target.elts
        ):
            for index, each in enumerate(target.elts):
                if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts):
                    self._target(each, node, value.elts[index])
                else:
                    # What the index-th element is, is left to the types: the expression stands for it.
                    element = ast.Subscript(value, ast.Constant(index), ast.Load())
                    self._target(each, node, element)
        else:
            if type(target) is ast.Attribute:
                self.fields.append((target, value, self._scope))
            self._visit(target, node)

    def _annotated(self, node: ast.AnnAssign) -> None:
        self._as("annotation", node.annotation, node)
        if node.value is not None:
            self._visit(node.value, node)
        if type(node.target) is ast.Name:
            self._bind(node.target.id, "annotated", node, node.value)
        else:
            if type(node.target) is ast.Attribute:
                self.fields.append((node.target, node.value, self._scope))
            self._visit(node.target, node)

    def _augmented(self, node: ast.AugAssign) -> None:
        self.augmented.append((node, self._scope))
        if type(node.target) is ast.Attribute:
            self.fields.append((node.target, None, self._scope))
        if type(node.target) is ast.Name:
            self.identifiers[node.target.id] = self.identifiers.get(node.target.id, 0) + 1
            self._bind(node.target.id, "augmented", node, node.value)
        else:
            self._visit(node.target, node)
        self._visit(node.value, node)

    def _declared(self, node: ast.Global | ast.Nonlocal) -> None:
        kind = "global" if type(node) is ast.Global else "nonlocal"
        for name in node.names:
            self._scope.elsewhere[name] = kind
            self.identifiers[name] = self.identifiers.get(name, 0) + 1

    def _expression(self, node: ast.Expr) -> None:
        self._visit(node.value, node)

    def _if(self, node: ast.If) -> None:
        self._visit(node.test, node)
        self._block(node, node.body)
        self._block(node, node.orelse)

    def _return(self, node: ast.Return) -> None:
        function = self._scope.function
        if function is not None:
            function.returns.append(node.value)
        if node.value is not None:
            self._visit(node.value, node)

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        self._visit(node.iter, node)
        # Each element is what the types make of the first.
        self._target(node.target, node, ast.Subscript(node.iter, ast.Constant(0), ast.Load()))
        self._block(node, node.body)
        self._block(node, node.orelse)

    def _handler(self, node: ast.ExceptHandler, parent: ast.AST) -> None:
        if node.type is not None:
            self._visit(node.type, node)
        if node.name:
            self._bind(node.name, "other", node)
        self._block(node, node.body)

    def _case(self, node: Any, parent: ast.AST) -> None:
        self._visit(node.pattern, node)
        if node.guard is not None:
            self._visit(node.guard, node)
        self._block(node, node.body)

    def _match_class(self, node: ast.MatchClass, parent: ast.AST) -> None:
        self._as("class", node.cls, node)
        for each in (*node.patterns, *node.kwd_patterns):
            self._visit(each, node)

    def _capture(self, node: Any, parent: ast.AST) -> None:
        name = node.rest if isinstance(node, ast.MatchMapping) else node.name
        if name:
            self._bind(name, "other", node)
        self._generic(node)

    # shared pieces

    def _enter(self, kind: str, node: ast.AST) -> Scope:
        outer = self._scope
        owner = outer if kind == "function" and outer.kind == "class" else None
        self._scope = Scope(kind, node, outer, owner=owner)
        self.scopes.append(self._scope)
        self.scope_of[node] = self._scope
        return outer

    def _type_params(self, node: ast.AST) -> None:
        for parameter in getattr(node, "type_params", ()):
            self._bind(parameter.name, "other", parameter)
            self._generic(parameter)

    def _defaults(self, arguments: ast.arguments, parent: ast.AST) -> None:
        for default in (*arguments.defaults, *arguments.kw_defaults):
            if default is not None:
                self._visit(default, parent)

    def _parameters(self, arguments: ast.arguments) -> None:
        for argument in _arguments(arguments):
            self._bind(argument.arg, "param", argument)


def chain_of(node: ast.expr) -> list[str] | None:
    """Return ``["a", "b", "c"]`` for ``a.b.c``, None for anything that is no chain of attributes of a name."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    names.append(node.id)
    return names[::-1]


def _arguments(arguments: ast.arguments) -> list[ast.arg]:
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return every + [each for each in (arguments.vararg, arguments.kwarg) if each is not None]


_STATEMENTS: dict[type, Callable[[Any, Any], None]] = {
    ast.FunctionDef: Names._function,
    ast.AsyncFunctionDef: Names._function,
    ast.ClassDef: Names._class,
    ast.Import: Names._import,
    ast.ImportFrom: Names._import_from,
    ast.Assign: Names._assign,
    ast.AnnAssign: Names._annotated,
    ast.AugAssign: Names._augmented,
    ast.Global: Names._declared,
    ast.Nonlocal: Names._declared,
    ast.Return: Names._return,
    ast.Expr: Names._expression,
    ast.If: Names._if,
    ast.For: Names._for,
    ast.AsyncFor: Names._for,
}
_EXPRESSIONS: dict[type, Callable[[Any, Any, Any], None]] = {
    ast.Name: Names._name,
    ast.Attribute: Names._attribute,
    ast.Call: Names._call,
    ast.Constant: Names._constant,
    ast.Subscript: Names._subscript,
    ast.BinOp: Names._binary,
    ast.UnaryOp: Names._unary,
    ast.BoolOp: Names._each_value,
    ast.Compare: Names._comparison,
    ast.Tuple: Names._elements,
    ast.List: Names._elements,
    ast.Set: Names._elements,
    ast.MatchClass: Names._match_class,
    ast.JoinedStr: Names._formatted,
    ast.Lambda: Names._lambda,
    ast.ListComp: Names._comprehension,
    ast.SetComp: Names._comprehension,
    ast.DictComp: Names._comprehension,
    ast.GeneratorExp: Names._comprehension,
    ast.NamedExpr: Names._walrus,
    ast.ExceptHandler: Names._handler,
    ast.match_case: Names._case,
    ast.MatchAs: Names._capture,
    ast.MatchStar: Names._capture,
    ast.MatchMapping: Names._capture,
}
