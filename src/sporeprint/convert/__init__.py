"""The converter: source files in, edited source files and an account of every use out."""

from __future__ import annotations

from sporeprint.convert.adapters import MODULE, build
from sporeprint.convert.file import Converted, Options, convert_bytes


def convert_source(text: str, *, to: str = "mindspore", fidelity: str = "native") -> str:
    """Convert the text of one file.

    Args:
        text: Python source.
        to: the framework to convert to, "mindspore" or "torch".
        fidelity: "native" or "exact".

    Returns:
        The converted text. The adapters it imports are in the module that :func:`adapters_for` writes.
    """
    return convert_bytes(text.encode(), "<text>", Options(to, fidelity), MODULE[to]).data.decode()


__all__ = ["MODULE", "Converted", "Options", "build", "convert_bytes", "convert_source"]
