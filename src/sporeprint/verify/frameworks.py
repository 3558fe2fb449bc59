"""The two frameworks, as far as one sample needs: build the arguments, call, differentiate, read back.

The sample decides everything; both sides differentiate the same number, the sum of the results weighted with
fixed numbers (:func:`cotangent`) that every floating point format holds exactly.
"""

# ruff: noqa: D102 - the methods of the two sides are documented once, in Side

from __future__ import annotations

import contextlib
import functools
import importlib
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import ModuleType
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from sporeprint.verify.compare import Array, Group, Opaque, Outcome, Raised, Value
from sporeprint.verify.modules import paired, shapes
from sporeprint.verify.sample import Call, DType, Sample, Tensor, flat, map_argument

#: Whether a result shares memory with an input is looked at in float32 samples with nothing special but these.
LAYOUTS = frozenset({"0-d", "non-contiguous", "unbatched"})

#: What a module's state dict holds, by name.
State = Mapping[str, Array]

#: Results of these dtypes are differentiated.
REAL = ("float16", "bfloat16", "float32", "float64")


class Side(Protocol):
    """One framework."""

    name: str
    tensor_type: type

    def tensor(self, given: Tensor) -> Any:
        """Build a tensor, fresh memory."""

    def dtype(self, name: str) -> Any:
        """Look up the framework's dtype object of that name."""

    def array(self, tensor: Any) -> Array:
        """Read a tensor."""

    def seed(self, number: int) -> None:
        """Seed the generators. Not all of MindSpore's kernels follow that of the framework."""

    def size(self, tensor: Any) -> Any:
        """Take the magnitudes of a tensor, as real numbers."""

    def state(self, module: Any) -> dict[str, Any]:
        """Give the tensors of a module's state dict; anything else has none."""

    def parameters(self, module: Any) -> dict[str, Any]:
        """Give a module's trainable parameters, in its order, by the names of the state dict."""

    def overwrite(self, tensor: Any, array: Array) -> None:
        """Give a tensor of a module other numbers, of the same shape."""

    def gradients(
        self, call: Callable[..., Any], made: Callable[[], list[Any]], parameters: list[Any], value: Value
    ) -> list[Array | None] | None:
        """Differentiate the weighted sum of what ``call(*made())`` returns, by these inputs, then by parameters.

        Args:
            call: what is differentiated.
            made: makes the inputs, fresh ones each time.
            parameters: by which it is differentiated too.
            value: what the call gives when it is not differentiated; MindSpore asks for the weights beforehand.

        Returns:
            None where the framework says itself that the result cannot be differentiated.
        """

    def mode(self, module: Any, training: bool) -> None:
        """Put a module into training or into evaluation mode; anything else is left as it is."""

    def step(self, optimizer: Any, parameters: list[Any], gradients: list[Any]) -> None:
        """Let an optimizer take one step."""


def _weights_of(value: Value) -> Iterator[Tensor]:
    """Yield :func:`cotangent` for each tensor of floating point in a result, in the dtype of its real part."""
    arrays = [each for each in tensors(value) if each.dtype in REAL or each.dtype.startswith("complex")]
    for place, array in enumerate(arrays):
        dtype = {"complex64": "float32", "complex128": "float64"}.get(array.dtype, array.dtype)
        weights = cotangent(array.data.shape, place)
        yield Tensor(Array(weights if dtype == "bfloat16" else weights.astype(dtype), dtype))


def tensors(value: Value | Raised) -> Iterator[Array]:
    """Yield the tensors of a result; what was raised has none."""
    if isinstance(value, Group):
        for item in value.items:
            yield from tensors(item)
    elif isinstance(value, Array):
        yield value


def cotangent(shape: Sequence[int], leaf: int) -> npt.NDArray[np.float32]:
    """Make the weights with which a result is summed up before it is differentiated.

    Args:
        shape: the result's.
        leaf: its place among the results.

    Returns:
        Multiples of 1/8 between -2 and 2, without 0: exact in every format, and the same at each call.
    """
    return _weights(tuple(shape), leaf).copy()


@functools.lru_cache(maxsize=1024)
def _weights(shape: tuple[int, ...], leaf: int) -> npt.NDArray[np.float32]:
    numbers = np.random.default_rng(7 + leaf).integers(1, 17, size=shape)
    signs = np.random.default_rng(70 + leaf).choice([-1, 1], size=shape)
    return np.asarray(numbers * signs / 8, dtype=np.float32)


def run(
    side: Side, target: Callable[..., Any], sample: Sample, state: State | None = None, write: bool = True
) -> Outcome:
    """Call once, without gradients.

    Args:
        side: the framework that ``target`` takes tensors of.
        target: the function; of a class, what makes the instance.
        sample: the arguments.
        state: of a class, what its parameters and buffers are set to; None leaves what it starts with.
        write: whether to write to the result afterwards, to see which inputs share its memory.

    Returns:
        Result or exception, changed inputs, warnings, a module's state after the call, shared memory. Of an optimizer
        the result is how far each parameter is from its start, after each step. Exceptions of the call do not leave
        this function.
    """
    given = sample.tensors()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            inputs = {name: side.tensor(tensor) for name, tensor in given.items()}
        except Exception as error:
            return Outcome(Raised(type(error).__name__, f"while building the inputs: {error}"))
        caught.clear()
        try:
            function = instance(side, target, sample, state)
            result = _apply(side, function, sample.call, inputs)
            value = neutral(side, result)
            value = _since_start(value, sample) if sample.parameters else value
            left = {} if sample.constructor is None else read_state(side, function)
        except Exception as error:
            return Outcome(Raised(type(error).__name__, str(error)), None, _mutated(side, given, inputs))
        names = tuple(sorted({warning.category.__name__ for warning in caught}))
        mutated = _mutated(side, given, inputs)
        # All that is compared has been copied before the result is written to.
        aliases = _written_to(side, result, inputs) if write and sample.conditions <= LAYOUTS else None
    return Outcome(value, None, mutated, names, left, aliases=aliases)


def differentiate(
    side: Side, target: Callable[..., Any], sample: Sample, value: Value, state: State | None = None
) -> Mapping[str, Array | None] | Raised | None:
    """Differentiate the same call by its differentiable inputs, and by the parameters of a module.

    Args:
        side: the framework that ``target`` takes tensors of.
        target: the function; of a class, what makes the instance.
        sample: the arguments.
        value: what :func:`run` gave for it.
        state: of a class, what its parameters and buffers are set to.

    Returns:
        Gradient by input's name (``parameter weight`` is a module's, by its name in ``state``; parameters that have
        no role there are left out), what was raised, or None if there is nothing to differentiate.
    """
    given = sample.tensors()
    names = [name for name, tensor in given.items() if tensor.differentiable and tensor.array.dtype in REAL]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            fixed = {name: side.tensor(tensor) for name, tensor in given.items() if name not in names}
            function = instance(side, target, sample, state)
            parameters = side.parameters(function) if sample.constructor is not None else {}
            if not names and not parameters:
                return None

            def made() -> list[Any]:
                return [side.tensor(given[name]) for name in names]

            def call(*changed: Any) -> Any:
                free = dict(zip(names, changed, strict=True))
                inputs = {name: free[name] if name in free else fixed[name] for name in given}
                return _apply(side, function, sample.call, inputs)

            found = side.gradients(call, made, list(parameters.values()), value)
        except Exception as error:
            return Raised(type(error).__name__, str(error))
    if found is None:
        return None
    by_parameter = dict(zip(parameters, found[len(names) :], strict=True))
    roles = _roles(side, function, state or {}) if parameters else {}
    return {
        **dict(zip(names, found, strict=False)),
        **{f"parameter {name}": by_parameter[own] for name, own in roles.items() if own in by_parameter},
    }


def instance(
    side: Side, target: Callable[..., Any], sample: Sample, state: State | None
) -> Callable[..., Any]:
    """Get what takes the sample's arguments: the function itself, or an instance of the class."""
    if sample.constructor is None:
        return target
    if sample.parameters:
        return _stepping(side, target, sample)
    made = _apply(side, target, sample.constructor, {})
    side.mode(made, sample.training)
    if state is not None:
        _set_state(side, made, state)
    result: Callable[..., Any] = made
    return result


def _stepping(side: Side, target: Callable[..., Any], sample: Sample) -> Callable[..., Any]:
    """Make an optimizer; what is returned takes a list of gradients for each step, and gives the parameters."""
    assert sample.constructor is not None
    leaves = flat((sample.constructor.args, sample.constructor.kwargs))
    given = [leaf for leaf in leaves if isinstance(leaf, Tensor)]
    built = {str(place): side.tensor(tensor) for place, tensor in enumerate(given)}
    parameters = [made for made, tensor in zip(built.values(), given, strict=True) if tensor.parameter]
    optimizer = _apply(side, target, sample.constructor, built)

    def steps(*gradients: list[Any]) -> list[list[Any]]:
        after = []
        for each in gradients:
            side.step(optimizer, parameters, each)
            after.append([side.tensor(Tensor(side.array(parameter))) for parameter in parameters])
        return after

    return steps


def _since_start(after: Value, sample: Sample) -> Value:
    """Subtract what an optimizer's parameters started with from what they are after each step."""
    if not isinstance(after, Group):
        return after
    steps = []
    for step in after.items:
        assert isinstance(step, Group)
        pairs = zip(step.items, sample.parameters, strict=True)
        steps.append(replace(step, items=tuple(_difference(each, start.array) for each, start in pairs)))
    return replace(after, items=tuple(steps))


def _difference(after: Value, start: Array) -> Value:
    if not isinstance(after, Array) or after.data.shape != start.data.shape:
        return after
    with np.errstate(invalid="ignore"):
        return replace(after, data=after.data - start.data)


def read_state(side: Side, module: Any) -> State:
    """Read what a module's state dict holds."""
    return {name: side.array(tensor) for name, tensor in side.state(module).items()}


def initial_values(
    side: Side, target: Callable[..., Any], sample: Sample, times: int
) -> dict[str, tuple[Array, ...]] | Raised:
    """Make a module several times, from one seed.

    Args:
        side: the framework.
        target: what makes the module.
        sample: with the constructor's arguments.
        times: how often.

    Returns:
        Name -> what each of them starts with; or what was raised.
    """
    side.seed(0)
    assert sample.constructor is not None
    try:
        states = [read_state(side, _apply(side, target, sample.constructor, {})) for _ in range(times)]
    except Exception as error:
        return Raised(type(error).__name__, str(error))
    return {name: tuple(state[name] for state in states) for name in states[0]}


def _set_state(side: Side, module: Any, state: State) -> None:
    own = side.state(module)
    # What is not the source's keeps what it starts with: that is what a user would see, and its name is compared.
    for name, other in _roles(side, module, state).items():
        if state[name].data.shape == tuple(own[other].shape):
            side.overwrite(own[other], state[name])


def _roles(side: Side, module: Any, state: State) -> dict[str, str]:
    """Tell under which name a module has what ``state`` has under each of its names."""
    own = {name: tuple(tensor.shape) for name, tensor in side.state(module).items()}
    return paired(shapes(state), own)


def without_phases(side: Side, function: Callable[..., Any]) -> Callable[..., Any]:
    """Change a function's results to what does not depend on their phases: the squares of their magnitudes.

    Args:
        side: whose tensors it returns.
        function: any function.

    Returns:
        A function of the same arguments; it returns the tensors among the results, one after the other.
    """

    def squares(*args: Any, **kwargs: Any) -> Any:
        sizes = [side.size(leaf) for leaf in _leaves(function(*args, **kwargs), side.tensor_type)]
        return [size * size for size in sizes]

    return squares


def neutral(side: Side, value: Any) -> Value:
    """Free a result of its framework.

    Args:
        side: whose tensors it may hold.
        value: what an API returned.

    Returns:
        Arrays, plain values, groups; what is neither is :class:`Opaque`.
    """
    if isinstance(value, side.tensor_type):
        return side.array(value)
    if isinstance(value, tuple | list):
        kind = "list" if isinstance(value, list) else "tuple"
        keys = _field_names(value)
        return Group("namedtuple" if keys else kind, keys, tuple(neutral(side, item) for item in value))
    if isinstance(value, dict):
        return Group("dict", tuple(value), tuple(neutral(side, item) for item in value.values()))
    if isinstance(value, np.generic):
        return neutral(side, value.item())
    if value is None or isinstance(value, bool | int | float | complex | str):
        return value
    return Opaque(type(value).__name__)


class Torch(Side):
    """PyTorch, on the CPU."""

    name = "torch"

    def __init__(self) -> None:
        self.torch: ModuleType = importlib.import_module("torch")
        self.tensor_type: type = self.torch.Tensor
        # Otherwise a warning from C++ is given once in a process, to whichever sample comes first.
        self.torch.set_warn_always(True)

    def tensor(self, given: Tensor) -> Any:
        made = self.torch.from_numpy(given.array.data.copy()).to(self.dtype(given.array.dtype))
        if not given.contiguous and made.ndim:
            made = self.torch.repeat_interleave(made, 2, dim=-1)[..., ::2]
        return self.torch.nn.Parameter(made) if given.parameter else made

    def dtype(self, name: str) -> Any:
        return getattr(self.torch, name)

    def array(self, tensor: Any) -> Array:
        plain = tensor.detach().to_dense().resolve_conj().resolve_neg()
        name = str(plain.dtype).removeprefix("torch.")
        return Array((plain.float() if name == "bfloat16" else plain).numpy().copy(), name)

    def seed(self, number: int) -> None:
        self.torch.manual_seed(number)

    def size(self, tensor: Any) -> Any:
        return abs(tensor)

    def state(self, module: Any) -> dict[str, Any]:
        return dict(module.state_dict(keep_vars=True)) if isinstance(module, self.torch.nn.Module) else {}

    def parameters(self, module: Any) -> dict[str, Any]:
        if not isinstance(module, self.torch.nn.Module):
            return {}
        return {name: p for name, p in module.named_parameters() if p.requires_grad}

    def overwrite(self, tensor: Any, array: Array) -> None:
        # Not copied into the old numbers, which may be of lower precision.
        tensor.data = self.tensor(Tensor(array))

    def mode(self, module: Any, training: bool) -> None:
        if isinstance(module, self.torch.nn.Module):
            module.train(training)

    def step(self, optimizer: Any, parameters: list[Any], gradients: list[Any]) -> None:
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = gradient
        optimizer.step()

    def gradients(
        self, call: Callable[..., Any], made: Callable[[], list[Any]], parameters: list[Any], value: Value
    ) -> list[Array | None] | None:
        leaves = [tensor.requires_grad_() for tensor in made()]
        # A leaf may not be changed in place, its clone may.
        results = [
            r for r in _leaves(call(*[leaf.clone() for leaf in leaves]), self.tensor_type) if r.requires_grad
        ]
        if not results:
            return None
        weights = [self._weights(result, place) for place, result in enumerate(results)]
        found = self.torch.autograd.grad(results, [*leaves, *parameters], weights, allow_unused=True)
        return [None if g is None else self.array(g) for g in found]

    def _weights(self, result: Any, place: int) -> Any:
        return self.torch.from_numpy(cotangent(result.shape, place)).to(result.dtype)


class MindSpore(Side):
    """MindSpore in PyNative mode, on one device: ``"CPU"``, ``"GPU"`` or ``"Ascend"``."""

    name = "mindspore"

    def __init__(self, device: str = "CPU") -> None:
        self.ms: ModuleType = importlib.import_module("mindspore")
        self.ms.set_device(device)
        self.tensor_type: type = self.ms.Tensor
        # Otherwise an error surfaces in a later, innocent call.
        self.ms.runtime.launch_blocking()

    def tensor(self, given: Tensor) -> Any:
        data = given.array.data.copy()
        gaps = not given.contiguous and data.ndim
        # MindSpore's own casts take half a millisecond on the CPU.
        kept = self.ms.bfloat16 if given.array.dtype == "bfloat16" else None
        made = self.ms.Tensor(np.repeat(data, 2, axis=-1) if gaps else data, kept)
        if given.parameter:
            return self.ms.Parameter(made, name=given.parameter)
        return made[..., ::2] if gaps else made

    def dtype(self, name: str) -> Any:
        return self.ms.bool_ if name == "bool" else getattr(self.ms, name)

    def array(self, tensor: Any) -> Array:
        name = str(tensor.dtype).lower()
        data = tensor.asnumpy()
        return Array(data.astype(np.float32) if name == "bfloat16" else np.array(data), name)

    def seed(self, number: int) -> None:
        self.ms.set_seed(number)

    def size(self, tensor: Any) -> Any:
        # Those of complex numbers are complex, too; what is empty has no real part.
        return abs(tensor).real() if tensor.is_complex() and tensor.size else abs(tensor)

    def state(self, module: Any) -> dict[str, Any]:
        return dict(module.state_dict()) if isinstance(module, self.ms.nn.Cell) else {}

    def parameters(self, module: Any) -> dict[str, Any]:
        if not isinstance(module, self.ms.nn.Cell):
            return {}
        return {name: p for name, p in module.parameters_and_names() if p.requires_grad}

    def overwrite(self, tensor: Any, array: Array) -> None:
        numbers = self.tensor(Tensor(array))
        if isinstance(tensor, self.ms.Parameter):
            tensor.set_data(numbers)
        else:
            tensor.assign_value(numbers)

    def mode(self, module: Any, training: bool) -> None:
        if isinstance(module, self.ms.nn.Cell):
            module.set_train(training)

    def step(self, optimizer: Any, parameters: list[Any], gradients: list[Any]) -> None:
        if hasattr(optimizer, "zero_grad"):  # ours, which takes them from where torch's does
            for parameter, gradient in zip(parameters, gradients, strict=True):
                parameter._grad = gradient
            optimizer.step()
        else:
            # They stand in the order in which the optimizer was given its parameters.
            optimizer(tuple(gradients))

    def gradients(
        self, call: Callable[..., Any], made: Callable[[], list[Any]], parameters: list[Any], value: Value
    ) -> list[Array | None] | None:
        weights = tuple(self.tensor(weight) for weight in _weights_of(value))
        if not weights:
            raise TypeError("none of the results is of floating point")

        def results(*changed: Any) -> tuple[Any, ...]:
            of_floats = [
                leaf
                for leaf in _leaves(call(*changed), self.tensor_type)
                if str(leaf.dtype).lower() in REAL or leaf.is_complex()
            ]
            # torch's side weighs with real numbers, so nothing goes back to the imaginary parts.
            real = tuple(self.ms.ops.real(each) if each.is_complex() else each for each in of_floats)
            if [(each.shape, each.dtype) for each in real] != [(each.shape, each.dtype) for each in weights]:
                raise TypeError("it returns other shapes or dtypes where it is differentiated")
            return real

        def of_copies(*changed: Any) -> tuple[Any, ...]:
            return results(*[tensor.copy() for tensor in changed])

        inputs = made()
        try:
            found = self._grad(results, parameters, inputs, weights)
        except RuntimeError as error:
            # A leaf may not be changed in place, its copy may. It is refused after the change, so they are made anew.
            if not any(words in str(error) for words in ("leaf tensor", "Can not modify tensor id of input")):
                raise
            found = self._grad(of_copies, parameters, made(), weights)
        if inputs and parameters:
            found = (*_sequence(found[0]), *_sequence(found[1]))
        return [None if g is None else self.array(g) for g in _sequence(found)]

    def _grad(
        self, function: Callable[..., Any], parameters: list[Any], inputs: list[Any], weights: tuple[Any, ...]
    ) -> Any:
        # The results' weights are passed back as they are: a sum, and what widens it, would be differentiated too.
        operation = self.ms.ops.GradOperation(
            get_all=bool(inputs), get_by_list=bool(parameters), sens_param=True
        )
        gradient = operation(function, parameters) if parameters else operation(function)
        try:
            return gradient(*inputs, weights)
        except Exception:
            # Where the function itself raises, MindSpore goes on recording: from then on, in this process, views are
            # copies, and even an index of 1 may be refused.
            importlib.import_module("mindspore.common.api")._pynative_executor.clear_res()
            raise


def leave_in_memory(number: float, sizes: Sequence[int] = (128, 256, 512, 1024)) -> list[Any]:
    """Fill MindSpore tensors with a number, four of each size, and free every second one.

    Args:
        number: what a kernel that does not write its result returns next, with luck.
        sizes: how many float32 numbers they hold; each is rounded up to 512 bytes.

    Returns:
        The others, to be held meanwhile: what is freed beside something freed becomes one piece, and MindSpore's
        allocator then hands out another that fits better.
    """
    ms = importlib.import_module("mindspore")
    filled = [ms.ops.neg(_negative(size, number)) for size in sizes for _ in range(4)]
    for tensor in filled:
        tensor.asnumpy()
    return filled[::2]


@functools.cache
def _negative(size: int, number: float) -> Any:
    return importlib.import_module("mindspore").Tensor(np.full(size, -number, np.float32))


def native_arguments(side: Side, call: Call, inputs: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Make the arguments of a call out of the framework's objects.

    Args:
        side: the framework.
        call: neutral arguments.
        inputs: tensors to use, by the names of :meth:`Sample.tensors`; the others are built.

    Returns:
        Positional and keyword arguments.
    """
    waiting = iter(inputs.values())

    def build(value: Any) -> Any:
        if isinstance(value, Tensor):
            return next(waiting) if inputs else side.tensor(value)
        return side.dtype(value.name) if isinstance(value, DType) else value

    args = [map_argument(build, arg) for arg in call.args]
    return args, {key: map_argument(build, arg) for key, arg in call.kwargs.items()}


def _apply(side: Side, function: Callable[..., Any], call: Call, inputs: Mapping[str, Any]) -> Any:
    args, kwargs = native_arguments(side, call, inputs)
    return function(*args, **kwargs)


def _mutated(side: Side, given: Mapping[str, Tensor], inputs: Mapping[str, Any]) -> dict[str, Array]:
    changed = {}
    for name, tensor in given.items():
        after = side.array(inputs[name])
        before = tensor.array
        if after.dtype != before.dtype or not _same_numbers(after.data, before.data):
            changed[name] = after
    return changed


def _written_to(side: Side, result: Any, inputs: Mapping[str, Any]) -> frozenset[str]:
    """Write one number into each tensor of a result, and tell which inputs that changes."""
    before = {name: side.array(tensor).data for name, tensor in inputs.items()}
    for leaf in _leaves(result, side.tensor_type):
        first = side.array(leaf).data.reshape(-1)[:1]
        if not first.size:
            continue
        other = not first[0] if first.dtype == bool else int(first[0] == 0)
        # What cannot be written to (a view of read-only memory) changes nothing.
        with contextlib.suppress(Exception):
            leaf[(0,) * leaf.ndim or ...] = other
    return frozenset(
        name for name, data in before.items() if not _same_numbers(side.array(inputs[name]).data, data)
    )


def _same_numbers(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> bool:
    return np.array_equal(one, other, equal_nan=other.dtype.kind in "fc")


def _leaves(value: Any, tensor_type: type) -> Iterator[Any]:
    if isinstance(value, tensor_type):
        yield value
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _leaves(item, tensor_type)
    elif isinstance(value, dict):
        yield from _leaves(list(value.values()), tensor_type)


def _sequence(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, tuple | list) else (value,)


def _field_names(value: Any) -> tuple[str, ...]:
    """Field names of a named tuple, also of those that PyTorch makes in C."""
    if hasattr(value, "_fields"):
        return tuple(value._fields)
    if hasattr(value, "n_sequence_fields"):
        return tuple(type(value).__match_args__)
    return ()
