"""Files that appear whole or not at all, however many they are."""

from __future__ import annotations

import json
import math
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO

from sporeprint.weights import mindspore_file, safetensors, torch_out
from sporeprint.weights.plan import Entry, Plan
from sporeprint.weights.tensors import WeightsError

#: What the suffix of a file says of its format.
SUFFIXES = {".ckpt": "mindspore", ".pth": "torch", ".pt": "torch", ".bin": "torch", ".safetensors": None}

#: Beyond the tensors: headers, padding.
_SLACK = 1 << 20


class Beside:
    """Files that are written beside their places, and moved there together when all are complete.

    Left by an exception, nothing of them stays.
    """

    def __init__(self) -> None:
        self._open: list[tuple[Path, Path]] = []

    def __enter__(self) -> Beside:
        return self

    def file(self, path: Path) -> IO[bytes]:
        """Open a new file for a place."""
        path = path.resolve() if path.is_symlink() else path
        if path.is_dir():
            raise IsADirectoryError(21, "it is a folder; name a file", str(path))
        if path.exists() and not os.access(path, os.W_OK):
            raise PermissionError(13, "it is read-only", str(path))
        temporary = path.with_name(
            f".{path.name}.{secrets.token_hex(4)}"
        )  # named first: an interrupt finds it
        self._open.append((temporary, path))
        return temporary.open("x+b")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Move the files, or remove them."""
        if kind is None:
            while self._open:
                os.replace(*self._open[0])
                del self._open[0]
        for temporary, _ in self._open:
            temporary.unlink(missing_ok=True)


def write(
    made: Plan, path: Path, framework: str, limit: int | None, advance: Callable[[int], None]
) -> list[Path]:
    """Write a checkpoint.

    Args:
        made: what is written.
        path: where to; its suffix tells the format.
        framework: whose names it has.
        limit: of a file, in bytes; what is larger is cut into several, with an index. None for one file.
        advance: told the number of bytes that were written.

    Returns:
        The files.

    Raises:
        WeightsError: what is read or written cannot be. Nothing is written then.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(path.parent).free
        if made.size + _SLACK > free:
            raise WeightsError(
                f"{path}: {made.size:,} bytes are needed, and {free:,} are free; nothing was written"
            )
        parts = _parts(made, limit)
        names = [path] if len(parts) == 1 else _names(path, len(parts))
        with Beside() as beside:
            for name, entries in zip(names, parts, strict=True):
                with beside.file(name) as file:
                    _write_file(file, entries, made, path, framework, advance)
            if len(parts) > 1:
                index = path.with_name(f"{path.name}.index.json")
                with beside.file(index) as file:
                    file.write(_index(made, names, parts))
                names = [*names, index]
        return names
    except OSError as error:
        raise WeightsError(
            f"{error.filename or path}: {error.strerror or error}; nothing was written"
        ) from error


def _write_file(
    file: IO[bytes],
    entries: list[Entry],
    made: Plan,
    path: Path,
    framework: str,
    advance: Callable[[int], None],
) -> None:
    if path.suffix == ".ckpt":
        mindspore_file.write(file, entries, advance)
    elif path.suffix == ".safetensors":
        here = {entry.name for entry in entries}
        tied = {name: kept for name, kept in made.tied.items() if name in here}
        safetensors.write(file, entries, advance, framework, tied)
    else:
        torch_out.write(file, entries, advance, path)


def _parts(made: Plan, limit: int | None) -> list[list[Entry]]:
    """Cut what is written into files. Names of one tensor stay together."""
    if limit is None:
        return [made.entries]
    parts: list[list[Entry]] = []
    full = math.inf
    part_of: dict[str, list[Entry]] = {}
    for entry in made.entries:
        if entry.name in made.tied:
            part_of[made.tied[entry.name]].append(entry)
            continue
        if full + entry.tensor.size > limit:
            parts.append([])
            full = 0
        parts[-1].append(entry)
        part_of[entry.name] = parts[-1]
        full += entry.tensor.size
    return parts


def _names(path: Path, count: int) -> list[Path]:
    return [
        path.with_name(f"{path.stem}-{number:05d}-of-{count:05d}{path.suffix}")
        for number in range(1, count + 1)
    ]


def _index(made: Plan, names: list[Path], parts: list[list[Entry]]) -> bytes:
    places = {entry.name: name.name for name, entries in zip(names, parts, strict=True) for entry in entries}
    index = {"metadata": {"total_size": made.size}, "weight_map": places}
    return (json.dumps(index, indent=2, ensure_ascii=False) + "\n").encode()
