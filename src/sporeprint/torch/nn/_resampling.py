"""What ``torch.nn.functional`` has to sample images anew, written in MindSpore."""

from __future__ import annotations

import math
from typing import Any

import mindspore as ms
import numpy as np
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart
from sporeprint.torch.nn._pooling import averages_adaptively


@counterpart(
    "torch.nn.functional.interpolate",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore takes arguments that torch refuses",
        "uint8": "refused, except by the modes that choose pixels",
        "inf": "MindSpore gives nan where torch gives 1.04",
        "nan": "MindSpore gives nan where torch gives 3.04",
        "accuracy & float16": "errs by up to 16 units in the last place",
        "empty & gradient": "the gradient of an empty tensor raises",
    },
)
def interpolate(
    input: Tensor,
    size: int | tuple[int, ...] | None = None,
    scale_factor: float | tuple[float, ...] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Tensor:
    """Resize images.

    ops.interpolate takes no scale_factor in most modes, and its bicubic one is another function.

    Args:
        input: (N, C, …) with one to three further dimensions, floating.
        size: what these become.
        scale_factor: or by what they are multiplied.
        mode: "nearest", "nearest-exact", "linear", "bilinear", "trilinear", "bicubic" or "area".
        align_corners: whether the centres of the corners stay where they are.
        recompute_scale_factor: whether the steps follow from the rounded size.
        antialias: whether a smaller image averages over larger windows ("bilinear" and "bicubic").

    Returns:
        Tensor of input's dtype.
    """
    return resized(input, size, scale_factor, mode, align_corners, recompute_scale_factor, antialias)


#: The modes, and how many dimensions an image has in each.
RESIZED_DIMS = {"linear": 1, "bilinear": 2, "bicubic": 2, "trilinear": 3}


def resized(
    input: Tensor,
    size: int | tuple[int, ...] | None,
    scale_factor: float | tuple[float, ...] | None,
    mode: str,
    align_corners: bool | None,
    recompute_scale_factor: bool | None,
    antialias: bool,
) -> Tensor:
    """Resize images; parameters as in torch's interpolate."""
    dims = input.ndim - 2
    if (size is None) == (scale_factor is None):
        raise ValueError("only one of size or scale_factor should be defined")
    if mode in ("nearest", "nearest-exact", "area") and align_corners is not None:
        raise ValueError("align_corners can only be set with linear | bilinear | bicubic | trilinear")
    if dims not in (1, 2, 3) or RESIZED_DIMS.get(mode, dims) != dims:
        raise NotImplementedError(f"Got {input.ndim}D input, but {mode} mode needs another rank")
    if antialias and mode not in ("bilinear", "bicubic"):
        raise ValueError("antialias is supported for bilinear and bicubic modes only")
    old = input.shape[2:]
    steps: list[float | None] = [None] * dims
    if size is not None:
        new = (size,) * dims if isinstance(size, int) else tuple(size)
        if len(new) != dims:
            raise ValueError(f"size {new} does not fit input of shape {input.shape}")
    else:
        factors = scale_factor if isinstance(scale_factor, (tuple, list)) else (scale_factor,) * dims
        if len(factors) != dims:
            raise ValueError(f"scale_factor {factors} does not fit input of shape {input.shape}")
        new = tuple(math.floor(float(old[place] * factors[place])) for place in range(dims))
        if not recompute_scale_factor:
            steps = [1 / factor for factor in factors]
    if mode == "area":
        return averages_adaptively(input, new)
    for place, step in enumerate(steps):
        input = resized_along(input, place + 2, new[place], step, mode, bool(align_corners), antialias)
    return input


def resized_along(
    input: Tensor, axis: int, new: int, step: float | None, mode: str, align_corners: bool, antialias: bool
) -> Tensor:
    """Resize along one axis to ``new`` elements; step is the distance of these in the old ones, if it is given."""
    old = input.shape[axis]
    if mode in ("nearest", "nearest-exact"):
        width = np.float32(old / new if step is None else step)
        shift = np.float32(0.5 if mode == "nearest-exact" else 0)
        places = np.floor((np.arange(new, dtype=np.float32) + shift) * width).astype(np.int64)
        return ops.gather(input, Tensor(np.minimum(places, old - 1)), axis)
    if not input.is_floating_point():
        raise TypeError(f"mode {mode} is written for floating tensors only, not for {input.dtype}")
    if new == old and step in (None, 1.0):
        return input
    matrix = Tensor(resizing_matrix(old, new, step, mode, align_corners, antialias), input.dtype)
    moved = ops.matmul(input.swapaxes(axis, -1), matrix)
    return moved.swapaxes(axis, -1)


def resizing_matrix(
    old: int, new: int, step: float | None, mode: str, align_corners: bool, antialias: bool
) -> Any:
    """Return what resizes ``old`` elements to ``new``: a matrix of shape (old, new)."""
    if align_corners:
        width = (old - 1) / (new - 1) if new > 1 else 0.0
        centers = np.arange(new) * width
    else:
        width = old / new if step is None else step
        centers = (np.arange(new) + 0.5) * width - 0.5
    cubic = mode == "bicubic"
    if not cubic and not antialias:
        centers = np.maximum(centers, 0)
    matrix = np.zeros((old, new))
    if antialias:
        spread = max(width, 1.0)
        distances = (np.arange(old)[:, None] - centers) / spread
        weights = cubic_weights(distances, -0.5) if cubic else np.maximum(1 - np.abs(distances), 0)
        return np.asarray(weights / weights.sum(0))
    first = np.floor(centers).astype(np.int64)
    for place in range(-1, 3) if cubic else range(2):
        distance = first + place - centers
        weights = cubic_weights(distance, -0.75) if cubic else np.maximum(1 - np.abs(distance), 0)
        np.add.at(matrix, (np.clip(first + place, 0, old - 1), np.arange(new)), weights)
    return matrix


def cubic_weights(distance: Any, a: float) -> Any:
    """Return Keys's cubic kernel with the parameter a."""
    x = np.abs(distance)
    near = ((a + 2) * x - (a + 3)) * x * x + 1
    far = (((x - 5) * x + 8) * x - 4) * a
    return np.where(x <= 1, near, np.where(x < 2, far, 0))


@counterpart(
    "torch.nn.functional.upsample_nearest",
    differs={
        "warning": "torch warns that the name is deprecated",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore takes arguments that torch refuses",
        "empty & gradient": "the gradient of an empty tensor raises",
    },
)
def upsample_nearest(
    input: Tensor,
    size: int | tuple[int, ...] | None = None,
    scale_factor: float | tuple[float, ...] | None = None,
) -> Tensor:
    """Resize images by :func:`interpolate` in mode "nearest"."""
    return resized(input, size, scale_factor, "nearest", None, None, False)


@counterpart(
    "torch.nn.functional.upsample_bilinear",
    differs={
        "warning": "torch warns that the name is deprecated",
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "error": "MindSpore takes arguments that torch refuses",
        "uint8": "refused, except by the modes that choose pixels",
        "nan": "MindSpore gives nan where torch gives -1.38",
        "inf": "MindSpore gives nan where torch gives inf",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "accuracy & float16": "errs by up to 24 units in the last place",
        "empty & gradient": "the gradient of an empty tensor raises",
    },
)
def upsample_bilinear(
    input: Tensor,
    size: int | tuple[int, ...] | None = None,
    scale_factor: float | tuple[float, ...] | None = None,
) -> Tensor:
    """Resize images by :func:`interpolate` in mode "bilinear", with aligned corners."""
    return resized(input, size, scale_factor, "bilinear", True, None, False)


@counterpart(
    "torch.nn.functional.upsample",
)
def upsample(
    input: Tensor,
    size: int | tuple[int, ...] | None = None,
    scale_factor: float | tuple[float, ...] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Tensor:
    """Resize images by :func:`interpolate`, whose parameters these are."""
    return resized(input, size, scale_factor, mode, align_corners, None, False)


@counterpart(
    "torch.nn.functional.grid_sample",
    differs={
        "bfloat16": "MindSpore has no bfloat16 kernel for it on CPU",
        "warning": "torch warns: does not give the UserWarning",
        "denormal": "MindSpore's threads flush denormal numbers to zero, from some call of the process on",
        "error": "MindSpore takes arguments that torch refuses",
        "accuracy & float64": "MindSpore computes it with float32 accuracy",
    },
)
def grid_sample(
    input: Tensor,
    grid: Tensor,
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: bool | None = None,
) -> Tensor:
    """Take values of images at places between their pixels.

    Args:
        input: (N, C, H, W) or (N, C, D, H, W), floating.
        grid: places from -1 to 1, (N, …, 2) with x before y, or (N, …, 3) with x, y, z.
        mode: "bilinear", "nearest" or "bicubic", which ops.grid_sample does not know.
        padding_mode: what stands outside: "zeros", "border" or "reflection".
        align_corners: whether -1 and 1 are the centres of the corners, not their edges.

    Returns:
        Tensor of shape (N, C, …).
    """
    if mode == "bicubic":
        return bicubic_samples(input, grid, padding_mode, bool(align_corners))
    return ops.grid_sample(
        input, grid, mode=mode, padding_mode=padding_mode, align_corners=bool(align_corners)
    )


def bicubic_samples(input: Tensor, grid: Tensor, padding_mode: str, align_corners: bool) -> Tensor:
    """Take values of (N, C, H, W) between its pixels by cubic convolution; parameters as in torch's grid_sample."""
    batch, channels, *lengths = input.shape
    flat = input.reshape((batch, channels, -1))
    total = ops.zeros((), input.dtype)
    axes = []
    for place, size in ((1, lengths[0]), (0, lengths[1])):  # y and x
        at = grid[..., place]
        center = (at + 1) * ((size - 1) / 2) if align_corners else ((at + 1) * size - 1) / 2
        first = ops.floor(ops.stop_gradient(center))
        axes.append(
            [cubic_tap(center, first + step, size, padding_mode, align_corners) for step in range(-1, 3)]
        )
    for row, row_weight in axes[0]:
        for column, column_weight in axes[1]:
            places = (row * lengths[1] + column).reshape((batch, 1, -1))
            found = ops.gather_elements(flat, 2, places.broadcast_to((batch, channels, places.shape[-1])))
            total = total + found * (row_weight * column_weight).reshape((batch, 1, -1))
    return total.reshape((batch, channels, *grid.shape[1:3]))


def cubic_tap(
    center: Tensor, pixel: Tensor, size: int, padding_mode: str, align_corners: bool
) -> tuple[Tensor, Tensor]:
    """Return the index of the pixel that counts for one beside center, and its weight; outside of zeros that is 0."""
    x = ops.abs(pixel - center)
    near = ((-0.75 + 2) * x - (-0.75 + 3)) * x * x + 1
    far = (((x - 5) * x + 8) * x - 4) * -0.75
    weight = ops.where(x <= 1, near, far)
    if padding_mode == "zeros":
        weight = ops.where(ops.logical_and(pixel >= 0, pixel <= size - 1), weight, ops.zeros_like(weight))
    elif padding_mode == "reflection":
        low, span = (0.0, size - 1.0) if align_corners else (-0.5, float(size))
        if span == 0:
            pixel = ops.zeros_like(pixel)
        else:
            away = ops.abs(pixel - low)
            turns = ops.floor(away / span)
            rest = away - turns * span
            pixel = ops.where(turns % 2 == 0, rest + low, span - rest + low)
    return ops.clamp(pixel, 0, size - 1).astype(ms.int64), weight


@counterpart("torch.nn.functional.affine_grid")
def affine_grid(
    theta: Tensor, size: tuple[int, ...] | list[int], align_corners: bool | None = None
) -> Tensor:
    """Return the places at which transformed images are sampled.

    Args:
        theta: (N, 2, 3) or (N, 3, 4), floating.
        size: of the images: (N, C, H, W) or (N, C, D, H, W).
        align_corners: whether -1 and 1 are the centres of the corners, not their edges.

    Returns:
        Tensor of shape (N, H, W, 2) or (N, D, H, W, 3).
    """
    return transformed_grid(theta, tuple(size), bool(align_corners))


def transformed_grid(theta: Tensor, size: tuple[int, ...], align_corners: bool) -> Tensor:
    """Compute torch's affine_grid."""
    axes = []
    for length in reversed(size[2:]):  # x before y before z
        axis = np.linspace(-1, 1, length) if length > 1 else np.zeros(1)
        axes.append(axis if align_corners else axis * (length - 1) / length)
    meshes = np.meshgrid(*reversed(axes), indexing="ij")[::-1]
    places = np.stack([*meshes, np.ones_like(meshes[0])], -1).reshape(-1, len(axes) + 1)
    base = Tensor(places, ms.float64).astype(theta.dtype)
    moved = ops.matmul(base, theta.swapaxes(1, 2))
    return moved.reshape((size[0], *size[2:], len(axes)))
