"""A tensor in a file: its dtype, its shape, and where its bytes lie. Bytes are read when they are written elsewhere.

Values are never looked at: what is carried are bytes, in C order and little-endian in every format, so dtypes of which
Python and numpy know nothing (bfloat16, float8) pass as any other.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any, Literal, NamedTuple

#: So many bytes are in memory at a time.
CHUNK = 4 << 20


class WeightsError(Exception):
    """A checkpoint cannot be read or written. The message says which, why, and what to do."""


class DamagedError(WeightsError):
    """A file is not what its format says: truncated or corrupted."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(f"{path} is truncated or damaged: {what}; nothing was written")


class DType(NamedTuple):
    """How the formats name a dtype; None where a format has no name for it."""

    size: int  # bytes of an element
    torch: str
    storage: (
        str | None
    )  # torch's class of storages; without one it is an UntypedStorage, and the dtype stands apart
    mindspore: str | None  # in checkpoints
    safetensors: str | None


_DTYPES = (
    DType(1, "bool", "BoolStorage", "Bool", "BOOL"),
    DType(1, "uint8", "ByteStorage", "UInt8", "U8"),
    DType(1, "int8", "CharStorage", "Int8", "I8"),
    DType(2, "int16", "ShortStorage", "Int16", "I16"),
    DType(2, "uint16", None, "UInt16", "U16"),
    DType(4, "int32", "IntStorage", "Int32", "I32"),
    DType(4, "uint32", None, "UInt32", "U32"),
    DType(8, "int64", "LongStorage", "Int64", "I64"),
    DType(8, "uint64", None, "UInt64", "U64"),
    DType(2, "float16", "HalfStorage", "Float16", "F16"),
    DType(2, "bfloat16", "BFloat16Storage", "BFloat16", "BF16"),
    DType(4, "float32", "FloatStorage", "Float32", "F32"),
    DType(8, "float64", "DoubleStorage", "Float64", "F64"),
    DType(8, "complex64", "ComplexFloatStorage", None, "C64"),
    DType(16, "complex128", "ComplexDoubleStorage", None, None),
    DType(1, "float8_e4m3fn", None, None, "F8_E4M3"),
    DType(1, "float8_e5m2", None, None, "F8_E5M2"),
    DType(1, "float8_e8m0fnu", None, None, "F8_E8M0"),
    DType(1, "float8_e4m3fnuz", None, None, None),
    DType(1, "float8_e5m2fnuz", None, None, None),
)

BY_TORCH = {each.torch: each for each in _DTYPES}
BY_STORAGE = {each.storage: each for each in _DTYPES if each.storage}
BY_MINDSPORE = {each.mindspore: each for each in _DTYPES if each.mindspore}
BY_SAFETENSORS = {each.safetensors: each for each in _DTYPES if each.safetensors}

Shape = tuple[int, ...]


@dataclass(slots=True)
class Run:
    """Bytes that follow one another in a file, and their checksum where the format keeps one.

    Attributes:
        data: what is repeated instead, where the bytes are none of the file's.
    """

    path: Path
    offset: int
    size: int
    crc: int | None = None
    checked: bool = field(default=False, compare=False)
    data: bytes | None = None

    def read(self, start: int = 0, size: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from ``start`` on, some at a time.

        Raises:
            WeightsError: they are not there, or not what the checksum says. The last is known only in the end.
        """
        size = self.size - start if size is None else size
        if self.data is not None:
            for at in range(0, size, CHUNK):
                yield self.data * (min(CHUNK, size - at) // len(self.data))
            return
        whole = size == self.size
        if not whole:
            self.check()
        crc = 0
        try:
            with self.path.open("rb") as file:
                file.seek(self.offset + start)
                while size:
                    chunk = file.read(min(size, CHUNK))
                    if not chunk:
                        raise DamagedError(self.path, "it ends before its tensors do")
                    size -= len(chunk)
                    if whole and self.crc is not None and not self.checked:
                        crc = zlib.crc32(chunk, crc)
                    yield chunk
        except OSError as error:
            raise WeightsError(f"{self.path}: {error.strerror}") from error
        if whole:
            self._compare(crc)

    def check(self) -> None:
        """Compare all the bytes with the checksum, once."""
        if self.crc is not None and not self.checked:
            for _ in self.read():
                pass

    def _compare(self, crc: int) -> None:
        if self.crc is not None and not self.checked and crc != self.crc:
            raise DamagedError(self.path, f"the checksum of the bytes at {self.offset} is another")
        self.checked = True


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor of a checkpoint.

    Attributes:
        runs: where its bytes lie, one run after the other.
        start: of its first element, in bytes from the start of the first run.
        strides: in elements, where it is a view that is not in C order.
        memory: what it shares with the tensors whose memory it shares, where the format keeps that.
    """

    dtype: DType
    shape: Shape
    runs: tuple[Run, ...]
    start: int = 0
    strides: Shape | None = None
    memory: Hashable = None

    @property
    def size(self) -> int:
        """Its bytes."""
        return math.prod(self.shape) * self.dtype.size

    @property
    def identity(self) -> Hashable:
        """Equal for two names of one tensor; None where nothing is known of it."""
        if self.memory is None:
            return None
        return self.memory, self.start, self.strides, self.shape, self.dtype.torch

    def read(self) -> Iterator[bytes]:
        """Yield its bytes in C order, some at a time."""
        if not self.size:
            return
        if self.strides is not None:
            yield from self._gathered(self.strides)
        elif len(self.runs) == 1:
            yield from self.runs[0].read(self.start, self.size)
        else:
            for run in self.runs:
                yield from run.read()

    def _gathered(self, strides: Shape) -> Iterator[bytes]:
        """Yield the bytes of a view. What it spans is in memory meanwhile."""
        (run,) = self.runs
        shape, size = self.shape, self.dtype.size
        if size == 16:  # there is no such number: two halves of eight bytes
            shape, strides, size = (*shape, 2), (*(2 * stride for stride in strides), 1), 8
        last = sum((length - 1) * stride for length, stride in zip(shape, strides, strict=True))
        span = bytearray()
        for chunk in run.read(self.start, (last + 1) * size):
            span += chunk
        kinds: dict[int, Literal["B", "H", "I", "Q"]] = {1: "B", 2: "H", 4: "I", 8: "Q"}
        numbers = memoryview(span).cast(kinds[size])
        *lengths, length = shape
        *outer, step = strides
        if step == 0:
            rows = (bytes(numbers[start : start + 1]) * length for start in _starts(lengths, outer))
        else:
            stop = (length - 1) * step + 1
            rows = (numbers[start : start + stop : step].tobytes() for start in _starts(lengths, outer))
        gathered = bytearray()
        for row in rows:
            gathered += row
            if len(gathered) >= CHUNK:
                yield bytes(gathered)
                gathered.clear()
        yield bytes(gathered)


def _starts(lengths: list[int], strides: list[int]) -> Iterator[int]:
    """Yield where each row of a view starts, in C order."""
    if not lengths:
        yield 0
        return
    for index in range(lengths[0]):
        for start in _starts(lengths[1:], strides[1:]):
            yield index * strides[0] + start


def contiguous(shape: Shape) -> Shape:
    """Return the strides of C order."""
    strides: list[int] = []
    step = 1
    for length in reversed(shape):
        strides.append(step)
        step *= max(length, 1)
    return tuple(reversed(strides))


def equal(one: Tensor, other: Tensor) -> bool:
    """Whether two tensors are one, or hold the same."""
    if one.identity is not None and one.identity == other.identity:
        return True
    if one.dtype is not other.dtype or one.size != other.size:
        return False
    return all(a == b for a, b in zip_longest(_even(one), _even(other)))


def _even(tensor: Tensor) -> Iterator[bytes]:
    """Yield a tensor's bytes in pieces of one size, however they lie in their file."""
    size, pending = 1 << 20, bytearray()
    for chunk in tensor.read():
        pending += chunk
        while len(pending) >= size:
            yield bytes(pending[:size])
            del pending[:size]
    yield bytes(pending)


@dataclass(slots=True)
class Optimizer:
    """The state dict of an optimizer of torch's.

    Attributes:
        key: where in the checkpoint it is.
        state: the parameter's number -> name -> tensor, or a plain value.
        groups: their options, ``params`` and perhaps ``param_names`` among them.
    """

    key: str
    state: Mapping[Any, Mapping[str, Any]] = field(default_factory=dict)
    groups: list[Mapping[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Checkpoint:
    """What a file, or several that belong together, hold.

    Attributes:
        framework: whose names its tensors have, where that is known.
        tensors: in order.
        ordered: whether that order is the one in which the model defines them.
        left: what is no tensor, with what it is.
        lost: weights that are not read, with what they are.
        notes: what was decided in reading.
        paths: the files.
        optimizer: what the optimizer has gathered, where it was asked for.
    """

    framework: str | None
    tensors: dict[str, Tensor]
    paths: list[Path]
    ordered: bool = True
    left: dict[str, str] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    optimizer: Optimizer | None = None


def check_name(path: Path, name: object) -> str:
    """Return a tensor's name if it can be one in every format."""
    if not isinstance(name, str):
        raise WeightsError(f"{path}: the name of a tensor is {name!r:.60}, which is no text")
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise DamagedError(path, f"the name {name!a:.60} is no text") from error
    return name
