"""Functions of ``torch`` on complex numbers, and questions about a tensor, written in MindSpore."""

from __future__ import annotations

from typing import Any

from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart
from sporeprint.torch._differs import FLUSHED, NO_BFLOAT16, NO_BOOL, NO_EMPTY
from sporeprint.torch._refuses import OUT
from sporeprint.torch._shape import broadcast_together


@counterpart("torch.complex", refuses=OUT, differs=NO_EMPTY)
def complex(real: Tensor, imag: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Make complex numbers of their two parts."""
    return complex_of(real, imag)


def complex_of(real: Tensor, imag: Tensor) -> Tensor:
    """Bring both to one shape first, which ops.Complex does not."""
    return ops.Complex()(*broadcast_together(real, imag))


@counterpart(
    "torch.polar",
    refuses=OUT,
    differs={
        **FLUSHED,
        **NO_EMPTY,
        "nan": "the result is nan where torch's is not; the gradient differs too",
        "inf": "the result is nan where torch's is not; the gradient differs too",
    },
)
def polar(abs: Tensor, angle: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Make complex numbers of their magnitude and angle."""
    return from_polar(abs, angle)


def from_polar(magnitude: Tensor, angle: Tensor) -> Tensor:
    """Compute both parts: ops.polar broadcasts wrongly.

    torch's gradient by the magnitude goes by the sign of the result, so it is 0 at 0 and turned round below.
    """
    held = ops.stop_gradient(magnitude)
    magnitude = held + (magnitude - held) * ops.sign(held)
    return complex_of(magnitude * ops.cos(angle), magnitude * ops.sin(angle))


@counterpart(
    "torch.view_as_real", differs={**NO_EMPTY, "error": "torch refuses what MindSpore takes: complex numbers"}
)
def view_as_real(input: Tensor) -> Tensor:
    """Put both parts of complex numbers into a last dimension of length 2."""
    return ops.stack((ops.real(input), ops.imag(input)), axis=-1)


@counterpart(
    "torch.view_as_complex",
    differs={
        "error": "torch refuses what MindSpore takes: Tensor must have a last dimension with stride 1",
        "view": "the result is a copy, torch's a view",
    },
)
def view_as_complex(input: Tensor) -> Tensor:
    """Make complex numbers of a last dimension of length 2."""
    return ops.Complex()(input[..., 0], input[..., 1])


@counterpart(
    "torch.conj",
    differs={**NO_BFLOAT16, **NO_BOOL, **NO_EMPTY, "view": "the result is a copy, torch's a view"},
)
def conj(input: Tensor) -> Tensor:
    """Negate imaginary parts."""
    return ops.conj(input)


@counterpart("torch.real", differs=NO_EMPTY)
def real(input: Tensor) -> Tensor:
    """Return the real parts."""
    return ops.real(input) if input.is_complex() else input


@counterpart(
    "torch.imag", differs={**NO_EMPTY, "error": "torch refuses what MindSpore takes: complex numbers"}
)
def imag(input: Tensor) -> Tensor:
    """Return the imaginary parts."""
    return ops.imag(input)


# ------------------------------------------------------------------------------
# Questions
# ------------------------------------------------------------------------------


@counterpart("torch.is_tensor")
def is_tensor(obj: Any) -> bool:
    """Tell whether something is a tensor."""
    return isinstance(obj, Tensor)


@counterpart("torch.is_complex")
def is_complex(input: Tensor) -> bool:
    """Tell whether a tensor's dtype is complex."""
    return input.is_complex()


@counterpart("torch.is_floating_point")
def is_floating_point(input: Tensor) -> bool:
    """Tell whether a tensor's dtype is one of floating point."""
    return input.is_floating_point()


@counterpart("torch.numel")
def numel(self: Tensor) -> int:
    """Count the elements."""
    return ops.numel(self)
