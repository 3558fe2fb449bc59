"""Write the documents that are generated: ``docs/log_softmax.md``.

Run it with both frameworks installed, after the page, the evidence or a framework's release changed:

    python tools/write_docs.py

That document is the page of ``torch.nn.functional.log_softmax``, followed by the statements of the page that
MindSpore's documentation had on it (r2.0, ``note/api_mapping/pytorch_diff/log_softmax.md``, written by hand). Each is
here in our own words (:data:`CLAIMS`) with the code that decides whether it is true; nobody writes a verdict.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sporeprint.page import markdown
from sporeprint.page.build import build
from sporeprint.page.find import find

DOCUMENT = Path(__file__).parent.parent / "docs" / "log_softmax.md"
API = "torch.nn.functional.log_softmax"
TORCH, MINDSPORE, MINT = API, "mindspore.ops.log_softmax", "mindspore.mint.nn.functional.log_softmax"

TRUE, CONDITIONAL, FALSE = "true", "true under a condition", "false today"

#: A larger difference than this of float32 results is no matter of accuracy.
CLOSE = 1e-4


@dataclass(frozen=True)
class Finding:
    """What a check found: one of the three verdicts, and what was measured, as Markdown."""

    verdict: str
    measured: str


@dataclass(frozen=True)
class Claim:
    """A statement, in our words, and the code that decides it; that needs both frameworks."""

    statement: str
    check: Callable[[], Finding]


@dataclass(frozen=True)
class Judged:
    """A claim that was decided."""

    claim: Claim
    finding: Finding


def judge(claims: Iterable[Claim]) -> list[Judged]:
    """Decide claims, in their order."""
    importlib.import_module("mindspore").runtime.launch_blocking()
    return [Judged(each, each.check()) for each in claims]


# -- signatures ----------------------------------------------------------------------------------------------


def has_signature(name: str, said: str) -> Callable[[], Finding]:
    """Check that a function has these parameters, ``"input, dim=None"``, in this order and with these defaults."""

    def check() -> Finding:
        claimed = _parameters(said)
        found = [
            (each.name, None if each.default is each.empty else repr(each.default))
            for each in inspect.signature(look_up(name)).parameters.values()
        ]
        if found == claimed:
            return Finding(TRUE, "`inspect.signature` gives the same.")
        written = ", ".join(own if default is None else f"{own}={default}" for own, default in found)
        more = [each for each in found if each not in claimed]
        if [each for each in found if each in claimed] != claimed or any(each[1] is None for each in more):
            return Finding(FALSE, f"It is `({written})`.")
        behind = [each[0] for each in claimed if found.index(each) > found.index(more[0])]
        by_name = (
            f" So {' and '.join(f'`{each}`' for each in behind)} has to be passed by name." if behind else ""
        )
        return Finding(
            CONDITIONAL, f"There is also {_listed(each[0] for each in more)}: `({written})`.{by_name}"
        )

    return check


def has_default(name: str, parameter: str, said: object) -> Callable[[], Finding]:
    """Check the default of a parameter, in the signature and by what the function does with it."""

    def check() -> Finding:
        default = inspect.signature(look_up(name)).parameters[parameter].default
        if default != said:
            return Finding(FALSE, f"The default is `{default!r}`.")
        call, x = look_up(name), tensor(name, _data(2, 3, 4))
        if not same(call(x), call(x, **{parameter: said})):
            return Finding(FALSE, f"`{default!r}` is in the signature, but left out gives something else.")
        return Finding(
            TRUE, f"In the signature; and on a 3-D input, left out gives what `{parameter}={said!r}` gives."
        )

    return check


def lacks(name: str, parameter: str, other: str) -> Callable[[], Finding]:
    """Check that a function has no such parameter; ``other`` is a function of that name elsewhere that may."""

    def check() -> Finding:
        call, x = look_up(name), tensor(name, _data(5))
        raised = attempt(lambda: call(x, 0, **{parameter: None}))
        if parameter in inspect.signature(call).parameters or not isinstance(raised, TypeError):
            return Finding(FALSE, f"`{name}` takes `{parameter}`.")
        there = look_up(other)
        if parameter not in inspect.signature(there).parameters:
            return Finding(TRUE, f"Passing `{parameter}` raises TypeError.")
        result = attempt(lambda: there(tensor(other, _data(5)), 0))
        runs = f"raises {type(result).__name__} here" if isinstance(result, Exception) else "returns here"
        return Finding(
            CONDITIONAL, f"Passing it to `{name}` raises TypeError. `{other}` has `{parameter}`, and {runs}."
        )

    return check


def is_class(name: str) -> Callable[[], Finding]:
    """Check that a name stands for a class."""

    def check() -> Finding:
        found = look_up(name)
        if inspect.isclass(found):
            return Finding(TRUE, "`inspect.isclass` says so.")
        return Finding(FALSE, f"It is a {type(found).__name__}.")

    return check


def takes(name: str, *parameters: str) -> Callable[[], Finding]:
    """Check that a function's parameters have these names."""

    def check() -> Finding:
        found = list(inspect.signature(look_up(name)).parameters)
        wrong = [each for each in parameters if each not in found]
        if not wrong:
            return Finding(TRUE, "`inspect.signature` has them.")
        call, x = look_up(name), tensor(name, _data(5))
        raised = attempt(lambda: call(**{wrong[0]: x}))
        how = f" `{wrong[0]}=` raises {type(raised).__name__}." if isinstance(raised, Exception) else ""
        return Finding(FALSE, f"They are {_listed(found)}.{how}")

    return check


def is_made_first(name: str, **settings: Any) -> Callable[[], Finding]:
    """Check that a name is a class whose instance is made first, with its settings, and then called."""

    def check() -> Finding:
        x = tensor(name, _data(5))
        made = attempt(lambda: look_up(name)(**settings))
        if not isinstance(made, Exception) and not isinstance(attempt(lambda: made(x)), Exception):
            return Finding(TRUE, "It was made and called.")
        text = ", ".join(f"{key}={value!r}" for key, value in settings.items())
        result = attempt(lambda: look_up(name)(x, **settings))
        direct = "raises too" if isinstance(result, Exception) else "returns"
        written = f"`{name.rpartition('.')[2]}({text})` raises {type(made).__name__}"
        return Finding(FALSE, f"There is no instance: {written}; called with a tensor it {direct}.")

    return check


def needs(name: str, parameter: str) -> Callable[[], Finding]:
    """Check that a function cannot be called without a parameter."""

    def check() -> Finding:
        x = tensor(name, _data(5))
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            result = attempt(lambda: look_up(name)(x))
        if isinstance(result, Exception):
            return Finding(TRUE, f"Without `{parameter}` it raises {type(result).__name__}.")
        warned = f", with a {caught[0].category.__name__}" if caught else ""
        alike = same(result, look_up(name)(x, **{parameter: 0}))
        where = f"; on a 1-D input that is `{parameter}=0`" if alike else ""
        return Finding(FALSE, f"Without `{parameter}` it returns{warned}{where}.")

    return check


# -- what is computed ----------------------------------------------------------------------------------------


def is_log_softmax(torchs: str, mindspores: str) -> Callable[[], Finding]:
    """Check both functions against the definition, in float64; and what they make of a nan."""

    def check() -> Finding:
        import numpy as np

        errors, spread = {}, {}
        for name in (torchs, mindspores):
            call = look_up(name)
            data = [_data(7), _data(3, 5), _data(2, 3, 4)]
            errors[name] = max(
                float(np.abs(array(call(tensor(name, x), axis)) - reference(x, axis)).max())
                for x in data
                for axis in range(x.ndim)
            )
            odd = array(call(tensor(name, np.array([1.0, np.nan, 2.0], "float32")), 0))
            spread[name] = bool(np.isnan(odd).all())
        ours, theirs = errors[torchs], errors[mindspores]
        measured = (
            f"On normally distributed float32 of rank 1 to 3, along each dimension, PyTorch is off by up to "
            f"{ours:.1g}, MindSpore by up to {theirs:.1g}."
        )
        if max(ours, theirs) > CLOSE:
            return Finding(FALSE, measured)
        if spread[torchs] != spread[mindspores]:
            return Finding(CONDITIONAL, f"{measured} Not where there is a nan: there only one of the two gives nan "
                           "throughout.")  # fmt: skip
        return Finding(TRUE, measured)

    return check


def inputs_agree() -> Finding:
    """Check that ``input`` and ``logits`` take the same: each dtype, and each rank of float32, passed by name."""
    refused, wrong, worst = [], [], 0.0
    tried = [("float32", rank) for rank in range(5)]
    tried += [(dtype, 2) for dtype in ("float16", "float64", "bfloat16")]
    for dtype, rank in tried:
        data = _data(*(2, 3, 4, 5)[:rank])
        ours = look_up(TORCH)(input=tensor(TORCH, data, dtype), dim=-1)
        theirs = attempt(lambda: look_up(MINDSPORE)(logits=tensor(MINDSPORE, data, dtype), axis=-1))  # noqa: B023
        what = dtype if rank == 2 else f"rank {rank}"
        if isinstance(theirs, Exception):
            refused.append(f"{what} ({type(theirs).__name__})")
        elif distance(ours, theirs) > (2e-2 if dtype == "float16" else CLOSE):
            wrong.append(what)
        elif dtype == "float32":
            worst = max(worst, distance(ours, theirs))
    measured = f"float32 of rank 1 to 4 by name: the results differ by up to {worst:.1g}."
    if any(each != "rank 0" for each in wrong):
        return Finding(FALSE, f"{measured} They differ for {', '.join(wrong)}.")
    if refused or wrong:
        return Finding(CONDITIONAL, f"{measured} MindSpore raises for {', '.join(refused + wrong)}.")
    return Finding(TRUE, measured)


def dimensions_agree() -> Finding:
    """Check that ``dim`` and ``axis`` mean the same: given, along each dimension; and left out."""
    given, left_out = 0.0, {}
    for rank in range(1, 5):
        data = _data(*(2, 3, 4, 5)[:rank])
        x, y = tensor(TORCH, data), tensor(MINDSPORE, data)
        for axis in range(-rank, rank):
            given = max(given, distance(look_up(TORCH)(x, dim=axis), look_up(MINDSPORE)(y, axis=axis)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            left_out[rank] = distance(look_up(TORCH)(x), look_up(MINDSPORE)(y))
    if given > CLOSE:
        return Finding(FALSE, f"Given, the results differ by up to {given:.2g}.")
    measured = f"Given, on rank 1 to 4 and along each dimension, the results differ by up to {given:.1g}."
    apart = [f"{far:.2g} on rank {rank}" for rank, far in left_out.items() if far > CLOSE]
    if apart:
        return Finding(
            CONDITIONAL,
            f"{measured} Left out they differ by {', '.join(apart)}: the defaults are not the same.",
        )
    return Finding(TRUE, measured)


def dtype_is_of_the_result() -> Finding:
    """Check that torch's ``dtype`` is the result's, and what is computed in it."""
    import torch

    x = tensor(TORCH, _data(3, 5))
    result = look_up(TORCH)(x, dim=1, dtype=torch.float64)
    if result.dtype is not torch.float64:
        return Finding(FALSE, f"The result is {result.dtype}.")
    first = bool(torch.equal(result, look_up(TORCH)(x.double(), dim=1)))
    how = "the input is cast to it first" if first else "the input is not cast to it first"
    return Finding(TRUE, f"float32 with `dtype=torch.float64` gives float64; {how}.")


def prints(code: str, printed: str) -> Callable[[], Finding]:
    """Check that the value of the last line of a program is printed as it is said to be, digit by digit."""

    def check() -> Finding:
        import numpy as np

        *lines, last = code.splitlines()
        space: dict[str, Any] = {}
        exec("\n".join(lines), space)
        value = eval(last, space)
        if str(value) == printed:
            return Finding(TRUE, "Printed so, digit by digit.")
        said = np.array([float(each) for each in re.findall(r"-?\d+\.\d+", printed)])
        shown = array(value).ravel()
        if said.shape != shown.shape:
            return Finding(FALSE, f"It prints `{' '.join(str(value).split())}`.")
        apart = float(np.abs(said - shown).max())
        x, axis = array(space["x"]), int(re.findall(r"(?:axis|dim)=(-?\d+)", last)[0] if "=" in last else -1)
        exact = reference(x, axis).ravel()
        units = float((np.abs(shown - exact) / np.spacing(np.abs(exact.astype("float32")))).max())
        where = int(np.abs(said - shown).argmax())
        return Finding(
            FALSE,
            f"Off from what it prints by up to {apart:.2g}: where it says {said[where]:.8g}, `{shown[where]:.8g}` is "
            f"printed. What was printed then is within {float(np.abs(said - exact).max()):.1g} of the exact result, "
            f"what is printed now within {float(np.abs(shown - exact).max()):.1g} ({units:.0f} of its units "
            "in the last place).",
        )

    return check


def has_dtype(code: str, dtype: str) -> Callable[[], Finding]:
    """Check the dtype of the value of the last line of a program."""

    def check() -> Finding:
        *lines, last = code.splitlines()
        space: dict[str, Any] = {}
        exec("\n".join(lines), space)
        found = str(eval(last, space).dtype).rpartition(".")[2]
        if found != dtype:
            return Finding(FALSE, f"It is {found}.")
        given = str(space["x"].dtype).rpartition(".")[2]
        return Finding(TRUE, f"It is; the tensor, made of numpy's numbers, is {given}.")

    return check


# -- the page's statements -----------------------------------------------------------------------------------

_MS = "import mindspore as ms\nimport mindspore.ops as ops\nimport numpy as np\n"
_ROW = _MS + "x = ms.Tensor(np.array([1, 2, 3, 4, 5]), ms.float32)\nops.log_softmax(x)"
_MATRIX = (
    _MS
    + "x = ms.Tensor(np.array([[1, 2, 3, 4, 5], [5, 4, 3, 2, 1]]), ms.float32)\nops.log_softmax(x, axis=0)"
)
_DOUBLE = (
    "import numpy as np\nimport torch\nx = torch.tensor(np.array([1.0, 2.0, 3.0, 4.0, 5.0]))\n"
    "torch.nn.functional.log_softmax(x, dim=0)"
)

CLAIMS = (
    Claim("PyTorch's parameters are `input, dim=None, dtype=None`.",
          has_signature(TORCH, "input, dim=None, dtype=None")),
    Claim("MindSpore's parameters are `logits, axis=-1`.", has_signature(MINDSPORE, "logits, axis=-1")),
    Claim("`mindspore.ops.log_softmax` is a class.", is_class(MINDSPORE)),
    Claim("Both compute the logarithm of the softmax along a dimension.", is_log_softmax(TORCH, MINDSPORE)),
    Claim("PyTorch does it with parameters called `dim` and `input`.", takes(TORCH, "dim", "input")),
    Claim("MindSpore does it with parameters called `axis` and `input`.", takes(MINDSPORE, "axis", "input")),
    Claim("`input` and `logits` differ in name only.", inputs_agree),
    Claim("`dim` and `axis` differ in name only.", dimensions_agree),
    Claim("PyTorch's `dtype` sets the dtype of the result.", dtype_is_of_the_result),
    Claim("MindSpore has no `dtype`.", lacks(MINDSPORE, "dtype", MINT)),
    Claim("An instance of MindSpore's class is defined before it is called.", is_made_first(MINDSPORE, axis=-1)),
    Claim("`axis` is -1 by default.", has_default(MINDSPORE, "axis", -1)),
    Claim("The first example, MindSpore on 1 to 5, prints what the page prints.",
          prints(_ROW, "[-4.451912   -3.4519122  -2.4519122  -1.451912   -0.45191208]")),
    Claim("The second example, MindSpore with `axis=0`, prints what the page prints.",
          prints(_MATRIX, "[[-4.01815    -2.126928   -0.6931472  -0.12692805 -0.01814996]\n"
                          " [-0.01814996 -0.12692805 -0.6931472  -2.126928   -4.01815   ]]")),
    Claim("PyTorch's function needs `input` and `dim` at the same time.", needs(TORCH, "dim")),
    Claim("The third example, PyTorch on 1.0 to 5.0, prints what the page prints.",
          prints(_DOUBLE, "tensor([-4.4519, -3.4519, -2.4519, -1.4519, -0.4519], dtype=torch.float64)")),
    Claim("That result is float64.", has_dtype(_DOUBLE, "float64")),
)  # fmt: skip


# -- helpers of the checks -----------------------------------------------------------------------------------


def look_up(name: str) -> Any:
    """Return what a full name stands for."""
    framework, *parts = name.split(".")
    found: Any = importlib.import_module(framework)
    for part in parts:
        found = getattr(found, part)
    return found


def tensor(name: str, data: Any, dtype: str = "float32") -> Any:
    """Return a tensor of the framework that a name belongs to."""
    framework = importlib.import_module(name.partition(".")[0])
    if framework.__name__ == "torch":
        return framework.tensor(data).to(getattr(framework, dtype))
    return framework.Tensor(data).astype(getattr(framework, dtype))


def array(value: Any) -> Any:
    """Return a tensor of either framework as float64 numbers."""
    import numpy as np

    if hasattr(value, "detach"):
        return value.detach().double().numpy()
    return np.asarray(value.float().asnumpy() if "BFloat" in str(value.dtype) else value.asnumpy(), "float64")


def distance(one: Any, other: Any) -> float:
    """Return the largest difference of two tensors, whatever their framework."""
    import numpy as np

    return float(np.abs(array(one) - array(other)).max())


def same(one: Any, other: Any) -> bool:
    """Whether two tensors of one framework hold the same numbers."""
    return array(one).shape == array(other).shape and distance(one, other) == 0


def reference(x: Any, axis: int) -> Any:
    """Return the logarithm of the softmax, computed in float64."""
    import numpy as np

    shifted = x.astype("float64") - x.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def attempt(call: Callable[[], Any]) -> Any:
    """Return what a call returns, or the exception that it raises."""
    try:
        return call()
    except Exception as error:
        return error


def _data(*shape: int) -> Any:
    import numpy as np

    return np.random.default_rng(0).normal(size=shape).astype("float32") if shape else np.float32(0.5)


def _parameters(said: str) -> list[tuple[str, str | None]]:
    function = ast.parse(f"def f({said}): pass").body[0]
    assert isinstance(function, ast.FunctionDef)
    names, defaults = [each.arg for each in function.args.args], function.args.defaults
    texts = [*[None] * (len(names) - len(defaults)), *map(ast.unparse, defaults)]
    return list(zip(names, texts, strict=True))


def _listed(names: Iterable[str]) -> str:
    return " and ".join(f"`{name}`" for name in names)


# -- writing -------------------------------------------------------------------------------------------------


def statements(judged: Iterable[Judged]) -> str:
    """Return the section on the hand-written page."""
    import mindspore
    import torch

    device = mindspore.get_context("device_target")
    rows = [
        f"| {each.claim.statement} | **{each.finding.verdict}** | {each.finding.measured} |"
        for each in judged
    ]
    return "\n".join([
        "## The statements of the hand-written page",
        "",
        "MindSpore's documentation had a page on this difference that was written by hand (r2.0). Each of its "
        "statements, in our words, was decided by running it with "
        f"PyTorch {torch.__version__} and MindSpore {mindspore.__version__} on {device}; `tools/write_docs.py` "
        "holds the code.",
        "",
        "| The page says | Today | What was measured |",
        "| --- | --- | --- |",
        *rows,
        "",
    ])  # fmt: skip


def document() -> str:
    """Return the document: the page, and the statements."""
    return f"{markdown.render(build(find(API)))}\n{statements(judge(CLAIMS))}"


def main() -> None:
    """Write the document."""
    DOCUMENT.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main()
