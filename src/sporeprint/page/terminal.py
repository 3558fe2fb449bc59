"""The page in a terminal."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from sporeprint.page.model import Page, Rewrite, Row, Variant

#: From this width on two columns of code fit beside each other.
_WIDE = 100


def show(page: Page, console: Console) -> None:
    """Print the page."""
    _Writer(page, console).show()


class _Writer:
    def __init__(self, page: Page, console: Console) -> None:
        self.page = page
        self.console = console
        self.wide = console.width >= _WIDE

    def show(self) -> None:
        page = self.page
        self.console.print(Rule(Text(page.api, style="bold"), align="left"))
        self.say(page.lead())
        for variant in page.variants:
            self.heading("Signatures")
            self.console.print(self.signatures(variant))
            self.say(variant.remark)
            if variant.rows:
                self.heading("Parameters")
                self.parameters(variant.rows)
        self.heading("Outside the common domain")
        self.say(page.domain())
        if page.differs:
            self.table(
                ("Where", "What differs"),
                [(self.text(where), self.text(what)) for where, what in page.differs],
            )
        if page.rewrites:
            self.heading("How calls are rewritten")
            self.table(page.titles, [(_code(each.before), self.after(each)) for each in page.rewrites])
            self.say(page.adapted(), "dim")
        if page.example.steps:
            self.heading("Example")
            self.example()

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
        self, headings: tuple[str, ...], rows: list[tuple[RenderableType, ...]], narrow: int = 0
    ) -> None:
        """Print a table, whose first ``narrow`` columns are not to be broken."""
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
        for index, heading in enumerate(headings):
            table.add_column(heading, overflow="fold", no_wrap=index < narrow)
        for row in rows:
            table.add_row(*row)
        self.console.print(table)

    def signatures(self, variant: Variant) -> RenderableType:
        own, other = self.page.titles
        codes = [_code(f"# {own}\n{variant.source.code()}")]
        if variant.target is not None:
            codes.append(_code(f"# {other} {self.page.version}\n{variant.target.code()}"))
        if not self.wide:
            return Group(*codes)
        grid = Table.grid(padding=(0, 4, 0, 0))
        for _ in codes:
            grid.add_column(ratio=1)
        grid.add_row(*codes)
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
