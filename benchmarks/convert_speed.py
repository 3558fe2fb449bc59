"""Conversion of whole projects against ``ast.parse`` alone, on the same sources in one run.

    python benchmarks/convert_speed.py FOLDER...

Every Python file under the folders is parsed; then the same folders are converted with one process, and once more with
two. All three take turns, a few rounds, each in a process of its own that is forked when the counterparts have been
read and nothing else has been done. It prints the ratio of process times (conversion reads the outlines of all files,
converts, and checks the syntax of the result), what a second process gains in wall time, each the least of the rounds,
and the peak memory.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import resource
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sporeprint.catalog import load
from sporeprint.convert import Options, project
from sporeprint.convert.source import SourceError, parse
from sporeprint.facts import facts

_ROUNDS = 5


def measured(action: Callable[[], object]) -> tuple[float, float, float]:
    """Return the process time of an action, its wall time, and the peak memory in MiB, in a process of its own."""
    ours, theirs = multiprocessing.Pipe()

    def run() -> None:
        wall, began = time.perf_counter(), time.process_time()
        action()
        times = time.process_time() - began, time.perf_counter() - wall
        theirs.send((*times, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))

    process = multiprocessing.get_context("fork").Process(target=run)
    process.start()
    found: tuple[float, float, float] = ours.recv()
    process.join()
    return found


def parse_all(files: list[bytes]) -> None:
    """Do what is compared with."""
    for raw in files:
        try:
            parse(raw)
        except SourceError:
            continue


def main() -> None:
    """Measure and print."""
    warnings.simplefilter("ignore")
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folders", nargs="+", type=Path)
    options = Options()
    load(options.source)
    facts(options.to)
    made = project.plan(arguments.parse_args().folders, None, False, "torch_on_mindspore")
    files = [job.path.read_bytes() for job in made.jobs if job.is_source and job.path.suffix == ".py"]
    actions: list[Callable[[], object]] = [partial(parse_all, files)]
    for count in (1, 2):
        actions.append(partial(project.run, made, options, lambda *_: None, processes=count))
    gc.freeze()  # else the collector would make each process copy what they share
    rounds = [[measured(action) for action in actions] for _ in range(_ROUNDS)]
    alone, one, _ = (min(each[index][0] for each in rounds) for index in range(3))
    _, wall, shared = (min(each[index][1] for each in rounds) for index in range(3))
    memory = max(each[1][2] for each in rounds)
    print(f"{len(files)} files: ast.parse {alone:.2f} s, sporeprint {one:.2f} s, ratio {one / alone:.2f}")
    print(f"wall time with 1 process {wall:.2f} s, with 2 {shared:.2f} s: {wall / shared:.2f} times")
    print(f"peak memory: {memory:.0f} MiB")


if __name__ == "__main__":
    main()
