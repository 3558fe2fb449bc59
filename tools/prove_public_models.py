"""Convert and prove the models of a folder, and write ``docs/public_models.md``: a table of what came of each.

    python tools/prove_public_models.py FOLDER [--list MODELS.json] [--only NAME …]

FOLDER holds the project of each model in ``src/NAME``, and in ``NAME.toml`` what is run of it, as ``sporeprint prove
--models`` reads it. MODELS.json tells where they are from: ``{"models": [{"id", "repo", "commit"}, …]}``. Nothing of
theirs goes into the table but their names.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from sporeprint.convert import MODULE, Options, project
from sporeprint.convert.report import Report
from sporeprint.prove.both import prove
from sporeprint.prove.jit import compiled
from sporeprint.prove.judge import Proof
from sporeprint.prove.report import number
from sporeprint.prove.sides import Sides
from sporeprint.prove.subject import from_file
from sporeprint.prove.task import Compiled

DOCUMENT = Path(__file__).parent.parent / "docs" / "public_models.md"

_HEAD = """# Public models, converted and proven

Each is converted by `sporeprint convert` alone, nothing by hand, and run by `sporeprint prove` on {torch} and
{mindspore} on CPU, with small inputs and weights near those that its constructor draws. An error is the largest
difference as a part of the largest number in the tensor, over all outputs, or over the gradients of all parameters;
[prove.md](prove.md) says when a model is proven. The last column tells how each runs under `ms.jit`, with the same
results as without it: as one graph, or with `capture_mode="bytecode"` as several, between which Python runs; what
prevents one graph is said below. Seconds are of the clock, in one run on whatever machine it was; they
say which models are slow, not how slow. Written by `tools/prove_public_models.py`.

| model | verdict | evaluation: outputs | gradients | training: outputs | gradients | seconds | `ms.jit` |
|---|---|---|---|---|---|---|---|
"""


@dataclass
class Row:
    """What came of one model."""

    name: str
    proof: Proof
    compiled: Compiled
    left: list[str] = field(default_factory=list)
    place: str = ""

    @property
    def verdict(self) -> str:
        """The verdict, and what is left for a person to convert."""
        return f"{self.proof.verdict}, with something left" if self.left else self.proof.verdict

    def text(self, note: int | None) -> str:
        """Return its line of the table."""
        name = f"{self.name} ({self.place})" if self.place else self.name
        cells = [name, f"{self.verdict} [{note}]" if note else self.verdict]
        for mode in ("eval", "train"):
            made = self.proof.modes.get(mode)
            cells += [number(made.largest(kind)) if made else "" for kind in ("output", "gradient")]
        return f"| {' | '.join(cells)} | {self.proof.seconds:.0f} | {self.graphs} |\n"

    @property
    def graphs(self) -> str:
        """How it runs under ``ms.jit``."""
        found = self.compiled
        return {"compiles": "one graph", "in parts": f"{found.graphs} graphs"}.get(
            found.verdict, found.verdict
        )

    @property
    def note(self) -> str:
        """What is to be said beside the numbers."""
        parts = [f"left for a person: {', '.join(self.left)}"] if self.left else []
        if self.proof.failed:
            parts.append(_last(self.proof.failed))
        for name, mode in self.proof.modes.items():
            if mode.reason:
                parts.append(f"{'in training' if name == 'train' else 'in evaluation'}, {mode.reason}")
        if self.compiled.reason:
            # A library's own place is of the machine at hand.
            place = self.compiled.place.rpartition("site-packages/")[2]
            parts.append(f"as one graph: {self.compiled.reason} {f'({place})' if place else ''}".rstrip())
        return ". ".join(each[0].upper() + each[1:].rstrip(".") for each in parts) + "." if parts else ""


def _last(failed: str) -> str:
    """Return the line of a traceback that says what was wrong, and which side failed."""
    lines = [line.strip() for line in failed.splitlines()]
    said = next((line for line in reversed(lines) if "Error" in line.split(":")[0]), lines[-1])
    side = failed.partition(":")[0]
    return said if said.startswith(side) else f"{side}: {said}"


def row(name: str, folder: Path, sides: Sides) -> Row:
    """Convert and prove one model."""
    source = folder / "src" / name
    options = Options()
    with tempfile.TemporaryDirectory() as scratch:
        converted = Path(scratch, name)
        plan = project.plan([source], converted, False, MODULE[options.to])
        report: Report = project.run(plan, options, lambda *_: None)
        (subject,) = from_file(folder / f"{name}.toml")
        proof = prove(subject, source, converted, sides)
        graphs = compiled(subject, source, converted, sides)
    return Row(
        name, proof, graphs, list(dict.fromkeys(f"`{api}`" for (api, _, _), _ in report.by_frequency()))
    )


def main() -> None:
    """Carry out the command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--list", type=Path)
    parser.add_argument("--only", nargs="*", default=[])
    given = parser.parse_args()
    from_where = {}
    if given.list:
        for each in json.loads(given.list.read_text(encoding="utf-8"))["models"]:
            from_where[each["id"]] = (
                f"[{each['repo']}](https://github.com/{each['repo']}/tree/{each['commit']})"
            )
    rows = []
    with Sides() as sides:
        for path in sorted(given.folder.glob("*.toml")):
            if given.only and path.stem not in given.only:
                continue
            made = row(path.stem, given.folder, sides)
            made.place = from_where.get(path.stem, "")
            rows.append(made)
            print(made.name, made.verdict, made.note, file=sys.stderr, flush=True)
    versions = next(each.proof.versions for each in rows if all(each.proof.versions.values()))
    text = _HEAD.format(torch=f"PyTorch {versions['torch']}", mindspore=f"MindSpore {versions['mindspore']}")
    notes: list[str] = []
    for made in rows:
        if made.note:
            notes.append(made.note)
        text += made.text(len(notes) if made.note else None)
    proven = sum(each.proof.verdict == "proven" for each in rows)
    text += f"\n{proven} of {len(rows)} are proven"
    left = sum(bool(each.left) for each in rows)
    text += f"; in {left} something is left for a person.\n" if left else ".\n"
    fate = Counter(each.compiled.verdict for each in rows)
    text += f"\n{fate['compiles'] + fate['in parts']} compile under `ms.jit` and give the same results, "
    text += f"{fate['compiles']} of them as one graph.\n"
    text += "".join(f"\n[{place}] {note}\n" for place, note in enumerate(notes, 1))
    if given.only:
        print(text)
    else:
        DOCUMENT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
