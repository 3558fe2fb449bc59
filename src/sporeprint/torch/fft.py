"""``torch.fft``, written in MindSpore."""

from __future__ import annotations

import mindspore as ms
from mindspore import Tensor, ops

from sporeprint.counterpart import counterpart, overload_of
from sporeprint.torch._refuses import DEVICE_AND_PINNING, LAYOUT

__all__ = [
    "fft", "fft2", "fftfreq", "fftn", "fftshift", "hfft", "ifft", "ifft2", "ifftn", "ifftshift",
    "ihfft", "irfft", "irfft2", "irfftn", "rfft", "rfft2", "rfftfreq", "rfftn",
]  # fmt: skip


@counterpart("torch.fft.fft")
def fft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """Transform along a dimension, cut or padded with zeros to length n."""
    return ops.fft(input, n=n, dim=dim, norm=norm)


@counterpart("torch.fft.ifft")
def ifft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """Transform back along a dimension, cut or padded with zeros to length n."""
    return ops.ifft(input, n=n, dim=dim, norm=norm)


@counterpart("torch.fft.rfft")
def rfft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """Transform real numbers along a dimension, cut or padded with zeros to length n; the half that tells all is kept."""
    return ops.rfft(input, n=n, dim=dim, norm=norm)


@counterpart("torch.fft.irfft")
def irfft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """Transform back to real numbers along a dimension, cut or padded with zeros to length n."""
    return ops.irfft(input, n=n, dim=dim, norm=norm)


@counterpart("torch.fft.hfft")
def hfft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """Transform half of what is symmetric to real numbers, cut or padded with zeros to length n."""
    return ops.hfft(input, n=n, dim=dim, norm=norm)


@counterpart("torch.fft.ihfft")
def ihfft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """Transform back from hfft along a dimension, cut or padded with zeros to length n."""
    return ops.ihfft(input, n=n, dim=dim, norm=norm)


@counterpart("torch.fft.fft2")
def fft2(
    input: Tensor,
    s: tuple[int, ...] | None = None,
    dim: tuple[int, ...] | list[int] = [-2, -1],  # noqa: B006 - torch's default is a list, too
    norm: str | None = None,
) -> Tensor:
    """Transform along two dimensions, cut or padded with zeros to lengths s."""
    return ops.fft2(input, s=s, dim=tuple(dim), norm=norm)


@counterpart("torch.fft.ifft2")
def ifft2(
    input: Tensor,
    s: tuple[int, ...] | None = None,
    dim: tuple[int, ...] | list[int] = [-2, -1],  # noqa: B006 - torch's default is a list, too
    norm: str | None = None,
) -> Tensor:
    """Transform back along two dimensions, cut or padded with zeros to lengths s."""
    return ops.ifft2(input, s=s, dim=tuple(dim), norm=norm)


@counterpart("torch.fft.rfft2")
def rfft2(
    input: Tensor,
    s: tuple[int, ...] | None = None,
    dim: tuple[int, ...] | list[int] = [-2, -1],  # noqa: B006 - torch's default is a list, too
    norm: str | None = None,
) -> Tensor:
    """Transform real numbers along two dimensions, cut or padded with zeros to lengths s."""
    return ops.rfft2(input, s=s, dim=tuple(dim), norm=norm)


@counterpart("torch.fft.irfft2")
def irfft2(
    input: Tensor,
    s: tuple[int, ...] | None = None,
    dim: tuple[int, ...] | list[int] = [-2, -1],  # noqa: B006 - torch's default is a list, too
    norm: str | None = None,
) -> Tensor:
    """Transform back to real numbers along two dimensions, cut or padded with zeros to lengths s."""
    return ops.irfft2(input, s=s, dim=tuple(dim), norm=norm)


@counterpart("torch.fft.fftn")
def fftn(
    input: Tensor,
    s: tuple[int, ...] | None = None,
    dim: tuple[int, ...] | None = None,
    norm: str | None = None,
) -> Tensor:
    """Transform along several dimensions, cut or padded with zeros to lengths s."""
    return ops.fftn(input, s=s, dim=dim, norm=norm)


@counterpart("torch.fft.ifftn")
def ifftn(
    input: Tensor,
    s: tuple[int, ...] | None = None,
    dim: tuple[int, ...] | None = None,
    norm: str | None = None,
) -> Tensor:
    """Transform back along several dimensions, cut or padded with zeros to lengths s."""
    return ops.ifftn(input, s=s, dim=dim, norm=norm)


@counterpart("torch.fft.rfftn")
def rfftn(
    input: Tensor,
    s: tuple[int, ...] | None = None,
    dim: tuple[int, ...] | None = None,
    norm: str | None = None,
) -> Tensor:
    """Transform real numbers along several dimensions, cut or padded with zeros to lengths s."""
    return ops.rfftn(input, s=s, dim=dim, norm=norm)


@counterpart("torch.fft.irfftn")
def irfftn(
    input: Tensor,
    s: tuple[int, ...] | None = None,
    dim: tuple[int, ...] | None = None,
    norm: str | None = None,
) -> Tensor:
    """Transform back to real numbers along several dimensions, cut or padded with zeros to lengths s."""
    return ops.irfftn(input, s=s, dim=dim, norm=norm)


@counterpart("torch.fft.fftshift")
def fftshift(input: Tensor, dim: int | tuple[int, ...] | None = None) -> Tensor:
    """Move frequency 0 to the middle."""
    return ops.fftshift(input, dim=dim)


@counterpart("torch.fft.ifftshift")
def ifftshift(input: Tensor, dim: int | tuple[int, ...] | None = None) -> Tensor:
    """Move frequency 0 back to the front."""
    return ops.ifftshift(input, dim=dim)


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
