"""torch.nn.modules.module, written in MindSpore.

A converted module is a plain ``nn.Cell``; what torch.nn.Module has and a Cell has not, or has under other names, are
functions of a Cell. They show what it holds as torch does: in torch's order and under torch's names, also where a layer
of MindSpore's calls it something else (see :mod:`sporeprint.torch._modules`).

PyTorch's test database has no samples of these methods, ``train`` and ``eval`` apart:
``tests/counterparts/test_module.py`` compares them with torch's on networks that have the same layers.
"""

from __future__ import annotations

import builtins
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import mindspore as ms
from mindspore import Parameter, Tensor, nn

from sporeprint.counterpart import counterpart, exact_of
from sporeprint.torch._modules import (
    IncompatibleKeys,
    cast_state,
    children_of,
    class_name,
    held,
    kept,
    load_cell,
    walk_cells,
    walk_state,
)
from sporeprint.torch.optim.optimizer import clear_gradients


@counterpart(
    "torch.nn.Module",
    ignores={
        "args": "torch raises where it is given anything",
        "kwargs": "torch raises where it is given anything",
    },
)
def Module(*args: Any, **kwargs: Any) -> nn.Cell:
    """Make a network that holds nothing yet. A class derives from nn.Cell itself."""
    return nn.Cell()


# ------------------------------------------------------------------------------
# modes
# ------------------------------------------------------------------------------


@counterpart("torch.nn.Module.train", differs={"error": "set_train takes what is no bool"})
def train(self: nn.Cell, mode: builtins.bool = True) -> nn.Cell:
    """Put a network and its layers in training mode, or with False in evaluation mode, and return it."""
    return self.set_train(mode=mode)


@exact_of(train)
def _(self: nn.Cell, mode: builtins.bool = True) -> nn.Cell:
    if not isinstance(mode, bool):
        raise ValueError("training mode is expected to be boolean")
    return self.set_train(mode=mode)


@counterpart("torch.nn.Module.eval")
def eval(self: nn.Cell) -> nn.Cell:
    """Put a network and its layers in evaluation mode and return it."""
    return self.set_train(False)


# ------------------------------------------------------------------------------
# what a network holds
# ------------------------------------------------------------------------------


@counterpart("torch.nn.Module.named_modules")
def named_modules(
    self: nn.Cell,
    memo: set[nn.Cell] | None = None,
    prefix: str = "",
    remove_duplicate: builtins.bool = True,
) -> Iterator[tuple[str, nn.Cell]]:
    """Yield the network and all that it holds, each with its name, in torch's order.

    Args:
        self: the network; its own name is the prefix.
        memo: what is not yielded; what is yielded is added, unless remove_duplicate is False.
        prefix: put before each name.
        remove_duplicate: whether a layer that is held twice is yielded only under its first name.

    Returns:
        The iterator.
    """
    yield from walk_cells(self, memo, prefix, remove_duplicate)


@counterpart("torch.nn.Module.modules")
def modules(self: nn.Cell, remove_duplicate: builtins.bool = True) -> Iterator[nn.Cell]:
    """Yield the network and all that it holds, in torch's order."""
    for _, cell in walk_cells(self, None, "", remove_duplicate):
        yield cell


@counterpart("torch.nn.Module.named_children")
def named_children(self: nn.Cell) -> Iterator[tuple[str, nn.Cell]]:
    """Yield the layers that the network itself holds, each once, with their names."""
    memo = set()
    for name, child in children_of(self):
        if child is not None and child not in memo:
            memo.add(child)
            yield name, child


@counterpart("torch.nn.Module.children")
def children(self: nn.Cell) -> Iterator[nn.Cell]:
    """Yield the layers that the network itself holds, each once."""
    for _, child in named_children(self):
        yield child


@counterpart("torch.nn.Module.named_parameters")
def named_parameters(
    self: nn.Cell,
    prefix: str = "",
    recurse: builtins.bool = True,
    remove_duplicate: builtins.bool = True,
) -> Iterator[tuple[str, Parameter]]:
    """Yield the network's parameters with torch's names, in torch's order.

    Args:
        self: the network.
        prefix: put before each name, with a dot.
        recurse: whether those of its layers are among them.
        remove_duplicate: whether a shared parameter is yielded only under its first name.

    Returns:
        The iterator.
    """
    yield from walk_state(self, False, prefix, recurse, remove_duplicate)


@counterpart("torch.nn.Module.parameters")
def parameters(self: nn.Cell, recurse: builtins.bool = True) -> Iterator[Parameter]:
    """Yield the network's parameters, each once, in torch's order; those that are not trained are among them."""
    for _, parameter in walk_state(self, False, "", recurse):
        yield parameter


@counterpart("torch.nn.Module.named_buffers")
def named_buffers(
    self: nn.Cell,
    prefix: str = "",
    recurse: builtins.bool = True,
    remove_duplicate: builtins.bool = True,
) -> Iterator[tuple[str, Tensor]]:
    """Yield the network's buffers with torch's names, in torch's order; see named_parameters.

    The means and variances that MindSpore's layers keep as parameters are among them.
    """
    yield from walk_state(self, True, prefix, recurse, remove_duplicate)


@counterpart("torch.nn.Module.buffers")
def buffers(self: nn.Cell, recurse: builtins.bool = True) -> Iterator[Tensor]:
    """Yield the network's buffers, each once, in torch's order."""
    for _, buffer in walk_state(self, True, "", recurse):
        yield buffer


@counterpart("torch.nn.Module.get_submodule")
def get_submodule(self: nn.Cell, target: str) -> nn.Cell:
    """Return the layer of a name such as ``blocks.0.conv``; the network itself for ``""``.

    Raises:
        AttributeError: there is none.
    """
    cell = self
    for name in target.split(".") if target else ():
        if not hasattr(cell, name):
            raise AttributeError(f"{class_name(cell)} has no attribute `{name}`")
        cell = getattr(cell, name)
        if not isinstance(cell, nn.Cell):
            raise AttributeError(f"`{name}` is not an nn.Module")
    return cell


@counterpart("torch.nn.Module.get_parameter")
def get_parameter(self: nn.Cell, target: str) -> Parameter:
    """Return the parameter of a name such as ``blocks.0.conv.weight``.

    Raises:
        AttributeError: there is none.
    """
    path, _, own = target.rpartition(".")
    cell = get_submodule(self, path)
    for name, value, is_buffer in held(cell):
        if name == own and not is_buffer and value is not None:
            return value
    raise AttributeError(f"{class_name(cell)} has no attribute `{own}`, or it is not an nn.Parameter")


@counterpart("torch.nn.Module.get_buffer")
def get_buffer(self: nn.Cell, target: str) -> Tensor:
    """Return the buffer of a name such as ``blocks.0.norm.running_mean``.

    Raises:
        AttributeError: there is none.
    """
    path, _, own = target.rpartition(".")
    cell = get_submodule(self, path)
    for name, value, is_buffer in held(cell):
        if name == own and is_buffer:
            return value
    raise AttributeError(f"{class_name(cell)} has no attribute `{own}`, or it is not a buffer")


@counterpart("torch.nn.Module.apply")
def apply(self: nn.Cell, fn: Callable[[nn.Cell], Any]) -> nn.Cell:
    """Call a function with every layer, the innermost first and the network last, and return the network."""
    for child in children(self):
        apply(child, fn)
    fn(self)
    return self


@counterpart("torch.nn.Module.extra_repr")
def extra_repr(self: nn.Cell) -> str:
    """Return what stands in brackets where the network is printed; a class that says it defines extend_repr here."""
    return self.extend_repr()


# ------------------------------------------------------------------------------
# registering
# ------------------------------------------------------------------------------


@counterpart("torch.nn.Module.register_buffer")
def register_buffer(
    self: nn.Cell, name: str, tensor: Tensor | None, persistent: builtins.bool = True
) -> None:
    """Give the network a tensor that is no parameter; one that is not persistent is left out of the state dict."""
    return self.register_buffer(name, tensor, persistent=persistent)


@counterpart("torch.nn.Module.register_parameter")
def register_parameter(self: nn.Cell, name: str, param: Parameter | None) -> None:
    """Give the network a parameter, or None in the place of one."""
    return self.insert_param_to_cell(name, param)


@counterpart("torch.nn.Module.add_module", "torch.nn.Module.register_module")
def add_module(self: nn.Cell, name: str, module: nn.Cell | None) -> None:
    """Give the network a layer, or None in the place of one.

    A SequentialCell goes through a list of its own, which such a layer joins.
    """
    self.insert_child_to_cell(name, module)
    if module is not None:
        module.update_parameters_name(f"{name}.")
    if isinstance(self, nn.SequentialCell):
        self.cell_list = list(self._cells.values())
        self._is_dynamic_name += [False] * (len(self._cells) - len(self._is_dynamic_name))


@counterpart("torch.nn.Module.register_forward_pre_hook")
def register_forward_pre_hook(
    self: nn.Cell,
    hook: Callable[..., Any],
    *,
    prepend: builtins.bool = False,
    with_kwargs: builtins.bool = False,
) -> Any:
    """Let a function see, or replace, the arguments of each call before it; return what removes it again."""
    return self.register_forward_pre_hook(hook, prepend=prepend, with_kwargs=with_kwargs)


@counterpart("torch.nn.Module.register_forward_hook")
def register_forward_hook(
    self: nn.Cell,
    hook: Callable[..., Any],
    *,
    prepend: builtins.bool = False,
    with_kwargs: builtins.bool = False,
    always_call: builtins.bool = False,
) -> Any:
    """Let a function see, or replace, the result of each call after it; return what removes it again."""
    return self.register_forward_hook(hook, prepend=prepend, with_kwargs=with_kwargs, always_call=always_call)


# ------------------------------------------------------------------------------
# state
# ------------------------------------------------------------------------------


@counterpart(
    "torch.nn.Module.state_dict",
    ignores={
        "keep_vars": "a parameter of MindSpore's is no part of a recorded computation, so none is cut off"
    },
)
def state_dict(
    self: nn.Cell,
    *args: Any,
    destination: dict[str, Any] | None = None,
    prefix: str = "",
    keep_vars: builtins.bool = False,
) -> dict[str, Any]:
    """Return all parameters and persistent buffers under torch's names, in torch's order.

    They are the network's own, as torch's share its memory: what is trained later shows in them.

    Args:
        self: the network.
        args: destination, prefix and keep_vars by position, which torch deprecates.
        destination: what they are added to; None is a new OrderedDict.
        prefix: put before each name, its dot included.
        keep_vars: without effect.

    Returns:
        destination.
    """
    if args:
        destination = args[0]
        prefix = args[1] if len(args) > 1 else prefix
    if destination is None:
        destination = OrderedDict()
    for start, cell in walk_cells(self, None, "", False):
        for name, value in kept(cell).items():
            destination[f"{prefix}{start}.{name}" if start else prefix + name] = value
    return destination


@counterpart(
    "torch.nn.Module.load_state_dict",
    refuses={"assign": "load with the dtypes that the network has, or cast it before"},
)
def load_state_dict(
    self: nn.Cell, state_dict: Mapping[str, Any], strict: builtins.bool = True, assign: builtins.bool = False
) -> IncompatibleKeys:
    """Copy parameters and buffers into a network, by torch's names.

    Args:
        self: the network.
        state_dict: name -> tensor; cast to the dtype of what it is copied into.
        strict: whether a name that is missing or has no place raises.
        assign: refused.

    Returns:
        The names that were missing, and those without a place.

    Raises:
        RuntimeError: a shape does not fit, or with strict a name; all that fits has been copied.
    """
    found = IncompatibleKeys([], [])
    errors: list[str] = []
    load_cell(self, dict(state_dict), "", found, errors)
    for kind, names in (("Unexpected", found.unexpected_keys), ("Missing", found.missing_keys)):
        if strict and names:
            errors.insert(
                0, f"{kind} key(s) in state_dict: " + ", ".join(f'"{each}"' for each in names) + ". "
            )
    if errors:
        raise RuntimeError(
            f"Error(s) in loading state_dict for {class_name(self)}:\n\t" + "\n\t".join(errors)
        )
    return found


@counterpart("torch.nn.Module.requires_grad_")
def requires_grad_(self: nn.Cell, requires_grad: builtins.bool = True) -> nn.Cell:
    """Let the network's parameters be trained, or not, and return the network."""
    for _, parameter in walk_state(self, False):
        parameter.requires_grad = requires_grad
    return self


@counterpart("torch.nn.Module.zero_grad")
def zero_grad(self: nn.Cell, set_to_none: builtins.bool = True) -> None:
    """Forget the gradients that backward() has added up, or make them zero."""
    clear_gradients([parameter for _, parameter in walk_state(self, False)], set_to_none)


# ------------------------------------------------------------------------------
# devices and dtypes
# ------------------------------------------------------------------------------


@counterpart("torch.nn.Module.cpu")
def cpu(self: nn.Cell) -> nn.Cell:
    """Return the network: a MindSpore program names its device once, in the context."""
    return self


@counterpart(
    "torch.nn.Module.cuda", ignores={"device": "a MindSpore program names its device once, in the context"}
)
def cuda(self: nn.Cell, device: Any = None) -> nn.Cell:
    """Return the network: a MindSpore program names its device once, in the context."""
    return self


@counterpart("torch.nn.Module.to")
def to(self: nn.Cell, *args: Any, **kwargs: Any) -> nn.Cell:
    """Cast the network's floating parameters and buffers in place and return it.

    A device is without effect: a MindSpore program names it once, in the context.

    Args:
        self: the network.
        args: a device, a dtype, a tensor whose dtype is meant, or a device and a dtype; then non_blocking.
        kwargs: device, dtype, tensor, non_blocking, memory_format.
    """
    dtype = kwargs.get("dtype")
    for each in (*args, kwargs.get("tensor")):
        if isinstance(each, Tensor):
            dtype = each.dtype
        elif isinstance(each, ms.Type):
            dtype = each
    return cast_state(self, dtype)


@counterpart("torch.nn.Module.float")
def float(self: nn.Cell) -> nn.Cell:
    """Cast the network's floating parameters and buffers to float32 in place and return it."""
    return cast_state(self, ms.float32)


@counterpart("torch.nn.Module.double")
def double(self: nn.Cell) -> nn.Cell:
    """Cast the network's floating parameters and buffers to float64 in place and return it."""
    return cast_state(self, ms.float64)


@counterpart("torch.nn.Module.half")
def half(self: nn.Cell) -> nn.Cell:
    """Cast the network's floating parameters and buffers to float16 in place and return it."""
    return cast_state(self, ms.float16)


@counterpart("torch.nn.Module.bfloat16")
def bfloat16(self: nn.Cell) -> nn.Cell:
    """Cast the network's floating parameters and buffers to bfloat16 in place and return it."""
    return cast_state(self, ms.bfloat16)


@counterpart("torch.nn.Module.type")
def type(self: nn.Cell, dst_type: ms.Type) -> nn.Cell:
    """Cast all of the network's parameters and buffers in place and return it."""
    return cast_state(self, dst_type, floating=False)
