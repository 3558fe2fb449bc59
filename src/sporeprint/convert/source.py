"""A source file: its bytes, its text, and the positions of its syntax tree in them.

Edits are made on the UTF-8 form of the text, in which ``ast`` counts columns, and carried back to the file's own
encoding, so whatever no edit touches keeps its bytes: quotes, CRLF, BOM, PEP 263 cookie and all.
"""

from __future__ import annotations

import ast
import codecs
import functools
import io
import itertools
import re
import symtable
import tokenize
import warnings

# The tokenizer's own line ends; str.splitlines also splits at form feeds and Unicode separators.
_LINE_END = re.compile(rb"\r\n|\r|\n")


class SourceError(Exception):
    """A file that cannot be read as Python source. ``line`` and ``column`` are 1-based, 0 where unknown."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


class Source:
    """The text of one file.

    Attributes:
        raw: the file.
        data: the text in UTF-8, without BOM.
        newline: the line end that the file uses first, for inserted lines.
    """

    def __init__(self, raw: bytes) -> None:
        """Decode ``raw`` as Python does: BOM, then PEP 263 cookie, then UTF-8.

        Raises:
            SourceError: unknown encoding, or bytes that the encoding does not admit.
        """
        self.raw = raw
        self._bom = codecs.BOM_UTF8 if raw.startswith(codecs.BOM_UTF8) else b""
        body = raw[len(self._bom) :]
        try:
            self.encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
        except (SyntaxError, UnicodeDecodeError) as error:
            if "unknown encoding" in str(error) or "encoding problem" in str(error):
                raise SourceError(f"the encoding cannot be told: {error}") from error
            raise SourceError("not UTF-8, and no encoding is declared") from error
        if self.encoding in ("utf-8", "utf-8-sig"):
            self.encoding = "utf-8"
            try:
                body.decode("utf-8")
            except UnicodeDecodeError as error:
                line = body.count(b"\n", 0, error.start) + 1
                raise SourceError(f"not UTF-8, and no encoding is declared: {error}", line) from error
            self.data = body
        else:
            try:
                text = body.decode(self.encoding)
            except UnicodeDecodeError as error:
                raise SourceError(f"not {self.encoding}, which the file declares: {error}") from error
            if text.encode(self.encoding) != body:
                # A stateful codec may write the same text in another way.
                raise SourceError(
                    f"{self.encoding} does not give the same bytes back; save the file as UTF-8"
                )
            self.data = text.encode("utf-8")
        first = _LINE_END.search(self.data)
        self.newline: bytes = first.group() if first else b"\n"

    @functools.cached_property
    def tree(self) -> ast.Module:
        """The syntax tree.

        Raises:
            SourceError: a syntax error, or code nested too deeply for Python's own parser.
        """
        return parse(self.data)

    @functools.cached_property
    def starts(self) -> list[int]:
        """The offset at which each line starts."""
        # Bytes, unlike str, are split at the tokenizer's own line ends only.
        lines = self.data.splitlines(keepends=True)
        if lines and not lines[-1].endswith((b"\n", b"\r")):
            lines.pop()
        return list(itertools.accumulate(map(len, lines), initial=0))

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a 1-based line and a 0-based column in UTF-8 bytes, as ``ast`` counts."""
        return self.starts[line - 1] + column

    def span(self, node: ast.expr | ast.stmt | ast.keyword | ast.alias | ast.arg) -> tuple[int, int]:
        """Return the offsets at which a node starts and ends."""
        starts = self.starts
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset

    def text(self, node: ast.expr | ast.stmt | ast.keyword | ast.alias | ast.arg) -> str:
        """Return the text of a node."""
        start, end = self.span(node)
        return self.data[start:end].decode("utf-8")

    def encode(self, data: bytes) -> bytes:
        """Carry an edited text back to the file's own encoding and BOM."""
        if self.encoding != "utf-8":
            data = data.decode("utf-8").encode(self.encoding)
        return self._bom + data


def parse(data: bytes) -> ast.Module:
    """Parse UTF-8 bytes without a BOM, silently (a user's invalid escapes are not ours to warn of).

    Raises:
        SourceError: a syntax error, or code nested too deeply.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Decoded first: from bytes, a PEP 263 cookie would be obeyed, and these are UTF-8 by now.
            return ast.parse(data.decode("utf-8"))
    except SyntaxError as error:
        raise SourceError(error.msg or "invalid syntax", error.lineno or 0, error.offset or 0) from error
    except (RecursionError, MemoryError) as error:
        raise SourceError("nested too deeply for Python's parser") from error
    except ValueError as error:  # null bytes
        raise SourceError(str(error)) from error


def check(data: bytes) -> None:
    """Raise what :func:`parse` raises, in two thirds of the time: no tree is made."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            symtable.symtable(data.decode("utf-8"), "", "exec")
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        parse(
            data
        )  # which admits more, as the file may have had it: `return` outside of a function, two equal parameters
