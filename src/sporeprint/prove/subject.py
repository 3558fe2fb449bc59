"""What is proven: a model, how it is built, and what it is called with."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomllib

from sporeprint.prove.optimizer import Optimizer, OptimizerError
from sporeprint.prove.optimizer import read as read_optimizer

#: What an input's dtype is called, and numpy's name of it.
DTYPES = {
    "f16": "float16", "f32": "float32", "f64": "float64", "i32": "int32", "i64": "int64", "u8": "uint8", "bool": "bool",
}  # fmt: skip
_INPUT = re.compile(r"(?:(?P<name>\w+)\s*=\s*)?(?P<dtype>\w+)\[(?P<shape>[\d,\s]*)\](?:<(?P<below>\d+))?")
#: What a table in a file may have.
_KEYS = ("model", "construct", "inputs", "call", "steps", "optimizer")
_MODEL = re.compile(r"(?P<module>[\w.]+):(?P<expression>.+)", re.DOTALL)


class SubjectError(ValueError):
    """A model or an input is described in a way that cannot be understood. The message says what is valid."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A model with its inputs, as code that is executed on each side.

    Attributes:
        name: for the report.
        construct: statements that bind ``model``, written for torch; for the other side they are converted.
        inputs: statements that bind ``inputs``, a dict of numpy arrays; they may use ``np`` and ``rng``.
        call: statements that bind ``out``; they may use ``model``, ``inputs`` and ``T``, which makes a tensor of an
            array.
        steps: so many optimizer steps are compared; 0: as many as the command says.
        optimizer: which takes them; None: the one that the command says.
    """

    name: str
    construct: str
    inputs: str
    call: str
    steps: int = 0
    optimizer: Optimizer | None = None


def from_options(model: str, inputs: Iterable[str]) -> Subject:
    """Make a subject of what stands on the command line.

    Args:
        model: ``module:Class(arguments)`` or ``module:function`` without arguments, then called with the inputs.
        inputs: ``f32[2,3,32,32]``, ``i64[2,9]<30`` (integers below 30), with ``name=`` in front for a keyword.

    Raises:
        SubjectError: one of them cannot be understood.
    """
    found = _MODEL.fullmatch(model.strip())
    if found is None:
        raise SubjectError(f"--model {model}: write module:Class(arguments), such as nets.vit:ViT(dim=32)")
    expression = found["expression"].strip()
    try:
        tree = ast.parse(expression, mode="eval").body
    except SyntaxError as error:
        raise SubjectError(f"--model {model}: {expression} is no Python expression: {error.msg}") from None
    function = tree.func if isinstance(tree, ast.Call) else tree
    root = function
    while isinstance(root, ast.Attribute | ast.Call):
        root = root.value if isinstance(root, ast.Attribute) else root.func
    if not isinstance(root, ast.Name):
        raise SubjectError(f"--model {model}: {expression} does not start with a name of the module")
    made, passed = [], []
    for place, text in enumerate(inputs):
        name, array = _array(text)
        made.append(f"inputs[{name or place!r}] = {array}")
        passed.append(f"{name}=T(inputs[{name!r}])" if name else f"T(inputs[{place}])")
    if not made:
        raise SubjectError("there is no input; add one for each argument, such as --input 'f32[2,3,32,32]'")
    return Subject(
        expression,
        f"from {found['module']} import {root.id}\nmodel = {expression}",
        "\n".join(["inputs = {}", *made]),
        f"out = model({', '.join(passed)})",
    )


def _array(text: str) -> tuple[str, str]:
    found = _INPUT.fullmatch(text.strip())
    if found is None or found["dtype"] not in DTYPES:
        raise SubjectError(
            f"--input {text}: write dtype[shape], such as f32[2,3,32,32] or ids=i64[2,9]<30; "
            f"the dtypes are {', '.join(DTYPES)}"
        )
    dtype = DTYPES[found["dtype"]]
    shape = "(" + "".join(f"{int(size)}, " for size in found["shape"].split(",") if size.strip()) + ")"
    if dtype.startswith("float"):
        return found["name"] or "", f"rng.standard_normal({shape}).astype({dtype!r})"
    below = 2 if dtype == "bool" else int(found["below"] or 10)
    return found["name"] or "", f"rng.integers(0, {below}, {shape}).astype({dtype!r})"


def from_file(path: Path) -> list[Subject]:
    """Read subjects from a TOML file: a table for each model, with ``model`` and ``inputs``, or with code.

    Either may have ``steps`` and ``optimizer``.

    Raises:
        SubjectError: the file cannot be read, or a table lacks something.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SubjectError(f"{path}: {error}") from None
    found = []
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise SubjectError(f"{path}: {name} is no table; write [{name}] and its keys below")
        unknown = [key for key in table if key not in _KEYS]
        if unknown:
            raise SubjectError(
                f"{path}: [{name}] has {', '.join(unknown)}; what it may have is {', '.join(_KEYS)}"
            )
        training = _training(table, f"{path}: [{name}]")
        if "model" in table:
            if not isinstance(table["model"], str):
                raise SubjectError(
                    f'{path}: [{name}] model is no text; write model = "module:Class(arguments)"'
                )
            made = from_options(table["model"], table.get("inputs", []))
            call = table.get("call", made.call)
            found.append(Subject(name, made.construct, made.inputs, call, *training))
        elif {"construct", "inputs", "call"} <= table.keys():
            found.append(Subject(name, table["construct"], table["inputs"], table["call"], *training))
        else:
            raise SubjectError(f"{path}: [{name}] needs model and inputs, or construct, inputs and call")
    if not found:
        raise SubjectError(f"{path}: there is no model in it")
    return found


def _training(table: dict[str, Any], where: str) -> tuple[int, Optimizer | None]:
    steps, text = table.get("steps", 0), table.get("optimizer")
    if not isinstance(steps, int) or steps < 0:
        raise SubjectError(f"{where} steps is {steps!r}; write how many, such as steps = 3")
    if text is None:
        return steps, None
    if not isinstance(text, str):
        raise SubjectError(f'{where} optimizer is no text; write optimizer = "AdamW(lr=1e-3)"')
    try:
        return steps, read_optimizer(text)
    except OptimizerError as error:
        raise SubjectError(f"{where} optimizer: {error}") from None
