"""What changes a tensor in place changes it after the conversion too, whatever other names it has.

On MindSpore 2.10 (CPU), as measured:

* ``x[()] = value`` writes into the memory of ``x``, of any rank, so every name and every view of it shows the new
  numbers, and the gradient is right. ``x += value`` makes a new tensor, which other names of the old one do not see.
* While MindSpore records for a gradient it keeps views of one tensor apart, save that what is written to ``x[0]`` (an
  index, not ``x.view(...)`` or ``x.T``) reaches ``x``. Value and gradient are then silently those of the old numbers.
* ``x[tensor]`` remembers where it came from: what is written to it reaches ``x``, and torch has copied there.

So a method such as ``x.add_(1)``, standing alone, becomes ``x[()] = x + 1``: what its counterpart writes into its
receiver (``torch/_tensor_inplace.py``) is evaluated at the call and assigned. Where its result is used, or the
receiver may not be mentioned twice, the adapter does the same at run time. An augmented assignment stays one where the
tensor has no other name: every assignment that reaches it makes a new tensor, which is then handed to nothing that
could keep it. A line that writes to one view and lets another be read is marked, unless it stands where no gradient is
taken. What was taken by a tensor and is then written to is copied first.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from sporeprint.convert.edits import Edit, Kept, Piece
from sporeprint.convert.inline import inline, written
from sporeprint.convert.names import Binding, MethodCall, Scope, Use, chain_of
from sporeprint.convert.residual import Argument, NotInlined, Refused
from sporeprint.convert.rewrite import ATOM, BINARY, TEST, Unwritable, has_comment, precedence

if TYPE_CHECKING:
    from sporeprint.catalog import Entry
    from sporeprint.convert.file import FileConversion

#: Methods and functions whose result shares the memory of their input, and is no index of it.
VIEWS = frozenset({
    "view", "view_as", "reshape", "reshape_as", "flatten", "unflatten", "ravel", "transpose", "transpose_", "t",
    "permute", "swapaxes", "swapdims", "movedim", "moveaxis", "unsqueeze", "squeeze", "expand", "expand_as",
    "broadcast_to", "narrow", "select", "chunk", "split", "split_with_sizes", "tensor_split", "hsplit",
    "vsplit", "dsplit", "unbind", "diagonal", "unfold", "as_strided", "adjoint", "view_as_real",
    "view_as_complex",
})  # fmt: skip
#: The same, as attributes.
_VIEW_ATTRIBUTES = frozenset({"T", "mT", "H", "mH"})
#: Methods and functions whose result may be their input itself.
_SAME = frozenset({
    "to", "type", "float", "double", "half", "bfloat16", "int", "long", "short", "byte", "char", "bool", "cpu",
    "cuda", "contiguous", "type_as", "detach", "data", "requires_grad_", "dropout", "dropout1d",
    "dropout2d", "dropout3d", "alpha_dropout", "feature_alpha_dropout", "as_tensor", "asarray", "from_numpy",
    "positive", "real", "imag", "conj", "resolve_conj", "resolve_neg", "atleast_1d", "atleast_2d", "atleast_3d",
    "broadcast_tensors",
})  # fmt: skip
#: Layers whose result may be their input, or share its memory.
_PASSING = frozenset({
    "Identity", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout",
    "Flatten", "Unflatten", "Sequential", "ModuleList", "ModuleDict",
})  # fmt: skip
#: What may be read of a tensor without keeping it.
_HARMLESS = frozenset({
    "shape", "ndim", "dtype", "device", "size", "dim", "numel", "item", "tolist", "numpy", "is_floating_point",
    "stride", "nelement", "ndimension",
})  # fmt: skip
#: Functions of Python's that keep nothing of what they are given.
_KEEP_NOTHING = frozenset(
    {"print", "len", "float", "int", "bool", "str", "repr", "type", "isinstance", "id", "range"}
)
#: Functions that torch differentiates through for nobody: they set a module up.
_SETS_UP = frozenset({"__init__", "reset_parameters", "_reset_parameters", "init_weights", "_init_weights"})
_NO_GRADIENT = frozenset({"torch.no_grad", "torch.inference_mode"})
_DEPTH = 6


#: What a module takes for more than an attribute.
_HELD = {"torch.nn.Parameter": "parameter", "torch.nn.Buffer": "buffer"}
#: What gives the parameters of a module.
_PARAMETERS = frozenset({"parameters", "named_parameters", "buffers", "named_buffers"})


class InPlace:
    """Plans what one file changes in place."""

    def __init__(self, conversion: FileConversion) -> None:
        self._file = conversion
        self._copied: set[ast.Subscript] = set()

    # -- methods --------------------------------------------------------------------------------------------

    def statement(self, method: MethodCall, entry: Entry, plain: list[Argument], use: Use) -> bool:
        """Write an in-place method that stands alone as an assignment; return whether that was done.

        Args:
            method: the call.
            entry: its counterpart.
            plain: its arguments, the receiver first.
            use: on whose behalf imports are asked for.
        """
        call = method.node
        assert isinstance(call.func, ast.Attribute)
        target = call.func.value
        if not isinstance(method.parent, ast.Expr) or not self._may_stand_twice(target, method.scope):
            return False
        receiver = Argument(target, "name", type="tensor", truth=plain[0].truth)
        arguments = [receiver, *plain[1:]]
        options = self._file.options
        try:
            expression = written(entry, arguments, self._file.catalog, options.fidelity)
            return expression is not None and self._write(call, target, expression, arguments, use)
        except (Refused, NotInlined, Unwritable):
            return False

    def out(self, call: ast.Call, entry: Entry, plain: list[Argument], use: Use) -> bool:
        """Write a call with ``out=`` that stands alone as an assignment; return whether that was done."""
        target = next((each for each in plain if each.keyword == "out"), None)
        alone = isinstance(self._file.names.call_parents[call], ast.Expr)
        if target is None or not alone or not self._may_stand_twice(target.node, use.scope):
            return False
        rest = [each for each in plain if each is not target]
        numpy_names = ".nn." not in entry.apis[0]
        try:
            inlined = inline(
                entry, rest, self._file.catalog, self._file.options.fidelity, numpy_names=numpy_names
            )
            return self._write(call, target.node, inlined.expression, rest, use)
        except (Refused, NotInlined, Unwritable):
            return False

    def without_need(self, api: str, plain: list[Argument], scope: Scope) -> list[Argument]:
        """Drop ``inplace=True`` of a function where the first argument makes a tensor that nothing else holds."""
        is_layer = api.rpartition(".")[2][:1].isupper()  # it writes to what it will be called with
        wanted = not is_layer and any(each.keyword == "inplace" and each.value is True for each in plain)
        if wanted and not plain[0].keyword and self._makes_a_tensor(plain[0].node, scope):
            return [each for each in plain if each.keyword != "inplace"]
        return plain

    def _write(
        self, call: ast.Call, target: ast.expr, expression: ast.expr, arguments: list[Argument], use: Use
    ) -> bool:
        """Plan the edit that writes a call as ``target[()] = expression``; return whether nothing would be lost."""
        source = self._file.source
        renderer = self._file.renderer(arguments, use)
        mentioned = next((index for index, each in enumerate(arguments) if each.node is target), None)
        if mentioned is not None:
            renderer.mentioned.add(mentioned)  # it stands on the left already
        value = renderer.render(expression, TEST)
        target_start, target_end = source.span(target)
        pieces: list[Piece] = [Kept(target_start, target_end)]
        pieces += [b" = " if isinstance(target, ast.Subscript) else b"[()] = ", *value]
        start, end = source.span(call)
        position = start
        for piece in sorted(each for each in pieces if isinstance(each, Kept)):
            if has_comment(source, position, max(position, piece.start)):
                return False
            position = max(position, piece.end)
        if has_comment(source, position, end):
            return False
        self._file.commit()
        self._file.edits.append(Edit(start, end, pieces))
        return True

    def receiver(self, method: MethodCall, api: str) -> None:
        """Say where an in-place method changes a view, or what views show, as MindSpore's gradient does not."""
        assert isinstance(method.node.func, ast.Attribute)
        target = method.node.func.value
        if isinstance(target, ast.Subscript) and self._is_tensor(target.value, method.scope):
            if self._is_advanced(target.slice, method.scope):
                self._copy(target)
                return
            if self._is_advanced(target.slice, method.scope) is None:
                self._may_be_a_copy(target, api)
        self.views(target, method.scope, method.statement, api)

    def _copy(self, item: ast.Subscript) -> None:
        """Copy what is taken by a tensor, a list or a mask, as torch does: MindSpore would write through."""
        if item not in self._copied:
            self._copied.add(item)
            _, end = self._file.source.span(item)
            self._file.edits.append(Edit(end, end, [b".copy()"], order=-1))

    def _may_be_a_copy(self, node: ast.expr, api: str) -> None:
        self._file.found(node, "differs", api, "should the index be a tensor, torch changes a copy here",
                         "add .copy() behind the index then")  # fmt: skip

    def _is_tensor(self, node: ast.expr, scope: Scope) -> bool:
        return self._file.types.of(node, scope).rstrip("?") == "tensor"

    # -- where a place may stand twice ------------------------------------------------------------------------

    def _may_stand_twice(self, node: ast.expr, scope: Scope) -> bool:
        """Whether a receiver may be read and assigned to as it stands: evaluating it is free, and the same twice."""
        match node:
            case ast.Name(id=name):
                holder = scope.holder(name)
                return holder is scope or (holder is not None and name not in scope.elsewhere)
            case ast.Attribute(value=ast.Name() as base, attr="data"):
                return self._is_tensor(base, scope)
            case ast.Attribute(value=ast.Name()):
                return self._is_plain_field(node, scope)
            case ast.Subscript(value=value, slice=index):
                return self._may_stand_twice(value, scope) and self._is_free_index(index, scope)
        return False

    def _is_plain_field(self, node: ast.Attribute, scope: Scope) -> bool:
        """Whether ``self.name`` is a buffer, a parameter or another attribute that the class itself assigns."""
        owner = self._file.types.own_class(node, scope)
        return owner is not None and (owner, node.attr) in self._fields

    @cached_property
    def _fields(self) -> dict[tuple[ast.AST, str], str]:
        """What the classes of the file give their objects: "buffer", "parameter" or ""."""
        found: dict[tuple[ast.AST, str], str] = {}
        for target, value, scope in self._file.names.fields:
            owner = scope.class_node
            if owner is not None and isinstance(target.value, ast.Name):
                made = self._path(value.func, scope) if isinstance(value, ast.Call) else None
                kind = _HELD.get(made or "") or found.get((owner, target.attr), "")
                found[owner, target.attr] = kind
        for method in self._file.names.method_calls:
            function, arguments = method.node.func, method.node.args
            owner = method.scope.class_node
            assert isinstance(function, ast.Attribute)
            if (
                owner is None
                or function.attr not in ("register_buffer", "register_parameter")
                or not arguments
            ):
                continue
            if isinstance(arguments[0], ast.Constant) and isinstance(arguments[0].value, str):
                found[owner, arguments[0].value] = function.attr.removeprefix("register_")
        for definition, scope, _ in self._file.names.classes:
            for name in scope.names:  # a property, a method
                found.pop((definition, name), None)
        return found

    def _is_free_index(self, node: ast.expr, scope: Scope) -> bool:
        """Whether an index makes a view and costs nothing to evaluate."""
        if isinstance(node, ast.Tuple):
            return all(self._is_free_index(each, scope) for each in node.elts)
        if isinstance(node, ast.Slice):
            parts = [each for each in (node.lower, node.upper, node.step) if each is not None]
            return all(isinstance(each, ast.Constant | ast.Name | ast.UnaryOp) for each in parts)
        if isinstance(node, ast.UnaryOp):
            node = node.operand
        if isinstance(node, ast.Constant):
            return node.value is None or node.value is ... or type(node.value) is int
        return isinstance(node, ast.Name) and self._is_advanced(node, scope) is not True

    def _is_advanced(self, node: ast.expr, scope: Scope) -> bool | None:
        """Whether an index makes a copy in torch; None where that is not known."""
        if isinstance(node, ast.Tuple):
            parts = [self._is_advanced(each, scope) for each in node.elts]
            return True if True in parts else None if None in parts else False
        if isinstance(node, ast.Slice):
            return False
        if isinstance(node, ast.List | ast.ListComp | ast.Compare):
            return True
        if isinstance(node, ast.Constant):
            return isinstance(node.value, bool)
        if isinstance(node, ast.Name) and self._counts(node.id, scope):
            return False
        kind = self._file.types.of(node, scope).rstrip("?")
        return {"tensor": True, "list": True, "int": False}.get(kind)

    def _counts(self, name: str, scope: Scope) -> bool:
        """Whether a name is only bound by loops over ``range`` or by ``enumerate``."""
        bindings = self._file.names.bindings(name, scope)
        return bool(bindings) and all(_counted(each, name) for each in bindings)

    # -- augmented assignment -----------------------------------------------------------------------------------

    def convert(self) -> None:
        """Look at the augmented assignments and the assignments to items of the file."""
        for node, scope in self._file.names.augmented:
            if isinstance(node.target, ast.Name):
                self._augmented(node, node.target, scope)
            elif isinstance(node.target, ast.Attribute):
                self._augmented_field(node, node.target, scope)
        for item, scope, statement in self._file.names.items:
            self.views(item.value, scope, statement, "torch.Tensor.__setitem__")

    def _augmented(self, node: ast.AugAssign, target: ast.Name, scope: Scope) -> None:
        if not self._is_tensor(target, scope):
            if self._is_trained(node, target.id):
                self._assign(node, target, "an augmented assignment makes a new tensor on MindSpore")
            return
        reaching = self._reaching(target.id, node, scope)  # none of what another function binds
        is_new = bool(reaching) and all(self._is_new(each, scope) for each in reaching)
        if is_new and not self._is_kept(target.id, node, scope, reaching):
            return
        self._assign(node, target, "an augmented assignment makes a new tensor on MindSpore")
        self.views(target, scope, node, "torch.Tensor")

    def _is_trained(self, node: ast.AugAssign, name: str) -> bool:
        """Whether a name stands for a parameter: its gradient is in the value, or a loop over parameters binds it.

        Were it something else after all, to assign to its items would raise.
        """
        for each in ast.walk(node.value):
            if isinstance(each, ast.Attribute) and each.attr == "grad" and chain_of(each) == [name, "grad"]:
                return True
        parents = self._file.names.parents
        statement: ast.AST = node
        while statement in parents:
            statement = parents[statement][0]
            if isinstance(statement, ast.For) and any(
                isinstance(each, ast.Name) and each.id == name for each in ast.walk(statement.target)
            ):
                return any(
                    isinstance(each, ast.Attribute) and each.attr in _PARAMETERS
                    for each in ast.walk(statement.iter)
                )
        return False

    def _augmented_field(self, node: ast.AugAssign, target: ast.Attribute, scope: Scope) -> None:
        """Write to ``self.buf``, which a Cell refuses to replace, and to what the object was given from outside."""
        owner = self._file.types.own_class(target, scope)
        if owner in self._file.modules and self._fields.get((owner, target.attr)) in ("buffer", "parameter"):
            self._assign(node, target, "a Cell's buffers and parameters are written to, not replaced")
        elif owner is not None and self._is_tensor(target, scope):
            values = self._file.types.assigned(owner, target.attr)
            if not all(value is not None and self._makes_a_tensor(value, inner) for value, inner in values):
                self._assign(node, target, "an augmented assignment makes a new tensor on MindSpore")

    def _assign(self, node: ast.AugAssign, target: ast.Name | ast.Attribute, why: str) -> None:
        """Write ``x += value`` as ``x[()] = x + value``."""
        source = self._file.source
        _, sign = BINARY[type(node.op)]
        start, target_end = source.span(target)
        value_start, value_end = source.span(node.value)
        if has_comment(source, target_end, value_start):
            self._file.found(node, "left", "torch.Tensor", why, "assign to its items: x[()] = …")
            return
        if isinstance(node.op, ast.LShift | ast.RShift):
            self._file.found(node, "left", "torch.Tensor", "MindSpore's tensors cannot be shifted by an operator",
                             "use ops.bitwise_left_shift or ops.bitwise_right_shift")  # fmt: skip
            return
        text = source.data[start:target_end]
        between = source.data[target_end:value_start]
        opening = between.rindex(b"=") + 1
        lead = between[opening:].lstrip(b" ")  # brackets around the value, a backslash
        binds = precedence(node.value) > (ATOM - 1 if sign == "**" else BINARY[type(node.op)][0])
        left, right = (b"", b"") if binds or lead else (b"(", b")")
        changed = b"[()] = " + text + b" " + sign.encode() + b" " + lead + left
        self._file.edits.append(Edit(target_end, value_start, [changed]))
        if right:
            self._file.edits.append(Edit(value_end, value_end, [right], order=1))
        self._file.found(node, "converted", "torch.Tensor", why)

    # -- which assignments reach a statement, and what may have another name --------------------------------------

    def _reaching(self, name: str, statement: ast.stmt, scope: Scope) -> list[Binding]:
        """Return the bindings of a local name that may hold when a statement runs; none where that is not known."""
        holder = scope.holder(name)
        if holder is None or holder is not scope or scope.kind not in ("function", "module"):
            return []
        bindings: dict[ast.stmt | None, list[Binding]] = defaultdict(list)
        parameters = []
        for each in holder.names[name]:
            if each.kind == "param":
                parameters.append(each)
            elif each.kind != "augmented":
                bindings[each.statement].append(each)
        found: list[Binding] = []
        node: ast.AST = statement
        while isinstance(node, ast.stmt) and node is not scope.node:
            parent, body = self._file.names.parents[node]
            for before in reversed(body[: body.index(node)]):
                if isinstance(before, ast.Assign | ast.AnnAssign) and before in bindings:
                    return [*found, *bindings[before]]
                found += self._inside(before, bindings)
            if isinstance(parent, ast.For | ast.AsyncFor | ast.While):
                found += self._inside(parent, bindings)
            elif not isinstance(parent, ast.stmt) and parent is not scope.node:
                parent = self._statement_of(parent, scope)
            node = parent
        return [*found, *parameters]

    @staticmethod
    def _inside(statement: ast.stmt, bindings: dict[ast.stmt | None, list[Binding]]) -> list[Binding]:
        start, end = _place(statement), (statement.end_lineno, statement.end_col_offset)
        return [
            each
            for inner, made in bindings.items()
            if inner is not None
            and start <= _place(inner)
            and (inner.end_lineno, inner.end_col_offset) <= end
            for each in made
        ]

    def _statement_of(self, part: ast.AST, scope: Scope) -> ast.AST:
        """Return the statement that a handler or a case belongs to."""
        for statement in self._file.names.parents:
            if part in getattr(statement, "handlers", ()) or part in getattr(statement, "cases", ()):
                return statement
        return scope.node

    def _is_new(self, binding: Binding, scope: Scope) -> bool:
        if binding.kind not in ("assign", "annotated") or binding.value is None:
            return False
        return self._makes_a_tensor(binding.value, scope)

    def _makes_a_tensor(self, node: ast.expr, scope: Scope) -> bool:
        """Whether an expression makes a tensor that nothing else holds."""
        if isinstance(node, ast.BinOp | ast.UnaryOp | ast.Compare | ast.Constant):
            return True
        if isinstance(node, ast.IfExp):
            return self._makes_a_tensor(node.body, scope) and self._makes_a_tensor(node.orelse, scope)
        if isinstance(node, ast.Subscript):
            return self._is_advanced(node.slice, scope) is True
        if not isinstance(node, ast.Call) or any(each.arg in ("out", None) for each in node.keywords):
            return False
        if any(each.arg == "inplace" for each in node.keywords):
            return bool(node.args) and self._makes_a_tensor(node.args[0], scope)
        path = self._path(node.func, scope)
        if path is not None:
            name = path.rpartition(".")[2]
            return path.startswith("torch.") and not self._hands_on(name)
        if not isinstance(node.func, ast.Attribute):
            return False
        layers = self._file.types.built_by(node.func, scope)
        if layers:
            return not any(
                name in _PASSING or any(keyword.arg == "inplace" for keyword in each.keywords)
                for name, each in layers
            )
        if not self._is_tensor(node.func.value, scope):
            return False
        return not self._hands_on(node.func.attr)

    @staticmethod
    def _hands_on(name: str) -> bool:
        return name in VIEWS or name in _SAME or name.endswith("_")

    def _is_kept(self, name: str, statement: ast.stmt, scope: Scope, reaching: list[Binding]) -> bool:
        """Whether a tensor may have got another name, or a view, since it was made."""
        made = [each.statement for each in reaching if each.statement is not None]
        first = min((_place(each) for each in made), default=(0, 0))
        looped = self._in_a_loop(statement, scope)
        for use in self._uses.get(name, ()):
            holder = use.scope.holder(name)
            if holder is not scope or use.statement is statement:
                continue
            if use.scope is not scope:
                return True  # a function within keeps it
            since = _place(use.statement) > first or looped
            until = _place(use.statement) < _place(statement) or looped
            # The value of the assignment that makes it is evaluated before it exists.
            if since and until and use.statement not in made and self._keeps(use, scope):
                return True
        return False

    def _keeps(self, use: Use, scope: Scope) -> bool:
        """Whether what is done with a name may keep the tensor under another one."""
        if use.attributes:
            first = use.attributes[0]
            return first not in _HARMLESS and self._hands_on(first) and not first.endswith("_")
        parent = use.parent
        if isinstance(
            parent, ast.BinOp | ast.UnaryOp | ast.Compare | ast.AugAssign | ast.FormattedValue | ast.Return
        ):
            return False
        if isinstance(parent, ast.Subscript):
            return isinstance(parent.ctx, ast.Load) and parent.value is use.node
        if isinstance(parent, ast.Call) and parent.func is not use.node:
            path = self._path(parent.func, scope)
            if path is not None and path.startswith("torch."):
                return self._hands_on(path.rpartition(".")[2])
            if isinstance(parent.func, ast.Name):
                return parent.func.id not in _KEEP_NOTHING
            if isinstance(parent.func, ast.Attribute):
                layers = self._file.types.built_by(parent.func, scope)
                return not layers or any(layer in _PASSING for layer, _ in layers)
        return True

    @cached_property
    def _uses(self) -> dict[str, list[Use]]:
        found: dict[str, list[Use]] = defaultdict(list)
        for use in self._file.names.uses:
            if use.role != "store":
                found[use.root].append(use)
        return found

    def _in_a_loop(self, statement: ast.stmt, scope: Scope) -> bool:
        return any(
            isinstance(each, ast.For | ast.AsyncFor | ast.While) for each in self._around(statement, scope)
        )

    def _around(self, statement: ast.stmt, scope: Scope) -> Iterator[ast.AST]:
        """Yield what a statement stands in, up to its function."""
        node: ast.AST = statement
        while isinstance(node, ast.stmt) and node in self._file.names.parents:
            node, _ = self._file.names.parents[node]
            yield node
            if not isinstance(node, ast.stmt) and not isinstance(node, ast.Module):
                node = self._statement_of(node, scope)
                yield node

    # -- views --------------------------------------------------------------------------------------------------

    def views(self, target: ast.expr, scope: Scope, statement: ast.stmt, api: str) -> None:
        """Mark a line that writes to a view, or to what views show, as MindSpore's gradient does not."""
        self._taken(target, scope, statement, api)
        if self._without_gradient(statement, scope):
            return
        through = self._view(target, scope, statement, 0)
        if through:
            self._file.found(target, "differs", api,
                             f"it writes through .{through}, which MindSpore's gradient does not follow",
                             "write to the tensor itself, by an index")  # fmt: skip
            return
        shown = self._shown_after(target, scope, statement)
        if shown:
            self._file.found(target, "differs", api,
                             f"{shown} is a view of it, and keeps the old numbers while a gradient is taken",
                             f"make {shown} again after this line")  # fmt: skip

    def _taken(self, target: ast.expr, scope: Scope, statement: ast.stmt, api: str) -> None:
        """Copy what a name that is written to was taken by, where that is an index that makes a copy in torch."""
        while isinstance(target, ast.Subscript) and self._is_advanced(target.slice, scope) is False:
            target = target.value
        if not isinstance(target, ast.Name):
            return
        for each in self._reaching(target.id, statement, scope):
            item = each.value
            if each.kind != "assign" or not isinstance(item, ast.Subscript) or not hasattr(item, "lineno"):
                continue
            if not self._is_tensor(item.value, scope):
                continue
            advanced = self._is_advanced(item.slice, scope)
            if advanced:
                self._copy(item)
            elif advanced is None:
                self._may_be_a_copy(target, api)

    def _view(self, node: ast.expr, scope: Scope, statement: ast.stmt, depth: int) -> str:
        """Return through which method an expression is a view of a tensor that others hold; "" where it is none."""
        if depth > _DEPTH:
            return ""
        if isinstance(node, ast.Subscript):
            return self._view(node.value, scope, statement, depth + 1)
        if isinstance(node, ast.Attribute) and node.attr in _VIEW_ATTRIBUTES:
            return node.attr if not self._makes_a_tensor(node.value, scope) else ""
        if isinstance(node, ast.Call):
            path = self._path(node.func, scope)
            name = path.rpartition(".")[2] if path is not None else getattr(node.func, "attr", "")
            if name not in VIEWS or (path is None and not isinstance(node.func, ast.Attribute)):
                return ""
            base = node.args[0] if path is not None and node.args else getattr(node.func, "value", None)
            if base is None or self._makes_a_tensor(base, scope):
                return ""
            if path is None and not self._is_tensor(base, scope):
                return ""
            return name
        if isinstance(node, ast.Name):
            for each in self._reaching(node.id, statement, scope):
                if each.value is None or each.kind != "assign":
                    continue
                seen = self._view(each.value, scope, each.statement or statement, depth + 1)
                if seen and self._others_read(each.value, node.id, scope, statement):
                    return seen
        return ""

    def _others_read(self, value: ast.expr, view: str, scope: Scope, statement: ast.stmt) -> bool:
        """Whether what a view shows is read under another name after a statement, or outside of the function."""
        names = {each.id for each in ast.walk(value) if isinstance(each, ast.Name)} - {view}
        for name in names:
            holder = scope.holder(name)
            if holder is not scope or any(each.kind == "param" for each in holder.names[name]):
                if name != view and self._file.names.path_of(name, scope) is None:
                    return True
            elif self._read_after(name, scope, statement):
                return True
        return False

    def _read_after(self, name: str, scope: Scope, statement: ast.stmt) -> bool:
        looped = self._in_a_loop(statement, scope)
        return any(
            _place(use.statement) > _place(statement) or looped
            for use in self._uses.get(name, ())
            if use.scope.holder(name) is scope and use.statement is not statement
        )

    def _shown_after(self, target: ast.expr, scope: Scope, statement: ast.stmt) -> str:
        """Return the name of a view of the target that was made before the statement and is read after it."""
        while isinstance(target, ast.Subscript):
            target = target.value
        if not isinstance(target, ast.Name) or scope.kind != "function":
            return ""
        for name, bindings in scope.names.items():
            for each in bindings:
                if (
                    name != target.id
                    and each.kind == "assign"
                    and each.value is not None
                    and each.statement is not None
                    and _place(each.statement) < _place(statement)
                    and self._shows(each.value, target.id, scope)
                    and each in self._reaching(name, statement, scope)
                    and self._read_after(name, scope, statement)
                ):
                    return name
        return ""

    def _shows(self, value: ast.expr, name: str, scope: Scope) -> bool:
        """Whether an expression is a view of what a name holds."""
        seen = False
        while True:
            if (isinstance(value, ast.Subscript) and self._is_advanced(value.slice, scope) is False) or (
                isinstance(value, ast.Attribute) and value.attr in _VIEW_ATTRIBUTES
            ):
                value, seen = value.value, True
            elif (
                isinstance(value, ast.Call)
                and isinstance(value.func, ast.Attribute)
                and value.func.attr in VIEWS
            ):
                path = self._path(value.func, scope)
                if path is not None and not value.args:
                    return False
                value, seen = value.args[0] if path is not None else value.func.value, True
            else:
                break
        is_tensor = isinstance(value, ast.Name) and self._file.types.of(value, scope).rstrip("?") == "tensor"
        return seen and is_tensor and isinstance(value, ast.Name) and value.id == name

    def _without_gradient(self, statement: ast.stmt, scope: Scope) -> bool:
        """Whether a statement runs where no gradient is taken: under ``no_grad``, or where a module is set up."""
        for each in self._around(statement, scope):
            if isinstance(each, ast.With | ast.AsyncWith):
                calls = [item.context_expr for item in each.items]
            elif isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                if each.name in _SETS_UP:
                    return True
                calls = list(each.decorator_list)
            else:
                continue
            for call in calls:
                function = call.func if isinstance(call, ast.Call) else call
                if self._path(function, scope) in _NO_GRADIENT:
                    return True
        return False

    def _path(self, node: ast.expr, scope: Scope) -> str | None:
        chain = chain_of(node)
        path = self._file.names.path_of(chain[0], scope) if chain else None
        return self._file.api(".".join([path, *chain[1:]])) if path and chain else None


def _place(statement: ast.stmt) -> tuple[int, int]:
    return statement.lineno, statement.col_offset


def _counted(binding: Binding, name: str) -> bool:
    loop = binding.statement
    if (
        not isinstance(loop, ast.For)
        or not isinstance(loop.iter, ast.Call)
        or not isinstance(loop.iter.func, ast.Name)
    ):
        return False
    if loop.iter.func.id == "range":
        return isinstance(loop.target, ast.Name) and loop.target.id == name
    if loop.iter.func.id == "enumerate" and isinstance(loop.target, ast.Tuple):
        first = loop.target.elts[0]
        return isinstance(first, ast.Name) and first.id == name
    return False
