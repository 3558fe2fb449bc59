"""``torch.einsum`` of products of matrices: ops.einsum has no kernel on CPU."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

from mindspore import Tensor, ops


def summed_products(equation: Any, *operands: Any) -> Tensor:
    """Multiply tensors, and add up along the letters that only the left of an equation names.

    Two tensors at a time are multiplied as batches of matrices, and letters are added up as soon as nothing needs them.

    Args:
        equation: as of torch.einsum, such as ``"bij,bjk->bik"``; ``...`` stands for any number of dimensions.
        operands: the tensors, one by one or as one list.

    Returns:
        Tensor of the operands' dtype.

    Raises:
        RuntimeError: the equation does not fit the tensors.
        TypeError: it is no string: lists of numbers in place of letters are not supported.
    """
    if not isinstance(equation, str):
        raise TypeError("einsum with lists of dimensions in place of an equation is not supported")
    if len(operands) == 1 and isinstance(operands[0], list | tuple):
        operands = tuple(operands[0])
    left, arrow, right = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(operands):
        raise RuntimeError(f"einsum(): {len(terms)} terms in {equation!r}, but {len(operands)} operands")
    hidden = [
        tensor.ndim - len(term.replace("...", "")) if "..." in term else 0
        for term, tensor in builtins.zip(terms, operands, strict=True)
    ]
    most = builtins.max(hidden)
    labels = [labels_of(term, many, most) for term, many in builtins.zip(terms, hidden, strict=True)]
    for term, own, tensor in builtins.zip(terms, labels, operands, strict=True):
        if len(own) != tensor.ndim:
            raise RuntimeError(f"einsum(): {term!r} does not fit a tensor of rank {tensor.ndim}")
    if arrow:
        wanted = labels_of(right, most if "..." in right else 0, most)
    else:
        letters = left.replace("...", "").replace(",", "")
        once = builtins.sorted(each for each in builtins.set(letters) if letters.count(each) == 1)
        wanted = [*labels_of("...", most, most), *once]
    parts = [without_repeats(tensor, own) for tensor, own in builtins.zip(operands, labels, strict=True)]
    result, held = parts[0]
    for place, (tensor, own) in builtins.enumerate(parts[1:], 2):
        later = [label for _, others in parts[place:] for label in others]
        needed = builtins.set(wanted) | builtins.set(later)
        result, held = product_of_two(result, held, tensor, own, needed)
    result, held = without(result, held, builtins.set(wanted))
    return ops.permute(result, tuple(held.index(label) for label in wanted)) if held else result


def labels_of(term: str, many: int, most: int) -> list[str]:
    """Return one label for each dimension; those of ``...`` are numbered so that the last ones agree."""
    before, dots, after = term.partition("...")
    between = [f"...{place}" for place in builtins.range(most - many, most)] if dots else []
    return [*before, *between, *after]


def without_repeats(tensor: Tensor, labels: Sequence[str]) -> tuple[Tensor, list[str]]:
    """Take diagonals until each label stands once."""
    held = list(labels)
    for label in dict.fromkeys(labels):
        while held.count(label) > 1:
            first = held.index(label)
            second = held.index(label, first + 1)
            tensor = ops.diagonal(tensor, offset=0, dim1=first, dim2=second)
            del held[second], held[first]
            held.append(label)
    return tensor, held


def without(tensor: Tensor, labels: Sequence[str], needed: set[str]) -> tuple[Tensor, list[str]]:
    """Add up along the labels that are not needed."""
    places = tuple(place for place, label in builtins.enumerate(labels) if label not in needed)
    if places:
        tensor = ops.sum(tensor, dim=places)
    return tensor, [label for label in labels if label in needed]


def product_of_two(
    one: Tensor, ours: Sequence[str], two: Tensor, theirs: Sequence[str], needed: set[str]
) -> tuple[Tensor, list[str]]:
    """Multiply two tensors as batches of matrices, adding up along what both have and nothing needs."""
    one, ours = without(one, ours, needed | builtins.set(theirs))
    two, theirs = without(two, theirs, needed | builtins.set(ours))
    size = {
        label: builtins.max(
            one.shape[ours.index(label)] if label in ours else 1,
            two.shape[theirs.index(label)] if label in theirs else 1,
        )
        for label in (*ours, *theirs)
    }
    batch = [label for label in ours if label in theirs and label in needed]
    summed = [label for label in ours if label in theirs and label not in needed]
    rows = [label for label in ours if label not in theirs]
    columns = [label for label in theirs if label not in ours]
    left = as_matrices(one, ours, (batch, rows, summed), size)
    right = as_matrices(two, theirs, (batch, summed, columns), size)
    made = ops.matmul(left, right) if summed else left * right
    held = [*batch, *rows, *columns]
    return ops.reshape(made, tuple(size[label] for label in held)), held


def as_matrices(
    tensor: Tensor, labels: Sequence[str], groups: tuple[list[str], ...], size: dict[str, int]
) -> Tensor:
    """Bring a tensor to rank 3: one dimension for each group of labels."""
    order = [label for group in groups for label in group]
    tensor = ops.permute(tensor, tuple(labels.index(label) for label in order)) if order else tensor
    whole = tuple(size[label] for label in order)
    if tensor.shape != whole:
        tensor = ops.broadcast_to(tensor, whole)  # a length of 1 stands for any
    return ops.reshape(tensor, tuple(length_of(group, size) for group in groups))


def length_of(labels: Sequence[str], size: dict[str, int]) -> int:
    """Multiply the lengths of some labels."""
    length = 1
    for label in labels:
        length *= size[label]
    return length
