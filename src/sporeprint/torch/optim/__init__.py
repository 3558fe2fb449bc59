"""``torch.optim``, written in MindSpore.

What MindSpore has under these names differs, as measured (``sporeprint diff torch.optim.Adam``): ``mint.optim`` trains
nothing on the CPU, ``nn.Adam`` and ``experimental.optim.Adam`` add ``eps`` elsewhere, and none of them takes gradients
from the parameters. So these are classes of our own, with torch's groups, state and formulas.
"""

from __future__ import annotations

import importlib
import pkgutil

from sporeprint.counterpart import REGISTRY

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")


def __getattr__(name: str) -> object:
    """Return what stands for ``torch.optim.{name}``."""
    api = f"torch.optim.{name}"
    if api in REGISTRY:
        return REGISTRY[api]
    raise AttributeError(f"{api} has no counterpart")


def __dir__() -> list[str]:
    return sorted({*globals(), *(api.split(".")[2] for api in REGISTRY if api.startswith("torch.optim."))})
