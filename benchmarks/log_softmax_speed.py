"""log_softmax side by side, in one run: torch, MindSpore's own kernel, and the native and the exact counterpart.

    python benchmarks/log_softmax_speed.py

The best of several rounds in which the four take turns, forward, float32. Printed are ratios to native, which the times
of one machine and one moment give; the times themselves are shown for scale only.

What limits exact is ``exp`` in float64, which MindSpore runs on one thread where its kernel uses all of them: about
half of the time on large inputs. In float32 ``exp`` errs by 66 units in the last place.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import mindspore as ms
import numpy as np
import torch
from mindspore import ops

import sporeprint.torch.nn.functional as F  # noqa: N812 - its usual name

_SHAPES = ((1024, 1024), (32, 50257), (8, 16, 512, 512))
_ROUNDS = 5


def best(functions: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """Return the least wall-clock time of each function, in seconds; they take turns."""
    found = dict.fromkeys(functions, float("inf"))
    for _ in range(rounds + 1):  # the first round warms up, and is never the best
        for name, function in functions.items():
            began = time.perf_counter()
            function()
            found[name] = min(found[name], time.perf_counter() - began)
    return found


def main() -> None:
    """Measure and print."""
    ms.runtime.launch_blocking()
    rng = np.random.default_rng(0)
    print(
        f"{'shape':>18} {'axis':>4} {'native':>9} | {'torch':>6} {'kernel':>6} {'exact':>6}  (times native)"
    )
    for shape in _SHAPES:
        data = rng.standard_normal(shape).astype(np.float32)
        theirs, ours = torch.from_numpy(data), ms.Tensor(data)
        for axis in (0, -1):
            times = best(
                {
                    "torch": lambda: torch.nn.functional.log_softmax(theirs, dim=axis),  # noqa: B023
                    "kernel": lambda: ops.log_softmax(ours, axis=axis),  # noqa: B023
                    "native": lambda: F.log_softmax(ours, dim=axis),  # noqa: B023
                    "exact": lambda: F.log_softmax.exact(ours, dim=axis),  # noqa: B023
                },
                _ROUNDS,
            )
            ratios = " ".join(
                f"{times[name] / times['native']:6.2f}" for name in ("torch", "kernel", "exact")
            )
            print(f"{shape!s:>18} {axis:>4} {times['native'] * 1e3:6.1f} ms | {ratios}")


if __name__ == "__main__":
    main()
