"""Samples derived from others: nan, infinities, zeros of both signs, denormals, equal numbers, 0-d and empty tensors,
memory that is not contiguous, optional arguments left out.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from sporeprint.verify.compare import FORMATS, Array
from sporeprint.verify.sample import Call, Sample, Tensor, cast, conditions_of, flat, map_call

#: The dtypes, beside those of floating point, in which modules are tried.
INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "bool")

#: From so many samples, each of another form, more are derived.
FORMS = 6


def derived(found: list[Sample]) -> Iterator[Sample]:
    """Derive more samples from the first one of each form."""
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
    words = all_conditions(call, constructor) | (sample.conditions & {"unbatched"})
    return replace(sample, name=f"{sample.name}{what}", call=call, constructor=constructor, conditions=words)


def _variants(call: Call) -> Iterator[tuple[str, Call]]:
    tensors = [value for value in flat((call.args, call.kwargs)) if isinstance(value, Tensor)]
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
        yield "equal numbers", _swap(call, first, _repeated)
        yield "a row of -inf", _swap(call, first, functools.partial(_with_row, -math.inf))
        yield "0-d", _swap(call, first, lambda t: _reshaped(t, t.array.data.reshape(-1)[0]))
        yield "not contiguous", map_call(_gaps, call)
        for axis in sorted({0, len(shape) - 1}):
            yield (
                f"empty along {axis}",
                map_call(functools.partial(_emptied, axis, shape[axis], first), call),
            )


def _shortened(call: Call) -> Iterator[tuple[str, Call]]:
    for name in call.kwargs:
        yield f"without {name}", Call(call.args, {k: v for k, v in call.kwargs.items() if k != name})
    if len(call.kwargs) > 2:
        # Alone, the first option can do without the others; in float32 each is tried.
        is_single = any(isinstance(v, Tensor) and v.array.dtype == "float32" for v in flat(call.args))
        for name in call.kwargs if is_single else list(call.kwargs)[:1]:
            yield f"with only {name}", Call(call.args, {name: call.kwargs[name]})
    if len(call.kwargs) > 1:
        yield "without options", Call(call.args, {})
    if call.args and not any(isinstance(value, Tensor) for value in flat(call.args[-1])):
        yield "without the last argument", Call(call.args[:-1], call.kwargs)


def _swap(call: Call, old: Tensor, change: Callable[[Tensor], Tensor]) -> Call:
    return map_call(lambda value: change(value) if value is old else value, call)


def _with_numbers(numbers: list[float], tensor: Tensor) -> Tensor:
    data = tensor.array.data.copy()
    flat = data.reshape(-1)
    for place, number in enumerate(numbers):
        # Not side by side, so that they meet other numbers in either direction.
        flat[(place * 3 + flat.size // 3) % flat.size] = number
    return replace(tensor, array=Array(data, tensor.array.dtype))


def _repeated(tensor: Tensor) -> Tensor:
    """Take three of a tensor's numbers in place of all, so that along any dimension some are equal."""
    flat = tensor.array.data.reshape(-1)
    chosen = np.random.default_rng(0).choice(flat[[0, flat.size // 2, -1]], size=tensor.array.data.shape)
    return replace(tensor, array=Array(chosen, tensor.array.dtype))


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


def all_conditions(call: Call, made: Call | None) -> frozenset[str]:
    """Tell the condition words of a call and of what made the instance."""
    return conditions_of(call) | (conditions_of(made) if made else frozenset())
