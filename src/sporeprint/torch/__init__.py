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

from sporeprint.counterpart import REGISTRY
from sporeprint.torch import _names, functional, nn, special
from sporeprint.torch import _tensor as _tensor  # registers the methods
from sporeprint.torch import _tensor_inplace as _tensor_inplace
from sporeprint.torch import _tensor_inplace_items as _tensor_inplace_items

__all__ = ["functional", "nn", "special"]


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
