"""``sporeprint weights``: the run, its progress, and the summary that a person reads."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from sporeprint.weights import files, names, optimizer, output
from sporeprint.weights.plan import KINDS, LEFT, Plan, plan
from sporeprint.weights.tensors import Checkpoint, WeightsError

_ROWS = 20
_BRIEF = 3


def run(arguments: argparse.Namespace) -> int:
    """Carry out the command; return the exit code."""
    out, err = Console(highlight=False), Console(stderr=True, highlight=False)
    source, target = Path(arguments.input), Path(arguments.output)
    report = Path(arguments.report) if arguments.report else None
    try:
        if target.suffix not in output.SUFFIXES:
            raise WeightsError(f"{target}: name a file that ends in {', '.join(output.SUFFIXES)}")
        if arguments.shard_size is not None and target.suffix == ".ckpt":
            raise WeightsError(
                "MindSpore's .ckpt has no index of several files; --shard-size goes with the others"
            )
        if report is not None and (report.is_dir() or not report.parent.is_dir()):
            raise WeightsError(f"--report {report}: name a file in a folder that is there")
        checkpoint = files.read(source, arguments.key, arguments.optimizer)
        if target.exists() and any(target.samefile(path) for path in checkpoint.paths):
            raise WeightsError(f"{target} is the input itself; name another file")
        theirs, ours = _directions(checkpoint, target, arguments.to)
        pairs = _pairs(checkpoint, theirs, ours, arguments, err)
        if checkpoint.optimizer is not None:
            if ours != "mindspore":
                raise WeightsError("the state of an optimizer is carried to MindSpore only")
            optimizer.carry(checkpoint, pairs, checkpoint.optimizer)
        made = plan(checkpoint, pairs, target.suffix, ours)
        if not made.entries:
            raise WeightsError(f"{source}: nothing of it can be written to {target}")
        progress = Progress(
            TextColumn("carrying"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn(),
            console=err, transient=True, disable=not err.is_terminal,
        )  # fmt: skip
        with progress:
            task = progress.add_task("carry", total=made.size)
            written = output.write(
                made, target, ours, arguments.shard_size, lambda size: progress.advance(task, size)
            )
        if report is not None:
            _write_report(report, checkpoint, made, written, theirs, ours)
    except (WeightsError, OSError) as error:
        err.print(f"[bold red]sporeprint:[/] {_shown(str(error))}", soft_wrap=True)
        return 2
    _summary(out, checkpoint, made, written, theirs, ours)
    return made.exit_code


def _directions(checkpoint: Checkpoint, target: Path, wanted: str | None) -> tuple[str, str]:
    """Return whose names there are, and whose are wanted."""
    theirs = checkpoint.framework or names.framework_of(checkpoint.tensors)
    fixed = output.SUFFIXES[target.suffix]
    if fixed is not None:
        if wanted not in (None, fixed):
            raise WeightsError(f"{target.suffix} is {fixed}'s format; --to {wanted} goes with another")
        return theirs, fixed
    return theirs, wanted or ("mindspore" if theirs == "torch" else "torch")


def _pairs(
    checkpoint: Checkpoint, theirs: str, ours: str, arguments: argparse.Namespace, err: Console
) -> names.Pairs:
    """Pair the tensors with their names in the target."""
    shapes = files.shapes(checkpoint)
    if theirs == ours:
        if arguments.model is not None:
            raise WeightsError(f"the names are {theirs}'s already; --model has nothing to tell")
        if arguments.like is None:
            return names.Pairs([(name, name, None) for name in shapes])
    if arguments.like is not None:
        wanted, ordered, there = files.listing(Path(arguments.like))
        return names.by_reference(
            shapes, wanted, ours, ordered and checkpoint.ordered, files.tied(checkpoint), there
        )
    if arguments.model is None:
        return names.by_names(shapes, ours)
    if arguments.model.endswith(".json") and ":" not in Path(arguments.model).name:
        return names.by_map(shapes, files.name_map(Path(arguments.model)), ours)
    if ":" not in arguments.model:
        raise WeightsError(
            f"--model {arguments.model}: give module:Class(arguments), or a JSON file of names"
        )
    from sporeprint.weights import model

    err.print(f"[dim]--model executes the code of {escape(arguments.model)}[/]", soft_wrap=True)
    return names.by_model(shapes, model.held(arguments.model), ours)


def _shown(text: str) -> str:
    """Return text that comes from a file: shown by the terminal, and not obeyed."""
    return escape("".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text))


def _summary(
    console: Console, checkpoint: Checkpoint, made: Plan, written: list[Path], theirs: str, ours: str
) -> None:
    where = f"{written[0]} … {written[-1].name}" if len(written) > 1 else str(written[0])
    what = f"[bold]{len(made.entries)} tensors, {_size(made.size)}[/]"
    console.print(f"{what}, {theirs} to {ours}: {escape(where)}", soft_wrap=True)
    for note in checkpoint.notes:
        console.print(f"[dim]{escape(note)}[/]", soft_wrap=True)
    for kind, meaning in KINDS.items():
        found = made.findings.get(kind, [])
        if not found:
            continue
        colour = "yellow" if kind in LEFT else "green"
        console.print(f"  [{colour}]{len(found):>6}[/] {kind:<10} [dim]{meaning}[/]", soft_wrap=True)
        rows = _ROWS if kind in LEFT or kind in ("left", "tied", "by shape") else _BRIEF
        for name, text in found[:rows]:
            console.print(f"           {_shown(name)} [dim]{_shown(text)}[/]", soft_wrap=True)
        if len(found) > rows:
            console.print(f"           [dim]… and {len(found) - rows} more; --report FILE.json has all[/]")
    if not made.exit_code:
        console.print("[green]Nothing is left for a person.[/]")


def _size(count: int) -> str:
    for unit in ("bytes", "KiB", "MiB"):
        if count < 1024:
            return f"{count:.4g} {unit}"
        count /= 1024  # type: ignore[assignment]
    return f"{count:.4g} GiB"


def _write_report(
    path: Path, checkpoint: Checkpoint, made: Plan, written: list[Path], theirs: str, ours: str
) -> None:
    report = {
        "inputs": [str(each) for each in checkpoint.paths],
        "outputs": [str(each) for each in written],
        "from": theirs,
        "to": ours,
        "notes": checkpoint.notes,
        "tensors": [
            {"name": entry.name, "dtype": entry.tensor.dtype.torch, "shape": list(entry.shape)}
            for entry in made.entries
        ],
        "findings": [
            {"kind": kind, "name": name, "text": text}
            for kind, found in made.findings.items()
            for name, text in found
        ],
    }
    with output.Beside() as beside, beside.file(path) as file:
        file.write((json.dumps(report, indent=2) + "\n").encode())
