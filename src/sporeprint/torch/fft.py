"""``torch.fft``, written in MindSpore."""

from __future__ import annotations

import mindspore as ms
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart, overload_of
from sporeprint.torch._differs import FLUSHED, NO_0D, NO_BFLOAT16, NO_BOOL, NO_EMPTY
from sporeprint.torch._refuses import DEVICE_AND_PINNING, LAYOUT
from sporeprint.torch._shape import rolled

__all__ = [
    "fft", "fft2", "fftfreq", "fftn", "fftshift", "ifft", "ifft2", "ifftn", "ifftshift",
    "irfft", "irfft2", "irfftn", "rfft", "rfft2", "rfftfreq", "rfftn",
]  # fmt: skip


@counterpart(
    "torch.fft.fft",
    differs={
        **NO_BOOL,
        "error": "torch refuses what MindSpore takes: float16, bfloat16",
        "nan": "the result is nan where torch's is not",
        "inf": "the result is nan where torch's is not",
        "accuracy": "float64 is computed with the accuracy of float32",
        "uint8": "MindSpore's kernel takes no integers: it raises",
        "int8": "MindSpore's kernel takes no integers: it raises",
    },
)
def fft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """Transform along a dimension, cut or padded with zeros to length n."""
    return ops.fft(input, n=n, dim=dim, norm=norm)


@counterpart(
    "torch.fft.ifft",
    differs={
        **NO_BOOL,
        "error": "torch refuses what MindSpore takes: float16, bfloat16",
        "nan": "the result is nan where torch's is not",
        "inf": "the result is nan where torch's is not",
        "accuracy": "float64 is computed with the accuracy of float32",
        "uint8": "MindSpore's kernel takes no integers: it raises",
        "int8": "MindSpore's kernel takes no integers: it raises",
    },
)
def ifft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """Transform back along a dimension, cut or padded with zeros to length n."""
    return ops.ifft(input, n=n, dim=dim, norm=norm)


@counterpart(
    "torch.fft.rfft",
    differs={
        **NO_BOOL,
        "error": "torch refuses what MindSpore takes: float16, bfloat16, complex numbers",
        "inf": "the result is nan where torch's is not",
        "uint8": "MindSpore's kernel takes no integers: it raises",
        "int8": "MindSpore's kernel takes no integers: it raises",
    },
)
def rfft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """Transform real numbers along a dimension, cut or padded to length n; half of the result tells all."""
    return ops.rfft(input, n=n, dim=dim, norm=norm)


@counterpart(
    "torch.fft.irfft",
    differs={
        **NO_BOOL,
        **FLUSHED,
        "error": "the process dies (SIGFPE where the sou)",
        "nan": "the result is nan where torch's is not",
        "inf": "the result is nan where torch's is not",
        "accuracy": "the kernel errs by up to 659 units in the last place",
        "uint8": "MindSpore's kernel takes no integers: it raises",
        "int8": "MindSpore's kernel takes no integers: it raises",
    },
)
def irfft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """Transform back to real numbers along a dimension, cut or padded with zeros to length n."""
    return ops.irfft(input, n=n, dim=dim, norm=norm)


@counterpart(
    "torch.fft.fft2",
    differs={
        **NO_BOOL,
        **NO_EMPTY,
        "error": "torch refuses what MindSpore takes: float16, bfloat16",
        "nan": "the result is nan where torch's is not",
        "inf": "the result is nan where torch's is not",
        "uint8": "MindSpore's kernel takes no integers: it raises",
        "int8": "MindSpore's kernel takes no integers: it raises",
    },
)
def fft2(
    input: Tensor,
    s: int | tuple[int, ...] | None = None,
    dim: int | tuple[int, ...] = (-2, -1),
    norm: str | None = None,
) -> Tensor:
    """Transform along two dimensions, cut or padded with zeros to lengths s."""
    if isinstance(s, int):
        s = (s,)
    if isinstance(dim, int):
        dim = (dim,)
    return ops.fft2(input, s=s, dim=dim, norm=norm)


@counterpart(
    "torch.fft.ifft2",
    differs={
        **NO_BOOL,
        **NO_EMPTY,
        "error": "torch refuses what MindSpore takes: float16, bfloat16",
        "nan": "the result is nan where torch's is not",
        "inf": "the result is nan where torch's is not",
        "uint8": "MindSpore's kernel takes no integers: it raises",
        "int8": "MindSpore's kernel takes no integers: it raises",
    },
)
def ifft2(
    input: Tensor,
    s: int | tuple[int, ...] | None = None,
    dim: int | tuple[int, ...] = (-2, -1),
    norm: str | None = None,
) -> Tensor:
    """Transform back along two dimensions, cut or padded with zeros to lengths s."""
    if isinstance(s, int):
        s = (s,)
    if isinstance(dim, int):
        dim = (dim,)
    return ops.ifft2(input, s=s, dim=dim, norm=norm)


@counterpart(
    "torch.fft.rfft2",
    differs={
        **NO_BOOL,
        **NO_EMPTY,
        "error": "torch refuses what MindSpore takes: float16, bfloat16, complex numbers",
        "nan": "the result is nan where torch's is not",
        "inf": "the result is nan where torch's is not",
        "uint8": "MindSpore's kernel takes no integers: it raises",
        "int8": "MindSpore's kernel takes no integers: it raises",
    },
)
def rfft2(
    input: Tensor,
    s: int | tuple[int, ...] | None = None,
    dim: int | tuple[int, ...] = (-2, -1),
    norm: str | None = None,
) -> Tensor:
    """Transform real numbers along two dimensions, cut or padded with zeros to lengths s."""
    if isinstance(s, int):
        s = (s,)
    if isinstance(dim, int):
        dim = (dim,)
    return ops.rfft2(input, s=s, dim=dim, norm=norm)


@counterpart(
    "torch.fft.irfft2",
    differs={
        **NO_BOOL,
        **FLUSHED,
        **NO_EMPTY,
        "error": "torch refuses what MindSpore takes: float16, bfloat16",
        "inf": "the result is nan where torch's is not",
        "accuracy": "float64 is computed with the accuracy of float32",
        "uint8": "MindSpore's kernel takes no integers: it raises",
        "int8": "MindSpore's kernel takes no integers: it raises",
    },
)
def irfft2(
    input: Tensor,
    s: int | tuple[int, ...] | None = None,
    dim: int | tuple[int, ...] = (-2, -1),
    norm: str | None = None,
) -> Tensor:
    """Transform back to real numbers along two dimensions, cut or padded with zeros to lengths s."""
    if isinstance(s, int):
        s = (s,)
    if isinstance(dim, int):
        dim = (dim,)
    return ops.irfft2(input, s=s, dim=dim, norm=norm)


@counterpart(
    "torch.fft.fftn",
    differs={
        **NO_BOOL,
        **NO_EMPTY,
        **NO_0D,
        "error": "torch refuses what MindSpore takes: float16, bfloat16",
        "nan": "the result is nan where torch's is not",
        "inf": "the result is nan where torch's is not",
        "uint8": "MindSpore's kernel takes no integers: it raises",
        "int8": "MindSpore's kernel takes no integers: it raises",
    },
)
def fftn(
    input: Tensor,
    s: int | tuple[int, ...] | None = None,
    dim: int | tuple[int, ...] | None = None,
    norm: str | None = None,
) -> Tensor:
    """Transform along several dimensions, cut or padded with zeros to lengths s."""
    if isinstance(s, int):
        s = (s,)
    if isinstance(dim, int):
        dim = (dim,)
    return ops.fftn(input, s=s, dim=dim, norm=norm)


@counterpart(
    "torch.fft.ifftn",
    differs={
        **NO_BOOL,
        **NO_EMPTY,
        **NO_0D,
        "error": "torch refuses what MindSpore takes: float16, bfloat16",
        "nan": "the result is nan where torch's is not",
        "inf": "the result is nan where torch's is not",
        "uint8": "MindSpore's kernel takes no integers: it raises",
        "int8": "MindSpore's kernel takes no integers: it raises",
    },
)
def ifftn(
    input: Tensor,
    s: int | tuple[int, ...] | None = None,
    dim: int | tuple[int, ...] | None = None,
    norm: str | None = None,
) -> Tensor:
    """Transform back along several dimensions, cut or padded with zeros to lengths s."""
    if isinstance(s, int):
        s = (s,)
    if isinstance(dim, int):
        dim = (dim,)
    return ops.ifftn(input, s=s, dim=dim, norm=norm)


@counterpart(
    "torch.fft.rfftn",
    differs={
        **NO_BOOL,
        **NO_EMPTY,
        "error": "torch refuses what MindSpore takes: float16, bfloat16, complex numbers",
        "nan": "the result is nan where torch's is not",
        "inf": "the result is (inf+nanj), not (inf+0j)",
        "uint8": "MindSpore's kernel takes no integers: it raises",
        "int8": "MindSpore's kernel takes no integers: it raises",
    },
)
def rfftn(
    input: Tensor,
    s: int | tuple[int, ...] | None = None,
    dim: int | tuple[int, ...] | None = None,
    norm: str | None = None,
) -> Tensor:
    """Transform real numbers along several dimensions, cut or padded with zeros to lengths s."""
    if isinstance(s, int):
        s = (s,)
    if isinstance(dim, int):
        dim = (dim,)
    return ops.rfftn(input, s=s, dim=dim, norm=norm)


@counterpart(
    "torch.fft.irfftn",
    differs={
        **NO_BOOL,
        **FLUSHED,
        **NO_EMPTY,
        "error": "torch refuses what MindSpore takes: float16, bfloat16",
        "inf": "the result is nan where torch's is not",
        "accuracy": "float64 is computed with the accuracy of float32",
        "uint8": "MindSpore's kernel takes no integers: it raises",
        "int8": "MindSpore's kernel takes no integers: it raises",
    },
)
def irfftn(
    input: Tensor,
    s: int | tuple[int, ...] | None = None,
    dim: int | tuple[int, ...] | None = None,
    norm: str | None = None,
) -> Tensor:
    """Transform back to real numbers along several dimensions, cut or padded with zeros to lengths s."""
    if isinstance(s, int):
        s = (s,)
    if isinstance(dim, int):
        dim = (dim,)
    if dim is None and s is not None:  # without it the gradient kills the process
        dim = tuple(range(-len(s), 0))
    return ops.irfftn(input, s=s, dim=dim, norm=norm)


@counterpart("torch.fft.fftshift", differs={**NO_BFLOAT16, **NO_EMPTY})
def fftshift(input: Tensor, dim: int | tuple[int, ...] | None = None) -> Tensor:
    """Move frequency 0 to the middle."""
    return shifted(input, dim, 1)


def shifted(tensor: Tensor, dim: int | tuple[int, ...] | None, sign: int) -> Tensor:
    """Roll by half of each dimension; the gradients of ops.fftshift and ops.ifftshift are not right."""
    dims = tuple(range(tensor.ndim)) if dim is None else (dim,) if isinstance(dim, int) else tuple(dim)
    return rolled(tensor, tuple(sign * (tensor.shape[each] // 2) for each in dims), dims)


@counterpart("torch.fft.ifftshift", differs={**NO_BFLOAT16, **NO_EMPTY})
def ifftshift(input: Tensor, dim: int | tuple[int, ...] | None = None) -> Tensor:
    """Move frequency 0 back to the front."""
    return shifted(input, dim, -1)


@counterpart("torch.fft.fftfreq", ignores=DEVICE_AND_PINNING, refuses=LAYOUT)
def fftfreq(
    n: int,
    d: float = 1.0,
    *,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = None,
) -> Tensor:
    """Return the frequencies that fft tells; float32 unless dtype says otherwise."""
    return ops.fftfreq(n, d, dtype=dtype)


@overload_of(fftfreq)
def _(n: int, d: float = 1.0) -> Tensor:
    return ops.fftfreq(n, d)


@counterpart("torch.fft.rfftfreq", ignores=DEVICE_AND_PINNING, refuses=LAYOUT)
def rfftfreq(
    n: int,
    d: float = 1.0,
    *,
    dtype: ms.Type | None = None,
    layout: object | None = None,
    device: object | None = None,
    pin_memory: bool | None = None,
) -> Tensor:
    """Return the frequencies that rfft tells; float32 unless dtype says otherwise."""
    return ops.rfftfreq(n, d, dtype=dtype)


@overload_of(rfftfreq)
def _(n: int, d: float = 1.0) -> Tensor:
    return ops.rfftfreq(n, d)
