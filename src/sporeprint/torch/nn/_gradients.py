"""torch.nn.utils: gradients that are clipped before a step, and parameters as one vector."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart
from sporeprint.torch._steering import GradientMode

_FOREACH = {"foreach": "it changes how fast this is"}


def gradients_in(parameters: Any) -> list[Tensor]:
    """Return the gradients of a parameter, or of those that have one."""
    each = [parameters] if isinstance(parameters, Tensor) else parameters
    return [parameter._grad for parameter in each if parameter._grad is not None]


@counterpart("torch.nn.utils.clip_grad_norm_", ignores=_FOREACH)
def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """Scale the gradients where their norm, taken together, is larger than ``max_norm``; return what it was."""
    return scale_gradients(parameters, float(max_norm), float(norm_type), error_if_nonfinite)


def scale_gradients(parameters: Any, most: float, order: float, strict: bool) -> Tensor:
    """Scale gradients in place, and return their norm."""
    with GradientMode(False):
        gradients = gradients_in(parameters)
        if not gradients:
            return Tensor(0.0)
        norms = ops.stack([norm_of(each, order).astype(gradients[0].dtype) for each in gradients])
        total = norm_of(norms, order)
        if strict and not math.isfinite(float(total)):
            raise RuntimeError(
                f"The total norm of order {order} for gradients from `parameters` is non-finite, so it cannot be "
                "clipped. To disable this error and scale the gradients by the non-finite norm anyway, set "
                "`error_if_nonfinite=False`"
            )
        # A minimum without a branch: numbers are not fetched from the device. nan stays nan, as in torch.
        share = most / (total + 1e-6)
        share = ops.where(share > 1.0, ops.ones_like(share), share)
        for each in gradients:
            each[()] = each * share.astype(each.dtype)
        return total


def norm_of(tensor: Tensor, order: float) -> Tensor:
    """Return the norm of all numbers of a tensor."""
    if order == math.inf:
        return tensor.abs().max()
    if order == 1.0:
        return tensor.abs().sum()
    if order == 2.0:
        return (tensor * tensor).sum().sqrt()
    return (tensor.abs() ** order).sum() ** (1.0 / order)


@counterpart("torch.nn.utils.clip_grad_value_", ignores=_FOREACH)
def clip_grad_value_(
    parameters: Tensor | Iterable[Tensor], clip_value: float, foreach: bool | None = None
) -> None:
    """Bring each number of the gradients between ``-clip_value`` and ``clip_value``."""
    clamp_gradients(parameters, float(clip_value))


def clamp_gradients(parameters: Any, most: float) -> None:
    """Clamp gradients in place."""
    with GradientMode(False):
        for each in gradients_in(parameters):
            each[()] = each.clamp(-most, most)


@counterpart(
    "torch.nn.utils.parameters_to_vector",
    differs={
        "bfloat16 & gradient": "MindSpore has no bfloat16 kernel for the gradient of iterating over a tensor on CPU",
        "empty & gradient": "the gradient of iterating over an empty tensor raises",
    },
)
def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """Return the numbers of all parameters, one after the other."""
    return ops.cat([each.reshape(-1) for each in parameters])
