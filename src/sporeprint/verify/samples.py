"""The samples of an API of either framework: PyTorch's own ones, or those of its namesake in torch."""

from __future__ import annotations

import contextlib
import inspect
import itertools
import pickle
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from sporeprint.verify import optimizers, oracle
from sporeprint.verify.calls import as_instance, translate, with_arguments, with_int32_targets
from sporeprint.verify.derived import FORMS
from sporeprint.verify.oracle import LIMITS, Drawn, Limits, NoSamplesError
from sporeprint.verify.sample import Call, Sample, Tensor, flat, map_call
from sporeprint.verify.signatures import NoSignatureError, resolve, signatures_of
from sporeprint.verify.words import COMMON, DTYPES

#: So many forms of a call are tried with lists in place of tuples.
LISTS = 3

#: Where a namesake is looked for, in this order.
PLACES = ("torch.nn.functional", "torch", "torch.special", "torch.linalg", "torch.Tensor")


def draw(api: str, dtypes: Iterable[str] = DTYPES, limits: Limits = LIMITS) -> Drawn:
    """All samples for one API.

    Args:
        api: full public name, of torch or of MindSpore. MindSpore's APIs, and those of torch that PyTorch's
            test database lacks (``torch.relu``, ``torch.nn.Flatten``), take the samples of their namesake in
            torch, said in their own words. For MindSpore, targets come in int64 and in int32.
        dtypes: names of the dtypes to ask for.
        limits: how many.

    Returns:
        The samples, the same ones at each call, and what was left out.

    Raises:
        NoSamplesError: PyTorch's test database knows nothing of that name.
    """
    if optimizers.is_optimizer(api):
        return optimizers.draw(api, dtypes, limits)
    drawn = _drawn(api, tuple(dtypes), limits)
    more = [
        *_with_options(api, drawn.samples),
        *_in_other_words(api, drawn.samples),
        *_with_lists(drawn.samples),
        *_with_zeros(drawn.samples),
        *_with_twins(drawn.samples),
        *_in_eval_mode(drawn.samples),
    ]
    return replace(drawn, samples=(*drawn.samples, *more))


def _drawn(api: str, dtypes: tuple[str, ...], limits: Limits) -> Drawn:
    if api in oracle.UNSAMPLED:
        raise NoSamplesError(f"{api}: {oracle.UNSAMPLED[api]}")
    if api.startswith("torch."):
        try:
            return oracle.draw(api, dtypes, limits)
        except NoSamplesError:
            pass
    for namesake in _namesakes(api):
        try:
            drawn = oracle.draw(namesake, dtypes, limits)
        except (NoSamplesError, AttributeError):
            continue
        return _translated(api, namesake, drawn)
    raise NoSamplesError(f"PyTorch's test database has no samples for {api}, nor for a namesake of it")


def _with_options(api: str, samples: tuple[Sample, ...]) -> Iterator[Sample]:
    """Use every option: PyTorch's samples leave some out (``label_smoothing``), or without effect."""
    try:
        options = [p for p in signatures_of(api)[0].parameters.values() if p.default is not p.empty]
    except NoSignatureError:
        return
    common = [s for s in samples if s.conditions <= COMMON and "," not in s.name and "error" not in s.name]
    forms = {
        (tuple(s.dtypes), s.scale == 0, *(t.array.data.ndim for t in s.tensors().values())): s for s in common
    }
    for sample in itertools.islice(forms.values(), FORMS):
        named = _by_name(sample, signatures_of(api))
        if named is not None:
            yield named
    for sample, option in itertools.product(itertools.islice(forms.values(), FORMS), options):
        call = sample.constructor or sample.call
        for value in _values(option, sample):
            # An option that the sample passes by position makes the call an error, which is compared as well.
            used = Call(call.args, {**call.kwargs, option.name: value})
            changed = replace(sample, name=f"{sample.name}, {option.name}={value}")
            yield with_arguments(changed, used)


def _by_name(sample: Sample, signatures: list[inspect.Signature]) -> Sample | None:
    """Pass everything but the first argument by name, as many people do."""
    call = sample.constructor or sample.call
    kept = 1 if sample.constructor is None else 0
    for signature in signatures:
        names = [p.name for p in signature.parameters.values() if p.kind.name == "POSITIONAL_OR_KEYWORD"]
        if kept < len(call.args) <= len(names):
            named = dict(zip(names[kept:], call.args[kept:], strict=False))
            changed = Call(call.args[:kept], {**named, **call.kwargs})
            return with_arguments(replace(sample, name=f"{sample.name}, by name"), changed)
    return None


def _in_other_words(api: str, samples: tuple[Sample, ...]) -> Iterator[Sample]:
    """Call a method in the other ways that its signature allows: PyTorch's samples keep to one of them.

    ``x.flip((0, 1))`` is also ``x.flip(0, 1)``, and where there is one dimension ``x.flip(0)``; ``x.mul(y)`` takes a
    number for y. A call that torch refuses is compared as such. A method matters most, since one that means the same
    is left as it is, however it is called.
    """
    if ".Tensor." not in api:
        return
    try:
        signatures = signatures_of(api)
    except NoSignatureError:
        return
    ways: dict[tuple[str, str], Sample] = {}
    for sample in samples:
        if sample.conditions <= COMMON and "," not in sample.name and "error" not in sample.name:
            for way, call in _ways(_by_position(sample.call, signatures)):
                changed = replace(sample, name=f"{sample.name}, {way}", call=call)
                ways.setdefault((way, sample.name.split(" ")[0]), changed)
    yield from ways.values()


def _by_position(call: Call, signatures: list[inspect.Signature]) -> Call:
    """Pass by position what may be, as far as there are no gaps."""
    for signature in signatures:
        args, kwargs = list(call.args), dict(call.kwargs)
        for name, parameter in itertools.islice(signature.parameters.items(), len(args), None):
            if parameter.kind.name != "POSITIONAL_OR_KEYWORD" or name not in kwargs:
                break
            args.append(kwargs.pop(name))
        if len(args) > len(call.args):
            return Call(tuple(args), kwargs)
    return call


def _ways(call: Call) -> Iterator[tuple[str, Call]]:
    if len(call.args) < 2:
        return
    receiver, second, *rest = call.args
    ways: dict[str, tuple[Any, ...]] = {"by position": (second,)}
    if isinstance(second, tuple | list) and second and all(isinstance(item, int) for item in second):
        ways |= {"one by one": tuple(second), "the first alone": (second[0],)}
    if isinstance(second, Tensor) and second.array.dtype in ("float32", "int64"):
        ways |= {"a number": (2.5 if second.array.dtype == "float32" else 2,), "a whole number": (3,)}
    for way, instead in ways.items():
        yield way, Call((receiver, *instead, *rest), call.kwargs)


def _with_lists(samples: tuple[Sample, ...]) -> Iterator[Sample]:
    """Pass lists of integers where PyTorch's samples pass tuples: torch takes either, in each form of a call once."""
    forms: dict[str, tuple[bool, Sample]] = {}
    for sample in samples:
        used = sample.constructor or sample.call
        if not sample.conditions <= COMMON or "," in sample.name or "error" in sample.name:
            continue
        given: dict[Any, Any] = {**dict(enumerate(used.args)), **used.kwargs}
        listed = {name: list(each) if _is_size(each) else each for name, each in given.items()}
        if listed != given:
            form = str({name: type(each) for name, each in listed.items()})
            call = Call(
                tuple(listed[place] for place in range(len(used.args))), {k: listed[k] for k in used.kwargs}
            )
            # A size of 0 shows little.
            little = 0 in flat([each for each in listed.values() if isinstance(each, list)])
            if form not in forms or (forms[form][0] and not little):
                forms[form] = little, with_arguments(replace(sample, name=f"{sample.name}, lists"), call)
    yield from (sample for _, sample in itertools.islice(forms.values(), LISTS))


def _is_size(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and all(type(each) is int for each in value)


def _with_zeros(samples: tuple[Sample, ...]) -> Iterator[Sample]:
    """Fill the first tensor with zeros, whole or a row, as padding does: norms and variances are 0 then."""
    for sample in samples:
        first = next(iter(sample.tensors().values()), None)
        if first is None or not _is_usual(sample, first) or not first.array.data.ndim:
            continue
        for what, rows in (("zeros", slice(None)), ("a row of zeros", slice(1))):
            data = first.array.data.copy()
            data[rows] = 0
            yield _exchanged(sample, what, first, data)
        return


def _with_twins(samples: tuple[Sample, ...]) -> Iterator[Sample]:
    """Give the second tensor the numbers of the first: distances are 0 then, and what is the larger one is a tie.

    Not in place of a target, which is not differentiated, or is allowed a few numbers only.
    """
    made: dict[tuple[bool, bool], Sample] = {}
    for sample in samples:
        first, second = itertools.islice(itertools.chain(sample.tensors().values(), (None, None)), 2)
        if first is None or second is None or not (_is_usual(sample, first) and _is_usual(sample, second)):
            continue
        few = 2 * np.unique(second.array.data).size <= second.array.data.size
        if first.differentiable != second.differentiable or few:
            continue
        with contextlib.suppress(ValueError):
            np.broadcast_shapes(first.array.data.shape, second.array.data.shape)
            alike = second.differentiable, first.array.data.shape == second.array.data.shape
            made.setdefault(alike, _exchanged(sample, "the same twice", second, first.array.data.copy()))
    if made:
        yield made[max(made)]


def _is_usual(sample: Sample, tensor: Tensor) -> bool:
    """Whether a sample has nothing special, and a tensor of it float32 numbers."""
    plain = sample.conditions <= COMMON and "," not in sample.name and "error" not in sample.name
    return plain and tensor.array.dtype == "float32"


def _exchanged(sample: Sample, what: str, old: Tensor, data: npt.NDArray[Any]) -> Sample:
    new = replace(old, array=replace(old.array, data=data))
    call = map_call(lambda value: new if value is old else value, sample.call)
    return replace(sample, name=f"{sample.name}, {what}", call=call)


def _in_eval_mode(samples: tuple[Sample, ...]) -> Iterator[Sample]:
    """Try a class that does the same in both modes in evaluation mode, too: what stands for it might not."""
    modules = [sample for sample in samples if sample.constructor is not None]
    if all(sample.training for sample in modules):
        for sample in modules[:1]:
            yield replace(sample, name=f"{sample.name}{oracle.IN_EVAL_MODE}", training=False)


def _values(option: inspect.Parameter, sample: Sample) -> list[Any]:
    if isinstance(option.default, bool):
        return [not option.default]
    if option.default is None:
        return [False, True] if "bool" in str(option.annotation) else []
    if isinstance(option.default, int):
        # Such as an index to ignore: one that occurs.
        arrays = [tensor.array for tensor in sample.tensors().values()]
        return [int(a.data.flat[0]) for a in arrays if a.dtype == "int64" and a.data.size] or [
            option.default + 1
        ]
    return [option.default + 0.15] if isinstance(option.default, float) else []


def _namesakes(api: str) -> Iterator[str]:
    name = api.rpartition(".")[2]
    if inspect.isclass(resolve(api)):
        yield f"torch.nn.{name}"
        name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    elif ".Tensor." in api:
        yield f"torch.Tensor.{name}"
    if ".Module." in api:
        return  # a tensor's method of that name is another
    for place in PLACES:
        if f"{place}.{name}" != api:
            yield f"{place}.{name}"


def _translated(api: str, namesake: str, drawn: Drawn) -> Drawn:
    sources = signatures_of(namesake)
    try:
        target = signatures_of(api)[0]
    except NoSignatureError:
        # MindSpore's methods written in C tell none; they follow torch's.
        target = sources[0]
    makes_instance = inspect.isclass(resolve(api)) and not inspect.isclass(resolve(namesake))
    forward = None if makes_instance else _forward(api, namesake)
    left_out = list(drawn.left_out)
    samples: dict[bytes, Sample] = {}
    for sample in drawn.samples:
        if makes_instance:
            said = [as_instance(sample, source, target) for source in sources]
        else:
            said = [translate(sample, source, target, forward) for source in sources]
        fitting = next((other for other in said if other is not None), None)
        if fitting is None:
            left_out.append(f"{sample.name}: cannot be said in the words of {api}")
            continue
        for other in (fitting, with_int32_targets(fitting)) if api.startswith("mindspore.") else (fitting,):
            # Without the options that the namesake lacks, several samples are one.
            samples.setdefault(pickle.dumps((other.call, other.constructor, other.training)), other)
    return Drawn(tuple(samples.values()), tuple(left_out))


def _forward(api: str, namesake: str) -> tuple[inspect.Signature, inspect.Signature] | None:
    """How instances are called, without ``self``."""
    ours: Any = resolve(api)
    if not inspect.isclass(ours):
        return None
    theirs: Any = resolve(namesake)
    run = "forward" if api.startswith("torch.") else "construct"
    return _bound(theirs.forward), _bound(getattr(ours, run))


def _bound(method: Any) -> inspect.Signature:
    signature = inspect.signature(method)
    return signature.replace(parameters=list(itertools.islice(signature.parameters.values(), 1, None)))
