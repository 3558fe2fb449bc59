"""The example of a page: code for both frameworks on the same input, run where both are installed."""

from __future__ import annotations

import ast
import importlib.util
import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from sporeprint.catalog import FOLDER, Body, Entry
from sporeprint.convert.adapters import MODULE, build
from sporeprint.page import calls
from sporeprint.page.derive import is_method
from sporeprint.page.model import TITLES, Example, Row, Step
from sporeprint.page.paths import parameter_type

_SECONDS = 180
_ROW = [1.0, 2.0, 3.0, 4.0, 5.0]
_MATRIX = [_ROW, _ROW[::-1]]
_SIGNED = [[1.0, -2.0, 3.0, -4.0, 5.0], [5.0, -4.0, 3.0, -2.0, 1.0]]
_BLOCK = [[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [[3.0, 2.0, 1.0], [5.0, 5.0, 5.0]]]
_IMAGE = [[1.0, 8.0, 3.0, 6.0], [5.0, 2.0, 7.0, 4.0], [3.0, 6.0, 1.0, 8.0], [7.0, 4.0, 5.0, 2.0]]
_CLASSES = [1, 0]
_RANDOM = ("dropout", "rand", "gumbel")
#: How a tensor of floats and one of integers is written, how parameters are set, and what that needs.
_FLOATS = {"torch": "torch.tensor({})", "mindspore": "ms.Tensor({}, ms.float32)"}
#: Integers in the dtype that is usual in the source framework, which its functions may insist on.
_INTEGERS = {
    "torch": {"torch": "torch.tensor({})", "mindspore": "ms.Tensor({}, ms.int64)"},
    "mindspore": {"torch": "torch.tensor({}, dtype=torch.int32)", "mindspore": "ms.Tensor({}, ms.int32)"},
}
_PARAMETERS = {
    "torch": (
        "for p in layer.parameters():",
        "    p.data = torch.arange(p.numel(), dtype=torch.float32).reshape(p.shape) / 10",
    ),
    "mindspore": (
        "for p in layer.get_parameters():",
        "    p.set_data(ops.arange(p.size).reshape(p.shape).astype(ms.float32) / 10)",
    ),
}
_IMPORTS = {"torch": "import torch", "mindspore": "import mindspore as ms"}


@dataclass(frozen=True, slots=True)
class _Call:
    """A step before it is written: its title, the tensors by name, the call's arguments.

    ``naive``: whether to show also what the target's own defaults give.
    """

    title: str
    tensors: dict[str, Any]
    given: list[tuple[str, str]]
    naive: bool = False


def make(api: str, entry: Entry, rows: Sequence[Row], source: str, target: str, *, run: bool) -> Example:
    """Write the example of an API, and run it.

    Args:
        api: the API.
        entry: its counterpart.
        rows: the table of its parameters.
        source: its framework.
        target: the other one.
        run: whether to run it where both frameworks are installed.
    """
    body = entry.native
    planned = _plan(api, body, rows, source)
    source_imports, target_imports = dict.fromkeys([_IMPORTS[source]]), dict.fromkeys([_IMPORTS[target]])
    steps: list[Step] = []
    adapters: set[str] = set()
    for each in planned:
        made = calls.convert(api, body, calls.written(api, each.given), source, target)
        if made.note.startswith("left"):
            continue
        source_imports.update(dict.fromkeys(made.imports))
        target_imports.update(dict.fromkeys(made.after_imports))
        adapters |= made.adapters
        steps.append(
            Step(
                each.title,
                _lines(each, api, body, made.text, source),
                _lines(each, api, body, made.after, target),
            )
        )
        naive = naive_call(made.after, rows) if each.naive else ""
        if naive:
            title = f"With {TITLES[target]}'s own defaults"
            bare = replace(each, tensors={})
            lines = _lines(bare, api, body, naive, target, again=each.tensors)
            steps.append(Step(title, (), lines, compared=False))
    if "ops.arange" in "".join(line for step in steps for line in step.target):
        target_imports.setdefault("from mindspore import ops")
    if "ops.arange" in "".join(line for step in steps for line in step.source):
        source_imports.setdefault("from mindspore import ops")
    example = Example(tuple(source_imports), tuple(target_imports), tuple(steps))
    if not steps:
        return replace(example, why_not="")
    why_not = _why_not(api, entry)
    if why_not or not run:
        return replace(example, why_not=why_not or "Not run.")
    return _run(
        example, source, target, {MODULE[target]: build(adapters, target, "native")} if adapters else {}
    )


def _why_not(api: str, entry: Entry) -> str:
    if any(word in entry.native.definition.name.lower() for word in _RANDOM):
        return "Not run: its results are random, and the two frameworks draw other numbers."
    missing = [name for name in ("torch", "mindspore") if importlib.util.find_spec(name) is None]
    if missing:
        names = " and ".join(TITLES[name] for name in missing)
        verb = "is" if len(missing) == 1 else "are"
        extras = ",".join(missing)
        return f"Not run: {names} {verb} not installed. `pip install 'sporeprint[{extras}]'`, and ask again."
    return ""


# -- what to call --------------------------------------------------------------------------------------------


def _plan(api: str, body: Body, rows: Sequence[Row], source: str) -> list[_Call]:
    plain = [each for each in body.parameters if each.kind in ("positional", "keyword")]
    required = calls.required_arguments(body, source)
    if any(each.kind in ("args", "kwargs") for each in body.parameters):
        return []
    if not is_layer(api) and not any(parameter_type(each) == "tensor" for each in plain):
        return []
    dim = next((each for each in plain if each.name in ("dim", "axis")), None)
    differs = any(row.default == "differs" for row in rows)
    names = {each.name for each in plain}
    lowered = api.rpartition(".")[2].lower()
    first = "x"
    if "2d" in lowered and "nll" not in lowered:
        channels = 2 if "in_channels" in names or "softmax" in lowered else 1
        shown: Any = [[_IMAGE, _IMAGE[::-1]][:channels]]
    elif "target" in names or "loss" in lowered or lowered == "crossentropyloss":
        return [_Call("Two rows of five classes", {first: _MATRIX, "target": _CLASSES}, required, differs)]
    elif dim is not None:
        given = (
            [each for each in required if each[1] != calls.argument(dim, source)]
            if dim.default is None
            else required
        )
        along = [*given, (dim.name, "0")]
        found = [
            _Call("One dimension", {first: _ROW}, along),
            _Call("Two dimensions, along the first", {first: _MATRIX}, along),
        ]
        if dim.default is not None:
            title = f"`{dim.name}` left out, three dimensions"
            found.append(_Call(title, {first: _BLOCK}, required, differs))
        return found
    elif lowered == "flatten":
        shown = _BLOCK
    else:
        shown = _SIGNED
    tensors: dict[str, Any] = {first: shown}
    for each in plain[1:]:
        if parameter_type(each) == "tensor" and each.default is None:
            tensors[calls.name_of(each)] = [_ROW, _ROW[::-1], [0.5] * 5]
    return [_Call("Defaults left out" if differs else "A small input", tensors, required, differs)]


def is_layer(api: str) -> bool:
    """Whether an API is a class whose instances are called."""
    return api.rpartition(".")[2][:1].isupper() and not is_method(api)


def _lines(
    call: _Call, api: str, body: Body, text: str, framework: str, *, again: dict[str, Any] | None = None
) -> tuple[str, ...]:
    """Return the lines of a step in one framework; the last one is the expression whose value is shown."""
    found = []
    for name, values in call.tensors.items():
        written = _INTEGERS[api.partition(".")[0]] if isinstance(values[0], int) else _FLOATS
        found.append(f"{name} = {written[framework].format(values)}")
    if not is_layer(api):
        return (*found, text)
    found.append(f"layer = {text}")
    if {"in_features", "in_channels"} & {each.name for each in body.parameters}:
        found += _PARAMETERS[framework]
    arguments = again if again is not None else call.tensors
    return (*found, f"layer({', '.join(arguments)})")


def naive_call(text: str, rows: Sequence[Row]) -> str:
    """Return a converted call without what only keeps the source's defaults, "" where that is nothing."""
    tree = ast.parse(text, mode="eval").body
    if not isinstance(tree, ast.Call):
        return ""
    told = {name for row in rows if row.default == "differs" for name in row.target}
    kept = [each for each in tree.keywords if each.arg not in told]
    if len(kept) == len(tree.keywords):
        return ""
    written = ast.unparse(ast.Call(tree.func, tree.args, kept))
    return written if '"' in written else written.replace("'", '"')


# -- running it ----------------------------------------------------------------------------------------------


def _run(example: Example, source: str, target: str, adapters: dict[str, str]) -> Example:
    requests = [
        {"framework": source, "adapters": {}, "imports": example.source_imports,
         "steps": [step.source for step in example.steps if step.source]},
        {"framework": target, "adapters": adapters, "imports": example.target_imports,
         "steps": [step.target for step in example.steps]},
    ]  # fmt: skip
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(_ask, requests))
    for request, answer in zip(requests, answers, strict=True):
        if isinstance(answer, str):
            return replace(example, why_not=f"Not run: {TITLES[str(request['framework'])]} {answer}.")
    ours, theirs = (answer["steps"] for answer in answers if not isinstance(answer, str))
    found, place = [], -1
    for step, target_step in zip(example.steps, theirs, strict=True):
        place += bool(step.source)
        found.append(replace(
            step,
            source_output=_output(ours[place]) if step.source else "",
            target_output=_output(target_step),
            difference=_difference(ours[place], target_step, units=step.compared),
        ))  # fmt: skip
    versions = [
        f"{TITLES[str(request['framework'])]} {answer['version']}"
        for request, answer in zip(requests, answers, strict=True)
        if not isinstance(answer, str)
    ]
    device = next(answer["device"] for answer in answers if not isinstance(answer, str) and answer["device"])
    return replace(example, steps=tuple(found), ran=f"{' and '.join(versions)} on {device}")


def _ask(request: dict[str, Any]) -> dict[str, Any] | str:
    """Run a worker; return its answer, or what happened to it."""
    path = os.pathsep.join(filter(None, [str(FOLDER.parent), os.environ.get("PYTHONPATH", "")]))
    # Of MindSpore's log only errors, unless asked for more.
    environment = {"GLOG_v": "3", **os.environ, "PYTHONPATH": path}
    # MindSpore leaves folders where it runs.
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "sporeprint.page.worker"],
                input=json.dumps(request), capture_output=True, text=True, timeout=_SECONDS, env=environment,
                cwd=folder, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return f"did not answer within {_SECONDS} seconds"
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        last = done.stderr.strip().splitlines()[-1:] or [""]
        return f"ended with exit code {done.returncode}: {last[0][:160]}"
    return answer


def _output(step: dict[str, Any]) -> str:
    return str(step.get("printed") or step["error"])


def _difference(source: dict[str, Any], target: dict[str, Any], *, units: bool) -> str:
    """Tell in words how far two results are apart; ``units``: also in units in the last place."""
    if "error" in source or "error" in target:
        return "only one of the two returns" if ("error" in source) != ("error" in target) else "both raise"
    if len(source["results"]) != len(target["results"]):
        return "another number of results"
    absolute, ulps, said = 0.0, 0.0, list[str]()
    for ours, theirs in zip(source["results"], target["results"], strict=True):
        if ours["shape"] != theirs["shape"]:
            return f"shape {tuple(theirs['shape'])} instead of {tuple(ours['shape'])}"
        if ours["dtype"] != theirs["dtype"]:
            said.append(f"{theirs['dtype']} instead of {ours['dtype']}")
        for one, other in zip(ours["values"], theirs["values"], strict=True):
            gap = _gap(one, other)
            absolute = max(absolute, gap)
            if gap and math.isfinite(gap) and ours["dtype"] in ("float32", "float64", "float16"):
                # Of an exact zero any error is more units than one can read.
                units = units and one != 0
                ulps = max(ulps, gap / _spacing(abs(one), ours["dtype"]))
    if absolute:
        said.append(f"{absolute:.2g} ({ulps:.3g} ulp)" if ulps and units else f"{absolute:.2g}")
    return ", ".join(said) or "none"


def _gap(one: Any, other: Any) -> float:
    if not isinstance(one, int | float) or not isinstance(other, int | float):
        return 0.0 if one == other else math.inf
    if one == other or (math.isnan(one) and math.isnan(other)):
        return 0.0
    return abs(one - other) if math.isfinite(one) and math.isfinite(other) else math.inf


def _spacing(magnitude: float, dtype: str) -> float:
    import numpy as np

    from sporeprint.verify.compare import spacing

    return float(spacing(np.asarray(magnitude), dtype))


__all__ = ["is_layer", "make"]
