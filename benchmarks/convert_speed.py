"""Conversion against ``ast.parse`` alone, on the same sources in one run, in process time.

    python benchmarks/convert_speed.py FOLDER...

Every file under the folders is read once; then each is parsed, and converted (with the re-parse that checks the
output), in turn. It prints the ratio of the totals for all files and for those that mention the source framework,
and the peak memory.
"""

from __future__ import annotations

import argparse
import gc
import resource
import time
import warnings
from pathlib import Path

from sporeprint.catalog import load
from sporeprint.convert import Options, convert_bytes
from sporeprint.convert.source import SourceError, parse
from sporeprint.facts import facts


def main() -> None:
    """Measure and print."""
    warnings.simplefilter("ignore")
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folders", nargs="+", type=Path)
    options = Options()
    load(options.source)
    facts(options.to)
    totals = {"all": [0.0, 0.0, 0], "torch": [0.0, 0.0, 0]}
    for folder in arguments.parse_args().folders:
        for path in sorted(folder.rglob("*.py")):
            raw = path.read_bytes()
            began = time.process_time()
            try:
                parse(raw)
            except SourceError:
                continue
            parsed = time.process_time()
            convert_bytes(raw, str(path), options, "torch_on_mindspore")
            converted = time.process_time()
            for kind in ("all", "torch") if b"torch" in raw else ("all",):
                totals[kind][0] += parsed - began
                totals[kind][1] += converted - parsed
                totals[kind][2] += 1
    gc.collect()
    for kind, (alone, whole, count) in totals.items():
        print(f"{kind:>6}: {count:5.0f} files, ast.parse {alone:6.2f} s, sporeprint {whole:6.2f} s", end="")
        print(f", ratio {whole / alone:.2f}")
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
