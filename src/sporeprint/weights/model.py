"""What a model calls what it holds. It makes the model, which executes its code, in a process of its own.

``python -m sporeprint.weights.model 'module:Class(arguments)' OUTPUT.json``
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sporeprint.weights.names import CLASSES, COUNTER, FLAT, LAYERS, flat
from sporeprint.weights.tensors import WeightsError


def held(spec: str) -> list[dict[str, Any]]:
    """Make a model, a torch module or a MindSpore cell, and tell what it holds.

    Args:
        spec: ``module:Class(arguments)``. The current folder is on the path.

    Returns:
        For each parameter and buffer its names and shapes in both frameworks: ``torch``, ``mindspore``,
        ``torch_shape``, ``mindspore_shape``.

    Raises:
        WeightsError: it cannot be made.
    """
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder, "held.json")
        done = subprocess.run(
            [sys.executable, "-m", "sporeprint.weights.model", spec, str(result)],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode or not result.exists():
            last = "\n".join(done.stderr.strip().splitlines()[-3:])
            raise WeightsError(f"--model {spec} could not be made; the end of what it said:\n{last}")
        rows: list[dict[str, Any]] = json.loads(result.read_text(encoding="utf-8"))
        return rows


def main(spec: str, output: str) -> None:
    """Make the model and write what it holds."""
    module, _, expression = spec.partition(":")
    sys.path[:0] = [] if "" in sys.path else [""]
    model = eval(expression, vars(importlib.import_module(module)))  # the user's own code, as asked for
    if any(kind.__module__.startswith("torch.nn.") for kind in type(model).__mro__):
        rows = list(_of_module(model))
    elif any(kind.__module__.startswith("mindspore.nn.") for kind in type(model).__mro__):
        rows = list(_of_cell(model, ""))
    else:
        sys.exit(f"{expression} is a {type(model).__name__}, neither a torch module nor a MindSpore cell")
    Path(output).write_text(json.dumps(rows), encoding="utf-8")


def _row(torch: str, mindspore: str | None, torch_shape: Any, mindspore_shape: Any) -> dict[str, Any]:
    return {
        "torch": torch,
        "mindspore": mindspore,
        "torch_shape": list(torch_shape),
        "mindspore_shape": list(mindspore_shape),
    }


def _layer(value: object, package: str) -> str:
    """Return the name of a framework's own class that an object is of, or nothing."""
    return next((kind.__name__ for kind in type(value).__mro__ if kind.__module__.startswith(package)), "")


def _of_module(model: Any) -> Iterator[dict[str, Any]]:
    for path, module in model.named_modules(remove_duplicate=False):
        start = f"{path}." if path else ""
        kind = _layer(module, "torch.nn.modules.")
        kind = CLASSES.get(kind, kind)
        passing = module._non_persistent_buffers_set
        own = {**module._parameters, **{k: v for k, v in module._buffers.items() if k not in passing}}
        for name, value in own.items():
            if value is None:
                continue
            shape = tuple(value.shape)
            theirs = None if name == COUNTER else start + LAYERS.get(kind, {}).get(name, name)
            yield _row(
                start + name, theirs, shape, flat(shape) if kind in FLAT and name == "weight" else shape
            )


def _of_cell(cell: Any, start: str, above: str = "") -> Iterator[dict[str, Any]]:
    kind = _layer(cell, "mindspore.nn.layer.")
    torch = {theirs: name for name, theirs in LAYERS.get(kind, {}).items()}
    outer = {theirs: name for name, theirs in LAYERS.get(above, {}).items()}
    inner = start.removesuffix(".").rpartition(".")[2]
    for name, value in {**cell._params, **cell._buffers}.items():
        if value is None or name in cell._non_persistent_buffers_set:
            continue
        shape = tuple(value.shape)
        ours = start + torch.get(name, name)
        if f"{inner}.{name}" in outer:  # BatchNorm3d keeps all in a layer inside
            ours = start.removesuffix(f"{inner}.") + outer[f"{inner}.{name}"]
        theirs = value.name if name in cell._params else start + name
        squeezed = kind in FLAT and name == "weight" and len(shape) == 4
        yield _row(ours, theirs, (*shape[:2], shape[3]) if squeezed else shape, shape)
    for name, child in cell._cells.items():
        if child is not None:
            yield from _of_cell(child, f"{start}{name}.", kind)


if __name__ == "__main__":
    main(*sys.argv[1:])
