#!/usr/bin/env python
# A licence.
"""Imports of every shape."""
from __future__ import annotations

import os, torch, sys  # the frame
from typing import TYPE_CHECKING

import torch.nn as nn  # noqa
import torch.nn.functional as F  # kept for its words

try:
    from torch import softmax
except ImportError:
    softmax = None

if TYPE_CHECKING:
    from torch import Tensor


def late(x: Tensor) -> Tensor:
    import torch.nn.functional as H

    return H.relu(x)


def only():
    import torch


def both(x):
    return softmax(x, 1), F.softmax(x, dim=1), nn.Linear(1, 2), torch.float16, os, sys
