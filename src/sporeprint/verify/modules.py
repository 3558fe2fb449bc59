"""What a module has beside its results: names and shapes, what a call leaves in it, what it starts with.

Both frameworks are asked for the state dict, by the names under which it is saved: PyTorch's holds the parameters and
the buffers; MindSpore keeps most buffers as parameters that are not trained.

Names and numbers are compared apart. A layer that calls its weight ``gamma`` has other names, and may still start
with torch's numbers and leave torch's in it; so for numbers what has the same role is :func:`paired`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from sporeprint.verify.compare import GRADIENT, SAME, Array, Outcome, Raised, Verdict, compare

#: What layers of mindspore.nn call the state that torch's call so: BatchNorm, LayerNorm and GroupNorm; Embedding;
#: PReLU. Those of mindspore.mint.nn have torch's names.
SYNONYMS: Mapping[str, str] = {
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
    "embedding_table": "weight",
    "w": "weight",
}

#: How often a module with the right initial distributions is said to have others: the rate for all its parameters
#: together. Seeds are fixed, so a verdict is the same at each run.
FALSE_ALARMS = 1e-6

#: So many numbers of a parameter are enough to compare distributions, and so often a module is made for them. With
#: 10000 on each side a normal distribution is told from a uniform one of the same deviation, and a scale from one 1.1
#: times as large; with 1000 from one 1.4 times as large, with 300 from one twice as large.
ENOUGH = 10_000
FEWEST, MOST = 20, 100


def paired(source: Mapping[str, tuple[int, ...]], candidate: Mapping[str, tuple[int, ...]]) -> dict[str, str]:
    """Find which state of two modules has the same role.

    Args:
        source: name -> shape.
        candidate: the same of the other module.

    Returns:
        Name in the source -> name in the candidate: what has the same name; then what has it but for
        :data:`SYNONYMS`; then what has it in a layer inside; then what has the same shape, in order.
    """
    found: dict[str, str] = {}

    def pair(alike: Callable[[str, str], bool]) -> None:
        for name in source:
            free = (other for other in candidate if other not in found.values() and alike(name, other))
            match = None if name in found else next(free, None)
            if match is not None:
                found[name] = match

    pair(operator.eq)
    pair(lambda name, other: _role(name) == _role(other))
    pair(lambda name, other: _role(other).endswith(f".{_role(name)}"))
    pair(lambda name, other: source[name] == candidate[other])
    return found


def shapes(state: Mapping[str, Array]) -> dict[str, tuple[int, ...]]:
    """Tell the shapes of a state."""
    return {name: array.data.shape for name, array in state.items()}


def how_often(started: Mapping[str, Sequence[Array]]) -> int:
    """Tell how often a module is to be made for its initial distributions.

    Args:
        started: name -> what the first instances start with.

    Returns:
        As often as makes :data:`ENOUGH` numbers of the smallest parameter that is not the same each time, within the
        limits.
    """
    sizes = [arrays[0].data.size for arrays in started.values() if not _constant(arrays)]
    return min(max([FEWEST, *(-(-ENOUGH // size) for size in sizes)]), MOST)


def compare_modules(
    source: Outcome, candidate: Outcome, *, reference: Outcome | None = None, scale: float = 0.0
) -> tuple[Verdict, ...]:
    """Compare two modules, each after one call that gave a result.

    Args:
        source: what the source framework's shows; it is right by definition.
        candidate: what the other framework's shows.
        reference: the source's in higher precision, if there is one.
        scale: the largest finite magnitude among the inputs.

    Returns:
        A verdict for the names and shapes and one for the numbers, if either module has a state, and one for the
        initial distributions if the source has any.
    """
    if isinstance(source.value, Raised) or isinstance(candidate.value, Raised):
        return ()
    verdicts = []
    if source.state or candidate.state:
        higher = reference.state if reference is not None else {}
        verdicts.append(_compare_names(source.state, candidate.state))
        verdicts.append(_compare_state(source.state, candidate.state, higher, scale))
    if isinstance(source.initial, Mapping) and candidate.initial is not None:
        verdicts.append(compare_initial(source.initial, candidate.initial))
    return tuple(verdicts)


def compare_initial(
    source: Mapping[str, Sequence[Array]], candidate: Mapping[str, Sequence[Array]] | Raised
) -> Verdict:
    """Compare what two modules start with.

    What is the same each time the source's is made must be so in the candidate. Of the rest the numbers are pooled,
    and the distributions are the same unless a two-sample Kolmogorov-Smirnov test finds them different, with false
    alarms at a rate of :data:`FALSE_ALARMS` for the module.

    Args:
        source: name -> the state with that name in each of several instances.
        candidate: the same of the other framework's, or what making them raised.

    Returns:
        The first difference, else that they are the same. Names and shapes are not judged.
    """
    if isinstance(candidate, Raised):
        return Verdict(False, "initial", f"making it again: {candidate}")
    pairs = paired(
        *({name: arrays[0].data.shape for name, arrays in each.items()} for each in (source, candidate))
    )
    for name, other in pairs.items():
        ours, theirs = source[name], candidate[other]
        if _constant(ours):
            wrong = [each for each in theirs if not _equal(ours[0], each)]
            if wrong:
                message = f"{name} starts with {_numbers(wrong[0])}, not {_numbers(ours[0])}"
                return Verdict(False, "initial", message, path=name)
            continue
        chance = _chance_of_the_same(ours, theirs)
        if chance < FALSE_ALARMS / len(pairs):
            message = f"{name} starts with {_spread(theirs)}, not {_spread(ours)} (p = {chance:.1g})"
            return Verdict(False, "initial", message, path=name)
    return SAME


def _role(name: str) -> str:
    path, dot, last = name.rpartition(".")
    return f"{path}{dot}{SYNONYMS.get(last, last)}"


def _constant(arrays: Sequence[Array]) -> bool:
    return all(_equal(arrays[0], each) for each in arrays[1:])


def _equal(one: Array, other: Array) -> bool:
    return np.array_equal(one.data, other.data, equal_nan=True)


def _compare_names(source: Mapping[str, Array], candidate: Mapping[str, Array]) -> Verdict:
    ours, theirs = (
        {f"{name} {shape}" for name, shape in shapes(each).items()} for each in (source, candidate)
    )
    if ours == theirs:
        return SAME
    missing, more = (", ".join(sorted(some)) for some in (ours - theirs, theirs - ours))
    said = (
        f"has {more} in place of {missing}"
        if missing and more
        else f"lacks {missing}"
        if missing
        else f"has {more}"
    )
    return Verdict(False, "names", f"its state dict {said}{'' if missing else ' more'}")


def _compare_state(
    source: Mapping[str, Array], candidate: Mapping[str, Array], reference: Mapping[str, Array], scale: float
) -> Verdict:
    worst = SAME
    for name, other in paired(shapes(source), shapes(candidate)).items():
        # Statistics are sums of terms that cancel, as gradients are.
        verdict = compare(
            source[name], candidate[other], reference=reference.get(name), scale=scale, bound=GRADIENT
        )
        if not verdict.same and verdict.kind != "shape":
            verdict = replace(
                verdict, kind="state", message=f"leaves in {name}: {verdict.message}", path=name
            )
            if worst.same or (worst.accuracy and not verdict.accuracy):
                worst = verdict
    return worst


def _chance_of_the_same(source: Sequence[Array], candidate: Sequence[Array]) -> float:
    # It takes half a second to import, and few need it.
    from scipy.stats import ks_2samp

    ours, theirs = _pool(source), _pool(candidate)
    return float(ks_2samp(ours, theirs, method="asymp").pvalue) if ours.size and theirs.size else 1.0


def _pool(arrays: Sequence[Array]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.concatenate([each.data.reshape(-1).astype(np.float64) for each in arrays])


def _numbers(array: Array) -> str:
    flat = array.data.reshape(-1)
    return f"{flat[0]}" if flat.size and (flat == flat[0]).all() else f"other numbers ({flat[:3].tolist()}…)"


def _spread(arrays: Sequence[Array]) -> str:
    pool = _pool(arrays)
    return f"mean {pool.mean():.2g}, deviation {pool.std():.2g}, within [{pool.min():.3g}, {pool.max():.3g}]"
