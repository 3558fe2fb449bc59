"""Runs the steps of an example in one framework and a process: ``python -m sporeprint.page.worker``.

It reads {"framework", "adapters": {module: text}, "imports", "steps": [lines, …]} as JSON from the standard
input and writes {"version", "device", "steps": [{"printed", "results"} or {"error"}]} to the standard output.
The last line of a step is an expression; ``results`` has its tensors as {"dtype", "shape", "values"}.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import types
import warnings
from collections.abc import Iterator
from typing import Any


def main() -> None:
    """Run what the standard input asks for."""
    # What a framework prints must not get between the answer's bytes.
    answer = os.dup(1)
    os.dup2(2, 1)
    request = json.load(sys.stdin)
    framework = importlib.import_module(request["framework"])
    device = "CPU"
    if request["framework"] == "mindspore":
        # Otherwise an error surfaces in a later, innocent step.
        framework.runtime.launch_blocking()
        device = framework.get_context("device_target")
    for name, text in request["adapters"].items():
        module = types.ModuleType(name)
        exec(compile(text, f"<{name}>", "exec"), module.__dict__)
        sys.modules[name] = module
    namespace: dict[str, Any] = {}
    warnings.simplefilter("ignore")
    exec("\n".join(request["imports"]), namespace)
    steps = [_run(lines, namespace) for lines in request["steps"]]
    found = {"version": framework.__version__, "device": device, "steps": steps}
    with os.fdopen(answer, "w", encoding="utf-8") as out:
        json.dump(found, out)


def _run(lines: list[str], namespace: dict[str, Any]) -> dict[str, Any]:
    try:
        exec("\n".join(lines[:-1]), namespace)
        value = eval(lines[-1], namespace)
        return {"printed": str(value), "results": list(_results(value))}
    except Exception as error:
        text = next((line for line in str(error).splitlines() if line.strip("- \t")), "")
        return {"error": f"{type(error).__name__}: {text}"[:200]}


def _results(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, tuple | list):
        for each in value:
            yield from _results(each)
        return
    for method in ("detach", "asnumpy", "numpy"):
        if hasattr(value, method):
            dtype = str(value.dtype).rpartition(".")[2].lower()
            value = getattr(value, method)()
    if hasattr(value, "tolist"):
        yield {"dtype": dtype, "shape": list(value.shape), "values": value.reshape(-1).tolist()}
    else:
        yield {"dtype": type(value).__name__, "shape": [], "values": [value]}


if __name__ == "__main__":
    main()
