"""One side's work, the same for both frameworks: run a model whole, and each of its layers alone."""

from __future__ import annotations

import copy
import functools
import itertools
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from sporeprint.prove import expressions
from sporeprint.prove.chance import Chance, Draws
from sporeprint.prove.task import MODES, Alone, Array, Call, Noted, Run, Task, Told, made_inputs, widened

#: So many numbers are kept of the gradients of an expression, for each of what they are taken of.
SKETCH = 4096
#: How small the gradients are made with which an optimizer is tried too.
SMALL_GRADIENTS = 1e-6


class Framework(Protocol):
    """What a framework does in its own way.

    Attributes:
        Tensor, Layer: its classes.
        version: its release.
    """

    Tensor: type
    Layer: type
    version: str

    def seed(self, seed: int) -> None:
        """Seed the framework's own generator: the model may be made with it."""

    def layers(self, model: Any) -> Iterator[tuple[str, Any]]:
        """Yield the layers of a model under torch's paths, a shared one once."""

    def described(self, layer: Any) -> tuple[str, str]:
        """Return a layer's class and, of the framework's own, what it says of itself."""

    def state(self, model: Any, task: Task) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return parameters and buffers under torch's names, a shared one once."""

    def tied(self, model: Any) -> dict[str, str]:
        """Return the other names of shared parameters."""

    def set_mode(self, model: Any, training: bool) -> None:
        """Put a model into training or evaluation."""

    def widen(self, model: Any) -> None:
        """Make all of a model float64."""

    def put(self, tensor: Any, value: Array) -> None:
        """Give a parameter or buffer a value."""

    def set_gradient(self, tensor: Any, value: Array) -> None:
        """Give a parameter the gradient that an optimizer takes from it."""

    def array(self, tensor: Any) -> Array:
        """Return a copy of a tensor's value."""

    def make(self, array: Array, dtype: Any = None) -> Any:
        """Return a tensor with a value of its own."""

    def is_float(self, tensor: Any) -> bool:
        """Return whether a tensor has gradients."""

    def gradients(
        self, loss: Callable[..., Any], tensors: Sequence[Any], parameters: Sequence[Any]
    ) -> tuple[list[Array], list[Array]]:
        """Return the gradients of ``loss(*tensors)``, a number, with respect to the tensors and the parameters."""

    def nudged(self, tensor: Any, value: Array, gradient: Array) -> Any:
        """Return a tensor with something added to it, and to the gradient that comes back to it."""

    def random(self, draws: Draws) -> list[tuple[Any, str, Any]]:
        """Return what is to be replaced: owner, name and what draws instead."""


def run(task: Task, framework: Framework) -> Told:
    """Build the model, give it its weights, and run it in each mode.

    Args:
        task: what to do.
        framework: the side's.
    """
    framework.seed(task.seed)
    if task.watched:
        expressions.instrument(task.folder)
    names: dict[str, Any] = {"__name__": "__prove__"}
    exec(task.construct, names)
    side = Side(framework, task, names["model"])
    told = side.told
    if task.nudges:
        for nudge in range(task.times):
            for mode in side.modes():
                if mode in task.nudges:
                    told.nudged.setdefault(mode, []).append(side.whole(mode, nudge))
        return told
    for mode in side.modes():
        if not task.alone or mode in task.alone:
            told.runs[mode] = side.whole(mode)
    if task.wide and told.classes:
        with suppress(
            Exception
        ):  # code that asks for float32 somewhere: then nothing is known of its own error
            side.widen()
            for mode in side.modes():
                if not task.alone:
                    told.wide[mode] = side.whole(mode)
                elif mode in task.alone:
                    side.each_alone(mode, told.calls[mode], told.alone_wide)
    return told


@dataclass(slots=True)
class _Live:
    """A call with its arguments and its result as they are in this process."""

    layer: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    call: Call
    result: Any = None


@dataclass(slots=True)
class _Whole:
    """What is noted while the whole is run, nudged in one of several ways."""

    nudge: int = 0
    stack: list[_Live] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    ended: list[_Live] = field(default_factory=list)


class _Function:
    """A function that is run instead of a model: its calls can be watched as those of a layer are."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._function(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._function, name)


class Side:
    """A model with its state, and what was told of it. A function is taken for a layer without any."""

    def __init__(self, framework: Framework, task: Task, model: Any) -> None:
        self.framework, self.task, self.model = framework, task, model
        self.told = Told(version=framework.version)
        self.is_model = isinstance(model, framework.Layer)
        self.is_function = not self.is_model and callable(model)
        self.kind: type = framework.Layer if self.is_model else _Function
        self.inputs = made_inputs(task)
        self.paths: dict[int, str] = {}
        self.parameters: dict[str, Any] = {}
        self.buffers: dict[str, Any] = {}
        self.live: dict[str, dict[str, _Live]] = {}
        self.wide = False
        if self.is_model:
            layers = list(framework.layers(model))
            self.paths = {id(layer): path for path, layer in layers}
            self.told.classes = {path: framework.described(layer) for path, layer in layers}
            self.parameters, self.buffers = framework.state(model, task)
            self.told.tied = framework.tied(model)
            self.told.weights = task.weights or self._perturbed()
        elif self.is_function:
            self.model = _Function(model)
            self.paths = {id(self.model): ""}
            self.told.classes = {"": (f"{getattr(model, '__name__', type(model).__name__)}()", "")}

    def modes(self) -> Iterator[str]:
        """Put the model into each mode, with its weights as they were at first."""
        for mode, training in MODES.items():
            if self.is_model:
                self.framework.set_mode(self.model, training)
                self._load()
            elif training:
                return
            yield mode

    def widen(self) -> None:
        """From here on all is float64."""
        self.wide = True
        if self.is_model:
            self.framework.widen(self.model)
            self.parameters, self.buffers = self.framework.state(self.model, self.task)
        self.inputs = {name: widened(value) for name, value in self.inputs.items()}

    def _load(self) -> None:
        for name, tensor in {**self.parameters, **self.buffers}.items():
            self.framework.put(tensor, self.told.weights[self.task.tied.get(name, name)])

    def _perturbed(self) -> dict[str, Array]:
        """Return weights near the model's own: zeros and ones hide what is swapped or left out."""
        rng = np.random.default_rng((self.task.seed, 1))
        found = {}
        for name, value in {**self.parameters, **self.buffers}.items():
            array = self.framework.array(value)
            if array.dtype.kind == "f" and name in self.parameters:
                array += 0.1 * (array.std() + 0.1) * rng.standard_normal(array.shape).astype(array.dtype)
            elif name.endswith("running_mean"):
                array += 0.1 * rng.standard_normal(array.shape).astype(array.dtype)
            elif name.endswith("running_var"):
                array *= rng.uniform(0.5, 1.5, array.shape).astype(array.dtype)
            found[name] = array
        return found

    def whole(self, mode: str, nudge: int = 0) -> Run:
        """Run the model, its gradients and, in training, its optimizer steps.

        Args:
            mode: "eval" or "train".
            nudge: which way the layers are nudged, if they are.
        """
        found, noting = Run(), _Whole(nudge)
        trained = {name: each for name, each in self.parameters.items() if _is_trained(each)}
        loss = self._loss(found, mode, noting)
        if self.is_model and trained:
            _, gradients = self.framework.gradients(loss, [], list(trained.values()))
            found.gradients = dict(zip(trained, gradients, strict=True))
        else:
            loss()
        found.calls = [(each.call.path, each.call.outputs[0]) for each in noting.ended if each.call.outputs]
        found.buffers = {name: self.framework.array(each) for name, each in self.buffers.items()}
        if self._records(mode):
            self.live[mode] = {each.call.name: each for each in noting.ended}
            if not self.wide:
                self.told.calls[mode] = self.task.alone.get(mode) or [each.call for each in noting.ended]
            into = self.told.alone_wide if self.wide else self.told.alone
            self.each_alone(mode, self.told.calls[mode], into)
        if self.task.steps and MODES[mode] and trained:
            self._steps(found, mode, trained, nudge)
        return found

    def _records(self, mode: str) -> bool:
        """Whether all calls are recorded and then run alone. A function is always: only so it has gradients."""
        return mode in self.task.alone or (self.is_function and not self.task.nudges)

    def _steps(self, found: Run, mode: str, trained: dict[str, Any], nudge: int) -> None:
        """Train for some steps; and test the optimizer alone, with the original's gradients.

        These are given to it twice: as they are, and from zeros a millionth of them, which shows where ``eps`` is
        added, and no parameter's own size hides how small a step is.
        """
        framework = self.framework
        self._load()
        optimizer = self._optimizer(trained)
        found.losses = []
        for _ in range(self.task.steps):
            one = Run()
            loss = self._loss(one, mode, _Whole(nudge) if self.task.nudges else None)
            _, gradients = framework.gradients(loss, [], list(trained.values()))
            found.losses += one.losses
            found.descents.append(dict(zip(trained, gradients, strict=True)))
            self._descend(optimizer, trained, found.descents[-1])
        found.stepped = {name: framework.array(each) for name, each in trained.items()}
        if self.task.nudges:
            found.descents = []
            return
        first = self.told.runs[mode].descents if self.wide else found.descents
        theirs = self.task.descents.get(mode, first)
        for size, into in ((1.0, found.guided), (SMALL_GRADIENTS, found.guided_small)):
            self._load()
            if size != 1.0:
                for tensor in trained.values():
                    framework.put(tensor, np.zeros_like(framework.array(tensor)))
            optimizer = self._optimizer(trained)
            for step in theirs:
                self._descend(optimizer, trained, {name: each * size for name, each in step.items()})
            into.update({name: framework.array(each) for name, each in trained.items()})

    def _optimizer(self, trained: dict[str, Any]) -> Any:
        """Return an optimizer that has gathered nothing."""
        names: dict[str, Any] = {"parameters": list(trained.values())}
        exec(self.task.optimizer, names)
        self.told.options = dict(names["optimizer"].defaults)
        return names["optimizer"]

    def _descend(self, optimizer: Any, trained: dict[str, Any], gradients: dict[str, Array]) -> None:
        for name, tensor in trained.items():
            if name in gradients:
                self.framework.set_gradient(tensor, gradients[name])
        optimizer.step()

    def _loss(self, found: Run, mode: str, noting: _Whole | None = None) -> Callable[[], Any]:
        """Return the function of which the gradient is taken: all outputs, added up with random weights."""

        def loss() -> Any:
            chance = Chance(self.task.seed)
            names = {
                "model": self.model, "np": np, "T": self.framework.make,
                "inputs": {name: value.copy() for name, value in self.inputs.items()},
            }  # fmt: skip
            nudges = self.task.nudges.get(mode, {})
            noted = self._noting(noting, mode, nudges) if noting is not None else nullcontext()
            with drawing_from(self.framework, chance), noted:
                exec(self.task.call, names)
            tensors = list(tensors_in(self.framework, names["out"]))
            found.outputs = [self.framework.array(each) for each in tensors]
            found.draws = chance.draws
            total = self._weighted(tensors)
            if total is not None:
                found.losses = [self.framework.array(total)]
            return total

        return loss

    def _weighted(self, tensors: Sequence[Any]) -> Any:
        """Return the sum of all floating tensors with random weights; None where there is none."""
        rng = np.random.default_rng((self.task.seed, 7))
        total = None
        for tensor in tensors:
            weight = rng.standard_normal(tuple(tensor.shape)) / np.sqrt(max(int(np.prod(tensor.shape)), 1))
            if self.framework.is_float(tensor):
                part = (tensor * self.framework.make(weight, tensor.dtype)).sum()
                total = part if total is None else total + part
        return total

    @contextmanager
    def _noting(self, noting: _Whole, mode: str, nudges: dict[str, tuple[float, float]]) -> Iterator[None]:
        """Note every call of a layer, and nudge what it is given and returns, if that is asked for."""
        recording = self._records(mode)
        rng = np.random.default_rng((self.task.seed, 11, noting.nudge))

        def called(layer: Any, original: Any, args: Any, kwargs: Any) -> Any:
            path = self.paths.get(id(layer))
            if path is None:
                return original(layer, *args, **kwargs)
            noting.counts[path] += 1
            count = noting.counts[path]
            call = Call(path if count == 1 else f"{path} (call {count})", path)
            if noting.stack:
                parent = noting.stack[-1].call
                parent.inside.append(call.name)
                if parent.name in nudges:
                    args, kwargs = self._replaced((args, kwargs), self._nudge(nudges[parent.name], rng))
            live = _Live(layer, args, kwargs, call)
            if recording:
                given = list(tensors_in(self.framework, (args, kwargs)))
                call.inputs = [self.framework.array(each) for each in given]
                if self.is_model:  # what torch says counts; a tensor of MindSpore's does not tell
                    call.idle = tuple(
                        place for place, each in enumerate(given) if not getattr(each, "requires_grad", False)
                    )
            noting.stack.append(live)
            try:
                live.result = original(layer, *args, **kwargs)
            finally:
                noting.stack.pop()
            if call.name in nudges:
                live.result = self._replaced(live.result, self._nudge(nudges[call.name], rng))
            results = tensors_in(self.framework, live.result)
            call.outputs = [
                self.framework.array(each)
                for each in (results if recording else itertools.islice(results, 1))
            ]
            noting.ended.append(live)
            return live.result

        with _intercepted(self.kind, called):
            yield

    def _nudge(self, sizes: tuple[float, float], rng: np.random.Generator) -> Callable[[Any], Any]:
        def nudged(tensor: Any) -> Any:
            if not self.framework.is_float(tensor):
                return tensor
            shape = tuple(tensor.shape)
            size = np.abs(self.framework.array(tensor))
            finite = np.isfinite(size)  # a mask may hold -inf, and stays as it is there
            largest = float(size[finite].max(initial=0.0))
            value = np.where(finite, sizes[0] * largest * rng.standard_normal(shape), 0.0)
            return self.framework.nudged(tensor, value, sizes[1] * rng.standard_normal(shape))

        return nudged

    def each_alone(self, mode: str, calls: Sequence[Call], into: dict[str, dict[str, Alone]]) -> None:
        """Run each layer alone, with what the original gave to it and to those inside it."""
        outputs = {call.name: call.outputs for call in calls}
        found = into.setdefault(mode, {})
        for call in calls:
            if self.task.watched and call.name not in self.task.watched:
                continue
            try:
                found[call.name] = self._alone(mode, call, outputs)
            except _OtherCallsError as error:
                found[call.name] = Alone(unchecked=str(error))
            except Exception as error:  # of the user's code, which did not expect to be run in parts
                found[call.name] = Alone(unchecked=f"alone it raises {type(error).__name__}: {error}")

    def _alone(self, mode: str, call: Call, outputs: dict[str, list[Array]]) -> Alone:
        framework, found = self.framework, Alone()
        live = self.live[mode].get(call.name)
        within: list[Any] = [self.live[mode].get(name) for name in call.inside]
        if live is None or None in within:
            raise _OtherCallsError("the conversion does not call it, or what is inside it, as often")
        for name, theirs, ours in [
            ("it is given", call.inputs, (live.args, live.kwargs)),
            *((f"{each.call.name} returns", outputs[each.call.name], each.result) for each in within),
        ]:
            count = sum(1 for _ in tensors_in(self.framework, ours))
            if count != len(theirs):
                raise _OtherCallsError(f"{name} {count} tensors, in the original {len(theirs)}")
        given = [self._tensor(each) for each in call.inputs]
        results = [[self._tensor(each) for each in outputs[name]] for name in call.inside]
        free = [*given, *(each for every in results for each in every)]
        labels = [f"input {place}" for place in range(len(given))]
        labels += [
            f"result {place} of {name}"
            for name, every in zip(call.inside, results, strict=True)
            for place in range(len(every))
        ]
        floating = [place for place, each in enumerate(free) if framework.is_float(each)]

        def is_own(name: str) -> bool:
            return _below(name, call.path) and not any(_below(name, other.call.path) for other in within)

        own = {name: each for name, each in self.parameters.items() if _is_trained(each) and is_own(name)}
        buffers = {name: each for name, each in self.buffers.items() if is_own(name)}
        values: dict[str, Any] = {}

        def compute(*tensors: Any) -> Any:
            every = list(free)
            for place, tensor in zip(floating, tensors, strict=True):
                every[place] = tensor
            inner = {name: iter(()) for name in call.inside}
            start = len(given)
            for name, held in zip(call.inside, results, strict=True):
                inner[name] = iter(every[start : start + len(held)])
                start += len(held)
            chance = Chance(self.task.seed)
            with drawing_from(framework, chance):
                values.clear()
                values.update(self._forced(live, every[: len(given)], call, inner, mode))
            found.draws = chance.draws
            return self._weighted(list(values.values()))

        def gradients(of: Callable[..., Any]) -> dict[str, Array]:
            for name, each in buffers.items():
                framework.put(each, self.told.weights[name])
            if not floating and not own:
                of()
                return {}
            inputs, weights = framework.gradients(of, [free[place] for place in floating], list(own.values()))
            return {
                **{labels[place]: each for place, each in zip(floating, inputs, strict=True)},
                **dict(zip(own, weights, strict=True)),
            }

        watched = call.name in self.task.watched
        noted: list[Noted] = []
        with expressions.watching(functools.partial(self._note, noted) if watched else None):
            found.gradients = gradients(compute)
        found.values = {name: framework.array(each) for name, each in values.items()}
        found.values.update({f"{name} after it": framework.array(each) for name, each in buffers.items()})
        if watched and self.task.sloped:
            noted = self._sloped(
                noted, compute, gradients, {labels[place]: free[place] for place in floating}, own
            )
        if watched:
            self.told.noted.setdefault(mode, {})[call.name] = noted
        return found

    def _note(self, into: list[Noted], file: str, line: int, column: int, text: str, result: Any) -> None:
        if isinstance(result, self.framework.Tensor):
            into.append(Noted(file, line, column, text, self.framework.array(result)))

    def _sloped(
        self,
        noted: list[Noted],
        compute: Callable[..., Any],
        gradients: Callable[[Callable[..., Any]], dict[str, Array]],
        given: dict[str, Any],
        own: dict[str, Any],
    ) -> list[Noted]:
        """Return what a layer is given and holds, and its expressions, each with gradients of its own.

        What leads to an expression is before it. So the first one with other gradients, of those with the same value,
        is the one that passes them on wrongly. The layer is run once for each.

        Args:
            noted: the expressions.
            compute: runs the layer, given the floating tensors.
            gradients: returns the gradients of a function of these.
            given: what it is given, of floating numbers.
            own: what it holds.
        """
        found = []
        for place, (name, tensor) in enumerate(given.items()):
            slopes = _sketched(gradients(lambda *tensors, place=place: self._weighted([tensors[place]])))
            found.append(Noted("", 0, 0, name, self.framework.array(tensor), slopes))
        for name, tensor in own.items():
            slopes = _sketched(gradients(lambda *_, tensor=tensor: self._weighted([tensor * 1])))
            found.append(Noted("", 0, 0, name, self.framework.array(tensor), slopes))
        for place, each in enumerate(noted):
            if each.value.dtype.kind != "f":
                found.append(each)
                continue
            slopes = _sketched(gradients(functools.partial(self._weighted_one, compute, place)))
            found.append(Noted(each.file, each.line, each.column, each.text, each.value, slopes))
        return found

    def _weighted_one(self, compute: Callable[..., Any], place: int, *tensors: Any) -> Any:
        """Run a layer, and return the weighted sum of what one of its expressions gave, at the time when it did."""
        total = None
        count = 0

        def seen(file: str, line: int, column: int, text: str, result: Any) -> None:
            nonlocal total, count
            if isinstance(result, self.framework.Tensor):
                if count == place:
                    total = self._weighted([result])
                count += 1

        with expressions.watching(seen):
            compute(*tensors)
        return total

    def _forced(
        self, live: _Live, given: list[Any], call: Call, inner: dict[str, Iterator[Any]], mode: str
    ) -> dict[str, Any]:
        """Call a layer; the layers inside do not run, but return what they are to return."""
        framework = self.framework
        waiting: dict[str, deque[str]] = {}
        for name in call.inside:
            waiting.setdefault(self.live[mode][name].call.path, deque()).append(name)
        values: dict[str, Any] = {}
        started = False

        def called(layer: Any, original: Any, args: Any, kwargs: Any) -> Any:
            nonlocal started
            path = self.paths.get(id(layer))
            if not started and layer is live.layer:
                started = True
            elif path in waiting:
                if not waiting[path]:
                    raise _OtherCallsError(f"it calls {path} more often than the original")
                name = waiting[path].popleft()
                for place, tensor in enumerate(tensors_in(framework, (args, kwargs))):
                    values[f"input {place} of {name}"] = tensor
                return self._replaced(self.live[mode][name].result, lambda _: next(inner[name]))
            return original(layer, *args, **kwargs)

        filled = iter(given)
        args, kwargs = self._replaced((live.args, live.kwargs), lambda _: next(filled))
        with _intercepted(self.kind, called):
            out = live.layer(*args, **kwargs)
        left = [name for names in waiting.values() for name in names]
        if left:
            raise _OtherCallsError(f"it does not call {', '.join(left)}")
        for place, tensor in enumerate(tensors_in(framework, out)):
            values[f"result {place}"] = tensor
        return values

    def _tensor(self, value: Array) -> Any:
        return self.framework.make(widened(value) if self.wide else value)

    def _replaced(self, value: Any, new: Callable[[Any], Any]) -> Any:
        """Return the same structure with other tensors in it."""
        if isinstance(value, self.framework.Tensor):
            return new(value)
        if isinstance(value, dict):
            return type(value)({key: self._replaced(each, new) for key, each in value.items()})
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return type(value)(*(self._replaced(each, new) for each in value))
        if isinstance(value, list | tuple):
            return type(value)(self._replaced(each, new) for each in value)
        if _is_plain(value):
            made = copy.copy(value)
            for name, each in vars(value).items():
                object.__setattr__(made, name, self._replaced(each, new))
            return made
        return value


class _OtherCallsError(Exception):
    """The conversion calls other layers than the original."""


def tensors_in(framework: Framework, value: Any) -> Iterator[Any]:
    """Yield the tensors in a structure, in their order."""
    if isinstance(value, framework.Tensor):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from tensors_in(framework, each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from tensors_in(framework, each)
    elif _is_plain(value):
        yield from tensors_in(framework, vars(value))


def _is_plain(value: Any) -> bool:
    """Whether an object is one of the user's that only holds something, such as a data class."""
    return hasattr(value, "__dict__") and not callable(value) and not isinstance(value, type)


def _sketched(gradients: dict[str, Array]) -> dict[str, Array]:
    """Return gradients, and of large ones sums with random signs: there are as many of them as expressions."""
    found = {}
    for name, gradient in gradients.items():
        flat = gradient.astype(np.float64).reshape(-1)
        if flat.size > SKETCH:
            flat *= np.random.default_rng(flat.size).choice([-1.0, 1.0], flat.size)
            flat = np.add.reduceat(flat, np.linspace(0, flat.size, SKETCH, endpoint=False).astype(int))
        found[name] = flat
    return found


def _is_trained(parameter: Any) -> bool:
    return bool(parameter.requires_grad)


def _below(name: str, path: str) -> bool:
    return not path or name.startswith(f"{path}.")


@contextmanager
def _intercepted(kind: Any, called: Callable[[Any, Any, Any, Any], Any]) -> Iterator[None]:
    """Let every call of a layer go through ``called(layer, original, args, kwargs)``."""
    original = kind.__call__

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        return called(self, original, args, kwargs)

    kind.__call__ = call
    try:
        yield
    finally:
        kind.__call__ = original


@contextmanager
def drawing_from(framework: Framework, chance: Chance) -> Iterator[None]:
    """Let random functions draw from ``chance``."""
    patched = framework.random(Draws(chance, framework.make))
    before = [getattr(owner, name) for owner, name, _ in patched]
    for owner, name, replacement in patched:
        setattr(owner, name, replacement)
    try:
        yield
    finally:
        for (owner, name, _), original in zip(patched, before, strict=True):
            setattr(owner, name, original)
