"""The ways through a counterpart's body, found by evaluating it with parameters whose values are left open.

The converter's evaluator runs the body. Where it cannot decide a test, because the test asks what a parameter
is, this one takes both answers in turn. So every way through the body comes out as the tests on it and the
expression at its end.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sporeprint.catalog import Body, Catalog, Parameter
from sporeprint.convert.inline import COMPARE, Evaluator
from sporeprint.convert.residual import Argument, Hole, NotInlined, Reference, Refused, literal
from sporeprint.convert.rewrite import full_name

#: More ways than this are not looked at: nobody could read them either.
_MOST = 256
_TYPES = {
    "Tensor": "tensor",
    "Cell": "module",
    "Module": "module",
    "int": "int",
    "float": "float",
    "bool": "bool",
}
_OWNERS = {
    "mindspore": {"tensor": "mindspore.Tensor", "module": "mindspore.nn.Cell"},
    "torch": {"tensor": "torch.Tensor", "module": "torch.nn.Module"},
}


@dataclass(frozen=True, slots=True)
class Decision:
    """A test on the way.

    Attributes:
        test: as it comes out on this way: ``dim is None``, or ``dim is not None``.
        answer: how it is answered.
        parameters: what it asks about.
        usual: how the parameter's default answers it, None where that is not known.
        optional: whether that default is None, so that passing anything answers otherwise.
    """

    test: str
    answer: bool
    parameters: frozenset[str]
    usual: bool | None
    optional: bool

    @property
    def deviates(self) -> bool:
        """Whether the parameter's default answers otherwise."""
        return self.usual is not None and self.usual is not self.answer


@dataclass(frozen=True, slots=True)
class Way:
    """A way through the body.

    Attributes:
        decisions: the tests on it.
        result: the expression at its end, None where there is none.
        refused: the message of the ``raise`` at its end.
        adapter: why only the adapter can go this way.
    """

    decisions: tuple[Decision, ...]
    result: ast.expr | None
    refused: str = ""
    adapter: str = ""

    @property
    def odd(self) -> int:
        """How many of its tests ask for something unusual: other than a default that is not None."""
        return sum(each.deviates and not each.optional for each in self.decisions)


def ways(body: Body, catalog: Catalog, given: Collection[str]) -> list[Way]:
    """Return the ways through a body.

    Args:
        body: of a counterpart; a class has one way, the adapter's.
        catalog: where the functions that it calls are found.
        given: the parameters that a call passes; the others have their defaults.
    """
    if isinstance(body.definition, ast.ClassDef):
        return [Way((), None, adapter="it is a class")]
    found: list[Way] = []
    waiting: list[list[bool]] = [[]]
    while waiting and len(found) < _MOST:
        script = waiting.pop()
        explorer = _Explorer(body, catalog, given, script)
        way = explorer.go()
        found.append(way)
        for length in range(len(script), len(way.decisions)):
            answers = [each.answer for each in way.decisions[:length]]
            waiting.append([*answers, not way.decisions[length].answer])
    return found


def parameter_type(parameter: Parameter) -> str:
    """Return what the inliner calls the type of a parameter, "" where its annotation allows several."""
    text = ast.unparse(parameter.annotation) if parameter.annotation is not None else ""
    return _TYPES.get(text.rpartition(".")[2], "")


class _Explorer(Evaluator):
    """Evaluates a body once. The answers to open tests come from a script, and then are "yes"."""

    def __init__(self, body: Body, catalog: Catalog, given: Collection[str], script: list[bool]) -> None:
        self.body = body
        self.script = script
        self.decisions: list[Decision] = []
        self._answers: dict[str, bool] = {}
        self._pinned: dict[int, Any] = {}
        self._present: set[int] = set()
        self._inside = 0  # conditional expressions around what is evaluated
        self._given = given
        arguments = [
            Argument(ast.Name(each.name, ast.Load()), "name", type=parameter_type(each))
            for each in body.parameters
        ]
        super().__init__(catalog, "native", arguments)

    def go(self) -> Way:
        """Return the way that the script leads to."""
        bound: dict[str, ast.expr | None] = {}
        for index, each in enumerate(self.body.parameters):
            if each.kind == "args":
                star = [ast.Starred(Hole(index), ast.Load())] if each.name in self._given else []
                bound[each.name] = ast.Tuple(list[ast.expr](star), ast.Load())
            elif each.kind == "kwargs":
                bound[each.name] = (
                    ast.Dict([None], [Hole(index)]) if each.name in self._given else ast.Dict([], [])
                )
            else:
                bound[each.name] = Hole(index) if each.name in self._given or each.default is None else None
        result, refused, adapter = None, "", ""
        try:
            result = self.call(self.body, bound)
            if isinstance(result, ast.Call) and isinstance(result.func, Reference) and result.func.helper:
                adapter = "it needs a class of its own"
        except Refused as error:
            refused = str(error)
        except NotInlined as error:
            adapter = str(error)
        return Way(tuple(self.decisions), result, refused, adapter)

    def known(self, node: ast.expr) -> tuple[bool, Any]:
        """Also know what the answers so far pin a parameter to."""
        if isinstance(node, Hole) and node.index in self._pinned:
            return True, self._pinned[node.index]
        return super().known(node)

    def _not_none(self, node: ast.expr) -> bool:
        return (isinstance(node, Hole) and node.index in self._present) or super()._not_none(node)

    def evaluate(self, node: ast.expr) -> ast.expr:
        """Keep a conditional expression whose test asks about data, such as a rank."""
        if not isinstance(node, ast.IfExp):
            return super().evaluate(node)
        self._inside += 1
        made = super().evaluate(node)
        self._inside -= 1
        return made

    def truth(self, node: ast.expr) -> bool | None:
        """Answer a test that is open from the script."""
        decided = super().truth(node)
        if decided is not None:
            return decided
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            inner = self.truth(node.operand)
            return None if inner is None else not inner
        if self._inside and not self._asks_parameter(node):
            return None
        text = self.written(node)
        if text not in self._answers:
            place = len(self.decisions)
            answer = self.script[place] if place < len(self.script) else True
            holes = [each.index for each in ast.walk(node) if isinstance(each, Hole)]
            names = frozenset(self.body.parameters[index].name for index in holes)
            usual, optional = self._by_default(node)
            shown = text if answer else written(_opposite(node), self.body)
            self.decisions.append(Decision(shown, answer, names, usual, optional))
            self._answers[text] = answer
            self._learn(node, answer)
        return self._answers[text]

    def written(self, node: ast.expr) -> str:
        """Return an expression as text."""
        return written(node, self.body)

    @staticmethod
    def _asks_parameter(node: ast.expr) -> bool:
        """Whether a test looks at a parameter itself and not at what is computed from it."""
        match node:
            case Hole():
                return True
            case ast.Compare(left=Hole(), comparators=[other]):
                return literal(other)[0]
            case ast.Call(func=Reference(builtin="isinstance"), args=[Hole(), *_]):
                return True
        return False

    def _learn(self, test: ast.expr, answer: bool) -> None:
        match test:
            case ast.Compare(left=Hole(index=index), ops=[op], comparators=[other]):
                known, value = literal(other)
                equal = isinstance(op, ast.Is | ast.Eq) if answer else isinstance(op, ast.IsNot | ast.NotEq)
                if known and equal:
                    self._pinned[index] = value
                elif known and value is None and isinstance(op, ast.Is | ast.IsNot):
                    self._present.add(index)
            case Hole(index=index) if self._type(test) == "bool":
                self._pinned[index] = answer

    def _by_default(self, test: ast.expr) -> tuple[bool | None, bool]:
        """Return how a test comes out with the parameter's default (None: not known), and if that is None."""
        holes = [each for each in ast.walk(test) if isinstance(each, Hole)]
        default = self.body.parameters[holes[0].index].default if len(holes) == 1 else None
        known, value = literal(default) if default is not None else (False, None)
        answer: bool | None = None
        if known:
            match test:
                case Hole():
                    answer = bool(value)
                case ast.Compare(left=Hole(), ops=[op], comparators=[other]) if literal(other)[0]:
                    # What cannot be compared stays open.
                    with contextlib.suppress(TypeError):
                        answer = bool(COMPARE[type(op)](value, literal(other)[1]))
                case ast.Call(func=Reference(builtin="isinstance"), args=[_, wanted]):
                    answer = type(value).__name__ in written(wanted, self.body)
        return answer, known and value is None


_OPPOSITE: dict[type, type[ast.cmpop]] = {
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip


def _opposite(test: ast.expr) -> ast.expr:
    """Return the test that asks for the contrary."""
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and type(test.ops[0]) in _OPPOSITE:
        return ast.Compare(test.left, [_OPPOSITE[type(test.ops[0])]()], test.comparators)
    return ast.UnaryOp(ast.Not(), test)


# -- expressions ---------------------------------------------------------------------------------------------


def written(node: ast.expr, body: Body, defaults: Mapping[str, Mapping[str, str]] | None = None) -> str:
    """Return an expression that the evaluator made as text, parameters by their names.

    ``defaults``: what the target's functions take by themselves, which is then not written.
    """
    text = ast.unparse(ast.fix_missing_locations(_Named(body, defaults or {}).visit(_copied(node))))
    return text if '"' in text else text.replace("'", '"')


def _copied(node: ast.AST) -> Any:
    """Return a deep copy; the evaluator shares what it makes between its results."""
    if isinstance(node, Hole):
        return Hole(node.index)
    if isinstance(node, Reference):
        return Reference(node.target, node.builtin, node.helper)
    fields = {}
    for name, value in ast.iter_fields(node):
        if isinstance(value, list):
            fields[name] = [_copied(each) if isinstance(each, ast.AST) else each for each in value]
        else:
            fields[name] = _copied(value) if isinstance(value, ast.AST) else value
    return type(node)(**fields)


class _Named(ast.NodeTransformer):
    def __init__(self, body: Body, defaults: Mapping[str, Mapping[str, str]]) -> None:
        self.body = body
        self.defaults = defaults

    def visit_Call(self, node: ast.Call) -> ast.AST:
        known = self.defaults.get(full_name(node.func) or "", {})
        node.keywords = [
            each
            for each in node.keywords
            if each.arg is None
            or each.arg not in known
            or literal(each.value) != (True, _value(known[each.arg]))
        ]
        return self.generic_visit(node)

    def visit_Hole(self, node: Hole) -> ast.expr:
        return ast.Name(self.body.parameters[node.index].name, ast.Load())

    def visit_Reference(self, node: Reference) -> ast.expr:
        name = node.builtin or (node.helper.name if node.helper is not None else "")
        return ast.Name(name or (node.target.name if node.target is not None else "?"), ast.Load())


def _value(text: str) -> Any:
    """Return the value that a default as text stands for; what is no literal equals nothing."""
    known, value = literal(ast.parse(text, mode="eval").body)
    return value if known else object()


def called(call: ast.Call, body: Body, target: str) -> str:
    """Return the full name of the target's function or method that a call calls, "" where it calls none."""
    name = full_name(call.func)
    if name is not None:
        return name if name.split(".")[0] == target else ""
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, Hole):
        owner = _OWNERS[target].get(parameter_type(body.parameters[call.func.value.index]))
        return f"{owner}.{call.func.attr}" if owner else ""
    return ""


def calls_of(result: ast.expr, name: str, body: Body, target: str) -> list[ast.Call]:
    """Return the calls of a function in an expression, the outermost first."""
    return [
        each for each in ast.walk(result) if isinstance(each, ast.Call) and called(each, body, target) == name
    ]


def holes_of(node: ast.AST) -> set[int]:
    """Return the parameters that an expression mentions."""
    return {each.index for each in ast.walk(node) if isinstance(each, Hole)}
