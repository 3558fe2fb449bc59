"""What a side is told to do and what it tells back: plain data, pickled between the processes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

#: The modes in which a model is run: name -> whether it is training.
MODES = {"eval": False, "train": True}


@dataclass(slots=True)
class Call:
    """One call of a layer, as it was within the whole.

    Attributes:
        name: the layer's path, with the number of the call from the second on.
        path: the layer's.
        inputs: the tensors that it was given, in the order in which they stand in its arguments.
        outputs: those that it returned.
        inside: the names of the calls directly inside it.
        idle: numbers of the inputs behind which no parameter stands: within the whole nothing is sent back there.
    """

    name: str
    path: str
    inputs: list[Array] = field(default_factory=list)
    outputs: list[Array] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)
    idle: tuple[int, ...] = ()


@dataclass(slots=True)
class Alone:
    """What a layer computed alone: given the original's inputs, and the original's results of the layers inside it.

    Attributes:
        values: its results, what it gives to the layers inside, and its own buffers afterwards.
        gradients: those of its inputs, of the results of the layers inside and of its own parameters, for a sum of all
            values with random weights.
        draws: kind and shape of each draw of random numbers.
        unchecked: why it could not be run alone, "" otherwise.
    """

    values: dict[str, Array] = field(default_factory=dict)
    gradients: dict[str, Array] = field(default_factory=dict)
    draws: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)
    unchecked: str = ""


@dataclass(slots=True)
class Noted:
    """An expression of the project's code and the tensor that it gave.

    Attributes:
        file, line, column: where it stands, from 1; no file for what a layer is given or holds.
        text: the expression; of what a layer is given or holds, what it is called.
        value: what it gave.
        slopes: gradients of a sum of the value with random weights, with respect to what the layer is given and holds,
            flat, and of large ones sums with random signs; None where that was not asked for, or the value is no
            floating number.
    """

    file: str
    line: int
    column: int
    text: str
    value: Array
    slopes: dict[str, Array] | None = None


@dataclass(frozen=True, slots=True)
class Compiled:
    """What came of compiling a model.

    Attributes:
        verdict: "compiles" (as one graph), "in parts", "different" (it compiles, and computes something else),
            "prevented", or "failed" (it does not run as it is).
        reason: what prevents one graph.
        place: where, as file:line in the converted project.
        error: the largest difference, as a part of the result's largest number.
        graphs: of how many functions MindSpore made a graph where it captured bytecode.
        breaks: how often it left them in between, to let Python run something.
    """

    verdict: str
    reason: str = ""
    place: str = ""
    error: float = 0.0
    graphs: int = 0
    breaks: int = 0


@dataclass(slots=True)
class Task:
    """What one side does.

    Attributes:
        folder: of the project, first on the path.
        construct, inputs, call: as in :class:`sporeprint.prove.subject.Subject`.
        seed: of weights, inputs and random numbers.
        weights: name -> value, to be put into the model; None where the side is to make them.
        tied: another name of a parameter -> the name under which its value and its gradient stand.
        wide: whether to run it all in float64 too.
        steps: so many optimizer steps in training.
        optimizer: statements that bind ``optimizer``, given ``parameters``.
        descents: mode -> the original's gradients at each step, with which the optimizer is run alone.
        alone: mode -> the calls of layers that are each run alone; empty lists where the side is to record them.
        watched: the calls among them of which every expression is noted.
        sloped: whether the gradients of these expressions are noted too.
        nudges: mode -> call -> how far its values and its gradients are nudged.
        times: so many times, each in another way.
        extra: a folder that goes on the path too.
        jit: ``ms.jit``'s capture mode where all that is asked for is to compile the model, and compare; else "".
    """

    folder: str
    construct: str
    inputs: str
    call: str
    seed: int = 0
    weights: dict[str, Array] | None = None
    tied: dict[str, str] = field(default_factory=dict)
    wide: bool = False
    steps: int = 0
    optimizer: str = ""
    descents: dict[str, list[dict[str, Array]]] = field(default_factory=dict)
    alone: dict[str, list[Call]] = field(default_factory=dict)
    watched: tuple[str, ...] = ()
    sloped: bool = False
    nudges: dict[str, dict[str, tuple[float, float]]] = field(default_factory=dict)
    times: int = 1
    extra: str = ""
    jit: str = ""


@dataclass(slots=True)
class Run:
    """What was computed in one mode.

    Attributes:
        outputs: in the order in which they stand in the model's result.
        gradients: parameter -> gradient of a weighted sum of all outputs.
        buffers: buffer -> value after the call.
        losses: the weighted sum before each optimizer step.
        stepped: parameter -> value after the last step.
        descents: the gradients at each step.
        guided: parameter -> value after as many steps with the gradients that torch had in float32.
        guided_small: the same from zeros, with small gradients.
        calls: layer and its first output, for each call, in the order in which the calls ended.
        draws: kind and shape of each draw of random numbers.
    """

    outputs: list[Array] = field(default_factory=list)
    gradients: dict[str, Array] = field(default_factory=dict)
    buffers: dict[str, Array] = field(default_factory=dict)
    losses: list[Array] = field(default_factory=list)
    stepped: dict[str, Array] = field(default_factory=dict)
    descents: list[dict[str, Array]] = field(default_factory=list)
    guided: dict[str, Array] = field(default_factory=dict)
    guided_small: dict[str, Array] = field(default_factory=dict)
    calls: list[tuple[str, Array]] = field(default_factory=list)
    draws: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)


@dataclass(slots=True)
class Told:
    """What a side tells back.

    Attributes:
        runs, wide, nudged: what was computed, by mode; in float64; with nudges.
        weights: those that it started from.
        tied: as in :class:`Task`.
        classes: layer -> its class; of the framework's own layers, the full name, and what they say of themselves.
        calls: mode -> the calls of layers, in the order in which they ended.
        alone, alone_wide: mode -> call -> what it computed alone.
        noted: mode -> call that was watched -> its expressions, in the order of their evaluation.
        options: of the optimizer, those that it was not given too.
        compiled: what came of compiling the model.
        version: of the framework.
        failed: what went wrong.
    """

    runs: dict[str, Run] = field(default_factory=dict)
    wide: dict[str, Run] = field(default_factory=dict)
    nudged: dict[str, list[Run]] = field(default_factory=dict)
    weights: dict[str, Array] = field(default_factory=dict)
    tied: dict[str, str] = field(default_factory=dict)
    classes: dict[str, tuple[str, str]] = field(default_factory=dict)
    calls: dict[str, list[Call]] = field(default_factory=dict)
    alone: dict[str, dict[str, Alone]] = field(default_factory=dict)
    alone_wide: dict[str, dict[str, Alone]] = field(default_factory=dict)
    noted: dict[str, dict[str, list[Noted]]] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    compiled: Compiled | None = None
    version: str = ""
    failed: str = ""


def widened(value: Array) -> Array:
    """Return floating numbers in float64, and others as they are."""
    return value.astype(np.float64) if value.dtype.kind == "f" else value


def made_inputs(task: Task) -> dict[Any, Array]:
    """Run the statements that make the inputs."""
    names: dict[str, Any] = {"np": np, "rng": np.random.default_rng(task.seed)}
    exec(task.inputs, names)
    inputs: dict[Any, Array] = names["inputs"]
    return inputs
