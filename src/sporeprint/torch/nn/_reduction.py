"""``reduction`` and its deprecated spellings."""

from __future__ import annotations

import warnings


def legacy_reduction(size_average: bool | None, reduce: bool | None) -> str:
    """Return the ``reduction`` that the deprecated ``size_average`` and ``reduce`` stand for; None counts as True."""
    if reduce is not None and not reduce:
        return "none"
    if size_average is not None and not size_average:
        return "sum"
    return "mean"


def warned_reduction(size_average: bool | None, reduce: bool | None, reduction: str) -> str:
    """``reduction``, or what the deprecated parameters make of it, with torch's warning; checked.

    Raises:
        ValueError: it is none of "none", "mean" and "sum".
    """
    if size_average is not None or reduce is not None:
        reduction = legacy_reduction(size_average, reduce)
        warnings.warn(
            f"size_average and reduce args will be deprecated, please use reduction='{reduction}' instead.",
            stacklevel=3,
        )
    if reduction == "elementwise_mean":
        warnings.warn(
            "reduction='elementwise_mean' is deprecated. Please use reduction='mean' instead.", stacklevel=3
        )
        reduction = "mean"
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    return reduction
