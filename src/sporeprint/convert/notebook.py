"""Notebooks: their code cells are converted as one module, in order, and put back where they stood.

Only the source of a cell that changed is written anew, in the layout that the file has; every other byte, outputs,
metadata and the JSON's own indentation, stays. That is why no library writes the file: each would write all of it.

What is IPython's and no Python (``%matplotlib inline``, ``!pip install …``, ``torch.nn?``) stays as it is. A cell that
is no Python even so is left out, and reported if it speaks of the source framework.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

from sporeprint.convert import requirements
from sporeprint.convert.file import Converted, Options
from sporeprint.convert.report import FileReport, Finding
from sporeprint.convert.source import SourceError, parse

SUFFIX = ".ipynb"
#: The lines that the module begins with: a coding line of the first cell's must not stand in its first two lines.
_HEAD = "#\n#\n"
_BETWEEN = "# -- sporeprint: cell {} --"
_SPLIT = re.compile(r"^# -- sporeprint: cell (\d+) --\n", re.MULTILINE)
_HELD = re.compile(r"(?:\[\]\[0\]|pass)  # -- sporeprint: line (\d+) --(?:\n# -- sporeprint: goes on --)*")
#: Cell magics whose body is run as Python in the notebook itself.
_PYTHON_MAGICS = frozenset({"time", "timeit", "capture", "prun", "memit", "mprun", "snakeviz", "wandb"})
#: What stands in front of a statement that a line magic runs, and what stands for it in the module.
_TIMED = re.compile(r"%(?:time|timeit|prun)[ \t]+(?:-[nrp][ \t]*\d+[ \t]+|-[tcqo][ \t]+)*(?=[^-\s])")
_PREFIX = "'-- sporeprint: prefix {} --'; "
_COMMA = re.compile(r"[ \t\r\n]*,[ \t\r\n]*")
_SPACE = re.compile(r"[ \t\r\n]*")
_PREFIXED = re.compile(r"'-- sporeprint: prefix (\d+) --'; ")
# A line of IPython's own, where a statement may stand; `x = !ls` and `x = %time f()` too.
_LINE = re.compile(
    r"(?P<indent>[ \t]*)(?P<target>[A-Za-z_][\w.,\[\] \t]*=[ \t]*(?=[%!]))?"
    r"(?P<magic>[%!?][^\n]*|[^\s#'\"][^\n#'\"]*\?{1,2}[ \t\r]*$)",
    re.MULTILINE,
)
_TOKEN = re.compile(
    r"#[^\n]*|'''(?:\\.|[^\\])*?'''|\"\"\"(?:\\.|[^\\])*?\"\"\"|'(?:\\.|[^\\\n'])*'|\"(?:\\.|[^\\\n\"])*\""
    r"|\\\r?\n|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<end>\n)",
    re.DOTALL,
)


class NotebookError(Exception):
    """A file that is no notebook that can be converted. The message says why."""


@dataclass(slots=True)
class Cell:
    """A code cell: its number among all cells, from 1, its text, and where its source stands in the file's text."""

    number: int
    text: str
    start: int
    end: int
    parts: list[tuple[int, int]] | None  # of a source that is a list: where each line stands
    held: dict[int, str] = field(
        default_factory=dict
    )  # IPython's own text, by the numbers of what stands for it
    module: str = ""  # what is converted; "" for what is not Python


def convert(
    raw: bytes, path: str, options: Options, convert_module: Callable[[bytes], Converted]
) -> Converted:
    """Convert the code cells of a notebook.

    Args:
        raw: the file.
        path: its name, for the account.
        options: what to convert to.
        convert_module: converts the module that the cells make up.
    """
    if options.source.encode() not in raw:
        return Converted(raw, FileReport(path), set())
    try:
        text = raw.decode("utf-8")
        cells = read(text)
        module, findings = _module(cells, options)
        made = convert_module(module.encode())
    except (NotebookError, UnicodeError, RecursionError) as error:
        reason = str(error) if isinstance(error, NotebookError) else "it is not UTF-8, or nested too deeply"
        finding = Finding(0, 0, "failed", "", f"cannot be read as a notebook: {reason}", "convert it by hand")
        return Converted(raw, FileReport(path, findings=[finding]), set())
    held = {number: text for cell in cells for number, text in cell.held.items()}
    report = FileReport(path, findings=[*_placed(made.report.findings, module, held), *findings])
    report.findings.sort(key=lambda each: (each.cell, each.line, each.column))
    if not made.report.changed:
        return Converted(raw, report, set())
    new = _put_back(text, cells, made.data.decode(), held)
    report.changed = new != text
    return replace(made, data=new.encode() if report.changed else raw, report=report)


def module_of(raw: bytes) -> bytes:
    """Return the module that the code cells of a notebook make up.

    Raises:
        SourceError: it is no notebook.
    """
    try:
        return _module(read(raw.decode("utf-8")))[0].encode()
    except (NotebookError, UnicodeError) as error:
        raise SourceError(str(error)) from error


# -- the file --------------------------------------------------------------------------------------------------------


def read(text: str) -> list[Cell]:
    """Return the code cells of a notebook.

    Raises:
        NotebookError: it is no JSON, of another version, or not in Python.
    """
    decode = json.JSONDecoder().raw_decode
    cells: list[Cell] = []
    form: Any = None
    metadata: Any = {}
    try:
        for key, at in _members(text, _space(text, 1 if text.startswith("\ufeff") else 0)):
            if key == "cells":
                for number, place in enumerate(_items(text, at), 1):
                    found = dict(_members(text, place))
                    kind = decode(text, found["cell_type"])[0] if "cell_type" in found else ""
                    if kind == "code" and "source" in found:
                        cells.append(_cell(text, number, found["source"]))
            elif key == "nbformat":
                form = decode(text, at)[0]
            elif key == "metadata":
                metadata = decode(text, at)[0]
    except (ValueError, IndexError, KeyError, TypeError, AttributeError) as error:
        raise NotebookError(f"it is no JSON of a notebook ({error})") from error
    if not isinstance(form, int) or form < 4:
        raise NotebookError(f"its format is {form}; save it with a Jupyter of today, which writes 4")
    language = _language(metadata)
    if language not in ("", "python", "ipython", "python3"):
        raise NotebookError(f"its language is {language}")
    return cells


def _language(metadata: Any) -> str:
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        inner = metadata.get(key, {}) if isinstance(metadata, dict) else {}
        if isinstance(inner, dict) and isinstance(inner.get(name), str):
            return str(inner[name]).lower()
    return ""


def _space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    assert found is not None
    return found.end()


def _after(text: str, at: int) -> int:
    """Return where a value ends."""
    end: int = json.JSONDecoder().raw_decode(text, at)[1]
    return end


def _members(text: str, at: int) -> Iterator[tuple[str, int]]:
    """Yield the keys of the object that starts at an offset, and where their values start."""
    if text[at] != "{":
        raise ValueError(f"no object at {at}")
    at = _space(text, at + 1)
    while text[at] != "}":
        if text[at] != '"':
            raise ValueError(f"no key at {at}")
        key, at = scanstring(text, at + 1)
        at = _space(text, at)
        if text[at] != ":":
            raise ValueError(f"no colon at {at}")
        at = _space(text, at + 1)
        yield key, at
        at = _comma(text, _after(text, at), "}")


def _items(text: str, at: int) -> Iterator[int]:
    """Yield where the values of the list that starts at an offset start."""
    if text[at] != "[":
        raise ValueError(f"no list at {at}")
    at = _space(text, at + 1)
    while text[at] != "]":
        yield at
        at = _comma(text, _after(text, at), "]")


def _comma(text: str, at: int, closing: str) -> int:
    at = _space(text, at)
    if text[at] == ",":
        return _space(text, at + 1)
    if text[at] != closing:
        raise ValueError(f"no comma at {at}")
    return at


def _cell(text: str, number: int, at: int) -> Cell:
    value, end = json.JSONDecoder().raw_decode(text, at)
    if isinstance(value, str):
        return Cell(number, value, at, end, None)
    parts = [(place, _after(text, place)) for place in _items(text, at)]
    return Cell(number, "".join(value), at, end, parts)


# -- the module ------------------------------------------------------------------------------------------------------


def _module(cells: list[Cell], options: Options | None = None) -> tuple[str, list[Finding]]:
    """Return the cells as one module, and what is to be said of those that are not Python."""
    framework = options.source if options is not None else ""
    findings: list[Finding] = []
    pieces = [_HEAD]
    lines = 0
    for cell in cells:
        module, lines = _python(cell, lines)
        try:
            parse(module.encode())
            cell.module = module
        except (SourceError, UnicodeError) as error:
            if framework and framework in cell.text:
                line = error.line if isinstance(error, SourceError) else 0
                column = error.column if isinstance(error, SourceError) else 0
                magic = cell.text.startswith("%%")
                reason = (
                    "a cell of another language" if magic else f"the cell cannot be read as Python: {error}"
                )
                findings.append(
                    Finding(line, column, "left", framework, reason, "convert it by hand", cell.number)
                )
            cell.held = {}
            continue
        for found in _HELD.finditer(module):
            held = cell.held[int(found.group(1))]
            if options is not None and framework in held:
                before = module[: found.start()]
                line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
                findings.append(_of_line(held, line, column, cell.number, options))
        pieces.append(f"{_BETWEEN.format(cell.number)}\n{module}\n")
    return "".join(pieces), findings


def _of_line(held: str, line: int, column: int, cell: int, options: Options) -> Finding:
    installed = requirements.installs(held, options.to)
    if installed is not None:
        return Finding(line, column, "requires", *installed, cell)
    return Finding(line, column, "left", options.source, f"a line for IPython or the shell: {held.strip()}",
                   "change it by hand", cell)  # fmt: skip


def _python(cell: Cell, lines: int) -> tuple[str, int]:
    """Return a cell's text with statements in place of IPython's lines, and the number of those so far."""
    text = cell.text
    try:
        parse(text.encode())
    except (SourceError, UnicodeError):
        pass
    else:
        return text, lines
    at = 0
    made: list[str] = []
    if text.startswith("%%"):
        head, _, _ = text.partition("\n")
        if head[2:].split(None, 1)[0:1] and head[2:].split(None, 1)[0] not in _PYTHON_MAGICS:
            return text, lines  # which does not parse either
        lines += 1
        cell.held[lines] = head
        made.append(_stand_in("pass", lines, head))
        at = len(head)
        made.append(text[at : at + 1])
        at += 1
    while at < len(text):
        found = _LINE.match(text, at)
        if found is not None:
            end = found.end()
            while text[at:end].rstrip("\r").endswith("\\") and end < len(text):  # a shell line goes on
                following = text.find("\n", end + 1)
                end = following if following >= 0 else len(text)
            lines += 1
            start = found.start("magic")
            held = text[start:end]
            timed = _TIMED.match(held)
            if timed and not found.group("target") and _parses(held[timed.end() :]):
                cell.held[lines] = timed.group()
                made += [text[at:start], _PREFIX.format(lines), text[start + timed.end() : end + 1]]
                at = end + 1
                continue
            cell.held[lines] = held
            target = found.group("target")
            made += [
                text[at:start],
                _stand_in("[][0]" if target else "pass", lines, held),
                text[end : end + 1],
            ]
            at = end + 1
            continue
        end = _statement_end(text, at)
        made.append(text[at:end])
        at = end
    return "".join(made), lines


def _parses(statement: str) -> bool:
    try:
        parse(statement.encode())
    except (SourceError, UnicodeError):
        return False
    return True


def _stand_in(what: str, number: int, held: str) -> str:
    """Return a statement that takes as many lines as what it stands for."""
    return f"{what}  # -- sporeprint: line {number} --" + "\n# -- sporeprint: goes on --" * held.count("\n")


def _statement_end(text: str, at: int) -> int:
    """Return where the logical line that starts at an offset ends, its line end included."""
    depth = 0
    for found in _TOKEN.finditer(text, at):
        if found.lastgroup == "open":
            depth += 1
        elif found.lastgroup == "close":
            depth -= 1
        elif found.lastgroup == "end" and depth <= 0:
            return found.end()
    return len(text)


def _placed(findings: list[Finding], module: str, held: dict[int, str]) -> Iterator[Finding]:
    """Give findings their cell, and the line and column in it."""
    lines = re.split(r"\r\n|\r|\n", module) if findings else []
    starts: dict[int, int] = {}  # the line of a separator -> its cell
    for number, line in enumerate(lines, 1):
        separator = _SPLIT.match(line + "\n")
        if separator:
            starts[number] = int(separator.group(1))
    for each in findings:
        above = max((line for line in starts if line < each.line), default=0)
        if not above:
            yield each
            continue
        column = each.column
        prefix = _PREFIXED.search(lines[each.line - 1])
        if prefix and column > prefix.end():
            column += len(held[int(prefix.group(1))]) - len(prefix.group())
        yield each._replace(line=each.line - above, column=column, cell=starts[above])


# -- and back --------------------------------------------------------------------------------------------------------


def _put_back(text: str, cells: list[Cell], module: str, held: dict[int, str]) -> str:
    """Return the notebook with the cells of a converted module."""
    pieces = _SPLIT.split(module)
    converted = dict(zip(map(int, pieces[1::2]), pieces[2::2], strict=True))
    ascii_only = text.isascii() and "\\u" in text
    made: list[str] = []
    at = 0
    for cell in cells:
        if cell.number not in converted:
            continue
        new = converted[cell.number].removesuffix("\n")
        for pattern in (_HELD, _PREFIXED):
            new = pattern.sub(lambda found: held[int(found.group(1))], new)
        if new == cell.text:
            continue
        made += [text[at : cell.start], _written(text, cell, new, ascii_only)]
        at = cell.end
    return "".join([*made, text[at:]])


def _written(text: str, cell: Cell, new: str, ascii_only: bool) -> str:
    """Write a cell's source in the layout of the old one, lines that stay in their old spelling."""
    if cell.parts is None:
        return json.dumps(new, ensure_ascii=ascii_only)
    lines = re.findall(r"[^\n]*\n|[^\n]+", new)
    if not lines:
        return "[]"
    old = {json.loads(text[start:end]): text[start:end] for start, end in cell.parts}
    written = [old.get(line) or json.dumps(line, ensure_ascii=ascii_only) for line in lines]
    if not cell.parts:
        return f"[{', '.join(written)}]"
    opening = text[cell.start : cell.parts[0][0]]
    closing = text[cell.parts[-1][1] : cell.end]
    if len(cell.parts) > 1:
        comma = text[cell.parts[0][1] : cell.parts[1][0]]
    elif len(opening) > 1:
        comma = f",{opening[1:]}"
    else:
        following = _COMMA.match(text, cell.end)  # what is written on one line has one kind of commas
        comma = following.group() if following else ", "
    return opening + comma.join(written) + closing
