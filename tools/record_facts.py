"""Record what the converter has to know of the frameworks without importing them.

Run it with both frameworks installed after a counterpart names a function for the first time:

    python tools/record_facts.py

It writes ``src/sporeprint/facts/{mindspore,torch}.json``: the defaults and signatures of the functions that
the counterparts reach, and the names that a Cell reserves; ``src/sporeprint/facts/names.json``: the public
names of both frameworks, from which a misspelt one is corrected; and ``src/sporeprint/facts/signatures.json``:
the signatures of everything that can be measured, which a page shows of an API without counterpart; and
``src/sporeprint/facts/returns.json``: what torch's functions and methods return, where all overloads return the same.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sporeprint import catalog
from sporeprint.verify.command import methods
from sporeprint.verify.signatures import NoSignatureError, signatures_of
from sporeprint.verify.subjects import subjects
from sporeprint.verify.words import LEGS

FACTS = Path(catalog.__file__).parent / "facts"
#: Where each framework publishes what a person may look up.
PUBLIC = {
    "torch": (
        "",
        "nn",
        "nn.functional",
        "special",
        "linalg",
        "fft",
        "optim",
        "optim.Optimizer",
        "nn.Module",
        "Tensor",
    ),
    "mindspore": (
        "",
        "ops",
        "nn",
        "mint",
        "mint.nn",
        "mint.nn.functional",
        "mint.optim",
        "nn.Cell",
        "Tensor",
    ),
}
#: What the annotation of a parameter is called -> the class whose methods a body may call on it.
OWNERS = {
    "mindspore": {"Tensor": "mindspore.Tensor", "Cell": "mindspore.nn.Cell"},
    "torch": {"Tensor": "torch.Tensor", "Module": "torch.nn.Module"},
}


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
            elif len(names) == 1 and isinstance(each, ast.Name):
                for parameter in body.parameters:
                    annotation = ast.unparse(parameter.annotation) if parameter.annotation else ""
                    owner = OWNERS[target].get(annotation.rpartition(".")[2])
                    if parameter.name == each.id and owner is not None:
                        yield f"{owner}.{names[0]}"


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
    """Return (name, kind, default as text) per parameter of the first overload, None where nothing tells."""
    found = look_up(path)
    if not callable(found):
        return None
    try:
        if getattr(found, "__init__", None) is look_up("torch.nn.Module").__init__:
            return []  # it takes any argument, to refuse it
        if isinstance(found, type):
            parameters = list(inspect.signature(found.__init__).parameters.values())[1:]  # type: ignore[misc]
        else:
            parameters = list(signatures_of(path)[0].parameters.values())
    except (TypeError, ValueError, NoSignatureError):
        return None
    return [
        (each.name, each.kind.name, None if each.default is each.empty else repr(each.default))
        for each in parameters
    ]


def overloaded(path: str) -> bool:
    """Whether a function has several signatures, so that a default may be that of one of them only."""
    found = look_up(path)
    return not isinstance(found, type) and len(signatures_of(path)) > 1


def overloads(path: str) -> list[list[str]]:
    """Return the parameters of each overload as they are written in a signature; none where nothing tells."""
    found = look_up(path)
    if not callable(found):
        return []
    try:
        made: Any = found
        known = [inspect.signature(made.__init__)] if isinstance(found, type) else signatures_of(path)
    except (TypeError, ValueError, NoSignatureError):
        return []
    receiver = isinstance(found, type) or ".Tensor." in path
    # What takes anything and hands it on tells nothing.
    texts = [_parameters(list(each.parameters.values())[receiver:]) for each in known]
    texts = [each for each in texts if each != ["*args", "**kwargs"]]
    return [each for place, each in enumerate(texts) if each not in texts[:place]]


def _parameters(parameters: list[inspect.Parameter]) -> list[str]:
    found: list[str] = []
    for each in parameters:
        if each.kind is each.KEYWORD_ONLY and not any(text.startswith("*") for text in found):
            found.append("*")
        star = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}.get(each.kind.name, "")
        found.append(star + each.name + ("" if each.default is each.empty else f"={_default(each.default)}"))
    return found


def _default(value: object) -> str:
    """Write a default: a function by its name, a member of an enumeration likewise, an object by its class's."""
    text = repr(value)
    name = getattr(value, "__name__", "") if text.startswith("<") else ""
    return name or re.sub(r"^<([\w.]+)(?:: .*| object at 0x.*)>$", r"\1", text)


def all_overloads() -> str:
    """Return (as JSON, a line for each) the signatures of what can be measured, and of what it is compared with."""
    names: set[str] = set()
    for subject in subjects(methods()):
        names |= {subject.api, *subject.legs} - {*LEGS}
    lines = [
        f"{json.dumps(name)}: {json.dumps(found)}" for name in sorted(names) if (found := overloads(name))
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def public_names() -> dict[str, str]:
    """Return for each public module, and for Tensor, the names that it publishes, separated by blanks."""
    found = {}
    for framework, places in PUBLIC.items():
        for place in places:
            owner = f"{framework}.{place}".rstrip(".")
            module = look_up(owner)
            # torch's ``__all__`` lacks what is written in C; MindSpore's modules also hold their helpers.
            published = getattr(module, "__all__", ()) if framework == "mindspore" else ()
            names = members(module).intersection(published or members(module))
            found[owner] = " ".join(
                sorted(name for name in names if not inspect.ismodule(getattr(module, name)))
            )
    return found


def members(owner: Any) -> set[str]:
    """Return an object's public names."""
    return {name for name in dir(owner) if not name.startswith("_")}


def record(target: str) -> dict[str, Any]:
    """Return the facts of a framework."""
    signatures = {
        path: found for path in sorted(set(reached(target))) if (found := signature(path)) is not None
    }
    facts: dict[str, Any] = {
        "version": importlib.import_module(target).__version__,
        "signatures": signatures,
        "defaults": {
            path: {name: default for name, _, default in found if default is not None}
            for path, found in signatures.items()
            if not overloaded(path)
        },
    }
    import mindspore
    import torch

    if target == "mindspore":
        # Also what a Cell keeps in each object, and "bprop", by which it knows that a network has its own gradient.
        held = {*dir(mindspore.nn.Cell), *vars(mindspore.nn.Cell())} - {
            *dir(torch.nn.Module),
            *vars(torch.nn.Module()),
        }
        facts["reserved"] = sorted({name for name in held if not name.startswith("__")} | {"bprop"})
    return facts


#: Return annotations of torch's stubs, and what convert/types.py calls them.
RETURNED = {
    "Tensor": "tensor", "Self": "tensor", "_int": "int", "int": "int", "_bool": "bool", "bool": "bool",
    "_float": "float", "str": "str", "list": "list", "numpy.ndarray": "other", "Size": "size",
    "tuple[Tensor, ...]": "tensors", "list[Tensor]": "tensors", "Sequence[Tensor]": "tensors",
    "tuple[Tensor, Tensor]": "tensors",
}  # fmt: skip


def returns() -> dict[str, dict[str, str]]:
    """Return for torch's modules and Tensor: the kind of result -> the names of what always returns it."""
    import torch

    folder = Path(torch.__file__).parent / "_C"
    tensor: dict[str, set[str]] = {}
    for node in ast.parse((folder / "__init__.pyi").read_text()).body:
        if isinstance(node, ast.ClassDef) and node.name == "TensorBase":
            _stated(node.body, tensor)
    functions: dict[str, set[str]] = {}
    _stated(ast.parse((folder / "_VariableFunctions.pyi").read_text()).body, functions)
    # Python functions over them, whose results the stubs do not state.
    tensor["split"] = {"tensors"}
    functions |= {name: {"tensors"} for name in ("split", "meshgrid")}
    functional: dict[str, set[str]] = {}
    for name in members(torch.nn.functional):
        found = getattr(torch.nn.functional, name)
        stated = getattr(found, "__annotations__", {}).get("return")
        builtin = getattr(found, "__name__", "") if inspect.isbuiltin(found) else ""
        if stated is torch.Tensor:
            functional[name] = {"tensor"}
        elif builtin in functions:
            functional[name] = functions[builtin]
    made = {}
    for owner, found_in in (
        ("torch", functions),
        ("torch.Tensor", tensor),
        ("torch.nn.functional", functional),
    ):
        kinds: dict[str, list[str]] = {}
        for name, stated_kinds in sorted(found_in.items()):
            kind = min(stated_kinds)
            if len(stated_kinds) == 1 and kind:
                kinds.setdefault(kind, []).append(name)
        made[owner] = {kind: " ".join(names) for kind, names in sorted(kinds.items())}
    return made


def _stated(body: list[ast.stmt], into: dict[str, set[str]]) -> None:
    for node in body:
        if isinstance(node, ast.FunctionDef) and node.returns is not None and not node.name.startswith("_"):
            text = ast.unparse(node.returns).replace("torch.Tensor", "Tensor")
            into.setdefault(node.name, set()).add(RETURNED.get(text, ""))


def main() -> None:
    """Write the files."""
    FACTS.mkdir(exist_ok=True)
    for target in catalog.SOURCE_OF:
        text = json.dumps(record(target), indent=1, sort_keys=True)
        (FACTS / f"{target}.json").write_text(text + "\n", encoding="utf-8")
    names = json.dumps(public_names(), indent=1, sort_keys=True)
    (FACTS / "names.json").write_text(names + "\n", encoding="utf-8")
    (FACTS / "signatures.json").write_text(all_overloads(), encoding="utf-8")
    text = json.dumps(returns(), indent=1)
    (FACTS / "returns.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
