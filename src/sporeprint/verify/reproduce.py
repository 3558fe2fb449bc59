"""A divergence as a program that a person can run: the same call in both frameworks, printed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from sporeprint.counterpart import Counterpart
from sporeprint.verify.calls import arguments
from sporeprint.verify.compare import FORMATS, Array, Group, Outcome
from sporeprint.verify.frameworks import REAL, cotangent
from sporeprint.verify.sample import Call, Sample, Tensor, flat, map_call

#: More numbers than this are not written out.
MOST_NUMBERS = 400


class Part(NamedTuple):
    """One side of a program.

    Attributes:
        framework: ``"torch"`` or ``"mindspore"``.
        function: how the function (or class) is written, such as ``ops.log_softmax``.
        imports: the lines that make it known, beside ``import torch`` and ``import mindspore as ms``.
        sample: the call, in its words.
    """

    framework: str
    function: str
    imports: tuple[str, ...]
    sample: Sample


def spelled(name: str) -> str:
    """Write a full name as a program of ours does: ``ms.ops.abs``, ``.abs`` for a Tensor method."""
    if ".Tensor." in name:
        return f".{name.rpartition('.')[2]}"
    return f"ms{name.removeprefix('mindspore')}" if name.startswith("mindspore.") else name


def spelled_ours(counterpart: Any, leg: str) -> tuple[str, tuple[str, ...]]:
    """Write a counterpart's name, and the import that it needs; its exact body has one of its own."""
    body = counterpart.native if isinstance(counterpart, Counterpart) else counterpart
    exact = ".exact" if leg == "exact" and isinstance(counterpart, Counterpart) else ""
    return body.__name__ + exact, (f"from {body.__module__} import {body.__name__}",)


def simpler(sample: Sample) -> Iterator[Sample]:
    """Change a sample's numbers to simpler ones, the simplest first; special numbers stay where they are."""
    yield _with_numbers(sample, lambda data: _ramp(data.size).reshape(data.shape))
    yield _with_numbers(sample, lambda data: np.round(data, 1))


def script(
    source: Part, candidate: Part, kind: str, path: str, outcome: Outcome, roles: Mapping[str, str]
) -> str:
    """Write a program that shows a difference.

    Args:
        source: the side that is right by definition.
        candidate: the other one.
        kind: of the difference, as :attr:`Verdict.kind`.
        path: where it is, as :attr:`Verdict.path`: of a gradient or a mutation the input's name.
        outcome: what the source did.
        roles: of two modules, the name of each state in the source -> its name in the candidate.

    Returns:
        A program; empty if it would have to hold more than :data:`MOST_NUMBERS` numbers.
    """
    tensors = source.sample.tensors()
    if source.sample.size > MOST_NUMBERS:
        return ""
    lines = ["import mindspore as ms", "import numpy as np", "import torch"]
    lines += [line for line in dict.fromkeys((*source.imports, *candidate.imports)) if line not in lines]
    # Our own package stands last, as in any sorted list of imports.
    lines.sort(key=lambda line: "sporeprint" in line)
    lines.append("")
    numbers = [f"x{place}" for place in range(len(tensors))]
    lines += [f"{name} = {_numbers(tensor)}" for name, tensor in zip(numbers, tensors.values(), strict=True)]
    for part, other in ((source, None), (candidate, source)):
        lines += ["", *_side(part, other, _Difference(kind, path, outcome, roles))]
    if kind == "error":
        # Otherwise the error surfaces in a later call.
        lines.insert(lines.index(""), f"\nms.runtime.launch_blocking()\n{_ATTEMPT}")
    return "\n".join(lines) + "\n"


_ATTEMPT = """

def attempt(call):
    try:
        return call()
    except Exception as error:
        return repr(error)
"""


class _Difference(NamedTuple):
    """What is to be shown; the fields are the arguments of :func:`script`."""

    kind: str
    path: str
    outcome: Outcome
    roles: Mapping[str, str]


def _side(part: Part, other: Part | None, difference: _Difference) -> Iterator[str]:
    kind, path = difference.kind, difference.path
    sample, torch = part.sample, part.framework == "torch"
    letter = "a" if torch else "b"
    tensors = sample.tensors()
    names = [f"{letter}{place}" for place in range(len(tensors))]
    wanted = names[list(tensors).index(path)] if path in tensors else "".join(names[:1])
    for place, tensor in enumerate(tensors.values()):
        made = _tensor(f"x{place}", tensor, part.framework)
        if torch and kind == "gradient" and names[place] == wanted:
            made += ".requires_grad_()"
        yield f"{names[place]} = {made}"
    module = "theirs" if torch else "ours"
    function = part.function
    if sample.constructor is not None:
        held = [_tensor(_numbers(t), t, part.framework) for t in _tensors_of(sample.constructor)]
        if sample.parameters:
            yield from _steps(part, held, names, kind == "error")
            return
        made = f"{part.function}({', '.join(_arguments(sample.constructor, part.framework, held))})"
        if kind == "initial":
            yield from _starts(made, part.framework)
            return
        in_mode = made
        if torch and not sample.training:
            in_mode += ".eval()"
        elif not torch:
            in_mode += f".set_train({'' if sample.training else 'False'})"
        if kind == "error":
            # The constructor may be what raises.
            function = in_mode
        else:
            yield f"{module} = {in_mode}"
            if other is not None and difference.roles:
                yield from _copied(torch, difference.roles)
            function = module
    texts = _arguments(sample.call, part.framework, list(names))
    if function.startswith("."):
        function = texts.pop(0) + function
    call = f"{function}({', '.join(texts)})"
    parameter = path.removeprefix("parameter ") if path.startswith("parameter ") else ""
    if other is not None:
        parameter = difference.roles.get(parameter, parameter)
    yield from _shown(part, call, wanted, parameter, difference)


def _arguments(call: Call, framework: str, names: list[str]) -> list[str]:
    return [text.replace("mindspore.", "ms.") for text in arguments(call, framework, names)]


def _tensors_of(call: Call) -> list[Tensor]:
    return [value for value in flat((call.args, call.kwargs)) if isinstance(value, Tensor)]


def _steps(part: Part, held: list[str], gradients: list[str], attempted: bool) -> Iterator[str]:
    """Let an optimizer take its steps, and print what the parameters are then."""
    constructor, torch = part.sample.constructor, part.framework == "torch"
    assert constructor is not None
    whose = "theirs" if torch else "ours"
    texts = list(held)
    kept: list[str] = []
    for place, tensor in enumerate(_tensors_of(constructor)):
        if tensor.parameter:
            name = f"{whose}{len(kept)}"
            made = (
                f"torch.nn.Parameter({held[place]})"
                if torch
                else f"ms.Parameter({held[place]}, name={name!r})"
            )
            yield f"{name} = {made}"
            texts[place] = name
            kept.append(name)
    rows = [", ".join(gradients[first : first + len(kept)]) for first in range(0, len(gradients), len(kept))]
    yield f"\n\ndef {whose}():"
    yield f"    optimizer = {part.function}({', '.join(_arguments(constructor, part.framework, texts))})"
    yield f"    for gradients in [{', '.join(f'({row},)' for row in rows)}]:"
    if torch:
        yield f"        for parameter, gradient in zip([{', '.join(kept)}], gradients):"
        yield "            parameter.grad = gradient"
        yield "        optimizer.step()"
    else:
        yield "        optimizer(gradients)"
    yield f"    return [{', '.join(f'{name}.detach()' if torch else f'{name}.value()' for name in kept)}]"
    call = f"attempt({whose})" if attempted else f"{whose}()"
    yield f'\n\nprint("{part.framework}:", {call})'


def _copied(to_torch: bool, roles: Mapping[str, str]) -> Iterator[str]:
    """Give the candidate the source's state."""
    names = "names = {" + ", ".join(f"{name!r}: {own!r}" for name, own in roles.items()) + "}"
    yield names
    if to_torch:
        yield "state = {own: torch.tensor(ours.state_dict()[name].asnumpy()) for name, own in names.items()}"
        yield "theirs.load_state_dict(state, strict=False)"
    else:
        yield "for name, own in names.items():"
        yield "    ours.state_dict()[own].assign_value(ms.Tensor(theirs.state_dict()[name].numpy()))"


def _starts(made: str, framework: str) -> Iterator[str]:
    numbers = "numpy" if framework == "torch" else "asnumpy"
    yield f"made = [{made} for _ in range(50)]"
    yield "for name in made[0].state_dict():"
    yield f"    starts = np.array([each.state_dict()[name].{numbers}() for each in made])"
    yield f'    print("{framework}:", name, "mean", starts.mean(), "deviation", starts.std(), "most", starts.max())'


def _shown(part: Part, call: str, wanted: str, parameter: str, difference: _Difference) -> Iterator[str]:
    framework, label = part.framework, f'"{part.framework}:"'
    kind, module = difference.kind, "theirs" if framework == "torch" else "ours"
    if kind == "gradient":
        picked, weights = _weights(difference.outcome.value)
        if framework == "torch":
            yield f"result = {call}{picked}"
            yield f"result.backward(torch.tensor({weights}).to(result.dtype))"
            yield f"print({label}, {f'theirs.get_parameter({parameter!r})' if parameter else wanted}.grad)"
            return
        yield f"weights = ms.Tensor({weights})"
        total = f"({call}{picked} * weights).sum()"
        if parameter:
            yield f"weight = ours.state_dict()[{parameter!r}]"
            yield f"print({label}, ms.grad(lambda: {total}, None, weights=[weight])()[0])"
        else:
            yield f"print({label}, ms.grad(lambda {wanted or 'b0'}: {total})({wanted or 'b0'}))"
    elif kind == "error":
        yield f"print({label}, attempt(lambda: {call}))"
    elif kind == "mutation" and wanted:
        yield call
        yield f"print({label}, {wanted})"
    elif kind == "view" and wanted:
        yield f"result = {call}"
        yield "result[...] = 7"
        yield f"print({label}, {wanted})"
    elif kind == "names":
        yield f"print({label}, {{name: tuple(each.shape) for name, each in {module}.state_dict().items()}})"
    elif kind == "state":
        yield call
        yield f"print({label}, dict({module}.state_dict()))"
    else:
        yield f"print({label}, {call})"


def _weights(value: object) -> tuple[str, str]:
    """Which of the results is differentiated, and with which weights it is summed up."""
    picked = ""
    if isinstance(value, Group):
        places = [i for i, item in enumerate(value.items) if isinstance(item, Array) and item.dtype in REAL]
        picked, value = (f"[{places[0]}]", value.items[places[0]]) if places else ("", None)
    if not isinstance(value, Array):
        return picked, "1.0"
    shape = value.data.shape
    if value.data.size == 0:
        return picked, f"np.zeros({shape}, np.float32)"
    if value.data.size > 8:
        # Anything but constants shows what cotangent shows.
        return picked, f"(np.arange({value.data.size}) % 7 - 2.5).reshape({shape}).astype(np.float32)"
    return picked, f"np.array({cotangent(shape, 0).tolist()}, np.float32)"


def _tensor(name: str, tensor: Tensor, framework: str) -> str:
    gaps = not tensor.contiguous and tensor.array.data.ndim
    given = f"np.repeat({name}, 2, -1)" if gaps else name
    made = f"torch.tensor({given})" if framework == "torch" else f"ms.Tensor({given})"
    if tensor.array.dtype == "bfloat16":
        made += ".to(torch.bfloat16)" if framework == "torch" else ".astype(ms.bfloat16)"
    return f"{made}[..., ::2]" if gaps else made


def _numbers(tensor: Tensor) -> str:
    data = tensor.array.data
    # bfloat16 is held in float32.
    dtype = "bool_" if data.dtype == bool else data.dtype.name
    if data.size == 0:
        return f"np.zeros({data.shape}, np.{dtype})"
    ramp = _ramp(data.size).reshape(data.shape).astype(data.dtype) if data.dtype.kind == "f" else None
    if ramp is not None and data.size > 8 and np.array_equal(ramp, data):
        return f"np.linspace(-2, 2, {data.size}).round(3).reshape({data.shape}).astype(np.{dtype})"
    return f"np.array({_literal(data)}, np.{dtype})"


def _literal(data: Any) -> str:
    if data.ndim:
        return f"[{', '.join(_literal(item) for item in data)}]"
    number = data.item()
    if isinstance(number, float):
        return (
            str(data.dtype.type(number)) if math.isfinite(number) else str(number).replace("inf", "np.inf")
        ).replace("nan", "np.nan")
    return repr(number).replace("nan", "np.nan").replace("inf", "np.inf")


def _ramp(size: int) -> Any:
    return np.linspace(-2, 2, size).round(3)


def _with_numbers(sample: Sample, make: Any) -> Sample:
    def change(value: Any) -> Any:
        if not isinstance(value, Tensor) or value.array.data.dtype.kind != "f" or not value.array.data.size:
            return value
        data = value.array.data
        plain = np.isfinite(data) & (data != 0)
        least = math.ldexp(1.0, FORMATS[value.array.dtype].least_exponent)
        plain &= np.abs(data) >= least
        made = make(np.where(plain, data, 0)).astype(data.dtype)
        if value.array.dtype == "bfloat16":
            # Eighths are exact in it.
            made = np.round(made * 8) / 8
        return replace(value, array=Array(np.where(plain, made, data), value.array.dtype))

    return replace(sample, call=map_call(change, sample.call))
