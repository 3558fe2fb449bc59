"""Record what the converter has to know of the frameworks without importing them.

Run it with both frameworks installed after a counterpart names a function for the first time:

    python tools/record_facts.py

It writes ``src/sporeprint/facts/{mindspore,torch}.json``: the defaults and signatures of the functions that the
counterparts reach, the names that a Cell reserves, the public names of each framework.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sporeprint import catalog

FACTS = Path(catalog.__file__).parent / "facts"


def reached(target: str) -> Iterator[str]:
    """Yield the full names of what the counterparts' bodies use of the framework they are written in."""
    for body in catalog.load(catalog.SOURCE_OF[target]).bodies.values():
        for node in ast.walk(body.definition):
            names: list[str] = []
            each: ast.AST = node
            while isinstance(each, ast.Attribute):
                names.append(each.attr)
                each = each.value
            if names and isinstance(each, ast.Name) and each.id in body.file.imports:
                found = body.file.imports[each.id]
                if found.module.split(".")[0] == target:
                    yield ".".join([found.path, *reversed(names)])


def look_up(path: str) -> Any:
    """Import what a full name stands for; None where there is nothing."""
    parts = path.split(".")
    for count in range(len(parts), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:count]))
        except ImportError:
            continue
        for part in parts[count:]:
            found = getattr(found, part, None)
        return found
    return None


def signature(path: str) -> list[tuple[str, str, str | None]] | None:
    """Return (name, kind, default as text) per parameter, None where Python does not tell."""
    found = look_up(path)
    if not callable(found):
        return None
    try:
        parameters = list(inspect.signature(found.__init__ if isinstance(found, type) else found).parameters.values())
    except (TypeError, ValueError):
        return None
    if isinstance(found, type):
        parameters = parameters[1:]
    return [
        (each.name, each.kind.name, None if each.default is each.empty else repr(each.default))
        for each in parameters
    ]


def members(owner: Any) -> set[str]:
    """Return an object's public names."""
    return {name for name in dir(owner) if not name.startswith("_")}


def record(target: str) -> dict[str, Any]:
    """Return the facts of a framework."""
    signatures = {path: found for path in sorted(set(reached(target))) if (found := signature(path)) is not None}
    facts: dict[str, Any] = {
        "version": importlib.import_module(target).__version__,
        "signatures": signatures,
        "defaults": {
            path: {name: default for name, _, default in found if default is not None}
            for path, found in signatures.items()
        },
    }
    import mindspore
    import torch

    if target == "mindspore":
        kept = members(mindspore.nn.Cell) - members(torch.nn.Module)
        facts["reserved"] = sorted(kept | {"cls_name", "param_prefix", "_cells"})
    return facts


def main() -> None:
    """Write the files."""
    FACTS.mkdir(exist_ok=True)
    for target in catalog.SOURCE_OF:
        text = json.dumps(record(target), indent=1, sort_keys=True)
        (FACTS / f"{target}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
