"""The original, run on torch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from sporeprint.prove.chance import Chance
from sporeprint.prove.task import MODES, Array, Run, Task, Told, made_inputs, weighting


def run(task: Task) -> Told:
    """Build the model, give it its weights, and run it in each mode."""
    torch.manual_seed(task.seed)
    names: dict[str, Any] = {"__name__": "__prove__"}
    exec(task.construct, names)
    model = names["model"]
    told = Told()
    if isinstance(model, torch.nn.Module):
        if task.wide:
            model.double()
        told.weights = task.weights or _perturbed(model, task.seed)
        _load(model, told.weights)
        told.classes = {name: type(each).__name__ for name, each in model.named_modules()}
    inputs = made_inputs(task)
    for mode, training in MODES.items():
        if isinstance(model, torch.nn.Module):
            model.train(training)
            _load(model, told.weights)
        elif training:
            break
        told.runs[mode] = _run(model, inputs, task)
    return told


def _state(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    """Return all parameters and buffers, those too that a state dict leaves out."""
    return {**dict(model.named_parameters()), **dict(model.named_buffers())}


def _perturbed(model: torch.nn.Module, seed: int) -> dict[str, Array]:
    """Return weights near the model's own: zeros and ones hide what is swapped or left out."""
    rng = np.random.default_rng((seed, 1))
    parameters = {name for name, _ in model.named_parameters()}
    found = {}
    for name, value in _state(model).items():
        array = value.detach().cpu().numpy().copy()
        if array.dtype.kind == "f" and name in parameters:
            array += 0.1 * (array.std() + 0.1) * rng.standard_normal(array.shape).astype(array.dtype)
        elif name.endswith("running_mean"):
            array += 0.1 * rng.standard_normal(array.shape).astype(array.dtype)
        elif name.endswith("running_var"):
            array *= rng.uniform(0.5, 1.5, array.shape).astype(array.dtype)
        found[name] = array
    return found


def _load(model: torch.nn.Module, weights: dict[str, Array]) -> None:
    with torch.no_grad():
        for name, value in _state(model).items():
            value.copy_(torch.from_numpy(np.asarray(weights[name])).to(value.dtype))


def _tensors(result: Any) -> Iterator[torch.Tensor]:
    if isinstance(result, torch.Tensor):
        yield result
    elif isinstance(result, dict):
        for each in result.values():
            yield from _tensors(each)
    elif isinstance(result, list | tuple):
        for each in result:
            yield from _tensors(each)
    elif hasattr(result, "__dict__"):
        yield from _tensors(vars(result))


def _run(model: Any, inputs: dict[Any, Array], task: Task) -> Run:
    found, chance = Run(), Chance(task.seed)
    names = {
        "model": model, "np": np, "T": lambda array: torch.from_numpy(np.array(array)),
        "inputs": {name: value.copy() for name, value in inputs.items()},
    }  # fmt: skip
    with _drawing_from(chance), _noting(model, found):
        exec(task.call, names)
    outputs = list(_tensors(names["out"]))
    found.outputs = [each.detach().numpy().copy() for each in outputs]
    found.draws = chance.draws
    if isinstance(model, torch.nn.Module):
        loss = sum(
            (each * torch.from_numpy(np.asarray(weight))).sum()
            for each, weight in zip(outputs, weighting(found.outputs, task.seed), strict=True)
            if each.dtype.is_floating_point
        )
        parameters = {name: each for name, each in model.named_parameters() if each.requires_grad}
        if isinstance(loss, torch.Tensor) and loss.requires_grad and parameters:
            gradients = torch.autograd.grad(loss, list(parameters.values()), allow_unused=True)
            for (name, parameter), gradient in zip(parameters.items(), gradients, strict=True):
                found.gradients[name] = (
                    torch.zeros_like(parameter) if gradient is None else gradient
                ).numpy()
        found.buffers = {name: each.detach().numpy().copy() for name, each in model.named_buffers()}
    return found


@contextmanager
def _noting(model: Any, found: Run) -> Iterator[None]:
    """Note what each submodule returns."""
    handles = []
    for name, module in model.named_modules() if isinstance(model, torch.nn.Module) else ():

        def hook(_: Any, __: Any, result: Any, name: str = name) -> None:
            first = next(_tensors(result), None)
            if first is not None:
                found.calls.append((name, first.detach().numpy().copy()))

        handles.append(module.register_forward_hook(hook))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


@contextmanager
def _drawing_from(chance: Chance) -> Iterator[None]:
    """Let random functions draw from ``chance``."""

    def dropout(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
        return input * _like(chance.mask(tuple(input.shape), p), input) if training and p else input

    def by_channel(dimensions: int) -> Any:
        def dropped(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
            if not training or not p:
                return input
            kept = input.ndim - dimensions
            shape = tuple(input.shape[:kept]) + (1,) * dimensions
            return input * _like(chance.mask(shape, p), input)

        return dropped

    def like(draw: Any) -> Any:
        return lambda input, **_: _like(draw(tuple(input.shape)), input)

    def sized(draw: Any) -> Any:
        def drawn(*size: Any, dtype: Any = None, **_: Any) -> Any:
            shape = tuple(size[0]) if len(size) == 1 and not isinstance(size[0], int) else size
            return torch.from_numpy(np.asarray(draw(shape))).to(dtype or torch.get_default_dtype())

        return drawn

    functional = torch.nn.functional
    patched = [
        (functional, "dropout", dropout), (functional, "dropout1d", by_channel(1)),
        (functional, "dropout2d", by_channel(2)), (functional, "dropout3d", by_channel(3)),
        (torch, "dropout", dropout),
        (torch, "rand", sized(chance.uniform)), (torch, "randn", sized(chance.normal)),
        (torch, "rand_like", like(chance.uniform)), (torch, "randn_like", like(chance.normal)),
    ]  # fmt: skip
    before = [getattr(owner, name) for owner, name, _ in patched]
    for owner, name, replacement in patched:
        setattr(owner, name, replacement)
    try:
        yield
    finally:
        for (owner, name, _), original in zip(patched, before, strict=True):
            setattr(owner, name, original)


def _like(array: Array, tensor: torch.Tensor) -> torch.Tensor:
    return torch.from_numpy(np.asarray(array)).to(tensor.dtype)
