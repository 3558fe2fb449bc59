"""``torch.nn``, written in MindSpore."""

from __future__ import annotations

from sporeprint.counterpart import REGISTRY
from sporeprint.torch import _names
from sporeprint.torch.nn import functional, modules, utils

__all__ = ["functional", "modules", "utils"]


def __getattr__(name: str) -> object:
    """Return what stands for ``torch.nn.{name}``."""
    api = f"torch.nn.{name}"
    for known in (REGISTRY, _names.CLASSES):
        if api in known:
            return known[api]
    raise AttributeError(f"{api} has no counterpart")


def __dir__() -> list[str]:
    known = (*REGISTRY, *_names.CLASSES)
    return sorted({*globals(), *(api.split(".")[2] for api in known if api.startswith("torch.nn."))})
