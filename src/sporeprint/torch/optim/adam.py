"""torch.optim.adam and torch.optim.adamw, written in MindSpore.

``mindspore.experimental.optim.Adam`` adds ``eps`` before it corrects the bias, torch after it.
"""

from __future__ import annotations

from typing import Any

from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart_class
from sporeprint.torch.optim.optimizer import (
    CAPTURABLE,
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
    "torch.optim.Adam",
    ignores={**FOREACH, **FUSED, **CAPTURABLE},
    refuses=DIFFERENTIABLE,
    differs={**NO_ROOT},
)
class Adam(Optimizer):
    """Adam.

    Args:
        params: parameters, or groups of them.
        lr: learning rate.
        betas: how much of the averages of gradients and of their squares stays at each step.
        eps: is added to the denominator.
        weight_decay: how much of each parameter is added to its gradient.
        amsgrad: divide by the largest average of squares so far.
        maximize: go up.
        decoupled_weight_decay: take the weight decay from the parameter instead, as AdamW does.
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-3,
        betas: tuple[Any, Any] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
    ) -> None:
        require("learning rate", lr, lr >= 0)
        require("epsilon value", eps, eps >= 0)
        require("beta parameter at index 0", betas[0], 0 <= betas[0] < 1)
        require("beta parameter at index 1", betas[1], 0 <= betas[1] < 1)
        require("weight_decay value", weight_decay, weight_decay >= 0)
        if isinstance(betas[0], Tensor) != isinstance(betas[1], Tensor):
            raise ValueError("betas must be either both floats or both Tensors")
        defaults = {
            "lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "amsgrad": amsgrad,
            "maximize": maximize, "foreach": foreach, "capturable": capturable, "differentiable": differentiable,
            "fused": fused, "decoupled_weight_decay": decoupled_weight_decay,
        }  # fmt: skip
        super().__init__(params, defaults)

    def update(self, parameter: Any, gradient: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        """Change a parameter."""
        refuse_complex(parameter)
        if not state:
            state["step"] = 0
            state["exp_avg"] = ops.zeros_like(parameter)
            state["exp_avg_sq"] = ops.zeros_like(parameter)
            if group["amsgrad"]:
                state["max_exp_avg_sq"] = ops.zeros_like(parameter)
        step = count_step(state)
        rate, decay = float(group["lr"]), float(group["weight_decay"])
        beta1, beta2 = float(group["betas"][0]), float(group["betas"][1])
        value = parameter * 1
        if decay != 0 and group["decoupled_weight_decay"]:
            value = value * number(1 - rate * decay, value)
        elif decay != 0:
            gradient = gradient + value * number(decay, value)
        average = state["exp_avg"]
        average = average + (gradient - average) * number(1 - beta1, average)
        squares = state["exp_avg_sq"] * number(beta2, value) + gradient * number(1 - beta2, value) * gradient
        state["exp_avg"], state["exp_avg_sq"] = average, squares
        if group["amsgrad"]:
            squares = state["max_exp_avg_sq"] = ops.maximum(state["max_exp_avg_sq"], squares)
        denominator = squares.sqrt() / number((1 - beta2**step) ** 0.5, value) + number(group["eps"], value)
        write(parameter, value + average * number(-rate / (1 - beta1**step), value) / denominator)


@counterpart_class(
    "torch.optim.AdamW",
    ignores={**FOREACH, **FUSED, **CAPTURABLE},
    refuses=DIFFERENTIABLE,
    differs={**NO_ROOT},
)
class AdamW(Adam):
    """Adam with a weight decay that is taken from the parameter, not added to its gradient.

    Args:
        params: parameters, or groups of them.
        lr: learning rate.
        betas: how much of the averages of gradients and of their squares stays at each step.
        eps: is added to the denominator.
        weight_decay: how much of each parameter, times the learning rate, is taken from it.
        amsgrad: divide by the largest average of squares so far.
        maximize: go up.
    """

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-3,
        betas: tuple[Any, Any] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(
            params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize, decoupled_weight_decay=True
        )
