"""Edits of a byte string, which may stand inside one another.

An edit replaces a range by pieces; a piece is text, or a range of the original in which further edits apply. So an
argument moves into new code together with whatever was edited inside it, and what no piece keeps is gone together
with the edits inside it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias


class Kept(NamedTuple):
    """A range of the original text, to be copied with the edits inside it."""

    start: int
    end: int


class Named(NamedTuple):
    """A name that is chosen once all edits of the file are known: what it stands for."""

    key: Hashable


Piece: TypeAlias = bytes | Kept | Named


@dataclass(slots=True)
class Edit:
    """Replace ``start:end`` by ``pieces``. Ties at one offset apply in ``order``, then in order of creation."""

    start: int
    end: int
    pieces: list[Piece]
    order: int = 0


class OverlapError(ValueError):
    """Two edits overlap without one of them lying inside the other: a fault of the planner, never of the user."""


def apply(data: bytes, edits: list[Edit], name: Callable[[Hashable], str]) -> bytes:
    """Return ``data`` with all edits made; ``name`` gives the text of each :class:`Named`.

    Raises:
        OverlapError: see there.
    """
    # An outer edit sorts before those inside it, an insertion before a replacement at the same offset.
    ordered = sorted(edits, key=lambda edit: (edit.start, edit.order, edit.end != edit.start, -edit.end))
    out: list[bytes] = []
    _copy(data, 0, len(data), ordered, out, name)
    return b"".join(out)


def _copy(
    data: bytes, start: int, end: int, edits: list[Edit], out: list[bytes], name: Callable[[Hashable], str]
) -> None:
    position, index = start, 0
    while index < len(edits):
        edit = edits[index]
        index += 1
        if edit.start < position or edit.end > end:
            raise OverlapError(f"edits overlap at byte {edit.start}")
        out.append(data[position : edit.start])
        made: list[bytes] = []
        inside: list[Edit] = []
        if edit.end > edit.start:
            while index < len(edits) and edits[index].start < edit.end:
                if edits[index].end > edit.end:
                    raise OverlapError(f"edits overlap at byte {edits[index].start}")
                inside.append(edits[index])
                index += 1
        for piece in edit.pieces:
            if isinstance(piece, bytes):
                made.append(piece)
                continue
            if isinstance(piece, Named):
                made.append(name(piece.key).encode())
                continue
            within = [each for each in inside if piece.start <= each.start and each.end <= piece.end]
            _copy(data, piece.start, piece.end, within, made, name)
        out.append(_apart(data, edit, b"".join(made)))
        position = edit.end
    out.append(data[position:end])


def _apart(data: bytes, edit: Edit, text: bytes) -> bytes:
    """Keep new text from growing together with its neighbours: ``return(a).f()`` must not become ``returnf(a)``."""
    if not text:
        return text
    before, after = data[edit.start - 1 : edit.start] if edit.start else b"", data[edit.end : edit.end + 1]
    if _is_word(before) and _is_word(text[:1]) and not _is_word(data[edit.start : edit.start + 1]):
        text = b" " + text
    if _is_word(after) and _is_word(text[-1:]) and not (edit.end and _is_word(data[edit.end - 1 : edit.end])):
        text += b" "
    return text


def _is_word(byte: bytes) -> bool:
    return byte.isalnum() or byte == b"_" or byte >= b"\x80"
