"""What a difference comes from: what the project converted anew tells, and what kernels are known to err."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from sporeprint.convert import MODULE, Options, project
from sporeprint.convert.idioms import einops
from sporeprint.convert.report import Finding, Report
from sporeprint.prove.judge import Layer, Place
from sporeprint.prove.optimizer import modules_of
from sporeprint.prove.task import Call, Noted, Told
from sporeprint.verify import evidence

#: The distance of two neighbouring float32 numbers, as a part of them.
_ULP = 2.0**-23
#: However much a kernel is known to err, no more is allowed for it: what is measured beyond that, in units in the last
#: place of results that almost cancel, is no part of the largest number in a tensor.
_KERNEL = 2.5e-4
#: So many lines that were changed are shown.
_SHOWN = 5
#: A layer of torch's own.
_LAYER = re.compile(r"torch\.nn\.[A-Z]\w*")


@dataclass(slots=True)
class _Findings:
    """Keeps the fate of every use of torch's."""

    found: list[tuple[str, Finding]] = field(default_factory=list)

    def finding(self, path: str, finding: Finding) -> None:
        """Keep one."""
        self.found.append((str(Path(path).resolve()), finding))

    def finish(self, report: Report, differs: dict[str, dict[str, str]]) -> None:
        """There is nothing to close."""


@dataclass(frozen=True, slots=True)
class _Definition:
    """A class of the project's, or a function, which is named ``function()``: its lines, and the functions it calls."""

    name: str
    path: str
    start: int
    end: int
    called: tuple[str, ...]


@dataclass
class Written:
    """A project and its conversion, as files."""

    source: Path
    converted: Path

    @cached_property
    def fidelity(self) -> str:
        """The fidelity in which the project was converted, as its adapters say."""
        return next((each.fidelity for each in modules_of(self.converted)), "native")

    def anew(self, fidelity: str, scratch: Path) -> Path:
        """Convert the project into a folder of its own, which is returned."""
        folder = scratch / fidelity
        self._convert(folder, fidelity, _Findings())
        return folder

    def _convert(self, folder: Path | None, fidelity: str, writer: _Findings) -> dict[Path, bytes]:
        options = Options(fidelity=fidelity)
        made = project.plan([self.source], folder, False, MODULE[options.to])
        texts: dict[Path, bytes] = {}
        project.run(
            made, options, lambda job, _, outcome: texts.update({job.path: outcome.data}), writer=writer
        )
        return texts

    @cached_property
    def _uses(self) -> tuple[dict[Path, bytes], list[tuple[str, Finding]]]:
        writer = _Findings()
        texts = self._convert(None, self.fidelity, writer)
        return texts, [each for each in writer.found if each[1].api.startswith("torch.")]

    def changes(self) -> str:
        """Return the first lines that were changed, and how many more there are; "" if none was."""
        changed = self.changed()
        more = [f"and {len(changed) - _SHOWN} more"] if len(changed) > _SHOWN else []
        return "; ".join(changed[:_SHOWN] + more)

    def changed(self) -> list[str]:
        """Return the lines in which the conversion is not what is written today: file, line, and what stands there.

        The modules that a conversion adds, of adapters and for einops, are held against what they are written as.
        """
        wanted = {
            self.converted / path.relative_to(self.source): data.decode("utf-8", "replace")
            for path, data in sorted(self._uses[0].items())
        }
        found = []
        for each in modules_of(self.converted):
            written = each.written()
            if written is None:
                name = each.path.relative_to(self.converted)
                found.append(f"{name}:1: its list of adapters is another release's")
            else:
                wanted[each.path] = written
        for path in sorted(self.converted.rglob(f"{einops.MODULE}.py")):
            wanted[path] = einops.text().decode()
        for path, text in wanted.items():
            found += self._changed(path, text.splitlines())
        return found

    def _changed(self, path: Path, wanted: Sequence[str]) -> Iterator[str]:
        name = path.relative_to(self.converted)
        if not path.exists():
            yield f"{name}: the file is missing"
            return
        got = path.read_text(encoding="utf-8", errors="replace").splitlines()
        for tag, _, _, start, end in difflib.SequenceMatcher(None, wanted, got, False).get_opcodes():
            if tag != "equal":
                text = got[start].strip() if start < end else "(lines are missing here)"
                yield f"{name}:{start + 1}: {text}"

    def api_at(self, noted: Noted) -> str:
        """Return the API of torch's that an expression calls, "" if it calls none."""
        node = ast.parse(f"({noted.text})", mode="eval").body
        if not isinstance(node, ast.Call):
            return ""
        function = node.func
        called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        rows = noted.text.count("\n")
        within = [
            finding
            for path, finding in self._uses[1]
            if path == noted.file and noted.line <= finding.line <= noted.line + rows
        ]
        named = [each.api for each in within if each.api.rpartition(".")[2] == called]
        # under a name of the project's own, it is found where the expression starts
        renamed = [
            each.api for each in within
            if isinstance(function, ast.Name) and (each.line, each.column) == (noted.line, noted.column)
        ]  # fmt: skip
        return next(iter(named + renamed), "")

    def kernels(self, classes: Mapping[str, tuple[str, str]]) -> dict[str, float]:
        """Return what the kernels that a class of layers reaches are known to err, as a part of the result.

        Args:
            classes: path -> class of a layer, with what it says of itself; of a function, ``function()``.
        """
        kinds = {kind for kind, _ in classes.values()}
        found = {kind: self._error(kind) for kind in kinds if kind.startswith("torch.")}
        for kind in kinds & {each.name for each in self._definitions}:
            reached = self._reached(kind)
            used = {
                finding.api
                for where, finding in self._uses[1]
                for each in reached
                if where == each.path
                and each.start <= finding.line <= each.end
                and not _LAYER.fullmatch(finding.api)  # what it makes is compared alone
            }
            found[kind] = max(map(self._error, used), default=0.0)
        return found

    def _reached(self, kind: str) -> list[_Definition]:
        """Return the definitions of a class or function, and of the project's functions that they call."""
        reached: list[_Definition] = []
        waiting = [kind]
        while waiting:
            name = waiting.pop()
            for each in self._definitions:
                if each.name == name and each not in reached:
                    reached.append(each)
                    waiting += each.called
        return reached

    def _error(self, api: str) -> float:
        """Return the largest float32 error that was measured of the body that was written for an API."""
        path = evidence.path_of(api)
        record = evidence.read(path).get(api) if path.exists() else None
        legs = record.legs if record is not None else {}
        leg = legs.get(self.fidelity) or legs.get("native")
        return min(leg.ulps.get("float32", 0.0) * _ULP, _KERNEL) if leg is not None else 0.0

    @cached_property
    def _definitions(self) -> list[_Definition]:
        found = []
        for path in sorted(self._uses[0]):
            try:
                tree = ast.parse(path.read_bytes())
            except (SyntaxError, ValueError):
                continue
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef | ast.FunctionDef):
                    name = node.name if isinstance(node, ast.ClassDef) else f"{node.name}()"
                    called = {
                        f"{each.func.id}()"
                        for each in ast.walk(node)
                        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)
                    }
                    end = node.end_lineno or node.lineno
                    found.append(
                        _Definition(name, str(path.resolve()), node.lineno, end, tuple(sorted(called)))
                    )
        return found


def place(
    layers: Sequence[Layer],
    theirs: Mapping[str, tuple[str, str]],
    ours: Mapping[str, tuple[str, str]],
) -> Place | None:
    """Return where a difference starts: the first layer that differs alone.

    Args:
        layers: in the order in which their calls ended.
        theirs: path -> class of a layer of the original, with what it says of itself.
        ours: the same of the conversion.
    """
    differing = [layer for layer in layers if layer.verdict == "different"]
    if not differing:
        return None
    path = re.sub(r" \(call \d+\)$", "", differing[0].name)
    return Place(
        differing[0],
        [each.name for each in differing[1:]],
        theirs.get(path, ("", ""))[1],
        ours.get(path, ("", ""))[1],
    )


def keep(folder: Path, model: str, mode: str, call: Call, torch: Told) -> str:
    """Write what a layer is given and what it makes of it in the original, as numpy's ``.npz``; return the path."""
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w.]+", "-", f"{model}.{mode}.{call.name or 'model'}").strip("-")
    path = folder / f"{name}.npz"
    alone = torch.alone[mode][call.name]
    arrays = {f"input {place}": each for place, each in enumerate(call.inputs)}
    arrays.update(alone.values)
    arrays.update({f"gradient of {name}": each for name, each in alone.gradients.items()})
    start = f"{call.path}." if call.path else ""
    arrays.update({f"weight {name}": each for name, each in torch.weights.items() if name.startswith(start)})
    with path.open("wb") as stream:
        np.savez(stream, **arrays)
    return str(path)
