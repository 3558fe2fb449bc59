"""``sporeprint prove``: its arguments, its progress, and what it prints and writes."""

from __future__ import annotations

import argparse
import io
import json
import math
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from sporeprint.convert.project import write
from sporeprint.prove.both import prove
from sporeprint.prove.jit import compiled
from sporeprint.prove.judge import Line, ModeResult, Proof
from sporeprint.prove.subject import Subject, SubjectError, from_file, from_options

_COLOURS = {"proven": "green", "different": "red", "inconclusive": "yellow", "failed": "red"}
#: So many of the lines of a kind are shown; JSON has all of them.
_SHOWN = 6


def run(arguments: argparse.Namespace) -> int:
    """Carry out the command; return the exit code: 0 proven, 1 not, 2 usage."""
    out, err = Console(highlight=False), Console(stderr=True, highlight=False)
    try:
        subjects = list(_subjects(arguments))
    except SubjectError as error:
        err.print(f"[bold red]sporeprint:[/] {escape(str(error))}", soft_wrap=True)
        return 2
    source, converted = Path(arguments.source), Path(arguments.converted)
    for folder in (source, converted):
        if not folder.is_dir():
            err.print(f"[bold red]sporeprint:[/] {escape(str(folder))}: no such folder", soft_wrap=True)
            return 2
    pythons = (arguments.torch_python or sys.executable, arguments.mindspore_python or sys.executable)
    proofs = []
    err.print("[dim]The code of both projects is executed now, each side in a process of its own.[/]")
    with err.status("") as status:
        for subject in subjects:
            proofs.append(
                prove(
                    subject,
                    source,
                    converted,
                    seed=arguments.seed,
                    pythons=pythons,
                    told=lambda what, name=subject.name: status.update(f"{escape(name)}: {what}"),  # type: ignore[misc]
                )
            )
    page = Console(record=True, width=110, file=io.StringIO(), highlight=False) if arguments.html else None
    for console in filter(None, (out, page)):
        for proof in proofs:
            console.print(tree(proof))
        if len(proofs) > 1:
            console.print(table(proofs))
    if page is not None:
        write(Path(arguments.html), page.export_html().encode(), None)
    if arguments.json:
        text = json.dumps([data(proof) for proof in proofs], indent=1)
        write(Path(arguments.json), f"{text}\n".encode(), None)
    fine = all(proof.verdict == "proven" for proof in proofs)
    if arguments.jit:
        fine = _jit(subjects, source, converted, pythons[1], out, err) and fine
    return 0 if fine else 1


def _jit(
    subjects: list[Subject], source: Path, converted: Path, python: str, out: Console, err: Console
) -> bool:
    """Say which models compile, and what prevents the others; return whether all do."""
    made = Table("model", "ms.jit", "what prevents it", "where")
    verdicts = set()
    with err.status("") as status:
        for subject in subjects:
            status.update(f"{escape(subject.name)}: ms.jit")
            found = compiled(subject, source, converted, python)
            verdicts.add(found.verdict)
            reason = found.reason or f"largest error {found.error:.1e}"
            made.add_row(escape(subject.name), found.verdict, escape(reason), escape(found.place))
    out.print(made)
    return verdicts == {"compiles"}


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


def tree(proof: Proof) -> Tree:
    """Return what is printed of one model."""
    made = Tree(f"{_verdict(proof.verdict)} [bold]{escape(proof.name)}[/] [dim]{proof.seconds:.0f} s[/]")
    if proof.failed:
        made.add(escape(proof.failed))
    for name, mode in proof.modes.items():
        branch = made.add(f"{_verdict(mode.verdict)} {name}")
        if mode.reason:
            branch.add(escape(mode.reason))
        for kind in ("output", "gradient", "buffer"):
            lines = [line for line in mode.lines if line.kind == kind]
            if not lines:
                continue
            worst = mode.largest(kind)
            node = branch.add(f"{len(lines)} {kind}{'s' * (len(lines) > 1)}: largest error {worst:.1e}")
            for line in [each for each in lines if each.verdict != "proven"][:_SHOWN]:
                node.add(_line(line))
        if mode.first is not None:
            branch.add(f"the first layer that differs: {_line(mode.first)}")
    return made


def _line(line: Line) -> str:
    what = line.note or f"error {line.error:.1e}, allowed {line.limit:.1e}"
    return f"[{_COLOURS[line.verdict]}]{escape(line.name or 'the model itself')}[/] {escape(what)}"


def _verdict(verdict: str) -> str:
    return f"[bold {_COLOURS[verdict]}]{verdict}[/]"


def table(proofs: list[Proof]) -> Table:
    """Return the table of several models."""
    made = Table("model", "verdict", "output", "gradient", "seconds")
    for proof in proofs:
        modes = list(proof.modes.values())
        made.add_row(
            escape(proof.name), _verdict(proof.verdict), _largest(modes, "output"), _largest(modes, "gradient"),
            f"{proof.seconds:.0f}",
        )  # fmt: skip
    return made


def _largest(modes: list[ModeResult], kind: str) -> str:
    return f"{max(mode.largest(kind) for mode in modes):.1e}" if modes else ""


def data(proof: Proof) -> dict[str, object]:
    """Return what the JSON report says of one model: infinite errors are null."""
    return {
        "name": proof.name,
        "verdict": proof.verdict,
        "failed": proof.failed,
        "seconds": round(proof.seconds, 1),
        "modes": {
            name: {
                "verdict": mode.verdict,
                "reason": mode.reason,
                "first": _data(mode.first) if mode.first else None,
                "compared": [_data(line) for line in mode.lines],
            }
            for name, mode in proof.modes.items()
        },
    }


def _data(line: Line) -> dict[str, object]:
    error = line.error if math.isfinite(line.error) else None
    return {**asdict(line), "error": error, "verdict": line.verdict}
