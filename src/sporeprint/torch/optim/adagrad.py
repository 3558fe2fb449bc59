"""torch.optim.adagrad, written in MindSpore."""

from __future__ import annotations

from typing import Any

from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart_class
from sporeprint.torch.optim.optimizer import (
    DIFFERENTIABLE,
    FOREACH,
    FUSED,
    NO_ROOT,
    Optimizer,
    count_step,
    number,
    refuse_complex,
    require,
    write,
)


@counterpart_class(
    "torch.optim.Adagrad", ignores={**FOREACH, **FUSED}, refuses=DIFFERENTIABLE, differs={**NO_ROOT}
)
class Adagrad(Optimizer):
    """Adagrad.

    Args:
        params: parameters, or groups of them.
        lr: learning rate.
        lr_decay: how fast it falls.
        weight_decay: how much of each parameter is added to its gradient.
        initial_accumulator_value: what the sum of squares starts with.
        eps: is added to the denominator.
        maximize: go up.
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        require("learning rate", lr, lr >= 0)
        require("lr_decay value", lr_decay, lr_decay >= 0)
        require("weight_decay value", weight_decay, weight_decay >= 0)
        require("initial_accumulator_value value", initial_accumulator_value, initial_accumulator_value >= 0)
        require("epsilon value", eps, eps >= 0)
        defaults = {
            "lr": lr, "lr_decay": lr_decay, "eps": eps, "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value, "foreach": foreach, "maximize": maximize,
            "differentiable": differentiable, "fused": fused,
        }  # fmt: skip
        super().__init__(params, defaults)
        for group in self.param_groups:
            for parameter in group["params"]:
                start = group["initial_accumulator_value"]
                self.state[parameter] = {
                    "step": 0,
                    "sum": ops.full_like(parameter, start, dtype=parameter.dtype),
                }

    def update(self, parameter: Any, gradient: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        """Change a parameter."""
        refuse_complex(parameter)
        step = count_step(state)
        decay = float(group["weight_decay"])
        if decay != 0:
            gradient = gradient + parameter * number(decay, parameter)
        rate = float(group["lr"]) / (1 + (step - 1) * group["lr_decay"])
        state["sum"] = state["sum"] + gradient * gradient
        size = state["sum"].sqrt() + number(group["eps"], parameter)
        write(parameter, parameter + gradient * number(-rate, parameter) / size)
