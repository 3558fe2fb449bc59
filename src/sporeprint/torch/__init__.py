"""torch's API, written in MindSpore, laid out as torch is.

Each function carries torch's signature and takes MindSpore tensors:
``import sporeprint.torch.nn.functional as F; F.log_softmax(x, dim=1)``.
"""

from __future__ import annotations

if __name__ != "sporeprint.torch":
    raise ImportError(
        f"this folder is the package sporeprint.torch and was found as {__name__!r}: a script that runs inside "
        f"sporeprint/ finds it in place of PyTorch. Run it from elsewhere, or with `python -m`. ({__file__})"
    )

import importlib
import pkgutil

from sporeprint.counterpart import REGISTRY
from sporeprint.torch import _names, autograd, fft, functional, linalg, nn, optim, special, utils

__all__ = ["autograd", "fft", "functional", "linalg", "nn", "optim", "special", "utils"]

# Whatever lies in this folder registers its counterparts.
for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")


def __getattr__(name: str) -> object:
    """Return what stands for ``torch.{name}``: a counterpart, a dtype or other constant, a class."""
    api = f"torch.{name}"
    for known in (REGISTRY, _names.VALUES, _names.CLASSES):
        if api in known:
            return known[api]
    raise AttributeError(f"{api} has no counterpart")


def __dir__() -> list[str]:
    known = (*REGISTRY, *_names.VALUES, *_names.CLASSES)
    return sorted({*globals(), *(api.split(".")[1] for api in known if api.startswith("torch."))})
