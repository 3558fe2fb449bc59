"""The vocabulary of counterparts.

A counterpart is one function (or class) that carries the signature of an API of the one framework and whose
body is code of the other. Everything else is derived from it: the rewrite of a call, the adapter, the page
and the test (see ``docs/architecture.md``). Two kinds of reader use these files:

* Python, which imports them as a library: ``sporeprint.torch.nn.functional.log_softmax(x, dim=1)``;
* :mod:`sporeprint.catalog`, which reads them as syntax and so needs neither framework installed.

This module is all that the first one needs, and it imports no framework.
"""

from __future__ import annotations

import functools
import inspect
import sys
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T", bound=type)

#: Where a sample may lie outside the common domain (float32, integers and bool where the API takes them; finite and
#: not denormal; not empty; rank 1 or more). The keys of ``differs`` are built from these words, joined with " & ".
#: ``denormal``: a number below the normal ones of its format. ``uninitialised``: MindSpore returns memory that it has
#: not written. What shows there depends on what else the process did, so such an entry need not show.
#: ``names``, ``state``, ``initial``: of a module, the names and shapes in its state dict, what a call leaves in its
#: buffers, and the distributions of what it starts with.
CONDITIONS = frozenset(
    {
        "float16", "bfloat16", "float64", "complex64", "complex128",
        "int8", "int16", "int32", "int64", "uint8", "bool",
        "0-d", "unbatched", "empty", "nan", "inf", "denormal", "non-contiguous", "view",
        "gradient", "accuracy", "warning", "error", "random", "uninitialised",
        "names", "state", "initial",
    }
)  # fmt: skip


class Counterpart(Generic[P, R]):
    """A function of the one framework, written in the other.

    Calling it runs the *native* body. :attr:`exact` runs the exact one, which is the native body again where
    no second one was written. Overloads are tried in the order in which they were written. Either way a refused
    parameter that is given anything but its default raises TypeError: it is not dropped in silence.
    """

    def __init__(
        self,
        native: Callable[P, R],
        apis: tuple[str, ...],
        ignores: Mapping[str, str],
        refuses: Mapping[str, str],
        differs: Mapping[str, str],
    ) -> None:
        self.apis = apis
        self.ignores = ignores
        self.refuses = refuses
        self.differs = differs
        self.native = _refusing(native, apis[0], refuses)
        self.exact: Callable[P, R] = self.native
        self.overloads: list[Callable[..., Any]] = []
        self.base: type | None = None
        functools.update_wrapper(self, native)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the native body, or the first overload that takes these arguments.

        Raises:
            TypeError: a refused parameter is used.
        """
        return self._chosen(args, kwargs, self.native)(*args, **kwargs)

    def or_overload(self, body: Callable[P, R]) -> Callable[P, R]:
        """Return what runs the first overload that takes the arguments, and ``body`` where none does."""

        @functools.wraps(body)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            return self._chosen(args, kwargs, body)(*args, **kwargs)

        return run

    def _chosen(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], otherwise: Callable[P, R]
    ) -> Callable[P, R]:
        return next((each for each in self.overloads if _takes(each, args, kwargs)), otherwise)

    def __repr__(self) -> str:
        return f"<counterpart of {', '.join(self.apis)}>"


#: api name -> the object that carries it: a :class:`Counterpart`, or a class decorated with :func:`counterpart`.
REGISTRY: dict[str, Any] = {}


def counterpart(
    *apis: str,
    ignores: Mapping[str, str] | None = None,
    refuses: Mapping[str, str] | None = None,
    differs: Mapping[str, str] | None = None,
) -> Callable[[Callable[P, R]], Counterpart[P, R]]:
    """Declare that a function is the counterpart of one or more APIs which have the same signature.

    Args:
        apis: full public names, such as ``torch.nn.functional.log_softmax``.
        ignores: parameter -> why leaving it out changes no result.
        refuses: parameter -> what to do instead; it has an effect that the target cannot give, so a call that
            uses it is reported and left alone.
        differs: condition (words of :data:`CONDITIONS` joined with " & ") -> what differs there and why. Strict:
            a sample that differs must be covered, and an entry under which nothing differs fails the test.

    Returns:
        The decorator; what it returns runs the native body when called.

    Raises:
        ValueError: an API has a counterpart already, or a condition is not one of the known words.
    """

    def declare(function: Callable[P, R]) -> Counterpart[P, R]:
        made = Counterpart(function, apis, ignores or {}, refuses or {}, differs or {})
        _register(made, apis, differs or {})
        return made

    return declare


def counterpart_class(
    *apis: str,
    ignores: Mapping[str, str] | None = None,
    refuses: Mapping[str, str] | None = None,
    differs: Mapping[str, str] | None = None,
) -> Callable[[T], T]:
    """Declare that a class is the counterpart of a class. Such a counterpart is always an adapter.

    Same parameters as :func:`counterpart`. A refused parameter of the constructor raises as a function's does.
    """

    def declare(cls: T) -> T:
        _register(cls, apis, differs or {})
        declared = cast(Any, cls)
        if refuses:
            declared.__init__ = _refusing(declared.__init__, apis[0], refuses)
        declared.__sporeprint__ = {
            "apis": apis, "ignores": ignores or {}, "refuses": refuses or {}, "differs": differs or {},
        }  # fmt: skip
        return cls

    return declare


def exact_of(of: Counterpart[P, R]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare the second body of a counterpart: the source framework's result in the corner cases too."""

    def declare(function: Callable[P, R]) -> Callable[P, R]:
        of.exact = of.or_overload(_refusing(function, of.apis[0], of.refuses))
        return function

    return declare


def base_of(of: Counterpart[..., Any]) -> Callable[[T], T]:
    """Declare the class that a user's class derives from where it derived from the API of a function counterpart."""

    def declare(cls: T) -> T:
        of.base = cls
        return cls

    return declare


def overload_of(of: Counterpart[..., Any]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare another signature of the same API, tried before the one that was decorated first."""

    def declare(function: Callable[P, R]) -> Callable[P, R]:
        of.overloads.append(_refusing(function, of.apis[0], of.refuses))
        return function

    return declare


def _defaults(function: Callable[..., Any], names: Iterable[str]) -> dict[str, tuple[int, Any]]:
    """Where each parameter stands (keyword-only ones behind all arguments), and its default."""
    parameters = inspect.signature(function).parameters
    return {
        name: (
            sys.maxsize if parameters[name].kind is inspect.Parameter.KEYWORD_ONLY else place,
            None if parameters[name].default is inspect.Parameter.empty else parameters[name].default,
        )
        for place, name in enumerate(parameters)
        if name in names
    }


def _refusing(function: Callable[P, R], api: str, refuses: Mapping[str, str]) -> Callable[P, R]:
    """Let a function raise TypeError where a refused parameter has another value than its default."""
    refused = _defaults(function, refuses) if refuses else {}
    if not refused:
        return function

    @functools.wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        for name, (place, default) in refused.items():
            value = args[place] if place < len(args) else kwargs.get(name, default)
            # Only what has the default's own type is compared with it: a tensor's comparison is no bool.
            if value is not default and not (type(value) is type(default) and value == default):
                raise TypeError(f"{api}: {name} is refused: {refuses[name]}")
        return function(*args, **kwargs)

    return checked


def _takes(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether the arguments bind, and each one is an instance of its annotation as far as that names classes."""
    try:
        bound = inspect.signature(function, eval_str=True).bind(*args, **kwargs)
    except TypeError:
        return False
    for name, value in bound.arguments.items():
        parameter = bound.signature.parameters[name]
        wanted = parameter.annotation
        options = typing.get_args(wanted) if isinstance(wanted, types.UnionType) else (wanted,)
        classes = [typing.get_origin(each) or each for each in options]
        classes += [int, float] if complex in classes else [int] if float in classes else []
        values = value if parameter.kind is parameter.VAR_POSITIONAL else (value,)
        named = all(isinstance(each, type) for each in classes)
        if named and not all(isinstance(each, tuple(classes)) for each in values):
            return False
    return True


def _register(what: object, apis: tuple[str, ...], differs: Mapping[str, str]) -> None:
    for api in apis:
        if api in REGISTRY:
            raise ValueError(f"{api} has a counterpart already: {REGISTRY[api]!r}. Delete one of the two.")
        REGISTRY[api] = what
    for condition in differs:
        unknown = set(condition.split(" & ")) - CONDITIONS
        if unknown:
            raise ValueError(
                f"{apis[0]}: unknown condition {sorted(unknown)} in differs; choose from {sorted(CONDITIONS)}"
            )
