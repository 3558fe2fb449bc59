"""``sporeprint verify``: measure, compare with the evidence, tell."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sporeprint import catalog
from sporeprint.catalog import CatalogError
from sporeprint.verify.words import DTYPES, FATES, LEVELS

if TYPE_CHECKING:
    from sporeprint.verify.evidence import Evidence
    from sporeprint.verify.run import Options, Results
    from sporeprint.verify.subjects import Subject

#: Of problems and changes so many are shown; the JSON file has all.
SHOWN = 30


def run(options: argparse.Namespace) -> int:
    """Carry out the command; return the exit code."""
    err = Console(stderr=True, highlight=False)
    problem = _unusable(options)
    if problem:
        err.print(f"[bold red]sporeprint:[/] {escape(problem)}", soft_wrap=True)
        return 2
    if options.mindspore:
        from sporeprint.verify import releases

        return releases.run(options, err)
    # These import numpy and read every counterpart, which an error above need not wait for.
    from sporeprint.verify import changes, evidence, subjects, summary

    try:
        for source in catalog.SOURCE_OF.values():
            catalog.check(catalog.load(source))
        chosen = subjects.chosen(subjects.subjects(methods()), options.api, options.family)
    except (subjects.NoSubjectError, CatalogError) as error:
        err.print(f"[bold red]sporeprint:[/] {escape(str(error))}", soft_wrap=True)
        return 2
    began = time.monotonic()
    results = measure(chosen, _how(options), err)
    held = evidence.load()
    unsteady = []
    if not options.dtype:
        unsteady = changes.settle(held, results, chosen, lambda some: measure(some, _how(options), err))
    if options.json:
        write_json(Path(options.json), results)
    written: list[Path] = []
    if options.update:
        written = evidence.save(results.records.values())
        written += summary.write(evidence.load())
    changed = {} if options.update or options.dtype else changes.changed(held, results.records)
    _tell(results, changed, unsteady, Console(highlight=False), time.monotonic() - began)
    for path in written:
        err.print(f"wrote {path}", soft_wrap=True)
    return 1 if results.problems or changed else 0


def measure(chosen: list[Subject], how: Options, err: Console) -> Results:
    """Measure with live progress on a terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from sporeprint.verify import run as runs

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    levels: Counter[str] = Counter()
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task("measuring", total=len(chosen))

        def told(subject: Subject, record: Evidence) -> None:
            for leg in record.legs.values():
                levels[leg.common] += 1
            bad = ", ".join(
                f"{levels[name]} {name}" for name in ("differs", "raises", "dies") if levels[name]
            )
            progress.update(task, advance=1, description=f"{subject.api} [dim]{bad}[/]")

        return runs.run(chosen, how, told)


def write_json(path: Path, results: Results) -> None:
    """Write records, problems and each finding that differs as one JSON file."""
    from sporeprint.convert.project import write
    from sporeprint.verify import evidence

    made = {
        "records": {api: evidence.encode(record) for api, record in sorted(results.records.items())},
        "problems": results.problems,
        "samples": {
            api: {
                f"{each.leg}: {each.sample}": {
                    "call": each.call,
                    "level": max((v.level for v in each.verdicts), key=LEVELS.index),
                    "ulps": each.verdicts[0].ulps,
                    "what": next((v.message for v in each.verdicts if not v.same), ""),
                }
                for each in found
            }
            for api, found in sorted(results.findings.items())
        },
    }
    write(path, (json.dumps(made, indent=1, ensure_ascii=False) + "\n").encode(), None)


def _how(options: argparse.Namespace) -> Options:
    from sporeprint.verify.run import Options

    full = bool(options.update or options.json) and not options.no_scripts  # where else would it go
    return Options(tuple(options.dtype), options.device, options.jobs, options.resume, full)


def methods() -> list[str]:
    """Name torch's Tensor methods."""
    import torch

    return [name for name in dir(torch.Tensor) if name[0] != "_" and callable(getattr(torch.Tensor, name))]


def _unusable(options: argparse.Namespace) -> str:
    needed = ("torch",) if options.mindspore else ("torch", "mindspore")
    for name in (*needed, "expecttest"):
        try:
            importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            return (
                f"{name} is not installed; measuring needs both frameworks and PyTorch's test database: "
                "pip install 'sporeprint[mindspore,torch]' expecttest"
            )
    unknown = [name for name in options.dtype if name not in DTYPES]
    if unknown:
        return f"{', '.join(unknown)} is no dtype; choose from {', '.join(DTYPES)}"
    if options.jobs < 1:
        return "--jobs takes a number from 1"
    if options.update and (options.dtype or options.device != "CPU" or options.mindspore):
        return (
            "--update writes the evidence of all dtypes on CPU: leave out --dtype, --device and --mindspore"
        )
    return ""


def _tell(
    results: Results, changed: Mapping[str, str], unsteady: list[str], out: Console, seconds: float
) -> None:
    table = Table(box=None, header_style="dim")
    table.add_column("leg", no_wrap=True)
    for heading in ("APIs", *FATES):
        table.add_column(heading, justify="right")
    rows: dict[str, Counter[str]] = {}
    for record in results.records.values():
        for leg, held in record.legs.items():
            name = f"{leg.rpartition('.')[0].removeprefix('mindspore.')}.*" if "." in leg else leg
            rows.setdefault(name, Counter())[held.common] += 1
    for name, levels in rows.items():
        table.add_row(name, str(levels.total()), *(str(levels[fate] or "") for fate in FATES))
    out.print("On the common domain:")
    out.print(table)
    unmeasured = [api for api, record in results.records.items() if record.untested]
    out.print(f"{len(results.records)} APIs in {seconds:.0f} s; {len(unmeasured)} have no samples.")
    if unsteady:
        out.print(
            f"{len(unsteady)} were otherwise at first, and when measured again as the evidence says: "
            f"{escape(', '.join(unsteady[:SHOWN]))}",
            soft_wrap=True,
        )
    lines = [
        f"[bold]{escape(name)}[/]: {escape(line)}" for name, each in results.problems.items() for line in each
    ]
    _list(out, "not as declared", lines)
    _list(out, "not as the evidence says (--update writes it anew)",
          [f"[bold]{escape(api)}[/]: {escape(what)}" for api, what in changed.items()])  # fmt: skip


def _list(out: Console, what: str, lines: list[str]) -> None:
    if not lines:
        return
    out.print(f"[red]{len(lines)} {what}:[/]")
    for line in lines[:SHOWN]:
        out.print(f"  {line}", soft_wrap=True)
    if len(lines) > SHOWN:
        out.print(f"  … and {len(lines) - SHOWN} more (--json FILE has all)")
