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
from sporeprint.torch import _binary as _binary  # these register functions and methods
from sporeprint.torch import _complex as _complex
from sporeprint.torch import _creation as _creation
from sporeprint.torch import _indexing as _indexing
from sporeprint.torch import _info as _info
from sporeprint.torch import _linalg as _linalg
from sporeprint.torch import _names, fft, functional, nn, special
from sporeprint.torch import _random as _random
from sporeprint.torch import _reductions as _reductions
from sporeprint.torch import _shape as _shape
from sporeprint.torch import _steering as _steering
from sporeprint.torch import _tensor as _tensor
from sporeprint.torch import _unary as _unary

__all__ = ["fft", "functional", "nn", "special"]


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
