"""What is written under which name, and what is said about it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

from sporeprint.weights.names import Pairs, same_bytes
from sporeprint.weights.tensors import Checkpoint, Shape, Tensor, equal

#: What may be said of a tensor or a name, and what it means.
KINDS = {
    "renamed": "has another name in the other framework",
    "reshaped": "has another shape there, with the same bytes",
    "by shape": "paired by siblings and shapes, the names tell nothing",
    "tied": "is another name of a tensor",
    "dropped": "left out: the other framework has no such thing",
    "left": "left out: no tensor",
    "ambiguous": "kept as it is: names and shapes do not tell what it is; give --model or --like",
    "guessed": "paired by its order among layers of the same shapes; look whether that is right",
    "missing": "the target wants it, and nothing is there for it",
    "extra": "kept: the target has no place for it",
    "mis-shaped": "kept: the target wants another shape",
    "conflict": "left out: the target has one tensor where these are two that differ",
    "lost": "left out: the format of the output cannot hold it",
}

#: Those that are left for a person.
LEFT = frozenset({"ambiguous", "guessed", "missing", "extra", "mis-shaped", "conflict", "lost"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A tensor as it is written: its name, its shape there, and what is written."""

    name: str
    shape: Shape
    tensor: Tensor


@dataclass(slots=True)
class Plan:
    """What is written, and the findings: kind -> name and text."""

    entries: list[Entry] = field(default_factory=list)
    findings: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    tied: dict[str, str] = field(default_factory=dict)

    def say(self, kind: str, name: str, text: str) -> None:
        """Add a finding."""
        self.findings.setdefault(kind, []).append((name, text))

    @property
    def size(self) -> int:
        """The bytes of all tensors."""
        return sum(entry.tensor.size for entry in self.entries)

    @property
    def exit_code(self) -> int:
        """1 if something is left for a person."""
        return int(any(kind in LEFT for kind in self.findings))


def plan(checkpoint: Checkpoint, pairs: Pairs, suffix: str, framework: str) -> Plan:
    """Decide what is written.

    Args:
        checkpoint: what there is.
        pairs: which tensor goes where.
        suffix: of the file that is written, which tells its format.
        framework: whose file it is.
    """
    made = Plan()
    for kind, name, text in pairs.findings:
        made.say(kind, name, text)
    for name, text in checkpoint.left.items():
        made.say("left", name, text)
    for name, text in checkpoint.lost.items():
        made.say("lost", name, text)
    uses: dict[str, int] = {}
    for name, *_ in pairs.pairs:
        uses[name] = uses.get(name, 0) + 1
    taken: dict[str, tuple[str, Tensor]] = {}
    for name, there, expected in pairs.pairs:
        tensor = checkpoint.tensors[name]
        if tensor.memory is None and uses[name] > 1:
            tensor = replace(tensor, memory=name)
        shape = tensor.shape
        if expected is not None and expected != shape:
            if same_bytes(shape, expected):
                shape = expected
                made.say("reshaped", name, f"{list(tensor.shape)} → {list(shape)}")
            else:
                made.say("mis-shaped", name, f"{list(shape)}, and {there} is {list(expected)}")
        if there in taken:
            other, kept = taken[there]
            if equal(tensor, kept):
                made.say("tied", name, f"the same as {other}, both are {there}")
            else:
                made.say("conflict", name, f"{there} is taken from {other}, which differs")
            continue
        why = _unfit(tensor, shape, suffix, framework)
        if why:
            made.say("lost", name, why)
            continue
        taken[there] = name, tensor
        if name != there:
            made.say("renamed", name, f"→ {there}")
        made.entries.append(Entry(there, shape, tensor))
    _tie(made, suffix)
    return made


def _unfit(tensor: Tensor, shape: Shape, suffix: str, framework: str) -> str:
    """Return why a format cannot hold a tensor, or nothing."""
    if framework == "mindspore" and tensor.dtype.mindspore is None:
        return f"MindSpore's checkpoints know no {tensor.dtype.torch}"
    if suffix == ".ckpt" and shape == (0,):
        return "MindSpore takes an empty tensor of shape [0] for a number"
    if suffix == ".safetensors" and tensor.dtype.safetensors is None:
        return f"safetensors know no {tensor.dtype.torch}"
    return ""


def _tie(made: Plan, suffix: str) -> None:
    """Find names of one tensor, and tensors that share memory."""
    first: dict[object, str] = {}
    memory: dict[object, list[Entry]] = {}
    for entry in made.entries:
        identity = entry.tensor.identity
        if identity is None:
            continue
        name = first.setdefault(identity, entry.name)
        if name != entry.name:
            made.tied[entry.name] = name
            how = {
                ".ckpt": "written twice, the format has no other way",
                ".safetensors": "written twice, and noted in the metadata",
            }.get(suffix, "stored once")
            made.say("tied", entry.name, f"the same as {name}; {how}")
        elif entry.tensor.size:
            memory.setdefault(entry.tensor.memory, []).append(entry)
    for entries in memory.values():
        spans = sorted((*_span(entry.tensor), entry.name) for entry in entries)
        for (_, stop, name), (start, _, other) in pairwise(spans):
            if start < stop:
                made.say("tied", other, f"shares memory with {name}; written as a tensor of its own")


def _span(tensor: Tensor) -> tuple[int, int]:
    """Return where a tensor's first byte lies in its memory, and where its last."""
    if tensor.strides is None:
        return tensor.start, tensor.start + tensor.size
    last = sum((length - 1) * stride for length, stride in zip(tensor.shape, tensor.strides, strict=True))
    return tensor.start, tensor.start + (last + 1) * tensor.dtype.size
