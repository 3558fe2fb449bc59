"""What torch itself leaves free: the place of equal elements, and the gauge of decompositions.

Some results are one of several that are equally right, and torch's documentation says so: ``sort`` may give the
places of equal elements in any order, ``qr`` any signs of the columns. Such a result is compared in the *gauge* of the
source: :func:`in_gauge` replaces it by the equally right one that is nearest to the source's. Whatever is not free is
left as it is, and so are results that are not valid choices, for the comparison to find.

There is one table, :data:`RULES`; a function that is not in it is granted nothing. Not in it, as their
documentation promises the first of equal elements: ``max``, ``min``, ``argmax`` and ``argmin``.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from sporeprint.verify.compare import FORMATS, Array, Group, Outcome, Raised, Value
from sporeprint.verify.sample import Call, Sample

Matrix: TypeAlias = npt.NDArray[Any]

#: Two eigenvalues or singular values nearer than so many epsilons of the largest one are equal, and one below that
#: is 0: rounding mixes their vectors.
DEGENERATE = 100

#: An error that a rotation of vectors in the source's precision makes, in epsilons of the largest element.
ROTATED = 8


class Argument(NamedTuple):
    """An argument, by position or by name."""

    name: str
    place: int
    default: Any

    def of(self, call: Call) -> Any:
        """Read it from a call."""
        positional = call.args[self.place] if self.place < len(call.args) else self.default
        return call.kwargs.get(self.name, positional)


#: Arguments as most of the functions have them.
DIM = Argument("dim", 1, -1)
DIM_AFTER_K = Argument("dim", 2, -1)
FIRST_DIM = Argument("", sys.maxsize, 0)
STABLE = Argument("stable", sys.maxsize, False)


@dataclass(frozen=True)
class Ties:
    """Places of equal elements along a dimension: any of them will do.

    Attributes:
        dim: the dimension.
        distinct: no element is taken twice, as a sort takes each once.
        so_far: the i-th result knows the elements up to the i-th only, and elements may be taken more than once.
        ordered: an argument that, if False, leaves the order of the results free too.
        told: the places are the last result; if not, they only show in gradients.
    """

    dim: Argument = DIM
    distinct: bool = False
    so_far: bool = False
    ordered: Argument | None = None
    told: bool = True

    def free(self, call: Call, value: Value) -> bool:
        """Whether this call leaves anything free; without a dimension, ``median`` has no places."""
        return not STABLE.of(call) and (isinstance(value, Group) or self.distinct)

    def value(self, call: Call, source: Value, candidate: Value) -> Value:
        """Take the source's places wherever the candidate's ones hold the same numbers."""
        if not (self.told and self.free(call, source)):
            return candidate
        ours, theirs = _leaves(source), _leaves(candidate)
        if self.ordered is not None and self.ordered.of(call) is False:
            theirs = self._reordered(call, ours, theirs)
        if (theirs[-1].data.dtype.kind, ours[-1].data.dtype.kind) != ("i", "i"):
            return candidate
        data = self._lines(call, _first(call))
        mine, its = (each[-1].data.reshape(self._form(call, each[-1].data)) for each in (ours, theirs))
        mine, its = (self._lines(call, each) for each in (mine, its))
        if its.size and (its.min() < 0 or its.max() >= data.shape[-1] or not self._valid(its)):
            return candidate
        wanted, got = (np.take_along_axis(data, places, axis=-1) for places in (mine, its))
        equal = (wanted == got) | (np.isnan(wanted) & np.isnan(got))
        chosen = self._unlined(call, np.where(equal, mine, its), theirs[-1].data)
        return _rebuilt(candidate, (*theirs[:-1], replace(theirs[-1], data=chosen)))

    def gradient(self, call: Call, source: Matrix, candidate: Matrix) -> Matrix:
        """Give equal elements their gradients in the source's order (or their sum, where they share it)."""
        data, mine, its = (self._lines(call, each) for each in (_first(call), source, candidate))
        if self.so_far:
            result = _shared(data, mine, its)
        else:
            result = np.empty_like(its)
            places, order = np.lexsort((mine, data), axis=-1), np.lexsort((its, data), axis=-1)
            np.put_along_axis(result, places, np.take_along_axis(its, order, axis=-1), axis=-1)
        return self._unlined(call, result, candidate)

    def _form(self, call: Call, places: Matrix) -> tuple[int, ...]:
        """The shape of places, with length 1 where the dimension was reduced."""
        full = list(_first(call).shape)
        if full and places.ndim < len(full):
            full[self.dim.of(call)] = 1
            return tuple(full)
        return places.shape

    def _lines(self, call: Call, data: Matrix) -> Matrix:
        """Put the dimension last; a 0-d tensor is one line of one element."""
        return np.moveaxis(data, self.dim.of(call), -1) if data.ndim else data.reshape(1)

    def _unlined(self, call: Call, lines: Matrix, like: Matrix) -> Matrix:
        """Undo that."""
        back = np.moveaxis(lines, -1, self.dim.of(call)) if _first(call).ndim else lines
        return back.reshape(like.shape).astype(like.dtype)

    def _valid(self, places: Matrix) -> bool:
        if self.distinct:
            return bool((np.diff(np.sort(places, axis=-1), axis=-1) > 0).all())
        return not self.so_far or bool((places <= np.arange(places.shape[-1])).all())

    def _reordered(self, call: Call, ours: tuple[Array, ...], theirs: tuple[Array, ...]) -> tuple[Array, ...]:
        """Bring the candidate's results into the source's order: equal ones have equal ranks."""
        if not theirs[0].data.ndim:
            return theirs
        dim = self.dim.of(call)
        rank = np.argsort(np.argsort(ours[0].data, axis=dim, kind="stable"), axis=dim, kind="stable")
        order = np.take_along_axis(np.argsort(theirs[0].data, axis=dim, kind="stable"), rank, axis=dim)
        return tuple(replace(each, data=np.take_along_axis(each.data, order, axis=dim)) for each in theirs)


@dataclass(frozen=True)
class Anything:
    """Memory that nobody has written: of its dtype and shape, any numbers will do."""

    def value(self, call: Call, source: Value, candidate: Value) -> Value:
        """Take the source's numbers."""
        both = zip(_leaves(source), _leaves(candidate), strict=True)
        return _rebuilt(candidate, tuple(replace(its, data=mine.data) for mine, its in both))


@dataclass(frozen=True)
class Unordered:
    """``unique``: without sorting, the elements may come in any order, with their counts and their numbers.

    Attributes:
        sorted: the argument that must be False.
        inverse: whether the numbers of the elements are returned too.
        counts: whether their counts are.
        dim: what the elements are; None are numbers.
    """

    sorted: Argument
    inverse: Argument
    counts: Argument
    dim: Argument

    def value(self, call: Call, source: Value, candidate: Value) -> Value:
        """Bring the candidate's elements into the source's order, if they are the same ones."""
        if self.sorted.of(call) is not False:
            return candidate
        ours, theirs = _leaves(source), _leaves(candidate)
        axis = self.dim.of(call) or 0
        first = np.moveaxis(ours[0].data, axis, 0)
        places: dict[bytes, list[int]] = {}
        for place, element in enumerate(np.moveaxis(theirs[0].data, axis, 0)):
            places.setdefault(element.tobytes(), []).append(place)
        try:
            order = np.array([places[element.tobytes()].pop(0) for element in first], dtype=int)
        except (KeyError, IndexError):
            return candidate
        changed = [replace(theirs[0], data=np.take(theirs[0].data, order, axis=axis))]
        if self.inverse.of(call):
            numbers = theirs[len(changed)]
            if numbers.data.size and (numbers.data.min() < 0 or numbers.data.max() >= len(order)):
                return candidate
            renumbered = np.argsort(order)[numbers.data].astype(numbers.data.dtype)
            changed.append(replace(numbers, data=renumbered))
        if self.counts.of(call):
            counts = theirs[len(changed)]
            changed.append(replace(counts, data=counts.data[order]))
        return _rebuilt(candidate, tuple(changed))


@dataclass(frozen=True)
class Gauge:
    """Vectors which may be multiplied by a phase, the same in all factors; where values are equal, be rotated.

    Attributes:
        columns: the fields that hold the vectors as columns.
        rows: the fields that hold their conjugates as rows.
        spectrum: the field with the values that the vectors belong to; without one (``qr``) they are the
            diagonal of the rows, which form a triangle.
        any_order: values and vectors may come in any order, and equal values have no basis of their own.
    """

    columns: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    spectrum: str = ""
    any_order: bool = False

    def value(self, call: Call, source: Value, candidate: Value) -> Value:
        """Multiply the candidate's vectors by what brings them nearest to the source's."""
        names = source.keys if isinstance(source, Group) else (self.spectrum,)
        ours, theirs = (dict(zip(names, _leaves(each), strict=True)) for each in (source, candidate))
        if not all(np.isfinite(each.data).all() for each in (*ours.values(), *theirs.values())):
            return candidate
        last = ours[names[-1]]
        batch = last.data.shape[: -1 if names[-1] == self.spectrum else -2]
        epsilon = 2.0 ** (1 - FORMATS[last.dtype].precision)
        changed = {name: each.data.copy() for name, each in theirs.items()}
        for place in np.ndindex(batch):
            # With mode="r", Q has no elements, and no matrices.
            held = [name for name in names if name == self.spectrum or ours[name].data.ndim > len(batch) + 1]
            one, other = ({name: side[name].data[place] for name in held} for side in (ours, theirs))
            for name, matrix in self._matrix(one, other, epsilon).items():
                changed[name][place] = matrix
        turned = (replace(each, data=changed[name]) for name, each in theirs.items())
        return _rebuilt(candidate, tuple(turned))

    def _matrix(
        self, ours: dict[str, Matrix], theirs: dict[str, Matrix], epsilon: float
    ) -> dict[str, Matrix]:
        if self.any_order:
            order = _nearest(ours[self.spectrum], theirs[self.spectrum])
            theirs = {name: each[..., order] for name, each in theirs.items()}
        result = dict(theirs)
        # Rows are the columns of the conjugate transpose: every factor is multiplied from the right.
        mine, its = (
            {
                name: each.conj().T if name in self.rows else each
                for name, each in side.items()
                if name != self.spectrum
            }
            for side in (ours, theirs)
        )
        if not self.spectrum and not all((np.tril(theirs[name], -1) == 0).all() for name in self.rows):
            return result
        for names, block in self._blocks(ours, mine, DEGENERATE * epsilon):
            overlap = sum(
                _scaled(its[name])[:, block].conj().T @ _scaled(mine[name])[:, block] for name in names
            )
            left, _, right = np.linalg.svd(overlap)
            turn = left @ right
            for name in names:
                turned, wanted = its[name][:, block] @ turn, mine[name][:, block]
                if len(block) > 1:
                    # A rotation leaves errors in all elements that are as large as those of the largest one.
                    near = np.abs(turned - wanted) <= ROTATED * epsilon * np.abs(wanted).max(initial=0)
                    turned = np.where(near, wanted, turned)
                its[name] = its[name].astype(turned.dtype)
                its[name][:, block] = turned
        for name, each in its.items():
            result[name] = each.conj().T if name in self.rows else each
        return result

    def _blocks(
        self, ours: dict[str, Matrix], factors: dict[str, Matrix], little: float
    ) -> list[tuple[list[str], list[int]]]:
        """Group the vectors: which factors, and which of their columns, are turned together."""
        names = list(factors)
        if not names:
            return []
        values = ours[self.spectrum] if self.spectrum else np.diagonal(ours[self.rows[0]])
        number = len(values)
        small = np.abs(values) <= little * np.abs(values).max(initial=0)
        blocks: list[tuple[list[str], list[int]]] = []
        if self.any_order:
            return [(names, [place]) for place in range(number)]
        if not self.spectrum:
            # A column that depends on those before it leaves all that follow free, and so does the complement.
            regular = int(np.argmax(small)) if small.any() else number
            width = max(each.shape[1] for each in factors.values())
            rest = list(range(regular, width))
            return [(names, [place]) for place in range(regular)] + ([(names, rest)] if rest else [])
        paired = len(names) > 1
        group: list[int] = []
        for place in range(number):
            if paired and small[place]:
                break
            if group and abs(values[place] - values[place - 1]) > little * np.abs(values).max():
                blocks.append((names, group))
                group = []
            group.append(place)
        if group:
            blocks.append((names, group))
        if paired:
            # What belongs to no singular value but 0 is turned in each factor by itself.
            start = sum(len(block) for _, block in blocks)
            rests = {name: list(range(start, each.shape[1])) for name, each in factors.items()}
            blocks += [([name], rest) for name, rest in rests.items() if rest]
        return blocks


Rule: TypeAlias = "Ties | Unordered | Anything | Gauge"

#: By the last name of torch's APIs (functions and methods share it), what their documentation leaves free. Of
#: ``cummax``, ``cummin`` and ``mode`` it tells no place among equal elements.
RULES: Mapping[str, Rule] = {
    "empty": Anything(),
    "empty_like": Anything(),
    "empty_strided": Anything(),
    "new_empty": Anything(),
    "sort": Ties(distinct=True),
    "argsort": Ties(distinct=True),
    "msort": Ties(FIRST_DIM, distinct=True, told=False),
    "topk": Ties(DIM_AFTER_K, distinct=True, ordered=Argument("sorted", 4, True)),
    "kthvalue": Ties(DIM_AFTER_K),
    "median": Ties(),
    "nanmedian": Ties(),
    "mode": Ties(),
    "cummax": Ties(so_far=True),
    "cummin": Ties(so_far=True),
    "unique": Unordered(
        Argument("sorted", 1, True),
        Argument("return_inverse", 2, False),
        Argument("return_counts", 3, False),
        Argument("dim", 4, None),
    ),
    "qr": Gauge(columns=("Q",), rows=("R",)),
    "svd": Gauge(columns=("U", "V"), rows=("Vh",), spectrum="S"),
    "eigh": Gauge(columns=("eigenvectors",), spectrum="eigenvalues"),
    "eig": Gauge(columns=("eigenvectors",), spectrum="eigenvalues", any_order=True),
    "eigvals": Gauge(spectrum="eigenvalues", any_order=True),
}


def in_gauge(api: str, sample: Sample, source: Outcome, candidate: Outcome) -> Outcome:
    """Bring one run's result into the gauge of another's.

    Args:
        api: full public name.
        sample: the call that both ran.
        source: whose free choices count.
        candidate: the run that is going to be compared with it (another framework's, or one in other precision).

    Returns:
        The candidate, or what is equally right and nearest to the source: result, and gradients of ties.
    """
    rule = _rule(api)
    if rule is None or isinstance(source.value, Raised) or isinstance(candidate.value, Raised):
        return candidate
    if not _alike(source.value, candidate.value):
        return candidate
    changed = replace(candidate, value=rule.value(sample.call, source.value, candidate.value))
    given, found = source.gradients, candidate.gradients
    if isinstance(rule, Ties) and rule.free(sample.call, source.value) and given and found:
        if isinstance(given, Raised) or isinstance(found, Raised):
            return changed
        name = next(iter(sample.tensors()))
        left, right = given.get(name), found.get(name)
        if left is not None and right is not None and left.data.shape == right.data.shape:
            turned = replace(right, data=rule.gradient(sample.call, left.data, right.data))
            changed = replace(changed, gradients={**found, name: turned})
    return changed


def means_nothing(api: str) -> bool:
    """Whether a result is memory that nobody has written, so that it is neither right nor wrong, nor random."""
    return isinstance(_rule(api), Anything)


def has_phases(api: str) -> bool:
    """Whether the phases of a result are free, so that only what does not depend on them has a gradient."""
    return isinstance(_rule(api), Gauge)


def _rule(api: str) -> Rule | None:
    # What MindSpore leaves free is for its documentation to say.
    return RULES.get(api.rpartition(".")[2]) if api.startswith("torch.") else None


def _alike(source: Value, candidate: Value) -> bool:
    """Whether both have the same structure and shapes: otherwise that is the difference."""
    if isinstance(source, Array) and isinstance(candidate, Array):
        return source.data.shape == candidate.data.shape
    if isinstance(source, Group) and isinstance(candidate, Group):
        same = (source.kind, source.keys, len(source.items)) == (
            candidate.kind,
            candidate.keys,
            len(candidate.items),
        )
        return same and all(map(_alike, source.items, candidate.items))
    return False


def _leaves(value: Value) -> tuple[Array, ...]:
    items = value.items if isinstance(value, Group) else (value,)
    return tuple(item for item in items if isinstance(item, Array))


def _rebuilt(value: Value, leaves: tuple[Array, ...]) -> Value:
    return replace(value, items=leaves) if isinstance(value, Group) else leaves[0]


def _first(call: Call) -> Matrix:
    """The numbers of the first tensor."""
    found: Matrix = next(iter(Sample("", call, None, frozenset()).tensors().values())).array.data
    return found


def _shared(data: Matrix, ours: Matrix, theirs: Matrix) -> Matrix:
    """Divide the sum of theirs among equal elements as ours is divided."""
    result = theirs.copy()
    for line in np.ndindex(data.shape[:-1]):
        _, groups, counts = np.unique(data[line], return_inverse=True, return_counts=True)
        for number in np.flatnonzero(counts > 1):
            tied = groups == number
            share = ours[line][tied]
            share[-1] += theirs[line][tied].sum() - share.sum()
            result[line][tied] = share
    return result


def _scaled(vectors: Matrix) -> Matrix:
    """Make large and small factors count alike."""
    wide: Matrix = vectors.astype(np.complex128 if vectors.dtype.kind == "c" else np.float64)
    return wide / (np.linalg.norm(wide) or 1.0)


def _nearest(ours: Matrix, theirs: Matrix) -> list[int]:
    """For each of our values the nearest one of theirs, each once."""
    rest = list(range(len(theirs)))
    order = []
    for value in ours:
        place = min(rest, key=lambda place: abs(theirs[place] - value))
        rest.remove(place)
        order.append(place)
    return order
