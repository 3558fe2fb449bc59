"""``torch.nn.init``, written in MindSpore.

What is random is drawn with numpy, which mindspore.set_seed seeds.
"""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart


def filled_with(tensor: Tensor, numbers: Any) -> Tensor:
    """Write numbers, as many as the tensor has or one for all, to a tensor or parameter and return it."""
    values = Tensor(np.ascontiguousarray(np.broadcast_to(np.asarray(numbers), tensor.shape)), tensor.dtype)
    try:
        ops.assign(tensor, values)  # its gradient passes by the change, as torch's does
    except RuntimeError:  # a view
        tensor[...] = values
    return tensor


@counterpart("torch.nn.init.constant_")
def constant_(tensor: Tensor, val: float) -> Tensor:
    """Fill a tensor of any shape and dtype with val."""
    return filled_with(tensor, val)


@counterpart("torch.nn.init.zeros_")
def zeros_(tensor: Tensor) -> Tensor:
    """Fill a tensor of any shape and dtype with 0."""
    return filled_with(tensor, 0)


@counterpart("torch.nn.init.ones_")
def ones_(tensor: Tensor) -> Tensor:
    """Fill a tensor of any shape and dtype with 1."""
    return filled_with(tensor, 1)


@counterpart("torch.nn.init.uniform_", refuses={"generator": "seed with mindspore.set_seed"})
def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Any = None) -> Tensor:
    """Fill a tensor with numbers from a to b.

    Args:
        tensor: any shape, floating.
        a: the least.
        b: the bound.
        generator: refused.

    Returns:
        The tensor.
    """
    return filled_with(tensor, np.random.uniform(a, b, tensor.shape))


@counterpart("torch.nn.init.normal_", refuses={"generator": "seed with mindspore.set_seed"})
def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Any = None) -> Tensor:
    """Fill a tensor with normally distributed numbers.

    Args:
        tensor: any shape, floating.
        mean: their mean.
        std: their standard deviation.
        generator: refused.

    Returns:
        The tensor.
    """
    return filled_with(tensor, np.random.normal(mean, std, tensor.shape))


@counterpart("torch.nn.init.trunc_normal_", refuses={"generator": "seed with mindspore.set_seed"})
def trunc_normal_(
    tensor: Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Any = None,
) -> Tensor:
    """Fill a tensor with numbers from a normal distribution between two bounds.

    Args:
        tensor: any shape, floating.
        mean: of the whole distribution.
        std: of the whole distribution.
        a: the lower bound.
        b: the upper bound.
        generator: refused.

    Returns:
        The tensor.
    """
    return filled_with(tensor, truncated_normal(mean, std, a, b, tensor.shape))


def truncated_normal(mean: float, std: float, a: float, b: float, shape: tuple[int, ...]) -> Any:
    """Draw from a normal distribution between a and b: what falls outside is drawn again."""
    if std == 0 or a >= b:
        return np.clip(np.full(shape, float(mean)), a, b)
    low, high = (a - mean) / std, (b - mean) / std
    count = math.prod(shape)
    if max(low, -high) < 1 and high - low > 0.5:
        drawn = np.random.normal(size=count)
        outside = np.flatnonzero((drawn < low) | (drawn > high))
        while outside.size:
            drawn[outside] = np.random.normal(size=outside.size)
            outside = outside[(drawn[outside] < low) | (drawn[outside] > high)]
        return (drawn * std + mean).reshape(shape)
    # Little of the distribution lies there: uniform numbers are kept with a probability in proportion to its density.
    peak = min(max(0.0, low), high)
    drawn = np.empty(count)
    outside = np.arange(count)
    while outside.size:
        drawn[outside] = np.random.uniform(low, min(high, low + 12), outside.size)
        chance = np.exp((peak**2 - drawn[outside] ** 2) / 2)
        outside = outside[np.random.uniform(size=outside.size) > chance]
    return (drawn * std + mean).reshape(shape)


@counterpart("torch.nn.init.eye_")
def eye_(tensor: Tensor) -> Tensor:
    """Fill a matrix with the identity."""
    if tensor.ndim != 2:
        raise ValueError("Only tensors with 2 dimensions are supported")
    return filled_with(tensor, np.eye(*tensor.shape))


@counterpart("torch.nn.init.dirac_")
def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """Fill the weight of a convolution so that it passes on its input.

    Args:
        tensor: (out_channels, in_channels, ...), of rank 3 to 5.
        groups: of the convolution.

    Returns:
        The tensor.
    """
    if tensor.ndim not in (3, 4, 5):
        raise ValueError("Only tensors with 3, 4, or 5 dimensions are supported")
    if tensor.shape[0] % groups:
        raise ValueError("dim 0 must be divisible by groups")
    numbers = np.zeros(tensor.shape)
    own = tensor.shape[0] // groups
    center = tuple(size // 2 for size in tensor.shape[2:])
    for group in range(groups):
        for channel in range(min(own, tensor.shape[1])):
            numbers[(group * own + channel, channel, *center)] = 1
    return filled_with(tensor, numbers)


@counterpart("torch.nn.init._calculate_fan_in_and_fan_out")
def _calculate_fan_in_and_fan_out(tensor: Tensor) -> tuple[int, int]:
    """Return how many inputs and outputs each unit of a weight of rank 2 or more has."""
    return fans(tensor)


def fans(tensor: Tensor) -> tuple[int, int]:
    """Return how many inputs and outputs each unit of a weight of rank 2 or more has."""
    if tensor.ndim < 2:
        raise ValueError("Fan in and fan out can not be computed for tensor with fewer than 2 dimensions")
    field = math.prod(tensor.shape[2:])
    return tensor.shape[1] * field, tensor.shape[0] * field


@counterpart("torch.nn.init._calculate_correct_fan")
def _calculate_correct_fan(tensor: Tensor, mode: str) -> int:
    """Return how many inputs ("fan_in") or outputs ("fan_out") each unit of a weight of rank 2 or more has."""
    return fan_of(tensor, mode)


def fan_of(tensor: Tensor, mode: str) -> int:
    """Return how many inputs ("fan_in") or outputs ("fan_out") each unit of a weight of rank 2 or more has."""
    if mode.lower() not in ("fan_in", "fan_out"):
        raise ValueError(f"Mode {mode} not supported, please use one of ['fan_in', 'fan_out']")
    return fans(tensor)[mode.lower() == "fan_out"]


@counterpart("torch.nn.init.calculate_gain")
def calculate_gain(nonlinearity: str, param: int | float | None = None) -> float:
    """Return the factor by which weights before a nonlinearity are larger.

    Args:
        nonlinearity: its name.
        param: the slope of "leaky_relu"; None is 0.01.
    """
    return gain_of(nonlinearity, param)


#: The nonlinearities whose gain depends on nothing.
GAINS = {
    "linear": 1, "conv1d": 1, "conv2d": 1, "conv3d": 1, "conv_transpose1d": 1, "conv_transpose2d": 1,
    "conv_transpose3d": 1, "sigmoid": 1, "tanh": 5 / 3, "relu": 2**0.5, "selu": 0.75,
}  # fmt: skip


def gain_of(nonlinearity: str, param: int | float | None) -> float:
    """Return the factor by which weights before a nonlinearity are larger."""
    if nonlinearity in GAINS:
        return GAINS[nonlinearity]
    if nonlinearity != "leaky_relu":
        raise ValueError(f"Unsupported nonlinearity {nonlinearity}")
    slope = 0.01 if param is None else param
    if isinstance(slope, bool) or not isinstance(slope, int | float):
        raise ValueError(f"negative_slope {param} not a valid number")
    return math.sqrt(2.0 / (1 + slope**2))


@counterpart("torch.nn.init.xavier_uniform_", refuses={"generator": "seed with mindspore.set_seed"})
def xavier_uniform_(tensor: Tensor, gain: float = 1.0, generator: Any = None) -> Tensor:
    """Fill a weight with uniform numbers, whose variance depends on its inputs and outputs.

    Args:
        tensor: rank 2 or more, floating.
        gain: a factor.
        generator: refused.

    Returns:
        The tensor.
    """
    bound = gain * math.sqrt(6.0 / sum(fans(tensor)))
    return filled_with(tensor, np.random.uniform(-bound, bound, tensor.shape))


@counterpart("torch.nn.init.xavier_normal_", refuses={"generator": "seed with mindspore.set_seed"})
def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Any = None) -> Tensor:
    """Fill a weight with normal numbers, whose variance depends on its inputs and outputs.

    Args:
        tensor: rank 2 or more, floating.
        gain: a factor.
        generator: refused.

    Returns:
        The tensor.
    """
    return filled_with(tensor, np.random.normal(0, gain * math.sqrt(2.0 / sum(fans(tensor))), tensor.shape))


@counterpart("torch.nn.init.kaiming_uniform_", refuses={"generator": "seed with mindspore.set_seed"})
def kaiming_uniform_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Any = None,
) -> Tensor:
    """Fill a weight with uniform numbers, whose variance depends on its inputs or outputs.

    Args:
        tensor: rank 2 or more, floating.
        a: the slope of a leaky_relu that follows.
        mode: "fan_in" or "fan_out".
        nonlinearity: the name of what follows.
        generator: refused.

    Returns:
        The tensor.
    """
    return filled_with(tensor, kaiming_numbers(tensor, a, mode, nonlinearity, True))


@counterpart("torch.nn.init.kaiming_normal_", refuses={"generator": "seed with mindspore.set_seed"})
def kaiming_normal_(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Any = None,
) -> Tensor:
    """Fill a weight with normal numbers, whose variance depends on its inputs or outputs.

    Args:
        tensor: rank 2 or more, floating.
        a: the slope of a leaky_relu that follows.
        mode: "fan_in" or "fan_out".
        nonlinearity: the name of what follows.
        generator: refused.

    Returns:
        The tensor.
    """
    return filled_with(tensor, kaiming_numbers(tensor, a, mode, nonlinearity, False))


def kaiming_numbers(tensor: Tensor, a: float, mode: str, nonlinearity: str, uniform: bool) -> Any:
    """Draw the numbers of torch's kaiming_uniform_ or kaiming_normal_."""
    if 0 in tensor.shape:
        warnings.warn("Initializing zero-element tensors is a no-op", stacklevel=3)
        return np.zeros(tensor.shape)
    std = gain_of(nonlinearity, a) / math.sqrt(fan_of(tensor, mode))
    if uniform:
        return np.random.uniform(-math.sqrt(3.0) * std, math.sqrt(3.0) * std, tensor.shape)
    return np.random.normal(0, std, tensor.shape)


@counterpart("torch.nn.init.orthogonal_", refuses={"generator": "seed with mindspore.set_seed"})
def orthogonal_(tensor: Tensor, gain: float = 1, generator: Any = None) -> Tensor:
    """Fill a weight with an orthogonal matrix, its dimensions from the second on joined.

    Args:
        tensor: rank 2 or more, floating.
        gain: a factor.
        generator: refused.

    Returns:
        The tensor.
    """
    return filled_with(tensor, gain * orthogonal_numbers(tensor.shape))


def orthogonal_numbers(shape: tuple[int, ...]) -> Any:
    """Draw a tensor whose rows, or columns if these are fewer, are orthonormal."""
    if len(shape) < 2:
        raise ValueError("Only tensors with 2 or more dimensions are supported")
    if 0 in shape:
        return np.zeros(shape)
    rows, columns = shape[0], math.prod(shape[1:])
    q, r = np.linalg.qr(np.random.normal(size=(max(rows, columns), min(rows, columns))))
    q = q * np.sign(np.diag(r))  # otherwise the distribution is not uniform
    return (q.T if rows < columns else q).reshape(shape)


@counterpart("torch.nn.init.sparse_", refuses={"generator": "seed with mindspore.set_seed"})
def sparse_(tensor: Tensor, sparsity: float, std: float = 0.01, generator: Any = None) -> Tensor:
    """Fill a matrix with normal numbers, of which in each column a part is 0.

    Args:
        tensor: a matrix, floating.
        sparsity: the part.
        std: the standard deviation of the others.
        generator: refused.

    Returns:
        The tensor.
    """
    if tensor.ndim != 2:
        raise ValueError("Only tensors with 2 dimensions are supported")
    numbers = np.random.normal(0, std, tensor.shape)
    zeros = math.ceil(sparsity * tensor.shape[0])
    for column in range(tensor.shape[1]):
        numbers[np.random.permutation(tensor.shape[0])[:zeros], column] = 0
    return filled_with(tensor, numbers)


# ------------------------------------------------------------------------------
# The old names, which torch deprecates
# ------------------------------------------------------------------------------


@counterpart(
    "torch.nn.init.uniform",
    refuses={"generator": "seed with mindspore.set_seed"},
    differs={"warning": "torch warns that the name is deprecated"},
)
def uniform(tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Any = None) -> Tensor:
    """Call :func:`uniform_`, whose parameters these are, under a deprecated name."""
    return uniform_(tensor, a, b)


@counterpart(
    "torch.nn.init.normal",
    refuses={"generator": "seed with mindspore.set_seed"},
    differs={"warning": "torch warns that the name is deprecated"},
)
def normal(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Any = None) -> Tensor:
    """Call :func:`normal_`, whose parameters these are, under a deprecated name."""
    return normal_(tensor, mean, std)


@counterpart("torch.nn.init.constant", differs={"warning": "torch warns that the name is deprecated"})
def constant(tensor: Tensor, val: float) -> Tensor:
    """Call :func:`constant_`, whose parameters these are, under a deprecated name."""
    return constant_(tensor, val)


@counterpart("torch.nn.init.eye", differs={"warning": "torch warns that the name is deprecated"})
def eye(tensor: Tensor) -> Tensor:
    """Call :func:`eye_`, whose parameters these are, under a deprecated name."""
    return eye_(tensor)


@counterpart("torch.nn.init.dirac", differs={"warning": "torch warns that the name is deprecated"})
def dirac(tensor: Tensor, groups: int = 1) -> Tensor:
    """Call :func:`dirac_`, whose parameters these are, under a deprecated name."""
    return dirac_(tensor, groups)


@counterpart(
    "torch.nn.init.xavier_uniform",
    refuses={"generator": "seed with mindspore.set_seed"},
    differs={"warning": "torch warns that the name is deprecated"},
)
def xavier_uniform(tensor: Tensor, gain: float = 1.0, generator: Any = None) -> Tensor:
    """Call :func:`xavier_uniform_`, whose parameters these are, under a deprecated name."""
    return xavier_uniform_(tensor, gain)


@counterpart(
    "torch.nn.init.xavier_normal",
    refuses={"generator": "seed with mindspore.set_seed"},
    differs={"warning": "torch warns that the name is deprecated"},
)
def xavier_normal(tensor: Tensor, gain: float = 1.0, generator: Any = None) -> Tensor:
    """Call :func:`xavier_normal_`, whose parameters these are, under a deprecated name."""
    return xavier_normal_(tensor, gain)


@counterpart(
    "torch.nn.init.kaiming_uniform",
    refuses={"generator": "seed with mindspore.set_seed"},
    differs={"warning": "torch warns that the name is deprecated"},
)
def kaiming_uniform(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Any = None,
) -> Tensor:
    """Call :func:`kaiming_uniform_`, whose parameters these are, under a deprecated name."""
    return kaiming_uniform_(tensor, a, mode, nonlinearity)


@counterpart(
    "torch.nn.init.kaiming_normal",
    refuses={"generator": "seed with mindspore.set_seed"},
    differs={"warning": "torch warns that the name is deprecated"},
)
def kaiming_normal(
    tensor: Tensor,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Any = None,
) -> Tensor:
    """Call :func:`kaiming_normal_`, whose parameters these are, under a deprecated name."""
    return kaiming_normal_(tensor, a, mode, nonlinearity)


@counterpart(
    "torch.nn.init.orthogonal",
    refuses={"generator": "seed with mindspore.set_seed"},
    differs={"warning": "torch warns that the name is deprecated"},
)
def orthogonal(tensor: Tensor, gain: float = 1, generator: Any = None) -> Tensor:
    """Call :func:`orthogonal_`, whose parameters these are, under a deprecated name."""
    return orthogonal_(tensor, gain)


@counterpart(
    "torch.nn.init.sparse",
    refuses={"generator": "seed with mindspore.set_seed"},
    differs={"warning": "torch warns that the name is deprecated"},
)
def sparse(tensor: Tensor, sparsity: float, std: float = 0.01, generator: Any = None) -> Tensor:
    """Call :func:`sparse_`, whose parameters these are, under a deprecated name."""
    return sparse_(tensor, sparsity, std)
