"""Random numbers that both sides draw alike: the n-th draw of a call depends on the seed, n and the shape only."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


class Chance:
    """A stream of draws. ``draws`` counts them, so that the two sides can be compared."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.draws: list[tuple[str, tuple[int, ...]]] = []

    def _next(self, kind: str, shape: tuple[int, ...]) -> np.random.Generator:
        self.draws.append((kind, shape))
        return np.random.default_rng((self._seed, len(self.draws)))

    def mask(self, shape: tuple[int, ...], p: float) -> Array:
        """Return a dropout mask, float64: 0 with probability ``p``, else 1 / (1 - p)."""
        if p >= 1:
            return np.zeros(shape)
        return (self._next("mask", shape).random(shape) >= p) / (1 - p)

    def uniform(self, shape: tuple[int, ...]) -> Array:
        """Return float64 numbers from 0 to 1."""
        return self._next("uniform", shape).random(shape)

    def normal(self, shape: tuple[int, ...]) -> Array:
        """Return float64 standard normal numbers."""
        return self._next("normal", shape).standard_normal(shape)
