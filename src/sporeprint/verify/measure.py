"""Measure one API in a process of its own, and see what becomes of it.

The fork server of :mod:`multiprocessing` imports both frameworks once (:mod:`sporeprint.verify.zygote`); each
API is measured in a child forked from it (:mod:`sporeprint.verify.legs`), which announces every step before it takes
it. So when a child dies or falls silent, the parent knows in which step, records that as the result of the step, and
starts a fresh child at the same sample.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import mmap
import multiprocessing
import os
import pickle
import pkgutil
import select
import signal
import tempfile
import time
import traceback
import warnings
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from sporeprint.counterpart import REGISTRY
from sporeprint.verify.compare import Raised, Verdict

#: Seconds that one step may compute, or be idle; the slowest sample takes far less than one.
PATIENCE = 4.0

#: So often within that time it is looked whether it goes on.
_LOOKS = 4

#: Bytes that a step takes at most, written down.
_STEP = 4096

#: After so many silences of one body, in its value or in its gradient, the rest of that is not tried.
SILENCES = 3

#: Seconds that a child may take until its first step.
START = 120.0


@dataclass(frozen=True)
class Request:
    """What is to be measured.

    Attributes:
        api: full public name.
        legs: some of :data:`LEGS`, for an API of the registry (``exact`` ones are left out where there is no exact
            body of its own), and names of functions to be called directly.
        dtypes: names of the dtypes to ask samples for; empty for all of :data:`DTYPES`.
        limits: how many samples are taken; None for as many as a counterpart gets.
        prepare: Python text that the child executes first; tests of the tester plant faults with it.
        patience: seconds that one step may compute, or be idle.
        repeats: on so many samples of equal ranks each text is executed that is the same for several; 0 is all.
        scripts: whether to write programs that show the divergences.
        speed: whether to measure it.
        device: MindSpore's, ``"CPU"``, ``"GPU"`` or ``"Ascend"``.
        cache: folder in which torch's results are kept, "" for none.
        core: the processor's core to stay on; None for any.
    """

    api: str
    legs: tuple[str, ...] = ("native", "exact")
    dtypes: tuple[str, ...] = ()
    limits: tuple[int, int, int] | None = None
    prepare: str = ""
    patience: float = PATIENCE
    repeats: int = 0
    scripts: bool = False
    speed: bool = False
    device: str = "CPU"
    cache: str = ""
    core: int | None = None


@dataclass(frozen=True)
class Finding:
    """What one leg of one sample gave.

    Attributes:
        sample: the sample's name.
        leg: which of :data:`LEGS`.
        conditions: the words that hold for the sample, with what its runs showed (``error``, ``random``,
            ``uninitialised``).
        verdicts: one for each respect in which the two were compared.
        call: the call as text.
        left: the converter leaves this call to a person, and says so; the function refuses it.
        size: how many numbers the tensors of the call hold.
    """

    sample: str
    leg: str
    conditions: frozenset[str]
    verdicts: tuple[Verdict, ...]
    call: str
    left: bool = False
    size: int = 0

    @property
    def same(self) -> bool:
        """Whether they agree in every respect."""
        return all(verdict.same for verdict in self.verdicts)


@dataclass(frozen=True)
class Measured:
    """All findings on one API.

    Attributes:
        api: which one.
        findings: in the order of the samples.
        left_out: samples that were not tried, and why.
        missing: the legs that the other framework does not have.
        scripts: (leg, where, kind) of a divergence -> a program that shows it.
        speed: leg -> how many times as long as the source it takes, on the largest sample of the common domain.
        seconds: how long it took.
    """

    api: str
    findings: tuple[Finding, ...]
    left_out: tuple[str, ...]
    missing: tuple[str, ...]
    scripts: dict[tuple[str, str, str], str]
    speed: dict[str, float]
    seconds: float


class Ended(NamedTuple):
    """The last message of a child: fields of :class:`Measured`."""

    left_out: tuple[str, ...]
    missing: tuple[str, ...]
    scripts: dict[tuple[str, str, str], str]
    speed: dict[str, float]


class MeasuringError(RuntimeError):
    """The child could not measure at all: no samples, or an error of this package's own."""


@dataclass(frozen=True)
class Step:
    """A step that can go wrong: the sample's number, the leg, and whether it is the value, the gradient, …"""

    number: int
    leg: str
    phase: str
    conditions: frozenset[str]


@dataclass
class Memory:
    """What earlier children of the same API did not survive."""

    fatal: dict[Step, Raised] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    next: int = 0

    def outcome(self, step: Step) -> Raised | None:
        """Recall what is known of a step before it is taken."""
        if step in self.fatal:
            return self.fatal[step]
        # Each silence costs all the patience; a death costs nothing, so it is tried again. What is silent as a function
        # is silent as text, and the source is so in every precision.
        silent = [
            other
            for other, raised in self.fatal.items()
            if raised.type == "time-out"
            and (other.leg.split(" ")[0], other.phase) == (step.leg.split(" ")[0], step.phase)
        ]
        for other in silent:
            alike = other.conditions and other.conditions <= step.conditions
            if alike or len(silent) >= SILENCES:
                return replace(
                    self.fatal[other], message=f"not tried, as sample {other.number} gave no answer"
                )
        return None


@functools.cache
def load_counterparts() -> dict[str, Any]:
    """Import every counterpart file of both directions.

    Returns:
        The registry: api name -> counterpart.
    """
    for name in ("sporeprint.torch", "sporeprint.mindspore"):
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            importlib.import_module(module.name)
    return REGISTRY


def measure(request: Request) -> Measured:
    """Measure one API.

    Args:
        request: what.

    Returns:
        Its findings. Crash, hang and process death are findings.

    Raises:
        MeasuringError: there was nothing to measure, or this package failed.
    """
    began = time.monotonic()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["sporeprint.verify.zygote"])
    # Sets of words are walked through in the same order each time.
    os.environ.setdefault("PYTHONHASHSEED", "0")
    memory = Memory()
    while True:
        ours, theirs = context.Pipe(duplex=False)
        with tempfile.NamedTemporaryFile(prefix="sporeprint-step-") as file, Announced(file.name) as step:
            child = context.Process(target=_child, args=(theirs, request, memory, file.name), daemon=True)
            child.start()
            theirs.close()
            try:
                ended = _listen(ours, child, request, memory, step)
            finally:
                child.kill()
                child.join()
                ours.close()
        if ended is not None:
            return Measured(request.api, tuple(memory.findings), *ended, time.monotonic() - began)


class Announced:
    """The step that a child is about to take: it writes it down, and the parent reads it when the child is lost.

    A context manager. What both see is a file in memory: a message for each step would wake the parent each time.
    """

    def __init__(self, path: str) -> None:
        with open(path, "r+b") as file:
            file.truncate(_STEP)
            self._memory = mmap.mmap(file.fileno(), _STEP)

    def __enter__(self) -> Announced:
        return self

    def __exit__(self, *_: object) -> None:
        self._memory.close()

    def write(self, step: Step) -> None:
        """Announce a step."""
        text = pickle.dumps(step)
        self._memory[: 8 + len(text)] = (self.number() + 1).to_bytes(8, "little") + text

    def number(self) -> int:
        """Count the steps that were announced."""
        return int.from_bytes(self._memory[:8], "little")

    def read(self) -> Step | None:
        """Return the last one, None before the first."""
        return pickle.loads(self._memory[8:]) if self.number() else None


def _listen(
    messages: Connection, child: Any, request: Request, memory: Memory, announced: Announced
) -> Ended | None:
    """Follow one child. Gives its last message when it is done, None if it was lost (see ``memory``)."""
    with _Clock(child.pid) as clock:
        waiting = select.poll()
        waiting.register(messages.fileno(), select.POLLIN)
        while True:
            if not _answers(waiting, clock, announced, request.patience):
                lost = Raised("time-out", f"no answer within {request.patience:g} s", fatal=True)
                break
            try:
                message = messages.recv()
            except EOFError:
                child.join()
                lost = Raised("process death", _how_it_ended(child.exitcode), fatal=True)
                break
            if isinstance(message, Exception):
                raise MeasuringError(f"{request.api}: {message}")
            if not isinstance(message, list):
                ended: Ended = message
                return ended
            memory.findings += message
            memory.next += 1
    step = announced.read()
    if step is None:
        raise MeasuringError(f"{request.api}: the measuring process was lost before its first step: {lost}")
    memory.fatal[step] = lost
    return None


def _answers(waiting: select.poll, clock: _Clock, announced: Announced, patience: float) -> bool:
    """Wait for a message; longer where the machine is so busy that the child hardly gets to compute.

    Returns:
        False if it has computed on one step, or been idle in it, for as long as patience goes.
    """
    began = used = clock.seconds()
    number, idle = announced.number(), 0
    while True:
        allowed = patience if number else START
        if waiting.poll(allowed / _LOOKS * 1000):
            return True
        now, known = clock.seconds(), announced.number()
        if known != number:
            number, began, idle = known, now, 0
        else:
            idle = idle + 1 if now - used < allowed / _LOOKS / 50 else 0
            if now - began >= allowed or idle >= _LOOKS:
                return False
        used = now


class _Clock:
    """The processor time of a child. Its file is kept open, for as long as the child is followed."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._file: int | None = None

    def __enter__(self) -> _Clock:
        with contextlib.suppress(OSError):
            self._file = os.open(f"/proc/{self._pid}/stat", os.O_RDONLY)
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            os.close(self._file)

    def seconds(self) -> float:
        """How long it has computed; where the system does not tell, each wait is as good as the last."""
        if self._file is None:
            return 0.0
        try:
            fields = os.pread(self._file, 4096, 0).rpartition(b")")[2].split()
        except OSError:
            return 0.0
        # utime and stime, the 14th and 15th field of all, in ticks.
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _how_it_ended(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


# --- in the child ---


def _child(messages: Connection, request: Request, memory: Memory, steps: str) -> None:
    if request.core is not None:
        # Idle threads of MindSpore ask for work again and again, each time yielding to what else waits for their core:
        # for free on the core of the thread that gives it, but on another they take turns with another child.
        os.sched_setaffinity(0, {request.core})
    # The warnings that count are recorded where a call is run; what libraries print would end up in the report.
    warnings.simplefilter("ignore")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    import torch

    from sporeprint.verify.legs import Measuring
    from sporeprint.verify.oracle import NoSamplesError

    try:
        torch.set_num_threads(1)
        registry = load_counterparts()
        space = {"__name__": "prepared", "REGISTRY": registry}
        exec(request.prepare, space)
        with Announced(steps) as announced:
            Measuring(messages, request, memory, announced, registry.get(request.api)).run()
    except Exception as error:
        if isinstance(error, NoSamplesError):
            # The class itself would make the parent import PyTorch's databases.
            messages.send(RuntimeError(str(error)))
            return
        trace = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(trace.filename).name}:{trace.lineno}"
        messages.send(RuntimeError(f"{type(error).__name__}: {error} ({where})"))
