"""The page in a terminal."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from sporeprint.page.model import Difference, Page, Rewrite, Row, Variant

#: From this width on two columns of code fit beside each other.
_WIDE = 100
#: Colours of what a cell of the measured table starts with.
_STYLES = {"same": "green", "raises too": "green", "dies": "red", "differs": "red", "returns": "red"}
_VERDICTS = {"same": "green", "dies": "red", "differs": "red", "untested": "dim"}


def show(page: Page, console: Console, *, programs: bool = False) -> None:
    """Print the page.

    Args:
        page: what to print.
        console: where.
        programs: whether to print the program that shows a difference, for each.
    """
    _Writer(page, console).show(programs=programs)


class _Writer:
    def __init__(self, page: Page, console: Console) -> None:
        self.page = page
        self.console = console
        self.wide = console.width >= _WIDE

    def show(self, *, programs: bool) -> None:
        page = self.page
        self.console.print(Rule(Text(page.api, style="bold"), align="left"))
        self.say(page.lead())
        if page.measured.said:
            verdict = Text(f"{page.verdict}: ", style=f"bold {_VERDICTS.get(page.verdict, 'yellow')}")
            self.console.print(verdict + self.text(page.measured.said))
        self.heading("Signatures")
        left = max(
            len(line)
            for variant in page.variants
            if variant.source is not None
            for line in variant.source.code().splitlines()
        )
        for variant in page.variants:
            self.console.print(self.signatures(variant, left))
            self.say(variant.remark)
            if variant.rows:
                self.heading("Parameters")
                self.parameters(variant.rows)
        if page.rewrites:
            self.heading(f"How to get {page.titles[0]}'s behaviour")
            self.table(page.titles, [(_code(each.before), self.after(each)) for each in page.rewrites])
            self.say(page.adapted(), "dim")
            self.say(page.exact.said if page.exact is not None else "")
        self.measured()
        if page.counterpart:
            self.heading("Outside the common domain, and why")
            self.say(page.domain())
        if page.differs:
            self.table(
                ("Where", "What differs"),
                [(self.text(where), self.text(what)) for where, what in page.differs],
            )
        if page.example.steps:
            self.heading("Example")
            self.example()
        if page.measured.differences:
            self.differences(programs=programs)
        if page.related:
            self.heading("See also")
            self.say(", ".join(f"`{name}`" for name in page.related))

    @staticmethod
    def after(rewrite: Rewrite) -> RenderableType:
        code = _code(rewrite.after)
        return Group(code, Text(rewrite.note, style="dim")) if rewrite.note else code

    def heading(self, text: str) -> None:
        self.console.print()
        self.console.print(Text(text, style="bold underline"))

    def say(self, text: str, style: str = "") -> None:
        if text:
            self.console.print(self.text(text, style))

    def text(self, text: str, style: str = "") -> Text:
        """Make code between backticks stand out; where there is no colour the backticks do."""
        if self.console.color_system is None:
            return Text(text, style=style)
        found = Text(style=style)
        for index, part in enumerate(text.split("`")):
            found.append(part, style="cyan" if index % 2 else "")
        return found

    def table(
        self, headings: tuple[str, ...], rows: Sequence[tuple[RenderableType, ...]], narrow: int = 0
    ) -> None:
        """Print a table, whose first ``narrow`` columns are not to be broken."""
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
        for index, heading in enumerate(headings):
            table.add_column(self.text(heading), overflow="fold", no_wrap=index < narrow)
        for row in rows:
            table.add_row(*row)
        self.console.print(table)

    def signatures(self, variant: Variant, left: int) -> RenderableType:
        """Put both side by side where there is room, the first ``left`` wide."""
        own, other = self.page.titles
        codes = []
        if variant.source is not None:
            codes.append(_code(f"# {own}\n{variant.source.code()}"))
        if variant.target is not None:
            codes.append(_code(f"# {other} {self.page.version}\n{variant.target.code()}"))
        if not self.wide:
            return Group(*codes)
        grid = Table.grid(padding=(0, 4, 0, 0))
        grid.add_column(min_width=left)
        grid.add_column()
        grid.add_row(*([""] if variant.source is None else []), *codes)
        return grid

    def parameters(self, rows: tuple[Row, ...]) -> None:
        def line(row: Row) -> tuple[RenderableType, ...]:
            style = (
                "red" if row.kind == "refused" else "yellow" if row.default in ("differs", "required") else ""
            )
            cells = (row.cell("source") or "-", row.cell("target") or "-")
            return (*map(self.text, cells), self.text(row.difference, style))

        self.table(
            (*self.page.titles, "Difference"), [line(row) for row in rows], narrow=2 if self.wide else 0
        )

    def measured(self) -> None:
        measured = self.page.measured
        self.heading("What was measured")
        self.say(measured.about)
        if measured.rows:
            headings = [self.name(each) for each in measured.headings]
            self.table(
                (self.page.titles[0], *headings),
                [(row[0], *map(self.cell, row[1:])) for row in measured.rows],
            )
            for note in measured.notes:
                self.say(f"- {note}".replace("*", ""), "dim")
        if measured.official:
            self.say("What MindSpore's own tables say of it, and what was measured on the common domain:")
            self.table(
                ("Table", "MindSpore's function", "The table says", "Measured"),
                [(each.table, self.text(f"`{each.function}`"), each.claim, self.cell(each.measured))
                 for each in measured.official],
            )  # fmt: skip

    def name(self, name: str) -> str:
        """Break a long name after dots where there is little room."""
        lines = [""]
        for part in name.split("."):
            room = len(lines[-1]) + len(part) < (26 if self.wide else 15)
            lines[-1:] = [lines[-1] + part + "."] if room or not lines[-1] else [lines[-1], part + "."]
        return "\n".join(lines).removesuffix(".")

    @staticmethod
    def cell(text: str) -> Text:
        if text == "-" or text[:1].isdigit():
            return Text(text)
        style = next((style for start, style in _STYLES.items() if text.startswith(start)), "yellow")
        if "dies" in text or "silently" in text:
            style = "red"
        return Text(text, style=style)

    def differences(self, *, programs: bool) -> None:
        own, other = self.page.titles
        self.heading("Each difference")
        self.say(f"Of each kind the smallest sample. {other}'s result comes first, then {own}'s.")
        if programs:
            for number, each in enumerate(self.page.measured.differences, 1):
                self.program(number, each)
            return
        for of, group in itertools.groupby(self.page.measured.differences, lambda each: each.of):
            self.console.print(Text(of, style="cyan"))
            table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 0, 0, 2), expand=True)
            for ratio in (4, 3):
                table.add_column(ratio=ratio, overflow="fold")
            table.add_column(ratio=7, no_wrap=True, overflow="ellipsis")
            for each in group:
                table.add_row(each.where, each.kind, Text(each.what, style="dim"))
            self.console.print(table)
        self.say(f"`sporeprint diff {self.page.api} --programs` shows each in full, with a program.")

    def program(self, number: int, difference: Difference) -> None:
        self.console.print(Text(f"{number}. {difference.title}", style="bold"))
        self.console.print(Padding(Text(f"{difference.found.call}: {difference.what}"), (0, 0, 0, 3)))
        if difference.found.script:
            self.console.print(Padding(_code(difference.found.script.rstrip()), (1, 0, 1, 3)))

    def example(self) -> None:
        example = self.page.example
        self.say(self.page.outcome(), "" if example.ran else "yellow")
        for side in ("source", "target"):
            self.console.print(Padding(_code(example.script(side)), (1, 0, 0, 2)))
        if example.ran:
            self.console.print()
            self.table(("Step", "Largest difference of the results"), [
                (self.text(step.title), Text(step.difference, style="" if step.compared else "yellow"))
                for step in example.steps
            ])  # fmt: skip


def _code(text: str) -> Syntax:
    return Syntax(text, "python", theme="ansi_dark", background_color="default", word_wrap=True)
