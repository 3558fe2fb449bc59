"""Samples that nobody here wrote: PyTorch's own test database, asked by an API's name.

``torch.testing._internal`` holds, for hundreds of functions, methods and modules, the calls with which
PyTorch tests itself. :func:`draw` finds those of one API by its name, so a new counterpart is tested without
a line written for it; :mod:`sporeprint.verify.derived` derives more from them.
"""

from __future__ import annotations

import functools
import inspect
import itertools
import pickle
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import torch
from torch.overrides import TorchFunctionMode
from torch.testing._internal.common_methods_invocations import op_db
from torch.testing._internal.common_modules import module_db

from sporeprint.verify.compare import Array
from sporeprint.verify.derived import all_conditions, derived
from sporeprint.verify.frameworks import Torch, run
from sporeprint.verify.sample import Call, DType, Sample, Tensor
from sporeprint.verify.signatures import NoSignatureError, resolve, signatures_of
from sporeprint.verify.words import DTYPES

#: Of a dtype which PyTorch says the API does not take, so many samples are tried (to see that both refuse).
REFUSED_SAMPLES = 3


class Limits(NamedTuple):
    """Of one API at most so many samples are tried in float32, in each other dtype, and of derived ones.

    They are drawn at random with a fixed seed.
    """

    samples: int
    others: int
    derived: int


LIMITS = Limits(samples=24, others=8, derived=90)

#: How a sample's name says so.
IN_EVAL_MODE = ", in eval mode"

#: Larger tensors add time, not truth.
MOST_ELEMENTS = 1 << 16


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


#: What no sample can be made of, and why; their tests stand in tests/counterparts.
UNSAMPLED = {
    "torch.empty": "its elements may be anything",
    "torch.empty_like": "its elements may be anything",
    "torch.Tensor.new_empty": "its elements may be anything",
    "torch.Tensor.requires_grad_": "its stub names a parameter that it does not take",
    "torch.Size.numel": "a size is no tensor",
    "torch.nn.functional.dropout1d": "its samples have too few channels to tell what is random",
    "torch.nn.Dropout1d": "its samples have too few channels to tell what is random",
}


class NoSamplesError(LookupError):
    """PyTorch's test database knows nothing of that name."""


class _UnrepresentableError(ValueError):
    """An argument that has no neutral form (a generator, a layout, a callable, …)."""


def draw(api: str, dtypes: Iterable[str] = DTYPES, limits: Limits = LIMITS) -> Drawn:
    """All samples for one torch API.

    Args:
        api: full public name: ``torch.softmax``, ``torch.Tensor.softmax``, ``torch.nn.Softmax``.
        dtypes: names of the dtypes to ask for.
        limits: how many.

    Returns:
        The samples, the same ones at each call, and what was left out.

    Raises:
        NoSamplesError: neither ``op_db`` nor ``module_db`` has that name, and its signature tells too little.
        AttributeError: torch has no such API.
    """
    target = resolve(api)
    if api in UNSAMPLED:
        raise NoSamplesError(f"{api}: {UNSAMPLED[api]}")
    wanted = tuple(dtypes)
    if inspect.isclass(target):
        found, left_out = _of_module(target, wanted)
    else:
        found, left_out = _of_operator(api, target, wanted)
    found, thinned = _thinned(found, limits)
    left_out += thinned
    by_mode = [[sample for sample in found if sample.training is mode] for mode in (True, False)]
    more = [sample for some in by_mode for sample in derived(some)]
    more, thinned = _thinned_derived(more, limits.derived)
    return Drawn(tuple(found + more), (*left_out, *thinned))


# --- PyTorch's databases ---


def read_index() -> None:
    """Read the index of PyTorch's functions, before a fork."""
    _operators()


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
        return _from_signature(api, dtypes)
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


def _thinned(found: list[Sample], limits: Limits) -> tuple[list[Sample], list[str]]:
    by_dtype: dict[str, list[Sample]] = {}
    for sample in found:
        by_dtype.setdefault(sample.name.split(" ")[0], []).append(sample)
    kept: list[Sample] = []
    left_out = []
    for dtype, samples in by_dtype.items():
        most = limits.others if dtype in DTYPES[1:] else limits.samples
        some, rest = _drawn(samples, most, lambda sample: (sample.conditions, sample.training))
        kept += some
        if rest:
            left_out.append(f"{dtype}: {rest} of {len(samples)} samples, at random")
    return kept, left_out


def _thinned_derived(found: list[Sample], most: int) -> tuple[list[Sample], list[str]]:
    def options(sample: Sample) -> Any:
        call = sample.constructor or sample.call
        rank = next(iter(sample.tensors().values())).array.data.ndim
        return sample.conditions, len(call.args), len(call.kwargs), rank, sample.training

    def change(sample: Sample) -> Any:
        return options(sample), sample.name.rpartition(", ")[2]

    some, rest = _drawn(found, most, options, change)
    return some, [f"{rest} of {len(found)} derived samples, at random"] if rest else []


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
    for training in (True, False):
        if training or any(_depends_on_mode(target, sample) for sample in found):
            for dtype in dtypes:
                if getattr(torch, dtype).is_floating_point:
                    _module_inputs(infos[0], target, dtype, training, found, left_out)
    return found, left_out


def _module_inputs(
    info: Any, target: Any, dtype: str, training: bool, found: list[Sample], left_out: list[str]
) -> None:
    kind = getattr(torch, dtype)
    _seed()
    inputs = info.module_inputs_func(info, device="cpu", dtype=kind, requires_grad=True, training=training)
    for number, given in enumerate(inputs):
        if given.forward_input is None:
            continue
        made, passed = given.constructor_input, given.forward_input
        label = f"{dtype} {number}" + ("" if training else IN_EVAL_MODE)
        arguments = _by_position(target.forward, passed.args, passed.kwargs)
        options = dict(made.kwargs)
        if dtype != "float32" and "dtype" in inspect.signature(target).parameters:
            # PyTorch's tests convert the module instead, which says the same.
            options.setdefault("dtype", kind)
        known = len(found)
        _add(found, left_out, label, arguments, (made.args, options))
        if len(found) > known:
            words = {"unbatched"} if "no_batch_dim" in given.desc else set()
            found[-1] = replace(found[-1], conditions=found[-1].conditions | words, training=training)


def _depends_on_mode(target: Any, sample: Sample) -> bool:
    """Whether torch's own class shows anything else in evaluation mode, with the same seed."""
    side, shown = Torch(), []
    for training in (True, False):
        _seed()
        shown.append(pickle.dumps(run(side, target, replace(sample, training=training))))
    return shown[0] != shown[1]


def _by_position(forward: Any, args: Any, kwargs: dict[str, Any]) -> _Given:
    """Pass what may go by position by position: layers of the frameworks name their inputs differently."""
    bound = inspect.signature(forward).bind(None, *args, **kwargs)
    return bound.args[1:], bound.kwargs


def _from_signature(api: str, dtypes: tuple[str, ...]) -> tuple[list[Sample], list[str]]:
    """Make up calls from annotations, where PyTorch has no samples: tensors of one shape, each option in turn."""
    try:
        parameters = list(signatures_of(api)[0].parameters.values())
    except NoSignatureError:
        parameters = []
    taken = ("self", "input") if ".Tensor." in api else ("input",)
    required = [p for p in parameters if p.default is p.empty and not p.kind.name.startswith("VAR_")]
    tensors = [p for p in required if "Tensor" in str(p.annotation) or p.name in taken]
    if not tensors or tensors != required:
        raise NoSamplesError(f"op_db has no {api}, and its signature does not tell how to call it")
    turns: list[dict[str, Any]] = [{}]
    for parameter in parameters[len(required) :]:
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
            given = [
                torch.testing.make_tensor(
                    shape, device="cpu", dtype=kind, requires_grad=kind.is_floating_point, low=0, high=5
                )
                for _ in tensors
            ]
            _add(found, left_out, f"{dtype} signature {number}", (given, kwargs))
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
    sample = Sample(name, neutral, made, all_conditions(neutral, made))
    biggest = max((t.array.data.size for t in sample.tensors().values()), default=0)
    if biggest > MOST_ELEMENTS:
        left_out.append(f"{name}: a tensor of {biggest} elements")
        return
    found.append(sample)


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
        except (TypeError, ValueError):
            # numpy has no such dtype, or not so many dimensions.
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
