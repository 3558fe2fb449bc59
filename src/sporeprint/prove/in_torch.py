"""What torch does in its own way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch

from sporeprint.prove.chance import Draws
from sporeprint.prove.task import Array, Task

Tensor = torch.Tensor
Layer = torch.nn.Module
version = torch.__version__


def seed(seed: int) -> None:
    """Seed torch's generator."""
    torch.manual_seed(seed)


def layers(model: Any) -> Iterator[tuple[str, Any]]:
    """Yield the modules with their paths."""
    yield from model.named_modules()


def described(layer: Any) -> tuple[str, str]:
    """Return a module's class; of torch's own, its full name and its options."""
    kind = type(layer)
    if kind.__module__.startswith("torch.nn.modules."):
        return f"torch.nn.{kind.__name__}", str(layer) if not any(layer.children()) else kind.__name__
    return kind.__name__, ""


def state(model: Any, task: Task) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return all parameters and buffers, those too that a state dict leaves out."""
    return dict(model.named_parameters()), dict(model.named_buffers())


def tied(model: Any) -> dict[str, str]:
    """Return the further names of parameters that have several."""
    first = {id(each): name for name, each in model.named_parameters()}
    every = model.named_parameters(remove_duplicate=False)
    return {name: first[id(each)] for name, each in every if first[id(each)] != name}


def set_mode(model: Any, training: bool) -> None:
    """Put a module into training or evaluation."""
    model.train(training)


def widen(model: Any) -> None:
    """Make a module float64."""
    model.double()


def put(tensor: Any, value: Array) -> None:
    """Copy a value into a parameter or buffer."""
    with torch.no_grad():
        tensor.copy_(torch.from_numpy(np.asarray(value)).to(tensor.dtype))


def set_gradient(tensor: Any, value: Array) -> None:
    """Give a parameter the gradient that an optimizer takes from it."""
    tensor.grad = torch.from_numpy(np.array(value)).to(tensor.dtype).reshape(tensor.shape)


def array(tensor: Any) -> Array:
    """Return a copy of a tensor's value; numpy has no bfloat16."""
    if tensor.dtype == torch.bfloat16:
        tensor = tensor.float()
    return np.array(tensor.detach().cpu().resolve_conj().numpy())


def make(array: Array, dtype: Any = None) -> Any:
    """Return a tensor with a value of its own."""
    made = torch.from_numpy(np.array(array))
    return made if dtype is None else made.to(dtype)


def is_float(tensor: Any) -> bool:
    """Return whether a tensor has gradients."""
    return bool(tensor.dtype.is_floating_point)


def gradients(
    loss: Callable[..., Any], tensors: Sequence[Any], parameters: Sequence[Any]
) -> tuple[list[Array], list[Array]]:
    """Return the gradients of ``loss(*tensors)``; zeros for what it does not depend on."""
    leaves = [each.detach().requires_grad_() for each in tensors]
    # What changes its input in place must not be given a leaf.
    value = loss(*(each.clone() for each in leaves))
    of = [*leaves, *parameters]
    found: Any = [None] * len(of)
    if value is not None and value.requires_grad:
        found = torch.autograd.grad(value, of, allow_unused=True)
    every = [
        array(torch.zeros_like(each) if gradient is None else gradient)
        for each, gradient in zip(of, found, strict=True)
    ]
    return every[: len(leaves)], every[len(leaves) :]


def nudged(tensor: Any, value: Array, gradient: Array) -> Any:
    """Return a tensor with something added, and with as much, relative to it, added to its gradient."""
    made = tensor + make(value, tensor.dtype)
    if made.requires_grad:
        noise = make(gradient, tensor.dtype)
        made.register_hook(lambda each: each + noise * each.abs().max())
    return made


def random(draws: Draws) -> list[tuple[Any, str, Any]]:
    """Return torch's random functions and what takes their place."""
    functional, chance = torch.nn.functional, draws.chance
    default = torch.get_default_dtype()

    def dropout(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
        return draws.dropout(input, p, training)

    return [
        (functional, "dropout", dropout), (torch, "dropout", dropout),
        *((functional, f"dropout{size}d", draws.by_channel(size)) for size in (1, 2, 3)),
        (torch, "rand", draws.sized(chance.uniform, default)),
        (torch, "randn", draws.sized(chance.normal, default)),
        (torch, "rand_like", draws.like(chance.uniform)), (torch, "randn_like", draws.like(chance.normal)),
        (functional, "scaled_dot_product_attention",
         attending(functional.scaled_dot_product_attention, draws)),
        *((torch._VF, name, dropping(getattr(torch._VF, name), draws))
          for name in ("lstm", "gru", "rnn_tanh", "rnn_relu")),
    ]  # fmt: skip


def attending(attend: Callable[..., Any], draws: Draws) -> Callable[..., Any]:
    """Return an attention that drops the weights that ``draws`` says; torch's own kernel draws by itself."""

    def attend_and_drop(
        query: Any,
        key: Any,
        value: Any,
        attn_mask: Any = None,
        dropout_p: float = 0.0,
        is_causal: bool = False,
        scale: float | None = None,
        enable_gqa: bool = False,
    ) -> Any:
        options = {"scale": scale, "enable_gqa": enable_gqa}
        if not dropout_p:
            return attend(query, key, value, attn_mask, 0.0, is_causal, **options)
        # What it gives of unit vectors are the weights.
        units = torch.eye(key.shape[-2], dtype=key.dtype).expand(*key.shape[:-2], -1, -1)
        weights = attend(query, key, units, attn_mask, 0.0, is_causal, **options)
        if enable_gqa:
            value = value.repeat_interleave(query.shape[-3] // value.shape[-3], -3)
        return draws.dropout(weights, dropout_p, True) @ value

    return attend_and_drop


def dropping(run: Callable[..., Any], draws: Draws) -> Callable[..., Any]:
    """Return a recurrent network that runs layer by layer, and drops what ``draws`` says between them.

    torch's own kernel draws by itself. What is packed is left to it.
    """

    def run_layers(*given: Any) -> Any:
        packed = not isinstance(given[3], bool)
        if packed or not (given[5] and given[6]):
            return run(*given)
        x, hx, weights, bias, count, p, training, bidirectional, batch_first = given
        x = x.transpose(0, 1) if batch_first else x
        each, ways = len(weights) // count, 2 if bidirectional else 1
        ends = []
        for layer in range(count):
            of_layer = slice(layer * ways, (layer + 1) * ways)
            start = tuple(state[of_layer] for state in hx) if isinstance(hx, tuple) else hx[of_layer]
            own = weights[layer * each : (layer + 1) * each]
            x, *end = run(x, start, own, bias, 1, 0.0, training, bidirectional, False)
            ends.append(end)
            x = draws.dropout(x, p, layer + 1 < count)
        x = x.transpose(0, 1) if batch_first else x
        return (x, *(torch.cat(states) for states in zip(*ends, strict=True)))

    return run_layers
