"""torch's checkpoints: zip archives (since torch 1.6), and the sequence of pickles that came before."""

from __future__ import annotations

import math
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from sporeprint.weights.pickles import Called, Machine, loads, plain_functions
from sporeprint.weights.tensors import (
    BY_STORAGE,
    BY_TORCH,
    Checkpoint,
    DamagedError,
    DType,
    Optimizer,
    Run,
    Tensor,
    WeightsError,
    check_name,
    contiguous,
)

#: How a legacy checkpoint starts: this number, pickled.
LEGACY = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."

#: A pickle without its tensors is smaller than this by far.
_MOST = 256 << 20
_DEEP = 4


@dataclass(eq=False, slots=True)
class _Storage:
    """Memory that tensors are views of. Of a legacy file it is known only afterwards where it lies."""

    key: str
    dtype: DType
    size: int  # in bytes
    run: Run | None = None
    start: int = 0  # of this view of it, in bytes


@dataclass(eq=False, slots=True)
class _View:
    """A tensor as the pickle describes it."""

    storage: _Storage
    dtype: DType
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Dtype:
    """Stands for torch.float32 and its like."""

    dtype: DType


def read(path: Path, key: str | None, optimizer: str | None = None) -> Checkpoint:
    """Read a checkpoint of torch's.

    Args:
        path: the file.
        key: where in it the weights are, such as ``model`` or ``state.ema``; None to find them.
        optimizer: where in it the state of the optimizer is, None not to read it.

    Raises:
        WeightsError: it cannot be read; nothing of it was executed.
    """
    with path.open("rb") as file:
        start = file.read(len(LEGACY))
        file.seek(0)
        value, storages = _legacy(path, file) if start == LEGACY else _zipped(path, file)
    found, where, notes = _weights(path, value, key)
    checkpoint = Checkpoint("torch", {}, [path], notes=notes)
    for name, each in found.items():
        if isinstance(each, _View):
            checkpoint.tensors[check_name(path, name)] = _tensor(path, each, storages)
        else:
            checkpoint.left[f"{where}{name}"] = _kind(each)
    if where and isinstance(value, Mapping):
        for name, each in value.items():
            if str(name) not in (where.split(".")[0], optimizer):
                checkpoint.left[str(name)] = _kind(each)
    if optimizer is not None:
        checkpoint.optimizer = _optimizer(path, value, optimizer, storages)
    return checkpoint


def _optimizer(path: Path, value: Any, key: str, runs: Mapping[str, Run]) -> Optimizer:
    """Return the state of an optimizer, with tensors where the pickle describes them."""
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    state = value.get("state") if isinstance(value, Mapping) else None
    groups = value.get("param_groups") if isinstance(value, Mapping) else None
    if (
        not isinstance(state, Mapping)
        or not isinstance(groups, list)
        or not all(isinstance(each, Mapping) for each in [*state.values(), *groups])
        or not all(isinstance(each.get("params"), list) for each in groups)
    ):
        raise WeightsError(f"{path}: --optimizer {key} is no state_dict() of an optimizer")
    made = {
        number: {
            str(name): _tensor(path, each, runs) if isinstance(each, _View) else each
            for name, each in values.items()
        }
        for number, values in state.items()
    }
    return Optimizer(key, made, groups)


def _functions() -> dict[str, Called]:
    """Return the names that stand for something in a checkpoint of tensors."""

    def view(storage: object, offset: int, size: Any, strides: Any, *rest: object) -> _View:
        if not isinstance(storage, _Storage):
            raise TypeError("a tensor without storage")
        dtype = storage.dtype
        if len(rest) > 2 and isinstance(rest[2], _Dtype):  # _rebuild_tensor_v3
            dtype = rest[2].dtype
        return _View(storage, dtype, _number(offset), _numbers(size), _numbers(strides))

    def parameter(data: object, *_: object) -> _View:
        if not isinstance(data, _View):
            raise TypeError("a parameter without tensor")
        return data

    def typed(function: object, kind: object, arguments: Any, state: object) -> object:
        if (
            not isinstance(function, Called)
            or function.function is None
            or kind not in ("Tensor", "Parameter")
        ):
            raise TypeError("a tensor of an unknown class")
        return function.function(*arguments)

    known = plain_functions()
    for name in ("_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3"):
        known[f"torch._utils.{name}"] = Called(name, view)
    for name in (
        "_utils._rebuild_parameter",
        "_utils._rebuild_parameter_with_state",
        "nn.parameter.Parameter",
    ):
        known[f"torch.{name}"] = Called(name, parameter)
    known["torch._tensor._rebuild_from_type_v2"] = Called("_rebuild_from_type_v2", typed)
    known["torch.Size"] = Called("Size", tuple)
    known["torch.device"] = Called("device", lambda *parts: ":".join(str(part) for part in parts))
    known["torch.Tensor"] = Called("Tensor", value="Tensor")
    for dtype in BY_TORCH.values():
        known[f"torch.{dtype.torch}"] = Called(dtype.torch, value=_Dtype(dtype))
    for name, dtype in BY_STORAGE.items():
        known[f"torch.{name}"] = known[f"torch.cuda.{name}"] = Called(name, value=_Dtype(dtype))
    known["torch.storage.UntypedStorage"] = Called("UntypedStorage", value=_Dtype(BY_TORCH["uint8"]))
    return known


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{value!r:.40} where a length belongs")
    return value


def _numbers(values: Any) -> tuple[int, ...]:
    if not isinstance(values, (tuple, list)):
        raise TypeError(f"{values!r:.40} where lengths belong")
    return tuple(_number(value) for value in values)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} where text belongs")
    return value


def _keeper(path: Path, storages: dict[str, _Storage]) -> Callable[[Any], object]:
    """Return what makes the storages that a pickle names."""

    def persistent(given: Any) -> object:
        kind, *rest = given
        if kind == "module":
            raise WeightsError(
                f"{path}: refused, it holds a whole model, the code of its classes included; load it where it was "
                "made and save its state_dict() alone"
            )
        if kind != "storage":
            raise ValueError(f"a reference to {kind!r:.40}")
        stored, key, _, count, *views = rest
        if not isinstance(stored, _Dtype):
            raise TypeError("a storage of an unknown dtype")
        key, size = _text(key), _number(count) * stored.dtype.size
        storage = storages.setdefault(key, _Storage(key, stored.dtype, size))
        if storage.dtype is not stored.dtype or storage.size != size:
            storage = _Storage(key, stored.dtype, size)  # another view of the same memory
            storages[key].size = max(storages[key].size, size)
        if views and views[0] is not None:
            _, offset, length = views[0]
            start = _number(offset) * stored.dtype.size
            return _Storage(key, stored.dtype, _number(length) * stored.dtype.size, start=start)
        return storage

    return persistent


def _zipped(path: Path, file: IO[bytes]) -> tuple[Any, dict[str, Run]]:
    """Read the archive's pickle, and where its storages lie."""
    try:
        archive = zipfile.ZipFile(file)
        infos = {info.filename: info for info in archive.infolist()}
    except Exception as error:  # zipfile lets through whatever a damaged directory makes it stumble over
        raise DamagedError(path, "its list of contents cannot be read") from error
    pickles = [name for name in infos if name == "data.pkl" or name.endswith("/data.pkl")]
    if len(pickles) != 1:
        raise WeightsError(
            f"{path} is a zip archive, but none of torch's: it holds {len(pickles)} data.pkl, not one"
        )
    root = pickles[0].removesuffix("data.pkl")
    if any(name.startswith(f"{root}code/") for name in infos) or f"{root}constants.pkl" in infos:
        raise WeightsError(
            f"{path} is a TorchScript archive, a program with its weights; load it with torch.jit.load and save its "
            "state_dict()"
        )
    size = path.stat().st_size
    runs = {name: _run(path, file, info, size) for name, info in infos.items() if name.startswith(root)}
    order = runs.get(f"{root}byteorder")
    if order is not None and order.size < 16 and b"".join(order.read()) != b"little":
        raise WeightsError(
            f"{path} was written on a big-endian machine; save it again on a little-endian one"
        )
    described = runs[pickles[0]]
    if described.size > _MOST:
        raise WeightsError(f"{path}: its data.pkl has {described.size:,} bytes, which no list of tensors has")
    storages: dict[str, _Storage] = {}
    machine = Machine(path, _functions(), _keeper(path, storages))
    value = loads(machine, b"".join(described.read()))
    found = {}
    for key, storage in storages.items():
        run = runs.get(f"{root}data/{key}")
        if run is None or run.size < storage.size:
            raise DamagedError(path, f"the bytes of storage {key!a:.40} are missing")
        found[key] = run
    return value, found


def _run(path: Path, file: IO[bytes], info: zipfile.ZipInfo, size: int) -> Run:
    """Return where an entry's bytes lie."""
    if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1:
        raise WeightsError(
            f"{path} is compressed or encrypted, which torch.save never does; unpack it and pack it again with zip -0"
        )
    file.seek(info.header_offset)
    header = file.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise DamagedError(path, f"the entry {info.filename!a:.60} is not where its list of contents says")
    name, extra = struct.unpack("<HH", header[26:30])
    start = info.header_offset + 30 + name + extra
    if start + info.file_size > size:
        raise DamagedError(path, f"the entry {info.filename!a:.60} ends behind the end of the file")
    # Zero is what torch writes where it is told to write no checksums.
    return Run(path, start, info.file_size, info.CRC or None)


def _legacy(path: Path, file: IO[bytes]) -> tuple[Any, dict[str, Run]]:
    """Read the pickles: number, version, system, contents, keys; then the storages' bytes in the order of the keys."""
    machine = Machine(path, plain_functions(), lambda _: None)
    machine.run(file)
    version, system = machine.run(file), machine.run(file)
    if version != 1001 or not isinstance(system, dict):
        raise WeightsError(f"{path} has the version {_kind(version)} of torch's legacy format; 1001 is known")
    if not system.get("little_endian", True):
        raise WeightsError(
            f"{path} was written on a big-endian machine; save it again on a little-endian one"
        )
    storages: dict[str, _Storage] = {}
    value = Machine(path, _functions(), _keeper(path, storages)).run(file)
    keys = machine.run(file)
    if (
        not isinstance(keys, list)
        or any(not isinstance(key, str) for key in keys)
        or set(keys) != set(storages)
    ):
        raise DamagedError(path, "its storages are not those that its tensors need")
    size = path.stat().st_size
    found = {}
    for key in keys:
        count = file.read(8)
        if len(count) < 8:
            raise DamagedError(path, "it ends before its tensors do")
        length = struct.unpack("<q", count)[0] * storages[key].dtype.size
        start = file.tell()
        if length < storages[key].size or start + length > size:
            raise DamagedError(path, f"the bytes of storage {key!a:.40} are missing")
        found[key] = Run(path, start, length)
        file.seek(start + length)
    if file.read(1):
        raise DamagedError(path, "it goes on behind its last tensor")
    return value, found


def _tensor(path: Path, view: _View, runs: Mapping[str, Run]) -> Tensor:
    """Return where a view's bytes lie, checked to lie within its storage."""
    run, size = runs[view.storage.key], view.dtype.size
    if len(view.shape) != len(view.strides):
        raise DamagedError(path, "a tensor has more lengths than strides")
    start = view.storage.start + view.offset * size
    plain = contiguous(view.shape)
    same = all(
        length == 1 or stride == wanted
        for length, stride, wanted in zip(view.shape, view.strides, plain, strict=True)
    )
    last = sum((length - 1) * stride for length, stride in zip(view.shape, view.strides, strict=True))
    if math.prod(view.shape) and start + (last + 1) * size > view.storage.start + view.storage.size:
        raise DamagedError(path, "a tensor reaches over the end of its storage")
    if start + (last + 1 if math.prod(view.shape) else 0) * size > run.size:
        if math.prod(view.shape):
            raise DamagedError(path, "a tensor reaches over the end of its storage")
        start = 0
    strides = None if same or not math.prod(view.shape) else view.strides
    return Tensor(view.dtype, view.shape, (run,), start, strides, (str(path), view.storage.key))


def _weights(path: Path, value: Any, key: str | None) -> tuple[Mapping[Any, Any], str, list[str]]:
    """Find the mapping of names to tensors in what was saved.

    Returns:
        It, the path to it, ending in a dot, and what is said about it.
    """
    if key is not None:
        for part in key.split("."):
            if not isinstance(value, Mapping) or part not in value:
                have = ", ".join(_listed(value)) if isinstance(value, Mapping) else _kind(value)
                raise WeightsError(f"{path}: there is no {part!r} of --key {key}; there is {have}")
            value = value[part]
        if not _holds_tensors(value):
            raise WeightsError(f"{path}: --key {key} is {_kind(value)}, no mapping of names to tensors")
        return value, f"{key}.", []
    if _holds_tensors(value):
        return value, "", []
    if not isinstance(value, Mapping):
        raise WeightsError(
            f"{path} holds {_kind(value)}, no mapping of names to tensors; save a state_dict()"
        )
    for found in _levels(value):
        if len(found) == 1:
            ((where, mapping),) = found.items()
            return mapping, f"{where}.", [f"the weights are those under {where!r}"]
        if found:
            raise WeightsError(
                f"{path} holds several sets of weights: {', '.join(found)}; choose one with --key"
            )
    raise WeightsError(f"{path} holds no tensors: {', '.join(_listed(value)) or 'an empty mapping'}")


def _levels(value: Mapping[Any, Any]) -> Iterator[dict[str, Mapping[Any, Any]]]:
    """Yield for each depth the mappings that hold tensors."""
    level: dict[str, Any] = {str(name): each for name, each in value.items()}
    for _ in range(_DEEP):
        yield {where: each for where, each in level.items() if _holds_tensors(each)}
        level = {
            f"{where}.{name}": inner
            for where, each in level.items()
            if isinstance(each, Mapping)
            for name, inner in each.items()
            if isinstance(inner, Mapping) and isinstance(name, str)
        }


def _holds_tensors(value: object) -> bool:
    return isinstance(value, Mapping) and any(isinstance(each, _View) for each in value.values())


def _kind(value: object) -> str:
    if isinstance(value, _View):
        return "one tensor"
    if isinstance(value, Mapping):
        return f"a mapping of {len(value)}"
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    text = ascii(value)
    return f"the value {text if len(text) < 40 else text[:37] + '...'}"


def _listed(value: Mapping[Any, Any]) -> list[str]:
    return [str(name) for name in list(value)[:20]]


def is_zip(start: bytes) -> bool:
    """Whether a file that starts so is a zip archive."""
    return start[:4] == b"PK\x03\x04"


def is_legacy(start: bytes) -> bool:
    """Whether a file that starts so is a legacy checkpoint, or another pickle."""
    return start[: len(LEGACY)] == LEGACY
