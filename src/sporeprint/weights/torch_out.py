"""torch's checkpoints, written: an archive that ``torch.load(weights_only=True)`` reads, mapped to memory or not."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import IO

from sporeprint.weights.plan import Entry
from sporeprint.weights.tensors import DType, Shape, contiguous

#: Where torch has its storages start.
_ALIGNED = 64
_PADDING = 0x4246
_DATE = (1980, 1, 1, 0, 0, 0)
#: Entries this large get 64-bit sizes.
_LARGE = 0x7FFF_0000


def write(file: IO[bytes], entries: Sequence[Entry], advance: Callable[[int], None], path: Path) -> None:
    """Write a checkpoint. Names of one tensor share its storage, as in the model that it came from.

    Args:
        file: where to.
        entries: what.
        advance: told the number of bytes that were written.
        path: the file's name, after which torch names the archive's folder.
    """
    keys: dict[Hashable, str] = {}
    stored: list[tuple[str, Entry]] = []
    pickle = _Pickle()
    for entry in entries:
        identity = entry.tensor.identity
        key = keys.get(identity) if identity is not None else None
        if key is None:
            key = str(len(stored))
            stored.append((key, entry))
            if identity is not None:
                keys[identity] = key
        pickle.tensor(entry.name, entry.tensor.dtype, entry.shape, key)
    root = path.stem.replace("/", "_") or "archive"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:

        def add(name: str, data: bytes) -> None:
            with archive.open(_info(archive, f"{root}/{name}", len(data)), "w") as target:
                target.write(data)

        add("data.pkl", pickle.end())
        add(".format_version", b"1")
        add(".storage_alignment", str(_ALIGNED).encode())
        add("byteorder", b"little")
        for key, entry in stored:
            info = _info(archive, f"{root}/data/{key}", entry.tensor.size)
            with archive.open(info, "w", force_zip64=entry.tensor.size > _LARGE) as target:
                for chunk in entry.tensor.read():
                    target.write(chunk)
                    advance(len(chunk))
        add("version", b"3\n")


def _info(archive: zipfile.ZipFile, name: str, size: int) -> zipfile.ZipInfo:
    """Describe an entry whose bytes start at a multiple of :data:`_ALIGNED`."""
    info = zipfile.ZipInfo(name, _DATE)
    info.external_attr = 0o644 << 16
    wide = 20 if size > _LARGE else 0
    assert archive.fp is not None
    start = archive.fp.tell() + 30 + len(name.encode()) + wide + 4
    padding = -start % _ALIGNED
    info.extra = struct.pack("<HH", _PADDING, padding) + b"Z" * padding
    return info


class _Pickle:
    """Writes what torch would: an OrderedDict of names to rebuilt tensors."""

    def __init__(self) -> None:
        self.parts = [b"\x80\x02", _name("collections", "OrderedDict"), b")R("]

    def tensor(self, name: str, dtype: DType, shape: Shape, key: str) -> None:
        """Add a tensor that fills a storage."""
        count = 1
        for length in shape:
            count *= length
        storage = _name("torch", dtype.storage) if dtype.storage else _name("torch.storage", "UntypedStorage")
        if not dtype.storage:
            count *= dtype.size
        self.parts += [
            _text(name),
            _name("torch._utils", "_rebuild_tensor_v2" if dtype.storage else "_rebuild_tensor_v3"),
            b"((", _text("storage"), storage, _text(key), _text("cpu"), _integer(count), b"tQ",
            _integer(0), _integers(shape), _integers(contiguous(shape)),
            b"\x89", _name("collections", "OrderedDict"), b")R",
            b"" if dtype.storage else _name("torch", dtype.torch),
            b"tR",
        ]  # fmt: skip

    def end(self) -> bytes:
        """Return the pickle."""
        return b"".join([*self.parts, b"u."])


def _name(module: str, name: str) -> bytes:
    return f"c{module}\n{name}\n".encode()


def _text(text: str) -> bytes:
    data = text.encode()
    return b"X" + struct.pack("<I", len(data)) + data


def _integer(value: int) -> bytes:
    if value < 2**31:
        return b"J" + struct.pack("<i", value)
    data = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)
    return b"\x8a" + bytes([len(data)]) + data


def _integers(values: Shape) -> bytes:
    return b"(" + b"".join(_integer(value) for value in values) + b"t"
