"""Do counterparts carry the signatures that they claim to?

torch tells its signatures in three ways, tried in this order: ``inspect.signature``; for built-ins, the
stubs that PyTorch ships (``torch/_C/_VariableFunctions.pyi``, ``torch/_C/__init__.pyi``), read as syntax; the
schema of the operator. MindSpore's are those of ``inspect.signature``, and for methods written in C the first
line of the docstring.
"""

from __future__ import annotations

import ast
import functools
import inspect
import textwrap
import typing
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import torch

Parameter = inspect.Parameter

#: What of a signature must agree: name, kind and default of each parameter, in order.
Form: TypeAlias = "tuple[tuple[str, str, str], ...]"

#: ``out=`` is handled once for all APIs, so no counterpart has to have it.
OUT = "out"

#: Overloads with dimension names (``"C"`` in place of 1, ``names=``) belong to named tensors, a prototype.
NAMED_DIMENSION = ("ellipsis", "EllipsisType", "Dimname")


class NoSignatureError(LookupError):
    """Nothing tells the signature of that name."""


def resolve(api: str) -> Any:
    """Look up a public name, in any importable package.

    Raises:
        AttributeError: there is none.
    """
    head, *rest = api.split(".")
    found: Any = torch if head == "torch" else __import__(head)
    for name in rest:
        found = getattr(found, name)
    return found


def signatures_of(api: str) -> list[inspect.Signature]:
    """Find the signatures of an API of either framework.

    Args:
        api: full public name.

    Returns:
        One for each overload, in the framework's order, without named dimensions. Annotations are text.

    Raises:
        NoSignatureError: nothing tells it.
        AttributeError: the framework has no such API.
    """
    target = resolve(api)
    try:
        return [_inspected(target)]
    except (TypeError, ValueError):
        pass
    if not api.startswith("torch."):
        return [_from_docstring(api, target)]
    if api.startswith("torch.Size."):
        raise NoSignatureError(
            f"{api}: a tuple's methods have no signatures, and a tensor's of that name is another"
        )
    method = api.startswith("torch.Tensor.")
    name = api.rpartition(".")[2]
    if method:
        found = _stubs("__init__.pyi", "TensorBase").get(name, [])
    elif api.count(".") == 1:
        found = _stubs("_VariableFunctions.pyi", "").get(name, [])
    else:
        found = []
    if inspect.isclass(target) and api.count(".") == 1:
        # A class written in C: its constructor stands in the stubs.
        made = _stubs("__init__.pyi", name).get("__init__", [])
        found = [each.replace(parameters=list(each.parameters.values())[1:]) for each in made]
    if not found:
        found = _schemas(getattr(target, "__name__", name))
    if not found:
        raise NoSignatureError(f"{api}: neither stubs nor an operator's schema tell its signature")
    return found


def problems_of(api: str, counterpart: Any) -> list[str]:
    """Compare a counterpart with the API whose name it carries.

    Args:
        api: full public name.
        counterpart: what the registry holds for it.

    Returns:
        One line for each overload that no body carries, each body that carries none, and each parameter that
        is neither used nor named in ``ignores`` or ``refuses``.
    """
    method = ".Tensor." in api
    refuses = declared(counterpart, "refuses")
    theirs = _merged([_form(signature, method, refuses) for signature in signatures_of(api)])
    ours = {label: _form(_own(body), method, refuses) for label, body in _bodies(counterpart)}
    problems = [
        f"{api}: no body carries {show(signature)}" for signature in theirs if signature not in ours.values()
    ]
    problems += [
        f"{api}: {label} has {show(signature)}, not {' nor '.join(show(s) for s in theirs)}"
        for label, signature in ours.items()
        if signature not in theirs
    ]
    excused = {*refuses, *declared(counterpart, "ignores")}
    for label, body in _bodies(counterpart):
        for name in unused_parameters(body):
            if name not in excused:
                problems.append(
                    f"{api}: {label} does not use {name}, and neither ignores nor refuses names it"
                )
    for name in excused - {name for form in ours.values() for name, _, _ in form} - {OUT}:
        problems.append(f"{api}: ignores or refuses names {name}, which is no parameter")
    return problems


def _own(body: Callable[..., Any]) -> inspect.Signature:
    """Return the signature of one of our functions or classes; a class without a constructor takes nothing."""
    if inspect.isclass(body) and not getattr(body.__init__, "__module__", "").startswith("sporeprint."):
        return inspect.Signature()
    return inspect.signature(body)


def unused_parameters(body: Callable[..., Any]) -> list[str]:
    """Find the parameters of a function that its body does not mention.

    Args:
        body: a function, or a class (whose ``__init__`` is read), with its source in a file.

    Returns:
        Names in order. A function whose source cannot be read has none.
    """
    function = body.__init__ if inspect.isclass(body) else body
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError):
        return []
    node = tree.body[0]
    if not isinstance(node, ast.FunctionDef):
        return []
    used = {
        inner.id
        for statement in node.body
        for inner in ast.walk(statement)
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load)
    }
    arguments = node.args
    names = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    names += [a.arg for a in (arguments.vararg, arguments.kwarg) if a is not None]
    return [name for name in names if name not in used and not (inspect.isclass(body) and name == "self")]


def show(form: Form) -> str:
    """Write a signature as a person would."""
    words = []
    for name, kind, default in form:
        star = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}.get(kind, "")
        only = " (keyword only)" if kind == "KEYWORD_ONLY" else ""
        words.append(f"{star}{name}{'=' + default if default else ''}{only}")
    return f"({', '.join(words)})"


def _bodies(counterpart: Any) -> Iterator[tuple[str, Callable[..., Any]]]:
    if inspect.isclass(counterpart):
        yield "the class", counterpart
        return
    yield "the native body", counterpart.native
    for place, overload in enumerate(counterpart.overloads):
        yield f"overload {place + 1}", overload
    if counterpart.exact is not counterpart.native:
        yield "the exact body", counterpart.exact


def declared(counterpart: Any, what: str) -> Mapping[str, str]:
    """Read a declaration (``"ignores"``, ``"refuses"``, ``"differs"``) of a function or a class."""
    if inspect.isclass(counterpart):
        counterpart = counterpart.__dict__["__sporeprint__"]
        return dict(counterpart[what])
    return dict(getattr(counterpart, what))


def _form(signature: inspect.Signature, method: bool, refuses: Mapping[str, str]) -> Form:
    """Reduce a signature to what must agree: names, kinds, defaults, order; a method's tensor has no name."""
    found = []
    for place, parameter in enumerate(signature.parameters.values()):
        if parameter.name == OUT and (parameter.default is None or OUT in refuses):
            continue
        name = "self" if method and place == 0 else parameter.name
        kind = parameter.kind.name
        if (place == 0 and method) or kind == "POSITIONAL_ONLY":
            kind = "POSITIONAL_OR_KEYWORD"
        default = "" if parameter.default is parameter.empty else _default(parameter.default)
        found.append((name, kind, default))
    return tuple(found)


def _default(value: Any) -> str:
    """Show a default as text; dtypes by name, so that those of two frameworks can be the same."""
    if type(value).__name__ == "Generator":
        return "None"  # the generator that is used without one
    if inspect.isfunction(value):
        return value.__name__
    text = repr(value)
    if text in ("torch.preserve_format", "strided"):
        return "None"  # no other framework has memory formats; strided is the layout that None means, too
    return text.removeprefix("torch.").removeprefix("mindspore.").lower() if "float" in text.lower() else text


def _inspected(target: Any) -> inspect.Signature:
    """Look through functions and constructors that take ``*args, **kwargs`` and hand them on."""
    signature = inspect.signature(target)
    if not _says_nothing(signature):
        return signature
    overloads = typing.get_overloads(target.__init__) if inspect.isclass(target) else ()
    if overloads:
        stated = inspect.signature(overloads[0])
        return stated.replace(parameters=list(stated.parameters.values())[1:])
    if inspect.isclass(target):
        for base in target.__mro__:
            if base is torch.nn.Module:
                # Module takes anything, and raises when given something; a class between may want it (Identity).
                return signature if "__init__" in vars(target) else inspect.Signature()
            if "__init__" in vars(base) and not _says_nothing(inspect.signature(base)):
                return inspect.signature(base)
            for cell in getattr(vars(base).get("__init__"), "__closure__", None) or ():
                if getattr(cell.cell_contents, "__name__", "") == "__init__":
                    return _of_init(cell.cell_contents)
        return signature
    # torch's boolean_dispatch chooses by a flag between functions of one signature.
    for cell in getattr(target, "__closure__", None) or ():
        if inspect.isfunction(cell.cell_contents):
            return _inspected(cell.cell_contents)  # which may choose again
    return signature


def _of_init(init: Callable[..., Any]) -> inspect.Signature:
    """What a decorated constructor takes by name: MindSpore's optimizers register their arguments."""
    parameters = list(inspect.signature(init).parameters.values())[1:]
    return inspect.Signature([each for each in parameters if each.kind is not Parameter.VAR_KEYWORD])


def _says_nothing(signature: inspect.Signature) -> bool:
    kinds = [parameter.kind for parameter in signature.parameters.values()]
    return kinds == [Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD]


def _from_docstring(api: str, target: Any) -> inspect.Signature:
    line = (target.__doc__ or "").partition("\n")[0]
    try:
        (node,) = ast.parse(f"def {line.partition(' ->')[0]}: ...").body
    except (SyntaxError, ValueError):
        raise NoSignatureError(f"{api}: MindSpore tells no signature") from None
    assert isinstance(node, ast.FunctionDef)
    signature = _from_syntax(node.args)
    receiver = Parameter("self", Parameter.POSITIONAL_OR_KEYWORD)
    return signature.replace(parameters=[receiver, *signature.parameters.values()])


def _merged(forms: list[Form]) -> list[Form]:
    """Join overloads that differ in defaults only: what one of them lets out may be left out."""
    joined: dict[Any, Form] = {}
    for form in forms:
        key = tuple((name, kind) for name, kind, _ in form)
        before = joined.get(key, form)
        pairs = zip(before, form, strict=True)
        joined[key] = tuple((name, kind, default or other) for (name, kind, default), (*_, other) in pairs)
    return list(joined.values())


def read_stubs() -> None:
    """Read the stubs that PyTorch ships, before a fork."""
    _stubs("__init__.pyi", "TensorBase")
    _stubs("_VariableFunctions.pyi", "")


@functools.cache
def _stubs(file: str, within: str) -> dict[str, list[inspect.Signature]]:
    tree = ast.parse((Path(torch.__file__).parent / "_C" / file).read_text(encoding="utf-8"))
    body: list[ast.stmt] = tree.body
    if within:
        classes = [node.body for node in body if isinstance(node, ast.ClassDef) and node.name == within]
        body = classes[0] if classes else []
    found: dict[str, list[inspect.Signature]] = {}
    for node in body:
        if isinstance(node, ast.FunctionDef):
            signature = _from_syntax(node.args)
            parameters = signature.parameters
            if "names" not in parameters and not any(
                word in str(p.annotation) for p in parameters.values() for word in NAMED_DIMENSION
            ):
                found.setdefault(node.name, []).append(signature)
    return found


def _from_syntax(arguments: ast.arguments) -> inspect.Signature:
    positional = [*arguments.posonlyargs, *arguments.args]
    missing = len(positional) - len(arguments.defaults)
    defaults: list[ast.expr | None] = [None] * missing + list(arguments.defaults)
    made = []
    for place, (argument, default) in enumerate(zip(positional, defaults, strict=True)):
        only = place < len(arguments.posonlyargs)
        kind = Parameter.POSITIONAL_ONLY if only else Parameter.POSITIONAL_OR_KEYWORD
        made.append(_parameter(argument, kind, default))
    if arguments.vararg is not None:
        made.append(_parameter(arguments.vararg, Parameter.VAR_POSITIONAL, None))
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        made.append(_parameter(argument, Parameter.KEYWORD_ONLY, default))
    if arguments.kwarg is not None:
        made.append(_parameter(arguments.kwarg, Parameter.VAR_KEYWORD, None))
    return inspect.Signature(made)


def _parameter(argument: ast.arg, kind: Any, default: ast.expr | None) -> inspect.Parameter:
    value: Any = Parameter.empty
    if default is not None:
        try:
            value = ast.literal_eval(default)
        except ValueError:
            value = _Text(ast.unparse(default))
    annotation = ast.unparse(argument.annotation) if argument.annotation else Parameter.empty
    return Parameter(argument.arg, kind, default=value, annotation=annotation)


class _Text:
    """A default that is an expression, shown as written."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def _written(argument: Any) -> Any:
    """Return a schema's default as people write it: one number in place of a list that repeats it."""
    value = argument.default_value
    if isinstance(value, list):
        return value[0] if argument.N and len(set(value)) == 1 else tuple(value)
    return value


def _schemas(operator: str) -> list[inspect.Signature]:
    found = []
    for schema in torch._C._jit_get_schemas_for_operator(f"aten::{operator}"):
        arguments = [argument for argument in schema.arguments if not argument.is_out]
        if any(word in str(argument.type) for argument in arguments for word in NAMED_DIMENSION):
            continue
        made = []
        for argument in arguments:
            # The function calls `input` what the operator calls `self`.
            name = "input" if argument.name == "self" else argument.name
            default = _written(argument) if argument.has_default_value() else Parameter.empty
            kind = Parameter.KEYWORD_ONLY if argument.kwarg_only else Parameter.POSITIONAL_OR_KEYWORD
            made.append(Parameter(name, kind, default=default, annotation=str(argument.type)))
        signature = inspect.Signature(made)
        if signature not in found:
            found.append(signature)
    return found
