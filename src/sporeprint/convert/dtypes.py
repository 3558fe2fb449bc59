"""Which dtype of integers or booleans a tensor certainly has: what decides between two bodies of a counterpart.

Asked on demand, for the arguments of the few APIs whose native body is declared to do otherwise for such a dtype.
Answers are ``int64``, ``int32``, …, ``bool``; all else, tensors of real numbers included, is "": then nothing is known.
As in :mod:`sporeprint.convert.types`, a name has a dtype if everything bound to it in its scope has it.
"""

from __future__ import annotations

import ast

from sporeprint.catalog import INTEGRAL, Catalog
from sporeprint.convert.names import Binding, Names, Scope, chain_of
from sporeprint.convert.types import Types

#: Deep enough for programs; what is no name's is not remembered, so each step deeper may double the work.
_DEPTH = 12
#: What a name is said to have within its own definition (``x = x + 1``): nothing, or what it has elsewhere.
_AS_ELSEWHERE = "…"
_CASTS = {"long": "int64", "int": "int32", "short": "int16", "char": "int8", "byte": "uint8", "bool": "bool"}
#: The typed tensor classes: ``torch.LongTensor(n)``.
_CLASSES = {
    "LongTensor": "int64", "IntTensor": "int32", "ShortTensor": "int16", "CharTensor": "int8",
    "ByteTensor": "uint8", "BoolTensor": "bool",
}  # fmt: skip
#: Functions of torch and methods whose result is int64 whatever they are given, but for ``dtype=`` and ``out=``.
_INDICES = {
    "argmax", "argmin", "argsort", "argwhere", "count_nonzero", "multinomial", "nonzero", "randint", "randperm",
    "tril_indices", "triu_indices",
}  # fmt: skip
#: Likewise booleans.
_TRUTHS = {
    "eq", "ne", "lt", "le", "gt", "ge", "greater", "greater_equal", "less", "less_equal", "not_equal",
    "isclose", "isfinite", "isin", "isinf", "isnan", "logical_and", "logical_not", "logical_or", "logical_xor",
}  # fmt: skip
#: Functions of torch and methods whose result has the dtype of their first argument.
_KEEPING = {
    "broadcast_to", "clone", "contiguous", "cpu", "cuda", "detach", "diagonal", "expand", "expand_as", "flatten",
    "flip", "fliplr", "flipud", "gather", "index_select", "masked_select", "moveaxis", "movedim", "narrow", "permute",
    "ravel", "repeat", "repeat_interleave", "reshape", "reshape_as", "roll", "rot90", "select", "squeeze", "swapaxes",
    "swapdims", "t", "take", "tile", "transpose", "tril", "triu", "unflatten", "unfold", "unsqueeze", "view", "view_as",
}  # fmt: skip
#: Functions that make a tensor like another, whose dtype it has without ``dtype=``.
_LIKE = {"empty_like", "full_like", "ones_like", "zeros_like", "randint_like"}
#: Functions that make a tensor, of which only ``dtype=`` tells anything.
_MADE = {"empty", "eye", "ones", "zeros"}
_ATTRIBUTES = {"T", "mT", "H", "data"}
_EINOPS = {"einops.rearrange", "einops.repeat"}


class Dtypes:
    """Answers for one file that is converted from torch."""

    def __init__(self, names: Names, catalog: Catalog, types: Types) -> None:
        """Make it."""
        self._names = names
        self._catalog = catalog
        self._types = types
        self._busy: set[tuple[int, str]] = set()
        self._known: dict[tuple[int, str], str] = {}

    def of(self, node: ast.expr, scope: Scope, depth: int = 0) -> str:
        """Return the dtype of an expression used in ``scope``, "" where it is not known."""
        found = self._of(node, scope, depth)
        return found if depth or found != _AS_ELSEWHERE else ""

    def _of(self, node: ast.expr, scope: Scope, depth: int) -> str:
        if depth > _DEPTH:
            return ""
        match node:
            case ast.Name():
                return self._name(node.id, scope, depth)
            case ast.Attribute():
                return self._attribute(node, scope, depth)
            case ast.Call():
                return self._call(node, scope, depth)
            case ast.BinOp():
                return self._binary(node, scope, depth)
            case ast.UnaryOp(op=ast.Not()):
                return ""  # one of Python's own
            case ast.UnaryOp():
                return self.of(node.operand, scope, depth + 1)
            case ast.Compare():
                return "bool" if self._types.of(node, scope) == "tensor" else ""
            case ast.IfExp():
                return _same(self.of(node.body, scope, depth + 1), self.of(node.orelse, scope, depth + 1))
            case ast.Subscript() | ast.NamedExpr():
                return self.of(node.value, scope, depth + 1)
        return ""

    def _name(self, name: str, scope: Scope, depth: int) -> str:
        holder = scope.holder(name)
        if holder is None:
            return ""
        key = (id(holder), name)
        if key in self._known:
            return self._known[key]
        if key in self._busy:
            return _AS_ELSEWHERE
        self._busy.add(key)
        kinds = [self._binding(each, name, holder, depth + 1) for each in holder.names[name]]
        self._busy.discard(key)
        found = _same(*kinds)
        if found == "bool" and _AS_ELSEWHERE in kinds:
            found = ""  # booleans that a number is added to are integers
        if not self._busy:
            self._known[key] = found
        return found

    def _binding(self, binding: Binding, name: str, scope: Scope, depth: int) -> str:
        if binding.kind == "none":
            return _AS_ELSEWHERE  # what is asked about is a tensor, so it is not that one
        if binding.kind == "assign" and binding.value is not None:
            return self.of(binding.value, scope, depth)
        if binding.kind == "augmented" and isinstance(binding.statement, ast.AugAssign):
            # In place: the tensor keeps its dtype, or torch raises.
            return "" if isinstance(binding.statement.op, ast.Div) else _AS_ELSEWHERE
        return ""

    def _attribute(self, node: ast.Attribute, scope: Scope, depth: int) -> str:
        if node.attr in _ATTRIBUTES:
            return self.of(node.value, scope, depth + 1)
        return ""

    def _binary(self, node: ast.BinOp, scope: Scope, depth: int) -> str:
        if isinstance(node.op, ast.Div | ast.MatMult):
            return ""
        left, right = (self.of(each, scope, depth + 1) for each in (node.left, node.right))
        if _AS_ELSEWHERE in (left, right):
            known, other = (right, node.right) if left == _AS_ELSEWHERE else (left, node.left)
            return known or (_AS_ELSEWHERE if self._is_int(other, scope) else "")
        if left and right:
            return left if right in (left, "bool") else right if left == "bool" else ""
        known, other = (left, node.right) if left else (right, node.left)
        if not known or not self._is_int(other, scope):
            return ""
        truths = isinstance(node.op, ast.BitAnd | ast.BitOr | ast.BitXor)
        return "" if known == "bool" and truths else "int64" if known == "bool" else known

    def _is_int(self, node: ast.expr, scope: Scope) -> bool:
        return self._types.of(node, scope) == "int"

    # -- calls ----------------------------------------------------------------------------------------------------

    def _call(self, node: ast.Call, scope: Scope, depth: int) -> str:
        if any(isinstance(each, ast.Starred) for each in node.args):
            return ""
        keywords = {each.arg: each.value for each in node.keywords}
        if None in keywords or "out" in keywords:
            return ""
        path = self._types.path(node.func, scope)
        if path is not None:
            return self._function(path, node, keywords, scope, depth)
        if isinstance(node.func, ast.Attribute):
            return self._method(node, node.func, keywords, scope, depth)
        return ""

    def _function(
        self, path: str, node: ast.Call, keywords: dict[str | None, ast.expr], scope: Scope, depth: int
    ) -> str:
        first = node.args[0] if node.args else keywords.get("input", keywords.get("tensor"))
        owner, _, name = path.rpartition(".")
        if path in _EINOPS:
            return self.of(first, scope, depth + 1) if first is not None else ""
        if path == "torch.nn.functional.one_hot":
            return "int64"
        if owner != "torch":
            return ""
        if name in _CLASSES:
            return _CLASSES[name]
        if name in _TRUTHS:
            return "bool"
        if "dtype" in keywords:
            made = _INDICES | _LIKE | _MADE | {"arange", "tensor", "as_tensor", "full"}
            return self.named(keywords["dtype"], scope) if name in made else ""
        if name in _INDICES:
            return "int64"
        if name == "arange":
            numbers = [*node.args, *(keywords[each] for each in ("start", "end", "step") if each in keywords)]
            whole = numbers and len(node.args) <= 3 and all(self._is_int(each, scope) for each in numbers)
            return "int64" if whole else ""
        if name in ("tensor", "as_tensor"):
            data = node.args[0] if node.args else keywords.get("data")
            return self._data(data, scope) if data is not None and len(node.args) == 1 else ""
        if name == "full" and (len(node.args) > 1 or "fill_value" in keywords):
            return self._data(keywords["fill_value"] if "fill_value" in keywords else node.args[1], scope)
        if name in _KEEPING | _LIKE and first is not None:
            return self.of(first, scope, depth + 1)
        return ""

    def _data(self, node: ast.expr, scope: Scope) -> str:
        """Return the dtype that torch.tensor gives numbers and lists of them."""
        if isinstance(node, ast.List | ast.Tuple):
            found = {self._data(each, scope) for each in node.elts}
            return found.pop() if len(found) == 1 else "int64" if found == {"int64", "bool"} else ""
        return {"int": "int64", "size": "int64", "bool": "bool"}.get(self._types.of(node, scope), "")

    def named(self, node: ast.expr, scope: Scope) -> str:
        """Return the dtype that an expression names: ``torch.long``."""
        path = self._types.path(node, scope)
        if path is not None and path.removeprefix("torch.") in _CLASSES:
            return _CLASSES[path.removeprefix("torch.")]
        value, _ = self._catalog.values.get(path or "", (None, None))
        chain = chain_of(value) if value is not None else None
        word = chain[-1].rstrip("_") if chain else ""
        return word if word in INTEGRAL else ""

    def _method(
        self,
        node: ast.Call,
        function: ast.Attribute,
        keywords: dict[str | None, ast.expr],
        scope: Scope,
        depth: int,
    ) -> str:
        name = function.attr
        if name in _CASTS or name in _INDICES | _TRUTHS:
            if self._types.of(function.value, scope).rstrip("?") != "tensor" or "dtype" in keywords:
                return ""
            return _CASTS.get(name) or ("int64" if name in _INDICES else "bool")
        if name in ("to", "type") and (node.args or keywords):
            return self._cast(node, function, keywords, scope, depth)
        if name in _KEEPING and not (name == "view" and self._views_as_dtype(node, keywords, scope)):
            return self.of(function.value, scope, depth + 1)
        return ""

    def _cast(
        self,
        node: ast.Call,
        function: ast.Attribute,
        keywords: dict[str | None, ast.expr],
        scope: Scope,
        depth: int,
    ) -> str:
        """Return what ``x.to(torch.long)`` and ``x.to(device)`` give, if x is a tensor."""
        if self._types.of(function.value, scope).rstrip("?") != "tensor":
            return ""
        given = [*node.args, *(keywords[each] for each in ("device", "dtype") if each in keywords)]
        stated = [self.named(each, scope) for each in given]
        if any(stated):
            return next(filter(None, stated))
        kinds = {self._types.of(each, scope) for each in given}
        only_moved = function.attr == "to" and kinds <= {"device", "str", "bool"}
        return self.of(function.value, scope, depth + 1) if only_moved else ""

    def _views_as_dtype(self, node: ast.Call, keywords: dict[str | None, ast.expr], scope: Scope) -> bool:
        """Whether ``x.view(…)`` may be the other one, which reads the same bytes as another dtype."""
        if keywords:
            return True
        return len(node.args) == 1 and self._types.of(node.args[0], scope) not in (
            "int",
            "tuple",
            "list",
            "size",
        )


def _same(*found: str) -> str:
    """Return the one dtype that all of these are, "" where they are not."""
    told = {each for each in found if each != _AS_ELSEWHERE}
    if not told:
        return _AS_ELSEWHERE if found else ""
    return told.pop() if len(told) == 1 else ""
