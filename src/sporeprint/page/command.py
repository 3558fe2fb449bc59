"""``sporeprint diff``: find the API that is meant, build its page, show it."""

from __future__ import annotations

import argparse
import sys

from sporeprint.catalog import CatalogError
from sporeprint.page import data, markdown
from sporeprint.page.build import build
from sporeprint.page.find import NotFound, find


def run(options: argparse.Namespace) -> int:
    """Carry out the command; return the exit code."""
    # rich takes longer to import than all the rest.
    from rich.console import Console
    from rich.markup import escape

    err = Console(stderr=True, highlight=False)
    try:
        found = find(options.api)
        with err.status("running the example in both frameworks …"):
            page = build(found, run=not options.no_run)
    except NotFound as error:
        err.print(f"[bold red]sporeprint:[/] {escape(str(error))}")
        if error.choices:
            err.print("choose one of:" if error.several else "did you mean:")
            for each in error.choices:
                err.print(f"  {escape(each)}", soft_wrap=True)
        return 2
    except CatalogError as error:
        err.print(f"[bold red]sporeprint:[/] a counterpart breaks a rule: {escape(str(error))}")
        return 2
    if options.format != "terminal":
        sys.stdout.write(markdown.render(page) if options.format == "markdown" else data.render(page))
        return 0
    from sporeprint.page import terminal

    terminal.show(page, Console(highlight=False), programs=options.programs)
    return 0
