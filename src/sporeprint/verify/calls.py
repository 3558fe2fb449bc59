"""A sample as a call that a user could have written: as text, and in the other framework's words."""

from __future__ import annotations

import inspect
import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sporeprint.verify.sample import Call, DType, Sample, Tensor, conditions_of, flat, map_argument

#: What one framework calls ``dim`` the other calls ``axis``: names that mean the same parameter.
SYNONYMS = (
    frozenset({"dim", "axis"}),
    frozenset({"keepdim", "keepdims", "keep_dims"}),
    frozenset({"input", "x", "inputs", "logits", "self"}),
    frozenset({"target", "labels"}),
    frozenset({"train", "training"}),
    # Of layers.
    frozenset({"bias", "has_bias"}),
    frozenset({"eps", "epsilon"}),
    frozenset({"groups", "group"}),
    frozenset({"num_embeddings", "vocab_size"}),
    frozenset({"embedding_dim", "embedding_size"}),
    frozenset({"num_parameters", "channel"}),
    # Of optimizers.
    frozenset({"lr", "learning_rate"}),
    frozenset({"alpha", "decay"}),
    frozenset({"initial_accumulator_value", "accum"}),
)

#: An argument of several parts that the other framework takes one by one.
PARTS = {"betas": ("beta1", "beta2")}


@dataclass(frozen=True)
class Text:
    """User code that makes one call.

    Attributes:
        source: a module with a function of the name :attr:`entry`.
        entry: ``call``, which takes the tensors of the call in order; of a class, ``make``, which takes the
            tensors of the constructor and returns the instance.
        effects: how many of the arguments have an effect: they go through a function of the user's, ``note``,
            which puts their places into the list ``noted``.
    """

    source: str
    entry: str
    effects: int = 0


#: Functions with an effect, as users have them.
NOTE = """
noted = []


def note(place, value):
    noted.append(place)
    return value
"""

#: The user's own names, which converted code might take for its own.
OWN_NAMES = {
    "torch": ("ops", "nn", "ms", "mint", "mindspore", "np", "builtins"),
    "mindspore": ("torch", "F", "nn", "np", "builtins"),
}


class OrderError(Exception):
    """A text evaluates arguments twice, not at all, or in another order than they are written in."""


def write(api: str, sample: Sample, effects: str = "") -> Text:
    """Write a sample as user code.

    Args:
        api: full public name; of a Tensor method, the call is written as one.
        sample: its tensors become the parameters of a function, everything else is written out.
        effects: of which arguments the evaluation has an effect: of those that are ``"tensors"`` (or hold some), of
            ``"all"``, or of none (``""``). Where there are any, the tensors have names which the text that a
            converter writes might want to use too.

    Returns:
        The text, without its tensors.
    """
    framework = api.split(".", maxsplit=1)[0]
    made = sample.constructor
    entry = "call" if made is None else "make"
    call = sample.call if made is None else made
    names = [
        f"t{place}" for place in range(sum(isinstance(v, Tensor) for v in flat((call.args, call.kwargs))))
    ]
    if effects:
        names[: len(OWN_NAMES[framework])] = OWN_NAMES[framework][: len(names)]
    args = arguments(call, framework, list(names))
    places = itertools.count()
    for place, value in enumerate((*call.args, *call.kwargs.values())):
        if effects == "all" or (effects and any(isinstance(leaf, Tensor) for leaf in flat(value))):
            key, _, text = args[place].partition("=") if place >= len(call.args) else ("", "", args[place])
            args[place] = f"{key and key + '='}note({next(places)}, {text})"
    function = api
    if ".Tensor." in api:
        function = f"{args.pop(0)}.{api.rpartition('.')[2]}"
    parameters = ", ".join(f"{name}: {framework}.Tensor" for name in names)
    above = NOTE if effects else ""
    source = f"import {framework}\n{above}\n\ndef {entry}({parameters}):\n    return {function}({', '.join(args)})\n"
    return Text(source, entry, next(places))


def arguments(call: Call, framework: str, names: list[str]) -> list[str]:
    """Write the arguments of a call.

    Args:
        call: neutral arguments.
        framework: whose dtypes are named.
        names: what the tensors are called, in order; they are used up.

    Returns:
        One text for each argument.
    """

    def literal(value: Any) -> str:
        if isinstance(value, Tensor):
            return names.pop(0)
        if isinstance(value, tuple | list):
            inner = ", ".join(literal(item) for item in value)
            if isinstance(value, list):
                return f"[{inner}]"
            return f"({inner},)" if len(value) == 1 else f"({inner})"
        if isinstance(value, dict):
            return "{" + ", ".join(f"{key!r}: {literal(item)}" for key, item in value.items()) + "}"
        return _literal(value, framework)

    return [
        *(literal(arg) for arg in call.args),
        *(f"{key}={literal(value)}" for key, value in call.kwargs.items()),
    ]


def as_target(function: Callable[..., Any], tensor_type: type, effects: int = 0) -> Callable[..., Any]:
    """Make the function of a :class:`Text` callable with the sample's own arguments.

    Args:
        function: takes the tensors, in order.
        tensor_type: of the framework that it was converted to.
        effects: how many of its arguments have an effect.

    Returns:
        A function that takes what the API takes, and raises :class:`OrderError` if it does not give one effect for each
        argument, in their order.
    """

    def target(*args: Any, **kwargs: Any) -> Any:
        if not effects:
            return function(*_tensors_in((args, kwargs), tensor_type))
        noted = function.__globals__["noted"]
        noted.clear()
        result = function(*_tensors_in((args, kwargs), tensor_type))
        if noted != list(range(effects)):
            raise OrderError(f"evaluates the arguments {noted}, not {list(range(effects))}")
        return result

    return target


def translate(
    sample: Sample,
    source: inspect.Signature,
    target: inspect.Signature,
    forward: tuple[inspect.Signature, inspect.Signature] | None = None,
) -> Sample | None:
    """Say a sample of one API in the words of its namesake in the other framework.

    Args:
        sample: a call with the signature ``source`` (of a class, the constructor's).
        source: the signature of the API that it comes from.
        target: the signature of the namesake. A parameter takes the argument of the same name, or of a
            synonym; then tensors that are left go to the parameters that are left, in order. An argument that
            has no place is dropped: the namesake has no such option.
        forward: of a class, the same two for its instances; None passes their arguments as they are.

    Returns:
        The other call, or None if the arguments do not fit ``source``, or the namesake needs more.
    """
    if sample.constructor is None:
        call = _translate(sample.call, source, target)
        return None if call is None else replace(sample, call=call, conditions=conditions_of(call))
    made = _translate(sample.constructor, source, target)
    call = _translate(sample.call, *forward) if forward else sample.call
    if made is None or call is None:
        return None
    words = conditions_of(call) | conditions_of(made) | (sample.conditions & {"unbatched"})
    return replace(sample, call=call, constructor=made, conditions=words)


class NoPlaceError(TypeError):
    """An argument for which the other function has no parameter."""


def directly(
    sample: Sample, sources: Sequence[inspect.Signature], target: inspect.Signature | None
) -> Sample:
    """Say a sample as a person does who takes the other framework's function for the same: nothing is dropped.

    Args:
        sample: a call of the API whose signatures are ``sources`` (of a class, its constructor's).
        sources: of each overload.
        target: of the function that is called instead; None where nothing tells it. A parameter takes the argument of
            the same name, of a synonym, or one passed by position at the same place, if its own name means nothing to
            the source.

    Returns:
        The call of the other function. Private parameters (``_stacklevel``) are left out.

    Raises:
        NoPlaceError: an argument has no place.
    """
    call = sample.constructor or sample.call
    kinds = () if target is None else tuple(p.kind.name for p in target.parameters.values())
    if target is None or any(kind.startswith("VAR_") for kind in kinds):
        return sample
    for source in sources:
        try:
            bound = source.bind(*call.args, **call.kwargs)
        except TypeError:
            continue
        if any(source.parameters[name].kind.name.startswith("VAR_") for name in bound.arguments):
            return sample
        placed = _placed(bound.arguments, list(source.parameters), target, len(call.args))
        made = _call(placed, target, len(call.args))
        return with_arguments(sample, made)
    # The source refuses such a call as well, and that is what is compared.
    return sample


def with_arguments(sample: Sample, call: Call) -> Sample:
    """Replace a sample's call; of a class, what makes the instance."""
    return replace(sample, call=call) if sample.constructor is None else replace(sample, constructor=call)


def _placed(
    given: Mapping[str, Any], names: list[str], target: inspect.Signature, by_position: int
) -> dict[str, Any]:
    places = list(target.parameters)
    placed: dict[str, Any] = {}
    for name, value in given.items():
        if name.startswith("_"):
            continue
        parts = PARTS.get(name, ())
        if parts and set(parts) <= set(places):
            placed.update(zip(parts, value, strict=True))
            continue
        number = names.index(name)
        there = next((other for other in places if other == name or _synonyms(other, name)), None)
        if there is None and number < min(by_position, len(places)):
            foreign = not any(places[number] == other or _synonyms(places[number], other) for other in names)
            there = places[number] if foreign else None
        if there is None or there in placed:
            raise NoPlaceError(f"no parameter for {name}; there are {', '.join(places)}")
        placed[there] = value
    return placed


def _call(placed: Mapping[str, Any], target: inspect.Signature, by_position: int) -> Call:
    """Pass as many arguments by position as the source's call does, as far as that is possible."""
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    for name, parameter in target.parameters.items():
        if name not in placed:
            by_position = 0
        elif parameter.kind.name != "KEYWORD_ONLY" and len(args) < by_position and not kwargs:
            args.append(placed[name])
        else:
            kwargs[name] = placed[name]
    return Call(tuple(args), kwargs)


def as_instance(sample: Sample, source: inspect.Signature, target: inspect.Signature) -> Sample | None:
    """Say a sample of a function in the words of the class that does the same.

    Args:
        sample: a call whose first argument is a tensor.
        source: the function's signature.
        target: the constructor's.

    Returns:
        An instance made with the options, called with the tensor, in the mode that the function is told as an option;
        None if there is more than one tensor.
    """
    if not sample.call.args or not isinstance(sample.call.args[0], Tensor) or len(sample.tensors()) > 1:
        return None
    rest = source.replace(parameters=list(source.parameters.values())[1:])
    made = _translate(Call(sample.call.args[1:], sample.call.kwargs), rest, target)
    call = Call(sample.call.args[:1], {})
    if made is None:
        return None
    told = rest.bind_partial(*sample.call.args[1:], **sample.call.kwargs).arguments
    training = all(told[name] for name in told if name == "training" or _synonyms(name, "training"))
    words = conditions_of(call) | conditions_of(made)
    return replace(sample, call=call, constructor=made, conditions=words, training=training)


def with_int32_targets(sample: Sample) -> Sample:
    """Give a sample's int64 tensors the dtype int32, the only one that some of MindSpore's kernels take."""

    def change(value: Any) -> Any:
        if isinstance(value, Tensor) and value.array.dtype == "int64":
            narrow = replace(value.array, data=value.array.data.astype("int32"), dtype="int32")
            return replace(value, array=narrow)
        return value

    call = Call(map_argument(change, sample.call.args), map_argument(change, sample.call.kwargs))
    words = (sample.conditions - {"int64"}) | conditions_of(call)
    return replace(sample, name=f"{sample.name}, int32 targets", call=call, conditions=words)


def _translate(call: Call, source: inspect.Signature, target: inspect.Signature) -> Call | None:
    if all(parameter.kind.name.startswith("VAR_") for parameter in source.parameters.values()):
        # Nothing is known of `(*args, **kwargs)`, behind which some of torch's functions choose.
        return call
    try:
        bound = source.bind(*call.args, **call.kwargs)
    except TypeError:
        return None
    given = dict(bound.arguments)
    # What is optional here may be required there.
    bound.apply_defaults()
    spare = {name: value for name, value in bound.arguments.items() if name not in given}
    if any(source.parameters[name].kind.name.startswith("VAR_") for name in given):
        return None
    taken: dict[str, Any] = {}
    for name in target.parameters:
        same = next((other for other in given if other == name or _synonyms(other, name)), None)
        if same is not None:
            taken[name] = given.pop(same)
    for name, parameter in target.parameters.items():
        if name not in taken and parameter.default is parameter.empty:
            other = next((key for key, value in given.items() if isinstance(value, Tensor)), None)
            default = next((key for key in spare if key == name or _synonyms(key, name)), None)
            if other is not None:
                taken[name] = given.pop(other)
            elif default is not None:
                taken[name] = spare[default]
            else:
                return None
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    for name, parameter in target.parameters.items():
        if name not in taken:
            continue
        # Tensors and what has no default go by position, as people write it; options by keyword.
        by_position = parameter.default is parameter.empty and parameter.kind.name != "KEYWORD_ONLY"
        if by_position and not kwargs:
            args.append(taken[name])
        else:
            kwargs[name] = taken[name]
    return Call(tuple(args), kwargs)


def _synonyms(one: str, other: str) -> bool:
    return any(one in group and other in group for group in SYNONYMS)


def _literal(value: Any, framework: str) -> str:
    if isinstance(value, DType):
        # `bool` is the one name that both spell in their own way.
        name = "bool_" if value.name == "bool" and framework == "mindspore" else value.name
        return f"{framework}.{name}"
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    if isinstance(value, complex):
        return f"complex({_literal(value.real, framework)}, {_literal(value.imag, framework)})"
    return repr(value)


def _tensors_in(value: Any, tensor_type: type) -> Iterator[Any]:
    if isinstance(value, tensor_type):
        yield value
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _tensors_in(item, tensor_type)
    elif isinstance(value, dict):
        yield from _tensors_in(list(value.values()), tensor_type)
