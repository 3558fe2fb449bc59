"""Conversion against PaConvert, which converts PyTorch to Paddle, on the same sources in one run.

    python benchmarks/against_paconvert.py [--environment DIR] FOLDER...

PaConvert is installed from PyPI into an environment of its own, which is kept for the next run where a folder is named.
The two commands take turns, a few rounds, each the whole command, start and all; the least of the rounds counts. First
the processor time of both with one process. PaConvert formats what it has written (with black and isort) unless it is
told not to; both are measured. Of Sporeprint's time it also says how much is its start: the counterparts that are read,
whatever is converted. Then the time on the clock of both as they are run by default: Sporeprint on all cores, which
PaConvert has no option for. That one is for a machine with nothing else to do.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import NamedTuple

_ROUNDS = 2


class Cost(NamedTuple):
    """Of one run of a command: seconds of the processor, of all of its processes, and on the clock."""

    processor: float
    clock: float


def cost(*command: str | Path) -> Cost:
    """Run a command. Exit code 1 says that something is left for a person."""
    # As after its first run: what is installed is compiled.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.monotonic()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [str(each) for each in command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
        env=environment,
    )
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stderr.decode()}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(used, time.monotonic() - began)


def least(costs: list[Cost]) -> Cost:
    """Return the least of each."""
    return Cost(*(min(each) for each in zip(*costs, strict=True)))


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("folders", nargs="+", type=Path)
    arguments.add_argument("--environment", type=Path, help="where PaConvert is, or will be")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as place:
        scratch = Path(place)
        environment: Path = given.environment or scratch / "environment"
        theirs = environment / "bin" / "paconvert"
        if not theirs.exists():
            venv.create(environment, with_pip=True)
            subprocess.run([environment / "bin" / "pip", "install", "--quiet", "paconvert"], check=True)
        empty = scratch / "empty"
        empty.mkdir()
        ours = (sys.executable, "-m", "sporeprint", "convert")
        alone = (*ours, "--jobs", "1", "--output")
        start = least([cost(*alone, scratch / "nothing", empty) for _ in range(_ROUNDS)]).processor
        for folder in given.folders:
            one, all_cores, plain, formatted = [], [], [], []
            for number in range(_ROUNDS):
                out = scratch / f"{folder.name}{number}"
                common = (theirs, "--in_dir", folder, "--log_dir", scratch / "log", "--out_dir")
                one.append(cost(*alone, out / "one", folder))
                all_cores.append(cost(*ours, "--output", out / "all", folder))
                plain.append(cost(*common, out / "plain", "--no_format"))
                formatted.append(cost(*common, out / "formatted"))
            own, told, bare = least(one).processor, least(formatted), least(plain).processor
            quick = least(all_cores).clock
            print(
                f"{folder.name}: processor: sporeprint {own:.2f} s, of which {start:.2f} s are its start; "
                f"PaConvert {told.processor:.2f} s, {told.processor / own:.1f} times ours, "
                f"{told.processor / (own - start):.1f} times without the start; "
                f"unformatted {bare:.2f} s, {bare / own:.1f} times. "
                f"Clock, all cores: sporeprint {quick:.2f} s, PaConvert {told.clock:.2f} s, "
                f"{told.clock / quick:.1f} times"
            )


if __name__ == "__main__":
    main()
