"""Partial evaluation of a counterpart's body at a call site.

:func:`inline` binds the call's arguments to the counterpart's parameters, runs through its body deciding every test
that constants and known types decide, and returns the one expression that remains, in which a :class:`Hole` stands for
an argument of the user's. It is *sound*: the expression evaluates every argument that can have an effect exactly once,
in the order in which the call did and before anything that the body computes; otherwise it raises
:class:`NotInlined`, and the call goes to the adapter. The text of Go's ``internal/refactor/inline`` is the best account
of the ways to be wrong here.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, TypeVar

from sporeprint.catalog import INTEGRAL, Body, Catalog, CounterpartFile, Entry, Parameter
from sporeprint.convert.names import BUILTINS
from sporeprint.convert.residual import (
    Argument,
    Hole,
    NotInlined,
    Reference,
    Refused,
    constant,
    is_path,
    literal,
    same,
)
from sporeprint.convert.soundness import check

#: Deep enough for every counterpart that calls counterparts; a recursion ends here.
_DEPTH = 12


@dataclass(slots=True)
class Inlined:
    """What remains of a call: ``expression``, and ``body``, the overload that was chosen."""

    expression: ast.expr
    body: Body


COMPARE: dict[type, Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Is: operator.is_, ast.IsNot: operator.is_not,
    ast.In: lambda a, b: a in b, ast.NotIn: lambda a, b: a not in b,
}  # fmt: skip
_BINARY: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod, ast.Div: operator.truediv,
}  # fmt: skip
_TYPES: dict[str, type] = {
    "int": int, "float": float, "bool": bool, "str": str, "tuple": tuple, "list": list, "complex": complex,
}  # fmt: skip
#: Numbers go where wider ones are asked for.
_WIDER = {"bool": {"int", "float", "complex"}, "int": {"float", "complex"}, "float": {"complex"}}
#: Functions and methods whose results are tensors of booleans.
_TRUTHS = {
    "eq", "ne", "lt", "le", "gt", "ge", "isnan", "isinf", "isfinite", "isclose", "bool",
    "logical_and", "logical_or", "logical_xor", "logical_not",
}  # fmt: skip
#: Dtypes by the frameworks' names for them; both call a dtype by one of these.
_DTYPES = {
    "bool": "bool", "bool_": "bool",
    **{name: name for name in (
        "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
        "float16", "bfloat16", "float32", "float64", "complex64", "complex128",
    )},
}  # fmt: skip
_FOLDED = ("isinstance", "len", "int", "float", "bool", "str", "tuple")
#: The helper by which a body says that a condition holds outside the common domain only.
OUTSIDE = ("sporeprint.torch._creation", "outside")
#: numpy's names for parameters, which torch's built-in functions also take (torch/csrc/utils/python_arg_parser.cpp).
NUMPY_NAMES = {"dim": ("axis",), "keepdim": ("keepdims",), "input": ("x", "a", "x1"), "other": ("x2",)}

P = ParamSpec("P")
R = TypeVar("R")
_Evaluates = Callable[Concatenate[Entry, Sequence[Argument], Catalog, str, P], R]


def _remembered(function: _Evaluates[P, R]) -> _Evaluates[P, R]:
    """Let a catalogue remember what calls of one shape came to: programs repeat themselves."""

    @functools.wraps(function)
    def ask(
        entry: Entry,
        arguments: Sequence[Argument],
        catalog: Catalog,
        fidelity: str,
        /,
        *args: P.args,
        **options: P.kwargs,
    ) -> R:
        shape = tuple(
            (
                each.kind,
                "" if each.value is None else repr(each.value),
                each.type,
                each.keyword,
                each.dtype,
                each.truth,
            )
            for each in arguments
        )
        key = (function, entry.body(fidelity), fidelity, *args, *options.items(), shape)
        if key not in catalog.remembered:
            try:
                catalog.remembered[key] = function(entry, arguments, catalog, fidelity, *args, **options)
            except (NotInlined, Refused) as error:
                catalog.remembered[key] = type(error)(*error.args)  # the error itself holds on to what it met
        found = catalog.remembered[key]
        if isinstance(found, NotInlined | Refused):
            raise type(found)(*found.args)
        return found  # type: ignore[no-any-return]

    return ask


@_remembered
def inline(
    entry: Entry,
    arguments: Sequence[Argument],
    catalog: Catalog,
    fidelity: str,
    *,
    numpy_names: bool = False,
) -> Inlined:
    """Evaluate a counterpart at a call site.

    Args:
        entry: the counterpart.
        arguments: the call's arguments in the order of their evaluation; a method's receiver comes first.
        catalog: where the functions that the body calls are found.
        fidelity: "native" or "exact".
        numpy_names: whether the API takes ``axis`` for ``dim`` and the like.

    Returns:
        The remaining expression and the body it came from.

    Raises:
        NotInlined: the adapter has to take the call.
        Refused: the call does not fit the signature, uses a parameter that the counterpart refuses,
            or reaches a ``raise``.
    """
    found = [
        _evaluated(entry, body, bound, arguments, catalog, fidelity)
        for body, bound in choose(entry, arguments, fidelity, numpy_names=numpy_names)
    ]
    if any(not same(found[0].expression, other.expression) for other in found[1:]):
        raise NotInlined("which overload is meant is only known when the program runs")
    return found[0]


@_remembered
def inline_each(
    entry: Entry, arguments: Sequence[Argument], catalog: Catalog, fidelity: str
) -> list[Inlined]:
    """Evaluate every overload that may take these arguments. Parameters and exceptions as of :func:`inline`."""
    return [
        _evaluated(entry, body, bound, arguments, catalog, fidelity)
        for body, bound in choose(entry, arguments, fidelity)
    ]


def decided_by_dtype(entry: Entry, catalog: Catalog) -> list[str]:
    """Return the dtypes for which the exact body is written where the first argument is known to have them.

    They are those of integers and booleans in which the native body is declared to differ, and for which one expression
    remains of the exact one.
    """
    found = []
    for dtype in sorted(INTEGRAL & entry.differs.keys()) if entry.asks_dtype else ():
        needed = [
            each for each in entry.native.parameters if each.default is None and each.kind == "positional"
        ]
        arguments = [Argument(ast.Name(each.name, ast.Load()), "name") for each in needed]
        arguments[0].type, arguments[0].dtype = "tensor", dtype
        with contextlib.suppress(NotInlined, Refused):
            inline(entry, arguments, catalog, "exact")
            found.append(dtype)
    return found


@functools.cache
def writes(body: Body) -> bool:
    """Whether a counterpart writes to items of its first parameter, and so changes its receiver."""
    return bool(body.parameters) and any(
        isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == body.parameters[0].name
        for node in ast.walk(body.definition)
    )


@_remembered
def written(entry: Entry, arguments: Sequence[Argument], catalog: Catalog, fidelity: str) -> ast.expr | None:
    """Evaluate what a counterpart writes into its receiver (``self[()] = value``) before it returns that.

    Parameters and exceptions as of :func:`inline`.

    Returns:
        The value; None where it writes nothing, or returns something else.
    """
    possible = choose(entry, arguments, fidelity, numpy_names=True)
    if len(possible) > 1:
        raise NotInlined("which overload is meant is only known when the program runs")
    body, bound = possible[0]
    refuse(entry, bound, arguments)
    evaluator = Evaluator(catalog, fidelity, arguments, receiver=body.parameters[0].name)
    returned = evaluator.call(body, bound)
    if evaluator.assigned is None or not isinstance(returned, Hole) or returned.index:
        return None
    check(evaluator.assigned, arguments)
    return evaluator.assigned


def _evaluated(
    entry: Entry,
    body: Body,
    bound: dict[str, ast.expr | None],
    arguments: Sequence[Argument],
    catalog: Catalog,
    fidelity: str,
) -> Inlined:
    refuse(entry, bound, arguments)
    if isinstance(body.definition, ast.ClassDef):
        raise NotInlined("it is a class")
    evaluator = Evaluator(catalog, fidelity, arguments)
    expression = evaluator.call(body, bound)
    check(expression, arguments)
    return Inlined(expression, body)


def passes_on(body: Body, method: str) -> bool:
    """Whether a body only calls a method of its first parameter, with the rest of them as they come by position."""
    statements = body.definition.body
    last = statements[-1]
    call = last.value if isinstance(last, ast.Return) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.keywords:
        return False
    receiver, *rest = body.parameters
    wanted = [each for each in rest if each.kind in ("positional", "args")]
    given = [
        f"*{each.value.id}" if isinstance(each, ast.Starred) and isinstance(each.value, ast.Name)
        else each.id if isinstance(each, ast.Name) else ""
        for each in call.args
    ]  # fmt: skip
    return (
        all(isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant) for each in statements[:-1])
        and (call.func.attr, ast.unparse(call.func.value)) == (method, receiver.name)
        and given == [f"*{each.name}" if each.kind == "args" else each.name for each in wanted]
    )


def choose(
    entry: Entry, arguments: Sequence[Argument], fidelity: str, *, numpy_names: bool = False
) -> list[tuple[Body, dict[str, ast.expr | None]]]:
    """Return the overloads that may take these arguments, and what each one's parameters are bound to.

    There is more than one where only the types at run time tell which.

    Raises:
        Refused: none takes them.
    """
    first_error = ""
    misfits = False
    possible: list[tuple[Body, dict[str, ast.expr | None]]] = []
    for body in (*entry.overloads, entry.body(fidelity)):
        try:
            bound = bind(body, arguments, numpy_names=numpy_names)
        except Refused as error:
            first_error = str(error)
            continue
        fits = _fits(body, bound, arguments) if entry.overloads else True
        misfits = misfits or fits is False
        if fits is not False:
            possible.append((body, bound))
        if fits:
            break
    if not possible and misfits:
        raise NotInlined("the types of its arguments, as far as they are known, are those of no overload")
    if not possible:
        raise Refused(first_error)
    return possible


def bind(
    body: Body, arguments: Sequence[Argument], *, numpy_names: bool = False
) -> dict[str, ast.expr | None]:
    """Bind arguments to parameters as Python does; a parameter left out is bound to None (its default).

    Raises:
        Refused: they do not fit the signature.
    """
    bound: dict[str, ast.expr | None] = {}
    names = {parameter.name for parameter in body.parameters if parameter.kind in ("positional", "keyword")}
    rest: Parameter | None = next((each for each in body.parameters if each.kind == "args"), None)
    positional = [each for each in body.parameters if each.kind == "positional"]
    extra: list[ast.expr] = []
    count = 0
    for index, argument in enumerate(arguments):
        if argument.keyword:
            name = argument.keyword
            if name not in names and numpy_names:
                name = next(
                    (own for own, other in NUMPY_NAMES.items() if name in other and own in names), name
                )
            if name not in names and any(each.kind == "kwargs" for each in body.parameters):
                raise NotInlined("it takes arbitrary keyword arguments")
            if name not in names:
                if name == "out":
                    raise Refused("out= is not supported: assign the result instead")
                raise Refused(
                    f"{argument.keyword}= is not a parameter of it; it has {', '.join(sorted(names))}"
                )
            if name in bound:
                raise Refused(f"{name} is given twice")
            bound[name] = Hole(index)
        elif count < len(positional):
            bound[positional[count].name] = Hole(index)
            count += 1
        elif rest is not None:
            extra.append(Hole(index))
        else:
            raise Refused(f"it takes at most {len(positional)} positional arguments")
    for parameter in body.parameters:
        if parameter.kind == "args":
            bound[parameter.name] = ast.Tuple(extra, ast.Load())
        elif parameter.kind == "kwargs":
            bound[parameter.name] = ast.Dict([], [])
        elif parameter.name not in bound:
            if parameter.default is None:
                raise Refused(f"{parameter.name} is missing")
            bound[parameter.name] = None
    return bound


def refuse(entry: Entry, bound: dict[str, ast.expr | None], arguments: Sequence[Argument]) -> None:
    """Raise Refused if a refused parameter is used otherwise than at its default."""
    defaults = {parameter.name: parameter.default for parameter in entry.native.parameters}
    for name, why in entry.refuses.items():
        value = bound.get(name)
        if not isinstance(value, Hole):
            continue
        argument = arguments[value.index]
        default = defaults.get(name)
        given = literal(default) if default is not None else (True, None)
        if argument.kind == "constant" and given == (True, argument.value):
            continue
        raise Refused(f"{name}=: {why}")


def _fits(body: Body, bound: dict[str, ast.expr | None], arguments: Sequence[Argument]) -> bool | None:
    """Whether the arguments are instances of the annotations; None where that is not known."""
    answer: bool | None = True
    for parameter in body.parameters:
        value = bound.get(parameter.name)
        if not isinstance(value, Hole) or parameter.annotation is None:
            continue
        wanted = _wanted(parameter.annotation)
        argument = arguments[value.index]
        if wanted & {"any", "object"}:
            continue
        if argument.kind == "constant":
            name = "none" if argument.value is None else type(argument.value).__name__
            if name not in wanted and not wanted & _WIDER.get(name, set()):
                return False
        elif argument.type:
            kinds = {argument.type, "int"} if argument.type == "bool" else {argument.type}
            if not (kinds | _WIDER.get(argument.type, set())) & wanted:
                return False
        else:
            answer = None
    return answer


@functools.cache
def _wanted(annotation: ast.expr) -> frozenset[str]:
    """Return the classes' own names in an annotation, in lower case: of ``tuple[int, ...] | ms.Type``."""
    named = re.sub(r"\[[^\[\]]*\]", "", ast.unparse(annotation)).split("|")
    wanted = frozenset(each.strip().rpartition(".")[2].lower() for each in named)
    # torch takes the one for the other
    return wanted | {"tuple", "list"} if wanted & {"tuple", "sequence"} else wanted


@dataclass(slots=True)
class Evaluator:
    """Runs bodies symbolically. Operations are numbered as they are made, which is the order they ran in."""

    catalog: Catalog
    fidelity: str
    arguments: Sequence[Argument]
    count: int = 0
    conditional: int = 0
    depth: int = 0
    receiver: str = ""  # the parameter that the body may write to, as a whole
    assigned: ast.expr | None = None  # what it wrote
    file: CounterpartFile = field(init=False)
    env: dict[str, ast.expr] = field(init=False)

    def call(self, body: Body, bound: dict[str, ast.expr | None]) -> ast.expr:
        """Evaluate a function with its parameters bound to expressions."""
        if isinstance(body.definition, ast.ClassDef):
            raise NotInlined("it needs a class of its own")
        if self.depth >= _DEPTH:
            raise NotInlined("it calls itself")
        outer = (self.file, self.env) if self.depth else None
        self.depth += 1
        self.file, self.env = body.file, {}
        for parameter in body.parameters:
            value = bound[parameter.name]
            if value is None:
                assert parameter.default is not None
                value = self.evaluate(parameter.default)
            self.env[parameter.name] = value
        result = self._block(body.definition.body)
        self.depth -= 1
        if outer is not None:
            self.file, self.env = outer
        return result if result is not None else ast.Constant(None)

    def _block(self, statements: Sequence[ast.stmt]) -> ast.expr | None:
        for statement in statements:
            if isinstance(statement, ast.Return):
                return self.evaluate(statement.value) if statement.value else ast.Constant(None)
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                if len(statement.targets) > 1:
                    raise NotInlined("its body assigns to several names at once")
                self.env[statement.targets[0].id] = self.evaluate(statement.value)
            elif isinstance(statement, ast.Assign) and self._writes(statement.targets[0]):
                self.assigned = self.evaluate(statement.value)
            elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                if statement.value is not None:
                    self.env[statement.target.id] = self.evaluate(statement.value)
            elif isinstance(statement, ast.If):
                test = self.evaluate(statement.test)
                decided = self.truth(test)
                if decided is None:
                    raise NotInlined(
                        f"whether {self._quote(statement.test)} is only known when the program runs"
                    )
                result = self._block(statement.body if decided else statement.orelse)
                if result is not None:
                    return result
            elif isinstance(statement, ast.Raise):
                raise Refused(_message(statement))
            elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                continue
            elif not isinstance(statement, ast.Pass):
                raise NotInlined("its body needs more than one expression")
        return None

    def _writes(self, target: ast.expr) -> bool:
        return (
            self.depth == 1
            and self.receiver != ""
            and self.assigned is None
            and isinstance(target, ast.Subscript)
            and isinstance(target.value, ast.Name)
            and target.value.id == self.receiver
            and isinstance(target.slice, ast.Tuple)
            and not target.slice.elts
        )

    def _quote(self, test: ast.expr) -> str:
        return ast.unparse(test)

    # -- what is known --------------------------------------------------------------------------------------

    def known(self, node: ast.expr) -> tuple[bool, Any]:
        """Return (True, value) where the expression's value is known now."""
        if isinstance(node, Hole):
            argument = self.arguments[node.index]
            return argument.kind == "constant", argument.value
        if isinstance(node, ast.Tuple):
            values = [self.known(each) for each in node.elts]
            return all(known for known, _ in values), tuple(value for _, value in values)
        return literal(node)

    def truth(self, node: ast.expr) -> bool | None:
        """Return what a test comes to, None where that is not known."""
        known, value = self.known(node)
        return bool(value) if known else None

    def _not_none(self, node: ast.expr) -> bool:
        if isinstance(node, Hole):
            argument = self.arguments[node.index]
            return argument.kind == "symbol" or argument.type != ""
        return isinstance(node, ast.Tuple | ast.List | ast.Dict)

    def _dtype(self, node: ast.expr) -> str:
        """Return which dtype an expression is, or holds, "" where that is not known."""
        if isinstance(node, Hole):
            argument = self.arguments[node.index]
            return _DTYPES.get(argument.value, "") if argument.kind == "symbol" else ""
        if isinstance(node, ast.Attribute) and node.attr == "dtype" and isinstance(node.value, Hole):
            argument = self.arguments[node.value.index]
            return argument.dtype or ("bool" if argument.truth else "")
        return _DTYPES.get(node.attr, "") if isinstance(node, ast.Attribute) and is_path(node) else ""

    def _compared_dtypes(self, left: ast.expr, kind: type[ast.cmpop], right: ast.expr) -> bool | None:
        """Return what a comparison of dtypes comes to, None where it is none, or not known."""
        is_one = self._dtype(left)
        others = [self._dtype(each) for each in (right.elts if isinstance(right, ast.Tuple) else [right])]
        if not is_one or not all(others) or kind not in (ast.Eq, ast.NotEq, ast.In, ast.NotIn):
            return None
        return (is_one in others) is (kind in (ast.Eq, ast.In))

    def _type(self, node: ast.expr) -> str:
        return self.arguments[node.index].type if isinstance(node, Hole) else ""

    # -- expressions ----------------------------------------------------------------------------------------

    def _op(self, node: ast.expr) -> ast.expr:
        node.made = self.count  # type: ignore[attr-defined]
        node.conditional = self.conditional  # type: ignore[attr-defined]
        self.count += 1
        return node

    def evaluate(self, node: ast.expr) -> ast.expr:
        """Return what remains of an expression of the body."""
        match node:
            case ast.Constant():
                return node
            case ast.Name(id=name):
                return self._name(name)
            case ast.Attribute():
                return self._attribute(node)
            case ast.Call():
                return self._call(node)
            case ast.Compare():
                return self._compare(node)
            case ast.BoolOp():
                return self._bool(node)
            case ast.IfExp():
                test = self.evaluate(node.test)
                decided = self.truth(test)
                if decided is not None:
                    return self.evaluate(node.body if decided else node.orelse)
                self.conditional += 1
                body, orelse = self.evaluate(node.body), self.evaluate(node.orelse)
                self.conditional -= 1
                return self._op(ast.IfExp(test, body, orelse))
            case ast.UnaryOp():
                operand = self.evaluate(node.operand)
                known, value = self.known(operand)
                if known and isinstance(node.op, ast.Not):
                    return ast.Constant(not value)
                if known and isinstance(node.op, ast.USub) and type(value) in (int, float):
                    return constant(-value)
                return self._op(ast.UnaryOp(node.op, operand))
            case ast.BinOp():
                left, right = self.evaluate(node.left), self.evaluate(node.right)
                (known_left, a), (known_right, b) = self.known(left), self.known(right)
                function = _BINARY.get(type(node.op))
                if known_left and known_right and function is not None:
                    try:
                        return constant(function(a, b))
                    except (TypeError, ValueError, ArithmeticError):
                        pass
                return self._op(ast.BinOp(left, node.op, right))
            case ast.Tuple() | ast.List():
                made = type(node)([self.evaluate(each) for each in node.elts], ast.Load())
                return made if isinstance(made, ast.Tuple) else self._op(made)
            case ast.Subscript():
                return self._subscript(node)
            case ast.Slice():
                lower, upper, step = (
                    self.evaluate(each) if each is not None else None
                    for each in (node.lower, node.upper, node.step)
                )
                return ast.Slice(lower, upper, step)
            case ast.Starred():
                return ast.Starred(self.evaluate(node.value), ast.Load())
            case ast.Dict():
                keys = [self.evaluate(key) if key is not None else None for key in node.keys]
                return self._op(ast.Dict(keys, [self.evaluate(value) for value in node.values]))
        raise NotInlined(f"its body contains {type(node).__name__}")

    def _name(self, name: str) -> ast.expr:
        if name in self.env:
            return self.env[name]
        if name in self.file.imports:
            return Reference(self.file.imports[name])
        if name in self.file.definitions:
            return self._own(f"{self.file.dotted}.{name}")
        if name in self.file.constants:
            value = getattr(self.file.constants[name], "value", None)
            if value is not None and literal(value)[0]:
                return constant(literal(value)[1])
            raise NotInlined(f"its body uses {name}, which is no literal")
        if name in BUILTINS:
            return Reference(builtin=name)
        raise NotInlined(f"its body uses {name}, which is defined nowhere")

    def _own(self, dotted: str) -> ast.expr:
        body = self.catalog.bodies.get(dotted)
        if body is None:
            raise NotInlined(f"its body uses {dotted}, which is no counterpart")
        return Reference(helper=body)

    def _attribute(self, node: ast.Attribute) -> ast.expr:
        value = self.evaluate(node.value)
        if isinstance(value, Reference) and value.target is not None:
            if value.target.path == "builtins":
                return Reference(builtin=node.attr)
            if value.target.module.startswith("sporeprint."):
                return self._own(f"{value.target.path}.{node.attr}")
        made = ast.Attribute(value, node.attr, ast.Load())
        return made if is_path(value) else self._op(made)

    def _resolve_own(self, function: ast.expr) -> Body | None:
        if not isinstance(function, Reference):
            return None
        if function.helper is not None:
            return function.helper
        if function.target is not None and function.target.module.startswith("sporeprint."):
            return self.catalog.bodies.get(function.target.path)
        return None

    def _call(self, node: ast.Call) -> ast.expr:
        function = self.evaluate(node.func)
        if isinstance(function, Reference) and function.builtin in _FOLDED and node.args:
            folded = self._fold(function.builtin, node)
            if folded is not None:
                return folded
        helper = function.helper if isinstance(function, Reference) else None
        if helper is not None and (helper.file.dotted, helper.name) == OUTSIDE:
            condition = self.evaluate(node.args[0])
            if self.truth(condition) is not None:
                return condition
            if self.fidelity == "native":
                return ast.Constant(False)
        args: list[ast.expr] = []
        for each in node.args:
            value = self.evaluate(each)
            # The body's own *args are known one by one.
            spread = isinstance(value, ast.Starred) and isinstance(value.value, ast.Tuple)
            args += value.value.elts if spread else [value]  # type: ignore[attr-defined]
        keywords: list[ast.keyword] = []
        for keyword in node.keywords:
            value = self.evaluate(keyword.value)
            if keyword.arg is not None or not (isinstance(value, ast.Dict) and not value.keys):
                keywords.append(ast.keyword(keyword.arg, value))
        own = self._resolve_own(function)
        if isinstance(function, ast.Attribute) and self._casts_truth(function, args):
            return function.value
        if isinstance(function, ast.Attribute) and self._asks_whether_real(function):
            return ast.Constant(False)
        if own is None:
            return self._op(ast.Call(function, args, keywords))
        if isinstance(own.definition, ast.ClassDef):
            return self._op(ast.Call(Reference(helper=own), args, keywords))
        if any(isinstance(each, ast.Starred) for each in args) or any(each.arg is None for each in keywords):
            raise NotInlined("a star argument")
        return self.call(self._fidelity_body(own), _bind_inner(own, args, keywords))

    def _casts_truth(self, function: ast.Attribute, args: list[ast.expr]) -> bool:
        """Whether a call casts to booleans what is boolean: ``(x > 0).astype(ms.bool_)``."""
        return (
            function.attr == "astype"
            and isinstance(function.value, Hole)
            and [getattr(each, "attr", "") for each in args] == ["bool_"]
            and self.arguments[function.value.index].truth
        )

    def _asks_whether_real(self, function: ast.Attribute) -> bool:
        """Whether a call asks of an argument that is known to hold integers or booleans if it holds other numbers."""
        return (
            function.attr in ("is_floating_point", "is_complex")
            and isinstance(function.value, Hole)
            and self.arguments[function.value.index].dtype != ""
        )

    def _fidelity_body(self, own: Body) -> Body:
        entry = self.catalog.entry_of.get(own)
        return own if entry is None else entry.body(self.fidelity)

    def _fold(self, builtin: str, node: ast.Call) -> ast.expr | None:
        subject = self.evaluate(node.args[0])
        known, value = self.known(subject)
        if builtin == "len":
            if isinstance(subject, ast.Tuple):
                return ast.Constant(len(subject.elts))
            return ast.Constant(len(value)) if known and hasattr(value, "__len__") else None
        if builtin != "isinstance":
            if not known or len(node.args) != 1:
                return None
            try:
                return constant(_TYPES[builtin](value))
            except (TypeError, ValueError):
                return None
        wanted = node.args[1]
        names = [ast.unparse(each) for each in (wanted.elts if isinstance(wanted, ast.Tuple) else [wanted])]
        if known:
            if all(name in _TYPES or name.endswith("Tensor") for name in names):
                return ast.Constant(
                    isinstance(value, tuple(_TYPES[name] for name in names if name in _TYPES))
                )
            return None
        kind = "tuple" if isinstance(subject, ast.Tuple) else self._type(subject)
        if not kind:
            return None
        asked = {name.rpartition(".")[2].lower() for name in names}
        return ast.Constant(kind in asked or (kind == "bool" and "int" in asked))  # True is an int

    def _compare(self, node: ast.Compare) -> ast.expr:
        left = self.evaluate(node.left)
        if len(node.ops) == 1:
            right = self.evaluate(node.comparators[0])
            kind = type(node.ops[0])
            (known_left, a), (known_right, b) = self.known(left), self.known(right)
            if known_left and known_right:
                try:
                    return ast.Constant(bool(COMPARE[kind](a, b)))
                except TypeError:
                    raise NotInlined("a comparison in its body raises") from None
            of_dtypes = self._compared_dtypes(left, kind, right)
            if of_dtypes is not None:
                return ast.Constant(of_dtypes)
            if kind in (ast.Is, ast.IsNot) and known_right and b is None and self._not_none(left):
                return ast.Constant(kind is ast.IsNot)
            return self._op(ast.Compare(left, node.ops, [right]))
        return self._op(ast.Compare(left, node.ops, [self.evaluate(each) for each in node.comparators]))

    def _bool(self, node: ast.BoolOp) -> ast.expr:
        stops = isinstance(node.op, ast.Or)  # the truth value at which evaluation stops
        left: list[ast.expr] = []
        outer = self.conditional
        for each in node.values:
            value = self.evaluate(each)
            decided = self.truth(value)
            if decided is None:
                left.append(value)
                self.conditional = outer + 1
            elif decided is stops:
                left.append(value)
                break
            elif each is node.values[-1]:
                left.append(value)
        self.conditional = outer
        return left[0] if len(left) == 1 else self._op(ast.BoolOp(node.op, left))

    def _subscript(self, node: ast.Subscript) -> ast.expr:
        value, index = self.evaluate(node.value), self.evaluate(node.slice)
        known, position = self.known(index)
        if known and isinstance(value, ast.Tuple) and isinstance(position, int):
            try:
                return value.elts[position]
            except IndexError:
                raise NotInlined("its body takes an element that is not there") from None
        known_value, sequence = self.known(value)
        if known and known_value and isinstance(sequence, tuple | str):
            try:
                return constant(sequence[position])
            except (IndexError, TypeError):
                raise NotInlined("its body takes an element that is not there") from None
        return self._op(ast.Subscript(value, index, ast.Load()))


def is_truth(node: ast.expr, of_name: Callable[[str], bool]) -> bool:
    """Whether an expression, if it is a tensor, is one of booleans; ``of_name`` tells it of a name."""
    match node:
        case ast.Name(id=name):
            return of_name(name)
        case ast.Compare(ops=[op]):
            return not isinstance(op, ast.Is | ast.IsNot | ast.In | ast.NotIn)
        case ast.UnaryOp(op=ast.Invert(), operand=operand):
            return is_truth(operand, of_name)
        case ast.BinOp(left=left, op=ast.BitAnd() | ast.BitOr() | ast.BitXor(), right=right):
            return is_truth(left, of_name) and is_truth(right, of_name)
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in _TRUTHS
    return False


def _bind_inner(
    body: Body, args: Sequence[ast.expr], keywords: Sequence[ast.keyword]
) -> dict[str, ast.expr | None]:
    positional = [each for each in body.parameters if each.kind == "positional"]
    if len(args) > len(positional):
        raise NotInlined(f"its body calls {body.name} with too many arguments")
    bound: dict[str, ast.expr | None] = {p.name: value for p, value in zip(positional, args, strict=False)}
    bound.update({each.arg: each.value for each in keywords if each.arg})
    for parameter in body.parameters:
        if parameter.kind in ("args", "kwargs"):
            raise NotInlined(f"its body calls {body.name}, which takes any number of arguments")
        if parameter.name not in bound:
            if parameter.default is None:
                raise NotInlined(f"its body calls {body.name} without {parameter.name}")
            bound[parameter.name] = None
    return bound


def _message(statement: ast.Raise) -> str:
    call = statement.exc
    if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant):
        return str(call.args[0].value)
    return "it raises for these arguments"
