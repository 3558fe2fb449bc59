"""The source framework's names: which spellings mean the same, which are known, what a wrong one may have meant."""

from __future__ import annotations

import ast
import difflib
import re

from sporeprint.catalog import Catalog
from sporeprint.convert import fates
from sporeprint.convert.names import chain_of

# Where a framework also keeps what it publishes elsewhere. Source: the modules' own `__all__` and re-exports.
_MOVED = {
    "torch": (
        (re.compile(r"^torch\.nn\.modules\.(?:[a-z0-9_]+\.)?(?=[A-Z])"), "torch.nn."),
        (re.compile(r"^torch\.nn\.parameter\."), "torch.nn."),
        (re.compile(r"^torch\.functional\."), "torch."),
        (re.compile(r"^torch\._tensor\."), "torch."),
    ),
    "mindspore": (
        (re.compile(r"^mindspore\.(?:common\.)?dtype\."), "mindspore."),
        (re.compile(r"^mindspore\.common\.(?:tensor\.)?(?=Tensor)"), "mindspore."),
        (re.compile(r"^mindspore\.ops\.function(?:\.[a-z_]+)?\.(?=[a-z])"), "mindspore.ops."),
        (
            re.compile(r"^mindspore\.nn\.(?:cell|layer(?:\.[a-z]+)?|loss(?:\.loss)?)\.(?=[A-Z])"),
            "mindspore.nn.",
        ),
    ),
}

#: Methods whose call shows the dtype of what it returns.
_CASTS = {"double": "float64", "half": "float16", "bfloat16": "bfloat16"}
_DTYPES = {"float64", "double", "float16", "half", "bfloat16", "complex64", "complex128", "cfloat", "cdouble"}
#: What a text has to hold for one of the words to hold; Python takes other letters for ASCII's.
_SHOWS = re.compile(rb"double|half|float|complex|nan|inf|[^\x00-\x7f]")
_SAME = {"double": "float64", "half": "float16", "cfloat": "complex64", "cdouble": "complex128"}


class Apis:
    """Answers about API names."""

    def __init__(self, catalog: Catalog) -> None:
        self._moved = _MOVED[catalog.source]
        self._known = {*catalog.names(), *catalog.annotations}
        self._near: dict[str, list[str]] = {}
        self._canonical: dict[str, str] = {}
        self._namespaces = {catalog.source}
        self._members: dict[str, list[str]] = {}
        for name in catalog.names():
            parts = name.split(".")
            self._members.setdefault(".".join(parts[:-1]), []).append(parts[-1])
            for count in range(1, len(parts) - 1):
                self._namespaces.add(".".join(parts[:count]))
            if not parts[-2][:1].isupper():
                self._namespaces.add(".".join(parts[:-1]))

    def canonical(self, path: str) -> str:
        """Return the public spelling of a name."""
        found = self._canonical.get(path)
        if found is None:
            found = path
            for pattern, public in self._moved:
                found = pattern.sub(public, found, count=1)
            self._canonical[path] = found
        return found

    def is_namespace(self, path: str) -> bool:
        """Whether a path is a module rather than something in one."""
        return path in self._namespaces

    def longest(self, path: str) -> str | None:
        """Return the longest start of a path that the catalogue knows."""
        while "." in path:
            if path in self._known:
                return path
            path = path.rpartition(".")[0]
        return None

    def unknown(self, path: str) -> tuple[str, str]:
        """Return the reason and the advice for a name without counterpart."""
        fate = fates.stated(path)
        if fate is not None:
            return fate
        near = self.near(path)
        advice = f"did you mean {' or '.join(near)}?" if near else "write it by hand, or add a counterpart"
        return "no counterpart yet", advice

    def near(self, path: str) -> list[str]:
        """Return known names that a misspelt one may have meant: same module, almost the same word."""
        if path in self._near:
            return self._near[path]
        owner, _, word = path.rpartition(".")
        words = self._members.get(owner, [])
        close = [] if word in words else difflib.get_close_matches(word, words, n=2, cutoff=0.85)
        self._near[path] = [f"{owner}.{each}" for each in close]
        return self._near[path]

    @staticmethod
    def conditions(node: ast.expr, text: bytes) -> set[str]:
        """Return the words of ``differs`` that an argument itself, as it is written, shows to hold."""
        words: set[str] = set()
        if not _SHOWS.search(text):
            return words
        for each in ast.walk(node):
            if (
                isinstance(each, ast.Call)
                and isinstance(each.func, ast.Attribute)
                and each.func.attr in _CASTS
            ):
                words.add(_CASTS[each.func.attr])
            chain = chain_of(each) if isinstance(each, ast.Attribute) else None
            if chain and chain[-1] in _DTYPES:
                words.add(_SAME.get(chain[-1], chain[-1]))
            if chain and chain[-1] in ("nan", "inf"):
                words.add(chain[-1])
            if isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id == "float":
                value = each.args[0].value if each.args and isinstance(each.args[0], ast.Constant) else None
                if isinstance(value, str) and value.strip("+-").lower() in ("nan", "inf", "infinity"):
                    words.add("nan" if value.lower() == "nan" else "inf")
        return words
