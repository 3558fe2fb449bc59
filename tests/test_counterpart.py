"""A class of the library refuses as a function does, and stays a class like any other."""

from __future__ import annotations

import copy
import inspect
import pickle
from typing import Any

import pytest

from sporeprint import counterpart as vocabulary


class Plain:
    """A class with a refused parameter, before it is declared."""

    def __init__(self, size: int, inplace: bool = False, *, device: object = None) -> None:
        self.size = size


class Layer(Plain):
    def __init__(self, size: int, inplace: bool = False, *, device: object = None) -> None:
        super().__init__(size, inplace, device=device)


class Wide(Layer):
    """What a user derives from it."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__(99, inplace)


SIGNATURE = inspect.signature(Layer)


@pytest.fixture(scope="module", autouse=True)
def _declared() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vocabulary, "REGISTRY", {})
        vocabulary.counterpart_class("torch.nn.Layer", refuses={"inplace": "use the result"})(Layer)


@pytest.mark.parametrize(("args", "kwargs"), [((3,), {"inplace": True}), ((3, True), {}), ((3, 0), {})])
def test_a_refused_parameter_of_a_constructor_raises(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=r"torch\.nn\.Layer: inplace is refused: use the result"):
        Layer(*args, **kwargs)


def test_the_default_may_be_given() -> None:
    assert Layer(3).size == Layer(3, False, device="cpu").size == 3


def test_a_derived_class_refuses_too() -> None:
    assert Wide().size == 99
    with pytest.raises(TypeError, match="inplace is refused"):
        Wide(True)
    assert Plain(3, True).size == 3


def test_it_can_be_copied_pickled_and_looked_at() -> None:
    assert pickle.loads(pickle.dumps(Wide())).size == 99
    assert copy.deepcopy(Layer(3)).size == 3
    assert inspect.signature(Layer) == SIGNATURE
    assert Layer.__init__.__name__ == "__init__"
