"""Samples that nobody here wrote: PyTorch's own test database, asked by an API's name.

``torch.testing._internal`` holds, for hundreds of functions, methods and modules, the calls with which
PyTorch tests itself. :func:`draw` finds those of one API by its name, so a new counterpart is tested without
a line written for it, and derives more: nan, infinities, zeros of both signs, denormals, 0-d and empty
tensors, memory that is not contiguous, optional arguments left out.

A sample is neutral (:class:`Tensor` arguments hold numpy data), so that each framework builds its own tensors
from it, and carries the condition words that hold for it.
"""

from __future__ import annotations

import functools
import inspect
import itertools
import math
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch.overrides import TorchFunctionMode
from torch.testing._internal.common_methods_invocations import op_db
from torch.testing._internal.common_modules import module_db

from sporeprint.counterpart import CONDITIONS
from sporeprint.verify.compare import FORMATS, Array

#: The dtypes in which samples are asked for, unless told otherwise.
DTYPES = (
    "float32", "float64", "float16", "bfloat16",
    "int64", "int32", "int16", "int8", "uint8", "bool", "complex64",
)  # fmt: skip

#: The dtypes, beside those of floating point, in which modules are tried.
INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "bool")

#: Of a dtype which PyTorch says the API does not take, so many samples are tried (to see that both refuse).
REFUSED_SAMPLES = 3

#: From so many samples, each of another form, more are derived.
FORMS = 6

#: Of one API at most so many are tried in float32, in another dtype, and of derived ones; drawn at random with a
#: fixed seed.
MOST_SAMPLES = 40
MOST_OTHERS = 16
MOST_DERIVED = 160

#: Larger tensors add time, not truth.
MOST_ELEMENTS = 1 << 16


@dataclass(frozen=True)
class Tensor:
    """A tensor argument.

    Attributes:
        array: its numbers and dtype.
        differentiable: PyTorch's sample asks for its gradient.
        contiguous: whether it lies in memory without gaps.
    """

    array: Array
    differentiable: bool = False
    contiguous: bool = True


@dataclass(frozen=True)
class DType:
    """A dtype argument, by the name that both frameworks use."""

    name: str


@dataclass(frozen=True)
class Call:
    """The arguments of one call: tensors are :class:`Tensor`, dtypes :class:`DType`, the rest is plain."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]


@dataclass(frozen=True)
class Sample:
    """One call to try.

    Attributes:
        name: unique among the samples of one API: dtype, number, and what was done to it.
        call: the arguments; of a class, those of its instance.
        constructor: of a class, the arguments that make the instance; else None.
        conditions: the words of :data:`sporeprint.counterpart.CONDITIONS` that hold for it.
    """

    name: str
    call: Call
    constructor: Call | None
    conditions: frozenset[str]

    def tensors(self) -> dict[str, Tensor]:
        """Name the tensors of the call, in order: ``"0"`` by position, ``"weight"``, ``"0[1]"`` in a list."""
        found: dict[str, Tensor] = {}
        for key, value in itertools.chain(enumerate(self.call.args), self.call.kwargs.items()):
            found.update(_tensors(value, str(key)))
        return found

    @property
    def dtypes(self) -> frozenset[str]:
        """The dtypes of its tensors and its dtype arguments."""
        calls = [self.call] if self.constructor is None else [self.call, self.constructor]
        leaves = [leaf for call in calls for leaf in _flat((call.args, call.kwargs))]
        tensors = {leaf.array.dtype for leaf in leaves if isinstance(leaf, Tensor)}
        return frozenset(tensors | {leaf.name for leaf in leaves if isinstance(leaf, DType)})

    @property
    def scale(self) -> float:
        """The largest finite magnitude among its tensors of floating point, or 0."""
        largest = 0.0
        for tensor in self.tensors().values():
            if tensor.array.dtype in FORMATS and tensor.array.data.size:
                magnitudes = np.abs(tensor.array.data[np.isfinite(tensor.array.data)])
                largest = max(largest, float(magnitudes.max(initial=0)))
        return largest


@dataclass(frozen=True)
class Drawn:
    """What the oracle has for one API.

    Attributes:
        samples: to be tried.
        left_out: samples that are not among them, each with the reason.
    """

    samples: tuple[Sample, ...]
    left_out: tuple[str, ...]


#: Positional and keyword arguments as PyTorch gives them.
_Given = tuple[Iterable[Any], dict[str, Any]]


class NoSamplesError(LookupError):
    """PyTorch's test database knows nothing of that name."""


class _UnrepresentableError(ValueError):
    """An argument that has no neutral form (a generator, a layout, a callable, …)."""


def draw(api: str, dtypes: Iterable[str] = DTYPES) -> Drawn:
    """All samples for one torch API.

    Args:
        api: full public name: ``torch.softmax``, ``torch.Tensor.softmax``, ``torch.nn.Softmax``.
        dtypes: names of the dtypes to ask for.

    Returns:
        The samples, the same ones at each call, and what was left out.

    Raises:
        NoSamplesError: neither ``op_db`` nor ``module_db`` has that name, and its signature tells too little.
        AttributeError: torch has no such API.
    """
    target = resolve(api)
    wanted = tuple(dtypes)
    if inspect.isclass(target):
        found, left_out = _of_module(target, wanted)
    else:
        found, left_out = _of_operator(api, target, wanted)
    found, thinned = _thinned(found)
    left_out += thinned
    derived, thinned = _thinned_derived(list(_derived(found)))
    return Drawn(tuple(found + derived), (*left_out, *thinned))


def resolve(api: str) -> Any:
    """Look up a public name, in any importable package.

    Raises:
        AttributeError: there is none.
    """
    head, *rest = api.split(".")
    found: Any = torch if head == "torch" else __import__(head)
    for name in rest:
        found = getattr(found, name)
    return found


def conditions_of(call: Call) -> frozenset[str]:
    """Tell which condition words a call's arguments show.

    Args:
        call: neutral arguments.

    Returns:
        Dtype names other than float32 (of tensors and of dtype arguments; of integers only the first tensor's, as
        others hold indices), ``0-d``, ``empty``, ``nan``,
        ``inf``, ``denormal``, ``non-contiguous``. What only a run shows (``error``, ``gradient``, …) is not among them.
    """
    words = set()
    first = True
    for value in _flat((call.args, call.kwargs)):
        if isinstance(value, DType):
            words.add(value.name)
        elif isinstance(value, float | complex):
            words |= _special(np.asarray(value))
        elif isinstance(value, Tensor):
            if first or value.array.dtype in FORMATS:
                words.add(value.array.dtype)
            first = False
            if value.array.data.ndim == 0:
                words.add("0-d")
            if value.array.data.size == 0:
                words.add("empty")
            if not value.contiguous:
                words.add("non-contiguous")
            if value.array.dtype in FORMATS:
                words |= _special(value.array.data)
                magnitude = np.abs(value.array.data)
                least = math.ldexp(1.0, FORMATS[value.array.dtype].least_exponent)
                if ((magnitude > 0) & (magnitude < least)).any():
                    words.add("denormal")
    return frozenset(words & CONDITIONS)


def cast(
    sample: Sample, dtype: str, of: Iterable[str] = ("float16", "bfloat16", "float32", "float64")
) -> Sample:
    """Change a sample's floating point tensors and dtype arguments to another dtype.

    Args:
        sample: which one.
        dtype: a real floating point dtype's name.
        of: the dtypes that are cast.

    Returns:
        A sample with the same numbers, rounded where the dtype is smaller.
    """
    kinds = frozenset(of)

    def change(value: Any) -> Any:
        if isinstance(value, DType) and value.name in kinds:
            return DType(dtype)
        if isinstance(value, Tensor) and value.array.dtype in kinds:
            return replace(value, array=array(value.array.data.astype(np.float64), dtype))
        return value

    return replace(
        sample,
        call=_map_call(change, sample.call),
        constructor=_map_call(change, sample.constructor) if sample.constructor else None,
    )


def nudge(sample: Sample) -> Sample:
    """Change the float32 and float64 numbers of a sample by one unit in the last place, up or down.

    Args:
        sample: which one. The units of the 16-bit formats are too large for this.

    Returns:
        The same sample, with numbers as near to the old ones as can be.
    """

    def change(value: Any) -> Any:
        if not isinstance(value, Tensor) or value.array.dtype not in ("float32", "float64"):
            return value
        data = value.array.data
        up = np.random.default_rng(0).integers(0, 2, size=data.shape).astype(bool)
        towards = np.where(up, np.inf, -np.inf).astype(data.dtype)
        # nextafter would turn an infinity into the largest number, and a zero into a denormal.
        still = ~np.isfinite(data) | (data == 0)
        return replace(
            value, array=Array(np.where(still, data, np.nextafter(data, towards)), value.array.dtype)
        )

    return replace(sample, call=_map_call(change, sample.call))


def array(data: Any, dtype: str) -> Array:
    """Numbers in a dtype of any framework.

    Args:
        data: what numpy can make an array of.
        dtype: the dtype's name; bfloat16 is rounded to nearest even and held in float32.

    Returns:
        A fresh array.
    """
    if dtype != "bfloat16":
        with np.errstate(all="ignore"):
            return Array(np.array(data, dtype=dtype), dtype)
    with np.errstate(all="ignore"):
        wide = np.array(data, dtype=np.float32)
    bits = wide.view(np.uint32)
    rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) & np.uint32(0xFFFF0000)
    return Array(np.where(np.isnan(wide), wide, rounded.view(np.float32)).astype(np.float32), dtype)


# --- PyTorch's databases ---


@functools.cache
def _operators() -> dict[str, list[Any]]:
    """``op_db`` by torch name without the leading ``torch.``; methods under ``Tensor.``."""
    by_name: dict[str, list[Any]] = {}
    for info in op_db:
        for name in {info.name, *(alias.name for alias in info.aliases)}:
            by_name.setdefault(name, []).append(info)
        for variant in (info, *info.aliases):
            # An alias names its own method; the database gives methods as the functions that they are.
            for method in (variant.method_variant, variant.inplace_variant):
                name = f"Tensor.{getattr(method, '__name__', '')}"
                if method is not None and info not in by_name.setdefault(name, []):
                    by_name[name].append(info)
    return by_name


def _of_operator(api: str, target: Any, dtypes: tuple[str, ...]) -> tuple[list[Sample], list[str]]:
    name = api.removeprefix("torch.")
    infos = _operators().get(name, [])
    if not infos and name.startswith("Tensor."):
        infos = _operators().get(name.removeprefix("Tensor.").removesuffix("_"), [])
    if not infos:
        return _from_signature(api, target, dtypes)
    found: list[Sample] = []
    left_out: list[str] = []
    for info in infos:
        variant = f" {info.variant_test_name}" if info.variant_test_name else ""
        calls_itself = _is_public(info, target, name)
        for dtype in dtypes:
            kind = getattr(torch, dtype)
            for number, given in enumerate(_inputs(info, kind, kind in info.dtypes)):
                label = f"{dtype}{variant} {number}"
                if isinstance(given, Exception):
                    left_out.append(
                        f"{label}: PyTorch's sample function raises {type(given).__name__}: {given}"
                    )
                    continue
                args, kwargs = (given.input, *given.args), dict(given.kwargs)
                if not calls_itself:
                    recorded = _inner_call(info.op, target, args, kwargs)
                    if recorded is None:
                        left_out.append(
                            f"{label}: PyTorch's test wraps the function and does not call {api} itself"
                        )
                        continue
                    args, kwargs = recorded
                _add(found, left_out, label, (args, kwargs))
        for number, error in enumerate(_error_inputs(info)):
            given = error.sample_input
            _add(
                found, left_out, f"error{variant} {number}", ((given.input, *given.args), dict(given.kwargs))
            )
    return found, left_out


def _is_public(info: Any, target: Any, name: str) -> bool:
    """Whether the database calls this function, its method or an alias as it is, not through a wrapper."""
    if info.op is target or target in (info.method_variant, info.inplace_variant):
        return True
    if target in [alias.op for alias in info.aliases]:
        return _looks_public(info)
    return name.startswith("Tensor.") and _looks_public(info)


def _looks_public(info: Any) -> bool:
    return getattr(info.op, "__name__", "") not in ("<lambda>", "") and not info.op.__name__.startswith("_")


def _inputs(info: Any, kind: torch.dtype, taken: bool) -> Iterator[Any]:
    """PyTorch's samples in one dtype; an exception in place of those that its own functions fail to make."""
    gradient = taken and (kind.is_floating_point or kind.is_complex)
    makers = [info.sample_inputs]
    if taken and kind == torch.float32 and info.reference_inputs_func is not None:
        makers.append(info.reference_inputs)
    for maker in makers:
        _seed()
        try:
            samples = iter(maker("cpu", kind, requires_grad=gradient))
            yield from samples if taken else itertools.islice(samples, REFUSED_SAMPLES)
        except Exception as error:
            # The makers are PyTorch's, and of a dtype that the function refuses some make nothing.
            if taken:
                yield error


def _thinned(found: list[Sample]) -> tuple[list[Sample], list[str]]:
    by_dtype: dict[str, list[Sample]] = {}
    for sample in found:
        by_dtype.setdefault(sample.name.split(" ")[0], []).append(sample)
    kept: list[Sample] = []
    left_out = []
    for dtype, samples in by_dtype.items():
        most = MOST_OTHERS if dtype in DTYPES[1:] else MOST_SAMPLES
        some, rest = _drawn(samples, most, lambda sample: sample.conditions)
        kept += some
        if rest:
            left_out.append(f"{dtype}: {rest} of {len(samples)} samples, at random")
    return kept, left_out


def _thinned_derived(derived: list[Sample]) -> tuple[list[Sample], list[str]]:
    def options(sample: Sample) -> Any:
        call = sample.constructor or sample.call
        rank = next(iter(sample.tensors().values())).array.data.ndim
        return sample.conditions, len(call.args), len(call.kwargs), rank

    def change(sample: Sample) -> Any:
        return options(sample), sample.name.rpartition(", ")[2]

    some, rest = _drawn(derived, MOST_DERIVED, options, change)
    return some, [f"{rest} of {len(derived)} derived samples, at random"] if rest else []


def _drawn(samples: list[Sample], most: int, *kinds: Callable[[Sample], Any]) -> tuple[list[Sample], int]:
    """Draw at random: one of each first kind, then of each second, then any, as far as there is room.

    An even step would meet the period of a product of options, and some options would never occur.

    Returns:
        What was drawn, in its old order, and how many were not.
    """
    places = list(range(len(samples)))
    random.Random(0).shuffle(places)
    chosen: dict[int, None] = {}
    for kind in kinds:
        one_of_each = {kind(samples[place]): place for place in reversed(places)}
        chosen.update(dict.fromkeys(sorted(one_of_each.values(), key=places.index)))
    chosen.update(dict.fromkeys(places))
    kept = sorted(list(chosen)[:most])
    return [samples[place] for place in kept], len(samples) - len(kept)


class _Found(BaseException):
    """Carries the arguments out of the call that was waited for; a BaseException passes most handlers."""

    def __init__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        super().__init__()
        self.args_found = args
        self.kwargs_found = kwargs


class _Recorder(TorchFunctionMode):  # type: ignore[misc]  # torch is not followed
    """Waits for a call of one public function."""

    def __init__(self, target: Any) -> None:
        super().__init__()
        self.target = target

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if func is self.target:
            raise _Found(args, kwargs or {})
        return func(*args, **(kwargs or {}))


def _inner_call(
    wrapper: Callable[..., Any], target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]] | None:
    """Find what a wrapper (one that sets the seed, a lambda) passes on to the public function."""
    try:
        with _Recorder(target):
            wrapper(*args, **kwargs)
    except _Found as found:
        return found.args_found, found.kwargs_found
    except Exception:
        return None
    return None


def _of_module(target: Any, dtypes: tuple[str, ...]) -> tuple[list[Sample], list[str]]:
    by_class = {info.module_cls: info for info in module_db}
    # A class that PyTorch does not test by itself, such as NLLLoss2d, is tested as what it derives from.
    infos = [by_class[base] for base in target.__mro__ if base in by_class][:1]
    if not infos:
        raise NoSamplesError(f"module_db has no {target.__name__}")
    found: list[Sample] = []
    left_out: list[str] = []
    for info in infos:
        for dtype in dtypes:
            kind = getattr(torch, dtype)
            if not kind.is_floating_point:
                continue
            _seed()
            inputs = info.module_inputs_func(
                info, device="cpu", dtype=kind, requires_grad=True, training=True
            )
            for number, given in enumerate(inputs):
                if given.forward_input is None:
                    continue
                made, passed = given.constructor_input, given.forward_input
                label = f"{dtype} {number}"
                arguments = _by_position(target.forward, passed.args, passed.kwargs)
                options = dict(made.kwargs)
                if dtype != "float32" and "dtype" in inspect.signature(target).parameters:
                    # PyTorch's tests convert the module instead, which says the same.
                    options.setdefault("dtype", kind)
                known = len(found)
                _add(found, left_out, label, arguments, (made.args, options))
                if len(found) > known and "no_batch_dim" in given.desc:
                    found[-1] = replace(found[-1], conditions=found[-1].conditions | {"unbatched"})
    return found, left_out


def _by_position(forward: Any, args: Any, kwargs: dict[str, Any]) -> _Given:
    """Pass what may go by position by position: layers of the frameworks name their inputs differently."""
    bound = inspect.signature(forward).bind(None, *args, **kwargs)
    return bound.args[1:], bound.kwargs


def _from_signature(api: str, target: Any, dtypes: tuple[str, ...]) -> tuple[list[Sample], list[str]]:
    """Make up calls from annotations, where PyTorch has no samples: one tensor, and each option in turn."""
    try:
        parameters = list(inspect.signature(target).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    optional = [p for p in parameters[1:] if p.default is not p.empty]
    tensor_first = parameters and "Tensor" in str(parameters[0].annotation)
    if not tensor_first or len(optional) != len(parameters) - 1:
        raise NoSamplesError(f"op_db has no {api}, and its signature does not tell how to call it")
    turns: list[dict[str, Any]] = [{}]
    for parameter in optional:
        if isinstance(parameter.default, bool):
            turns.append({parameter.name: not parameter.default})
        elif isinstance(parameter.default, float):
            turns.append({parameter.name: parameter.default / 2})
        elif isinstance(parameter.default, int) and parameter.name in ("dim", "axis"):
            turns.append({parameter.name: 0})
    found: list[Sample] = []
    left_out: list[str] = []
    for dtype in dtypes:
        kind = getattr(torch, dtype)
        _seed()
        for number, (shape, kwargs) in enumerate(itertools.product(((5,), (3, 4), (2, 3, 4)), turns)):
            tensor = torch.testing.make_tensor(
                shape, device="cpu", dtype=kind, requires_grad=kind.is_floating_point, low=0, high=5
            )
            _add(found, left_out, f"{dtype} signature {number}", ((tensor,), kwargs))
    return found, left_out


def _seed() -> None:
    torch.manual_seed(0)
    np.random.seed(0)
    random.seed(0)


def _error_inputs(info: Any) -> list[Any]:
    if info.error_inputs_func is None:
        return []
    _seed()
    try:
        return list(info.error_inputs("cpu"))
    except Exception:
        # Some are made for accelerators only.
        return []


def _add(
    found: list[Sample], left_out: list[str], name: str, call: _Given, constructor: _Given | None = None
) -> None:
    try:
        neutral = _neutral_call(*call)
        made = None if constructor is None else _neutral_call(*constructor)
    except _UnrepresentableError as error:
        left_out.append(f"{name}: {error}")
        return
    sample = Sample(name, neutral, made, _all_conditions(neutral, made))
    biggest = max((t.array.data.size for t in sample.tensors().values()), default=0)
    if biggest > MOST_ELEMENTS:
        left_out.append(f"{name}: a tensor of {biggest} elements")
        return
    found.append(sample)


def _all_conditions(call: Call, made: Call | None) -> frozenset[str]:
    return conditions_of(call) | (conditions_of(made) if made else frozenset())


def _neutral_call(args: Iterable[Any], kwargs: dict[str, Any]) -> Call:
    return Call(tuple(_neutral(arg) for arg in args), {key: _neutral(arg) for key, arg in kwargs.items()})


def _neutral(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        if value.layout != torch.strided or value.is_quantized or value.device.type != "cpu":
            raise _UnrepresentableError(f"a tensor of layout {value.layout} on {value.device}")
        name = str(value.dtype).removeprefix("torch.")
        plain = value.detach().resolve_conj().resolve_neg()
        try:
            data = (plain.float() if value.dtype == torch.bfloat16 else plain).numpy().copy()
        except TypeError:
            raise _UnrepresentableError(f"a tensor of dtype {name}") from None
        return Tensor(Array(data, name), value.requires_grad, value.is_contiguous())
    if isinstance(value, torch.dtype):
        return DType(str(value).removeprefix("torch."))
    if isinstance(value, torch.Size):
        return tuple(value)
    if isinstance(value, tuple | list) and type(value) in (tuple, list):
        return type(value)(_neutral(item) for item in value)
    if isinstance(value, dict):
        return {key: _neutral(item) for key, item in value.items()}
    if value is None or value is Ellipsis or isinstance(value, bool | int | float | complex | str | slice):
        return value
    raise _UnrepresentableError(f"an argument of type {type(value).__name__}")


# --- derived samples ---


def _derived(found: list[Sample]) -> Iterator[Sample]:
    forms: dict[Any, Sample] = {}
    for sample in found:
        tensors = list(sample.tensors().values())
        if not tensors or not tensors[0].array.data.size:
            continue
        dtype = tensors[0].array.dtype
        # In float32 one sample of each form, in the other dtypes one at all.
        form: Any = dtype
        if dtype == "float32":
            form = (len(sample.call.args), tuple(sample.call.kwargs), tensors[0].array.data.ndim)
            form = (
                form,
                sample.constructor and (len(sample.constructor.args), tuple(sample.constructor.kwargs)),
            )
        if form not in forms and (dtype != "float32" or len(forms) < FORMS) and "error" not in sample.name:
            forms[form] = sample
    for sample in forms.values():
        yield from _derived_from(sample)


def _derived_from(sample: Sample) -> Iterator[Sample]:
    first = next(iter(sample.tensors().values()))
    calls = [("", sample.call), *((f", {what}", call) for what, call in _shortened(sample.call))]
    made: list[tuple[str, Call | None]] = [("", sample.constructor)]
    if sample.constructor is not None:
        made += [(f", {what}", call) for what, call in _shortened(sample.constructor)]
        if first.array.dtype == "float32":
            # PyTorch tests modules in floating point only.
            for (how, constructor), dtype in itertools.product(made, INTEGERS):
                integer = cast(replace(sample, constructor=constructor), dtype)
                yield _changed(integer, f"{how} in {dtype}", integer.call, integer.constructor)
    # What is special may only meet some options: so it is tried without each of them, too.
    for (how, constructor), (which, call) in itertools.product(made, calls):
        if how or which:
            yield _changed(sample, f"{how}{which}", call, constructor)
        if first.array.dtype == "float32" or (first.array.dtype in FORMATS and not (how or which)):
            for what, special in _variants(call):
                yield _changed(sample, f"{how}{which}, {what}", special, constructor)


def _changed(sample: Sample, what: str, call: Call, constructor: Call | None) -> Sample:
    words = _all_conditions(call, constructor) | (sample.conditions & {"unbatched"})
    return replace(sample, name=f"{sample.name}{what}", call=call, constructor=constructor, conditions=words)


def _variants(call: Call) -> Iterator[tuple[str, Call]]:
    tensors = [value for value in _flat((call.args, call.kwargs)) if isinstance(value, Tensor)]
    first = tensors[0]
    shape = first.array.data.shape
    least = math.ldexp(1.0, FORMATS[first.array.dtype].least_exponent)
    specials = {
        "nan": [math.nan],
        "inf": [math.inf],
        "-inf": [-math.inf],
        "both infinities": [math.inf, -math.inf],
        "nan and inf": [math.nan, math.inf],
        "zeros of both signs": [0.0, -0.0],
        "denormals": [least / 2, -least / 4],
    }
    for what, numbers in specials.items():
        yield what, _swap(call, first, functools.partial(_with_numbers, numbers))
    if first.array.data.ndim:
        yield "a row of -inf", _swap(call, first, functools.partial(_with_row, -math.inf))
        yield "0-d", _swap(call, first, lambda t: _reshaped(t, t.array.data.reshape(-1)[0]))
        yield "not contiguous", _map_call(_gaps, call)
        for axis in sorted({0, len(shape) - 1}):
            yield (
                f"empty along {axis}",
                _map_call(functools.partial(_emptied, axis, shape[axis], first), call),
            )


def _shortened(call: Call) -> Iterator[tuple[str, Call]]:
    for name in call.kwargs:
        yield f"without {name}", Call(call.args, {k: v for k, v in call.kwargs.items() if k != name})
    if len(call.kwargs) > 2:
        # Alone, the first option can do without the others; in float32 each is tried.
        is_single = any(isinstance(v, Tensor) and v.array.dtype == "float32" for v in _flat(call.args))
        for name in call.kwargs if is_single else list(call.kwargs)[:1]:
            yield f"with only {name}", Call(call.args, {name: call.kwargs[name]})
    if len(call.kwargs) > 1:
        yield "without options", Call(call.args, {})
    if call.args and not any(isinstance(value, Tensor) for value in _flat(call.args[-1])):
        yield "without the last argument", Call(call.args[:-1], call.kwargs)


def _swap(call: Call, old: Tensor, change: Callable[[Tensor], Tensor]) -> Call:
    return _map_call(lambda value: change(value) if value is old else value, call)


def _with_numbers(numbers: list[float], tensor: Tensor) -> Tensor:
    data = tensor.array.data.copy()
    flat = data.reshape(-1)
    for place, number in enumerate(numbers):
        # Not side by side, so that they meet other numbers in either direction.
        flat[(place * 3 + flat.size // 3) % flat.size] = number
    return replace(tensor, array=Array(data, tensor.array.dtype))


def _with_row(number: float, tensor: Tensor) -> Tensor:
    data = tensor.array.data.copy()
    data[0] = number
    return replace(tensor, array=Array(data, tensor.array.dtype))


def _reshaped(tensor: Tensor, data: Any) -> Tensor:
    made = Array(np.array(data, dtype=tensor.array.data.dtype), tensor.array.dtype)
    return replace(tensor, array=made, contiguous=True)


def _emptied(axis: int, size: int, first: Tensor, value: Any) -> Any:
    """Take everything away along an axis; tensors of one length along axis 0 belong together (targets)."""
    if not isinstance(value, Tensor) or not (value is first or axis == 0):
        return value
    data = value.array.data
    if data.ndim <= axis or data.shape[axis] != size:
        return value
    return _reshaped(value, np.take(data, [], axis=axis))


def _gaps(value: Any) -> Any:
    return replace(value, contiguous=False) if isinstance(value, Tensor) and value.array.data.ndim else value


# --- walking arguments ---


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple | list):
        for item in value:
            yield from _flat(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _flat(item)
    else:
        yield value


def map_argument(change: Callable[[Any], Any], value: Any) -> Any:
    """Apply a function to every leaf of an argument, keeping tuples, lists and dicts."""
    if isinstance(value, tuple | list):
        return type(value)(map_argument(change, item) for item in value)
    if isinstance(value, dict):
        return {key: map_argument(change, item) for key, item in value.items()}
    return change(value)


def _map_call(change: Callable[[Any], Any], call: Call) -> Call:
    return Call(map_argument(change, call.args), map_argument(change, call.kwargs))


def _tensors(value: Any, name: str) -> Iterator[tuple[str, Tensor]]:
    if isinstance(value, Tensor):
        yield name, value
    elif isinstance(value, tuple | list):
        for place, item in enumerate(value):
            yield from _tensors(item, f"{name}[{place}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _tensors(item, f"{name}[{key}]")


def _special(data: Any) -> set[str]:
    words = set()
    if np.isnan(data).any():
        words.add("nan")
    if np.isinf(data).any():
        words.add("inf")
    return words
