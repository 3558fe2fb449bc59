"""``sporeprint site``: build all pages beside the folder, then put them in its place."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sporeprint.catalog import CatalogError
from sporeprint.site import build, place, source

if TYPE_CHECKING:
    from rich.console import Console


def run(options: argparse.Namespace) -> int:
    """Carry out the command; return the exit code."""
    from rich.console import Console
    from rich.markup import escape

    err = Console(stderr=True, highlight=False)
    try:
        count, warnings = make(Path(options.folder), err)
    except (place.SiteError, CatalogError, OSError) as error:
        err.print(f"[bold red]sporeprint:[/] {escape(str(error))}", soft_wrap=True)
        return 2
    sys.stderr.write(warnings)
    print(f"{count:,} APIs. Open {Path(options.folder).resolve() / 'index.html'}")
    return 1 if warnings else 0


def make(folder: Path, console: Console) -> tuple[int, str]:
    """Build the site.

    Args:
        folder: where; made if it is not there, replaced if all that it holds is a site of ours.
        console: to show the progress on.

    Returns:
        The number of APIs, and Sphinx's warnings.

    Raises:
        SiteError: a library is missing, or the folder holds something else.
        CatalogError: a counterpart breaks a rule.
        OSError: the folder cannot be written.
    """
    build.require()
    folder = folder.resolve()
    place.check(folder)
    with _progress(console) as advance, place.beside(folder) as work:
        listed = source.write(work / "source", advance)
        warnings = build.build(work / "source", work / "site", work / "cache", listed, advance)
        place.replace(work / "site", folder)
    return len(listed), warnings


@contextmanager
def _progress(console: Console) -> Iterator[Callable[[str, int, int], None]]:
    """Show a line that says what is done."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        line = progress.add_task("")

        def advance(what: str, done: int, of: int) -> None:
            progress.update(line, description=what, completed=done, total=of)

        yield advance
