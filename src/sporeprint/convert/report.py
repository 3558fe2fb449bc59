"""What happened to each use of the framework: the converter's account to the user."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sporeprint import __version__

#: What can become of a use, in the order in which a summary tells it.
FATES = {
    "converted": "written as the target's own code",
    "adapter": "calls an adapter that keeps the source framework's signature",
    "guarded": "calls an adapter that looks at the receiver when the program runs",
    "differs": "converted; outside the common domain it differs as declared",
    "mixed": "files that import the target already: their methods are taken for the target's",
    "left": "left as it was, for a person",
    "failed": "the whole file was left as it was",
    "io": "could not be read or written",
}


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
class Report:
    """The account of a run."""

    target: str
    fidelity: str
    files: int = 0
    changed: int = 0
    fates: Counter[str] = field(default_factory=Counter)
    left: list[tuple[str, Finding]] = field(default_factory=list)
    differs: dict[str, dict[str, str]] = field(default_factory=dict)
    by_file: list[FileReport] = field(default_factory=list)

    def add(self, file: FileReport) -> None:
        """Take in the account of a file."""
        self.files += 1
        self.changed += file.changed
        self.fates.update(each.fate for each in file.findings)
        self.left += [(file.path, each) for each in file.left]
        if file.findings:
            self.by_file.append(file)

    @property
    def exit_code(self) -> int:
        """0: all converted; 1: something is left for a person; 2: a file could not be read or written."""
        if self.fates["io"]:
            return 2
        return 1 if self.left else 0

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain data."""
        return {
            "sporeprint": __version__,
            "to": self.target,
            "fidelity": self.fidelity,
            "files": self.files,
            "changed": self.changed,
            "fates": dict(self.fates),
            "differs": self.differs,
            "findings": [
                {"path": file.path, **asdict(finding)} for file in self.by_file for finding in file.findings
            ],
        }


def by_api(left: Iterable[tuple[str, Finding]]) -> list[tuple[str, str, str, list[str]]]:
    """Group what is left: (api, reason, what to do, places), the most frequent first."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for path, finding in left:
        place = f"{Path(path)}:{finding.line}:{finding.column}"
        groups.setdefault((finding.api, finding.reason, finding.todo), []).append(place)
    return sorted(((*key, found) for key, found in groups.items()), key=lambda each: (-len(each[3]), each[0]))
