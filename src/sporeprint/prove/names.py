"""Which parameter of a converted model is which of the original's."""

from __future__ import annotations

from collections.abc import Mapping

Shape = tuple[int, ...]

#: The last part of torch's name -> what MindSpore's own layers call it.
OTHER_NAMES = {
    "weight": ("gamma", "embedding_table"),
    "bias": ("beta",),
    "running_mean": ("moving_mean",),
    "running_var": ("moving_variance",),
}
#: What MindSpore has no need of: torch counts batches for a momentum of None only.
NOT_NEEDED = ("num_batches_tracked",)


class UnmatchedError(ValueError):
    """Parameters of the one side have no partner on the other. The message lists them."""


def match(theirs: Mapping[str, Shape], ours: Mapping[str, Shape]) -> dict[str, str]:
    """Find for each of torch's parameters and buffers that of the converted model.

    By the path of the module and the layer's name for it; what is left within a module, in order, where the
    shapes agree (but for dimensions of size 1, which MindSpore's one-dimensional convolution has more of).

    Args:
        theirs: torch's names and shapes.
        ours: MindSpore's, in the order of their definition.

    Returns:
        torch's name -> MindSpore's.

    Raises:
        UnmatchedError: some have no partner, or a partner of another shape.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    rest = []
    for name in theirs:
        path, _, leaf = name.rpartition(".")
        spellings = (leaf, *OTHER_NAMES.get(leaf, ()))
        names = [f"{path}.{each}" if path else each for each in spellings]
        partner = next((each for each in names if each in ours and each not in taken), None)
        if partner is not None and _fits(theirs[name], ours[partner]):
            found[name] = partner
            taken.add(partner)
        elif leaf not in NOT_NEEDED:
            rest.append(name)
    missing = []
    for name in rest:
        path = name.rpartition(".")[0]
        within = [
            each
            for each in ours
            if each not in taken and each.startswith(f"{path}.") and _fits(theirs[name], ours[each])
        ]
        if within:
            found[name] = within[0]
            taken.add(within[0])
        else:
            missing.append(name)
    extra = [name for name in ours if name not in taken]
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
    return found


def _fits(theirs: Shape, ours: Shape) -> bool:
    return [size for size in theirs if size != 1] == [size for size in ours if size != 1]
