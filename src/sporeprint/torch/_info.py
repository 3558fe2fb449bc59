"""``torch.finfo``, ``torch.iinfo`` and ``torch.Size``, written in MindSpore."""

from __future__ import annotations

from collections.abc import Iterable

import mindspore as ms
import numpy as np

from sporeprint.counterpart import counterpart, overload_of


class FloatInfo:
    """The limits of a floating dtype; of a complex one those of its parts."""

    def __init__(self, dtype: ms.Type) -> None:
        parts = {ms.complex64: ms.float32, ms.complex128: ms.float64}
        dtype = parts.get(dtype, dtype)
        self.dtype = str(dtype).lower()
        if dtype == ms.bfloat16:
            self.bits, self.eps, self.resolution = 16, 0.0078125, 0.01
            self.max, self.tiny = 3.3895313892515355e38, 1.1754943508222875e-38
        else:
            known = np.finfo(ms.dtype_to_nptype(dtype))
            self.bits, self.eps, self.resolution = (
                known.bits,
                float(known.eps),
                float(f"1e-{known.precision}"),
            )
            self.max, self.tiny = float(known.max), float(known.tiny)
        self.min, self.smallest_normal = -self.max, self.tiny


class IntegerInfo:
    """The limits of a dtype of integers."""

    def __init__(self, dtype: ms.Type) -> None:
        known = np.iinfo(ms.dtype_to_nptype(dtype))
        self.bits, self.min, self.max, self.dtype = known.bits, known.min, known.max, str(dtype).lower()


@counterpart("torch.finfo")
def finfo(dtype: ms.Type) -> FloatInfo:
    """Return the limits of a floating dtype: min, max, eps, tiny, smallest_normal, resolution, bits."""
    return FloatInfo(dtype)


@overload_of(finfo)
def _() -> FloatInfo:
    return FloatInfo(ms.float32)


@counterpart("torch.iinfo")
def iinfo(dtype: ms.Type) -> IntegerInfo:
    """Return the limits of a dtype of integers: min, max, bits."""
    return IntegerInfo(dtype)


@counterpart("torch.Size")
def Size(iterable: Iterable[int] = ()) -> tuple[int, ...]:
    """Return a tuple, as MindSpore's shapes are."""
    return tuple(iterable)
