"""MindSpore's checkpoints: a protocol buffer, and perhaps a checksum behind it.

The message is ``Checkpoint{repeated Value value = 1}``, with ``Value{string tag = 1; TensorProto tensor = 2;
MapTensorProto maptensor = 3}`` and ``TensorProto{repeated int64 dims = 1; string tensor_type = 2; bytes tensor_content
= 3}``. Large tensors are cut into values of the same tag that follow one another. It is read and written piece by
piece, which the protocol buffer library cannot do.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

from sporeprint.weights.plan import Entry
from sporeprint.weights.tensors import (
    BY_MINDSPORE,
    CHUNK,
    Checkpoint,
    DamagedError,
    Run,
    Tensor,
    WeightsError,
    check_name,
)

#: MindSpore cuts its tensors so.
_SLICE = 512 << 20

_CRC = b"crc_num"
_CRC_SIZE = len(_CRC) + 10

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5

#: Names, types and shapes are short.
_SHORT = 1 << 20
_RANK = 64


def is_checkpoint(start: bytes) -> bool:
    """Whether a file that starts so may be in this format: with a value, and in it its tag."""
    return start[:1] == b"\n" and b"\n" in start[2:12]


def read(path: Path) -> Checkpoint:
    """Read a checkpoint.

    Raises:
        WeightsError: it is truncated or damaged, or has a dtype that is not known.
    """
    size = path.stat().st_size
    checkpoint = Checkpoint("mindspore", {}, [path])
    pieces: dict[str, list[tuple[str, tuple[int, ...], Run]]] = {}
    with path.open("rb") as file:
        end = _checked(path, file, size)
        if end == size:
            checkpoint.notes.append("the checkpoint has no checksum, so nothing tells whether it is whole")
        previous = None
        for tag, value in _values(path, file, end):
            if isinstance(value, str):
                checkpoint.lost[tag] = value
            elif tag in pieces and tag != previous:
                raise DamagedError(path, f"{tag!a:.80} stands in it twice")
            else:
                pieces.setdefault(tag, []).append(value)
            previous = tag
    for tag, parts in pieces.items():
        kind, shape, _ = parts[0]
        if any((other, dims) != (kind, shape) for other, dims, _ in parts):
            raise DamagedError(path, f"the parts of {tag!a:.80} are not of one kind")
        if kind == "str":
            checkpoint.left[tag] = "a text"
            continue
        if kind not in BY_MINDSPORE:
            raise WeightsError(f"{path}: {tag} has the dtype {kind!r:.20}, which is not known here")
        dtype, have = BY_MINDSPORE[kind], sum(run.size for *_, run in parts)
        if shape == (0,) and have == dtype.size:
            shape = ()  # as MindSpore once wrote numbers
        if have != math.prod(shape) * dtype.size:
            raise DamagedError(path, f"{tag!a:.80} has {have} bytes, its shape {list(shape)} has others")
        runs = tuple(run for *_, run in parts)
        checkpoint.tensors[check_name(path, tag)] = Tensor(dtype, shape, runs)
    return checkpoint


def _checked(path: Path, file: IO[bytes], size: int) -> int:
    """Return where the message ends; compare its bytes with the checksum behind it, if there is one."""
    if size < _CRC_SIZE:
        return size
    file.seek(size - _CRC_SIZE)
    last = file.read(_CRC_SIZE)
    if not last.startswith(_CRC):
        return size
    end, crc = size - _CRC_SIZE, 0
    file.seek(0)
    for start in range(0, end, CHUNK):
        crc = zlib.crc32(file.read(min(CHUNK, end - start)), crc)
    if crc != int.from_bytes(last[len(_CRC) :], "big"):
        raise DamagedError(path, "its checksum is another")
    return end


def _values(
    path: Path, file: IO[bytes], end: int
) -> Iterator[tuple[str, tuple[str, tuple[int, ...], Run] | str]]:
    """Yield tag and tensor, or tag and what it is that is no tensor."""
    for number, start, stop in _fields(path, file, 0, end):
        if number != 1 or stop < 0:
            raise DamagedError(path, f"the format has no such field as that at {start}")
        tag, tensor, other = None, None, None
        for inner, first, last in _fields(path, file, start, stop):
            if inner == 1:
                tag = _string(path, file, first, last)
            elif inner == 2:
                tensor = _tensor(path, file, first, last)
            elif inner == 3:
                other = "a MapParameter"
            else:
                raise DamagedError(path, f"the format has no such field as that at {first}")
        if tag is None or (tensor is None and other is None):
            raise DamagedError(path, f"the value at {start} is not complete")
        yield tag, tensor if tensor is not None else str(other)


def _tensor(path: Path, file: IO[bytes], start: int, stop: int) -> tuple[str, tuple[int, ...], Run]:
    dims: list[int] = []
    kind = content = None
    for number, first, last in _fields(path, file, start, stop):
        if number == 1:
            dims += [first] if last < 0 else _packed(path, file, first, last)
        elif number == 2:
            kind = _string(path, file, first, last)
        elif number == 3 and last >= 0:
            content = Run(path, first, last - first)
        else:
            raise DamagedError(path, f"the tensor at {start} has a field that the format has not")
        if len(dims) > _RANK:
            break
    if kind is None or content is None or len(dims) > _RANK or any(each >= 1 << 63 for each in dims):
        raise DamagedError(path, f"the tensor at {start} is not complete")
    return kind, tuple(dims), content


def _fields(path: Path, file: IO[bytes], start: int, stop: int) -> Iterator[tuple[int, int, int]]:
    """Yield the fields of a message: number, and where the bytes lie; of a number its value and -1."""
    while start < stop:
        key, start = _varint(path, file, start, stop)
        number, kind = key >> 3, key & 7
        if number == 0:
            raise DamagedError(path, f"there is no field at {start}")
        if kind == _VARINT:
            value, start = _varint(path, file, start, stop)
            yield number, value, -1
            continue
        if kind == _BYTES:
            length, start = _varint(path, file, start, stop)
        elif kind in (_FIXED64, _FIXED32):
            length = 8 if kind == _FIXED64 else 4
        else:
            raise DamagedError(path, f"there is no field at {start}")
        if start + length > stop:
            raise DamagedError(path, f"the field at {start} ends behind what holds it")
        if kind == _BYTES:
            yield number, start, start + length
        start += length


def _varint(path: Path, file: IO[bytes], start: int, stop: int) -> tuple[int, int]:
    file.seek(start)
    raw = file.read(min(10, stop - start))
    value = 0
    for index, byte in enumerate(raw):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, start + index + 1
    raise DamagedError(path, f"there is no number at {start}")


def _packed(path: Path, file: IO[bytes], start: int, stop: int) -> list[int]:
    values: list[int] = []
    while start < stop and len(values) <= _RANK:
        value, start = _varint(path, file, start, stop)
        values.append(value)
    return values


def _string(path: Path, file: IO[bytes], start: int, stop: int) -> str:
    if stop < 0 or stop - start > _SHORT:
        raise DamagedError(path, f"there is no text at {start}")
    file.seek(start)
    try:
        return file.read(stop - start).decode()
    except UnicodeDecodeError as error:
        raise DamagedError(path, f"there is no text at {start}") from error


def write(file: IO[bytes], entries: Sequence[Entry], advance: Callable[[int], None]) -> None:
    """Write a checkpoint with its checksum, which ``mindspore.load_checkpoint(crc_check=True)`` compares.

    Args:
        file: where to.
        entries: what.
        advance: told the number of bytes that were written.
    """
    crc = 0

    def put(data: bytes) -> None:
        nonlocal crc
        crc = zlib.crc32(data, crc)
        file.write(data)

    for entry in entries:
        kind = entry.tensor.dtype.mindspore
        assert kind is not None
        head = _field(1, entry.name.encode())
        dims = b"".join(b"\x08" + _number(length) for length in entry.shape)
        left, parts, pending = entry.tensor.size, entry.tensor.read(), b""
        while True:
            length = min(left, _SLICE)
            inner = dims + _field(2, kind.encode()) + b"\x1a" + _number(length)
            outer = head + b"\x12" + _number(len(inner) + length) + inner
            put(b"\n" + _number(len(outer) + length) + outer)
            left -= length
            while length:
                chunk = pending or next(parts)
                chunk, pending = chunk[:length], chunk[length:]
                put(chunk)
                advance(len(chunk))
                length -= len(chunk)
            if not left:
                break
        for _ in parts:  # to its end, where the checksum of what was read is compared
            pass
    file.write(_CRC + crc.to_bytes(10, "big"))


def _field(number: int, data: bytes) -> bytes:
    return bytes([number << 3 | _BYTES]) + _number(len(data)) + data


def _number(value: int) -> bytes:
    data = bytearray()
    while value > 0x7F:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(data + struct.pack("B", value))
