"""torch.optim.rmsprop, written in MindSpore."""

from __future__ import annotations

from typing import Any

from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart_class
from sporeprint.torch.optim.optimizer import (
    CAPTURABLE,
    DIFFERENTIABLE,
    FOREACH,
    NO_ROOT,
    Optimizer,
    count_step,
    number,
    refuse_complex,
    require,
    write,
)


@counterpart_class(
    "torch.optim.RMSprop",
    ignores={**FOREACH, **CAPTURABLE},
    refuses=DIFFERENTIABLE,
    differs={**NO_ROOT, "accuracy & float16": "torch squares and subtracts in one step"},
)
class RMSprop(Optimizer):
    """RMSprop.

    Args:
        params: parameters, or groups of them.
        lr: learning rate.
        alpha: how much of the average of squares stays at each step.
        eps: is added to the denominator.
        weight_decay: how much of each parameter is added to its gradient.
        momentum: how much of the last step stays.
        centered: divide by an estimate of the deviation rather than of the size.
        maximize: go up.
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        require("learning rate", lr, lr >= 0)
        require("epsilon value", eps, eps >= 0)
        require("momentum value", momentum, momentum >= 0)
        require("weight_decay value", weight_decay, weight_decay >= 0)
        require("alpha value", alpha, alpha >= 0)
        defaults = {
            "lr": lr, "momentum": momentum, "alpha": alpha, "eps": eps, "centered": centered,
            "weight_decay": weight_decay, "capturable": capturable, "foreach": foreach, "maximize": maximize,
            "differentiable": differentiable,
        }  # fmt: skip
        super().__init__(params, defaults)

    def update(self, parameter: Any, gradient: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        """Change a parameter."""
        refuse_complex(parameter)
        if not state:
            state["step"] = 0
            state["square_avg"] = ops.zeros_like(parameter)
            if group["momentum"] > 0:
                state["momentum_buffer"] = ops.zeros_like(parameter)
            if group["centered"]:
                state["grad_avg"] = ops.zeros_like(parameter)
        count_step(state)
        decay, alpha = float(group["weight_decay"]), float(group["alpha"])
        if decay != 0:
            gradient = gradient + parameter * number(decay, parameter)
        squares = state["square_avg"]
        squares = squares * number(alpha, squares) + gradient * number(1 - alpha, squares) * gradient
        state["square_avg"] = size = squares
        if group["centered"]:
            average = state["grad_avg"]
            average = average + (gradient - average) * number(1 - alpha, average)
            state["grad_avg"] = average
            size = squares - average * average
        size = size.sqrt() + number(group["eps"], squares)
        rate = number(-float(group["lr"]), parameter)
        if group["momentum"] > 0:
            last = state["momentum_buffer"]
            last = state["momentum_buffer"] = last * number(group["momentum"], last) + gradient / size
            write(parameter, parameter + last * rate)
        else:
            write(parameter, parameter + gradient * rate / size)
