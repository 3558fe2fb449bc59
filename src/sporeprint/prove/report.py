"""What is said of proofs: in the terminal, as JSON, and what all forms share."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from sporeprint import __version__
from sporeprint.prove.judge import Layer, Line, ModeResult, Place, Proof
from sporeprint.prove.task import Noted

COLOURS = {"proven": "green", "different": "red", "inconclusive": "yellow", "failed": "red"}
KINDS = {
    "output": "outputs", "gradient": "gradients", "buffer": "buffers", "loss": "losses",
    "weight": "weights after the steps",
}  # fmt: skip
#: So many of the lines of a kind are shown; HTML and JSON have all of them.
_SHOWN = 6


@dataclass(slots=True)
class Node:
    """A layer with those inside it.

    Attributes:
        label: the last part of its path.
        name: its path, with the number of the call from the second on.
        whole: what it gave within the whole.
        alone: what it computed alone, None where that was not tried.
        inside: the layers inside, and its further calls.
    """

    label: str
    name: str
    whole: Line | None = None
    alone: Layer | None = None
    inside: dict[str, Node] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """Its own verdict: alone where that was tried, "" where nothing was compared."""
        if self.alone is not None:
            return self.alone.verdict
        return self.whole.verdict if self.whole is not None else ""

    @property
    def is_open(self) -> bool:
        """Whether something in it is not proven."""
        return self.verdict not in ("", "proven") or any(each.is_open for each in self.inside.values())


def layers_of(mode: ModeResult) -> Node | None:
    """Return the layers as they lie in one another; None where there are none."""
    root = Node("the model", "")
    alone = {layer.name: layer for layer in mode.layers or ()}
    whole = {line.name: line for line in mode.whole}
    if not alone and not whole:
        return None
    for name in [*whole, *(each for each in alone if each not in whole)]:
        path, _, call = name.partition(" (")
        node = root
        reached: list[str] = []
        for part in filter(None, path.split(".")):
            reached.append(part)
            node = node.inside.setdefault(part, Node(part, ".".join(reached)))
        if call:
            node = node.inside.setdefault(f"({call}", Node(f"({call}", name))
        node.whole, node.alone = whole.get(name), alone.get(name)
    return root


def number(value: float) -> str:
    """Write an error."""
    return "0" if not value else f"{value:.1e}" if math.isfinite(value) else "infinite"


def where(noted: Noted) -> str:
    """Write where an expression stands."""
    return f"{Path(noted.file).name}:{noted.line}:{noted.column}"


def said_of(line: Line) -> str:
    """Return what is to be said of one tensor."""
    if line.note:
        return line.note
    moved = "" if line.moved is None else f", torch moves by {number(line.moved)}"
    return f"error {number(line.error)}, allowed {number(line.limit)}{moved}"


def said_of_place(place: Place) -> Iterator[tuple[str, str]]:
    """Yield what is to be said of where a difference starts: a word, and a text."""
    layer = place.layer
    yield "layer", f"{layer.name or 'the model itself'}: {layer.kind}"
    worst = [line for line in layer.lines if line.verdict == "different"]
    for line in worst[:2]:
        yield (
            "alone",
            f"{line.kind} of {line.name}: {said_of(line)}"
            if line.kind == "gradient"
            else f"{line.name}: {said_of(line)}",
        )
    if place.others:
        shown = ", ".join(place.others[:4])
        yield "also", f"{shown}{f' and {len(place.others) - 4} more' if len(place.others) > 4 else ''}"
    for word, noted, text in (
        ("original", place.original, place.theirs),
        ("conversion", place.conversion, place.ours),
    ):
        if noted is not None:
            yield word, f"{where(noted)}  {' '.join(noted.text.split())}"
        elif text:
            yield word, " ".join(text.split())
    api = place.api or (layer.kind if layer.kind.startswith("torch.") else "")
    if api:
        yield "counterpart", f"sporeprint diff {api}"
    if place.saved:
        yield "input", place.saved


def said_of_optimizer(layer: Layer) -> str:
    """Return what is to be said of the optimizer alone."""
    others = ", ".join(line.name for line in layer.lines if line.kind == "option")
    return (
        f"{layer.kind} alone: largest error {number(layer.error('step'))}{others and f', another {others}'}"
    )


def tree(proof: Proof, layers: bool = False) -> Tree:
    """Return what is printed of one model.

    Args:
        proof: what came of it.
        layers: whether each layer's errors are printed too.
    """
    made = Tree(f"{_verdict(proof.verdict)} [bold]{escape(proof.name)}[/] [dim]{proof.seconds:.0f} s[/]")
    if proof.failed:
        made.add(escape(proof.failed))
    for name, mode in proof.modes.items():
        branch = made.add(f"{_verdict(mode.verdict)} {name}")
        if mode.reason:
            branch.add(escape(mode.reason))
        if mode.place is not None:
            place = branch.add("[bold]where it starts[/]")
            for word, text in said_of_place(mode.place):
                place.add(f"[dim]{word}[/] {escape(text)}")
        if mode.cause:
            branch.add(f"[bold]cause[/] {escape(mode.cause)}")
        for kind, plural in KINDS.items():
            lines = [line for line in mode.lines if line.kind == kind]
            if not lines:
                continue
            what = f"{len(lines)} {plural if len(lines) > 1 else kind}"
            node = branch.add(f"{what}: largest error {number(mode.largest(kind))}")
            left = [each for each in lines if each.verdict != "proven"]
            for line in left[:_SHOWN] if mode.verdict != "proven" else []:
                node.add(f"[{COLOURS[line.verdict]}]{escape(line.name)}[/] {escape(said_of(line))}")
        if mode.optimizer is not None:
            branch.add(said_of_optimizer(mode.optimizer))
        root = layers_of(mode) if layers else None
        if root is not None:
            _add_layers(branch.add("layers [dim](error in the whole · alone)[/]"), root)
    return made


def _add_layers(branch: Tree, node: Node) -> None:
    colour = COLOURS.get(node.verdict, "dim")
    whole = number(node.whole.error) if node.whole is not None else ""
    alone = ""
    if node.alone is not None:
        alone = f" · {escape(node.alone.unchecked) or number(node.alone.error('value', 'gradient'))}"
    here = branch.add(f"[{colour}]{escape(node.label)}[/] [dim]{whole}{alone}[/]")
    for each in node.inside.values():
        _add_layers(here, each)


def _verdict(verdict: str) -> str:
    return f"[bold {COLOURS[verdict]}]{verdict}[/]"


def table(proofs: list[Proof]) -> Table:
    """Return the table of several models."""
    made = Table("model", "verdict", "output", "gradient", "seconds")
    for proof in proofs:
        made.add_row(
            escape(proof.name), _verdict(proof.verdict), largest(proof, "output"), largest(proof, "gradient"),
            f"{proof.seconds:.0f}",
        )  # fmt: skip
    return made


def largest(proof: Proof, kind: str) -> str:
    """Return the largest error of a kind in any mode."""
    return number(max(mode.largest(kind) for mode in proof.modes.values())) if proof.modes else ""


def data(proof: Proof) -> dict[str, Any]:
    """Return what the JSON report says of one model: infinite errors are null."""
    return {
        "sporeprint": __version__,
        "name": proof.name,
        "verdict": proof.verdict,
        "failed": proof.failed,
        "seconds": round(proof.seconds, 1),
        "seed": proof.seed,
        "steps": proof.steps,
        "versions": proof.versions,
        "ran": proof.ran,
        "modes": {
            name: {
                "verdict": mode.verdict,
                "reason": mode.reason,
                "cause": mode.cause,
                "place": _place(mode.place),
                "compared": [_data(line) for line in mode.lines],
                "whole": [_data(line) for line in mode.whole],
                "layers": None if mode.layers is None else [_layer(each) for each in mode.layers],
                "optimizer": None if mode.optimizer is None else _layer(mode.optimizer),
            }
            for name, mode in proof.modes.items()
        },
    }  # fmt: skip


def _layer(layer: Layer) -> dict[str, Any]:
    return {
        "name": layer.name,
        "class": layer.kind,
        "verdict": layer.verdict,
        "unchecked": layer.unchecked,
        "compared": [_data(line) for line in layer.lines],
    }


def _place(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {
        "layer": place.layer.name,
        "class": place.layer.kind,
        "others": place.others,
        "original": _noted(place.original) or place.theirs,
        "conversion": _noted(place.conversion) or place.ours,
        "api": place.api or (place.layer.kind if place.layer.kind.startswith("torch.") else ""),
        "input": place.saved,
    }


def _noted(noted: Noted | None) -> dict[str, Any] | None:
    if noted is None:
        return None
    return {"file": noted.file, "line": noted.line, "column": noted.column, "text": noted.text}


def _data(line: Line) -> dict[str, Any]:
    finite = {
        key: value if not isinstance(value, float) or math.isfinite(value) else None
        for key, value in asdict(line).items()
    }
    return {**finite, "verdict": line.verdict, "explained": line.explained}
