"""What a page says. Terminal and Markdown are two ways to write this down; neither adds a fact.

Texts hold code between backticks, as Markdown does.
"""

from __future__ import annotations

from dataclasses import dataclass, field

#: What a person calls the frameworks.
TITLES = {"torch": "PyTorch", "mindspore": "MindSpore"}


@dataclass(frozen=True, slots=True)
class Signature:
    """How a function is called: its full name, and (name, default as text) per parameter.

    ``parameters`` is None where neither the framework nor the counterpart tells them. A ``*`` stands in front of the
    parameters that are passed by keyword only, as in Python.
    """

    name: str
    parameters: tuple[tuple[str, str | None], ...] | None


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter.

    Attributes:
        source: its name in the source framework, "" where only the target has it.
        target: the names of the target's parameters that it ends up in.
        source_default: its default there as text, None where it is required.
        target_default: the default of the first of ``target``, None where it is required or there is none.
        kind: ``same name``, ``other name``, ``absent``, ``ignored``, ``refused`` or ``extra`` (only the target has it).
        default: ``same``, ``differs``, ``same effect`` (another value that comes to the same), ``required`` (one of the
            two has no default), "" where there is nothing to compare.
        difference: all of that in words.
    """

    source: str
    target: tuple[str, ...]
    source_default: str | None
    target_default: str | None
    kind: str
    default: str
    difference: str


@dataclass(frozen=True, slots=True)
class Variant:
    """One signature of the API: an API with overloads has several.

    ``remark`` says what stands in for a function of the target where there is none.
    """

    source: Signature
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
        has_exact: whether there is a second body that closes the differences.
        rewrites: calls before and after the conversion.
        adapters: the module that adapters are written to, "" where no rewrite has one.
        example: code to run.
        counterpart: file:line, within the package.
        version: the target's version whose signatures these are.
        also: other APIs that have the same name and reach the same function.
    """

    api: str
    source: str
    target: str
    summary: str
    variants: tuple[Variant, ...]
    differs: tuple[tuple[str, str], ...]
    has_exact: bool
    rewrites: tuple[Rewrite, ...]
    adapters: str
    example: Example
    counterpart: str
    version: str
    also: tuple[str, ...] = field(default=())
