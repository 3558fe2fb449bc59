"""The softmax family as torch computes it: what the exact bodies of several modules share.

Two facts shape these functions; both were measured on CPU. MindSpore's float32 ``exp`` errs by up to 66 ulp and
its ``log`` by 523, while in float64 both are right to 2.5e-16: so the exponentials are taken and summed in
float64, and everything else stays in float32. And an operation that broadcasts costs ten times or more what it
costs between equal shapes, a float64 sum ten times what a product with ones costs: so rows are tiled, and summed
by a matrix product.
"""

from __future__ import annotations

import builtins
import math
import warnings
from typing import NamedTuple

import mindspore as ms
from mindspore import Tensor, ops

# The names that torch gives the dtypes in its messages.
TORCH_SCALAR_NAMES = {
    ms.bool_: "Bool", ms.uint8: "Byte", ms.int8: "Char", ms.int16: "Short", ms.int32: "Int", ms.int64: "Long",
    ms.float16: "Half", ms.bfloat16: "BFloat16", ms.float32: "Float", ms.float64: "Double",
    ms.complex64: "ComplexFloat", ms.complex128: "ComplexDouble",
}  # fmt: skip


def wrapped_dim(dim: int, ndim: int) -> int:
    """``dim`` counted from the front, as torch checks and wraps it; a 0-d tensor counts as having one dimension.

    Raises:
        TypeError: ``dim`` is not an int (a bool is none).
        IndexError: there is no such dimension.
    """
    if not isinstance(dim, builtins.int) or isinstance(dim, builtins.bool):
        raise TypeError(f"argument 'dim' must be int, not {type(dim).__name__}")
    last = builtins.max(ndim, 1) - 1
    if not -last - 1 <= dim <= last:
        raise IndexError(
            f"Dimension out of range (expected to be in range of [{-last - 1}, {last}], but got {dim})"
        )
    return dim % (last + 1)


def legacy_softmax_dim(name: str, ndim: int, stacklevel: int) -> int:
    """Return the dimension that torch takes where ``dim`` is left out, with torch's warning.

    Args:
        name: the function's name, for the warning.
        ndim: rank of the input.
        stacklevel: as ``warnings.warn`` counts it from here.
    """
    warnings.warn(
        f"Implicit dimension choice for {name} has been deprecated. "
        "Change the call to include dim=X as an argument.",
        stacklevel=stacklevel,
    )
    return 0 if ndim in (0, 1, 3) else 1


def three_dims(x: Tensor, dim: int) -> Tensor:
    """``x`` reshaped to (before, dim, after), the axes on either side of ``dim`` joined into one."""
    shape = x.shape or (1,)
    return x.reshape((math.prod(shape[:dim]), shape[dim], math.prod(shape[dim + 1 :])))


def sum_of_middle(x: Tensor) -> Tensor:
    """Return the sum over the middle axis of a float64 or complex128 (before, n, after), as (before, 1, after)."""
    before, n, after = x.shape
    if x.dtype == ms.complex128:
        return ops.sum(x, 1, keepdim=True)  # in a product with ones an infinity would meet the 0 of 1 + 0j
    if after == 1:
        return ops.matmul(x.reshape((before, n)), ops.ones((n, 1), x.dtype)).reshape((before, 1, 1))
    return ops.bmm(ops.ones((before, 1, n), x.dtype), x)


def float64_scalar(value: float) -> Tensor:
    """Return a 0-d float64 tensor, for arithmetic in which MindSpore would round a Python number to float32."""
    return ms.Tensor(value, ms.float64)


def along_middle(rows: Tensor, n: int) -> Tensor:
    """Return (before, 1, after) repeated to (before, n, after)."""
    return ops.tile(rows, (1, n, 1))


class Exponentials(NamedTuple):
    """What every function of the family is made of; see :func:`shifted_exponentials`."""

    highest: Tensor
    shifted: Tensor
    wide: Tensor
    exponentials: Tensor
    sums: Tensor


def shifted_exponentials(x: Tensor, infinite: bool = False) -> Exponentials:
    """Compute what every function of the family is made of.

    Args:
        x: float32, float64 or complex128, (before, n, after), not empty.
        infinite: take 0 for a maximum that is not finite, so that an infinity is the sum and not nan.

    Returns:
        ``highest``, the maxima over the middle axis (of the real parts), without gradient, and ``shifted``, x less
        them, both in x's dtype; in float64 or complex128 ``wide``, the same as ``shifted``, ``exponentials`` of
        it, and their ``sums`` over the middle axis. ``highest`` and ``sums`` are (before, 1, after).
    """
    is_complex = x.dtype == ms.complex128
    highest = ops.stop_gradient(ops.max(ops.real(x) if is_complex else x, axis=1, keepdims=True)[0])
    if infinite:
        highest = ops.where(ops.isfinite(highest), highest, ops.zeros_like(highest))
    shifted = x - along_middle(highest, x.shape[1])
    wide = shifted if is_complex else shifted.astype(ms.float64)
    exponentials = ops.exp(wide)
    return Exponentials(highest, shifted, wide, exponentials, sum_of_middle(exponentials))


def float64_log_softmax(x: Tensor) -> Tensor:
    """Return the log-softmax of a float32 or float64 (before, n, after) over its middle axis, in float64."""
    parts = shifted_exponentials(x)
    return parts.wide - along_middle(ops.log(parts.sums), x.shape[1])


def computing_dtype(dtype: ms.Type) -> ms.Type:
    """Return what the arithmetic for a floating ``dtype`` is done in: float32, or float64 for itself."""
    return ms.float64 if dtype == ms.float64 else ms.float32


def floating_input(input: Tensor, dtype: ms.Type | None, kernel: str) -> tuple[Tensor, ms.Type]:
    """Return the input in the dtype to compute in, and the dtype of the result.

    Args:
        input: any shape and dtype.
        dtype: what it is cast to first, or None.
        kernel: torch's name for the kernel, for the message.

    Raises:
        NotImplementedError: torch has no kernel for the dtype.
    """
    result = input.dtype if dtype is None else dtype
    if input.is_complex() and result not in (ms.complex64, ms.complex128):
        warnings.warn("Casting complex values to real discards the imaginary part", stacklevel=4)
    # Where `dtype` asks for a half the input is rounded to one; the arithmetic is float32 then, as torch's is.
    cast = input.astype(result)
    if result in (ms.float16, ms.bfloat16, ms.float32, ms.float64):
        return cast.astype(computing_dtype(result)), result
    if input.size:
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{TORCH_SCALAR_NAMES[result]}'")
    return cast, result


def exact_log_softmax(input: Tensor, dim: int, dtype: ms.Type | None) -> Tensor:
    """``torch.log_softmax``: the same result, dtype, shape, gradient and errors.

    Args:
        input: any shape; float16, bfloat16, float32, float64, or anything else if ``dtype`` is one of them.
        dim: the dimension to normalise over.
        dtype: what the input is cast to first, or None.

    Raises:
        IndexError: there is no such dimension.
        NotImplementedError: the dtype is not a floating one.
    """
    dim = wrapped_dim(dim, input.ndim)
    x, result = floating_input(input, dtype, "log_softmax_lastdim_kernel_impl")
    if not input.size:
        return x.astype(result)
    x = three_dims(x, dim)
    parts = shifted_exponentials(x)
    out = parts.shifted - along_middle(ops.log(parts.sums).astype(x.dtype), x.shape[1])
    return out.reshape(input.shape).astype(result)


def exact_softmax(input: Tensor, dim: int, dtype: ms.Type | None) -> Tensor:
    """``torch.softmax``; see :func:`exact_log_softmax`."""
    dim = wrapped_dim(dim, input.ndim)
    x, result = floating_input(input, dtype, "softmax_lastdim_kernel_impl")
    if not input.size:
        return x.astype(result)
    x = three_dims(x, dim)
    parts = shifted_exponentials(x)
    # Divided in float64 for the gradient: its terms cancel.
    out = parts.exponentials / along_middle(parts.sums, x.shape[1])
    return out.reshape(input.shape).astype(result)


def exact_softmin(input: Tensor, dim: int, dtype: ms.Type | None) -> Tensor:
    """``torch.nn.functional.softmin``; see :func:`exact_log_softmax`. The negation comes before the cast."""
    if input.dtype == ms.bool_:
        raise RuntimeError("Negation, the `-` operator, on a bool tensor is not supported.")
    return exact_softmax(-input, dim, dtype)


def exact_logsumexp(input: Tensor, dim: int | tuple[int, ...] | list[int], keepdim: bool) -> Tensor:
    """``torch.logsumexp``: the same result, dtype, shape, gradient and errors.

    Args:
        input: any shape, any dtype but the complex ones; integers and bools give float32.
        dim: one dimension or several.
        keepdim: whether the result keeps them, with size 1.

    Raises:
        IndexError: there is no such dimension.
        RuntimeError: a dimension is named twice, or none is.
        TypeError: ``dim`` is neither an int nor a sequence.
    """
    named = [dim] if isinstance(dim, builtins.int) else dim
    if not isinstance(named, (tuple, list)):
        raise TypeError(f"logsumexp(): argument 'dim' must be tuple of ints, not {type(dim).__name__}")
    dims = [wrapped_dim(d, input.ndim) for d in named]
    for d in dims:
        if dims.count(d) > 1:
            raise RuntimeError(f"dim {d} appears multiple times in the list of dims")
    shape = input.shape
    if not dims and shape:
        if not keepdim:
            raise RuntimeError(f"output with shape [] doesn't match the broadcast shape {[1] * input.ndim}")
        dims = list(builtins.range(input.ndim))
    result = input.dtype if input.is_floating_point() or input.is_complex() else ms.float32
    x = input.astype(result).astype(ms.complex128 if input.is_complex() else computing_dtype(result))
    kept = [d for d in builtins.range(input.ndim) if d not in dims]
    out_shape = tuple(1 if d in dims else shape[d] for d in builtins.range(input.ndim))
    if not keepdim:
        out_shape = tuple(shape[d] for d in kept)
    if not input.size:
        # Nothing is summed: minus infinity, wherever there is a place for it.
        return ops.full(out_shape, -math.inf, dtype=result)
    if len(dims) > 1:
        x = x.transpose((*kept, *dims)).reshape((math.prod(shape[d] for d in kept), -1, 1))
    else:
        x = three_dims(x, dims[0] if dims else 0)
    parts = shifted_exponentials(x, infinite=True)
    out = (ops.log(parts.sums) + parts.highest).astype(result)
    return out.reshape(out_shape)


def check_nll_arguments(input: Tensor, target: Tensor, weight: Tensor | None) -> None:
    """Raise what torch raises where shapes or dtypes of ``nll_loss``'s arguments do not fit.

    One thing is allowed that torch refuses: any integer dtype for the targets, since MindSpore's own functions make
    int32 indices.
    """
    if not input.ndim:
        raise ValueError("Expected 1 or more dimensions (got 0)")
    if input.ndim == 1 and target.ndim == 1 and target.shape[0] != 1:
        raise ValueError(f"For 1D input, 1D target must have size 1, but got target size: {target.shape[0]}")
    if input.ndim > 1 and target.ndim and input.shape[0] != target.shape[0]:
        raise ValueError(
            f"Expected input batch_size ({input.shape[0]}) to match target batch_size ({target.shape[0]})."
        )
    wanted = (input.shape[0], *input.shape[2:]) if input.ndim > 1 else target.shape[:1]
    if target.shape != wanted:
        raise RuntimeError(f"Expected target size {list(wanted)}, got {list(target.shape)}")
    if target.is_floating_point() or target.is_complex() or target.dtype == ms.bool_:
        found = TORCH_SCALAR_NAMES[target.dtype]
        raise RuntimeError(f"expected target dtype to be Long or Byte, but got {found}")
    if not input.is_floating_point():
        raise NotImplementedError(
            f"\"nll_loss_out_frame\" not implemented for '{TORCH_SCALAR_NAMES[input.dtype]}'"
        )
    classes = input.shape[1] if input.ndim > 1 else input.shape[0]
    if weight is not None:
        if weight.shape != (classes,):
            raise RuntimeError(
                f"weight tensor should be defined either for all {classes} classes or no classes "
                f"but got weight tensor of shape: {list(weight.shape)}"
            )
        if weight.dtype != input.dtype:
            expected, found = TORCH_SCALAR_NAMES[input.dtype], TORCH_SCALAR_NAMES[weight.dtype]
            raise RuntimeError(f"expected scalar type {expected} but found {found}")


def nll_terms(
    x: Tensor, target: Tensor, weight: Tensor | None, ignore_index: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Compute the terms of ``nll_loss``, all of shape (N, positions).

    Args:
        x: log-probabilities, float32 or float64, (N, C, positions), neither N nor positions 0.
        target: any integer dtype, N * positions of them.
        weight: (C,), of x's dtype, or None.
        ignore_index: the target that counts for nothing.

    Returns:
        The losses and their weights, in x's dtype, both 0 where ignored; and where that is, bool.

    Raises:
        IndexError: a target is no class.
    """
    batch, classes, positions = x.shape
    target = target.reshape((batch, positions)).astype(ms.int64)
    ignored = target == ignore_index
    outside = ops.logical_and(ops.logical_or(target < 0, target >= classes), ops.logical_not(ignored))
    if outside.any():
        raise IndexError(f"Target {target[outside][0].item()} is out of bounds.")
    zeros = ops.zeros((batch, positions), x.dtype)
    if not classes:
        return zeros, zeros, ignored
    chosen = ops.where(ignored, ops.zeros_like(target), target)
    picked = ops.gather_elements(x, 1, chosen.expand_dims(1)).squeeze(1)
    weights = ops.ones_like(zeros)
    if weight is not None:
        weights = ops.gather_elements(weight, 0, chosen.reshape((-1,))).reshape((batch, positions))
        picked = picked * weights
    return ops.where(ignored, zeros, -picked), ops.where(ignored, zeros, weights), ignored


def float64_total(x: Tensor) -> Tensor:
    """Return the 0-d float64 sum of all elements."""
    return x.astype(ms.float64).sum()


def exact_nll_loss(
    input: Tensor, target: Tensor, weight: Tensor | None, ignore_index: int, reduction: str
) -> Tensor:
    """``torch.nn.functional.nll_loss``: the same result, dtype, shape, gradient and errors.

    Args:
        input: (C,), (N, C) or (N, C, d1, ...), floating.
        target: (), (N,) or (N, d1, ...), int64 or another integer dtype.
        weight: (C,), of input's dtype, or None.
        ignore_index: the target that counts for nothing.
        reduction: "none", "mean" or "sum".

    Raises:
        IndexError: a target is no class.
        ValueError, RuntimeError, NotImplementedError: the arguments do not fit, as in torch.
    """
    check_nll_arguments(input, target, weight)
    dtype = computing_dtype(input.dtype)
    shape = target.shape if input.ndim > 1 else ()
    if not target.size:
        return empty_loss(input, shape, reduction)
    x = three_dims(input.astype(dtype), builtins.min(input.ndim - 1, 1))
    losses, weights, _ = nll_terms(x, target, None if weight is None else weight.astype(dtype), ignore_index)
    if reduction == "none":
        return losses.reshape(shape).astype(input.dtype)
    total = float64_total(losses)
    if reduction == "mean":
        total = total / float64_total(weights)
    return total.astype(input.dtype)


def empty_loss(input: Tensor, shape: tuple[int, ...], reduction: str) -> Tensor:
    """Return the loss over no targets at all: nan for a mean, 0 for a sum."""
    if reduction == "none":
        return ops.zeros(shape, input.dtype)
    return ms.Tensor(math.nan if reduction == "mean" else 0.0, input.dtype)


def exact_cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None,
    ignore_index: int,
    reduction: str,
    label_smoothing: float,
) -> Tensor:
    """``torch.nn.functional.cross_entropy``: the same result, dtype, shape, gradient and errors.

    Args:
        input: (C,), (N, C) or (N, C, d1, ...), floating.
        target: class indices as for :func:`exact_nll_loss`, or probabilities in the shape of ``input``.
        weight: (C,), of input's dtype, or None.
        ignore_index: the index that counts for nothing.
        reduction: "none", "mean" or "sum".
        label_smoothing: the part of each target that is spread over all classes.

    Raises:
        IndexError: a target is no class.
        ValueError, RuntimeError, NotImplementedError: the arguments do not fit, as in torch.
    """
    if label_smoothing > 1:
        raise RuntimeError(f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing}")
    if not input.ndim and not target.is_floating_point() and target.ndim == 0:
        raise RuntimeError(
            f"Expected floating point type for target with class probabilities, got {TORCH_SCALAR_NAMES[target.dtype]}"
        )
    if not input.ndim:
        raise IndexError("Dimension specified as 1 but tensor has no dimensions")
    class_dim = 0 if input.ndim == 1 else 1
    if target.shape == input.shape:
        return probabilities_cross_entropy(
            input, target, weight, class_dim, ignore_index, reduction, label_smoothing
        )
    check_nll_arguments(input, target, weight)
    shape = target.shape if input.ndim > 1 else ()
    if not target.size:
        return empty_loss(input, shape, reduction)
    logs = three_dims(input.astype(computing_dtype(input.dtype)), class_dim)
    # Without classes there is nothing to normalise: a target is ignored or an error.
    logs = float64_log_softmax(logs) if input.size else logs.astype(ms.float64)
    weight = None if weight is None else weight.astype(ms.float64)
    losses, weights, ignored = nll_terms(logs, target, weight, ignore_index)
    if label_smoothing > 0 and input.size:
        weighted = logs if weight is None else logs * weight.reshape((1, -1, 1))
        smooth = -sum_of_middle(weighted).squeeze(1)
        smooth = ops.where(ignored, ops.zeros_like(smooth), smooth)
        even = float64_scalar(label_smoothing / logs.shape[1])
        losses = losses * float64_scalar(1 - label_smoothing) + smooth * even
    if reduction == "none":
        return losses.reshape(shape).astype(input.dtype)
    total = float64_total(losses)
    if reduction == "mean":
        total = total / float64_total(weights)
    return total.astype(input.dtype)


def probabilities_cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None,
    class_dim: int,
    ignore_index: int,
    reduction: str,
    label_smoothing: float,
) -> Tensor:
    """``cross_entropy`` where the targets are probabilities, of any floating dtype and in the shape of ``input``."""
    if not target.is_floating_point():
        found = TORCH_SCALAR_NAMES[target.dtype]
        raise RuntimeError(f"Expected floating point type for target with class probabilities, got {found}")
    if ignore_index >= 0:
        raise RuntimeError("ignore_index is not supported for floating point target")
    classes = input.shape[class_dim]
    if weight is not None and weight.shape != (classes,):
        raise RuntimeError(
            f"cross_entropy: weight tensor should be defined either for all {classes} classes or no classes "
            f"but got weight tensor of shape: {list(weight.shape)}"
        )
    shape = input.shape[:class_dim] + input.shape[class_dim + 1 :]
    result = promoted_floating(input, target, weight)
    if not input.size:
        return empty_loss(input, shape, reduction).astype(result)
    logs = float64_log_softmax(three_dims(input.astype(computing_dtype(input.dtype)), class_dim))
    chances = three_dims(target.astype(ms.float64), class_dim)
    if label_smoothing > 0:
        even = float64_scalar(label_smoothing / classes)
        chances = chances * float64_scalar(1 - label_smoothing) + even
    terms = logs * chances
    if weight is not None:
        terms = terms * weight.astype(ms.float64).reshape((1, -1, 1))
    losses = -sum_of_middle(terms)
    if reduction == "none":
        return losses.reshape(shape).astype(result)
    total = losses.sum()
    if reduction == "mean":
        total = total / float64_scalar(input.size // classes)
    return total.astype(result)


def promoted_floating(input: Tensor, target: Tensor, weight: Tensor | None) -> ms.Type:
    """Return the dtype of a product of these floating tensors in torch."""
    dtypes = {input.dtype, target.dtype} if weight is None else {input.dtype, target.dtype, weight.dtype}
    if len(dtypes) == 1:
        return input.dtype
    return ms.float64 if ms.float64 in dtypes else ms.float32


def exact_gumbel_softmax(logits: Tensor, tau: float, hard: bool, eps: float, dim: int) -> Tensor:
    """``torch.nn.functional.gumbel_softmax``: the same distribution, dtype, shape, gradient and errors.

    Args:
        logits: any shape, floating.
        tau: the temperature.
        hard: whether to return one-hot vectors, with the gradient of the soft ones.
        eps: deprecated and without effect, as in torch.
        dim: the dimension to normalise over.

    Raises:
        IndexError: there is no such dimension.
        RuntimeError: the dtype is not a floating one.
    """
    if eps != 1e-10:
        warnings.warn("`eps` parameter is deprecated and has no effect.", stacklevel=3)
    axis = wrapped_dim(dim, logits.ndim)
    if not logits.size:
        if hard and not logits.shape[axis]:
            raise IndexError(f"max(): Expected reduction dim {axis} to have non-zero size.")
        return logits * 1
    if not logits.is_floating_point():
        raise RuntimeError(
            "Exponential distribution is a continuous probability distribution. "
            f"dtype must be a floating point but you specified {TORCH_SCALAR_NAMES[logits.dtype]}"
        )
    dtype = computing_dtype(logits.dtype)
    # rand() is above 0 and may be 1, which makes a noise of minus infinity: a class that is not drawn. In float32
    # the logarithm of what is near 1 is 0, and the noise plus infinity.
    noise = -ops.log(-ops.log1p(-ops.rand(logits.shape, dtype=ms.float64)))
    soft = exact_softmax((logits.astype(dtype) + noise.astype(dtype)) / ms.Tensor(tau, dtype), axis, None)
    if hard:
        rows = three_dims(soft, axis)
        index = ops.argmax(rows, dim=1, keepdim=True)
        one_hot = ops.tensor_scatter_elements(
            ops.zeros_like(rows), index, ops.ones(index.shape, rows.dtype), axis=1
        )
        soft = ops.stop_gradient(one_hot.reshape(soft.shape) - soft) + soft
    return soft.astype(logits.dtype)
