"""Whether what remains of a call evaluates the call's arguments as the call did.

The evaluator numbers the operations of a body as it makes them (``made``), which is the order in which the body ran
them, and notes which of them ran under a condition (``conditional``). Here the remaining expression is laid out in
Python's own order of evaluation and compared with that.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from sporeprint.convert.residual import Argument, Hole, NotInlined, holes, is_path, literal


def check(expression: ast.expr, arguments: Sequence[Argument]) -> None:
    """Raise NotInlined unless the expression evaluates the arguments as the call did.

    Every ``effect`` argument once, unconditionally, and in the call's order; no operation of the body before the last
    of them; a ``name`` on the side of each effect on which the call read it; every operation of the body once and in
    the body's order.
    """
    events: list[tuple[str, int, bool]] = []
    _linearize(expression, False, events, arguments)
    seen: list[int] = []
    last_effect = max(
        (
            at
            for at, (kind, index, _) in enumerate(events)
            if kind == "hole" and arguments[index].kind == "effect"
        ),
        default=-1,
    )
    made = -1
    for at, (kind, index, conditional) in enumerate(events):
        if kind == "op":
            if at < last_effect:
                raise NotInlined("something would be computed before an argument is evaluated")
            if index <= made:
                raise NotInlined("something would be computed twice, or in another order")
            made = index
            continue
        if arguments[index].kind == "effect":
            if conditional:
                raise NotInlined("an argument would be evaluated only under a condition")
            if index in seen:
                raise NotInlined("an argument would be evaluated twice")
            if any(earlier > index for earlier in seen if arguments[earlier].kind in ("effect", "name")):
                raise NotInlined("the arguments would be evaluated in another order")
        elif arguments[index].kind == "name":
            crossed = [other for other in seen if arguments[other].kind == "effect" and other > index]
            if crossed:
                raise NotInlined("the arguments would be evaluated in another order")
        seen.append(index)
    for index, argument in enumerate(arguments):
        if argument.kind == "effect" and index not in seen:
            raise NotInlined("an argument that may have an effect would be dropped")


def _makes_a_layer(node: ast.expr, arguments: Sequence[Argument]) -> bool:
    """Whether a call makes a layer from constants alone, as ``nn.MaxPool2d(2)``: it may as well be made earlier.

    Layers with weights, which draw random numbers, are made by constructors' counterparts only.
    """
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and is_path(node.func)):
        return False
    if not node.func.attr[:1].isupper():
        return False
    if any(arguments[index].kind != "constant" for index in holes(node)):
        return False
    values = [*node.args, *(keyword.value for keyword in node.keywords)]
    return all(isinstance(each, Hole) or literal(each)[0] for each in values)


def _linearize(
    node: ast.expr | None,
    conditional: bool,
    events: list[tuple[str, int, bool]],
    arguments: Sequence[Argument],
) -> None:
    """Append what evaluating ``node`` does, in Python's order of evaluation."""
    if node is None:
        return
    if isinstance(node, Hole):
        events.append(("hole", node.index, conditional))
        return
    if isinstance(node, ast.IfExp):
        _linearize(node.test, conditional, events, arguments)
        _linearize(node.body, True, events, arguments)
        _linearize(node.orelse, True, events, arguments)
    elif isinstance(node, ast.BoolOp):
        for index, each in enumerate(node.values):
            _linearize(each, conditional or index > 0, events, arguments)
    elif isinstance(node, ast.Compare):
        _linearize(node.left, conditional, events, arguments)
        for index, each in enumerate(node.comparators):
            _linearize(each, conditional or index > 0, events, arguments)
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            _linearize(key, conditional, events, arguments)
            _linearize(value, conditional, events, arguments)
    else:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.keyword):
                _linearize(child.value, conditional, events, arguments)
            elif isinstance(child, ast.Attribute) and isinstance(node, ast.Call) and child is node.func:
                # Looking up a method does nothing: `x.f` before the arguments, as in the call that it is written for.
                _linearize(child.value, conditional, events, arguments)
            elif isinstance(child, ast.expr):
                _linearize(child, conditional, events, arguments)
    made = getattr(node, "made", None)
    if made is not None and not _makes_a_layer(node, arguments):
        if conditional and not getattr(node, "conditional", 0):
            raise NotInlined("something would be computed only under a condition")
        events.append(("op", made, conditional))
