"""MindSpore's API, written in torch, laid out as MindSpore is.

Each function carries MindSpore's signature and takes torch tensors:
``from sporeprint.mindspore import ops; ops.log_softmax(logits, axis=-1)``.
"""

from __future__ import annotations

if __name__ != "sporeprint.mindspore":
    raise ImportError(
        f"this folder is the package sporeprint.mindspore and was found as {__name__!r}: a script that runs "
        f"inside sporeprint/ finds it in place of MindSpore. Run it from elsewhere, or with `python -m`. "
        f"({__file__})"
    )

from sporeprint.mindspore import _names, _tensor, mint, nn, ops

__all__ = ["_tensor", "mint", "nn", "ops"]


def __getattr__(name: str) -> object:
    """Return what stands for ``mindspore.{name}``: a dtype or a class."""
    api = f"mindspore.{name}"
    for known in (_names.VALUES, _names.CLASSES):
        if api in known:
            return known[api]
    raise AttributeError(f"{api} has no counterpart")
