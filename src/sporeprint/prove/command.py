"""``sporeprint prove``: its arguments, its progress, and what it prints and writes."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sporeprint.convert.project import write
from sporeprint.prove.both import Wanted, prove
from sporeprint.prove.document import page
from sporeprint.prove.jit import compiled
from sporeprint.prove.optimizer import PLAIN, OptimizerError, read
from sporeprint.prove.report import data, table, tree
from sporeprint.prove.sides import Sides
from sporeprint.prove.subject import Subject, SubjectError, from_file, from_options
from sporeprint.prove.task import Compiled


def run(arguments: argparse.Namespace) -> int:
    """Carry out the command; return the exit code: 0 proven, 1 not, 2 usage."""
    out, err = Console(highlight=False), Console(stderr=True, highlight=False)
    try:
        subjects = list(_subjects(arguments))
        wanted = _wanted(arguments, subjects)
        for python in filter(None, (arguments.torch_python, arguments.mindspore_python)):
            if shutil.which(python) is None:
                raise SubjectError(f"{python}: no such interpreter")
        for folder in (arguments.source, arguments.converted):
            if not Path(folder).is_dir():
                raise SubjectError(f"{folder}: no such folder")
        for file in filter(None, (arguments.html, arguments.json)):
            if not Path(file).parent.is_dir():
                raise SubjectError(f"{file}: there is no folder {Path(file).parent}")
    except SubjectError as error:
        err.print(f"[bold red]sporeprint:[/] {escape(str(error))}", soft_wrap=True)
        return 2
    proofs = []
    compilations = []
    err.print("[dim]The code of both projects is executed now, each side in processes of its own.[/]")
    sides = Sides(arguments.torch_python or sys.executable, arguments.mindspore_python or sys.executable)
    with err.status("") as status, sides:
        for subject in subjects:

            def told(what: str, name: str = subject.name) -> None:
                status.update(f"{escape(name)}: {what}")

            source, converted = Path(arguments.source), Path(arguments.converted)
            proofs.append(prove(subject, source, converted, sides, wanted, told))
            if arguments.jit:
                told("ms.jit")
                compilations.append(compiled(subject, source, converted, sides))
    for proof in proofs:
        out.print(tree(proof, arguments.layers))
    if len(proofs) > 1:
        out.print(table(proofs))
    if arguments.html:
        write(Path(arguments.html), page(proofs).encode(), None)
    if arguments.json:
        text = json.dumps([data(proof) for proof in proofs], indent=1)
        write(Path(arguments.json), f"{text}\n".encode(), None)
    fine = all(proof.verdict == "proven" for proof in proofs)
    if compilations:
        out.print(_compilations(subjects, compilations))
    return 0 if fine and all(each.verdict in ("compiles", "in parts") for each in compilations) else 1


def _compilations(subjects: list[Subject], compilations: list[Compiled]) -> Table:
    """Say which models compile, and what prevents the others from doing so, or from being one graph."""
    made = Table("model", "ms.jit", "largest error", "what prevents one graph", "where")
    for subject, found in zip(subjects, compilations, strict=True):
        verdict = found.verdict
        if verdict == "in parts":
            verdict = f'with capture_mode="bytecode": {found.graphs} graphs, {found.breaks} breaks'
        error = f"{found.error:.1e}" if found.graphs else ""
        made.add_row(escape(subject.name), verdict, error, escape(found.reason), escape(found.place))
    return made


def _wanted(arguments: argparse.Namespace, subjects: list[Subject]) -> Wanted:
    optimizer = PLAIN
    if arguments.optimizer:
        try:
            optimizer = read(arguments.optimizer)
        except OptimizerError as error:
            raise SubjectError(f"--optimizer {error}") from None
    for subject in subjects:
        if not (subject.steps or arguments.steps) and (subject.optimizer or arguments.optimizer):
            raise SubjectError(f"{subject.name}: an optimizer, and no steps; say how many: --steps 3")
    keep = Path(arguments.keep) if arguments.keep else None
    return Wanted(arguments.seed, arguments.steps, optimizer, keep)


def _subjects(arguments: argparse.Namespace) -> Iterator[Subject]:
    if arguments.models:
        if arguments.model or arguments.input:
            raise SubjectError("give either --models, or --model and --input")
        yield from from_file(Path(arguments.models))
    elif arguments.model:
        yield from_options(arguments.model, arguments.input)
    else:
        raise SubjectError(
            "say what to run: --model 'module:Class(arguments)' with --input, or --models FILE.toml"
        )
