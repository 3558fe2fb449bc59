"""Pickles read as data.

A pickle is a program that may call any function there is. This machine runs the part of it that builds plain values,
and knows a few names, which stand for functions of our own that build descriptions of tensors. Any other name ends the
reading, before anything is called. Python's own unpickler is not involved, and neither framework is imported.
"""

from __future__ import annotations

import io
import pickletools
import struct
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO, Any

from sporeprint.weights.tensors import DamagedError, WeightsError

Function = Callable[..., object]

_PLAIN = frozenset(
    ["INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT", "STRING", "BINSTRING",
     "SHORT_BINSTRING", "UNICODE", "SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "BINBYTES", "SHORT_BINBYTES",
     "BINBYTES8", "BYTEARRAY8"]
)  # fmt: skip
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_EMPTY: dict[str, Callable[[], object]] = {
    "EMPTY_LIST": list,
    "EMPTY_DICT": dict,
    "EMPTY_TUPLE": tuple,
    "EMPTY_SET": set,
}
_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_MARK = object()


class RefusedError(WeightsError):
    """A pickle asks for something that is not data."""


class Called:
    """A name that the pickle may use: a function of ours, or a value."""

    def __init__(self, name: str, function: Function | None = None, value: object = None) -> None:
        self.name, self.function, self.value = name, function, value


class Machine:
    """Runs pickles.

    Args:
        path: the file, for messages.
        known: qualified name -> what it stands for.
        persistent: makes what a persistent id stands for.
    """

    def __init__(self, path: Path, known: Mapping[str, Called], persistent: Callable[[Any], object]) -> None:
        self.path, self.known, self.persistent = path, known, persistent

    def run(self, file: IO[bytes]) -> Any:
        """Return what the next pickle of a file describes; the file stands behind it then.

        Raises:
            RefusedError: it names something else than data.
            DamagedError: it is no pickle.
        """
        try:
            return self._run(file)
        except (
            LookupError, TypeError, ValueError, AttributeError, OverflowError, RecursionError, struct.error,
            MemoryError, AssertionError,
        ) as error:  # fmt: skip
            raise DamagedError(
                self.path, f"its pickle ends in {type(error).__name__}: {error!s:.100}"
            ) from error

    def _run(self, file: IO[bytes]) -> Any:
        stack: list[Any] = []
        memo: dict[int, Any] = {}

        def marked() -> list[Any]:
            at = len(stack) - 1 - next(i for i, each in enumerate(reversed(stack)) if each is _MARK)
            items = stack[at + 1 :]
            del stack[at:]
            return items

        def pop() -> Any:
            value = stack.pop()
            if value is _MARK:
                raise ValueError("a mark where a value belongs")
            return value

        try:
            argument: Any
            for code, argument, _ in pickletools.genops(file):
                name = code.name
                if name in _PLAIN:
                    stack.append(argument)
                elif name in _CONSTANTS:
                    stack.append(_CONSTANTS[name])
                elif name in ("PROTO", "FRAME"):
                    pass
                elif name == "MARK":
                    stack.append(_MARK)
                elif name in ("BINPUT", "LONG_BINPUT", "PUT"):
                    memo[argument] = stack[-1]
                elif name == "MEMOIZE":
                    memo[len(memo)] = stack[-1]
                elif name in ("BINGET", "LONG_BINGET", "GET"):
                    stack.append(memo[argument])
                elif name in _EMPTY:
                    stack.append(_EMPTY[name]())
                elif name == "TUPLE":
                    stack.append(tuple(marked()))
                elif name in _TUPLES:
                    items = [pop() for _ in range(_TUPLES[name])]
                    stack.append(tuple(reversed(items)))
                elif name == "LIST":
                    stack.append(marked())
                elif name == "DICT":
                    stack.append(_pairs(marked()))
                elif name == "FROZENSET":
                    stack.append(frozenset(_keys(marked())))
                elif name == "APPEND":
                    _top(stack, list, 2).append(pop())
                elif name == "APPENDS":
                    items = marked()
                    _top(stack, list).extend(items)
                elif name == "SETITEM":
                    value, key = pop(), pop()
                    _top(stack, dict).update(_pairs([key, value]))
                elif name == "SETITEMS":
                    items = marked()
                    _top(stack, dict).update(_pairs(items))
                elif name == "ADDITEMS":
                    items = marked()
                    _top(stack, set).update(_keys(items))
                elif name == "POP":
                    stack.pop()
                elif name == "POP_MARK":
                    marked()
                elif name == "DUP":
                    stack.append(stack[-1])
                elif name == "GLOBAL":
                    stack.append(self._global(*argument.split(" ", 1)))
                elif name == "STACK_GLOBAL":
                    attribute, module = pop(), pop()
                    stack.append(self._global(module, attribute))
                elif name in ("REDUCE", "NEWOBJ"):
                    arguments, function = pop(), pop()
                    stack.append(self._call(function, arguments))
                elif name == "BUILD":
                    pop()  # attributes of an object of ours: the versions of a state dict, a tensor's own
                    if not isinstance(stack[-1], dict) and not hasattr(stack[-1], "dtype"):
                        raise RefusedError(self._refusal("the state of an object", "it is no data"))
                elif name == "BINPERSID":
                    stack.append(self.persistent(pop()))
                elif name == "INST":
                    self._global(*argument.split(" ", 1))
                    raise RefusedError(self._refusal("an instance", "it is no data"))
                elif name == "STOP":
                    value = pop()
                    if stack:
                        raise ValueError("values that nothing uses")
                    return value.value if isinstance(value, Called) else value
                else:
                    raise RefusedError(self._refusal(f"the instruction {name}", "it is not needed for data"))
        except StopIteration:  # of the search for a mark
            raise ValueError("no mark where one belongs") from None
        raise ValueError("it has no end")

    def _global(self, module: object, name: object) -> object:
        full = f"{module}.{name}"
        found = self.known.get(full.replace("__builtin__.", "builtins."))
        if found is None or not isinstance(module, str) or not isinstance(name, str):
            raise RefusedError(self._refusal(_shown(full), "only tensors and plain values are read"))
        return found if found.function is not None else found.value

    def _call(self, function: object, arguments: object) -> object:
        if not isinstance(function, Called) or function.function is None:
            raise RefusedError(self._refusal(f"a call of {_shown(repr(function))}", "it is no function"))
        if not isinstance(arguments, tuple):
            raise ValueError("the arguments of a call are no tuple")
        return function.function(*arguments)

    def _refusal(self, what: str, why: str) -> str:
        return (
            f"{self.path}: refused, the pickle asks for {what}; {why}, and nothing of it was executed. If you trust "
            "the file, load it where it was made and save its state_dict() alone"
        )


def _pairs(items: list[Any]) -> dict[Any, Any]:
    return dict(zip(_keys(items[::2]), items[1::2], strict=True))


def _keys(items: Iterable[Any]) -> list[Any]:
    """Return keys that are plain: the hash of a tuple in a tuple in a tuple… takes as much stack as there are."""
    keys = list(items)
    if not all(key is None or isinstance(key, (str, int, float, bytes)) for key in keys):
        raise TypeError("a key that is no plain value")
    return keys


def _top(stack: list[Any], kind: type, depth: int = 1) -> Any:
    if not isinstance(stack[-depth], kind):
        raise TypeError(f"{type(stack[-depth]).__name__} where {kind.__name__} belongs")
    return stack[-depth]


def _shown(text: str) -> str:
    return ascii(text)[1:-1][:200]


def plain_functions() -> dict[str, Called]:
    """Return the names of Python's own that plain values are made with."""

    def mapping(pairs: Iterable[tuple[object, object]] | dict[object, object] = ()) -> dict[object, object]:
        items = list(pairs.items() if isinstance(pairs, dict) else pairs)
        return _pairs([part for key, value in items for part in (key, value)])

    def encoded(text: str, encoding: str) -> bytes:
        if encoding not in ("latin1", "latin-1"):
            raise ValueError(f"encoding {encoding}")
        return text.encode("latin-1")

    functions: dict[str, Function] = {
        "collections.OrderedDict": mapping,
        "collections.Counter": mapping,
        "_codecs.encode": encoded,
        "builtins.set": lambda items=(): set(_keys(items)),
        "builtins.bytearray": lambda data=b"": bytearray(data),
        "builtins.complex": lambda real, imaginary: complex(float(real), float(imaginary)),
    }
    return {name: Called(name, function) for name, function in functions.items()}


def loads(machine: Machine, data: bytes) -> Any:
    """Return what a pickle describes that fills all of its bytes."""
    return machine.run(io.BytesIO(data))
