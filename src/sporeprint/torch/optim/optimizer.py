"""torch.optim.optimizer, written in MindSpore: what all optimizers have in common.

Gradients are what ``backward`` has added up in the parameters (:mod:`sporeprint.torch.autograd`).
"""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from typing import Any

from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart_class
from sporeprint.torch._steering import GradientMode

#: Options that choose how torch computes a step, not what comes of it.
FOREACH = {"foreach": "it changes how fast a step is"}
FUSED = {"fused": "it changes how fast a step is"}
NO_ROOT = {
    "bfloat16": "MindSpore's Sqrt has no bfloat16 kernel on CPU",
    "complex64": "torch updates real and imaginary part each on its own; here complex parameters are refused",
}
CAPTURABLE = {"capturable": "it makes a step part of a CUDA graph"}
DIFFERENTIABLE = {"differentiable": "compute the step with functions of torch, and go back through these"}


@counterpart_class("torch.optim.Optimizer")
class Optimizer:
    """Holds groups of parameters with their options, and what was gathered for each parameter.

    Args:
        params: parameters, pairs of names and parameters, or dicts that hold such under "params" beside options of
            their own.
        defaults: the options of the groups that do not give them.
    """

    def __init__(self, params: Any, defaults: dict[str, Any]) -> None:
        if isinstance(params, Tensor):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of Tensors or dicts, but got Tensor"
            )
        self.defaults = defaults
        self.state: defaultdict[Any, dict[str, Any]] = defaultdict(dict)
        self.param_groups: list[dict[str, Any]] = []
        groups = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def __repr__(self) -> str:
        """Show the groups' options, as torch does."""
        lines = [type(self).__name__.removeprefix("optim_") + " ("]
        for number, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {number}")
            lines += [f"    {name}: {group[name]}" for name in sorted(group) if name != "params"]
        return "\n".join(lines) + "\n)"

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group of parameters.

        Raises:
            TypeError: it holds something else than tensors.
            ValueError: an option is missing, or a parameter is in a group already.
        """
        given = param_group["params"]
        if isinstance(given, set):
            raise TypeError("optimizer parameters need to be organized in ordered collections")
        each = [given] if isinstance(given, Tensor) else list(given)
        if each and all(isinstance(one, tuple) for one in each):
            param_group["param_names"] = [name for name, _ in each]
            each = [parameter for _, parameter in each]
        for parameter in each:
            if not isinstance(parameter, Tensor):
                raise TypeError(
                    f"optimizer can only optimize Tensors, but one of the params is {type(parameter)}"
                )
        for name, default in self.defaults.items():
            param_group.setdefault(name, default)
        if len({id(one) for one in each}) != len(each):
            warnings.warn("optimizer contains a parameter group with duplicate parameters", stacklevel=3)
        held = {id(one) for group in self.param_groups for one in group["params"]}
        if held & {id(one) for one in each}:
            raise ValueError("some parameters appear in more than one parameter group")
        param_group["params"] = each
        self.param_groups.append(param_group)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients, or make them zero."""
        for group in self.param_groups:
            clear_gradients(group["params"], set_to_none)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Take a step with the gradients that the parameters have; those without any stay as they are.

        Args:
            closure: computes the loss and its gradients first.

        Returns:
            What the closure returned.
        """
        loss = None
        if closure is not None:
            with GradientMode(True):
                loss = closure()
        with GradientMode(False):
            for group in self.param_groups:
                for parameter in group["params"]:
                    if parameter._grad is not None:
                        gradient = -parameter._grad if group["maximize"] else parameter._grad
                        self.update(parameter, gradient, self.state[parameter], group)
        return loss

    def update(self, parameter: Any, gradient: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        """Change a parameter."""
        raise NotImplementedError

    def state_dict(self) -> dict[str, Any]:
        """Return what was gathered, by the parameters' numbers, and the options of the groups."""
        numbers: dict[int, int] = {}
        for group in self.param_groups:
            for parameter in group["params"]:
                numbers.setdefault(id(parameter), len(numbers))
        groups = [
            {**group, "params": [numbers[id(parameter)] for parameter in group["params"]]}
            for group in self.param_groups
        ]
        state = {
            numbers[id(key)] if isinstance(key, Tensor) else key: value for key, value in self.state.items()
        }
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what an optimizer of the same parameters has gathered, and the options of its groups.

        Raises:
            ValueError: its groups are others.
        """
        saved = state_dict["param_groups"]
        if len(saved) != len(self.param_groups):
            raise ValueError("loaded state dict has a different number of parameter groups")
        for ours, theirs in zip(self.param_groups, saved, strict=True):
            if len(ours["params"]) != len(theirs["params"]):
                raise ValueError("loaded state dict contains a parameter group that doesn't match the size of "
                                 "optimizer's group")  # fmt: skip
        parameters = [one for group in self.param_groups for one in group["params"]]
        numbers = [number for group in saved for number in group["params"]]
        by_number = dict(zip(numbers, parameters, strict=True))
        self.state = defaultdict(dict)
        for key, value in state_dict["state"].items():
            if key in by_number:
                like = by_number[key]
                self.state[like] = {
                    name: each if name == "step" else cast_like(each, like) for name, each in value.items()
                }
            else:
                self.state[key] = value
        for group, theirs in zip(self.param_groups, saved, strict=True):
            group.update(deepcopy({name: value for name, value in theirs.items() if name != "params"}))


def clear_gradients(parameters: Iterable[Any], set_to_none: bool) -> None:
    """Forget the gradients of parameters, or make them zero."""
    for parameter in parameters:
        if set_to_none or parameter._grad is None:
            parameter._grad = None
        else:
            parameter._grad = ops.zeros_like(parameter._grad)


def cast_like(value: Any, parameter: Tensor) -> Any:
    """Return a copy of something gathered, in the dtype of its parameter."""
    if isinstance(value, Tensor):
        return value.astype(parameter.dtype) if parameter.is_floating_point() else value.copy()
    return deepcopy(value)


def count_step(state: dict[str, Any]) -> int:
    """Count one more step, and return how many there were. The count may come from a checkpoint, as a tensor."""
    state["step"] = int(state.get("step", 0)) + 1
    return state["step"]


def number(value: Any, like: Tensor) -> Any:
    """Return a number that a tensor can be multiplied by: beside float64 MindSpore rounds plain ones to float32."""
    value = float(value)
    return Tensor(value, like.dtype) if like.itemsize == 8 else value


def refuse_complex(parameter: Tensor) -> None:
    """Raise TypeError for a complex parameter, whose parts torch updates each on its own."""
    if parameter.is_complex():
        raise TypeError("complex parameters have no counterpart here: hold real and imaginary part apart")


def require(name: str, value: Any, allowed: bool) -> None:
    """Raise ValueError for an option outside of its range."""
    if not allowed:
        raise ValueError(f"Invalid {name}: {value}")


def write(parameter: Any, value: Tensor) -> None:
    """Give a parameter new numbers, which all that shares its memory sees.

    ops.assign refuses a parameter that was written to by an index before, and bfloat16.
    """
    parameter.copy_(value.astype(parameter.dtype))
