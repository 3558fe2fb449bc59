"""Whether a converted model compiles: ``ms.jit`` of its ``construct`` against the same call as it is.

Both run in a process of their own, ``python -m sporeprint.prove.jit TASK RESULT``, in evaluation, with the weights that
the model was made with. Where it does not compile, what MindSpore says is brought down to what prevents it and where.
"""

from __future__ import annotations

import importlib
import os
import pickle
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sporeprint.prove.both import convert_construct
from sporeprint.prove.sides import PATIENCE
from sporeprint.prove.task import Task, made_inputs

if TYPE_CHECKING:
    from sporeprint.prove.subject import Subject

#: The largest difference that compiling may make, as a share of a result's largest number.
LIMIT = 1e-5
#: How MindSpore tells where in a program it is, the innermost place last.
_PLACE = re.compile(r"In file (\S+?):(\d+)")
_RULE = re.compile(r"^[-\s]*$")


@dataclass(frozen=True, slots=True)
class Compiled:
    """What came of it.

    Attributes:
        verdict: "compiles", "different" (it compiles, and computes something else), "prevented", or "failed" (it does
            not run as it is).
        reason: what prevents it.
        place: where, as file:line in the converted project.
        error: the largest difference, as a share of the result's largest number.
    """

    verdict: str
    reason: str = ""
    place: str = ""
    error: float = 0.0


def compiled(subject: Subject, source: Path, converted: Path, python: str = sys.executable) -> Compiled:
    """Compile a model of a converted project, and compare."""
    with tempfile.TemporaryDirectory(prefix="sporeprint-jit-") as scratch:
        construct = convert_construct(subject.construct, source.resolve(), Path(scratch), "native")
        task = Task(str(converted.resolve()), construct, subject.inputs, subject.call)
        given, wanted = Path(scratch, "task"), Path(scratch, "result")
        given.write_bytes(pickle.dumps(task))
        paths = [str(Path(__file__).parents[2]), scratch, *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "GLOG_v": "4"}
        try:
            done = subprocess.run(
                [python, "-m", "sporeprint.prove.jit", str(given), str(wanted)],
                env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False, cwd=scratch,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return Compiled("prevented", f"it did not end within {PATIENCE} seconds")
        if not wanted.exists():
            return Compiled(
                "prevented", f"the process ended with code {done.returncode}\n{done.stderr[-800:]}"
            )
        found: Compiled = pickle.loads(wanted.read_bytes())
        return found


def _run(task: Task) -> Compiled:
    ms = importlib.import_module("mindspore")
    np = importlib.import_module("numpy")
    ms.runtime.launch_blocking()
    ms.set_seed(task.seed)
    names: dict[str, Any] = {"__name__": "__prove__"}
    exec(task.construct, names)
    model = names["model"]
    if not isinstance(model, ms.nn.Cell):
        return Compiled("failed", "it is no Cell, so it has no construct that could be compiled")
    model.set_train(False)
    inputs = made_inputs(task)

    def call(function: Any) -> list[Any]:
        held: dict[str, Any] = {
            "model": function, "np": np, "T": lambda array: ms.Tensor(np.array(array)),
            "inputs": {name: value.copy() for name, value in inputs.items()},
        }  # fmt: skip
        exec(task.call, held)
        return [each.asnumpy() for each in _tensors(held["out"], ms.Tensor)]

    class Construct:
        """The model, its ``construct`` compiled; all else of it as it is."""

        def __getattr__(self, name: str) -> Any:
            return getattr(model, name)

        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            return ms.jit(model.construct)(*args, **kwargs)

    plain = call(model)
    try:
        fast = call(Construct())
    except Exception as error:
        return Compiled("prevented", _told(error), _place(error, task.folder))
    if [each.shape for each in plain] != [each.shape for each in fast]:
        return Compiled("different", "its results have other shapes or another number")
    worst = 0.0
    for one, other in zip(plain, fast, strict=True):
        largest = float(np.abs(one.astype(np.float64)).max(initial=0.0)) or 1.0
        worst = max(worst, float(np.abs(one.astype(np.float64) - other).max(initial=0.0)) / largest)
    return Compiled("compiles" if worst <= LIMIT else "different", error=worst)


def _tensors(result: Any, kind: type) -> Iterator[Any]:
    if isinstance(result, kind):
        yield result
    elif isinstance(result, dict):
        for each in result.values():
            yield from _tensors(each, kind)
    elif isinstance(result, list | tuple):
        for each in result:
            yield from _tensors(each, kind)


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


def main() -> None:
    """Read the task, carry it out, write what came of it."""
    given, wanted = sys.argv[1:]
    task: Task = pickle.loads(Path(given).read_bytes())
    sys.path.insert(0, task.folder)
    try:
        found = _run(task)
    except Exception as error:
        found = Compiled("failed", _told(error))
    # By the module's own name, under which the other process knows the class.
    named = importlib.import_module("sporeprint.prove.jit").Compiled
    Path(wanted).write_bytes(pickle.dumps(named(found.verdict, found.reason, found.place, found.error)))


if __name__ == "__main__":
    main()
