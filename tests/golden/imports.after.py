#!/usr/bin/env python
# A licence.
"""Imports of every shape."""
from __future__ import annotations

import mindspore as ms
from mindspore import nn, ops
import os, sys  # the frame
from typing import TYPE_CHECKING

# kept for its words

try:
    from torch import softmax
except ImportError:
    softmax = None

if TYPE_CHECKING:
    from mindspore import Tensor


def late(x: Tensor) -> Tensor:
    return ops.relu(x)


def only():
    pass


def both(x):
    return ops.softmax(x, axis=1), ops.softmax(x, axis=1), nn.Dense(1, 2), ms.float16, os, sys
