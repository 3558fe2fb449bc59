"""torch.optim.adadelta, written in MindSpore."""

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
    "torch.optim.Adadelta",
    ignores={**FOREACH, **CAPTURABLE},
    refuses=DIFFERENTIABLE,
    differs={**NO_ROOT},
)
class Adadelta(Optimizer):
    """Adadelta.

    Args:
        params: parameters, or groups of them.
        lr: learning rate.
        rho: how much of the averages stays at each step.
        eps: is added below the roots.
        weight_decay: how much of each parameter is added to its gradient.
        maximize: go up.
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        capturable: bool = False,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        require("learning rate", lr, lr >= 0)
        require("rho value", rho, 0 <= rho <= 1)
        require("epsilon value", eps, eps >= 0)
        require("weight_decay value", weight_decay, weight_decay >= 0)
        defaults = {
            "lr": lr, "rho": rho, "eps": eps, "weight_decay": weight_decay, "maximize": maximize,
            "capturable": capturable, "foreach": foreach, "differentiable": differentiable,
        }  # fmt: skip
        super().__init__(params, defaults)

    def update(self, parameter: Any, gradient: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        """Change a parameter."""
        refuse_complex(parameter)
        if not state:
            state["step"] = 0
            state["square_avg"] = ops.zeros_like(parameter)
            state["acc_delta"] = ops.zeros_like(parameter)
        count_step(state)
        decay, rho = float(group["weight_decay"]), float(group["rho"])
        stays, enters, eps = (
            number(rho, parameter),
            number(1 - rho, parameter),
            number(group["eps"], parameter),
        )
        if decay != 0:
            gradient = gradient + parameter * number(decay, parameter)
        squares = state["square_avg"] = state["square_avg"] * stays + gradient * enters * gradient
        delta = (state["acc_delta"] + eps).sqrt() / (squares + eps).sqrt() * gradient
        state["acc_delta"] = state["acc_delta"] * stays + delta * enters * delta
        write(parameter, parameter + delta * number(-float(group["lr"]), parameter))
