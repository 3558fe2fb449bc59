"""Safetensors: a header in JSON, and the tensors' bytes behind it."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from sporeprint.weights.plan import Entry
from sporeprint.weights.tensors import (
    BY_SAFETENSORS,
    Checkpoint,
    DamagedError,
    Run,
    Tensor,
    WeightsError,
    check_name,
    equal,
)

#: The largest header that the format allows.
_MOST = 100_000_000

#: Where the names of one tensor stand, which the format has no place for.
TIED = "sporeprint.tied"

_FRAMEWORKS = {"pt": "torch", "ms": "mindspore"}


def is_safetensors(start: bytes, size: int) -> bool:
    """Whether a file that starts so is in this format."""
    return len(start) > 8 and start[8:9] == b"{" and struct.unpack("<Q", start[:8])[0] <= min(_MOST, size - 8)


def read(path: Path) -> Checkpoint:
    """Read a file.

    Raises:
        WeightsError: it is truncated or damaged, or has a dtype that is not known.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        raw = file.read(length)
    try:
        header = json.loads(raw.decode(), object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise DamagedError(path, f"its header is no JSON: {error!s:.100}") from error
    if not isinstance(header, dict):
        raise DamagedError(path, "its header is no mapping")
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(each, str) for each in metadata.values()):
        raise DamagedError(path, "its metadata is no mapping of texts")
    checkpoint = Checkpoint(_FRAMEWORKS.get(metadata.get("format", "")), {}, [path])
    base, spans = 8 + length, []
    for name, entry in header.items():
        dtype, shape, start, stop = _entry(path, name, entry)
        if dtype not in BY_SAFETENSORS:
            raise WeightsError(f"{path}: {name} has the dtype {dtype!r:.20}, which is not known here")
        known = BY_SAFETENSORS[dtype]
        if stop - start != math.prod(shape) * known.size:
            raise DamagedError(
                path, f"{name!a:.80} has {stop - start} bytes, its shape {list(shape)} has others"
            )
        spans.append((start, stop))
        run = Run(path, base + start, stop - start)
        memory = (str(path), start) if start != stop else (str(path), name)
        checkpoint.tensors[check_name(path, name)] = Tensor(known, shape, (run,), memory=memory)
    at = 0
    for start, stop in sorted(spans):
        if start != at:
            raise DamagedError(path, "its tensors overlap or have gaps between them")
        at = stop
    if base + at != size:
        raise DamagedError(path, f"its tensors end at {base + at}, the file at {size}")
    _tie(checkpoint, metadata)
    by_size: dict[int, list[str]] = {}
    for name, tensor in checkpoint.tensors.items():
        by_size.setdefault(tensor.dtype.size, []).append(name)
    # Most writers sort by dtype and then by name.
    checkpoint.ordered = any(names != sorted(names) for names in by_size.values())
    return checkpoint


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name stands in it twice")
    return made


def _entry(path: Path, name: str, entry: Any) -> tuple[str, tuple[int, ...], int, int]:
    try:
        dtype, shape, (start, stop) = entry["dtype"], entry["shape"], entry["data_offsets"]
    except (TypeError, KeyError, ValueError) as error:
        raise DamagedError(path, f"the entry {name!a:.80} of its header is not complete") from error
    numbers = [*shape, start, stop] if isinstance(shape, list) else [None]
    if not isinstance(dtype, str) or not all(type(each) is int and each >= 0 for each in numbers):
        raise DamagedError(path, f"the entry {name!a:.80} of its header is not complete")
    return dtype, tuple(shape), start, stop


def _tie(checkpoint: Checkpoint, metadata: Mapping[str, str]) -> None:
    """Take the names of one tensor together: ours, and those that safetensors.torch.save_model leaves out."""
    tensors = checkpoint.tensors
    for name, kept in metadata.items():
        if kept in tensors and name not in tensors and name != "format":
            tensors[name] = tensors[kept]
            checkpoint.notes.append(f"{name} is another name of {kept}")
    try:
        tied = json.loads(metadata.get(TIED, "{}"))
    except (ValueError, RecursionError):
        return
    for name, kept in tied.items() if isinstance(tied, dict) else ():
        if (
            name in tensors
            and isinstance(kept, str)
            and kept in tensors
            and equal(tensors[name], tensors[kept])
        ):
            tensors[name] = tensors[kept]


def write(
    file: IO[bytes],
    entries: Sequence[Entry],
    advance: Callable[[int], None],
    framework: str,
    tied: Mapping[str, str],
) -> None:
    """Write a file.

    Args:
        file: where to.
        entries: what. The widest dtypes come first, so all are aligned, and MindSpore reads them only in the order of
            the header.
        advance: told the number of bytes that were written.
        framework: whose names they have.
        tied: name -> the name of the same tensor.
    """
    metadata = {"format": {made: code for code, made in _FRAMEWORKS.items()}[framework]}
    if tied:
        metadata[TIED] = json.dumps(dict(tied))
    order = sorted(entries, key=lambda entry: -entry.tensor.dtype.size)
    at, places = 0, {}
    for entry in order:
        places[entry.name] = [at, at + entry.tensor.size]
        at += entry.tensor.size
    header: dict[str, Any] = {"__metadata__": metadata}
    for entry in order:
        dtype = entry.tensor.dtype.safetensors
        header[entry.name] = {
            "dtype": dtype,
            "shape": list(entry.shape),
            "data_offsets": places[entry.name],
        }
    raw = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    raw += b" " * (-len(raw) % 8)
    if len(raw) > _MOST:
        raise WeightsError(f"the header of {len(entries)} tensors is larger than the format allows")
    file.write(struct.pack("<Q", len(raw)) + raw)
    for entry in order:
        for chunk in entry.tensor.read():
            file.write(chunk)
            advance(len(chunk))
