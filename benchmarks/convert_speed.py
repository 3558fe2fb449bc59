"""Conversion of whole projects against ``ast.parse`` alone, on the same sources in one run.

    python benchmarks/convert_speed.py FOLDER...

Every Python file under the folders is read and parsed once; then the same folders are converted with one process, and
once more with as many as there are cores. It prints the ratio of process times (conversion reads the outlines of all
files, converts, and parses the result again), what more processes gain in wall time, and the peak memory.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
import warnings
from pathlib import Path

from sporeprint.catalog import load
from sporeprint.convert import Options, project
from sporeprint.convert.source import SourceError, parse
from sporeprint.facts import facts


def main() -> None:
    """Measure and print."""
    warnings.simplefilter("ignore")
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folders", nargs="+", type=Path)
    folders: list[Path] = arguments.parse_args().folders
    options = Options()
    load(options.source)
    facts(options.to)
    made = project.plan(folders, None, False, "torch_on_mindspore")
    sources = [job.path for job in made.jobs if job.is_source and job.path.suffix == ".py"]
    began = time.process_time()
    for path in sources:
        try:
            parse(path.read_bytes())
        except SourceError:
            continue
    alone = time.process_time() - began
    cores = os.cpu_count() or 1
    walls = []
    for processes in (1, cores):
        wall, began = time.perf_counter(), time.process_time()
        project.run(made, options, lambda *_: None, processes=processes)
        walls.append(time.perf_counter() - wall)
        if processes == 1:
            whole = time.process_time() - began
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(sources)} files: ast.parse {alone:.2f} s, sporeprint {whole:.2f} s, ratio {whole / alone:.2f}"
    )
    print(
        f"wall time with 1 process {walls[0]:.2f} s, with {cores} {walls[1]:.2f} s: {walls[0] / walls[1]:.2f} times"
    )
    print(f"peak memory: {memory:.0f} MiB")


if __name__ == "__main__":
    main()
