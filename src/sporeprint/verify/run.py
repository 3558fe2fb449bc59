"""Measure many APIs: several at a time, resumable, each result saved as it comes."""

from __future__ import annotations

import contextlib
import datetime
import functools
import hashlib
import importlib.metadata
import itertools
import os
import pickle
import queue
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from pathlib import Path

from platformdirs import user_cache_path

from sporeprint import catalog
from sporeprint.verify import strict
from sporeprint.verify.evidence import Evidence, fingerprint, legs_of
from sporeprint.verify.measure import Finding, Measured, MeasuringError, Request, measure
from sporeprint.verify.subjects import Subject


@dataclass(frozen=True)
class Options:
    """How to measure.

    Attributes:
        dtypes: of the samples, empty for all.
        device: MindSpore's.
        jobs: how many APIs at a time.
        resume: go on where the last run with the same options was interrupted.
        full: also what only a record holds: programs that show the divergences, and how fast each leg is.
        repeats: as in :class:`Request`.
    """

    dtypes: tuple[str, ...] = ()
    device: str = "CPU"
    jobs: int = 2
    resume: bool = False
    full: bool = True
    repeats: int = 2


@dataclass
class Results:
    """What came of it.

    Attributes:
        records: api -> evidence.
        findings: api -> what was found, for a comparison sample by sample.
        problems: first API name of a counterpart -> where it does not keep to what it declares.
    """

    records: dict[str, Evidence] = field(default_factory=dict)
    findings: dict[str, tuple[Finding, ...]] = field(default_factory=dict)
    problems: dict[str, list[str]] = field(default_factory=dict)


def cache() -> Path:
    """Return the folder for what can be made again."""
    return user_cache_path("sporeprint")


@functools.cache
def versions() -> dict[str, str]:
    """Return the releases of both frameworks that are installed.

    Raises:
        PackageNotFoundError: one is not.
    """
    return {name: importlib.metadata.version(name) for name in ("torch", "mindspore")}


def told_device(device: str) -> str:
    """Name a device as the evidence does: of CPUs with what their vectors are, which rounding depends on."""
    if device != "CPU":
        return device
    import torch

    return f"CPU ({torch.backends.cpu.get_cpu_capability()})"


def run(
    subjects: Sequence[Subject], options: Options, told: Callable[[Subject, Evidence], None] = lambda *_: None
) -> Results:
    """Measure.

    Args:
        subjects: what.
        options: how.
        told: called with each record as it is made, in the order in which they are ready.

    Returns:
        Records of all; what could not be measured has one that says why.
    """
    saved = _Saved.open(subjects, options)
    results = Results()
    first = {each.first for each in subjects if each.first}
    held: dict[str, list[Finding]] = {name: [] for name in first}

    def keep(subject: Subject, measured: Measured | str) -> None:
        record = _record(subject, measured, options)
        results.records[subject.api] = record
        if isinstance(measured, Measured):
            results.findings[subject.api] = measured.findings
            if subject.first:
                held[subject.first] += measured.findings
        told(subject, record)

    waiting = []
    for subject in subjects:
        if subject.api in saved.done:
            keep(subject, saved.done[subject.api])
        else:
            waiting.append(subject)
    for subject, measured in _measured(waiting, options):
        saved.add(subject.api, measured)
        keep(subject, measured)
    saved.remove()
    measured_apis = {each.api for each in subjects}
    for name in sorted(first):
        entry = catalog.load(name.partition(".")[0]).entries[name]
        # Only all of its names together show what it declares.
        if held[name] and measured_apis >= set(entry.apis) and not options.dtypes:
            found = strict.judge(name, held[name], entry.differs, entry.refuses)
            if found:
                results.problems[name] = found
                results.records[name] = replace(results.records[name], problems=tuple(found))
    return results


def _measured(subjects: list[Subject], options: Options) -> Iterator[tuple[Subject, Measured | str]]:
    cores: queue.SimpleQueue[int | None] = queue.SimpleQueue()
    for core in itertools.islice(itertools.cycle(_cores()), options.jobs):
        cores.put(core)

    def one(subject: Subject) -> Measured | str:
        core = cores.get()
        request = Request(
            subject.api,
            subject.legs,
            options.dtypes,
            subject.limits,
            repeats=options.repeats,
            scripts=options.full,
            speed=options.full and bool(subject.first),
            device=options.device,
            cache=str(cache() / "torch"),
            core=core,
        )
        try:
            return measure(request)
        except MeasuringError as error:
            return str(error).removeprefix(f"{subject.api}: ")
        finally:
            cores.put(core)

    with ThreadPoolExecutor(options.jobs) as pool:
        futures: dict[Future[Measured | str], Subject] = {pool.submit(one, each): each for each in subjects}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _cores() -> list[int | None]:
    """The cores that this process may use; None for any, where the system does not tell."""
    return [*os.sched_getaffinity(0)] if sys.platform == "linux" else [None]


def _record(subject: Subject, measured: Measured | str, options: Options) -> Evidence:
    made = Evidence(
        subject.api,
        versions(),
        told_device(options.device),
        datetime.date.today().isoformat(),
        fingerprint(subject.api),
        (),
        {},
    )
    if isinstance(measured, str):
        return replace(made, untested=measured)
    if not measured.findings and not measured.missing:
        reasons = [each for each in measured.left_out if not each.endswith("at random")]
        why = reasons[0] if reasons else "there are none"
        return replace(made, untested=f"none of its samples can be tried: {why}")
    return replace(made, left_out=measured.left_out[:20], legs=legs_of(measured))


# --- results of a run that was interrupted ---


@dataclass
class _Saved:
    path: Path
    done: dict[str, Measured | str] = field(default_factory=dict)

    @classmethod
    def open(cls, subjects: Sequence[Subject], options: Options) -> _Saved:
        about = (versions(), options.dtypes, options.device, options.full, _sources(), sorted(subjects))
        made = cls(cache() / "runs" / f"{hashlib.sha256(repr(about).encode()).hexdigest()[:32]}.pickle")
        if not options.resume:
            made.remove()
        elif made.path.exists():
            with made.path.open("rb") as lines, contextlib.suppress(EOFError, pickle.UnpicklingError):
                while True:
                    api, measured = pickle.load(lines)
                    made.done[api] = measured
        return made

    def add(self, api: str, measured: Measured | str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as lines:
            pickle.dump((api, measured), lines)

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)


def _sources() -> str:
    """Digest our own code: what it measured is not what other code would."""
    made = hashlib.sha256()
    for path in sorted(catalog.FOLDER.rglob("*.py")):
        made.update(path.read_bytes())
    return made.hexdigest()
