"""Random numbers that both sides draw alike: the n-th draw of a call depends on the seed, n and the shape only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Shape = tuple[int, ...]


class Chance:
    """A stream of draws. ``draws`` counts them, so that the two sides can be compared."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.draws: list[tuple[str, Shape]] = []

    def _next(self, kind: str, shape: Shape) -> np.random.Generator:
        self.draws.append((kind, shape))
        return np.random.default_rng((self._seed, len(self.draws)))

    def mask(self, shape: Shape, p: float) -> Array:
        """Return a dropout mask, float64: 0 with probability ``p``, else 1 / (1 - p)."""
        if p >= 1:
            return np.zeros(shape)
        return (self._next("mask", shape).random(shape) >= p) / (1 - p)

    def uniform(self, shape: Shape) -> Array:
        """Return float64 numbers from 0 to 1."""
        return self._next("uniform", shape).random(shape)

    def normal(self, shape: Shape) -> Array:
        """Return float64 standard normal numbers."""
        return self._next("normal", shape).standard_normal(shape)


class Draws:
    """What takes the place of random functions, for either framework.

    Args:
        chance: what they draw from.
        make: makes a tensor of an array and a dtype.
    """

    def __init__(self, chance: Chance, make: Callable[[Array, Any], Any]) -> None:
        self.chance, self._make = chance, make

    def dropout(self, x: Any, p: float, training: bool, dimensions: int = 0) -> Any:
        """Drop elements, or whole channels of so many dimensions."""
        if not training or not p:
            return x
        kept = x.ndim - dimensions if dimensions else x.ndim
        shape = tuple(x.shape[:kept]) + (1,) * dimensions
        return x * self._make(self.chance.mask(shape, p), x.dtype)

    def by_channel(self, dimensions: int) -> Callable[..., Any]:
        """Return a dropout of whole channels."""

        def dropout(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
            return self.dropout(input, p, training, dimensions)

        return dropout

    def like(self, draw: Callable[[Shape], Array]) -> Callable[..., Any]:
        """Return a function such as ``rand_like``."""

        def drawn(input: Any, *_: Any, dtype: Any = None, **__: Any) -> Any:
            return self._make(draw(tuple(input.shape)), dtype or input.dtype)

        return drawn

    def sized(self, draw: Callable[[Shape], Array], default: Any) -> Callable[..., Any]:
        """Return a function such as ``rand``; ``default`` is the dtype of what it makes."""

        def drawn(*size: Any, dtype: Any = None, **_: Any) -> Any:
            shape = tuple(size[0]) if len(size) == 1 and not isinstance(size[0], int) else size
            return self._make(np.asarray(draw(shape)), dtype or default)

        return drawn
