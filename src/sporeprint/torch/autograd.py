"""torch.autograd, written in MindSpore: ``loss.backward()``, ``p.grad`` and gradients by request.

MindSpore's public way is a function: ``ms.value_and_grad``. Beneath it lies an engine that records and goes back as
torch's does, and that accumulates into the leaves. Its names are private; they are used in this file only, and
``tests/counterparts/test_autograd.py`` holds what it does against torch.

In torch all is recorded from the start on; MindSpore records where :func:`record_gradients` was called. The module of
adapters of a converted project calls it when it is imported, if anything in it goes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mindspore import Tensor, ops
from mindspore.common.api import _pynative_executor

from sporeprint.counterpart import counterpart


def record_gradients() -> None:
    """Record from now on, in this thread, what ``backward`` needs.

    While it records, MindSpore writes through no view: ``p.data[0] = 1`` would leave ``p`` as it was. What is written
    to a tensor, and neither of them has a gradient, is therefore written as without recording.
    """
    _pynative_executor.set_grad_flag(True)
    if not hasattr(Tensor, "set_item_recording"):
        Tensor.set_item_recording = Tensor.__setitem__
        Tensor.__setitem__ = set_item


def set_item(self: Tensor, index: Any, value: Any) -> None:
    """Write to a tensor, and record it only where a gradient can flow."""
    flows = self._requires_grad or (isinstance(value, Tensor) and value._requires_grad)
    if flows or not _pynative_executor.requires_grad():
        self.set_item_recording(index, value)
        return
    _pynative_executor.set_enable_grad(False)
    try:
        self.set_item_recording(index, value)
    finally:
        _pynative_executor.set_enable_grad(True)


def go_back(
    outputs: Sequence[Tensor],
    gradients: Sequence[Tensor | None],
    keep: bool,
    create: bool,
    inputs: Sequence[Tensor],
    accumulate: bool,
) -> Any:
    """Let MindSpore's engine go back from the outputs.

    Raises:
        RuntimeError: nothing was recorded, or an output is no number and comes without a gradient.
    """
    if not _pynative_executor.grad_flag():
        raise RuntimeError(
            "MindSpore has not recorded what leads here. It records in a thread from record_gradients() on; an error "
            "of type TypeError that it raises itself, and ms.value_and_grad and ms.grad, turn that off again. Call "
            "record_gradients() after them, and before the loss is computed."
        )
    try:
        from mindspore._c_expression import run_backward
    except ImportError as error:
        raise RuntimeError("backward() needs MindSpore 2.7.1 or newer") from error
    seeds = []
    for output, gradient in zip(outputs, gradients, strict=True):
        if gradient is None and output.size != 1:
            raise RuntimeError("grad can be implicitly created only for scalar outputs")
        seeds.append(ops.ones_like(output) if gradient is None else gradient)
    return run_backward(
        tuple(outputs), tuple(seeds), keep, create, tuple(inputs), True, accumulate_grad=accumulate
    )


def as_sequence(given: Any, count: int) -> Sequence[Any]:
    """Return a sequence of one for a tensor, and of so many Nones for None."""
    if given is None:
        return [None] * count
    return [given] if isinstance(given, Tensor) else list(given)


@counterpart("torch.Tensor.backward")
def backward(
    self: Tensor,
    gradient: Tensor | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Any = None,
) -> None:
    """Add the gradients of a number to ``grad`` of all that it was computed from and that asks for them."""
    differentiate([self], [gradient], retain_graph, create_graph, inputs)


@counterpart("torch.autograd.backward", refuses={"grad_variables": "it is called grad_tensors"})
def _(
    tensors: Tensor | Sequence[Tensor],
    grad_tensors: Tensor | Sequence[Tensor | None] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    grad_variables: object = None,
    inputs: Any = None,
) -> None:
    """Add the gradients of numbers to ``grad`` of all that they were computed from and that asks for them."""
    outputs = as_sequence(tensors, 1)
    differentiate(outputs, as_sequence(grad_tensors, len(outputs)), retain_graph, create_graph, inputs)


def differentiate(
    outputs: Sequence[Tensor],
    gradients: Sequence[Tensor | None],
    retain: bool | None,
    create: bool,
    inputs: Any,
) -> None:
    """Accumulate gradients into all leaves, or into the inputs only."""
    wanted = [] if inputs is None else as_sequence(inputs, 1)
    if inputs is not None and not wanted:
        raise RuntimeError("`inputs` argument to `backward()` cannot be empty.")
    keep = create if retain is None else retain
    if not wanted:
        go_back(outputs, gradients, keep, create, (), True)
        return
    found = gradients_of(outputs, gradients, keep, create, wanted)
    for tensor, each in zip(wanted, found, strict=True):
        if each is not None:
            tensor._grad = each if tensor._grad is None else tensor._grad + each


def asks_for_gradients(tensors: Sequence[Tensor]) -> None:
    """Raise RuntimeError if a tensor does not ask for gradients."""
    for each in tensors:
        if not each._requires_grad:
            raise RuntimeError("One of the differentiated Tensors does not require grad")


@counterpart(
    "torch.autograd.grad",
    ignores={"only_inputs": "torch ignores it too"},
    refuses={"is_grads_batched": "call it once for each of the gradients"},
)
def grad(
    outputs: Tensor | Sequence[Tensor],
    inputs: Tensor | Sequence[Tensor],
    grad_outputs: Tensor | Sequence[Tensor | None] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> tuple[Tensor | None, ...]:
    """Return the gradients of the outputs with respect to the inputs, and leave every ``grad`` as it is."""
    starts, wanted = as_sequence(outputs, 1), as_sequence(inputs, 1)
    keep = create_graph if retain_graph is None else retain_graph
    found = gradients_of(starts, as_sequence(grad_outputs, len(starts)), keep, create_graph, wanted)
    if materialize_grads:
        return tuple(
            ops.zeros_like(each) if one is None else one for each, one in zip(wanted, found, strict=True)
        )
    if not allow_unused and any(each is None for each in found):
        raise RuntimeError(
            "One of the differentiated Tensors appears to not have been used in the graph. Set allow_unused=True if "
            "this is the desired behavior."
        )
    return tuple(found)


def gradients_of(
    outputs: Sequence[Tensor],
    gradients: Sequence[Tensor | None],
    keep: bool,
    create: bool,
    inputs: Sequence[Tensor],
) -> list[Tensor | None]:
    """Return the gradient of each input, None for one that the outputs do not depend on.

    The engine stops at an input, and so finds none for another that lies behind it: that one is asked for alone.
    """
    asks_for_gradients(inputs)
    several = len(inputs) > 1
    found = list(go_back(outputs, gradients, keep or several, create, inputs, False))
    for place, each in enumerate(inputs):
        if several and found[place] is None:
            found[place] = go_back(outputs, gradients, True, create, [each], False)[0]
    return found


# ------------------------------------------------------------------------------
# What a tensor knows of its gradient
# ------------------------------------------------------------------------------


def gradient_attribute(value: Any, name: str) -> Any:
    """Return ``grad`` or ``requires_grad`` as torch's tensors have them; of what is no tensor, its own."""
    if not isinstance(value, Tensor):
        return getattr(value, name)
    return value._grad if name == "grad" else value._requires_grad


def set_gradient_attribute(value: Any, name: str, new: Any) -> None:
    """Set ``grad`` or ``requires_grad`` as torch's tensors do; of what is no tensor, its own."""
    if not isinstance(value, Tensor):
        setattr(value, name, new)
    elif name == "grad":
        value._grad = new
    else:
        ask_for_gradients(value, new)


def ask_for_gradients(tensor: Tensor, mode: bool) -> Tensor:
    """Let a tensor have a gradient or not, and return it.

    Raises:
        RuntimeError: its elements are no floating point numbers.
    """
    if mode and not (tensor.is_floating_point() or tensor.is_complex()):
        raise RuntimeError("only Tensors of floating point dtype can require gradients")
    tensor.requires_grad_(mode)
    return tensor
