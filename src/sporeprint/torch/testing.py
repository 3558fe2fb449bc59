"""torch.testing, written in MindSpore."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import mindspore as ms
import numpy as np
from mindspore import Tensor

from sporeprint.counterpart import counterpart

#: How far two numbers of a dtype may differ: as a part of the expected one, and beside that. Other dtypes are exact.
#: https://docs.pytorch.org/docs/stable/testing.html
TOLERANCES = {
    ms.float16: (1e-3, 1e-5), ms.bfloat16: (1.6e-2, 1e-5), ms.float32: (1.3e-6, 1e-5), ms.float64: (1e-7, 1e-7),
    ms.complex64: (1.3e-6, 1e-5), ms.complex128: (1e-7, 1e-7),
}  # fmt: skip


@counterpart(
    "torch.testing.assert_close",
    ignores={
        "allow_subclasses": "MindSpore's parameters are the only subclass of its tensors",
        "check_device": "MindSpore puts every tensor on one device",
        "check_layout": "both are strided here",
    },
    refuses={"check_stride": "compare shapes: MindSpore lays out tensors as it needs them"},
)
def assert_close(
    actual: Any,
    expected: Any,
    *,
    allow_subclasses: bool = True,
    rtol: float | None = None,
    atol: float | None = None,
    equal_nan: bool = False,
    check_device: bool = True,
    check_dtype: bool = True,
    check_layout: bool = True,
    check_stride: bool = False,
    msg: str | Callable[[str], str] | None = None,
) -> None:
    """Compare tensors, numbers, and sequences and mappings of them.

    Raises:
        AssertionError: they differ.
        TypeError: one of them is nothing that can be compared.
        ValueError: only one of ``rtol`` and ``atol`` is given.
    """
    if (rtol is None) is not (atol is None):
        raise ValueError("rtol and atol must both be specified or both be unspecified")
    found = first_difference(actual, expected, rtol, atol, equal_nan, check_dtype, "")
    if found:
        raise AssertionError(found if msg is None else msg if isinstance(msg, str) else msg(found))


def first_difference(
    actual: Any,
    expected: Any,
    rtol: float | None,
    atol: float | None,
    equal_nan: bool,
    check_dtype: bool,
    where: str,
) -> str:
    """Tell in which way two objects differ first, "" if they do not."""
    options = (rtol, atol, equal_nan, check_dtype)
    several = (Sequence, Mapping)
    if isinstance(actual, several) and isinstance(expected, several) and not isinstance(actual, str):
        if isinstance(actual, Mapping) is not isinstance(expected, Mapping):
            raise TypeError(f"a {type(actual).__name__} is compared with a {type(expected).__name__}{where}")
        keys = list(expected) if isinstance(expected, Mapping) else range(len(expected))
        if len(actual) != len(expected) or (isinstance(actual, Mapping) and set(actual) != set(keys)):
            return f"There are {len(actual)} items, not {len(expected)}, or others{where}"
        parts = (
            first_difference(actual[key], expected[key], *options, f" at {key!r}{where}") for key in keys
        )
        return next(filter(None, parts), "")
    if actual is None or expected is None:
        return "" if actual is expected else f"{actual} is not {expected}{where}"
    numbers = (bool, int, float, complex)
    if isinstance(actual, numbers) and isinstance(expected, numbers):
        if check_dtype and type(actual) is not type(expected):
            return f"The types do not match: {type(actual).__name__} and {type(expected).__name__}{where}"
        return tensor_difference(ms.Tensor(np.array(actual)), ms.Tensor(np.array(expected)), *options, where)
    arrays = (Tensor, np.ndarray)
    if isinstance(actual, arrays) and isinstance(expected, arrays):
        return tensor_difference(ms.Tensor(actual), ms.Tensor(expected), *options, where)
    raise TypeError(
        f"a {type(actual).__name__} and a {type(expected).__name__} cannot be compared{where}; "
        "it takes tensors, arrays, numbers, None, and sequences and mappings of them"
    )


def tensor_difference(
    actual: Tensor,
    expected: Tensor,
    rtol: float | None,
    atol: float | None,
    equal_nan: bool,
    check_dtype: bool,
    where: str,
) -> str:
    """Tell in which way two tensors differ, "" if they do not."""
    if actual.shape != expected.shape:
        return f"The shapes do not match: {actual.shape} and {expected.shape}{where}"
    if check_dtype and actual.dtype != expected.dtype:
        return f"The dtypes do not match: {actual.dtype} and {expected.dtype}{where}"
    if rtol is None or atol is None:
        known = [TOLERANCES.get(each.dtype, (0.0, 0.0)) for each in (actual, expected)]
        rtol, atol = max(each[0] for each in known), max(each[1] for each in known)
    left, right = (
        np.asarray((each.astype(ms.float32) if each.dtype == ms.bfloat16 else each).asnumpy())
        for each in (actual, expected)
    )
    if rtol or atol or left.dtype.kind in "fc":
        wide = np.complex128 if "c" in (left.dtype.kind, right.dtype.kind) else np.float64
        close = np.isclose(left.astype(wide), right.astype(wide), rtol=rtol, atol=atol, equal_nan=equal_nan)
    else:
        close = left == right  # in float64, large integers would be equal to their neighbours
    wrong = np.argwhere(~close)
    if not len(wrong):
        return ""
    at = tuple(int(each) for each in wrong[0])
    return (
        f"{len(wrong)} of {left.size} elements are not close, the first at {at}: {left[at]}, not {right[at]}"
        f" (allowed: {atol} and {rtol} times the expected){where}"
    )
