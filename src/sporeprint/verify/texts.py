"""The third leg: the text that the converter writes for a call, executed."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from sporeprint.convert import MODULE, build, convert_bytes
from sporeprint.convert.file import Options
from sporeprint.verify.calls import Text


class LeftAloneError(Exception):
    """The converter reports the call and leaves it to a person: no result, and none pretended."""


def convert_and_load(text: Text, to: str, fidelity: str) -> Callable[..., Any]:
    """Convert user code as the command does, and load it with the adapters that it needs.

    Args:
        text: a call as user code.
        to: ``"mindspore"`` or ``"torch"``.
        fidelity: ``"native"`` or ``"exact"``.

    Returns:
        The function that the text defines, converted.

    Raises:
        LeftAloneError: with the converter's reasons.
        Exception: whatever executing the converted text raises.
    """
    converted = convert_bytes(text.source.encode(), "<text>", Options(to, fidelity), MODULE[to])
    if converted.report.left:
        raise LeftAloneError("; ".join(finding.reason for finding in converted.report.left))
    modules = {}
    if converted.adapters:
        modules[MODULE[to]] = _adapters(frozenset(converted.adapters), to, fidelity)
    return load(converted.data.decode(), text.entry, modules)


def load(source: str, entry: str, modules: dict[str, ModuleType] | None = None) -> Callable[..., Any]:
    """Execute a module's text.

    Args:
        source: the text.
        entry: the function wanted of it.
        modules: by name, what it can import beside what is installed.

    Returns:
        The function.
    """
    sys.modules.update(modules or {})
    # MindSpore's gradient looks up __name__ in the globals of what it differentiates.
    space: dict[str, Any] = {"__name__": "converted"}
    exec(compile(source, "<converted>", "exec"), space)
    function: Callable[..., Any] = space[entry]
    return function


@functools.cache
def _adapters(names: frozenset[str], to: str, fidelity: str) -> ModuleType:
    module = ModuleType(MODULE[to])
    # A class looks its module up while it is made.
    sys.modules[module.__name__] = module
    exec(compile(build(names, to, fidelity), f"<{module.__name__}>", "exec"), module.__dict__)
    return module
