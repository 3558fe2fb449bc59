"""What steers PyTorch rather than computes: gradient modes, compilers, seeds, devices, written for MindSpore.

PyTorch's test database has no samples of these. What is a statement or a decorator of its own and changes no value is
taken out by ``convert/idioms/steering.py``.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Generator
from typing import Any

import mindspore as ms
import numpy as np
from mindspore.common.api import _pynative_executor

from sporeprint.counterpart import counterpart, counterpart_class, overload_of
from sporeprint.torch._device import Device

# ------------------------------------------------------------------------------
# Gradients
# ------------------------------------------------------------------------------


class GradientMode(contextlib.ContextDecorator):
    """A region, or a function, in which gradients are recorded or not.

    What a function that ms.grad differentiates computes in such a region without gradients is a constant to it, as
    in torch. MindSpore's own switch for this is not public, so it is used in this one place. Under ms.jit it raises.
    """

    def __init__(self, records: bool) -> None:
        self.records = records
        self.before: list[bool] = []

    def __enter__(self) -> None:
        """Set the mode, and remember the one before."""
        self.before.append(_pynative_executor.enable_grad())
        _pynative_executor.set_enable_grad(self.records)

    def __exit__(self, *error: object) -> None:
        """Set the mode from before."""
        _pynative_executor.set_enable_grad(self.before.pop())

    def __call__(self, function: Any) -> Any:
        """Wrap a function; a generator runs in the mode, and what uses it does not."""
        if not inspect.isgeneratorfunction(function):
            return super().__call__(function)

        @functools.wraps(function)
        def wrapped(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
            made, sent = function(*args, **kwargs), None
            while True:
                with self:
                    try:
                        given = made.send(sent)
                    except StopIteration as end:
                        return end.value
                sent = yield given

        return wrapped


class ModeOrDecorator(GradientMode):
    """A mode that can also decorate a function without parentheses."""

    def __new__(cls, orig_func: Callable[..., Any] | None = None) -> Any:
        """Make a mode, or put a function into one."""
        return super().__new__(cls) if orig_func is None else cls()(orig_func)


@counterpart_class("torch.no_grad")
class no_grad(ModeOrDecorator):
    """Record no gradients in a region or function."""

    def __init__(self) -> None:
        super().__init__(False)


@counterpart("torch.enable_grad")
def enable_grad(orig_func: Callable[..., Any] | None = None) -> Any:
    """Record gradients in a region or function, with or without parentheses."""
    return GradientMode(True) if orig_func is None else GradientMode(True)(orig_func)


@counterpart("torch.inference_mode")
def inference_mode(mode: bool | Callable[..., Any] = True) -> Any:
    """Record no gradients in a region or function; a tensor made there can be used outside as any other."""
    if callable(mode):
        return GradientMode(False)(mode)
    return GradientMode(False) if mode else contextlib.nullcontext()


@counterpart_class("torch.set_grad_enabled")
class set_grad_enabled(GradientMode):
    """Record gradients or do not, from now on, or to the end of a region."""

    def __init__(self, mode: bool) -> None:
        super().__init__(mode)
        self.before.append(_pynative_executor.enable_grad())
        _pynative_executor.set_enable_grad(mode)

    def __enter__(self) -> None:
        """Do nothing: the mode is set already."""

    def __call__(self, function: Any) -> Any:
        """Wrap a function, and set the mode from before."""
        self.__exit__()
        return GradientMode(self.records)(function)


@counterpart("torch.is_grad_enabled")
def is_grad_enabled() -> bool:
    """Tell whether gradients are recorded."""
    return recording_gradients()


def recording_gradients() -> bool:
    """Ask MindSpore's switch."""
    return bool(_pynative_executor.enable_grad())


def noop_context_fn() -> tuple[
    contextlib.AbstractContextManager[None], contextlib.AbstractContextManager[None]
]:
    """Return two contexts that do nothing, as torch's function of this name."""
    return contextlib.nullcontext(), contextlib.nullcontext()


@counterpart(
    "torch.utils.checkpoint.checkpoint",
    ignores={
        "use_reentrant": "nothing is computed again: activations are kept, which costs memory",
        "context_fn": "nothing is computed again",
        "determinism_check": "nothing is computed again",
        "debug": "nothing is computed again",
        "early_stop": "nothing is computed again",
    },
)
def checkpoint(
    function: Callable[..., Any],
    *args: Any,
    use_reentrant: bool | None = None,
    context_fn: object = noop_context_fn,
    determinism_check: str = "default",
    debug: bool = False,
    early_stop: bool = True,
    **kwargs: Any,
) -> Any:
    """Call a function. (Of cells MindSpore can recompute activations: ``Cell.recompute()``.)"""
    return function(*args, **kwargs)


# ------------------------------------------------------------------------------
# Compilers
# ------------------------------------------------------------------------------


@counterpart("torch.jit.is_scripting", "torch.jit.is_tracing", "torch.compiler.is_compiling")
def is_scripting() -> bool:
    """Return False: nothing of MindSpore is PyTorch's script."""
    return False


@counterpart(
    "torch.jit.annotate", ignores={"the_type": "it tells PyTorch's script compiler what the value is"}
)
def annotate(the_type: Any, the_value: Any) -> Any:
    """Return the value."""
    return the_value


@counterpart(
    "torch.jit.script",
    ignores={
        "optimize": "nothing is compiled",
        "_frames_up": "nothing is compiled",
        "_rcb": "nothing is compiled",
        "example_inputs": "nothing is compiled",
    },
)
def script(
    obj: Any, optimize: object = None, _frames_up: int = 0, _rcb: object = None, example_inputs: object = None
) -> Any:
    """Return the object: it runs as Python."""
    return obj


@counterpart(
    "torch.compile",
    ignores={
        "fullgraph": "nothing is compiled",
        "dynamic": "nothing is compiled",
        "backend": "nothing is compiled",
        "mode": "nothing is compiled",
        "options": "nothing is compiled",
        "name": "nothing is compiled",
        "disable": "nothing is compiled",
        "recompile_limit": "nothing is compiled",
        "isolate_recompiles": "nothing is compiled",
        "shapes_spec": "nothing is compiled",
    },
)
def compile(
    model: Any = None,
    *,
    fullgraph: bool = False,
    dynamic: bool | None = None,
    backend: object = None,
    mode: str | None = None,
    options: object = None,
    name: str | None = None,
    disable: bool = False,
    recompile_limit: int | None = None,
    isolate_recompiles: bool = False,
    shapes_spec: object = None,
) -> Any:
    """Return the model: it computes the same. (MindSpore's compiler is ms.jit, which takes less of Python.)"""
    return model


@counterpart("torch._assert")
def _assert(condition: Any, message: str) -> None:
    """Raise AssertionError unless a condition holds."""
    require_that(condition, message)


def require_that(condition: Any, message: str) -> None:
    """Raise AssertionError unless a condition holds."""
    if not condition:
        raise AssertionError(message)


# ------------------------------------------------------------------------------
# Seeds, devices, defaults
# ------------------------------------------------------------------------------


@counterpart("torch.manual_seed", "torch.random.manual_seed")
def manual_seed(seed: int) -> None:
    """Seed MindSpore's generator; torch's is another, and so are its numbers."""
    return seed_generator(seed)


def seed_generator(seed: int) -> None:
    """Seed MindSpore's generator only: ms.set_seed seeds numpy's as well."""
    state = np.random.get_state()
    ms.set_seed(seed)
    np.random.set_state(state)


@counterpart(
    "torch.cuda.is_available",
    "torch.xpu.is_available",
    "torch.accelerator.is_available",
    "torch.backends.mps.is_available",
    "torch.backends.cuda.is_built",
)
def is_available() -> bool:
    """Return False: MindSpore puts tensors on its device by itself, so the way without PyTorch's devices is the one."""
    return False


@counterpart(
    "torch.accelerator.current_accelerator", ignores={"check_available": "there is none, available or not"}
)
def current_accelerator(check_available: bool = False) -> Device | None:
    """Return None: there is none of PyTorch's devices."""
    return None


@counterpart("torch.distributed.is_available", "torch.distributed.is_initialized")
def is_distributed() -> bool:
    """Return False: PyTorch's processes are not there, so the way of one process is the one."""
    return False


@counterpart("torch.cuda.device_count", "torch.accelerator.device_count", "torch.xpu.device_count")
def device_count() -> int:
    """Return 0: there is none of PyTorch's devices."""
    return 0


@counterpart("torch.get_default_dtype")
def get_default_dtype() -> Any:
    """Return float32."""
    return ms.float32


@counterpart("torch.device")
def device(device: Device | str | int) -> Device:
    """Name a device. It places nothing: MindSpore puts every tensor on the device that ms.set_device names."""
    return Device(device)


@overload_of(device)
def _(type: str, index: int) -> Device:
    return Device(type, index)
