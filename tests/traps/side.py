"""Runs programs with one framework, each in a fork of one process that has imported it.

Reads pairs of a name and a program as JSON from standard input; writes what each left in ``result`` to standard output,
pickled: the results by name, or the exception. The other framework cannot be imported here.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

FRAMEWORK = os.environ["TRAPS_FRAMEWORK"]
#: Whether gradients are recorded from the start on, as in every file of a project that calls backward somewhere.
RECORDS = "TRAPS_RECORD" in os.environ
sys.modules[{"torch": "mindspore", "mindspore": "torch"}[FRAMEWORK]] = None  # type: ignore[assignment]
sys.path.insert(0, str(Path(__file__).parent))


def plain(value: Any) -> Any:
    """Free a result of its framework: tensors become arrays with the name of their dtype."""
    if hasattr(value, "detach") or hasattr(value, "asnumpy"):
        name = str(value.dtype).removeprefix("torch.").lower()
        return name, value.detach().numpy() if hasattr(value, "detach") else value.asnumpy()
    if isinstance(value, tuple | list):
        return type(value).__name__, [plain(each) for each in value]
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return value


def torch_gradient(function: Callable[..., Any], x: Any) -> Any:
    """Differentiate a function that returns one number. A leaf may not be changed in place, its clone may."""
    import torch

    leaf = x.clone().requires_grad_()
    return torch.autograd.grad(function(leaf * 1), leaf)[0]


def mindspore_gradient(function: Callable[..., Any], x: Any) -> Any:
    """Differentiate a function that returns one number."""
    import mindspore

    return mindspore.grad(lambda leaf: function(leaf * 1))(x.copy())


def run(program: str, folder: str) -> Any:
    """Execute a program in a folder that holds what it imports."""
    sys.path.insert(0, folder)
    # mindspore.grad looks up __name__ in the globals of what it differentiates.
    space: dict[str, Any] = {"__name__": "program", "result": {}}
    exec(compile(program, "program.py", "exec"), space)
    differentiate = {"torch": torch_gradient, "mindspore": mindspore_gradient}[FRAMEWORK]
    found = {name: plain(value) for name, value in space["result"].items()}
    for name, (function, x) in space.get("gradients", {}).items():
        found[f"gradient of {name}"] = plain(differentiate(function, x))
    return found


def main() -> None:
    """Run all programs."""
    if FRAMEWORK == "torch":
        import torch

        torch.set_num_threads(1)
    else:
        import mindspore

        mindspore.set_device("CPU")
        if RECORDS:
            from sporeprint.torch.autograd import record_gradients
    outcomes = {}
    for name, (program, folder) in json.load(sys.stdin).items():
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            os.close(reader)
            if FRAMEWORK == "mindspore":
                mindspore.runtime.launch_blocking()
            if RECORDS:
                record_gradients()
            try:
                outcome: Any = run(program, folder)
            except BaseException as error:
                where = traceback.extract_tb(error.__traceback__)[-1]
                outcome = f"{type(error).__name__}: {str(error)[:300]} ({where.filename}:{where.lineno})"
            with os.fdopen(writer, "wb") as stream:
                pickle.dump(outcome, stream)
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader, "rb") as stream:
            data = stream.read()
        os.waitpid(child, 0)
        outcomes[name] = pickle.loads(data) if data else "the process died"
    sys.stdout.buffer.write(pickle.dumps(outcomes))


if __name__ == "__main__":
    np.set_printoptions(threshold=50)
    main()
