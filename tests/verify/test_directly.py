"""A call in the other framework's words, as the reader of an official table writes it: nothing is dropped."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from sporeprint.verify.calls import NoPlaceError, directly
from sporeprint.verify.compare import Array
from sporeprint.verify.sample import Call, Sample, Tensor

np = pytest.importorskip("numpy")

X = Tensor(Array(np.zeros(3, np.float32), "float32"))


def torch_sum(input: Any, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> None: ...  # noqa: A002


def torch_var(input: Any, dim: Any = None, *, correction: int = 1) -> None: ...  # noqa: A002


def other_names(x: Any, axis: Any = None, keep_dims: bool = False) -> None: ...


def other_order(x: Any, keepdims: bool = False, axis: Any = None) -> None: ...


def other_place(logits: Any, which: Any = None) -> None: ...


def anything(*args: Any, **kwargs: Any) -> None: ...


def said(
    call: Call, target: Callable[..., None] | None, source: Callable[..., None] = torch_sum
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    sample = Sample("float32 0", call, None, frozenset())
    signature = None if target is None else inspect.signature(target)
    made = directly(sample, [inspect.signature(source)], signature)
    return made.call.args, made.call.kwargs


@pytest.mark.parametrize(
    ("call", "target", "args", "kwargs"),
    [
        (Call((X,), {"dim": 1, "keepdim": True}), other_names, (X,), {"axis": 1, "keep_dims": True}),
        (Call((X, 1, True), {}), other_names, (X, 1, True), {}),
        (Call((X, 1), {}), other_order, (X,), {"axis": 1}),
        (Call((X, 1), {}), other_place, (X, 1), {}),
        (Call((X, 1), {"keepdim": True}), anything, (X, 1), {"keepdim": True}),
        (Call((X, 1), {"keepdim": True}), None, (X, 1), {"keepdim": True}),
        # What the source refuses itself is passed on, so that both can be seen to refuse it.
        (Call((X,), {"no_such": 1}), other_names, (X,), {"no_such": 1}),
    ],
)
def test_arguments_go_where_they_belong(
    call: Call, target: Callable[..., None] | None, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> None:
    assert said(call, target) == (args, kwargs)


def test_an_argument_without_a_place_is_not_dropped() -> None:
    with pytest.raises(NoPlaceError, match="no parameter for dtype; there are x, axis, keep_dims"):
        said(Call((X,), {"dtype": "float64"}), other_names)
    with pytest.raises(NoPlaceError, match="no parameter for dim"):
        said(Call((X,), {"dim": 1}), other_place)


def test_a_place_with_a_meaning_of_its_own_is_not_taken() -> None:
    # The third parameter there is keep_dims, and `correction` is something else.
    with pytest.raises(NoPlaceError, match="correction"):
        said(Call((X,), {"correction": 0}), other_order, torch_var)


def test_private_parameters_are_left_out() -> None:
    def source(input: Any, dim: Any = None, _stacklevel: int = 3) -> None: ...  # noqa: A002

    assert said(Call((X, 1), {"_stacklevel": 5}), other_names, source) == ((X, 1), {})
