"""torch.optim.sgd, written in MindSpore."""

from __future__ import annotations

from typing import Any

from mindspore import Tensor

from sporeprint.counterpart import counterpart_class
from sporeprint.torch.optim.optimizer import DIFFERENTIABLE, FOREACH, FUSED, Optimizer, number, require, write


@counterpart_class("torch.optim.SGD", ignores={**FOREACH, **FUSED}, refuses=DIFFERENTIABLE)
class SGD(Optimizer):
    """Stochastic gradient descent, with momentum where that is asked for.

    Args:
        params: parameters, or groups of them.
        lr: learning rate.
        momentum: how much of the last step stays.
        dampening: how much less than a gradient is added to it.
        weight_decay: how much of each parameter is added to its gradient.
        nesterov: look ahead.
        maximize: go up.
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: Any = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        require("learning rate", lr, lr >= 0)
        require("momentum value", momentum, momentum >= 0)
        require("weight_decay value", weight_decay, weight_decay >= 0)
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        defaults = {
            "lr": lr, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay,
            "nesterov": nesterov, "maximize": maximize, "foreach": foreach, "differentiable": differentiable,
            "fused": fused,
        }  # fmt: skip
        super().__init__(params, defaults)

    def update(self, parameter: Any, gradient: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        """Change a parameter."""
        momentum, decay = group["momentum"], float(group["weight_decay"])
        if decay != 0:
            gradient = gradient + parameter * number(decay, parameter)
        if momentum != 0:
            last = state.get("momentum_buffer")
            if last is None:
                last = gradient * 1
            else:
                last = last * number(momentum, last) + gradient * number(1 - group["dampening"], last)
            state["momentum_buffer"] = last
            gradient = gradient + last * number(momentum, last) if group["nesterov"] else last
        write(parameter, parameter + gradient * number(-float(group["lr"]), parameter))
