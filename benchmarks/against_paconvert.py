"""Conversion against PaConvert, which converts PyTorch to Paddle, on the same sources in one run.

    python benchmarks/against_paconvert.py [--environment DIR] FOLDER...

PaConvert is installed from PyPI into an environment of its own, which is kept for the next run where a folder is named.
The two commands take turns, a few rounds, and each is run as its users run it, with one process: process times of the
whole command, start and all, the least of the rounds. PaConvert formats what it has written (with black and isort)
unless it is told not to; both are measured. Of Sporeprint's time it also says how much is its start: the counterparts
that are read, whatever is converted.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

_ROUNDS = 2


def cost(*command: str | Path) -> float:
    """Return the process time of a command, in seconds. Exit code 1 says that something is left for a person."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [str(each) for each in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
    )
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stderr.decode()}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


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
        ours = (sys.executable, "-m", "sporeprint", "convert", "--jobs", "1", "--output")
        start = min(cost(*ours, scratch / "nothing", empty) for _ in range(_ROUNDS))
        for folder in given.folders:
            plain, formatted, whole = [], [], []
            for number in range(_ROUNDS):
                out = scratch / f"{folder.name}{number}"
                common = (theirs, "--in_dir", folder, "--log_dir", scratch / "log", "--out_dir")
                whole.append(cost(*ours, out / "ours", folder))
                plain.append(cost(*common, out / "plain", "--no_format"))
                formatted.append(cost(*common, out / "formatted"))
            own = min(whole)
            print(
                f"{folder.name}: sporeprint {own:.2f} s, of which {start:.2f} s are its start; "
                f"PaConvert {min(formatted):.2f} s, {min(formatted) / own:.1f} times ours, "
                f"{min(formatted) / (own - start):.1f} times without the start; "
                f"unformatted {min(plain):.2f} s, {min(plain) / own:.1f} times"
            )


if __name__ == "__main__":
    main()
