"""What a side is told to do and what it tells back: plain data, pickled between the processes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

#: The modes in which a model is run: name -> whether it is training.
MODES = {"eval": False, "train": True}


@dataclass(slots=True)
class Task:
    """What one side does.

    Attributes:
        folder: of the project, first on the path.
        construct, inputs, call: as in :class:`sporeprint.prove.subject.Subject`.
        seed: of weights, inputs and random numbers.
        weights: name -> value, to be put into the model; None where the side is to make them.
        wide: whether to run in float64.
    """

    folder: str
    construct: str
    inputs: str
    call: str
    seed: int = 0
    weights: dict[str, Array] | None = None
    wide: bool = False


@dataclass(slots=True)
class Run:
    """What was computed in one mode.

    Attributes:
        outputs: in the order in which they stand in the model's result.
        gradients: parameter -> gradient of a weighted sum of all outputs.
        buffers: buffer -> value after the call.
        calls: submodule and its first output, for each call, in the order in which the calls ended.
        draws: kind and shape of each draw of random numbers.
    """

    outputs: list[Array] = field(default_factory=list)
    gradients: dict[str, Array] = field(default_factory=dict)
    buffers: dict[str, Array] = field(default_factory=dict)
    calls: list[tuple[str, Array]] = field(default_factory=list)
    draws: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)


@dataclass(slots=True)
class Told:
    """What a side tells back: runs by mode, the weights that it started from, or what went wrong."""

    runs: dict[str, Run] = field(default_factory=dict)
    weights: dict[str, Array] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)  # submodule -> its class
    failed: str = ""


def made_inputs(task: Task) -> dict[Any, Array]:
    """Run the statements that make the inputs."""
    names: dict[str, Any] = {"np": np, "rng": np.random.default_rng(task.seed)}
    exec(task.inputs, names)
    inputs: dict[Any, Array] = names["inputs"]
    if task.wide:
        return {name: _wide(value) for name, value in inputs.items()}
    return inputs


def _wide(value: Array) -> Array:
    return value.astype(np.float64) if value.dtype.kind == "f" else value


def weighting(outputs: list[Array], seed: int) -> list[Array]:
    """Return for each output the weights with which its elements add up to the loss, 0 for what has no gradient."""
    rng = np.random.default_rng((seed, 7))
    return [
        rng.standard_normal(each.shape).astype(each.dtype) / np.sqrt(max(each.size, 1)).astype(each.dtype)
        if each.dtype.kind == "f"
        else np.zeros((), np.float32)
        for each in outputs
    ]
