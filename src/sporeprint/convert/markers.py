"""The comments by which the converter points a person at a line: ``# sporeprint: <api>: <reason>``.

A marker stands above the line it speaks of, where that is possible: not inside a string, not after a backslash. Each is
written once: where an earlier conversion left one about the same API, there is none to add.
"""

from __future__ import annotations

import bisect
import re

from sporeprint.convert.edits import Edit, Kept
from sporeprint.convert.source import Source

PREFIX = "# sporeprint: "
_INDENT = re.compile(rb"[ \t\f]*")


class Markers:
    """Collects the markers of one file."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._wanted: dict[int, list[str]] = {}

    def add(self, line: int, text: str) -> None:
        """Ask for a marker above a 1-based line."""
        texts = self._wanted.setdefault(line, [])
        if text not in texts:
            texts.append(text)

    def write(self, edits: list[Edit]) -> None:
        """Add the edits that write the markers."""
        if not self._wanted:
            return
        inside = _lines_inside_strings(self._source)
        rewritten = [each for each in edits if b"\n" in self._source.data[each.start : each.end]]
        placed: dict[int, list[str]] = {}
        for line, texts in sorted(self._wanted.items()):
            above = self._free_line(self._outside(line, rewritten), inside)
            earlier = self._present(above)
            present = placed.setdefault(above, [])
            for text in texts:
                clean = " ".join(text.split())
                if clean in present or clean.partition(": ")[0] in earlier:
                    continue
                present.append(clean)
                start = self._source.starts[above - 1]
                indent = _INDENT.match(self._source.data, start)
                assert indent is not None
                comment = indent.group() + f"{PREFIX}{clean}".encode() + self._source.newline
                edits.append(Edit(start, start, [comment], order=-2))

    def _outside(self, line: int, rewritten: list[Edit]) -> int:
        """Return the line, or the one above which it still stands after text around it was written anew."""
        start = self._source.starts[line - 1]
        for edit in sorted(rewritten, key=lambda each: each.start):
            kept = any(isinstance(piece, Kept) and piece.start <= start <= piece.end for piece in edit.pieces)
            if edit.start < start < edit.end and not kept:
                return bisect.bisect_right(self._source.starts, edit.start)
        return line

    def _free_line(self, line: int, inside: set[int]) -> int:
        while line > 1 and (line in inside or self._line(line - 1).rstrip(b"\r\n").endswith(b"\\")):
            line -= 1
        return line

    def _line(self, line: int) -> bytes:
        starts = self._source.starts
        end = starts[line] if line < len(starts) else len(self._source.data)
        return self._source.data[starts[line - 1] : end]

    def _present(self, line: int) -> list[str]:
        """Return the APIs that markers above a line speak of already."""
        found = []
        while line > 1:
            line -= 1
            text = self._line(line).strip()
            if not text.startswith(PREFIX.encode()):
                break
            found.append(text[len(PREFIX) :].decode().partition(": ")[0])
        return found


def _lines_inside_strings(source: Source) -> set[int]:
    """Return the lines that start inside a string."""
    inside: set[int] = set()
    starts = source.starts
    for match in _TOKENS.finditer(source.data):
        if match.lastgroup != "long":
            continue
        first = bisect.bisect_right(starts, match.start())
        last = bisect.bisect_left(starts, match.end())
        inside.update(range(first + 1, last + 1))
    return inside


# Comments and strings, in the order in which they hide one another. A single-quoted string may go on behind a
# backslash.
_TOKENS = re.compile(
    rb"#[^\r\n]*"
    rb"|(?P<long>'''(?:[^\\']++|\\.|'(?!''))*+'''"
    rb'|"""(?:[^\\"]++|\\.|"(?!""))*+"""'
    rb"|'(?:[^\\\r\n']++|\\(?:\r\n|.))*+'"
    rb'|"(?:[^\\\r\n"]++|\\(?:\r\n|.))*+")',
    re.DOTALL,
)
