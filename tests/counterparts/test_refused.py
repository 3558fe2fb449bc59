"""A refused parameter is not dropped in silence when a counterpart is called as a library function."""

from __future__ import annotations

from typing import Any

import pytest

from sporeprint.counterpart import Counterpart, exact_of


def double(input: Any, scale: float = 2.0, *, out: Any = None) -> Any:  # noqa: A002
    return input * 2


REFUSES = {"scale": "multiply the result", "out": "assign the result instead"}


def made(refuses: dict[str, str]) -> Counterpart[..., Any]:
    return Counterpart(double, ("torch.double",), {}, refuses, {})


class Incomparable:
    """Like a tensor: what its comparison returns is no bool."""

    def __eq__(self, other: object) -> Any:
        raise TypeError("no bool")

    __hash__ = object.__hash__


@pytest.mark.parametrize(
    ("args", "kwargs", "reason"),
    [
        ((1,), {"out": Incomparable()}, "out is refused: assign the result instead"),
        ((1,), {"scale": 3.0}, "scale is refused: multiply the result"),
        ((1, 3.0), {}, "scale is refused"),
        ((1, Incomparable()), {}, "scale is refused"),
    ],
)
def test_another_value_than_the_default_raises(
    args: tuple[Any, ...], kwargs: dict[str, Any], reason: str
) -> None:
    refusing = made(REFUSES)
    with pytest.raises(TypeError, match=reason):
        refusing(*args, **kwargs)


@pytest.mark.parametrize(
    ("args", "kwargs"), [((1,), {}), ((1, 2.0), {}), ((1,), {"scale": 2.0, "out": None})]
)
def test_the_default_may_be_given(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    assert made(REFUSES)(*args, **kwargs) == 2


def test_the_exact_body_refuses_too() -> None:
    refusing = made({"out": "assign the result instead"})
    exact_of(refusing)(double)
    assert refusing.exact(1, 3.0) == 2
    with pytest.raises(TypeError, match="out is refused"):
        refusing.exact(1, out=Incomparable())


def test_nothing_is_checked_where_nothing_is_refused() -> None:
    assert made({})(1, 3.0, out=Incomparable()) == 2
