"""Both sides of one model: what each is asked, until there is a verdict with a reason."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sporeprint.convert import MODULE, Options, build, convert_bytes
from sporeprint.convert.project import outlines_below
from sporeprint.convert.symbols import Place
from sporeprint.prove import cause, judge
from sporeprint.prove.cause import Written
from sporeprint.prove.judge import Layer, ModeResult, Proof
from sporeprint.prove.optimizer import PLAIN, Optimizer
from sporeprint.prove.sides import Sides
from sporeprint.prove.subject import Subject
from sporeprint.prove.task import Task, Told

#: So many seeds are tried where nothing but gradients differ.
ATTEMPTS = 2
#: So many times torch's layers are nudged.
NUDGES = 3
#: The least by which a layer is nudged: one unit in the last place.
ULP = 1.2e-7


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a proof.

    Attributes:
        seed: of weights, inputs and random numbers.
        steps: so many optimizer steps are compared too.
        optimizer: which takes them.
        keep: the folder that gets the input of a layer that differs; None: none does.
    """

    seed: int = 0
    steps: int = 0
    optimizer: Optimizer = PLAIN
    keep: Path | None = None


def prove(
    subject: Subject,
    source: Path,
    converted: Path,
    sides: Sides,
    wanted: Wanted = Wanted(),
    told: Callable[[str], None] = lambda _: None,
) -> Proof:
    """Run the original and its conversion, and compare.

    Where the whole differs, each layer is run alone. Where then nothing but gradients differ, it is tried with other
    weights and inputs: an error of the conversion shows with all of them, and what only jumps at the kink of a relu
    does not.

    Args:
        subject: the model.
        source: folder of the original project.
        converted: folder of the converted one.
        sides: the processes that run them.
        wanted: what is asked for.
        told: called with what is done next.
    """
    began = time.monotonic()
    wanted = replace(
        wanted, steps=subject.steps or wanted.steps, optimizer=subject.optimizer or wanted.optimizer
    )
    written = Written(source.resolve(), converted.resolve())
    for attempt in range(ATTEMPTS):
        with tempfile.TemporaryDirectory(prefix="sporeprint-prove-") as scratch:
            seed = wanted.seed + attempt
            trial = _Trial(subject, written, sides, replace(wanted, seed=seed), Path(scratch), told)
            made = trial.prove()
            if made.verdict == "proven" or not made.may_be_chance or attempt == ATTEMPTS - 1:
                trial.explain(made)
                break
    made.seconds = time.monotonic() - began
    made.seed, made.steps = seed, wanted.steps
    made.ran = {"model": subject.construct, "inputs": subject.inputs, "call": subject.call}
    if wanted.steps:
        made.ran["optimizer"] = str(wanted.optimizer)
    return made


class _Trial:
    """One attempt, with one seed."""

    def __init__(
        self,
        subject: Subject,
        written: Written,
        sides: Sides,
        wanted: Wanted,
        scratch: Path,
        told: Callable[[str], None],
    ) -> None:
        self.subject, self.written, self.sides, self.wanted = subject, written, sides, wanted
        self.scratch, self.told = scratch, told
        self.original = Task(
            str(written.source), subject.construct, subject.inputs, subject.call, wanted.seed,
            steps=wanted.steps, optimizer=wanted.optimizer.code(),
        )  # fmt: skip
        self.conversion = self.original
        self.torch, self.mindspore = Told(), Told()
        self.alone = Told()

    def prove(self) -> Proof:
        """Run both sides whole, and where that proves nothing, each layer alone."""
        self.told("torch, in float32 and float64")
        self.torch = self.sides.ask("torch", replace(self.original, wide=True), self.scratch)
        if not self.torch.failed:
            self.told("MindSpore")
            self.original = replace(self.original, weights=self.torch.weights)
            self.conversion = self.converted(self.written.converted, self.written.fidelity)
            # a function has been run alone already: only so it has gradients
            first = replace(self.conversion, alone=self.torch.calls)
            self.mindspore = self.sides.ask("mindspore", first, self.scratch)
        made = judge.judge(self.subject.name, self.torch, self.mindspore)
        if made.failed:
            return made
        for name, mode in made.modes.items():
            mode.optimizer = self._optimizer(name, self.mindspore)
            if self.torch.calls:
                judge.judge_function(mode, self._layers(name, self.torch, self.mindspore))
        open_modes = {name: mode for name, mode in made.modes.items() if not mode.plain}
        if self.torch.classes and open_modes:
            self._alone(open_modes)
        return made

    def _optimizer(self, mode: str, mindspore: Told) -> Layer | None:
        return judge.judge_optimizer(self.wanted.optimizer.api, mode, self.torch, mindspore)

    def _layers(self, mode: str, torch: Told, mindspore: Told) -> list[Layer]:
        kernels = self.written.kernels(torch.classes)
        return judge.judge_layers(torch.calls[mode], torch, mindspore, mode, kernels)

    def converted(self, folder: Path, fidelity: str) -> Task:
        """Return the task for a converted project: what builds the model is converted as code of the project is."""
        construct = convert_construct(self.subject.construct, self.written.source, self.scratch, fidelity)
        return replace(
            self.original,
            folder=str(folder),
            construct=construct,
            tied=self.torch.tied,
            extra=str(self.scratch),
            optimizer=self.wanted.optimizer.converted(folder, self.scratch, fidelity)
            if self.wanted.steps
            else "",
            descents={mode: run.descents for mode, run in self.torch.runs.items()},
        )

    def _alone(self, modes: Mapping[str, ModeResult]) -> None:
        """Compare each layer alone; where none differs, see how far such errors move the whole in torch itself."""
        if self.torch.calls:
            self.alone, mindspore = self.torch, self.mindspore
        else:
            self.told("each layer alone: torch")
            original = replace(self.original, wide=True, alone={name: [] for name in modes}, steps=0)
            self.alone = self.sides.ask("torch", original, self.scratch)
            mindspore = Told()
            if not self.alone.failed:
                self.told("each layer alone: MindSpore")
                task = replace(self.conversion, alone={name: self.alone.calls[name] for name in modes})
                task = replace(task, steps=0, descents={})
                mindspore = self.sides.ask("mindspore", task, self.scratch)
            failed = self.alone.failed or mindspore.failed
            if failed:
                for mode in modes.values():
                    mode.stopped = f"no layer could be run alone: {failed.splitlines()[-1]}"
                return
        for name, mode in modes.items():
            mode.layers = self._layers(name, self.alone, mindspore)
            mode.place = cause.place(mode.alone, *(self._said(each) for each in (self.torch, self.mindspore)))
        steady = {name: mode for name, mode in modes.items() if mode.place is None and not mode.drawn}
        nudges = {
            name: {
                layer.name: (max(layer.error("value"), ULP), max(layer.error("gradient"), ULP))
                for layer in mode.layers or ()
                if not layer.unchecked
            }
            for name, mode in steady.items()
        }
        if steady:
            self.told("torch, nudged")
            task = replace(self.original, nudges=nudges, times=NUDGES)
            told = self.sides.ask("torch", task, self.scratch)
            for name, mode in steady.items():
                judge.judge_nudged(mode, self.torch, self.torch.runs[name], told.nudged.get(name, []))

    def _said(self, told: Told) -> dict[str, tuple[str, str]]:
        """Return what layers say of themselves; of the optimizer, its options."""
        options = ", ".join(f"{name}={value!r}" for name, value in told.options.items())
        return {**told.classes, judge.OPTIMIZER: (self.wanted.optimizer.api, options)}

    def explain(self, made: Proof) -> None:
        """Where a layer differs, find the expression, keep its input, and run the conversion again as written anew."""
        for name, mode in made.modes.items():
            if mode.place is None:
                continue
            place = mode.place
            if not place.layer.kind.startswith("torch."):
                self.told(f"each expression of {place.layer.name}")
                self._narrow(name, place)
            if self.wanted.keep is not None and place.layer is not mode.optimizer:
                call = next(each for each in self.alone.calls[name] if each.name == place.layer.name)
                place.saved = cause.keep(self.wanted.keep, self.subject.name, name, call, self.alone)
        open_modes = {name: mode for name, mode in made.modes.items() if mode.place is not None}
        if open_modes:
            self.told("as sporeprint writes it anew, in exact")
            self._again(open_modes)
        changed = self.written.changes() if made.failed.startswith("the conversion") else ""
        if changed:
            made.failed += f"\nIt is not as sporeprint writes it: {changed}"
        for mode in made.modes.values():
            changed = self.written.changes() if mode.verdict != "proven" and not mode.cause else ""
            if changed:
                mode.cause = f"not known; but the conversion is not as sporeprint writes it: {changed}"

    def _narrow(self, mode: str, place: judge.Place) -> None:
        watched = (place.layer.name,)
        sloped = place.layer.only_gradients
        original = replace(self.original, alone={mode: []}, watched=watched, sloped=sloped, steps=0)
        theirs = self.sides.ask("torch", original, self.scratch)
        conversion = replace(self.conversion, alone={mode: self.alone.calls[mode]})
        conversion = replace(conversion, watched=watched, sloped=sloped, steps=0, descents={})
        ours = self.sides.ask("mindspore", conversion, self.scratch)
        if theirs.failed or ours.failed:
            return
        torch, mindspore = (told.noted.get(mode, {}).get(place.layer.name, []) for told in (theirs, ours))
        if sloped:
            limit = max(line.limit for line in place.layer.lines if line.verdict == "different")
            place.original, place.conversion = judge.first_slope(torch, mindspore, max(limit, judge.RELATIVE))
        else:
            place.original, place.conversion = judge.first_expression(torch, mindspore)
        if place.original is not None:
            place.api = self.written.api_at(place.original)

    def _again(self, modes: Mapping[str, ModeResult]) -> None:
        """Tell an error of a kernel from one of the conversion, and either from a change by hand."""
        changed = self.written.changes()
        exact = self.written.anew("exact", self.scratch)
        task = replace(self.converted(exact, "exact"), alone={name: self.alone.calls[name] for name in modes})
        told = self.sides.ask("mindspore", task, self.scratch)
        for name, mode in modes.items():
            if told.failed:
                mode.cause = f"the exact conversion fails: {told.failed.splitlines()[-1]}"
                continue
            layers = self._layers(name, self.alone, told)
            layers += filter(None, [self._optimizer(name, told)])
            first = next((each for each in layers if each.verdict == "different"), None)
            if first is not None:
                where = first.name or "the model itself"
                mode.cause = f"a conversion error: the exact conversion differs too, at {where}"
            elif changed:
                mode.cause = (
                    "not the conversion's: as sporeprint writes the project anew, no layer differs. It was changed: "
                    f"{changed}"
                )
            else:
                mode.cause = (
                    "the accuracy of a kernel, or a declared difference: the exact conversion does not differ "
                    "(sporeprint convert --fidelity exact)"
                )


def convert_construct(code: str, source: Path, scratch: Path, fidelity: str) -> str:
    """Convert the statements that build the model, as if they stood in a file of the project."""
    options = Options(fidelity=fidelity)
    place = Place(outlines_below(source), str(source / "__prove__.py"))
    # What does not name torch is no file of the source framework's; the import goes again, since nothing uses it.
    named = f"import torch\n{code}\n".encode()
    found: Any = convert_bytes(named, "model", options, MODULE[options.to], place=place)
    text: str = found.data.decode()
    if found.adapters:
        module = f"for_the_model_{fidelity}"
        (scratch / f"{module}.py").write_text(
            build(found.adapters, options.to, options.fidelity), encoding="utf-8"
        )
        return text.replace(f"from {MODULE[options.to]} import", f"from {module} import")
    return text
