"""Whatever counterpart and call site are generated: the converted code does what the counterpart does.

A generated counterpart and a generated call of it are run twice, as they are and converted, in a pretended framework
whose operations record that they ran. The results must be equal, every argument must be evaluated once and in order,
and nothing may be computed that the counterpart does not compute, or before an argument that came before it.
"""

from __future__ import annotations

import sys
import types
from pathlib import Path
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from sporeprint import catalog as catalogs
from sporeprint.convert import Options, adapters, convert_bytes, inline, rewrite, soundness
from sporeprint.convert import calls as calls_module
from sporeprint.convert.residual import NotInlined

PARAMETERS = ("p", "q", "r")

HEADER = """
from __future__ import annotations
import builtins
from mindspore import ops
from sporeprint.counterpart import counterpart

def helper(value: Tensor, times: int = 2) -> Tensor:
    return ops.scale(value, by=times)

"""


class Value:
    """What a pretended operation returns: its own history. Every operator on it is recorded too."""

    def __init__(self, trace: list[str], history: str) -> None:
        self._trace = trace
        self.history = history

    def __getattr__(self, name: str) -> Value:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._made(f"{self.history}.{name}")

    def __getitem__(self, index: object) -> Value:
        return self._made(f"{self.history}[{index!r}]")

    def __call__(self, *args: object, **kwargs: object) -> Value:
        return self._made(f"{self.history}({args!r}, {sorted(kwargs.items())!r})")

    def __add__(self, other: object) -> Value:
        return self._made(f"({self.history} + {other!r})")

    def __radd__(self, other: object) -> Value:
        return self._made(f"({other!r} + {self.history})")

    def __mul__(self, other: object) -> Value:
        return self._made(f"({self.history} * {other!r})")

    def __neg__(self) -> Value:
        return self._made(f"(-{self.history})")

    def __bool__(self) -> bool:
        self._trace.append(f"bool {self.history}")
        return len(self.history) % 2 == 0

    def __repr__(self) -> str:
        return self.history

    def _made(self, history: str) -> Value:
        self._trace.append(history)
        return Value(self._trace, history)


class Namespace:
    """A module of the pretended framework. Naming something in it is no operation."""

    def __init__(self, trace: list[str]) -> None:
        self._trace = trace

    def __getattr__(self, name: str) -> Value:
        return Value(self._trace, f"ops.{name}")


# -- generated counterparts -----------------------------------------------------------------------------------------

ATOMS = ("p", "q", "r", "p", "q", "1", "None", "(0, 1)")
FORMS = (
    "ops.f({0}, {1})", "ops.g({0}, axis={1})", "helper({0}, times={1})", "helper({0})", "ops.h({0}).shape",
    "ops.k({0})[{1}]", "-ops.n({0})", "(ops.a({0}) + {1})", "({0} if {2} else {1})",
)  # fmt: skip
TESTS = (
    "{0} is None", "{0} is not None", "{0} == 1", "{0} in (1, 2)", "not {0}", "isinstance({0}, int)", "ops.t({1})",
    "({0} is None and {0} == 2)", "({0} is None or {1})", "{0}.ndim == 1 < 2",
)  # fmt: skip


def expression(draw: st.DrawFn, depth: int = 2) -> str:
    if not depth or draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(ATOMS))
    form = draw(st.sampled_from(FORMS))
    test = condition(draw, depth - 1) if "{2}" in form else ""
    return form.format(
        expression(draw, depth - 1), expression(draw, depth - 1) if "{1}" in form else "", test
    )


def condition(draw: st.DrawFn, depth: int = 1) -> str:
    form = draw(st.sampled_from(TESTS))
    return form.format(draw(st.sampled_from(PARAMETERS)), expression(draw, depth) if "{1}" in form else "")


@st.composite
def counterparts(draw: st.DrawFn) -> str:
    parameters = ["p"]
    for name in PARAMETERS[1:]:
        parameters.append(f"{name}={draw(st.sampled_from(['None', '1', '-1', 'True']))}")
    if draw(st.integers(0, 4)) == 0:
        parameters.insert(draw(st.integers(1, 2)), "*")
    lines = []
    for _ in range(draw(st.integers(0, 3))):
        name, value = draw(st.sampled_from(PARAMETERS)), expression(draw)
        match draw(st.integers(0, 2)):
            case 0:
                lines.append(f"    {name} = {value}")
            case 1:
                lines.append(f"    if {condition(draw)}:\n        {name} = {value}")
            case 2:
                lines.append(f"    if {condition(draw)}:\n        return {value}")
    body = "\n".join([*lines, f"    return {expression(draw)}"])
    ignores = ", ".join(f"'{name}': 'it is generated'" for name in PARAMETERS)
    return (
        f"@counterpart('torch.made', ignores={{{ignores}}})\n"
        f"def made({', '.join(parameters)}) -> Tensor:\n{body}\n"
    )


# -- generated call sites -------------------------------------------------------------------------------------------

arguments = st.one_of(
    st.sampled_from(["None", "1", "2", "-1", "0x10", "True", "'s'", "(1, 2)", "()"]),
    st.sampled_from(["x", "y", "x.shape", "x[0]", "x + 1", "-y", "[1, x]", "x if y else 1", "not x"]),
    st.sampled_from(
        ["effect('a')", "effect('b').c", "effect('d')[effect('e')]", "(z := effect('w'))", "(x)", "((y))"]
    ),
    st.sampled_from(["torch.made(effect('i'))", "torch.made(x, q=1)", "{'k': x}", "[i for i in range(2)]"]),
)
NAMES = st.sampled_from([("p", "q", "r"), ("p", "r", "q"), ("r", "q", "p"), ("q", "p", "r")])


@st.composite
def calls(draw: st.DrawFn) -> str:
    positional = draw(st.sampled_from([1, 1, 1, 2, 2, 3, 0]))
    written = [draw(arguments) for _ in range(positional)]
    for name in draw(NAMES):
        if name not in PARAMETERS[:positional] and (name == "p" or draw(st.booleans())):
            written.append(f"{name}={draw(arguments)}")
    separator = draw(st.sampled_from([", ", ",\n  ", " ,  "]))
    trailing = draw(st.sampled_from(["", ","])) if written else ""
    call = f"torch.made({separator.join(written)}{trailing})"
    around = draw(
        st.sampled_from(
            ["{}", "[{}, effect('after')]", "({}).dtype", "-{}", "{}[0]", "effect({})", "f'{{{}!r}}'"]
        )
    )
    if around.startswith("f'") and ("'" in call or "\n" in call or "lambda" in call or ":=" in call):
        around = "{}"
    return f"result = {around.format(call)}\n"


def run(text: str, modules: dict[str, types.ModuleType], trace: list[str]) -> object:
    def effect(value: object) -> Value:
        trace.append(f"effect {value!r}")
        return Value(trace, f"<{value!r}>")

    names: dict[str, Any] = {"effect": effect, "x": Value(trace, "x"), "y": Value(trace, "y")}
    saved = {name: sys.modules.get(name) for name in modules}
    sys.modules.update(modules)
    try:
        exec(compile(text, "<text>", "exec"), names)
    except (TypeError, AttributeError, LookupError) as error:
        return type(error)
    finally:
        for name, module in saved.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module
    return names["result"]


def pretended(trace: list[str]) -> dict[str, types.ModuleType]:
    mindspore = types.ModuleType("mindspore")
    mindspore.ops = Namespace(trace)  # type: ignore[attr-defined]
    mindspore.Tensor = Value  # type: ignore[attr-defined]
    return {"mindspore": mindspore}


def is_subsequence(short: list[str], long: list[str]) -> bool:
    rest = iter(long)
    return all(each in rest for each in short)


def check(folder: Path, counterpart: str, call: str) -> str:
    """Run both sides; return the fate of the first call."""
    path = folder / "generated.py"
    path.write_text(HEADER + counterpart)
    catalog = catalogs.read("torch", [(path, "sporeprint.torch.generated")])
    before = "import torch\n" + call
    outcome = convert_bytes(before.encode(), "user.py", Options(), "torch_on_mindspore", catalog)
    after = outcome.data.decode()

    expected_trace: list[str] = []
    modules = pretended(expected_trace)
    torch = types.ModuleType("torch")
    plain = "\n".join(
        line for line in (HEADER + counterpart).split("\n") if not line.startswith(("@", "from sporeprint"))
    )
    own: dict[str, Any] = {"ops": modules["mindspore"].ops}
    exec(compile(plain.replace("from mindspore import ops", ""), "<counterpart>", "exec"), own)
    torch.made = own["made"]  # type: ignore[attr-defined]
    expected = run(before, {"torch": torch, **modules}, expected_trace)

    trace: list[str] = []
    modules = pretended(trace)
    if outcome.adapters:
        text = adapters.build(outcome.adapters, "mindspore", "native", catalog)
        module = types.ModuleType("torch_on_mindspore")
        saved = sys.modules.get("mindspore")
        sys.modules.update(modules)
        try:
            exec(compile(text, "<adapters>", "exec"), module.__dict__)
        finally:
            if saved is None:
                del sys.modules["mindspore"]
            else:
                sys.modules["mindspore"] = saved
        modules["torch_on_mindspore"] = module
    left_over = types.ModuleType("torch")
    own = {"ops": modules["mindspore"].ops}
    exec(compile(plain.replace("from mindspore import ops", ""), "<counterpart>", "exec"), own)
    left_over.made = own["made"]  # type: ignore[attr-defined]
    actual = run(after, {"torch": left_over, **modules}, trace)

    if isinstance(expected, type):
        return "raises"  # a generated body that makes no sense: nothing is promised for it
    assert repr(actual) == repr(expected), after
    assert is_subsequence(trace, expected_trace), f"{after}\n{trace}\n{expected_trace}"
    effects = [each for each in expected_trace if each.startswith("effect")]
    assert [each for each in trace if each.startswith("effect")] == effects, after
    return outcome.report.findings[-1].fate if outcome.report.findings else "none"


@given(counterpart=counterparts(), call=calls())
@settings(max_examples=600, deadline=None)
def test_converted_code_does_what_the_counterpart_does(
    counterpart: str, call: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    fate = check(tmp_path_factory.getbasetemp(), counterpart, call)
    assert fate != "failed"
    event(fate)


# -- the tester is tested: faults planted in the inliner are seen -----------------------------------------------


def example(body: str, call: str) -> tuple[str, str]:
    names = ", ".join(f"'{name}': 'it is generated'" for name in PARAMETERS)
    return (
        f"@counterpart('torch.made', ignores={{{names}}})\ndef made(p, q=None, r=1) -> Tensor:\n    {body}\n",
        f"result = {call}\n",
    )


EXAMPLES = [
    example("return ops.f(p, p)", "torch.made(effect('a'))"),  # evaluated twice
    example("return ops.f(p)", "torch.made(x, q=effect('a'))"),  # dropped
    example("return ops.f(q, p)", "torch.made(effect('a'), effect('b'))"),  # another order
    example("return ops.f(ops.g(p), q)", "torch.made(x, effect('b'))"),  # computed before an argument
    example("return p if ops.t(q) else r", "torch.made(effect('a'), x)"),  # only under a condition
    example("return ops.f(p).shape", "torch.made(x + 1)"),
    example("return p.shape", "torch.made(x + 1)"),  # precedence
    example("return ops.f(p) + q", "-torch.made(x, y)"),
    example("return ops.f(p, q, axis=r)", "torch.made(x, 1, -1)"),
    example("return ops.f(p) if q is None else ops.g(p)", "torch.made(x)"),
    example("return ops.f(p, axis=r)", "torch.made(r=2, p=x)"),
]


def plant_no_soundness(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(inline, "check", lambda *_: None)


def plant_no_order(patch: pytest.MonkeyPatch) -> None:
    original = soundness.check

    def forgiving(expression: Any, arguments: Any) -> None:
        try:
            original(expression, arguments)
        except NotInlined as error:
            if "order" not in str(error):
                raise

    patch.setattr(inline, "check", forgiving)


def plant_no_precedence(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rewrite, "precedence", lambda _: rewrite.ATOM)


def plant_no_outer_precedence(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(calls_module.Calls, "_least", lambda *_: rewrite.TEST)


def plant_wrong_default(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(inline.Evaluator, "truth", lambda self, node: False)


def plant_first_parameters_swapped(patch: pytest.MonkeyPatch) -> None:
    original = inline.bind

    def swapped(*arguments: Any, **options: Any) -> Any:
        bound = original(*arguments, **options)
        if bound.get("p") is not None and bound.get("q") is not None:
            bound["p"], bound["q"] = bound["q"], bound["p"]
        return bound

    patch.setattr(inline, "bind", swapped)


def plant_lost_keyword(patch: pytest.MonkeyPatch) -> None:
    original = rewrite.Renderer.written
    patch.setattr(
        rewrite.Renderer, "written", lambda self, node: [("", value) for _, value in original(self, node)]
    )


def plant_dropped_last_argument(patch: pytest.MonkeyPatch) -> None:
    original = rewrite.Renderer.written
    patch.setattr(
        rewrite.Renderer, "written", lambda self, node: original(self, node)[:-1] or original(self, node)
    )


PLANTS = [
    plant_no_soundness, plant_no_order, plant_no_precedence, plant_no_outer_precedence, plant_wrong_default,
    plant_first_parameters_swapped, plant_lost_keyword, plant_dropped_last_argument,
]  # fmt: skip


def broken_examples(folder: Path) -> list[str]:
    broken = []
    for counterpart, call in EXAMPLES:
        try:
            fate = check(folder, counterpart, call)
        except AssertionError:
            fate = "wrong"
        if fate in ("wrong", "failed"):
            broken.append(call)
    return broken


def test_the_examples_hold(tmp_path: Path) -> None:
    assert broken_examples(tmp_path) == []


@pytest.mark.parametrize("plant", PLANTS)
def test_a_planted_fault_is_seen(plant: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    assert broken_examples(tmp_path) != []
