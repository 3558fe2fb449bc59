"""Samples of optimizers: five steps with given gradients, under each set of options of PyTorch's test database.

``optim_db`` of ``torch.testing._internal`` has the options with which PyTorch tests each optimizer; the parameters and
the gradients are made here, from a fixed seed. What is compared is how far the parameters are from where they
started, after each step: beside numbers of the size of 1 a weight decay that is lost would pass for a rounding error.

Measured with MindSpore 2.10.0 on the CPU in float32, with the options that they have:

* ``mindspore.experimental.optim``: Adadelta, Adagrad, Adamax, ASGD, RAdam, RMSprop, Rprop and SGD (which wants ``lr``)
  agree with torch. AdamW and NAdam are off by some 1e-5 of an update. Adam adds ``eps`` before it corrects the bias,
  not after: what comes of small gradients is another number. Adagrad loses its updates in float64.
* ``mindspore.nn``: Adadelta agrees. So do SGD, ASGD, Rprop and, where ``eps`` is small, AdaMax, but their default
  learning rates are others. Adam differs as the experimental one does; AdamWeightDecay, Adagrad, RMSProp and AdaFactor
  compute something else.
* ``mindspore.mint.optim``: SGD and Adam leave the parameters as they are, AdamW raises.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch.testing._internal.common_optimizers import optim_db

from sporeprint.verify.compare import Raised
from sporeprint.verify.derived import all_conditions
from sporeprint.verify.frameworks import Torch, run
from sporeprint.verify.oracle import Drawn, Limits, NoSamplesError
from sporeprint.verify.sample import Call, Sample, Tensor, array, map_argument
from sporeprint.verify.signatures import resolve

STEPS = 5

#: Options that choose how something is computed, not what: each is tried on its own.
IMPLEMENTATION = frozenset({"foreach", "fused", "capturable", "differentiable"})

#: Shapes of the parameters. The first one starts with small numbers, the others with zeros, so that what is subtracted
#: from them hides little of the updates.
SHAPES = ((3, 4), (5,))
MATRICES = ((3, 4), (5, 2))


def is_optimizer(api: str) -> bool:
    """Whether a name is that of an optimizer of torch."""
    target = resolve(api)
    return inspect.isclass(target) and issubclass(target, torch.optim.Optimizer)


def draw(api: str, dtypes: Iterable[str], limits: Limits) -> Drawn:
    """All samples for one optimizer.

    Args:
        api: full public name, such as ``torch.optim.SGD``.
        dtypes: names of the dtypes to ask for; those that are neither real nor complex have no samples.
        limits: how many.

    Returns:
        The samples, the same ones at each call, and what was left out. A sample makes the optimizer with its
        constructor, and calls it with one list of gradients for each step.

    Raises:
        NoSamplesError: PyTorch's test database does not know it, or its steps take no such gradients.
    """
    target = resolve(api)
    info = next((info for info in optim_db if info.optim_cls is target), None)
    if info is None:
        raise NoSamplesError(f"optim_db has no {api}")
    if info.step_requires_closure or info.only_supports_sparse_grads:
        raise NoSamplesError(f"{api} cannot take steps with given dense gradients")
    shapes = SHAPES if _takes(target, SHAPES) else MATRICES
    kept: list[Sample] = []
    left_out: list[str] = []
    for dtype in dtypes:
        if not (getattr(torch, dtype).is_floating_point or getattr(torch, dtype).is_complex):
            continue
        plain = list(_plain(info, dtype, shapes))
        if dtype == "float32":
            special = [
                *_special(plain[0], shapes, _rate(target)),
                *_with_implementation(target, plain[0], left_out),
            ]
            errors = _errors(info, shapes)
            groups = [(plain, limits.samples), (special, limits.derived), (errors, limits.others)]
        else:
            groups = [([plain[0], plain[-1]], limits.others)]
        for samples, most in groups:
            kept += samples[:most]
            if samples[most:]:
                left_out.append(f"{dtype}: {len(samples) - most} of {len(samples)} samples, the last ones")
    return Drawn(tuple(kept), tuple(left_out))


def _plain(info: Any, dtype: str, shapes: Sequence[tuple[int, ...]]) -> Iterator[Sample]:
    """PyTorch's own sets of options, those that it leaves out, and sets that differ in another way."""
    sets = [dict(given.kwargs) for given in info.optim_inputs_func(device="cpu", dtype=getattr(torch, dtype))]
    if dtype == "float32":
        used = {name for options in sets for name in options}
        for option in _options(info.optim_cls):
            if option.name not in used | IMPLEMENTATION:
                sets += [{option.name: value} for value in _other(option)]
    rate = _rate(info.optim_cls)
    for number, options in enumerate(sets):
        # The first set is the default one. Another default rate shows there, and hides nothing else.
        yield _sample(f"{dtype} {number}", shapes, {**rate, **options} if number else options, dtype)


def _special(plain: Sample, shapes: Sequence[tuple[int, ...]], rate: Mapping[str, Any]) -> Iterator[Sample]:
    """Gradients of other kinds, parameters of other shapes, groups of parameters with options of their own."""
    assert plain.constructor is not None
    first, *others = plain.constructor.args[0]
    groups = [{"params": [first], "lr": 0.05}, {"params": others}]
    yield replace(plain, name=f"{plain.name}, groups", constructor=Call((groups,), {"lr": 0.02}))
    made = functools.partial(_sample, options=rate, dtype="float32")
    for what, factor in {"small gradients": 1e-6, "no gradients": 0.0, "denormal gradients": 1e-40}.items():
        yield made(f"{plain.name}, {what}", shapes, factor=factor)
    for what, number in {"nan": np.nan, "inf": np.inf}.items():
        yield made(f"{plain.name}, {what}", shapes, first=number)
    gaps = [[replace(each, contiguous=False) for each in gradients] for gradients in plain.call.args]
    rated = replace(plain, constructor=Call(plain.constructor.args, dict(rate)))
    changed = replace(rated, name=f"{plain.name}, not contiguous", call=Call(tuple(gaps), {}))
    yield replace(changed, conditions=plain.conditions | {"non-contiguous"})
    yield made(f"{plain.name}, one parameter", shapes[:1])
    yield made(f"{plain.name}, 0-d", (*shapes, ()))
    yield made(f"{plain.name}, empty", (*shapes, (0, 2)))


def _with_implementation(target: Any, plain: Sample, left_out: list[str]) -> Iterator[Sample]:
    assert plain.constructor is not None
    for option in _options(target):
        if option.name not in IMPLEMENTATION:
            continue
        name = f"{plain.name}, {option.name}=True"
        sample = replace(
            plain, name=name, constructor=Call(plain.constructor.args, {**_rate(target), option.name: True})
        )
        shown = run(Torch(), target, sample).value
        if isinstance(shown, Raised):
            left_out.append(f"{name}: PyTorch itself raises {shown}")
        else:
            yield sample


def _errors(info: Any, shapes: Sequence[tuple[int, ...]]) -> list[Sample]:
    given = [each.optimizer_error_input for each in info.optim_error_inputs_func("cpu", torch.float32)]
    sets = [
        dict(each.kwargs) for each in given if each.params is None and not IMPLEMENTATION & set(each.kwargs)
    ]
    return [_sample(f"error {number}", shapes, options, "float32") for number, options in enumerate(sets)]


def _sample(
    name: str,
    shapes: Sequence[tuple[int, ...]],
    options: Mapping[str, Any],
    dtype: str,
    *,
    factor: float = 1.0,
    first: float | None = None,
) -> Sample:
    """Make one: ``factor`` multiplies the gradients, ``first`` is the first number of the second step's."""
    numbers = np.random.default_rng(0)

    def normal(shape: tuple[int, ...]) -> Any:
        real, imaginary = numbers.normal(size=shape).round(2), numbers.normal(size=shape).round(2)
        return real + 1j * imaginary if dtype == "complex64" else real

    starts = [normal(shape) / 16 if place == 0 else np.zeros(shape) for place, shape in enumerate(shapes)]
    parameters = [Tensor(array(start, dtype), parameter=f"p{place}") for place, start in enumerate(starts)]
    gradients = [[normal(shape) * factor for shape in shapes] for _ in range(STEPS)]
    if first is not None:
        gradients[1][0].flat[0] = first
    call = Call(tuple([Tensor(array(each, dtype)) for each in step] for step in gradients), {})
    constructor = Call((parameters,), {key: map_argument(_neutral, value) for key, value in options.items()})
    return Sample(name, call, constructor, all_conditions(call, constructor))


def _neutral(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return Tensor(array(value.numpy(), str(value.dtype).removeprefix("torch.")))
    return value


def _rate(target: Any) -> dict[str, Any]:
    """Give the learning rate that an optimizer has by default, to be passed as most programs do."""
    return {"lr": inspect.signature(target).parameters["lr"].default}


def _options(target: Any) -> list[inspect.Parameter]:
    return [p for p in inspect.signature(target).parameters.values() if p.default is not p.empty]


def _other(option: inspect.Parameter) -> list[Any]:
    """Another value of an option than its default, which makes a difference and is allowed."""
    default = option.default
    if isinstance(default, bool):
        return [not default]
    if isinstance(default, float) or (isinstance(default, int) and "float" in str(option.annotation)):
        return [default / 2 if default >= 0.5 else default + 0.05]
    if isinstance(default, int):
        return [default + 1]
    if isinstance(default, tuple) and all(isinstance(part, float) for part in default):
        # Such as the two of betas: Rprop's etas must stay at their sides of 1.
        return [tuple(part * 0.95 for part in default)]
    return []


def _takes(target: Any, shapes: Sequence[tuple[int, ...]]) -> bool:
    return not isinstance(run(Torch(), target, _sample("", shapes, {}, "float32")).value, Raised)
