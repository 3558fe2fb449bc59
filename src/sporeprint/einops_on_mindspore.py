"""MindSpore for einops: a backend for its functions, and its layers as cells.

Importing this module is all that is needed: einops finds its backends among the subclasses of ``AbstractBackend``.
From then on ``rearrange``, ``reduce``, ``repeat``, ``einsum``, ``pack``, ``unpack``, ``parse_shape`` and ``asnumpy``
take MindSpore's tensors, with torch's results. ``Rearrange``, ``Reduce`` and ``EinMix`` are the layers.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from typing import Any

import mindspore as ms
from einops._backends import AbstractBackend
from einops.einops import _prepare_transformation_recipe, _reconstruct_from_shape_uncached
from einops.layers import RearrangeMixin, ReduceMixin
from einops.layers._einmix import _EinmixMixin
from mindspore import Parameter, Tensor, nn, ops
from mindspore.common.initializer import Uniform, initializer
from mindspore.ops import constexpr

__all__ = ["EinMix", "MindSporeBackend", "Rearrange", "Reduce"]


class MindSporeBackend(AbstractBackend):
    """What einops asks of a framework."""

    framework_name = "mindspore"

    def is_appropriate_type(self, tensor: object) -> bool:
        return isinstance(tensor, Tensor)

    def from_numpy(self, x: Any) -> Tensor:
        return Tensor.from_numpy(x)

    def to_numpy(self, x: Tensor) -> Any:
        return x.asnumpy()

    def arange(self, start: int, stop: int) -> Tensor:
        return ops.arange(start, stop, dtype=ms.int64)

    def shape(self, x: Tensor) -> tuple[int, ...]:
        return tuple(x.shape)

    def reshape(self, x: Tensor, shape: Any) -> Tensor:
        return ops.reshape(x, tuple(shape))

    def transpose(self, x: Tensor, axes: Any) -> Tensor:
        return ops.transpose(x, tuple(axes))

    def reduce(self, x: Tensor, operation: str, axes: Any) -> Tensor:
        return _reduce(x, operation, tuple(sorted(axes)))

    def stack_on_zeroth_dimension(self, tensors: list[Tensor]) -> Tensor:
        return ops.stack(tensors, 0)

    def add_axis(self, x: Tensor, new_position: int) -> Tensor:
        return ops.expand_dims(x, new_position)

    def add_axes(self, x: Tensor, n_axes: int, pos2len: dict[int, int]) -> Tensor:
        for position in pos2len:
            x = self.add_axis(x, position)
        return ops.broadcast_to(x, tuple(pos2len.get(axis, x.shape[axis]) for axis in range(n_axes)))

    def tile(self, x: Tensor, repeats: Any) -> Tensor:
        return ops.tile(x, tuple(repeats))

    def concat(self, tensors: list[Tensor], axis: int) -> Tensor:
        return ops.cat(tensors, axis)

    def is_float_type(self, x: Tensor) -> bool:
        return x.dtype in (ms.float16, ms.float32, ms.float64, ms.bfloat16)

    def einsum(self, pattern: str, *x: Tensor) -> Tensor:
        return _einsum(pattern, *x)

    def layers(self) -> Any:
        return sys.modules[__name__]


def _reduce(x: Tensor, operation: str, axes: tuple[int, ...]) -> Tensor:
    """Reduce over axes, which are sorted."""
    if x.dtype == ms.bool_ and operation in ("min", "max"):
        operation = "all" if operation == "min" else "any"  # ReduceMax has no kernel for booleans
    if operation == "min":
        return ops.amin(x, axes)
    if operation == "max":
        return ops.amax(x, axes)
    if operation == "sum":
        return ops.sum(x, axes)
    if operation == "mean":
        return ops.mean(x, axes)
    if operation == "prod":
        for axis in axes[::-1]:  # which takes one axis at a time
            x = ops.prod(x, axis)
        return x
    dtype = ms.uint8 if x.dtype == ms.uint8 else ms.bool_
    x = x != 0  # ops.any of numbers is silently wrong on CPU
    return (ops.any(x, axes) if operation == "any" else ops.all(x, axes)).astype(dtype)


# -- einsum ---------------------------------------------------------------------------------------------------------
# MindSpore's own has no kernel on CPU. This one contracts operand after operand, each time in one matrix product.


def _einsum(pattern: str, *operands: Tensor) -> Tensor:
    left, _, right = pattern.replace(" ", "").partition("->")
    written = left.split(",")
    if len(written) != len(operands):
        raise ValueError(f"einsum: {pattern!r} names {len(written)} operands, and {len(operands)} were given")
    # "..." stands for as many axes as the letters leave; those of several operands are aligned at their ends.
    extra = [x.ndim - len(axes.replace("...", "")) for axes, x in zip(written, operands)]
    most = max((n for axes, n in zip(written, extra) if "..." in axes), default=0)
    dots = [f"...{number}" for number in range(most)]
    output = _axes(right, dots)
    terms: list[tuple[Tensor, list[str]]] = []
    for text, x, n in zip(written, operands, extra):
        axes = _axes(text, dots[most - n :] if n > 0 else [])
        if len(axes) != x.ndim:
            raise ValueError(f"einsum: {text!r} in {pattern!r} does not fit a tensor of shape {x.shape}")
        terms.append(_diagonal(x, axes))
    size: dict[str, int] = {}
    for x, axes in terms:
        for axis, length in zip(axes, x.shape):
            if size.setdefault(axis, length) == 1:
                size[axis] = length
            elif length not in (1, size[axis]):
                raise ValueError(f"einsum: an axis of {pattern!r} has the lengths {size[axis]} and {length}")
    x, axes = terms.pop(0)
    x, axes = _sum_out(x, axes, _needed(terms, output))
    while terms:
        y, others = terms.pop(0)
        needed = _needed(terms, output)
        y, others = _sum_out(y, others, needed | set(axes))
        x, axes = _contract(x, axes, y, others, needed, size)
    x, axes = _sum_out(x, axes, set(output))
    return _arrange(x, axes, output)


def _axes(text: str, dots: list[str]) -> list[str]:
    before, found, after = text.partition("...")
    return [*before, *(dots if found else []), *after]


def _needed(terms: list[tuple[Tensor, list[str]]], output: list[str]) -> set[str]:
    return set(output).union(*(axes for _, axes in terms))


def _arrange(x: Tensor, axes: list[str], wanted: list[str]) -> Tensor:
    order = tuple(axes.index(axis) for axis in wanted)
    return x if order == tuple(range(len(order))) else ops.transpose(x, order)


def _diagonal(x: Tensor, axes: list[str]) -> tuple[Tensor, list[str]]:
    """Take the diagonal along axes that bear the same name."""
    for axis, count in Counter(axes).items():
        for _ in range(count - 1):
            first = axes.index(axis)
            second = axes.index(axis, first + 1)
            rest = [each for each in range(x.ndim) if each not in (first, second)]
            length = x.shape[first]
            if x.shape[second] != length:
                raise ValueError(f"einsum: a diagonal of lengths {length} and {x.shape[second]}")
            x = ops.transpose(x, (*rest, first, second))
            x = ops.reshape(x, (*x.shape[:-2], length * length))[..., :: length + 1]
            axes = [*(axes[each] for each in rest), axis]
    return x, axes


def _sum_out(x: Tensor, axes: list[str], needed: set[str]) -> tuple[Tensor, list[str]]:
    """Sum over the axes that nothing else has."""
    spent = tuple(number for number, axis in enumerate(axes) if axis not in needed)
    if not spent:
        return x, axes
    return ops.sum(x, spent), [axis for axis in axes if axis in needed]


def _contract(
    x: Tensor, axes: list[str], y: Tensor, others: list[str], needed: set[str], size: dict[str, int]
) -> tuple[Tensor, list[str]]:
    shared = [axis for axis in axes if axis in others]
    batch = [axis for axis in shared if axis in needed]
    inner = [axis for axis in shared if axis not in needed]
    mine = [axis for axis in axes if axis not in shared]
    theirs = [axis for axis in others if axis not in shared]
    x = _spread(_arrange(x, axes, batch + mine + inner), [size[axis] for axis in batch + mine + inner])
    y = _spread(_arrange(y, others, batch + inner + theirs), [size[axis] for axis in batch + inner + theirs])
    lengths = [math.prod(size[axis] for axis in group) for group in (batch, mine, inner, theirs)]
    x = ops.reshape(x, (lengths[0], lengths[1], lengths[2]))
    y = ops.reshape(y, (lengths[0], lengths[2], lengths[3]))
    product = ops.matmul(x, y) if inner else x * y
    result = batch + mine + theirs
    return ops.reshape(product, tuple(size[axis] for axis in result)), result


def _spread(x: Tensor, shape: list[int]) -> Tensor:
    return x if tuple(x.shape) == tuple(shape) else ops.broadcast_to(x, tuple(shape))


# -- layers -----------------------------------------------------------------------------------------------------------


@constexpr  # type: ignore[untyped-decorator]
def _plan(pattern: str, operation: Any, axes_lengths: Any, shape: tuple[int, ...]) -> tuple[Any, ...]:
    """Return what einops would do with a tensor of a shape; a constant where a graph is compiled."""
    recipe = _prepare_transformation_recipe(
        pattern, operation, tuple(name for name, _ in axes_lengths), len(shape)
    )
    before, order, reduced, added, after, _ = _reconstruct_from_shape_uncached(
        recipe, list(shape), axes_lengths
    )
    return tuple(
        each if each is None else tuple(each)
        for each in (before, order, sorted(reduced), sorted(added.items()), after)
    )


def _follow(x: Tensor, operation: Any, plan: tuple[Any, ...]) -> Tensor:
    before, order, reduced, added, after = plan
    if before is not None:
        x = ops.reshape(x, before)
    if order is not None:
        x = ops.transpose(x, order)
    if len(reduced) > 0:
        x = operation(x, reduced) if callable(operation) else _reduce(x, operation, reduced)
    for place, length in added:
        x = ops.expand_dims(x, place)
        x = ops.broadcast_to(x, (*x.shape[:place], length, *x.shape[place + 1 :]))
    if after is not None:
        x = ops.reshape(x, after)
    return x


class Rearrange(RearrangeMixin, nn.Cell):
    """``einops.rearrange`` as a layer, which ``ms.jit`` compiles too."""

    def construct(self, input: Tensor) -> Tensor:
        return _follow(input, "rearrange", _plan(self.pattern, "rearrange", self._axes_lengths, input.shape))


class Reduce(ReduceMixin, nn.Cell):
    """``einops.reduce`` as a layer, which ``ms.jit`` compiles too."""

    def construct(self, input: Tensor) -> Tensor:
        return _follow(
            input, self.reduction, _plan(self.pattern, self.reduction, self._axes_lengths, input.shape)
        )


class EinMix(_EinmixMixin, nn.Cell):
    """A linear layer along any axes; its parameters have torch's names and shapes. ``ms.jit`` does not compile it."""

    def _create_parameters(
        self, weight_shape: list[int], weight_bound: float, bias_shape: list[int] | None, bias_bound: float
    ) -> None:
        self.weight = Parameter(initializer(Uniform(weight_bound), weight_shape, ms.float32), name="weight")
        self.bias = None
        if bias_shape is not None:
            self.bias = Parameter(initializer(Uniform(bias_bound), bias_shape, ms.float32), name="bias")

    def _create_rearrange_layers(
        self, pre_reshape_pattern: str | None, pre_reshape_lengths: dict[str, int] | None,
        post_reshape_pattern: str | None, post_reshape_lengths: dict[str, int] | None,
    ) -> None:  # fmt: skip
        self.pre_rearrange = self.post_rearrange = None
        if pre_reshape_pattern is not None:
            self.pre_rearrange = Rearrange(pre_reshape_pattern, **(pre_reshape_lengths or {}))
        if post_reshape_pattern is not None:
            self.post_rearrange = Rearrange(post_reshape_pattern, **(post_reshape_lengths or {}))

    def construct(self, input: Tensor) -> Tensor:
        if self.pre_rearrange is not None:
            input = self.pre_rearrange(input)
        result = _einsum(self.einsum_pattern, input, self.weight)
        if self.bias is not None:
            result = result + self.bias
        return self.post_rearrange(result) if self.post_rearrange is not None else result
