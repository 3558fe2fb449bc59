"""What the child does: every leg of every sample of one API, compared.

A leg is a way to call what is measured: a body of its counterpart, the text that the converter writes for the call, or
a function of the other framework. Each step is announced to the parent (:mod:`sporeprint.verify.measure`) before it is
taken.
"""

from __future__ import annotations

import contextlib
import inspect
import itertools
import math
import pickle
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sporeprint.counterpart import Counterpart
from sporeprint.verify.chance import CONSTANT, compare_gradients, compare_runs, runs_needed
from sporeprint.verify.chance import FEWEST as FEWEST_RUNS
from sporeprint.verify.compare import (
    EXACT,
    FORMATS,
    GRADIENT,
    NOTHING,
    VALUE,
    Array,
    Bound,
    Group,
    Outcome,
    Raised,
    Value,
    Verdict,
    compare_outcomes,
)
from sporeprint.verify.freedom import has_phases, in_gauge, means_nothing
from sporeprint.verify.measure import Announced, Ended, Finding, Memory, Request, Step
from sporeprint.verify.modules import FEWEST, compare_modules, how_often, paired, shapes
from sporeprint.verify.sample import array, cast, nudge, nudged
from sporeprint.verify.words import COMMON, DTYPES, LEGS

if TYPE_CHECKING:
    # These import torch, which the parent of a measuring process does not need.
    from sporeprint.verify.evidence import Divergence
    from sporeprint.verify.frameworks import Side, State
    from sporeprint.verify.sample import Sample

#: After so many differences of one kind that do not come from memory that was not written, the next are not asked.
WRITTEN = 2

#: Is left in MindSpore's memory before each call on empty tensors, so that what it does not write shows each time.
LEFT = 3.25
#: In pieces of these sizes, since results are small.
SMALL = (128, 256)

#: Of one class, what it starts with is looked at for so many ways to make it; for fewer if it has fewer samples.
STARTS, FEWER_STARTS = 6, 2
#: Of a random API, so many samples are compared by distribution, of at most so many elements if there are such; all
#: but the first in so many runs.
SAMPLES_AT_RANDOM = 6
MOST_AT_RANDOM = 1000
FEWER_RUNS = 100

#: Ways to call an API that are tried to find out whether it gives random results.
CALLS_TRIED = 10


class _Direct(NamedTuple):
    """A function of the other framework that is called in place of the API, and what tells how."""

    function: Callable[..., Any]
    sources: list[inspect.Signature]
    signature: inspect.Signature | None


class _Case(NamedTuple):
    """A sample and its number; of a class what its state is set to, and whether it is looked at what it starts with."""

    number: int
    sample: Sample
    state: State | None
    start: bool = False


class Measuring:
    """The run of one API."""

    def __init__(
        self, messages: Connection, request: Request, memory: Memory, announced: Announced, counterpart: Any
    ) -> None:
        from sporeprint.verify import calls, frameworks, known, oracle, reproduce, samples, signatures, texts

        self.calls, self.frameworks, self.reproduce, self.texts = calls, frameworks, reproduce, texts
        self.messages, self.request, self.memory, self.announced = messages, request, memory, announced
        self.counterpart = counterpart
        torch, mindspore = frameworks.Torch(), frameworks.MindSpore(request.device)
        self.from_torch = request.api.startswith("torch.")
        self.source: Side = torch if self.from_torch else mindspore
        self.other: Side = mindspore if self.from_torch else torch
        self.target = signatures.resolve(request.api)
        limits = oracle.Limits(*request.limits) if request.limits else oracle.LIMITS
        dtypes = request.dtypes or DTYPES
        self.known = known.Known.open(request.cache if self.from_torch else "", (request.api, dtypes, limits))
        if self.known.drawn is None:
            self.known.drawn = samples.draw(request.api, dtypes, limits)
        self.drawn = self.known.drawn
        # Empty ones last: differentiating ops.softmax of an empty tensor once makes later gradients of other
        # tensors in the same process wrong.
        self.samples = sorted(self.drawn.samples, key=lambda sample: "empty" in sample.conditions)
        self.direct: dict[str, _Direct] = {}
        self.missing: list[str] = []
        for leg in request.legs:
            if leg not in LEGS:
                try:
                    self.direct[leg] = self._direct(leg)
                except (AttributeError, ImportError):
                    self.missing.append(leg)
        self.converted: dict[tuple[str, str], Callable[..., Any]] = {}
        self.seen: Counter[tuple[Any, ...]] = Counter()
        #: What is left in MindSpore's memory before each step, if anything.
        self.left: float | None = None
        #: How often a kind of difference turned out not to come from memory that was not written.
        self.written: Counter[tuple[Any, ...]] = Counter()
        # Whether the API gives random results, and whether the sample at hand does; `steep`: then gradients are wanted.
        self.is_random = self.random = self.steep = False
        # Whether the same call is run again and again.
        self.again = False
        self.by_chance: list[int] = []
        self.runs: dict[int, list[Outcome]] = {}
        self.starting = self._starting()

    def run(self) -> None:
        """Take all steps, sending each before it is taken, and the findings of each sample after it."""
        if not any(self._has(leg) for leg in self.request.legs):
            # The other framework lacks it, and there is no counterpart: nothing to compare.
            self.messages.send(Ended(self.drawn.left_out, tuple(self.missing), {}, {}))
            return
        self.is_random = self.random = self._is_random(self.samples)
        if self.is_random:
            self.by_chance = self._chosen()
        findings = list(self.memory.findings)
        for number, sample in enumerate(self.samples):
            if number >= self.memory.next:
                found = self._sample(number, sample)
                findings += found
                self.messages.send(found)
        self.known.close()
        scripts = self._scripts(findings) if self.request.scripts else {}
        speed = self._speed() if self.request.speed else {}
        self.messages.send(Ended(self.drawn.left_out, tuple(self.missing), scripts, speed))

    def _scripts(self, findings: list[Finding]) -> dict[tuple[str, str, str], str]:
        """Write programs that show the divergences, with numbers as simple as they can be."""
        from sporeprint.verify.evidence import divergences

        numbers = {sample.name: number for number, sample in enumerate(self.samples)}
        written = {}
        for each in divergences(findings):
            number = numbers[each.sample]
            case = _Case(
                number,
                self.samples[number],
                self._state(number, self.samples[number]),
                each.kind == "initial",
            )
            simple = () if each.level == "dies" else self.reproduce.simpler(case.sample)
            for sample in (*simple, case.sample):
                tried, shown = case._replace(sample=sample), each
                source = candidate = Outcome(None)
                if each.level != "dies":
                    source, candidate, verdicts = self._judge(tried, each.leg)
                    alike = [v for v in verdicts if (v.kind, v.level) == (each.kind, each.level)]
                    if not alike:
                        continue
                    shown = replace(each, path=alike[0].path)
                roles = paired(shapes(source.state), shapes(candidate.state))
                written[each.key] = self._script(tried, shown, source, roles)
                break
        return written

    def _judge(self, case: _Case, leg: str) -> tuple[Outcome, Outcome, tuple[Verdict, ...]]:
        self._settle(case)
        source = self._run_source(case)
        terms = {} if isinstance(source.value, Raised) else self._terms(case, source)
        return source, *self._verdicts(case, leg, source, terms)

    def _script(self, case: _Case, divergence: Divergence, outcome: Outcome, roles: Mapping[str, str]) -> str:
        sample = case.sample
        if divergence.leg.endswith(" text"):
            return ""
        if divergence.leg in self.direct:
            direct = self.direct[divergence.leg]
            # What has no place there is passed as it is: the function then says so itself.
            with contextlib.suppress(self.calls.NoPlaceError):
                sample = self.calls.directly(sample, direct.sources, direct.signature)
            function, imports = self.reproduce.spelled(divergence.leg), tuple[str, ...]()
        else:
            function, imports = self.reproduce.spelled_ours(self.counterpart, divergence.leg)
        source = self.reproduce.Part(
            self.source.name, self.reproduce.spelled(self.request.api), (), case.sample
        )
        candidate = self.reproduce.Part(self.other.name, function, imports, sample)
        return self.reproduce.script(source, candidate, divergence.kind, divergence.path, outcome, roles)

    def _speed(self) -> dict[str, float]:
        """Compare the time of the largest sample of the common domain; medians, taken in turns."""
        plain = [
            _Case(number, sample, None)
            for number, sample in enumerate(self.samples)
            if sample.conditions <= COMMON and "," not in sample.name
        ]
        if not plain:
            return {}
        case = max(plain, key=lambda case: case.sample.size)
        case = case._replace(state=self._state(case.number, case.sample))
        self._announce(Step(case.number, "source", "speed", case.sample.conditions))
        sides: dict[str, Callable[[], Any]] = {}
        for leg in ("source", *self.request.legs):
            if leg != "source" and (leg.endswith(" text") or not self._has(leg)):
                continue
            found = self._prepared(case, leg)
            if found is not None:
                sides[leg] = found
        times: dict[str, list[float]] = {leg: [] for leg in sides}
        for _ in range(9):
            for leg, call in sides.items():
                began = time.perf_counter()
                call()
                times[leg].append(time.perf_counter() - began)
        medians = {leg: sorted(taken)[len(taken) // 2] for leg, taken in times.items()}
        own = medians.pop("source", 0.0)
        return {leg: taken / own for leg, taken in medians.items()} if own else {}

    def _prepared(self, case: _Case, leg: str) -> Callable[[], Any] | None:
        """Get everything ready for one call; None where it fails."""
        side = self.source if leg == "source" else self.other
        try:
            called = (self.target, case.sample) if leg == "source" else self._called(leg, case.sample)
            function, sample = called
            inputs = {name: side.tensor(tensor) for name, tensor in sample.tensors().items()}
            made = self.frameworks.instance(side, function, sample, case.state)
            args, kwargs = self.frameworks.native_arguments(side, sample.call, inputs)

            def call() -> Any:
                return made(*args, **kwargs)

            call()
        except Exception:
            return None
        return call

    def _sample(self, number: int, sample: Sample) -> list[Finding]:
        state = self._state(number, sample)
        case = _Case(number, sample, state, start=bool(state) and number in self.starting)
        self._settle(case)
        source = self._run_source(case)
        words = {"error"} if isinstance(source.value, Raised) else set()
        if any(not each.data.size for each in self.frameworks.tensors(source.value)):
            words.add("empty")
        if self.random:
            words.add("random")
        conditions = sample.conditions | words
        terms = {} if isinstance(source.value, Raised) else self._terms(case, source)
        call = self.calls.write(self.request.api, sample).source.split("return ")[1].strip()
        findings = []
        for leg in self.request.legs:
            if self._has(leg) and not ("text" in leg and self._seen_enough(leg, sample)):
                candidate, verdicts = self._verdicts(case, leg, source, terms)
                # What is not a body of the counterpart is asked once, which shows whether it does the same at all.
                asked = self.by_chance if leg in ("native", "exact") else self.by_chance[:1]
                if self.random and number in asked and not isinstance(candidate.value, Raised):
                    verdicts += self._compare_runs(case._replace(start=False), leg)
                shown = {"uninitialised"} if self._is_uninitialised(case, leg, source, verdicts) else set()
                left = isinstance(candidate.value, Raised) and (
                    candidate.value.type == "LeftAloneError" or " is refused: " in candidate.value.message
                )
                findings.append(
                    Finding(sample.name, leg, conditions | shown, verdicts, call, left, sample.size)
                )
                if "text" in leg and sample.conditions <= COMMON and not isinstance(candidate.value, Raised):
                    for verdicts in self._with_effects(case, leg, source, terms):
                        findings.append(
                            Finding(sample.name, leg, conditions, verdicts, call, False, sample.size)
                        )
        return findings

    def _with_effects(
        self, case: _Case, leg: str, source: Outcome, terms: dict[str, Any]
    ) -> Iterator[tuple[Verdict, ...]]:
        """Run the call's text once more for arguments whose evaluation has an effect, the first time it is seen."""
        if self.seen[self._text_key(leg, case.sample)] > 1:
            return
        # Gradients were compared.
        case, source = case._replace(start=False), replace(source, gradients=None)
        for effects in ("tensors", "all"):
            candidate = self._candidate(case, leg, source, effects)
            if not (isinstance(candidate.value, Raised) and candidate.value.type == "LeftAloneError"):
                yield self._compare(case.sample, source, candidate, terms)

    def _is_uninitialised(
        self, case: _Case, leg: str, source: Outcome, verdicts: tuple[Verdict, ...]
    ) -> bool:
        """Whether MindSpore's side of a difference holds memory that it has not written.

        It does if the same call gives other numbers after this or that was left in freed memory.
        """
        wrong = [each for each in verdicts if not (each.same or each.accuracy)]
        # Special values explain many differences, and each question takes time.
        special = case.sample.conditions & {"nan", "inf"}
        if self.random or special or not {each.kind for each in wrong} & {"value", "gradient"}:
            return False
        if leg in self.direct and "empty" not in case.sample.conditions:
            return False
        if case.sample.parameters:
            # An optimizer's result is what it has written; to ask would take it many more steps.
            return False
        # A body and its text read the same memory; what was asked and settled twice is so for all alike.
        asked = (
            leg.split(" ", maxsplit=1)[0],
            case.sample.conditions,
            tuple(sorted(each.kind for each in wrong)),
        )
        if self.written[asked] >= WRITTEN:
            return False
        case = case._replace(start=False)
        found = set()
        try:
            for self.left in (None, 1.0, -7.0, 0.0, math.inf, math.nan):
                run = self._candidate(case, leg, source) if self.from_torch else self._run_source(case)
                found.add(pickle.dumps((run.value, run.gradients)))
                if len(found) > 1:
                    return True
        finally:
            self.left = None
        self.written[asked] += 1
        return False

    def _leave(self, side: Side, of_nothing: bool) -> list[Any]:
        """Leave in memory what is to be left there; what comes back is held while the step is taken.

        A sum over nothing is often not written: such a step, and only such a one, finds LEFT there.
        """
        if side.name != "mindspore":
            return []
        if self.left is not None:
            return self.frameworks.leave_in_memory(self.left)
        return self.frameworks.leave_in_memory(LEFT, SMALL) if of_nothing else []

    def _run_source(self, case: _Case) -> Outcome:
        return self._outcome(case, "source", self.source, self.target)

    def _candidate(self, case: _Case, leg: str, source: Outcome, effects: str = "") -> Outcome:
        try:
            function, said = self._called(leg, case.sample)
        except self.calls.NoPlaceError as error:
            return Outcome(Raised("TypeError", str(error)))
        if "text" in leg:
            text = self.calls.write(self.request.api, case.sample, effects)
            key = (leg, text.source)
            if key not in self.converted:
                try:
                    fidelity = leg.removesuffix(" text")
                    self.converted[key] = self.texts.convert_and_load(text, self.other.name, fidelity)
                except self.texts.LeftAloneError as reason:
                    return Outcome(Raised("LeftAloneError", str(reason)))
                except Exception as error:
                    return Outcome(Raised(type(error).__name__, f"in the written text: {error}"))
            function = self.calls.as_target(self.converted[key], self.other.tensor_type, text.effects)
        return self._outcome(case._replace(sample=said), leg, self.other, function, source)

    def _called(self, leg: str, sample: Sample) -> tuple[Callable[..., Any], Sample]:
        """Tell what a leg calls (of a text, what the text stands for), and the sample in its words.

        Raises:
            NoPlaceError: the function of the other framework has no parameter for an argument.
        """
        if leg in self.direct:
            direct = self.direct[leg]
            return direct.function, self.calls.directly(sample, direct.sources, direct.signature)
        exact = leg == "exact" and isinstance(self.counterpart, Counterpart)
        return self.counterpart.exact if exact else self.counterpart, sample

    def _direct(self, leg: str) -> _Direct:
        from sporeprint.verify.signatures import NoSignatureError, resolve, signatures_of

        target = resolve(leg)
        # A method of the same name is what a call says that is not edited.
        as_it_is = ".Tensor." in leg and leg.rpartition(".")[2] == self.request.api.rpartition(".")[2]
        try:
            there = None if as_it_is else signatures_of(leg)[0]
            here = signatures_of(self.request.api)
        except NoSignatureError:
            there, here = None, []
        return _Direct(target, here, there)

    def _seen_enough(self, leg: str, sample: Sample) -> bool:
        key = self._text_key(leg, sample)
        self.seen[key] += 1
        return 0 < self.request.repeats < self.seen[key]

    def _text_key(self, leg: str, sample: Sample) -> tuple[Any, ...]:
        """What makes a text worth running: with tensors of other ranks it may do something else."""
        ranks = (tensor.array.data.ndim for tensor in sample.tensors().values())
        return (leg, self.calls.write(self.request.api, sample).source, *ranks)

    def _has(self, leg: str) -> bool:
        if leg not in LEGS:
            return leg in self.direct
        if leg.startswith("exact") and isinstance(self.counterpart, Counterpart):
            return self.counterpart.exact is not self.counterpart.native
        return self.counterpart is not None and (leg.startswith("native") or leg == "exact text")

    def _state(self, number: int, sample: Sample) -> State | None:
        """Read the state that the source's module starts with; both sides are given it."""
        if sample.constructor is None:
            return None
        try:
            self._announce(Step(number, "source", "state", sample.conditions))
            self.source.seed(0)
            made = self.frameworks.instance(self.source, self.target, sample, None)
            return self.frameworks.read_state(self.source, made)
        except Exception:
            # The run of the source shows the same exception, and compares it.
            return None

    def _starting(self) -> frozenset[int]:
        """Choose the samples with which it is looked at what a class starts with: each makes it in another way."""
        made: dict[bytes, int] = {}
        for number, sample in enumerate(self.samples):
            # Where the input holds indices, only the parameters are of floating point.
            if sample.constructor is not None and not sample.dtypes & (FORMATS.keys() - {"float32"}):
                made.setdefault(pickle.dumps(sample.constructor), number)
        return frozenset(itertools.islice(made.values(), FEWER_STARTS if self.request.limits else STARTS))

    def _outcome(
        self, case: _Case, leg: str, side: Side, function: Callable[..., Any], source: Outcome | None = None
    ) -> Outcome:
        """Run and differentiate; a candidate only where the source has gradients to compare with."""
        if side is self.source and not self.random:
            return self.known.outcome(
                case.number, leg, case.sample, lambda: self._run(case, leg, side, function, source)
            )
        return self._run(case, leg, side, function, source)

    def _run(
        self, case: _Case, leg: str, side: Side, function: Callable[..., Any], source: Outcome | None
    ) -> Outcome:
        step = Step(case.number, leg, "value", case.sample.conditions)
        known = self._announce(step)
        held = self._leave(side, "empty" in case.sample.conditions)
        outcome = Outcome(known) if known else self._once(side, function, case)
        if case.start and " text" not in leg and not isinstance(outcome.value, Raised):
            known = self._announce(replace(step, phase="initial"))
            outcome = replace(outcome, initial=known or self._initial(side, function, case.sample, source))
        if isinstance(outcome.value, Raised) or (self.random and not self.steep):
            return outcome
        if source is not None and (source.gradients is None or isinstance(source.value, Raised)):
            return outcome
        known = self._announce(replace(step, phase="gradient"))
        if has_phases(self.request.api):
            function = self.frameworks.without_phases(side, function)
        nothing = any(not each.data.size for each in self.frameworks.tensors(outcome.value))
        held = self._leave(side, nothing or "empty" in case.sample.conditions)
        found = known or self.frameworks.differentiate(side, function, case.sample, outcome.value, case.state)
        del held
        return replace(outcome, gradients=found)

    def _once(self, side: Side, function: Callable[..., Any], case: _Case) -> Outcome:
        return self.frameworks.run(side, function, case.sample, case.state, write=not self.again)

    def _initial(
        self, side: Side, function: Callable[..., Any], sample: Sample, source: Outcome | None
    ) -> Mapping[str, tuple[Array, ...]] | Raised | None:
        """Look at what a module starts with; a candidate's as often as the source's."""
        if source is not None:
            if not isinstance(source.initial, Mapping):
                return None
            times = len(next(iter(source.initial.values())))
            return self.frameworks.initial_values(side, function, sample, times)
        few = self.frameworks.initial_values(side, function, sample, FEWEST)
        times = FEWEST if isinstance(few, Raised) else how_often(few)
        return few if times == FEWEST else self.frameworks.initial_values(side, function, sample, times)

    def _announce(self, step: Step) -> Raised | None:
        known = self.memory.outcome(step)
        if known is None:
            self.announced.write(step)
        return known

    def _terms(self, case: _Case, source: Outcome) -> dict[str, Any]:
        """Find a result of higher precision or, for float64, the source's error one precision down."""
        if self.request.api in EXACT:
            return {"value_bound": NOTHING}
        terms: dict[str, Any] = {"scale": case.sample.scale}
        if case.sample.parameters:
            # Updates are small against gradients, and what is left of a parameter after its start is subtracted is a
            # sum of terms that cancel.
            terms = {"scale": 0.0, "value_bound": GRADIENT}
        bound = terms.get("value_bound", VALUE)
        if self.random:
            return terms
        # What inputs changed by one unit in the last place do to a result, no one can be blamed for.
        state = case.state and {name: nudged(held) for name, held in case.state.items()}
        beside = _Case(case.number, nudge(case.sample), state)
        near = self._outcome(beside, "source nudged", self.source, self.target)
        own = [own_error(in_gauge(self.request.api, case.sample, source, near), source, bound)]
        if case.sample.dtypes & {"float16", "bfloat16", "float32"}:
            terms["reference"] = self._reference(self._in("float64", case), source)
        if "float64" in case.sample.dtypes:
            narrow = self._in("float32", case)
            rough = self._outcome(narrow, "source in float32", self.source, self.target)
            own.append(own_error(rough, self._reference(self._in("float64", narrow), rough), bound))
        terms["own_ulps"], terms["own_gradient_ulps"] = map(max, zip(*own, strict=True))
        return terms

    def _in(self, dtype: str, case: _Case) -> _Case:
        state = case.state and {
            name: array(each.data, dtype) if each.dtype in FORMATS else each
            for name, each in case.state.items()
        }
        return _Case(case.number, cast(case.sample, dtype), state)

    def _reference(self, case: _Case, of: Outcome) -> Outcome:
        """Run PyTorch in float64; MindSpore's float64 has float32 accuracy on the CPU."""
        if self.from_torch:
            fine = self._outcome(case, "source in float64", self.source, self.target)
        else:
            fine = self._outcome(case, "counterpart in float64", self.other, self.counterpart)
        return in_gauge(self.request.api, case.sample, of, fine)

    def _compare(
        self, sample: Sample, source: Outcome, candidate: Outcome, terms: dict[str, Any]
    ) -> tuple[Verdict, ...]:
        if self.random:
            source, candidate = without_numbers(source), without_numbers(candidate)
        reference, scale = terms.get("reference"), terms.get("scale", 0.0)
        of_modules = compare_modules(source, candidate, reference=reference, scale=scale)
        fixed = in_gauge(self.request.api, sample, source, candidate)
        return (*compare_outcomes(source, fixed, **terms), *of_modules)

    def _verdicts(
        self, case: _Case, leg: str, source: Outcome, terms: dict[str, Any]
    ) -> tuple[Outcome, tuple[Verdict, ...]]:
        """Run a leg and compare it."""
        for _ in range(CONSTANT):
            candidate = self._candidate(case, leg, source)
            verdicts = self._compare(case.sample, source, candidate, terms)
            unequal = {each.kind for each in verdicts if not (each.same or each.raised)}
            if not self.is_random or self.random or not unequal & {"value", "gradient", "mutation"}:
                break
            # Of a random API, even one that gave the same again and again, it counts only if it is always so.
        return candidate, verdicts

    def _settle(self, case: _Case) -> None:
        """Find out whether this sample's results are random; those of ``dropout(p=0)`` are not."""
        self.random = self.is_random
        if self.is_random:
            self.source.seed(case.number)
            self.other.seed(case.number)
            self.random = not self._is_constant(case)

    def _is_constant(self, case: _Case) -> bool:
        self.steep = self.again = True
        case = case._replace(start=False)
        first = self._run_source(case)
        # An error comes before anything is drawn, as a rule: it is not asked for as often.
        more = 1 if isinstance(first.value, Raised) else CONSTANT - 1
        wanted = pickle.dumps(first)
        same = all(pickle.dumps(self._run_source(case)) == wanted for _ in range(more))
        self.steep = self.again = False
        return same

    def _chosen(self) -> list[int]:
        """Choose samples with random results of many elements, to be compared by their distribution."""
        chosen: dict[str, int] = {}
        sizes = {
            number: sample.size
            for number, sample in enumerate(self.samples)
            if sample.conditions <= COMMON and "error" not in sample.name
        }
        for number in sorted(sizes, key=lambda number: (sizes[number] > MOST_AT_RANDOM, -sizes[number])):
            sample = self.samples[number]
            call = self.calls.write(self.request.api, sample).source
            if call not in chosen:
                case = _Case(number, sample, self._state(number, sample))
                self._settle(case)
                if self.random:
                    chosen[call] = number
            if len(chosen) == SAMPLES_AT_RANDOM:
                break
        return list(chosen.values())

    def _compare_runs(self, case: _Case, leg: str) -> tuple[Verdict, ...]:
        """Compare many runs of a leg with as many of the source; of the first such sample more, and gradients."""
        first = case.number == self.by_chance[0]
        steep = first and leg in ("native", "exact")

        def many(run: Callable[[], Outcome], number: int, steep: bool) -> list[Outcome]:
            self.again, outcomes = True, []
            for place in range(number):
                self.steep = steep and place < FEWEST_RUNS
                outcomes.append(run())
            self.again = self.steep = False
            return outcomes

        if case.number not in self.runs:
            self.source.seed(1)
            number = runs_needed(self._run_source(case)) if first else FEWER_RUNS
            self.runs = {case.number: many(lambda: self._run_source(case), number, first)}
        ours = self.runs[case.number][: None if steep else FEWEST_RUNS]
        self.other.seed(2)
        theirs = many(lambda: self._candidate(case, leg, ours[0]), len(ours), steep)
        share = (SAMPLES_AT_RANDOM + 1) * len(self.request.legs)
        found = [compare_runs(ours, theirs, share)]
        if steep and isinstance(ours[0].gradients, Mapping) and found[0].kind != "error":
            ours, theirs = ours[:FEWEST_RUNS], theirs[:FEWEST_RUNS]
            found.append(compare_gradients([e.gradients for e in ours], [e.gradients for e in theirs], share))
        return tuple(found)

    def _is_random(self, samples: list[Sample]) -> bool:
        """Whether the source gives two results for one call, in any of the first samples."""
        if means_nothing(self.request.api):
            return False
        # Of zeros, dropout gives zeros. Options decide whether it does anything: one sample for each way to call it.
        tried: dict[str, _Case] = {}
        for number, sample in enumerate(samples):
            if sample.conditions <= COMMON and (sample.scale or not sample.tensors()):
                call = self.calls.write(self.request.api, sample).source
                tried.setdefault(call, _Case(number, sample, None))
        self.random = self.again = True
        found = any(self._varies(case) for case in itertools.islice(tried.values(), CALLS_TRIED))
        self.random = self.again = False
        return found

    def _varies(self, case: _Case) -> bool:
        if case.sample.constructor is not None:
            try:
                made = self.frameworks.instance(self.source, self.target, case.sample, None)
            except Exception:
                return False
            if self.source.parameters(made):
                # They start with random numbers, which are compared otherwise.
                return False
        results = set()
        held: list[Any] = []
        for seed in (1, 2, 3):
            self.source.seed(seed)
            if not self.from_torch:
                # Memory that a kernel of MindSpore does not write is not random: let it be the same.
                held = self.frameworks.leave_in_memory(1.0)
            results.add(pickle.dumps(self._run_source(case).value))
            held.clear()
        return len(results) > 1


def own_error(rough: Outcome, fine: Outcome, bound: Bound = VALUE) -> tuple[float, float]:
    """Measure the source's own error.

    Args:
        rough: the source's outcome.
        fine: its outcome in higher precision, on the same numbers.
        bound: on whose units the result's error is measured.

    Returns:
        Largest error of the result and of the gradients, in units in the last place; 0 where one is missing.
    """
    verdicts = compare_outcomes(rough, rough, reference=fine, value_bound=bound)
    value = verdicts[0].ulps if not isinstance(fine.value, Raised) else 0.0
    return value, verdicts[2].ulps if len(verdicts) > 2 else 0.0


def without_numbers(outcome: Outcome) -> Outcome:
    """Keep of a random result what is not random: dtypes, shapes, structure, errors."""

    def blank(value: Value | Raised) -> Value | Raised:
        if isinstance(value, Array):
            return replace(value, data=np.zeros_like(value.data))
        if isinstance(value, Group):
            items = tuple(item for item in map(blank, value.items) if not isinstance(item, Raised))
            return replace(value, items=items)
        return value

    state = {name: replace(each, data=np.zeros_like(each.data)) for name, each in outcome.state.items()}
    return replace(outcome, value=blank(outcome.value), gradients=None, mutated={}, state=state)
