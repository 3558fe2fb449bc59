"""Checkpoints by what they are: a file of any known format, or several of them with an index."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sporeprint.weights import mindspore_file, safetensors, torch_in
from sporeprint.weights.tensors import Checkpoint, DamagedError, Shape, WeightsError

_START = 512


def read(path: Path, key: str | None = None, optimizer: str | None = None) -> Checkpoint:
    """Read a checkpoint: a file, an index of files, or a folder that holds one of the two.

    Its name does not matter, only what is in it.

    Args:
        path: where it is.
        key: where in a torch file the weights are.
        optimizer: where in it the state of the optimizer is.

    Raises:
        WeightsError: it cannot be read.
    """
    try:
        if path.is_dir():
            path = _in_folder(path)
        if path.suffix != ".json":
            return _read_file(path, key, optimizer)
        if optimizer is not None:
            raise WeightsError(
                f"{path}: an index has no optimizer, so there is nothing for --optimizer {optimizer}"
            )
        return _sharded(path, key)
    except OSError as error:
        raise WeightsError(f"{path}: {error.strerror or error}") from error


def _read_file(path: Path, key: str | None, optimizer: str | None = None) -> Checkpoint:
    with path.open("rb") as file:
        start = file.read(_START)
    size = path.stat().st_size
    if not start:
        raise WeightsError(f"{path} is empty; nothing was written")
    if torch_in.is_zip(start) or torch_in.is_legacy(start):
        checkpoint = torch_in.read(path, key, optimizer)
    elif key is not None or optimizer is not None:
        raise WeightsError(
            f"{path} is no file of torch's, so there is nothing that --key or --optimizer could choose"
        )
    elif safetensors.is_safetensors(start, size):
        checkpoint = safetensors.read(path)
    elif mindspore_file.is_checkpoint(start):
        checkpoint = mindspore_file.read(path)
    else:
        raise WeightsError(f"{path} is {_what(start)}; nothing was written")
    if not checkpoint.tensors and not checkpoint.lost:
        raise WeightsError(f"{path} holds no tensors; nothing was written")
    return checkpoint


def _what(start: bytes) -> str:
    if start[257:262] == b"ustar":
        return (
            "in the format of torch before 0.1.10, a tar archive; load it with an old torch and save it again"
        )
    if start[:1] == b"\x80":
        return "a pickle, but no checkpoint that torch.save wrote; it was not executed"
    if len(start) > 8 and start[8:9] == b"{":
        return "truncated: it starts as safetensors do, and ends before its header does"
    return "no checkpoint of a known format (torch, safetensors, MindSpore), or damaged from its start"


def _in_folder(folder: Path) -> Path:
    """Return the one checkpoint of a folder."""
    indices = sorted(folder.glob("*.index.json"))
    files = indices or sorted(
        each for each in folder.iterdir() if each.suffix in (".safetensors", ".bin", ".pth", ".pt", ".ckpt")
    )
    if len(files) != 1:
        have = ", ".join(each.name for each in files[:10])
        raise WeightsError(f"{folder} holds {have or 'no checkpoint'}; name one file")
    return files[0]


def is_index(path: Path) -> bool:
    """Whether a JSON file is an index of a checkpoint in several files."""
    return path.suffix == ".json" and "weight_map" in _json(path)


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_bytes().decode())
    except (ValueError, RecursionError) as error:
        raise DamagedError(path, f"it is no JSON: {error!s:.100}") from error
    if not isinstance(value, dict):
        raise DamagedError(path, "it is no mapping")
    return value


def _sharded(path: Path, key: str | None) -> Checkpoint:
    """Read a checkpoint of several files, as its index says which tensor is in which."""
    places = _json(path).get("weight_map")
    if not isinstance(places, dict) or not all(isinstance(each, str) for each in places.values()):
        raise WeightsError(f"{path} has no weight_map from names to files, so it is no index of a checkpoint")
    files: dict[str, Checkpoint] = {}
    for name in dict.fromkeys(places.values()):
        if not name or Path(name).name != name or name in (".", ".."):
            raise WeightsError(f"{path}: refused, its file {name!a:.80} does not lie beside it")
        if not (path.parent / name).is_file():
            raise WeightsError(f"{path.parent / name}: there is no such file, and {path.name} names it")
        files[name] = _read_file(path.parent / name, key)
    made = Checkpoint(next(iter(files.values())).framework if files else None, {}, [path])
    for name, place in places.items():
        if name not in files[place].tensors:
            raise DamagedError(path.parent / place, f"{name!a:.80} is not in it, and {path.name} says so")
        made.tensors[name] = files[place].tensors[name]
    for name, part in files.items():
        made.paths += part.paths
        made.left |= part.left
        made.lost |= part.lost
        made.notes += part.notes
        for other in part.tensors:
            if other not in places:
                made.lost[other] = f"in {name}, and {path.name} does not name it"
    made.ordered = list(places) != sorted(places)
    return made


def shapes(checkpoint: Checkpoint) -> dict[str, Shape]:
    """Return names and shapes."""
    return {name: tensor.shape for name, tensor in checkpoint.tensors.items()}


def tied(checkpoint: Checkpoint) -> list[list[str]]:
    """Return the names of each tensor that has several."""
    names: dict[object, list[str]] = {}
    for name, tensor in checkpoint.tensors.items():
        if tensor.identity is not None:
            names.setdefault(tensor.identity, []).append(name)
    return [each for each in names.values() if len(each) > 1]


def listing(path: Path) -> tuple[dict[str, Shape | None], bool, list[list[str]]]:
    """Read the names and shapes of a target: from a checkpoint, a JSON mapping, or lines of a name and a shape.

    Returns:
        They, whether they are in order of definition, and the names that are one tensor's.
    """
    try:
        if path.is_file() and path.suffix == ".json" and not is_index(path):
            return {name: _shape(path, name, each) for name, each in _json(path).items()}, True, []
        if path.is_file() and path.suffix == ".txt":
            return dict(_lines(path)), True, []
    except (OSError, UnicodeDecodeError) as error:
        raise WeightsError(f"{path}: {error}") from error
    checkpoint = read(path)
    return dict(shapes(checkpoint)), checkpoint.ordered, tied(checkpoint)


def _shape(path: Path, name: str, value: Any) -> Shape | None:
    if value is None:
        return None
    if not isinstance(value, list) or not all(type(each) is int and each >= 0 for each in value):
        raise WeightsError(f"{path}: the shape of {name} is {value!r:.60}, no list of lengths")
    return tuple(value)


def _lines(path: Path) -> list[tuple[str, Shape | None]]:
    found: list[tuple[str, Shape | None]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        name, *rest = line.split("#")[0].replace(",", " ").split() or [""]
        lengths = (
            " ".join(rest).replace("(", " ").replace("[", " ").replace(")", " ").replace("]", " ").split()
        )
        if not all(each.isdecimal() for each in lengths):
            raise WeightsError(
                f"{path}:{number}: {line.strip()!r:.80} is no name with a shape, as w.weight [2, 3]"
            )
        if name:
            found.append((name, tuple(int(each) for each in lengths) if rest else None))
    return found


def name_map(path: Path) -> dict[str, str | None]:
    """Read a map from torch's names to MindSpore's."""
    try:
        names = _json(path)
    except OSError as error:
        raise WeightsError(f"{path}: {error.strerror}") from error
    for name, other in names.items():
        if other is not None and not isinstance(other, str):
            raise WeightsError(f"{path}: {name} stands for {other!r:.60}, no name (null leaves it out)")
    return names
