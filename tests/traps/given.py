"""Tensors for the programs, of whichever framework runs them."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

FRAMEWORK = os.environ["TRAPS_FRAMEWORK"]


def tensor(numbers: Any, dtype: str = "") -> Any:
    """Make a tensor as torch.tensor does: float32 of floats, int64 of integers, bool of booleans."""
    array = np.array(numbers)
    array = array.astype(
        dtype or {"float64": "float32", "int32": "int64"}.get(array.dtype.name, array.dtype.name)
    )
    if FRAMEWORK == "torch":
        import torch

        return torch.from_numpy(array)
    import mindspore

    return mindspore.Tensor(array)


def counted(*shape: int) -> Any:
    """Make a float32 tensor that holds 1, 2, 3, …"""
    return tensor(np.arange(1, 1 + np.prod(shape), dtype="float32").reshape(shape))
