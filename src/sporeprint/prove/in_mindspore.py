"""What MindSpore does in its own way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import mindspore as ms
import numpy as np

from sporeprint.prove.chance import Draws
from sporeprint.prove.names import match
from sporeprint.prove.task import Array, Task
from sporeprint.torch._modules import class_name, held, is_layer, walk_cells

Tensor = ms.Tensor
Layer = ms.nn.Cell
version = ms.__version__


def seed(seed: int) -> None:
    """Seed MindSpore's generator. Every call is waited for: an error would surface in a later, innocent one."""
    ms.runtime.launch_blocking()
    ms.set_seed(seed)


def layers(model: Any) -> Iterator[tuple[str, Any]]:
    """Yield the cells under torch's paths."""
    yield from walk_cells(model)


def described(layer: Any) -> tuple[str, str]:
    """Return a cell's class by torch's name for it; of MindSpore's own, what it says of itself."""
    if is_layer(layer):
        return class_name(layer), str(layer).replace("<", "(").replace(">", ")")
    return class_name(layer), ""


def state(model: Any, task: Task) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return all parameters and buffers under torch's names, a shared one once.

    Raises:
        UnmatchedError: the original holds others.
    """
    parameters: dict[str, Any] = {}
    buffers: dict[str, Any] = {}
    seen: set[int] = set()
    for path, cell in walk_cells(model):
        for name, value, is_buffer in held(cell):
            if value is None or id(value) in seen:
                continue
            seen.add(id(value))
            (buffers if is_buffer else parameters)[f"{path}.{name}" if path else name] = value
    if task.weights is not None:
        match(
            {name: value.shape for name, value in task.weights.items()},
            {name: tuple(each.shape) for name, each in {**parameters, **buffers}.items()},
            task.tied,
        )
    return parameters, buffers


def tied(model: Any) -> dict[str, str]:
    """Which parameters are shared is told by the original."""
    return {}


def set_mode(model: Any, training: bool) -> None:
    """Put a cell into training or evaluation."""
    model.set_train(training)


def widen(model: Any) -> None:
    """Only the original is run in float64.

    Raises:
        NotImplementedError: always.
    """
    raise NotImplementedError("MindSpore's float64 is no reference")


def put(tensor: Any, value: Array) -> None:
    """Give a parameter or buffer a value; a kernel may have a dimension of size 1 more."""
    new = ms.Tensor(np.ascontiguousarray(value).reshape(tuple(tensor.shape)), tensor.dtype)
    if isinstance(tensor, ms.Parameter):
        tensor.set_data(new)
    elif tensor.shape:
        tensor[...] = new
    else:
        tensor.assign_value(new)


def set_gradient(tensor: Any, value: Array) -> None:
    """Give a parameter the gradient that an optimizer takes from it, under the name that the counterparts read."""
    tensor._grad = ms.Tensor(np.array(value).reshape(tuple(tensor.shape)), tensor.dtype)


def array(tensor: Any) -> Array:
    """Return a copy of a tensor's value; numpy has no bfloat16."""
    if tensor.dtype == ms.bfloat16:
        tensor = tensor.astype(ms.float32)
    return np.array(tensor.asnumpy())


def make(array: Array, dtype: Any = None) -> Any:
    """Return a tensor with a value of its own."""
    made = ms.Tensor(np.array(array))
    return made if dtype is None else made.astype(dtype)


def is_float(tensor: Any) -> bool:
    """Return whether a tensor has gradients."""
    return bool(tensor.is_floating_point())


def gradients(
    loss: Callable[..., Any], tensors: Sequence[Any], parameters: Sequence[Any]
) -> tuple[list[Array], list[Array]]:
    """Return the gradients of ``loss(*tensors)``; zeros where the loss is not made of floating numbers."""
    none = False

    def value(*inputs: Any) -> Any:
        nonlocal none
        # What changes its input in place must not be given what the gradient is taken of.
        found = loss(*(each * 1 for each in inputs))
        none = found is None
        return ms.Tensor(0.0) if found is None else found

    place = tuple(range(len(tensors))) if tensors else None
    weights = list(parameters) if parameters else None
    _, found = ms.value_and_grad(value, place, weights=weights)(*tensors)
    if none:
        zeros = [np.zeros_like(array(each)) for each in (*tensors, *parameters)]
        return zeros[: len(tensors)], zeros[len(tensors) :]
    of_tensors, of_parameters = found if tensors and parameters else (found, found)
    if isinstance(of_tensors, ms.Tensor):  # one alone is no tuple
        of_tensors = (of_tensors,)
    return (
        [array(each) for each in of_tensors] if tensors else [],
        [array(each) for each in of_parameters] if parameters else [],
    )


def nudged(tensor: Any, value: Array, gradient: Array) -> Any:
    """Only the original is nudged.

    Raises:
        NotImplementedError: always.
    """
    raise NotImplementedError("only the original is nudged")


def random(draws: Draws) -> list[tuple[Any, str, Any]]:
    """Return MindSpore's random functions and layers, and what takes their place."""
    chance, nn, ops = draws.chance, ms.nn, ms.ops

    def dropout(input: Any, p: float = 0.5, training: bool = True, seed: Any = None) -> Any:
        return draws.dropout(input, p, training)

    def layer(dimensions: int) -> Any:
        def construct(self: Any, x: Any) -> Any:
            p = getattr(self, "p", None)
            return draws.dropout(x, 1 - self.keep_prob if p is None else p, self.training, dimensions)

        return construct

    return [
        (ops, "dropout", dropout), (nn.Dropout, "construct", layer(0)),
        *((ops, f"dropout{size}d", draws.by_channel(size)) for size in (1, 2, 3)),
        *((getattr(nn, f"Dropout{size}d"), "construct", layer(size)) for size in (1, 2, 3)),
        (ops, "rand", draws.sized(chance.uniform, ms.float32)),
        (ops, "randn", draws.sized(chance.normal, ms.float32)),
        (ops, "rand_like", draws.like(chance.uniform)), (ops, "randn_like", draws.like(chance.normal)),
    ]  # fmt: skip
