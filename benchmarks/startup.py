"""The start of the command line against the start of Python, in one run: medians of process times.

python benchmarks/startup.py
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys

_ROUNDS = 15


def cost(*arguments: str) -> float:
    """Return the process time of one run of Python, in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure and print."""
    nothing, helped = [], []
    for _ in range(_ROUNDS):  # in turn, so that whatever else runs weighs on both
        nothing.append(cost("-c", "pass"))
        helped.append(cost("-m", "sporeprint", "--help"))
    base, ours = statistics.median(nothing), statistics.median(helped)
    print(
        f"python -c pass {base * 1e3:.0f} ms, sporeprint --help {ours * 1e3:.0f} ms, ratio {ours / base:.2f}"
    )


if __name__ == "__main__":
    main()
