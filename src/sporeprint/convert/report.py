"""What happened to each use of the framework: the converter's account to the user."""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from sporeprint import __version__

#: What can become of a use, in the order in which a summary tells it.
FATES = {
    "converted": "written as the target's own code",
    "removed": "taken out, for it steers the source framework only",
    "adapter": "calls an adapter that keeps the source framework's signature",
    "guarded": "calls an adapter that looks at the receiver when the program runs",
    "differs": "converted; outside the common domain it differs as declared",
    "mixed": "files that import the target already: their methods are taken for the target's",
    "left": "left as it was, for a person",
    "failed": "the whole file was left as it was",
    "io": "could not be read or written",
}


#: So many places are kept for each reason; the JSON report has all of them.
PLACES = 3


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One use and its fate. ``line`` and ``column`` are 1-based and count characters of the original file."""

    line: int
    column: int
    fate: str
    api: str
    reason: str = ""
    todo: str = ""


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
        return [each for each in self.findings if each.fate in ("left", "failed", "io")]


@dataclass(slots=True)
class Group:
    """What is left for one and the same reason: how often, and the first places."""

    count: int = 0
    places: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """The account of a run: counts and reasons, whose size does not grow with the number of files.

    Attributes:
        used: the APIs that were converted.
        left: (api, reason, what to do) -> how often and where first.
    """

    target: str
    fidelity: str
    files: int = 0
    changed: int = 0
    fates: Counter[str] = field(default_factory=Counter)
    used: set[str] = field(default_factory=set)
    left: dict[tuple[str, str, str], Group] = field(default_factory=dict)
    stream: IO[str] | None = None

    def add(self, file: FileReport) -> None:
        """Take in the account of a file, and write its findings to the stream, if there is one."""
        self.files += 1
        self.changed += file.changed
        for finding in file.findings:
            self.fates[finding.fate] += 1
            if finding.fate in ("converted", "removed", "adapter", "guarded"):
                self.used.add(finding.api)
            if self.stream is not None:
                separator = ",\n " if sum(self.fates.values()) > 1 else "\n "
                self.stream.write(separator + json.dumps({"path": file.path, **asdict(finding)}))
        for finding in file.left:
            group = self.left.setdefault((finding.api, finding.reason, finding.todo), Group())
            group.count += 1
            if len(group.places) < PLACES:
                group.places.append(f"{file.path}:{finding.line}:{finding.column}")

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


@contextmanager
def written(path: Path) -> Iterator[IO[str]]:
    """Open a JSON report for its findings; it takes its place, whole, when all of them are there.

    The caller calls :func:`finish` as the last thing.

    Raises:
        OSError: the report cannot be written; what stood there stands.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write('{"findings": [')
            yield stream
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def finish(stream: IO[str], report: Report, differs: dict[str, dict[str, str]]) -> None:
    """Write what comes after the findings."""
    rest = json.dumps({**report.summary(), "differs": differs}, indent=1)
    stream.write("],\n" + rest[1:].lstrip("\n") + "\n")
