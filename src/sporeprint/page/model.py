"""What a page says. Terminal, Markdown and JSON are three ways to write this down; none adds a fact.

Texts hold code between backticks, as Markdown does.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sporeprint.verify.evidence import Divergence, Evidence, family

#: What a person calls the frameworks.
TITLES = {"torch": "PyTorch", "mindspore": "MindSpore"}


@dataclass(frozen=True, slots=True)
class Signature:
    """How a function is called: its full name, and (name, default as text) per parameter.

    ``parameters`` is None where neither the framework nor the counterpart tells them. A ``*`` stands in front
    of the parameters that are passed by keyword only, as in Python. ``overloads`` are further ways to call it.
    """

    name: str
    parameters: tuple[tuple[str, str | None], ...] | None
    overloads: tuple[tuple[tuple[str, str | None], ...], ...] = ()

    def code(self) -> str:
        """Return it as code, a parameter to a line."""
        if self.parameters is None:
            return f"{self.name}(...)"
        return "\n".join(self._code(each) for each in (self.parameters, *self.overloads))

    def _code(self, parameters: tuple[tuple[str, str | None], ...]) -> str:
        if not parameters:
            return f"{self.name}()"
        lines = [
            f"    {name}," if default is None else f"    {name}={default}," for name, default in parameters
        ]
        return "\n".join([f"{self.name}(", *lines, ")"])


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter.

    Attributes:
        source: its name in the source framework, "" where only the target has it.
        target: the names of the target's parameters that it ends up in.
        source_default: its default there as text, None where it is required.
        target_default: the default of the first of ``target``, None where it is required or there is none.
        kind: ``same name``, ``other name``, ``absent``, ``ignored``, ``refused``, ``extra`` (the target's).
        default: ``same``, ``differs``, ``same effect`` (another value that comes to the same), ``required``
            (one of the two has no default), "" where there is nothing to compare.
        difference: all of that in words.
    """

    source: str
    target: tuple[str, ...]
    source_default: str | None
    target_default: str | None
    kind: str
    default: str
    difference: str

    def cell(self, side: str) -> str:
        """Return what the table says of it in the "source" or the "target", "" where it has none."""
        if side == "source":
            return _parameter(self.source, self.source_default) if self.source else ""
        first = [_parameter(self.target[0], self.target_default)] if self.target else []
        return ", ".join([*first, *(f"`{name}`" for name in self.target[1:])])


@dataclass(frozen=True, slots=True)
class Variant:
    """One signature of the API: an API with overloads has several.

    ``source`` is None where it is that of the variant before, with another function of the target. ``remark`` says what
    stands in for a function of the target where there is none.
    """

    source: Signature | None
    target: Signature | None
    rows: tuple[Row, ...]
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A call and what the converter makes of it. ``note`` says why it is an adapter, or why it stays."""

    what: str
    before: str
    after: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A call of the example in both frameworks.

    Attributes:
        title: what it shows.
        source: what goes before it and the call itself, in the source framework.
        target: the same in the target; the call as the converter writes it.
        source_output: what it printed, "" where it was not run.
        target_output: likewise.
        difference: how far the two results are apart, in words.
        compared: whether the results are meant to be the same; else the step shows that they are not.
    """

    title: str
    source: tuple[str, ...]
    target: tuple[str, ...]
    source_output: str = ""
    target_output: str = ""
    difference: str = ""
    compared: bool = True


@dataclass(frozen=True, slots=True)
class Example:
    """Code for both frameworks on the same input.

    ``ran`` names the versions that ran it; where that is "", ``why_not`` says what to do about it.
    """

    source_imports: tuple[str, ...]
    target_imports: tuple[str, ...]
    steps: tuple[Step, ...]
    ran: str = ""
    why_not: str = ""

    def script(self, side: str) -> str:
        """Return the program for "source" or "target", what it printed as comments."""
        lines = list(self.source_imports if side == "source" else self.target_imports)
        for step in self.steps:
            code = step.source if side == "source" else step.target
            output = step.source_output if side == "source" else step.target_output
            if code:
                lines += ["", f"# {step.title.replace('`', '')}", *code[:-1], f"print({code[-1]})"]
                lines += [f"# {line}".rstrip() for line in output.splitlines()]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Official:
    """What one of MindSpore's tables says of the API.

    Attributes:
        table: the release whose documentation holds it; ``master`` is today's.
        function: MindSpore's function that it names.
        claim: what it says of the two.
        measured: the level that was measured of that function on the common domain, ``missing`` or ``untested``.
    """

    table: str
    function: str
    claim: str
    measured: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference that was measured.

    Attributes:
        of: what differs: a converted call, an exact one, or the function called directly.
        where: the conditions under which it shows.
        kind: in which way.
        what: its smallest sample, in a line: the other framework's number, then the API's own.
        found: all of that in the words of the evidence, with the call and the program that shows it.
    """

    of: str
    where: str
    kind: str
    what: str
    found: Divergence

    @property
    def title(self) -> str:
        """All in one line."""
        samples = f"{self.found.samples} sample{'s' if self.found.samples > 1 else ''}"
        return f"{self.of}, {self.where}: {self.kind} ({samples})"


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of an API.

    Attributes:
        verdict: on the common domain: ``same``, ``inaccurate``, ``raises``, ``differs``, ``dies``, ``missing`` or
            ``untested``. Of a counterpart it is the native body's; else that of the function that would take its place.
        said: that in a sentence.
        about: versions, device and date; or how to measure.
        evidence: the record, None where there is none.
        is_stale: whether the counterpart has changed since.
        legs: what the table's columns are about, as the evidence calls it.
        headings: of the columns, without that of the conditions.
        rows: conditions, and what each leg does there.
        notes: what the words of the table mean.
        official: what MindSpore's tables say of the same.
        differences: all that differs.
    """

    verdict: str
    said: str
    about: str
    evidence: Evidence | None
    is_stale: bool = False
    legs: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    notes: tuple[str, ...] = ()
    official: tuple[Official, ...] = ()
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Exact:
    """What ``--fidelity exact`` writes for a call, and what it is good for.

    Attributes:
        before: a call.
        after: what is written for it.
        closes: conditions under which it was measured to agree, and the native body not.
        remains: those under which it does not agree either.
        speed: how many times as long as the source it takes, None where that was not measured.
        said: all of that in sentences.
    """

    before: str
    after: str
    closes: tuple[str, ...] = ()
    remains: tuple[str, ...] = ()
    speed: float | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """All that is said of an API.

    Attributes:
        api: its full name.
        source: the framework it belongs to, "torch" or "mindspore".
        target: the other one.
        summary: what it does, in a sentence.
        variants: its signatures and their tables.
        differs: (where, what) outside the common domain.
        rewrites: calls before and after the conversion.
        exact: what the second body is good for, None without one.
        adapters: the module that adapters are written to, "" where no rewrite has one.
        example: code to run.
        measured: what was measured.
        fate: what the converter does with an API that has no counterpart, "" where it has one.
        counterpart: the file that holds it, "" where there is none.
        version: the target's version whose signatures these are.
        also: other APIs that have the same name and reach the same function.
        related: the APIs whose pages lead to this one, and the other way round.
    """

    api: str
    source: str
    target: str
    summary: str
    variants: tuple[Variant, ...]
    differs: tuple[tuple[str, str], ...]
    rewrites: tuple[Rewrite, ...]
    exact: Exact | None
    adapters: str
    example: Example
    measured: Measured
    fate: str
    counterpart: str
    version: str
    also: tuple[str, ...] = field(default=())
    related: tuple[str, ...] = field(default=())

    @property
    def titles(self) -> tuple[str, str]:
        """What a person calls the two frameworks, the API's own first."""
        return TITLES[self.source], TITLES[self.target]

    @property
    def family(self) -> str:
        """The module or class that it belongs to, such as ``torch.nn.functional``."""
        return family(self.api)

    @property
    def verdict(self) -> str:
        """How it does on the common domain: see :attr:`Measured.verdict`."""
        return self.measured.verdict

    def lead(self) -> str:
        """Return the sentences at the top."""
        own, other = self.titles
        if not self.counterpart:
            return self.fate
        reached = dict.fromkeys(each.target.name for each in self.variants if each.target is not None)
        there = f"In {other}: {' or '.join(f'`{name}`' for name in reached)}. " if reached else ""
        also = f"Others of this name: {', '.join(f'`{name}`' for name in self.also)}. " if self.also else ""
        return (
            f"{self.summary} {there}{also}This page is derived from the counterpart, "
            f"{own}'s function written in {other}, at `{self.counterpart}`."
        )

    def domain(self) -> str:
        """Return the sentences in front of the declared differences."""
        own, _ = self.titles
        common = (
            f"On the common domain (float32, integers and bool where {own} takes them; finite and not "
            f"denormal; not empty; rank 1 or more) a converted call is to return what {own} returns."
        )
        if not self.differs:
            return f"{common} No difference outside it is declared."
        closes = "; what `--fidelity exact` writes is to agree there too" if self.exact is not None else ""
        return f"{common} Outside it these differ{closes}:"

    def adapted(self) -> str:
        """Return the sentence on adapters, "" where no call needs one."""
        if not self.adapters:
            return ""
        own, _ = self.titles
        copied = f"the converter copies it into the project's `{self.adapters}.py`"
        return f"An adapter keeps {own}'s signature; {copied}."

    def outcome(self) -> str:
        """Return the sentence on whether the example ran."""
        return f"Run with {self.example.ran}." if self.example.ran else self.example.why_not


def _parameter(name: str, default: str | None) -> str:
    return f"`{name}`" if default is None else f"`{name}={default}`"
