"""Both sides of one model, each in a process of its own."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sporeprint.convert import MODULE, Options, build, convert_bytes
from sporeprint.convert.project import outlines_below
from sporeprint.convert.symbols import Place
from sporeprint.prove.judge import Proof, judge
from sporeprint.prove.subject import Subject
from sporeprint.prove.task import Task, Told

#: So many seeds are tried.
ATTEMPTS = 3
#: Ten minutes for one side: whatever takes longer does not end.
PATIENCE = 600


def prove(
    subject: Subject,
    source: Path,
    converted: Path,
    *,
    seed: int = 0,
    pythons: tuple[str, str] = (sys.executable, sys.executable),
    told: Callable[[str], None] = lambda _: None,
) -> Proof:
    """Run the original and its conversion, and compare.

    Where nothing but gradients differ, it is tried with other weights and inputs: an error of the conversion shows
    with all of them, and what only jumps at the kink of a relu does not.

    Args:
        subject: the model.
        source: folder of the original project.
        converted: folder of the converted one.
        seed: of weights, inputs and random numbers.
        pythons: the interpreters that have torch and MindSpore.
        told: called with what is done next.
    """
    began = time.monotonic()
    for attempt in range(ATTEMPTS):
        made = _prove(subject, source, converted, seed + attempt, pythons, told)
        if made.verdict == "proven" or not made.may_be_chance:
            break
    made.seconds = time.monotonic() - began
    return made


def _prove(
    subject: Subject,
    source: Path,
    converted: Path,
    seed: int,
    pythons: tuple[str, str],
    told: Callable[[str], None],
) -> Proof:
    original = Task(str(source.resolve()), subject.construct, subject.inputs, subject.call, seed)
    with tempfile.TemporaryDirectory(prefix="sporeprint-prove-") as scratch:
        told("torch")
        torch = _side("torch", original, pythons[0], Path(scratch))
        wide = mindspore = Told()
        if not torch.failed:
            told("torch in float64")
            wide = _side(
                "torch", replace(original, weights=torch.weights, wide=True), pythons[0], Path(scratch)
            )
            told("MindSpore")
            construct = _converted(subject.construct, source, Path(scratch))
            task = replace(
                original, folder=str(converted.resolve()), construct=construct, weights=torch.weights
            )
            mindspore = _side("mindspore", task, pythons[1], Path(scratch))
    made = judge(subject.name, torch, wide, mindspore)
    made.seed = seed
    return made


def _converted(code: str, source: Path, scratch: Path) -> str:
    """Convert the statements that build the model, as if they stood in a file of the project."""
    options = Options()
    place = Place(outlines_below(source), str(source.resolve() / "__prove__.py"))
    # What does not name torch is no file of the source framework's; the import goes again, since nothing uses it.
    named = f"import torch\n{code}\n".encode()
    found = convert_bytes(named, "model", options, MODULE[options.to], place=place)
    if found.adapters:
        text = build(found.adapters, options.to, options.fidelity)
        (scratch / "for_the_model.py").write_text(text, encoding="utf-8")
        return found.data.decode().replace(f"from {MODULE[options.to]} import", "from for_the_model import")
    return found.data.decode()


def _side(framework: str, task: Task, python: str, scratch: Path) -> Told:
    given, wanted = scratch / "task", scratch / "result"
    given.write_bytes(pickle.dumps(task))
    wanted.unlink(missing_ok=True)
    ours = str(Path(__file__).parents[2])
    paths = [ours, str(scratch), *filter(None, [os.environ.get("PYTHONPATH")])]
    command = [python, "-m", "sporeprint.prove.side", framework, str(given), str(wanted)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "GLOG_v": "4"}
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False,
            cwd=scratch,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Told(failed=f"it did not end within {PATIENCE} seconds")
    if not wanted.exists():
        last = "\n".join(done.stderr.splitlines()[-12:])
        return Told(failed=f"the process ended with code {done.returncode}\n{last}")
    told: Told = pickle.loads(wanted.read_bytes())
    return told
