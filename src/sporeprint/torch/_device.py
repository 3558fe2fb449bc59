"""``torch.device``, for MindSpore: a name that a program passes about; ms.set_device says where tensors lie."""

from __future__ import annotations


class Device:
    """A device by name, as in PyTorch: a type such as "cpu" or "cuda", and an index or None."""

    def __init__(self, device: Device | str | int, index: int | None = None) -> None:
        name, _, number = str(device).partition(":")
        if isinstance(device, int):
            name, number = "cuda", str(device)
        self.type = name
        self.index = index if index is not None else int(number) if number else None

    def __str__(self) -> str:
        """Write ``cuda:0``."""
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __repr__(self) -> str:
        """Write it as torch does."""
        index = "" if self.index is None else f", index={self.index}"
        return f"device(type={self.type!r}{index})"

    def __eq__(self, other: object) -> bool:
        """Compare type and index."""
        return isinstance(other, Device) and (self.type, self.index) == (other.type, other.index)

    def __hash__(self) -> int:
        """Hash type and index."""
        return hash((self.type, self.index))
