"""Whether a converted model compiles: ``ms.jit`` of its ``construct`` against the same call as it is.

Both run in MindSpore's side, in evaluation, with the weights that the model was made with. First by ``ms.jit`` as it
is, which reads the source and makes one graph of all. Where that is prevented, what MindSpore says is brought down to
what prevents it and where, and bytecode is captured instead (``capture_mode="bytecode"``): several graphs, and Python
between them. https://www.mindspore.cn/docs/en/master/api_python/mindspore/mindspore.jit.html
"""

from __future__ import annotations

import functools
import gc
import importlib
import os
import re
import tempfile
from dataclasses import replace
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any

import numpy as np

from sporeprint.prove.both import convert_construct
from sporeprint.prove.judge import relative
from sporeprint.prove.run import Framework, tensors_in
from sporeprint.prove.task import Array, Compiled, Task, Told, made_inputs

if TYPE_CHECKING:
    from sporeprint.prove.sides import Sides
    from sporeprint.prove.subject import Subject

#: The largest difference that compiling may make, as a share of a result's largest number.
LIMIT = 1e-5
#: How MindSpore tells where in a program it is, the innermost place last.
_PLACE = re.compile(r"In file (\S+?):(\d+)")
_RULE = re.compile(r"^[-\s]*$")


def compiled(subject: Subject, source: Path, converted: Path, sides: Sides) -> Compiled:
    """Compile a model of a converted project, and compare."""
    with tempfile.TemporaryDirectory(prefix="sporeprint-jit-") as scratch:
        construct = convert_construct(subject.construct, source.resolve(), Path(scratch), "native")
        folder = str(converted.resolve())

        def captured(mode: str) -> Compiled:
            task = Task(folder, construct, subject.inputs, subject.call, extra=scratch, jit=mode)
            told = sides.ask("mindspore", task, Path(scratch))
            return told.compiled or Compiled("prevented", told.failed)

        whole = captured("ast")
        if whole.verdict != "prevented":
            return whole
        parts = captured("bytecode")
    if parts.verdict not in ("compiles", "different"):
        return replace(whole, reason=f"{whole.reason}; as bytecode: {parts.reason}")
    verdict = "in parts" if parts.verdict == "compiles" else parts.verdict
    return replace(parts, verdict=verdict, reason=whole.reason, place=whole.place)


def run(task: Task, framework: Framework) -> Told:
    """Call the model as it is and compiled, and compare.

    Args:
        task: what to run.
        framework: MindSpore.
    """
    try:
        found = _compared(task, framework)
    except Exception as error:
        found = Compiled("failed", _told(error))
    return Told(version=framework.version, compiled=found)


def _compared(task: Task, framework: Framework) -> Compiled:
    framework.seed(task.seed)
    names: dict[str, Any] = {"__name__": "__prove__"}
    exec(task.construct, names)
    model = names["model"]
    if not isinstance(model, framework.Layer):
        return Compiled("failed", "it is no Cell, so it has no construct that could be compiled")
    framework.set_mode(model, False)
    jit = functools.partial(importlib.import_module("mindspore").jit, capture_mode=task.jit)

    class Construct:
        """The model, its ``construct`` compiled; all else of it as it is."""

        def __getattr__(self, name: str) -> Any:
            return getattr(model, name)

        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            return jit(model.construct)(*args, **kwargs)

    plain = _called(model, task, framework)
    try:
        fast = _called(Construct(), task, framework)
    except Exception as error:
        return Compiled("prevented", _told(error), _place(error, task.folder))
    if [each.shape for each in plain] != [each.shape for each in fast]:
        return Compiled("different", "its results have other shapes or another number")
    worst = max((relative(*each) for each in zip(fast, plain, strict=True)), default=0.0)
    graphs, breaks = _graphs() if task.jit == "bytecode" else (1, 0)
    if not graphs:
        return Compiled("prevented", "of no function a graph could be made")
    return Compiled("compiles" if worst <= LIMIT else "different", "", "", worst, graphs, breaks)


def _graphs() -> tuple[int, int]:
    """Count the functions that MindSpore runs as graphs, and how often it leaves them for Python.

    It keeps that with each function's code.
    """
    extra = importlib.import_module("mindspore._c_expression").get_code_extra
    functions = {each.__code__: each for each in gc.get_objects() if type(each) is FunctionType}
    made = [extra(function) for function in functions.values()]
    run = [each for each in made if each and each["stat"] == "GRAPH_CALLABLE"]
    return len(run), sum(each["break_count_"] for each in run)


def _called(model: Any, task: Task, framework: Framework) -> list[Array]:
    names = {"model": model, "np": np, "T": framework.make, "inputs": made_inputs(task)}
    exec(task.call, names)
    return [framework.array(each) for each in tensors_in(framework, names["out"])]


def _told(error: Exception) -> str:
    """Return the first line of a message that says something: MindSpore's start with rules and headings."""
    lines = [line.strip() for line in str(error).splitlines() if not _RULE.match(line)]
    return f"{type(error).__name__}: {next((each for each in lines if not each.startswith('- ')), '')}"


def _place(error: Exception, folder: str) -> str:
    """Return the way to the place in question: the first and the last line of the project that lie on it.

    Where it ends in a library's code, that is named as well.
    """
    places = _PLACE.findall(str(error))
    own = [
        f"{os.path.relpath(file, folder)}:{line}" for file, line in places if file.startswith(f"{folder}/")
    ]
    way = [*own[:1], *own[-1:]] + [
        f"{file}:{line}" for file, line in places[-1:] if not file.startswith(f"{folder}/")
    ]
    return " > ".join(dict.fromkeys(way))
