"""Functions of ``torch`` that draw random numbers, written in MindSpore: other numbers, the same distributions."""

from __future__ import annotations

from typing import Any

import mindspore as ms
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart, overload_of
from sporeprint.torch._differs import NO_BFLOAT16, NO_COMPLEX, NO_EMPTY, OTHER_NUMBERS
from sporeprint.torch._refuses import GENERATOR, GENERATOR_AND_LAYOUT, MEMORY_FORMAT, OUT, PLACE


@counterpart(
    "torch.randn",
    ignores=PLACE,
    refuses=GENERATOR_AND_LAYOUT,
    differs={
        **NO_COMPLEX,
        "random": "other numbers are drawn: the generators are not torch's",
        "error": "torch refuses what MindSpore takes: pin_memory without an accelerator",
    },
)
def randn(
    *size: object,
    generator: object,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    """Draw numbers of the normal distribution with mean 0 and variance 1."""
    return ops.randn(*size, dtype=dtype)


@overload_of(randn)
def _(
    size: object,
    *,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    return ops.randn(size, dtype=dtype)


@overload_of(randn)
def _(
    *size: object,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    return ops.randn(*size, dtype=dtype)


@overload_of(randn)
def _(
    size: object,
    *,
    generator: object,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    return ops.randn(size, dtype=dtype)


@counterpart("torch.rand", ignores=PLACE, refuses=GENERATOR_AND_LAYOUT, differs=OTHER_NUMBERS)
def rand(
    *size: object,
    generator: object,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    """Draw numbers evenly from 0 to before 1."""
    return ops.rand(*size, dtype=dtype)


@overload_of(rand)
def _(
    size: object,
    *,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    return ops.rand(size, dtype=dtype)


@overload_of(rand)
def _(
    *size: object,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    return ops.rand(*size, dtype=dtype)


@overload_of(rand)
def _(
    size: object,
    *,
    generator: object,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    return ops.rand(size, dtype=dtype)


@counterpart(
    "torch.randn_like",
    ignores={**PLACE, **MEMORY_FORMAT},
    refuses=GENERATOR_AND_LAYOUT,
    differs={
        **NO_COMPLEX,
        **NO_EMPTY,
        "random": "other numbers are drawn: the generators are not torch's",
        "error": "torch refuses what MindSpore takes: integers, booleans, pin_memory without an accelerator",
    },
)
def randn_like(
    input: Tensor,
    *,
    generator: object,
    memory_format: object | None = None,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    """Draw normally distributed numbers, as many as the input has, in its dtype."""
    return ops.randn_like(input, dtype=input.dtype if dtype is None else dtype)


@overload_of(randn_like)
def _(
    input: Tensor,
    *,
    memory_format: object | None = None,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    return ops.randn_like(input, dtype=input.dtype if dtype is None else dtype)


@counterpart(
    "torch.rand_like",
    ignores={**PLACE, **MEMORY_FORMAT},
    refuses=GENERATOR_AND_LAYOUT,
    differs=OTHER_NUMBERS,
)
def rand_like(
    input: Tensor,
    *,
    generator: object,
    memory_format: object | None = None,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    """Draw numbers evenly from 0 to before 1, as many as the input has, in its dtype."""
    return ops.rand_like(input, dtype=input.dtype if dtype is None else dtype)


@overload_of(rand_like)
def _(
    input: Tensor,
    *,
    memory_format: object | None = None,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    return ops.rand_like(input, dtype=input.dtype if dtype is None else dtype)


@counterpart(
    "torch.randint",
    ignores=PLACE,
    refuses=GENERATOR_AND_LAYOUT,
    differs={
        "random": "other numbers are drawn: the generators are not torch's",
        "error": "torch refuses what MindSpore takes: complex numbers, pin_memory without an accelerator",
    },
)
def randint(
    low: int,
    high: int,
    size: tuple[int, ...] | list[int],
    *,
    generator: object,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    """Draw integers from low (0) to before high; int64 unless dtype says otherwise."""
    if isinstance(size, list):
        size = tuple(size)
    if dtype is None:
        return ops.randint(low, high, size)
    return ops.randint(low, high, size).astype(dtype)


@overload_of(randint)
def _(
    low: int,
    high: int,
    size: tuple[int, ...] | list[int],
    *,
    generator: object | None = None,
    dtype: ms.Type | None = None,
    device: object | None = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    if isinstance(size, list):
        size = tuple(size)
    if dtype is None:
        return ops.randint(low, high, size)
    return ops.randint(low, high, size).astype(dtype)


@overload_of(randint)
def _(
    high: int,
    size: tuple[int, ...] | list[int],
    *,
    generator: object | None = None,
    dtype: ms.Type | None = None,
    device: object | None = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    if isinstance(size, list):
        size = tuple(size)
    if dtype is None:
        return ops.randint(0, high, size)
    return ops.randint(0, high, size).astype(dtype)


@overload_of(randint)
def _(
    low: int,
    high: int,
    size: tuple[int, ...] | list[int],
    *,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    if isinstance(size, list):
        size = tuple(size)
    if dtype is None:
        return ops.randint(low, high, size)
    return ops.randint(low, high, size).astype(dtype)


@overload_of(randint)
def _(
    high: int,
    size: tuple[int, ...] | list[int],
    *,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    if isinstance(size, list):
        size = tuple(size)
    if dtype is None:
        return ops.randint(0, high, size)
    return ops.randint(0, high, size).astype(dtype)


@overload_of(randint)
def _(
    high: int,
    size: tuple[int, ...] | list[int],
    *,
    generator: object,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    if isinstance(size, list):
        size = tuple(size)
    if dtype is None:
        return ops.randint(0, high, size)
    return ops.randint(0, high, size).astype(dtype)


@counterpart("torch.randperm", ignores=PLACE, refuses=GENERATOR_AND_LAYOUT, differs=OTHER_NUMBERS)
def randperm(
    n: int,
    *,
    generator: object,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    """Return the integers from 0 to before n in random order; int64 unless dtype says otherwise."""
    return random_order(n) if dtype is None else random_order(n).astype(dtype)


@overload_of(randperm)
def _(
    n: int,
    *,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    return random_order(n) if dtype is None else random_order(n).astype(dtype)


def random_order(many: int) -> Tensor:
    """Sort random numbers: ops.randperm returns the same order each time."""
    return ops.argsort(ops.rand(many)).astype(ms.int64)


@counterpart(
    "torch.normal",
    ignores=PLACE,
    refuses=GENERATOR_AND_LAYOUT,
    differs={**NO_COMPLEX, "random": "other numbers are drawn: the generators are not torch's"},
)
def normal(
    mean: float,
    std: float,
    size: tuple[int, ...],
    *,
    generator: object | None = None,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = False,
    requires_grad: bool | None = False,
) -> Tensor:
    """Draw normally distributed numbers with the given means and standard deviations."""
    return ops.randn(size, dtype=dtype) * std + mean


@overload_of(normal)
def _(mean: Tensor | float, std: Tensor | float = 1, *, generator: object | None = None) -> Tensor:
    return normal_around(mean, std)


def normal_around(mean: Any, std: Any) -> Tensor:
    """Draw one number for each mean and each standard deviation; no gradient goes to them, as with torch."""
    if not isinstance(std, Tensor):
        return ops.stop_gradient(mean + std * ops.randn_like(mean, dtype=mean.dtype))
    if not isinstance(mean, Tensor):
        return ops.stop_gradient(mean + std * ops.randn_like(std, dtype=std.dtype))
    return ops.stop_gradient(mean + std * ops.randn_like(mean + std, dtype=mean.dtype))


@counterpart(
    "torch.bernoulli",
    refuses={**GENERATOR, **OUT},
    differs={
        **NO_BFLOAT16,
        **NO_EMPTY,
        "random": "other numbers are drawn: the generators are not torch's",
        "error": "torch refuses what MindSpore takes: what is no probability",
    },
)
def bernoulli(input: Tensor, *, generator: object | None = None, out: Tensor | None = None) -> Tensor:
    """Draw 1 with the probability that the input or ``p`` tells, else 0; in the input's dtype."""
    return (ops.rand_like(input) < input).astype(input.dtype)


@overload_of(bernoulli)
def _(input: Tensor, p: float, *, generator: object | None = None) -> Tensor:
    return (ops.rand_like(input) < p).astype(input.dtype)


@counterpart(
    "torch.multinomial",
    refuses={**GENERATOR, **OUT},
    differs={
        **NO_BFLOAT16,
        "random": "other numbers are drawn: the generators are not torch's",
        "error": "torch refuses what MindSpore takes: other dtypes, and what is no probability",
    },
)
def multinomial(
    input: Tensor,
    num_samples: int,
    replacement: bool = False,
    *,
    generator: object | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """Draw indices of the last dimension with probabilities in proportion to the input."""
    return ops.multinomial(input, num_samples, replacement=replacement).astype(ms.int64)
