"""What the layers of the two frameworks call what they hold, and how its shape differs.

A checkpoint tells names and shapes, not layers: ``weight`` may be a Dense's, which has the same name in MindSpore, or a
LayerNorm's, which is ``gamma`` there. With a model, or the names that it has, there is nothing to guess; without,
only what the names beside it decide is renamed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sporeprint.weights.tensors import Shape

_STATE = frozenset({"weight", "bias", "running_mean", "running_var"})


def _tables() -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """Read the two tables that stand beside the counterparts, without importing MindSpore."""
    source = (Path(__file__).parents[1] / "torch" / "_modules.py").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Dict):
            rows = zip(node.value.keys, node.value.values, strict=True)
            table = {
                key.attr: ast.literal_eval(value) for key, value in rows if isinstance(key, ast.Attribute)
            }
            found[ast.unparse(node.target)] = table
    layers = {
        layer: {name: theirs for name, theirs in names.items() if name in _STATE}
        for layer, names in found["ATTRIBUTES"].items()
        if "weight" in names
    }
    return layers, {name: layer for layer, name in found["CLASS_NAMES"].items()}


#: Layers of mindspore.nn -> torch's name of what they hold -> theirs, where that is another; and torch's names of
#: layers -> MindSpore's.
LAYERS, CLASSES = _tables()

_RUNNING = LAYERS["BatchNorm2d"]

#: Layers of mindspore.nn that keep their weight as that of an image one pixel high.
FLAT = frozenset({"Conv1d", "Conv1dTranspose"})

#: MindSpore's name of what a layer holds -> torch's.
SYNONYMS: Mapping[str, str] = {
    theirs.split(".")[-1]: name for names in LAYERS.values() for name, theirs in names.items()
}

#: What torch counts and MindSpore does not.
COUNTER = "num_batches_tracked"

#: In it a BatchNorm3d keeps all that it holds.
_INNER = "bn2d"


@dataclass(slots=True)
class Pairs:
    """Which tensor goes where.

    Attributes:
        pairs: name in the source, name in the target, and the shape there, None where it is not known.
        findings: what is to be said: kind, name, text.
    """

    pairs: list[tuple[str, str, Shape | None]] = field(default_factory=list)
    findings: list[tuple[str, str, str]] = field(default_factory=list)

    def say(self, kind: str, name: str, text: str) -> None:
        """Add a finding."""
        self.findings.append((kind, name, text))


def flat(shape: Shape) -> Shape:
    """Return the shape of a Conv1d's weight in MindSpore."""
    return (*shape[:2], 1, *shape[2:])


def same_bytes(shape: Shape, other: Shape) -> bool:
    """Whether a tensor of one shape is one of the other, laid out otherwise: a Conv1d's weight, a single number."""
    return (
        shape == other
        or (len(shape) == 3 and flat(shape) == other)
        or (len(other) == 3 and flat(other) == shape)
        or {shape, other} == {(), (1,)}
    )


def split(name: str) -> tuple[str, str]:
    """Return what a name starts with, the dot included, and its last part."""
    parent, dot, leaf = name.rpartition(".")
    return parent + dot, leaf


def framework_of(names: Iterable[str]) -> str:
    """Tell whose names these are."""
    theirs = {"moving_mean", "moving_variance", "embedding_table"}  # torch's old BERT has gamma and beta too
    return "mindspore" if theirs & {split(name)[1] for name in names} else "torch"


def _siblings(shapes: Mapping[str, Shape]) -> dict[str, dict[str, Shape]]:
    groups: dict[str, dict[str, Shape]] = {}
    for name, shape in shapes.items():
        parent, leaf = split(name)
        groups.setdefault(parent, {})[leaf] = shape
    return groups


def _normalizes(group: Mapping[str, Shape], mean: str, variance: str, weight: str) -> bool:
    """Whether what stands side by side is a normalization's that keeps running statistics."""
    shape = group.get(mean)
    if shape is None or len(shape) != 1 or group.get(variance) != shape:
        return False
    return group.get(weight, shape) == shape


def by_names(shapes: Mapping[str, Shape], target: str) -> Pairs:
    """Pair by what stands side by side; keep and list what could be one or the other.

    Args:
        shapes: name -> shape.
        target: the framework whose names are wanted.
    """
    made = Pairs()
    groups = _siblings(shapes)
    for name, shape in shapes.items():
        group = groups[split(name)[0]]
        if target == "mindspore":
            _to_mindspore(made, name, shape, group)
        else:
            _to_torch(made, name, shape, group, groups)
    return made


def _to_mindspore(made: Pairs, name: str, shape: Shape, group: Mapping[str, Shape]) -> None:
    parent, leaf = split(name)
    if _normalizes(group, "running_mean", "running_var", "weight"):
        if leaf == COUNTER:
            made.say("dropped", name, "MindSpore's normalization counts no batches")
            return
        made.pairs.append((name, parent + _RUNNING.get(leaf, leaf), None))
        return
    made.pairs.append((name, name, None))
    if leaf == COUNTER:
        made.say("ambiguous", name, "it stands alone, without running_mean and running_var")
    elif leaf == "weight":
        could = ""
        if len(shape) == 1:
            could = (
                "gamma of a LayerNorm or GroupNorm"
                if "bias" in group
                else "gamma of a LayerNorm, w of a PReLU"
            )
        elif len(shape) == 2 and "bias" not in group:
            could = "embedding_table of an Embedding"
        elif len(shape) == 3:
            could = f"weight of a Conv1d, of shape {flat(shape)}"
        if could:
            made.say("ambiguous", name, f"kept; it could be {could}")
            if len(shape) == 1 and "bias" in group:
                made.say("ambiguous", f"{parent}bias", "kept; it could be beta of a LayerNorm or GroupNorm")


def _to_torch(
    made: Pairs,
    name: str,
    shape: Shape,
    group: Mapping[str, Shape],
    groups: Mapping[str, Mapping[str, Shape]],
) -> None:
    parent, leaf = split(name)
    torch = leaf
    if leaf in ("gamma", "beta", "moving_mean", "moving_variance", "embedding_table"):
        torch = SYNONYMS[leaf]
    other = {"gamma": "beta", "beta": "gamma"}.get(leaf)
    if torch != leaf and torch in group:
        made.say("ambiguous", name, f"kept; {parent}{torch} is there too")
        torch = leaf
    elif other is not None and other not in group:
        # MindSpore's layers have both; a layer scale of the user's own is called gamma in both frameworks.
        made.say("ambiguous", name, f"kept; without {parent}{other} it is no layer of MindSpore's own")
        torch = leaf
    made.pairs.append((name, parent + torch, None))
    if leaf == "w" and len(shape) == 1:
        made.say("ambiguous", name, "kept; it could be weight of a PReLU")
    elif leaf == "weight" and len(shape) == 4 and shape[2] == 1 and shape[3] > 1:
        made.say(
            "ambiguous", name, f"kept; it could be weight of a Conv1d, of shape {(*shape[:2], shape[3])}"
        )
    above, last = split(parent.removesuffix("."))
    alone = not groups.get(above) and not any(
        other.startswith(above) and not other.startswith(parent) for other in groups
    )
    if last == _INNER and above and alone:
        made.say("ambiguous", name, f"kept; it could be {above}{torch} of a BatchNorm3d")


def by_reference(
    shapes: Mapping[str, Shape],
    wanted: Mapping[str, Shape | None],
    target: str,
    ordered: bool,
    tied: Sequence[Iterable[str]] = (),
    tied_there: Sequence[Iterable[str]] = (),
) -> Pairs:
    """Pair with the names and shapes of the target: by name, by the layers' other names, by siblings and shape.

    Args:
        shapes: name -> shape in the source.
        wanted: name -> shape in the target, None where it is not known.
        target: whose names those are.
        ordered: whether both are in the order of their definition.
        tied: names of one tensor in the source.
        tied_there: the same in the target.
    """
    made = Pairs()
    prefix = _wrapper(shapes, wanted)
    if prefix:
        made.say("renamed", f"{prefix}*", "all names start so, and the target's do not")
    canonical = {name: _canonical(name.removeprefix(prefix), shape) for name, shape in shapes.items()}
    sources = dict(shapes)
    counters = [
        name for name in shapes if split(name)[1] == COUNTER and name.removeprefix(prefix) not in wanted
    ]
    if target == "mindspore":
        for name in counters:
            del sources[name]
            made.say("dropped", name, "MindSpore's normalization counts no batches")
    found: dict[str, str] = {name.removeprefix(prefix): name for name in sources}
    pairs: dict[str, str] = {name: found[name] for name in wanted if name in found}
    roles: dict[str, list[str]] = {}
    taken = set(pairs.values())
    for name in sources:
        if name not in taken:
            roles.setdefault(canonical[name], []).append(name)
    for name, shape in wanted.items():
        candidates = roles.get(_canonical(name, shape), [])
        if name not in pairs and len(candidates) == 1:
            pairs[name] = candidates.pop()
    taken = set(pairs.values())
    free = {name: shape for name, shape in sources.items() if name not in taken}
    open_ = {name: shape for name, shape in wanted.items() if name not in pairs and shape is not None}
    pairs |= _by_shape(made, free, open_, ordered)
    for names in tied_there:
        known = next((pairs[name] for name in names if name in pairs), None)
        if known is not None:
            pairs |= {name: known for name in names if name not in pairs}
    for name, shape in wanted.items():
        if name in pairs:
            made.pairs.append((pairs[name], name, shape))
        elif split(name)[1] == COUNTER:
            made.say("dropped", name, "MindSpore counts no batches; torch starts at 0 where it is not given")
        else:
            made.say("missing", name, f"nothing for it{_of(shape)}")
    taken = set(pairs.values())
    twins = {name: other for names in tied for other in names if other in taken for name in names}
    for name, shape in sources.items():
        if name in twins and name not in taken:
            made.say("tied", name, f"the same as {twins[name]}, and the target has one name for both")
        elif name not in taken:
            made.say("extra", name, f"no place for it{_of(shape)}")
            made.pairs.append((name, name, None))
    return made


def _of(shape: Shape | None) -> str:
    return "" if shape is None else f", of shape {list(shape)}"


def _canonical(name: str, shape: Shape | None) -> str:
    """Return torch's name of what MindSpore may call so."""
    parent, leaf = split(name)
    if leaf == "w" and shape is not None and len(shape) != 1:
        return name
    if leaf in SYNONYMS and split(parent.removesuffix("."))[1] == _INNER:
        parent = split(parent.removesuffix("."))[0]
    return parent + SYNONYMS.get(leaf, leaf)


def _wrapper(shapes: Iterable[str], wanted: Iterable[str]) -> str:
    """Return what stands before all names of the source and before none of the target's."""
    names, others = list(shapes), {_canonical(name, None) for name in wanted}
    first = names[0].split(".")[0] + "." if names else ""
    if len(names) < 2 or not all(name.startswith(first) for name in names) or not first.strip("."):
        return ""
    with_it = sum(_canonical(name, None) in others for name in names)
    without = sum(_canonical(name.removeprefix(first), None) in others for name in names)
    return first if without > with_it else ""


def _by_shape(
    made: Pairs, free: Mapping[str, Shape], wanted: Mapping[str, Shape], ordered: bool
) -> dict[str, str]:
    """Pair layers, of which the names differ, by the roles and shapes of all that they hold."""
    pairs: dict[str, str] = {}
    theirs, ours = _signatures(free), _signatures(wanted)
    for signature, layers in ours.items():
        others = theirs.get(signature, [])
        if len(others) != len(layers) or (len(layers) > 1 and not ordered):
            continue
        for layer, other in zip(layers, others, strict=True):
            for role in layer:
                pairs[layer[role]] = other[role]
                kind = "by shape" if len(layers) == 1 else "guessed"
                why = (
                    "the only layer of its shapes"
                    if len(layers) == 1
                    else f"one of {len(layers)} layers of its shapes, by order"
                )
                made.say(kind, other[role], f"→ {layer[role]}, {why}")
    return pairs


def _signatures(shapes: Mapping[str, Shape]) -> dict[tuple[tuple[str, Shape], ...], list[dict[str, str]]]:
    """Return roles and shapes of a layer -> the layers that have them: role -> name."""
    layers: dict[str, dict[str, str]] = {}
    for name, shape in shapes.items():
        parent, role = split(_canonical(name, shape))
        layers.setdefault(parent, {})[role] = name
    found: dict[tuple[tuple[str, Shape], ...], list[dict[str, str]]] = {}
    for layer in layers.values():
        signature = tuple(sorted((role, _plain(shapes[name])) for role, name in layer.items()))
        found.setdefault(signature, []).append(layer)
    return found


def _plain(shape: Shape) -> Shape:
    return (*shape[:2], shape[3]) if len(shape) == 4 and shape[2] == 1 else shape


def by_map(shapes: Mapping[str, Shape], names: Mapping[str, str | None], target: str) -> Pairs:
    """Pair as a map says, from torch's names to MindSpore's; keep and list what it does not name.

    Args:
        shapes: name -> shape in the source.
        names: torch's name -> MindSpore's, None to leave it out.
        target: whose names are wanted.
    """
    made = Pairs()
    wanted: dict[str, list[str]] = {}
    for torch, theirs in names.items():
        if target == "mindspore":
            wanted.setdefault(torch, []).extend([theirs] if theirs is not None else [])
        elif theirs is not None:
            wanted.setdefault(theirs, []).append(torch)
    for name, shape in shapes.items():
        if name not in wanted:
            made.pairs.append((name, name, None))
            made.say("extra", name, f"kept; the map does not name it{_of(shape)}")
        elif not wanted[name]:
            made.say("dropped", name, "the map says so")
        made.pairs += [(name, other, None) for other in wanted.get(name, ())]
    for name, others in wanted.items():
        if name not in shapes:
            for other in others or [name]:
                made.say("missing", other, f"the map takes it from {name}, which is not there")
    return made


def by_model(shapes: Mapping[str, Shape], held: Iterable[Mapping[str, object]], target: str) -> Pairs:
    """Pair as a model's layers say.

    Args:
        shapes: name -> shape in the source.
        held: what the model holds: ``torch`` and ``mindspore``, its names; ``torch_shape``, ``mindspore_shape``.
        target: whose names are wanted.
    """
    source = "torch" if target == "mindspore" else "mindspore"
    rows = list(held)
    wanted: dict[str, list[tuple[str | None, Shape]]] = {}
    for row in rows:
        name = row[source]
        shape = row[f"{target}_shape"]
        assert isinstance(shape, (list, tuple))
        if name is not None:
            there = row[target]
            wanted.setdefault(str(name), []).append((None if there is None else str(there), tuple(shape)))
    made = Pairs()
    placed: set[str] = set()
    for name, shape in shapes.items():
        places = wanted.get(name)
        if places is None and split(name)[1] == COUNTER and target == "mindspore":
            places = [(None, ())]
        if places is None:
            made.pairs.append((name, name, None))
            made.say("extra", name, f"no place for it{_of(shape)}")
            continue
        for there, expected in places:
            if there is None:
                made.say("dropped", name, "MindSpore's normalization counts no batches")
            else:
                made.pairs.append((name, there, expected))
                placed.add(there)
    for name, places in wanted.items():
        for there, expected in places:
            if name not in shapes and there is not None and there not in placed:
                made.say("missing", there, f"nothing for it{_of(expected)}")
                placed.add(there)
    return made
