"""The conversion, run on MindSpore."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import mindspore as ms
import numpy as np

from sporeprint.prove.chance import Chance
from sporeprint.prove.names import match
from sporeprint.prove.task import MODES, Array, Run, Task, Told, made_inputs, weighting


def run(task: Task) -> Told:
    """Build the model, give it the original's weights, and run it in each mode."""
    ms.runtime.launch_blocking()  # else an error surfaces in a later, innocent call
    ms.set_seed(task.seed)
    names: dict[str, Any] = {"__name__": "__prove__"}
    exec(task.construct, names)
    model = names["model"]
    told = Told()
    held: dict[str, Any] = {}
    if isinstance(model, ms.nn.Cell):
        held = _state(model)
        assert task.weights is not None
        partners = match(
            {name: value.shape for name, value in task.weights.items()},
            {name: tuple(each.shape) for name, each in held.items()},
        )
        held = {theirs: held[ours] for theirs, ours in partners.items()}
        told.classes = {name: type(each).__name__ for name, each in model.cells_and_names()}
    inputs = made_inputs(task)
    for mode, training in MODES.items():
        if isinstance(model, ms.nn.Cell):
            model.set_train(training)
            for name, tensor in held.items():
                _set(tensor, task.weights[name])  # type: ignore[index]
        elif training:
            break
        told.runs[mode] = _run(model, held, inputs, task)
    return told


def _state(model: Any) -> dict[str, Any]:
    """Return all parameters and buffers under the path of the cell that holds them, a shared one once."""
    found: dict[str, Any] = {}
    seen: set[int] = set()
    for path, cell in model.cells_and_names():
        for kind in ("_params", "_buffers"):
            for name, value in getattr(cell, kind, {}).items():
                if value is not None and id(value) not in seen:
                    seen.add(id(value))
                    found[f"{path}.{name}" if path else name] = value
    return found


def _set(tensor: Any, value: Array) -> None:
    new = ms.Tensor(np.ascontiguousarray(value).reshape(tuple(tensor.shape)), tensor.dtype)
    if isinstance(tensor, ms.Parameter):
        tensor.set_data(new)
    elif tensor.shape:
        tensor[...] = new
    else:
        tensor.assign_value(new)


def _tensors(result: Any) -> Iterator[Any]:
    if isinstance(result, ms.Tensor):
        yield result
    elif isinstance(result, dict):
        for each in result.values():
            yield from _tensors(each)
    elif isinstance(result, list | tuple):
        for each in result:
            yield from _tensors(each)
    elif hasattr(result, "__dict__"):
        yield from _tensors(vars(result))


def _run(model: Any, held: dict[str, Any], inputs: dict[Any, Array], task: Task) -> Run:
    found = Run()

    def call(chance: Chance) -> list[Any]:
        names = {
            "model": model, "np": np, "T": lambda array: ms.Tensor(np.array(array)),
            "inputs": {name: value.copy() for name, value in inputs.items()},
        }  # fmt: skip
        with _drawing_from(chance):
            exec(task.call, names)
        return list(_tensors(names["out"]))

    chance = Chance(task.seed)
    with _noting(model, found):
        found.outputs = [each.asnumpy().copy() for each in call(chance)]
    found.draws = chance.draws
    if isinstance(model, ms.nn.Cell):
        found.buffers = {
            name: each.asnumpy().copy()
            for name, each in held.items()
            if not isinstance(each, ms.Parameter) or not each.requires_grad
        }
        for name, tensor in held.items():  # the first call has moved the averages
            _set(tensor, task.weights[name])  # type: ignore[index]
        found.gradients = _gradients(lambda: call(Chance(task.seed)), held, found.outputs, task)
    return found


def _gradients(call: Any, held: dict[str, Any], outputs: list[Array], task: Task) -> dict[str, Array]:
    weights = weighting(outputs, task.seed)
    parameters = {
        name: each for name, each in held.items() if isinstance(each, ms.Parameter) and each.requires_grad
    }
    if not parameters or not any(each.dtype.kind == "f" for each in outputs):
        return {}

    def loss() -> Any:
        parts = [
            (each * ms.Tensor(weight)).sum()
            for each, weight, value in zip(call(), weights, outputs, strict=True)
            if value.dtype.kind == "f"
        ]
        total = parts[0]
        for part in parts[1:]:
            total = total + part.astype(total.dtype)
        return total

    run = ms.value_and_grad(loss, None, weights=list(parameters.values()))
    _, gradients = run()
    return {name: each.asnumpy() for name, each in zip(parameters, gradients, strict=True)}


@contextmanager
def _noting(model: Any, found: Run) -> Iterator[None]:
    """Note what each cell returns."""
    handles = []
    for name, cell in model.cells_and_names() if isinstance(model, ms.nn.Cell) else ():

        def hook(_: Any, __: Any, result: Any, name: str = name) -> None:
            first = next(_tensors(result), None)
            if first is not None:
                found.calls.append((name, first.asnumpy().copy()))

        handles.append(cell.register_forward_hook(hook))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


@contextmanager
def _drawing_from(chance: Chance) -> Iterator[None]:
    """Let random functions draw from ``chance``."""

    def masked(x: Any, p: float, shape: tuple[int, ...] | None = None) -> Any:
        return x * ms.Tensor(chance.mask(shape or tuple(x.shape), p)).astype(x.dtype)

    def dropout(input: Any, p: float = 0.5, training: bool = True, seed: Any = None) -> Any:
        return masked(input, p) if training and p else input

    def layer(self: Any, x: Any) -> Any:
        p = self.p if self.p is not None else 1 - self.keep_prob
        return masked(x, p) if self.training and p else x

    def by_channel(dimensions: int) -> tuple[Any, Any]:
        def dropped(input: Any, p: float = 0.5, training: bool = True) -> Any:
            if not training or not p:
                return input
            kept = input.ndim - dimensions
            return masked(input, p, tuple(input.shape[:kept]) + (1,) * dimensions)

        def cell(self: Any, x: Any) -> Any:
            return dropped(x, 1 - self.keep_prob if hasattr(self, "keep_prob") else self.p, self.training)

        return dropped, cell

    def like(draw: Any) -> Any:
        def drawn(input: Any, seed: Any = None, *, dtype: Any = None) -> Any:
            return ms.Tensor(draw(tuple(input.shape))).astype(dtype or input.dtype)

        return drawn

    def sized(draw: Any) -> Any:
        def drawn(*size: Any, dtype: Any = None, **_: Any) -> Any:
            shape = tuple(size[0]) if len(size) == 1 and not isinstance(size[0], int) else size
            return ms.Tensor(draw(shape)).astype(dtype or ms.float32)

        return drawn

    patched = [
        (ms.ops, "dropout", dropout), (ms.nn.Dropout, "construct", layer),
        (ms.ops, "rand", sized(chance.uniform)), (ms.ops, "randn", sized(chance.normal)),
        (ms.ops, "rand_like", like(chance.uniform)), (ms.ops, "randn_like", like(chance.normal)),
    ]  # fmt: skip
    for dimensions in (1, 2, 3):
        function, construct = by_channel(dimensions)
        patched += [(ms.ops, f"dropout{dimensions}d", function),
                    (getattr(ms.nn, f"Dropout{dimensions}d"), "construct", construct)]  # fmt: skip
    before = [getattr(owner, name) for owner, name, _ in patched]
    for owner, name, replacement in patched:
        setattr(owner, name, replacement)
    try:
        yield
    finally:
        for (owner, name, _), original in zip(patched, before, strict=True):
            setattr(owner, name, original)
