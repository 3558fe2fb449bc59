"""``sporeprint convert``: the run, its progress, and the summary that a person reads."""

from __future__ import annotations

import argparse
import contextlib
import difflib
import re
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from sporeprint import catalog as catalogs
from sporeprint.convert import adapters, project
from sporeprint.convert.file import Converted, Options
from sporeprint.convert.report import FATES, JsonWriter, Report, Writer, written
from sporeprint.convert.sarif import SarifWriter
from sporeprint.facts import facts

#: The formats of a report, by the end of its name.
_WRITERS: dict[str, type[JsonWriter | SarifWriter]] = {".json": JsonWriter, ".sarif": SarifWriter}
#: Below this many files a progress bar only flickers.
_LONG = 50
_ROWS = 20
_FATAL = re.compile(r"\b(ends|hang|hangs|crash|crashes|dies|never returns)\b")


def run(arguments: argparse.Namespace) -> int:
    """Carry out the command; return the exit code."""
    out, err = Console(highlight=False), Console(stderr=True, highlight=False)
    options = Options(arguments.to, arguments.fidelity)
    output = Path(arguments.output) if arguments.output else None
    show = not (output or arguments.in_place or arguments.check)
    report_file = Path(arguments.report) if arguments.report else None
    try:
        if report_file is not None and not report_file.parent.is_dir():
            raise project.UsageError(f"--report {report_file}: there is no folder {report_file.parent}")
        if report_file is not None and report_file.suffix not in _WRITERS:
            choices = " or ".join(f"FILE{suffix}" for suffix in _WRITERS)
            raise project.UsageError(f"--report {report_file}: the name tells the format; give {choices}")
        made = project.plan(
            [Path(each) for each in arguments.paths], output, arguments.in_place, adapters.MODULE[options.to]
        )
        if report_file is None:
            report = _convert(made, options, out, err, show, arguments.jobs, None)
        else:
            with written(report_file) as stream:
                writer = _WRITERS[report_file.suffix](stream)
                report = _convert(made, options, out, err, show, arguments.jobs, writer)
                writer.finish(report, _differences(report, options))
    except project.UsageError as error:
        _line(err, f"[bold red]sporeprint:[/] {escape(str(error))}")
        return 2
    except catalogs.CatalogError as error:
        _line(err, f"[bold red]sporeprint:[/] a counterpart breaks a rule: {escape(str(error))}")
        return 2
    except OSError as error:
        _line(err, f"[bold red]sporeprint:[/] --report {escape(str(report_file))}: {error.strerror}")
        return 2
    _summary(err if show else out, report, made, options)
    return report.exit_code


def _convert(
    made: project.Plan,
    options: Options,
    out: Console,
    err: Console,
    show: bool,
    processes: int,
    writer: Writer | None,
) -> Report:
    with contextlib.ExitStack() as stack:
        advance = _bar(made, err, stack)

        def each(job: project.Job, raw: bytes, outcome: Converted) -> None:
            advance()
            if show and outcome.report.changed:
                _show_diff(out, job, raw, outcome.data)

        return project.run(made, options, each, processes=processes, writer=writer)


def _bar(made: project.Plan, err: Console, stack: contextlib.ExitStack) -> Callable[[], None]:
    """Show how far a long run is on a terminal; return what to call when a file is done."""
    if len(made.jobs) < _LONG or not err.is_terminal:
        return lambda: None
    # Only here, like what shows differences: each takes as long to import as several files to convert.
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("converting"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    progress = stack.enter_context(Progress(*columns, console=err, transient=True))
    task = progress.add_task("convert", total=sum(job.is_source for job in made.jobs))
    return lambda: progress.advance(task)


def _show_diff(out: Console, job: project.Job, raw: bytes, data: bytes) -> None:
    old = raw.decode("utf-8", "surrogateescape").splitlines(keepends=True)
    new = data.decode("utf-8", "surrogateescape").splitlines(keepends=True)
    text = "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in difflib.unified_diff(old, new, f"a/{job.shown}", f"b/{job.shown}")
    )
    if out.is_terminal:
        from rich.syntax import Syntax

        out.print(Syntax(text, "diff", theme="ansi_dark", background_color="default", word_wrap=False))
    else:
        sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
        sys.stdout.buffer.flush()


def _summary(console: Console, report: Report, made: project.Plan, options: Options) -> None:
    verb = "converted" if made.output or made.in_place else "would change"
    console.print(
        f"[bold]{report.changed} of {report.files} files {verb}[/], {options.source} to {options.to}"
    )
    for fate, meaning in FATES.items():
        if report.fates[fate]:
            colour = {"left": "yellow", "failed": "red", "io": "red"}.get(fate, "green")
            console.print(f"  [{colour}]{report.fates[fate]:>6}[/] {fate:<10} [dim]{meaning}[/]")
    for note in made.notes:
        console.print(f"[dim]{escape(note)}[/]")
    differs = _differences(report, options)
    if differs:
        _line(
            console,
            "[bold]Outside the common domain[/] (float32; finite and not denormal; not empty; rank 1 or more) these "
            "may differ; [bold]sporeprint diff API[/] says how, "
            + (
                "and they have no exact body"
                if options.fidelity == "exact"
                else "[bold]--fidelity exact[/] closes it but for those marked *"
            ),
        )
    entries = catalogs.load(options.source).entries
    for api, reasons in differs.items():
        fatal = [f"{condition}: {why}" for condition, why in reasons.items() if _FATAL.search(why)]
        star = "" if options.fidelity == "exact" or entries[api].exact is not None else "*"
        mild = ", ".join(condition for condition, why in reasons.items() if not _FATAL.search(why))
        for each in fatal:
            _line(console, f"  {escape(api)}{star} [red]{escape(each)}[/]")
        if mild:
            _line(console, f"  {escape(api)}{star} [dim]{escape(mild)}[/]")
    if report.requires:
        console.print("[bold]Set-up files are not rewritten; change in them[/]")
        for (name, reason, todo), group in report.requires.items():
            more = f" and {group.count - len(group.places)} more" if group.count > len(group.places) else ""
            _line(console, f"  [bold]{escape(name)}[/]: {escape(todo)} [dim]({escape(reason)})[/]")
            _line(console, f"      [dim]{escape(', '.join(group.places))}{more}[/]")
    if not report.left:
        console.print(
            "[green]Nothing is left for a person.[/]" if report.fates else "[dim]Nothing to convert.[/]"
        )
        return
    console.print("[bold yellow]Left for a person[/]")
    groups = report.by_frequency()
    for (api, reason, todo), group in groups[:_ROWS]:
        more = f" and {group.count - len(group.places)} more" if group.count > len(group.places) else ""
        _line(console, f"  [bold]{escape(api) or 'the file'}[/] ({group.count}): {escape(reason)}")
        if todo:
            _line(console, f"      {escape(todo)}")
        _line(console, f"      [dim]{escape(', '.join(group.places))}{more}[/]")
    if len(groups) > _ROWS:
        console.print(
            f"[dim]  … and {len(groups) - _ROWS} more reasons; --report FILE.json has all of them[/]"
        )


def _line(console: Console, text: str) -> None:
    """Print a line whole: a path that is broken in two cannot be clicked on or copied."""
    console.print(text, soft_wrap=True)


def _differences(report: Report, options: Options) -> dict[str, dict[str, str]]:
    """Return, for each API that was converted by its native body, how it differs outside the common domain.

    What ends the process or never returns comes first. Of methods that stay as they are it was only measured where.
    """
    entries = catalogs.load(options.source).entries
    exact = options.fidelity == "exact"
    found = {
        api: dict(sorted(entries[api].differs.items(), key=lambda each: not _FATAL.search(each[1])))
        for api in report.used
        if api in entries and not (exact and entries[api].exact is not None)
    }
    if exact and options.source == "torch":
        beyond = facts("measured")["beyond"]
        for api in report.used - set(entries):
            found[api] = beyond.get(api.removeprefix("torch.Tensor."), {})
    return {api: found[api] for api in sorted(found) if found[api]}
