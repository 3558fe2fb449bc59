"""Whether both models hold the same parameters and buffers."""

from __future__ import annotations

from collections.abc import Mapping

Shape = tuple[int, ...]

#: What MindSpore has no need of: torch counts batches for a momentum of None only.
NOT_NEEDED = "num_batches_tracked"


class UnmatchedError(ValueError):
    """Parameters of the one side have no partner on the other. The message lists them."""


def match(theirs: Mapping[str, Shape], ours: Mapping[str, Shape], tied: Mapping[str, str]) -> None:
    """Compare what the models hold, both under torch's names.

    Shapes agree but for dimensions of size 1, which MindSpore's one-dimensional convolution has more of. What the
    original has under two names the conversion may hold twice: that shows in the gradient.

    Args:
        theirs: torch's names and shapes.
        ours: MindSpore's.
        tied: further names of torch's parameters.

    Raises:
        UnmatchedError: some have no partner, or a partner of another shape.
    """
    fitting = {name for name in theirs.keys() & ours.keys() if _sizes(theirs[name]) == _sizes(ours[name])}
    missing = [name for name in theirs if name not in fitting and name.rpartition(".")[2] != NOT_NEEDED]
    extra = [name for name in ours if name not in fitting and name not in tied]
    if missing or extra:
        raise UnmatchedError(
            "the two models have other parameters: "
            + "; ".join(
                f"{what} {', '.join(f'{name} {list(shapes[name])}' for name in names[:12])}"
                for what, names, shapes in (
                    ("missing in the conversion:", missing, theirs),
                    ("only in the conversion:", extra, ours),
                )
                if names
            )
        )


def _sizes(shape: Shape) -> list[int]:
    return [size for size in shape if size != 1]
