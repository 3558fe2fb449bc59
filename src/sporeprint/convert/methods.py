"""Which methods the converter looks at: those with a counterpart, and those that nothing shows to be the same.

What is a method of the framework's objects, but neither has a counterpart nor was measured to mean the same on the
target's objects, cannot stay without a word. One that was measured to mean the same on the common domain stays; its
counterpart, if it has one, is there for its exact body. Exact keeps those that have none, too, and lists them.
"""

from __future__ import annotations

import ast
import functools
import io
from dataclasses import dataclass

from sporeprint.catalog import Catalog, Entry
from sporeprint.convert.types import owner_of
from sporeprint.facts import facts

_OWNERS = {
    "torch": {"tensor": "torch.Tensor", "module": "torch.nn.Module", "optimizer": "torch.optim.Optimizer"},
    "mindspore": {"tensor": "mindspore.Tensor", "module": "mindspore.nn.Cell"},
}
#: Methods that Python's own objects have too: on an unknown receiver they are more likely to be those.
PYTHON = frozenset(
    name
    for kind in (list, dict, set, str, bytes, tuple, int, float, complex, io.TextIOWrapper)
    for name in dir(kind)
)


_OPTIMIZER = "sporeprint.torch.optim.optimizer.Optimizer"


def _methods_of(catalog: Catalog, name: str) -> set[str]:
    """Return the names of the methods that a class of ours defines."""
    body = catalog.bodies.get(name)
    return (
        {each.name for each in body.definition.body if isinstance(each, ast.FunctionDef)} if body else set()
    )


@dataclass(frozen=True, slots=True)
class Watched:
    """The methods to look at.

    Attributes:
        every: all of them.
        methods: the counterparts of each name, but those of what stays as it is.
        names: those without counterpart by their owner.
        kept: those of tensors that stay although they are the same on the common domain only.
    """

    every: frozenset[str]
    methods: dict[str, list[Entry]]
    names: dict[str, tuple[str, frozenset[str]]]
    kept: frozenset[str]

    def owners(self, method: str, receiver: str) -> list[str]:
        """Return the classes whose method this may be; none where there is nothing to say.

        ``receiver`` is "tensor", "module", another known type, or "".
        """
        if receiver:
            owner, names = self.names.get(receiver, ("", frozenset()))
            return [owner] if method in names else []
        if method in PYTHON:
            return []
        return [owner for owner, names in self.names.values() if method in names]


@functools.cache
def watched(catalog: Catalog, fidelity: str) -> Watched:
    """Return the methods to look at when converting from the catalogue's framework."""
    public = facts("names")
    measured = facts("measured")["methods"]
    same = set(measured["native"]) if catalog.source == "torch" else set()
    methods = catalog.methods
    if fidelity == "native":
        found = {
            name: [each for each in entries if name not in same or owner_of(each.apis) != "tensor"]
            for name, entries in catalog.methods.items()
        }
        methods = {name: entries for name, entries in found.items() if entries}
    names = {}
    for kind, owner in _OWNERS[catalog.source].items():
        every = frozenset(str(public.get(owner, "")).split())
        known = {
            method
            for method, entries in catalog.methods.items()
            if any(owner_of(entry.apis) in (kind, "") for entry in entries)
        }
        if kind == "optimizer":  # optimizers are classes of ours, which have these methods themselves
            known |= _methods_of(catalog, _OPTIMIZER)
        names[kind] = (owner, every - known - (same if kind == "tensor" else set()))
    looked_at = frozenset().union(*(each for _, each in names.values()))
    with_own = {
        n for n, entries in methods.items() if any(owner_of(each.apis) == "tensor" for each in entries)
    }
    kept = frozenset(same - with_own - set(measured["exact"]) if fidelity == "exact" else ())
    every = frozenset(methods) | looked_at | kept | {"forward", "construct"}
    return Watched(every, methods, names, kept)
