"""What happened to each use of the framework: the converter's account to the user."""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol

from sporeprint import __version__

#: What can become of a use, in the order in which a summary tells it.
FATES = {
    "converted": "written as the target's own code",
    "removed": "taken out, for it steers the source framework only",
    "adapter": "calls an adapter that keeps the source framework's signature",
    "guarded": "calls an adapter that looks at the receiver when the program runs",
    "kept": "stays: a method that is the same on the common domain, and has no exact body",
    "differs": "converted; outside the common domain it differs as declared",
    "mixed": "files that import the target already: their methods are taken for the target's",
    "requires": "what set-up files require; they are never rewritten",
    "left": "left as it was, for a person",
    "failed": "the whole file was left as it was",
    "io": "could not be read or written",
}

#: How the reason starts for which a call got the exact body in a native conversion.
EXACT_BODY = "the exact body"
_USED = ("converted", "removed", "adapter", "guarded", "kept")
_LEFT = ("left", "failed", "io")
#: So many places are kept for each reason; the JSON report has all of them.
PLACES = 3


class Finding(NamedTuple):
    """One use and its fate.

    ``line`` and ``column`` are 1-based and count characters of the original file; in a notebook, of its cell, whose
    number among all cells is ``cell``, from 1.
    """

    line: int
    column: int
    fate: str
    api: str
    reason: str = ""
    todo: str = ""
    cell: int = 0

    def place(self, path: str) -> str:
        """Return where it is, as a person reads it."""
        return f"{path}:{f'cell {self.cell}:' if self.cell else ''}{self.line}:{self.column}"

    def data(self, path: str) -> dict[str, Any]:
        """Return it as the JSON report has it: the cell only where there are any."""
        made = {"path": path, **self._asdict()}
        if not self.cell:
            del made["cell"]
        return made


@dataclass(slots=True)
class FileReport:
    """The account of one file."""

    path: str
    changed: bool = False
    findings: list[Finding] = field(default_factory=list)
    adapters: set[str] = field(default_factory=set)

    @property
    def left(self) -> list[Finding]:
        """What a person has to look at."""
        return [each for each in self.findings if each.fate in _LEFT]


class Writer(Protocol):
    """Writes findings to a file as they come."""

    def finding(self, path: str, finding: Finding) -> None:
        """Write a finding."""

    def finish(self, report: Report, differs: dict[str, dict[str, str]]) -> None:
        """Write what comes after the findings: the summary, and how each API differs outside the common domain."""


@dataclass(slots=True)
class Group:
    """What is left for one and the same reason: how often, and the first places."""

    count: int = 0
    places: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """The account of a run: counts and reasons, whose size does not grow with the number of files.

    Attributes:
        used: the APIs that were converted, but for those of which all calls got the exact body.
        left: (api, reason, what to do) -> how often and where first.
        requires: the same of what set-up files require.
    """

    target: str
    fidelity: str
    files: int = 0
    changed: int = 0
    fates: Counter[str] = field(default_factory=Counter)
    used: set[str] = field(default_factory=set)
    left: dict[tuple[str, str, str], Group] = field(default_factory=dict)
    requires: dict[tuple[str, str, str], Group] = field(default_factory=dict)
    writer: Writer | None = None

    def add(self, file: FileReport) -> None:
        """Take in the account of a file, and write its findings, if they are to be written."""
        self.files += 1
        self.changed += file.changed
        self.note(file.path, file.findings)

    def note(self, path: str, findings: list[Finding]) -> None:
        """Take in findings of a file that may be none of those to convert."""
        for finding in findings:
            self.fates[finding.fate] += 1
            if finding.fate in _USED and not finding.reason.startswith(EXACT_BODY):
                self.used.add(finding.api)
            if self.writer is not None:
                self.writer.finding(path, finding)
            if finding.fate not in (*_LEFT, "requires"):
                continue
            groups = self.requires if finding.fate == "requires" else self.left
            group = groups.setdefault((finding.api, finding.reason, finding.todo), Group())
            group.count += 1
            if len(group.places) < PLACES:
                group.places.append(finding.place(path))

    @property
    def exit_code(self) -> int:
        """0: all converted; 1: something is left for a person; 2: a file could not be read or written."""
        if self.fates["io"]:
            return 2
        return 1 if self.left else 0

    def by_frequency(self) -> list[tuple[tuple[str, str, str], Group]]:
        """Return what is left, the most frequent first."""
        return sorted(self.left.items(), key=lambda each: (-each[1].count, each[0]))

    def summary(self) -> dict[str, Any]:
        """Return what the JSON report holds beside the findings."""
        return {
            "sporeprint": __version__,
            "to": self.target,
            "fidelity": self.fidelity,
            "files": self.files,
            "changed": self.changed,
            "fates": dict(self.fates),
        }


class JsonWriter:
    """Writes an object whose ``findings`` come first."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._separator = "\n "
        stream.write('{"findings": [')

    def finding(self, path: str, finding: Finding) -> None:
        """Write a finding."""
        self._stream.write(self._separator + json.dumps(finding.data(path)))
        self._separator = ",\n "

    def finish(self, report: Report, differs: dict[str, dict[str, str]]) -> None:
        """Write what comes after the findings."""
        rest = json.dumps({**report.summary(), "differs": differs}, indent=1)
        self._stream.write("],\n" + rest[1:].lstrip("\n") + "\n")


@contextmanager
def written(path: Path) -> Iterator[IO[str]]:
    """Open a report for its findings; it takes its place, whole, when all of them are there.

    Raises:
        OSError: the report cannot be written; what stood there stands.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            yield stream
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
