"""Calls of an API to show: which arguments to write, and what the converter makes of them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from sporeprint.catalog import Body, Entry, Parameter
from sporeprint.convert.adapters import MODULE
from sporeprint.convert.file import Options, convert_bytes
from sporeprint.page.derive import is_method
from sporeprint.page.model import Rewrite
from sporeprint.page.paths import parameter_type

#: How the module of an API is usually imported: the import, and what stands before the name then.
_IMPORTS = {
    "torch": ("import torch", "torch."),
    "torch.nn": ("from torch import nn", "nn."),
    "torch.nn.functional": ("import torch.nn.functional as F", "F."),
    "torch.special": ("import torch", "torch.special."),
    "mindspore": ("import mindspore as ms", "ms."),
    "mindspore.ops": ("from mindspore import ops", "ops."),
    "mindspore.nn": ("from mindspore import nn", "nn."),
    "mindspore.mint": ("from mindspore import mint", "mint."),
    "mindspore.mint.nn": ("from mindspore import mint", "mint.nn."),
    "mindspore.mint.nn.functional": ("from mindspore import mint", "mint.nn.functional."),
}
_FRAMEWORK = {"torch": "import torch", "mindspore": "import mindspore as ms"}
_TENSOR = {"torch": "torch.Tensor", "mindspore": "ms.Tensor"}
_MODULE = {"torch": "torch.nn.Module", "mindspore": "ms.nn.Cell"}
_FLOAT32 = {"torch": "torch.float32", "mindspore": "ms.float32"}
#: Arguments that read well, by the parameter's name; for the others the annotation decides.
_ARGUMENTS = {
    "dim": "1", "axis": "1", "start_dim": "1", "end_dim": "2", "reduction": '"sum"', "ignore_index": "0",
    "label_smoothing": "0.1", "p": "0.2", "in_features": "5", "out_features": "3", "in_channels": "2",
    "out_channels": "4", "groups": "2", "group": "2", "kernel_size": "2", "stride": "2", "padding": "1",
    "dilation": "2",
    "padding_mode": '"reflect"', "tau": "0.5", "keepdim": "True",
}  # fmt: skip
_LISTED = 8


@dataclass(frozen=True, slots=True)
class Call:
    """A converted call: ``text`` before and ``after``, the imports that each needs, its adapters."""

    text: str
    imports: tuple[str, ...]
    after: str
    after_imports: tuple[str, ...]
    adapters: frozenset[str]
    note: str


def name_of(parameter: Parameter) -> str:
    """Return the variable that stands for a tensor parameter in a call."""
    return {"input": "x", "self": "x", "logits": "x", "inputs": "x"}.get(parameter.name, parameter.name)


def argument(parameter: Parameter, source: str) -> str:
    """Return an argument for a parameter, as it would stand in a call."""
    if parameter.name in _ARGUMENTS:
        usual = _ARGUMENTS[parameter.name]
        default = ast.unparse(parameter.default) if parameter.default is not None else ""
        return usual if usual != default else {"True": "False"}.get(usual, str(int(usual) + 1))
    annotation = ast.unparse(parameter.annotation) if parameter.annotation is not None else ""
    if parameter.name == "dtype":
        return _FLOAT32[source]
    if "Tensor" in annotation or "Cell" in annotation or "Module" in annotation:
        return name_of(parameter)
    if "bool" in annotation:
        return str(not (isinstance(parameter.default, ast.Constant) and parameter.default.value is True))
    if parameter.name == "self" and "tuple" in annotation:
        return "x.shape"
    for word, text in (("float", "0.5"), ("int", "1"), ("str", '"sum"'), ("tuple", "(1, 2)")):
        if word in annotation:
            return text
    return "None"


def written(api: str, given: Sequence[tuple[str, str]]) -> str:
    """Return a call with (keyword or "", argument) as text; a method's receiver comes first."""
    owner, _, name = api.rpartition(".")
    texts = [f"{keyword}={value}" if keyword else value for keyword, value in given]
    if is_method(api):
        return f"{texts[0]}.{name}({', '.join(texts[1:])})"
    return f"{_prefix(owner)}{name}({', '.join(texts)})"


def convert(api: str, body: Body, call: str, source: str, target: str, fidelity: str = "native") -> Call:
    """Convert a call that stands in a function whose parameters are annotated, as in a file.

    Args:
        api: what is called.
        body: its counterpart's body, whose tensors are the function's parameters.
        call: the call's text.
        source: the framework it is written in.
        target: the framework to convert to.
        fidelity: "native" or "exact".
    """
    used = {each.id for each in ast.walk(ast.parse(call)) if isinstance(each, ast.Name)}
    parameters = []
    for each in body.parameters:
        kind = ast.unparse(each.annotation) if each.annotation is not None else ""
        if name_of(each) in used and "Tensor" in kind:
            parameters.append(f"{name_of(each)}: {_TENSOR[source]}")
        elif name_of(each) in used and parameter_type(each) == "module":
            parameters.append(f"{name_of(each)}: {_MODULE[source]}")
    imports = dict.fromkeys([_FRAMEWORK[source], _import(api.rpartition(".")[0])])
    text = "\n".join([*imports, "", "", f"def f({', '.join(parameters)}):", f"    return {call}", ""])
    outcome = convert_bytes(text.encode(), "<call>", Options(target, fidelity), MODULE[target])
    after = outcome.data.decode()
    tree = ast.parse(after)
    function = next(each for each in tree.body if isinstance(each, ast.FunctionDef))
    inside = ast.get_source_segment(after, function.body[-1].value) or call  # type: ignore[attr-defined]
    used = {each.id for each in ast.walk(ast.parse(inside)) if isinstance(each, ast.Name)}
    needed = [ast.unparse(each) for each in tree.body if isinstance(each, ast.Import | ast.ImportFrom)]
    findings = outcome.report.findings
    left = next((f"left as it is: {each.reason}" for each in findings if each.fate == "left"), "")
    reason = next((each.reason for each in findings if each.fate in ("adapter", "guarded")), "")
    adapter = f"an adapter{f': {reason}' if reason else ''}" if outcome.adapters else ""
    return Call(
        call,
        (_FRAMEWORK[source],) if is_method(api) else (_import(api.rpartition(".")[0]),),
        inside,
        tuple(each for each in needed if _names(each) & used),
        frozenset(outcome.adapters),
        left or adapter,
    )


def _names(statement: str) -> set[str]:
    node = ast.parse(statement).body[0]
    assert isinstance(node, ast.Import | ast.ImportFrom)
    return {(each.asname or each.name).split(".")[0] for each in node.names}


def _import(owner: str) -> str:
    owner = owner.removesuffix(".Tensor").removesuffix(".Module").removesuffix(".Cell")
    return _IMPORTS.get(owner, (f"import {owner}", ""))[0]


def _prefix(owner: str) -> str:
    return _IMPORTS.get(owner, ("", owner + "."))[1]


def rewrites(api: str, entry: Entry, source: str, target: str) -> tuple[Rewrite, ...]:
    """Convert the usual forms of a call, and show the text before and after.

    Args:
        api: the API.
        entry: its counterpart.
        source: its framework.
        target: the framework to convert to.
    """
    body = entry.native
    plain = [each for each in body.parameters if each.kind in ("positional", "keyword")]
    required = [each for each in plain if each.default is None]
    optional = [each for each in plain if each.default is not None and each.name not in entry.ignores]
    base = required_arguments(body, source)
    skipped = 1 if is_method(api) else 0
    forms: list[tuple[str, list[tuple[str, str]]]] = []
    if len(required) > 1 + skipped:
        forms.append(("positional", base))
        first = max(skipped, 1 if parameter_type(required[0]) == "tensor" else 0)
        forms.append(("by keyword", base[:first] + [_keyword(each, source) for each in required[first:]]))
    elif not optional:
        forms.append(("as it is", base))
    else:
        forms.append(("defaults left out", base))
    # What another parameter does is clearer where the dimension is given.
    anchor = next((each for each in optional if each.name in ("dim", "axis")), None)
    for each in optional:
        if each is plain[len(required)] and each.kind == "positional" and each.name not in entry.refuses:
            forms.append(("positional", [*base, ("", argument(each, source))]))
        before = [_keyword(anchor, source)] if anchor is not None and each is not anchor else []
        forms.append((f"with `{each.name}`", [*base, *before, _keyword(each, source)]))
    if required and parameter_type(required[0]) == "tensor":
        forms.append(("of a call", [("", f"net({base[0][1]})"), *base[1:]]))
    found: dict[str, Rewrite] = {}
    for what, given in forms:
        text = written(api, given)
        made = convert(api, body, text, source, target)
        if what == "of a call" and not made.adapters:
            continue
        found.setdefault(text, Rewrite(what, text, made.after, made.note))
    return tuple(list(found.values())[:_LISTED])


def required_arguments(body: Body, source: str) -> list[tuple[str, str]]:
    """Return (keyword or "", argument) for each parameter without default."""
    plain = [
        each for each in body.parameters if each.kind in ("positional", "keyword") and each.default is None
    ]
    return [
        ("", argument(each, source)) if each.kind == "positional" else _keyword(each, source)
        for each in plain
    ]


def _keyword(parameter: Parameter, source: str) -> tuple[str, str]:
    return parameter.name, argument(parameter, source)
