"""``torch.nn``, written in MindSpore."""

from __future__ import annotations

import importlib
import pkgutil

from sporeprint.counterpart import REGISTRY
from sporeprint.torch import _names
from sporeprint.torch.nn import functional, init, modules, parameter, utils

__all__ = ["functional", "init", "modules", "parameter", "utils"]

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")


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
