"""``torch.utils``, written in MindSpore."""

from __future__ import annotations

from sporeprint.torch.utils import data

__all__ = ["data"]
