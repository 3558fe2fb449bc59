"""torch.nn.utils, written in MindSpore: reparametrizations of weights, and sequences of several lengths.

The reparametrized weight is computed anew at each call of the layer, from parameters that hold torch's names
(``weight_g`` and ``weight_v``; ``weight_orig`` with the buffers ``weight_u`` and ``weight_v``).
``tests/counterparts/test_utils.py`` compares them with torch's: values, gradients, state.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mindspore as ms
from mindspore import Parameter, Tensor, nn, ops

from sporeprint.counterpart import counterpart


def norm_except(weight: Tensor, dim: int | None) -> Tensor:
    """Return the 2-norm over all dimensions but one, which keeps its length; over all of them for None."""
    if dim is None:
        return (weight * weight).sum().sqrt()
    axes = tuple(axis for axis in range(weight.ndim) if axis != dim % weight.ndim)
    if not axes:
        return weight.abs()
    return (weight * weight).sum(axis=axes, keepdims=True).sqrt()


def compute_at_each_call(module: nn.Cell, name: str, compute: Callable[[], Tensor]) -> None:
    """Let a cell compute one of its tensors before each call, in place of the parameter that it held."""
    module._params.pop(name, None)
    original = module.construct

    def construct(*args: Any, **kwargs: Any) -> Any:
        object.__setattr__(module, name, compute())
        return original(*args, **kwargs)

    object.__setattr__(module, name, compute())
    module.construct = construct
    module.__dict__.setdefault("reparametrized", {})[name] = original


def compute_no_more(module: nn.Cell, name: str, value: Tensor) -> None:
    """Give a cell back the parameter that it computed at each call."""
    module.construct = module.__dict__["reparametrized"].pop(name)
    module.__dict__.pop(name, None)
    module.insert_param_to_cell(name, Parameter(value, name=name))


@counterpart("torch.nn.utils.weight_norm")
def weight_norm(module: nn.Cell, name: str = "weight", dim: int | None = 0) -> nn.Cell:
    """Split a weight into its length ``name_g`` and its direction ``name_v``, and return the layer.

    Args:
        module: holds a parameter of that name.
        name: of the parameter.
        dim: the dimension over which lengths are not summed; None for one length in all.
    """
    weight = module._params[name]
    direction = Parameter(Tensor(weight.asnumpy()), name=f"{weight.name}_v")
    length = Parameter(norm_except(Tensor(weight.asnumpy()), dim), name=f"{weight.name}_g")
    module.insert_param_to_cell(f"{name}_g", length)
    module.insert_param_to_cell(f"{name}_v", direction)

    def compute() -> Tensor:
        return direction * (length / norm_except(direction, dim))

    compute_at_each_call(module, name, compute)
    return module


@counterpart("torch.nn.utils.remove_weight_norm")
def remove_weight_norm(module: nn.Cell, name: str = "weight") -> nn.Cell:
    """Give a layer back its weight as a parameter, and return the layer.

    Raises:
        ValueError: it has no weight norm of that name.
    """
    if f"{name}_g" not in module._params:
        raise ValueError(f"weight_norm of '{name}' not found in {module}")
    length, direction = module._params[f"{name}_g"], module._params[f"{name}_v"]
    dims = [axis for axis, size in enumerate(length.shape) if size != 1]
    dim = None if not length.shape else dims[0] if dims else 0
    value = direction * (length / norm_except(direction, dim))
    del module._params[f"{name}_g"], module._params[f"{name}_v"]
    compute_no_more(module, name, Tensor(value.asnumpy()))
    return module


@counterpart("torch.nn.utils.spectral_norm")
def spectral_norm(
    module: nn.Cell,
    name: str = "weight",
    n_power_iterations: int = 1,
    eps: float = 1e-12,
    dim: int | None = None,
) -> nn.Cell:
    """Divide a weight by its largest singular value, which power iterations estimate in training; return the layer.

    Args:
        module: holds a parameter of that name.
        name: of the parameter.
        n_power_iterations: at each call in training.
        eps: the least length that a vector is divided by.
        dim: the dimension of outputs; by default 1 for transposed convolutions, else 0.
    """
    weight = module._params[name]
    if dim is None:
        dim = 1 if "Transpose" in type(module).__name__ else 0
    axes = (dim, *(axis for axis in range(weight.ndim) if axis != dim))
    original = Parameter(Tensor(weight.asnumpy()), name=f"{weight.name}_orig")
    rows = weight.shape[dim]
    columns = 1
    for axis in axes[1:]:
        columns *= weight.shape[axis]
    left, right = ops.randn(rows), ops.randn(columns)
    module.insert_param_to_cell(f"{name}_orig", original)
    module.register_buffer(f"{name}_u", left / ops.maximum(left.norm(), Tensor(eps, ms.float32)))
    module.register_buffer(f"{name}_v", right / ops.maximum(right.norm(), Tensor(eps, ms.float32)))

    def compute() -> Tensor:
        matrix = original.transpose(axes).reshape(rows, columns)
        u, v = module._buffers[f"{name}_u"], module._buffers[f"{name}_v"]
        if module.training:
            fixed = ops.stop_gradient(matrix)
            for _ in range(n_power_iterations):
                product = ops.matmul(fixed.T, u)
                v[...] = product / ops.maximum(product.norm(), Tensor(eps, product.dtype))
                product = ops.matmul(fixed, v)
                u[...] = product / ops.maximum(product.norm(), Tensor(eps, product.dtype))
        sigma = (ops.stop_gradient(u * 1) * ops.matmul(matrix, ops.stop_gradient(v * 1))).sum()
        return original / sigma

    compute_at_each_call(module, name, compute)
    return module


@counterpart(
    "torch.nn.utils.rnn.pad_sequence",
    differs={
        "bfloat16": "MindSpore's Stack has no bfloat16 kernel on CPU",
        "empty & gradient": "MindSpore raises where it differentiates a slice of nothing",
    },
)
def pad_sequence(
    sequences: Tensor | list[Tensor],
    batch_first: bool = False,
    padding_value: float = 0.0,
    padding_side: str = "right",
) -> Tensor:
    """Stack sequences of several lengths, each filled up to the longest.

    Args:
        sequences: tensors of shape (L, *), where L may differ.
        batch_first: whether the result is of shape (B, L, *) or (L, B, *).
        padding_value: what fills them up.
        padding_side: where, "right" or "left".

    Raises:
        ValueError: padding_side is neither.
        RuntimeError: there are no sequences, or their shapes differ in more than the length.
    """
    if padding_side not in ("left", "right"):
        raise ValueError(f"padding_side should be 'left' or 'right', not {padding_side!r}")
    if not len(sequences):
        raise RuntimeError("pad_sequence: received an empty list of sequences")
    rest = sequences[0].shape[1:]
    longest = max(each.shape[0] for each in sequences)
    rows = []
    for each in sequences:
        if each.shape[1:] != rest:
            raise RuntimeError(
                f"pad_sequence: the shapes differ in more than the length: {each.shape[1:]} and {rest}"
            )
        row = each.astype(sequences[0].dtype)
        if each.shape[0] < longest:
            filling = ops.full((longest - each.shape[0], *rest), padding_value, dtype=row.dtype)
            row = ops.cat((row, filling) if padding_side == "right" else (filling, row))
        rows.append(row)
    return ops.stack(rows, axis=0 if batch_first else 1)
