"""The normalisations of ``torch.nn.functional``, written in MindSpore."""

from __future__ import annotations

import math

from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart
from sporeprint.torch._differs import NO_BFLOAT16


@counterpart(
    "torch.nn.functional.layer_norm",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "empty": "MindSpore refuses empty tensors",
        "accuracy & float64": "MindSpore computes it with float32 accuracy",
        "accuracy & float16": "errs by up to 5.3e+02 units in the last place",
    },
)
def layer_norm(
    input: Tensor,
    normalized_shape: tuple[int, ...],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Normalise over the last dimensions.

    ops.layer_norm has no kernel on CPU; the primitive of nn.LayerNorm has.

    Args:
        input: (..., *normalized_shape), floating.
        normalized_shape: the dimensions to normalise over.
        weight: what the result is multiplied with, (*normalized_shape), or None.
        bias: what is added then, (*normalized_shape), or None.
        eps: what is added to the variance.

    Returns:
        Tensor of input's shape and dtype.
    """
    return layer_normalized(input, tuple(normalized_shape), weight, bias, eps)


def layer_normalized(
    input: Tensor, shape: tuple[int, ...], weight: Tensor | None, bias: Tensor | None, eps: float
) -> Tensor:
    """Normalise over the last dimensions; parameters as in torch's layer_norm."""
    scale = ops.ones(shape, input.dtype) if weight is None else weight
    shift = ops.zeros(shape, input.dtype) if bias is None else bias
    first = input.ndim - len(shape)
    normalize = ops.LayerNorm(begin_norm_axis=first, begin_params_axis=first, epsilon=eps)
    return normalize(input, scale, shift)[0]


@counterpart(
    "torch.nn.functional.rms_norm",
    differs={
        "float16": "MindSpore gives 0 where torch gives 221",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore takes arguments that torch refuses",
        "complex64": "MindSpore gives 0j where torch gives (nan+nanj)",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "empty & gradient": "MindSpore raises",
    },
)
def rms_norm(
    input: Tensor,
    normalized_shape: tuple[int, ...],
    weight: Tensor | None = None,
    eps: float | None = None,
) -> Tensor:
    """Divide by the root of the mean square over the last dimensions.

    Args:
        input: (..., *normalized_shape), floating.
        normalized_shape: the dimensions to normalise over.
        weight: what the result is multiplied with, (*normalized_shape), or None.
        eps: what is added to the mean square; None is the dtype's.

    Returns:
        Tensor of input's shape and dtype.
    """
    return rms_normalized(input, len(normalized_shape), weight, eps)


#: What torch adds where it is told nothing.
EPSILONS = {"Float16": 2.0**-10, "Float32": 2.0**-23, "Float64": 2.0**-52, "BFloat16": 2.0**-7}


def rms_normalized(input: Tensor, dims: int, weight: Tensor | None, eps: float | None) -> Tensor:
    """Divide by the root of the mean square over so many last dimensions, and multiply with weight."""
    added = EPSILONS[str(input.dtype)] if eps is None else eps
    mean = ops.mean(ops.square(input), axis=tuple(range(-dims, 0)), keep_dims=True)
    result = input * ops.rsqrt(mean + added)
    return result if weight is None else result * weight


@counterpart(
    "torch.nn.functional.group_norm",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore takes arguments that torch refuses",
        "empty": "MindSpore refuses empty tensors",
        "accuracy & float64": "errs by up to 2.9e+02 units in the last place",
    },
)
def group_norm(
    input: Tensor,
    num_groups: int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Normalise over groups of channels.

    Args:
        input: (N, C, ...), floating.
        num_groups: of which each has C / num_groups channels.
        weight: what each channel is multiplied with, (C,), or None.
        bias: what is added then, (C,), or None.
        eps: what is added to the variance.

    Returns:
        Tensor of input's shape and dtype.
    """
    return ops.group_norm(input, num_groups, weight=weight, bias=bias, eps=eps)


@counterpart(
    "torch.nn.functional.batch_norm",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore takes arguments that torch refuses",
        "accuracy": "results near 0 lose digits, up to 4.5e+06 units in the last place in the gradient",
        "empty": "results or gradients of empty tensors are wrong, or not written",
    },
)
def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Normalise each channel, over the batch or with running statistics.

    Args:
        input: (N, C, ...), floating.
        running_mean: (C,) or None; in training it is moved towards the batch's.
        running_var: (C,) or None; in training it is moved towards the batch's.
        weight: what each channel is multiplied with, (C,), or None.
        bias: what is added then, (C,), or None.
        training: whether to normalise over the batch.
        momentum: the part of the running statistics that the batch replaces.
        eps: what is added to the variance.

    Returns:
        Tensor of input's shape and dtype.
    """
    return batch_normalized(input, running_mean, running_var, weight, bias, training, momentum, eps)


def batch_normalized(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None,
    bias: Tensor | None,
    training: bool,
    momentum: float,
    eps: float,
) -> Tensor:
    """Normalise each channel; parameters as in torch's batch_norm."""
    shape = (1, -1) + (1,) * (input.ndim - 2)
    if training:
        axes = (0, *range(2, input.ndim))
        count = input.size // input.shape[1]
        if count == 1:
            raise ValueError(
                f"Expected more than 1 value per channel when training, got input size {input.shape}"
            )
        mean = ops.mean(input, axis=axes, keep_dims=True)
        variance = ops.mean(ops.square(input - mean), axis=axes, keep_dims=True)
        move_towards(running_mean, mean, momentum)
        move_towards(running_var, variance * (count / (count - 1)), momentum)
    else:
        if running_mean is None or running_var is None:
            raise RuntimeError("Expected running_mean and running_var to be defined when training=False")
        mean, variance = running_mean.reshape(shape), running_var.reshape(shape)
    result = (input - mean) / ops.sqrt(variance + eps)
    if weight is not None:
        result = result * weight.reshape(shape)
    return result if bias is None else result + bias.reshape(shape)


def move_towards(running: Tensor | None, statistics: Tensor, momentum: float) -> None:
    """Move running statistics (C,) in place towards those of a batch, (samples, C, …); None is left."""
    if running is not None:
        seen = ops.stop_gradient(statistics).reshape((-1, *running.shape)).astype(running.dtype)
        running[...] = (ops.stop_gradient(running) * (1 - momentum) + seen * momentum).mean(0)


@counterpart(
    "torch.nn.functional.instance_norm",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore takes arguments that torch refuses",
        "empty": "results or gradients of empty tensors are wrong, or not written",
        "accuracy & float64": "MindSpore computes it with float32 accuracy",
        "accuracy & float16": "errs by up to 3.3e+02 units in the last place",
    },
)
def instance_norm(
    input: Tensor,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Normalise each channel of each sample, by itself or with running statistics.

    Args:
        input: (N, C, ...), floating.
        running_mean: (C,) or None; with use_input_stats it is moved towards the mean of the samples'.
        running_var: (C,) or None; with use_input_stats it is moved towards the mean of the samples'.
        weight: what each channel is multiplied with, (C,), or None.
        bias: what is added then, (C,), or None.
        use_input_stats: whether to normalise each by itself.
        momentum: the part of the running statistics that the batch replaces.
        eps: what is added to the variance.

    Returns:
        Tensor of input's shape and dtype.
    """
    return instance_normalized(input, running_mean, running_var, weight, bias, use_input_stats, momentum, eps)


def instance_normalized(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None,
    bias: Tensor | None,
    use_input_stats: bool,
    momentum: float,
    eps: float,
) -> Tensor:
    """Normalise each channel of each sample; parameters as in torch's instance_norm."""
    if not use_input_stats:
        return batch_normalized(input, running_mean, running_var, weight, bias, False, momentum, eps)
    axes = tuple(range(2, input.ndim))
    count = math.prod(input.shape[2:])
    if count == 1:
        raise ValueError(f"Expected more than 1 spatial element when training, got input size {input.shape}")
    mean = ops.mean(input, axis=axes, keep_dims=True)
    variance = ops.mean(ops.square(input - mean), axis=axes, keep_dims=True)
    move_towards(running_mean, mean, momentum)
    move_towards(running_var, variance * (count / (count - 1)), momentum)
    result = (input - mean) / ops.sqrt(variance + eps)
    shape = (1, -1) + (1,) * (input.ndim - 2)
    if weight is not None:
        result = result * weight.reshape(shape)
    return result if bias is None else result + bias.reshape(shape)


@counterpart(
    "torch.nn.functional.local_response_norm",
    differs={
        **NO_BFLOAT16,
        "accuracy & float64": "MindSpore's Pow computes float64 in float32",
        "error": "torch refuses what MindSpore takes: complex numbers, integers but int64",
        "empty": "MindSpore refuses to differentiate empty tensors; of no integers the result is float32",
    },
)
def local_response_norm(
    input: Tensor, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Tensor:
    """Divide by what neighbouring channels hold; ops.lrn counts them in another way, and takes 4-D input only.

    Args:
        input: (N, C, ...), floating.
        size: how many channels.
        alpha: the factor of their mean square.
        beta: the exponent.
        k: what is added first.

    Returns:
        Tensor of input's shape and dtype.
    """
    return divided_by_neighbours(input, size, alpha, beta, k)


def divided_by_neighbours(input: Tensor, size: int, alpha: float, beta: float, k: float) -> Tensor:
    """Add up the squares of so many channels, beyond the ends 0; parameters as in torch's local_response_norm."""
    squares = ops.square(input)
    before, after, channels = size // 2, (size - 1) // 2, input.shape[1]
    total = squares
    for step in range(1, max(before, after) + 1):
        if step >= channels:
            break
        nothing = ops.zeros_like(squares[:, :step])
        if step <= before:
            total = total + ops.cat((nothing, squares[:, :-step]), axis=1)
        if step <= after:
            total = total + ops.cat((squares[:, step:], nothing), axis=1)
    mean = total / size if input.is_floating_point() else total // size
    return input / ops.pow(mean * alpha + k, beta)
