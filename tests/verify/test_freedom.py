"""What torch leaves free is granted; whatever looks like it and is not free is found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sporeprint.verify import freedom
from sporeprint.verify.compare import Array, Group, Outcome, Value, compare_outcomes
from sporeprint.verify.freedom import in_gauge
from sporeprint.verify.sample import Call, Sample, Tensor

NAN = float("nan")
TIED = [[3.0, 1.0, 3.0, 2.0], [5.0, 5.0, NAN, 5.0]]


def array(data: Any, dtype: str = "float32") -> Array:
    return Array(np.asarray(data, dtype=dtype), dtype)


def places(data: Any) -> Array:
    return array(data, "int64")


def named(**fields: Array) -> Group:
    return Group("namedtuple", tuple(fields), tuple(fields.values()))


def sample(data: Any, *args: Any, **kwargs: Any) -> Sample:
    return Sample("float32 0", Call((Tensor(array(data)), *args), kwargs), None, frozenset())


def same(
    api: str, given: Sample, source: Value, candidate: Value, gradients: tuple[Any, Any] | None = None
) -> bool:
    """Whether the definition of "same", in the source's gauge, finds nothing."""
    ours, theirs = Outcome(source), Outcome(candidate)
    if gradients:
        ours, theirs = (
            Outcome(value, {"0": array(gradient)})
            for value, gradient in zip((source, candidate), gradients, strict=True)
        )
    return all(
        verdict.same for verdict in compare_outcomes(ours, in_gauge(api, given, ours, theirs), scale=1.0)
    )


def sorted_along(data: Any, order: Any, axis: int = -1) -> Group:
    values = np.take_along_axis(np.asarray(data, np.float32), np.asarray(order), axis=axis)
    return named(values=array(values), indices=places(order))


SORTED = [[1, 3, 0, 2], [0, 1, 3, 2]]


@pytest.mark.parametrize(
    ("order", "right"),
    [
        ([[1, 3, 2, 0], [3, 1, 0, 2]], True),
        ([[1, 3, 2, 2], [3, 1, 0, 2]], False),  # an element twice
        ([[1, 3, 2, 0], [3, 1, 2, 0]], False),  # nan is not 5
        ([[3, 1, 2, 0], [3, 1, 0, 2]], False),  # 2 is not 1
        ([[1, 3, 2, -4], [3, 1, 0, 2]], False),  # out of range, though it means the same to numpy
    ],
)
def test_a_sort_may_give_equal_elements_in_any_order(order: Any, right: bool) -> None:
    source, found = sorted_along(TIED, SORTED), sorted_along(TIED, order)
    # Only the places are wrong: the values are those of the source.
    candidate = named(values=source.items[0], indices=found.items[1])  # type: ignore[arg-type]
    assert same("torch.sort", sample(TIED), source, candidate) is right
    assert same("torch.Tensor.argsort", sample(TIED), places(SORTED), places(order)) is right
    assert not same("torch.sort", sample(TIED, stable=True), source, candidate)


def test_other_dimensions_and_ranks() -> None:
    columns = np.array(TIED).T
    source, candidate = np.array(SORTED).T, np.array([[1, 3, 2, 0], [3, 1, 0, 2]]).T
    assert same("torch.argsort", sample(columns, 0), places(source), places(candidate))
    assert same("torch.argsort", sample(columns, dim=0), places(source), places(candidate))
    assert not same("torch.argsort", sample(columns), places(source), places(candidate))
    assert same("torch.argsort", sample(3.0), places(0), places(0))


@pytest.mark.parametrize("name", ["torch.argmax", "torch.max", "mindspore.ops.argsort", "torch.nonzero"])
def test_what_is_not_in_the_table_is_granted_nothing(name: str) -> None:
    assert not same(name, sample(TIED), places(SORTED), places([[1, 3, 2, 0], [3, 1, 0, 2]]))


def test_a_reduction_may_give_the_place_of_any_equal_element() -> None:
    def found(index: Any, keepdim: bool = False) -> Group:
        shape = (2, 1) if keepdim else (2,)
        return named(values=array(np.reshape([3.0, 5.0], shape)), indices=places(np.reshape(index, shape)))

    for api, args in (("torch.kthvalue", (3,)), ("torch.mode", ()), ("torch.median", (1,))):
        for keepdim in (False, True):
            given = sample(TIED, *args, keepdim=keepdim)
            assert same(api, given, found([2, 0], keepdim), found([0, 3], keepdim))
            assert not same(api, given, found([2, 0], keepdim), found([1, 3], keepdim))
            assert not same(api, given, found([2, 0], keepdim), found([0, 2], keepdim))


def test_the_largest_elements_may_come_unsorted_where_that_is_asked_for() -> None:
    source, other = sorted_along(TIED[0], [0, 2, 3]), sorted_along(TIED[0], [3, 2, 0])
    for given, right in (
        (sample(TIED[0], 3, sorted=False), True),
        (sample(TIED[0], 3, -1, True, False), True),
        (sample(TIED[0], 3), False),
    ):
        assert same("torch.topk", given, source, other) is right
    wrong = named(values=other.items[0], indices=places([2, 3, 0]))  # type: ignore[arg-type]
    assert not same("torch.topk", sample(TIED[0], 3, sorted=False), source, wrong)


def test_a_running_maximum_knows_nothing_of_later_elements() -> None:
    data = [1.0, 1.0, 0.0, 1.0]
    values = array([1.0] * 4)
    source = named(values=values, indices=places([0, 1, 1, 3]))
    for index, right in (
        ([0, 0, 0, 0], True),
        ([0, 1, 0, 1], True),
        ([3, 1, 1, 3], False),
        ([0, 1, 2, 3], False),
    ):
        candidate = named(values=values, indices=places(index))
        assert same("torch.cummax", sample(data, 0), source, candidate) is right


def test_gradients_of_equal_elements_may_be_exchanged() -> None:
    data = [3.0, 1.0, 3.0]
    source, candidate = sorted_along(data, [1, 0, 2]), sorted_along(data, [1, 2, 0])
    given = sample(data)
    assert same("torch.sort", given, source, candidate, ([2.0, 1.0, 5.0], [5.0, 1.0, 2.0]))
    assert not same("torch.sort", given, source, candidate, ([2.0, 1.0, 5.0], [1.0, 5.0, 2.0]))
    assert not same("torch.sort", given, source, candidate, ([2.0, 1.0, 5.0], [3.5, 1.0, 3.5]))
    assert same("torch.msort", given, array([1.0, 3.0, 3.0]), array([1.0, 3.0, 3.0]), ([2, 1, 5], [5, 1, 2]))
    assert not same(
        "torch.sort", sample(data, stable=True), source, source, ([2.0, 1.0, 5.0], [5.0, 1.0, 2.0])
    )


def test_gradients_of_a_running_maximum_may_be_shared() -> None:
    data = [1.0, 1.0, 2.0]
    source = named(values=array([1.0, 1.0, 2.0]), indices=places([0, 1, 2]))
    candidate = named(values=array([1.0, 1.0, 2.0]), indices=places([0, 0, 2]))
    given = sample(data, 0)
    assert same("torch.cummax", given, source, candidate, ([2.0, 3.0, 7.0], [5.0, 0.0, 7.0]))
    assert not same("torch.cummax", given, source, candidate, ([2.0, 3.0, 7.0], [6.0, 0.0, 7.0]))
    assert not same("torch.cummax", given, source, candidate, ([2.0, 3.0, 7.0], [0.0, 0.0, 12.0]))


def test_unique_elements_come_in_any_order_only_if_not_sorted() -> None:
    data = [7.0, 2.0, 7.0]
    options = {"return_inverse": True, "return_counts": True}
    source = Group("tuple", (), (array([2.0, 7.0]), places([1, 0, 1]), places([1, 2])))
    other = Group("tuple", (), (array([7.0, 2.0]), places([0, 1, 0]), places([2, 1])))
    assert same("torch.unique", sample(data, sorted=False, **options), source, other)
    assert same("torch.Tensor.unique", sample(data, False, True, True), source, other)
    assert not same("torch.unique", sample(data, **options), source, other)
    for wrong in (
        (array([7.0, 2.0]), places([1, 0, 1]), places([2, 1])),
        (array([7.0, 2.0]), places([0, 1, 0]), places([1, 2])),
        (array([7.0, 3.0]), places([0, 1, 0]), places([2, 1])),
        (array([7.0, 7.0]), places([0, 1, 0]), places([2, 1])),
    ):
        assert not same(
            "torch.unique", sample(data, sorted=False, **options), source, Group("tuple", (), wrong)
        )


# -- decompositions -------------------------------------------------------------------------------------------------

RANDOM = np.random.default_rng(3)
MATRIX = RANDOM.normal(size=(4, 3)).astype("float32")
COMPLEX = (MATRIX + 1j * RANDOM.normal(size=(4, 3))).astype("complex64")
FLIPS = np.array([1.0, -1.0, -1.0], "float32")
PHASES = np.exp(1j * np.array([0.3, 2.0, -1.0])).astype("complex64")


def unitary(size: int) -> Any:
    return np.linalg.qr(RANDOM.normal(size=(size, size)))[0].astype("float32")


def qr(q: Any, r: Any) -> Group:
    return named(Q=Array(q, str(q.dtype)), R=Array(r, str(r.dtype)))


def svd(u: Any, s: Any, vh: Any) -> Group:
    return named(U=Array(u, str(u.dtype)), S=Array(s, str(s.dtype)), Vh=Array(vh, str(vh.dtype)))


def eigen(values: Any, vectors: Any) -> Group:
    return named(
        eigenvalues=Array(values, str(values.dtype)), eigenvectors=Array(vectors, str(vectors.dtype))
    )


@pytest.mark.parametrize(("matrix", "turn"), [(MATRIX, FLIPS), (COMPLEX, PHASES)])
def test_the_phases_of_qr_are_free_but_nothing_else(matrix: Any, turn: Any) -> None:
    q, r = np.linalg.qr(matrix)
    given = sample(np.abs(matrix))
    source, back = qr(q, r), turn.conj()[:, None]
    assert same("torch.linalg.qr", given, source, qr(q * turn, back * r))
    assert same("torch.Tensor.qr", given, source, qr(q * turn, back * r))
    empty = np.zeros(0, matrix.dtype)
    assert same("torch.linalg.qr", given, qr(empty, r), qr(empty, back * r))
    for wrong in (
        qr(q * turn, r),
        qr(q, back * r),
        qr(2 * q, r / 2),
        qr(q[:, [1, 0, 2]], r[[1, 0, 2]]),
        qr(q @ unitary(3).astype(q.dtype), unitary(3).astype(q.dtype).T @ r),
    ):
        assert not same("torch.linalg.qr", given, source, wrong)
        assert not same("mindspore.ops.qr", given, source, wrong)


def test_batches_are_turned_one_by_one() -> None:
    matrices = RANDOM.normal(size=(2, 4, 3)).astype("float32")
    q, r = np.linalg.qr(matrices)
    turn = np.stack([FLIPS, -FLIPS])
    assert same("torch.linalg.qr", sample(matrices), qr(q, r), qr(q * turn[:, None], turn[..., None] * r))
    wrong = qr(q * turn[:, None], turn[::-1, :, None] * r)
    assert not same("torch.linalg.qr", sample(matrices), qr(q, r), wrong)


def test_the_complement_of_the_columns_may_have_any_basis() -> None:
    q, r = (each.astype("float32") for each in np.linalg.qr(MATRIX[:, :2].astype("float64"), mode="complete"))
    other = q.copy()
    other[:, 2:] = q[:, 2:] @ unitary(2)
    assert same("torch.linalg.qr", sample(MATRIX[:, :2], mode="complete"), qr(q, r), qr(other, r))
    other[:, 3] = other[:, 2]
    assert not same("torch.linalg.qr", sample(MATRIX[:, :2], mode="complete"), qr(q, r), qr(other, r))


def test_columns_that_depend_on_others_leave_their_vectors_free() -> None:
    dependent = np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]], "float32")
    q, r = np.eye(3, dtype="float32"), dependent
    other = q.copy()
    other[1:, 1:] = unitary(2)
    assert same("torch.linalg.qr", sample(dependent), qr(q, r), qr(other, r))
    other[:, 2] = q[:, 0]
    assert not same("torch.linalg.qr", sample(dependent), qr(q, r), qr(other, r))


@pytest.mark.parametrize(("matrix", "turn"), [(MATRIX, FLIPS), (COMPLEX, PHASES)])
def test_the_phases_of_svd_are_free_in_pairs(matrix: Any, turn: Any) -> None:
    u, s, vh = np.linalg.svd(matrix, full_matrices=False)
    given, source, back = sample(np.abs(matrix)), svd(u, s, vh), turn.conj()[:, None]
    assert same("torch.linalg.svd", given, source, svd(u * turn, s, back * vh))
    v = vh.conj().T
    columns, turned = (
        named(U=each.items[0], S=each.items[1], V=Array(last, str(last.dtype)))  # type: ignore[arg-type]
        for each, last in ((source, v), (svd(u * turn, s, vh), v * turn))
    )
    assert same("torch.svd", given, columns, turned)
    for wrong in (
        svd(u * turn, s, vh),
        svd(u, s, back * vh),
        svd(u * turn, s, turn[:, None] * vh * 1j if matrix is COMPLEX else -back * vh),
        svd(u, s[::-1].copy(), vh),
        svd(u[:, [1, 0, 2]], s, vh[[1, 0, 2]]),
    ):
        assert not same("torch.linalg.svd", given, source, wrong)


def test_vectors_of_equal_singular_values_may_be_rotated_together() -> None:
    u, v = unitary(4), unitary(3)
    s = np.array([2.0, 2.0, 0.5], "float32")
    turn = np.eye(3, dtype="float32")
    turn[:2, :2] = unitary(2)
    source = svd(u[:, :3], s, v.T)
    assert same("torch.linalg.svd", sample(MATRIX), source, svd(u[:, :3] @ turn, s, turn.T @ v.T))
    assert not same("torch.linalg.svd", sample(MATRIX), source, svd(u[:, :3] @ turn, s, v.T))
    unequal = np.array([2.0, 1.9, 0.5], "float32")
    source = svd(u[:, :3], unequal, v.T)
    assert not same("torch.linalg.svd", sample(MATRIX), source, svd(u[:, :3] @ turn, unequal, turn.T @ v.T))


def test_vectors_of_no_singular_value_are_rotated_by_themselves() -> None:
    u, v = unitary(4), unitary(3)
    s = np.array([2.0, 1.0, 0.0], "float32")
    other_u, other_v = u.copy(), v.copy()
    other_u[:, 2:] = u[:, 2:] @ unitary(2)
    other_v[:, 2] = -v[:, 2]
    assert same("torch.linalg.svd", sample(MATRIX), svd(u, s, v.T), svd(other_u, s, other_v.T))
    other_u[:, 3] = 0
    assert not same("torch.linalg.svd", sample(MATRIX), svd(u, s, v.T), svd(other_u, s, other_v.T))


def test_the_phases_of_eigenvectors_are_free() -> None:
    symmetric = (MATRIX.T @ MATRIX).astype("float32")
    values, vectors = np.linalg.eigh(symmetric)
    given, source = sample(symmetric), eigen(values, vectors)
    assert same("torch.linalg.eigh", given, source, eigen(values, vectors * FLIPS))
    for wrong in (
        eigen(values, vectors * np.float32(1.01)),
        eigen(values[::-1].copy(), vectors[:, ::-1].copy()),  # they are promised in ascending order
        eigen(-values, vectors),
        eigen(values, vectors.T.copy()),
    ):
        assert not same("torch.linalg.eigh", given, source, wrong)


def test_eigenvalues_may_come_in_any_order_where_none_is_promised() -> None:
    square = RANDOM.normal(size=(3, 3)).astype("float32")
    values, vectors = (each.astype("complex64") for each in np.linalg.eig(square))
    order = [2, 0, 1]
    given, source = sample(square), eigen(values, vectors)
    assert same("torch.linalg.eig", given, source, eigen(values[order], vectors[:, order] * PHASES))
    assert same("torch.linalg.eigvals", given, array(values, "complex64"), array(values[order], "complex64"))
    assert not same("torch.linalg.eig", given, source, eigen(values[order], vectors * PHASES))
    assert not same("torch.linalg.eig", given, source, eigen(values, 2 * vectors))
    twice = array(values[[0, 0, 1]], "complex64")
    assert not same("torch.linalg.eigvals", given, array(values, "complex64"), twice)


def test_other_structures_are_left_to_the_comparison() -> None:
    source = sorted_along(TIED, SORTED)
    for other in (source.items[1], Group("tuple", (), source.items), None, array([1.0])):
        assert not same("torch.sort", sample(TIED), source, other)


def test_phases_are_told_by_the_table() -> None:
    gauges = {name for name in freedom.RULES if freedom.has_phases(f"torch.{name}")}
    assert gauges == {"qr", "svd", "eigh", "eig", "eigvals"}
    assert not freedom.has_phases("mindspore.ops.qr")


@pytest.mark.parametrize(
    ("candidate", "right"),
    [(array([0.0, 7.0]), True), (array([0.0]), False), (array([0, 7], "int64"), False)],
    ids=["other numbers", "another shape", "another dtype"],
)
def test_of_unwritten_memory_shape_and_dtype_are_compared(candidate: Array, right: bool) -> None:
    given = sample([1.0], (2,))
    assert same("torch.Tensor.new_empty", given, array([1e30, NAN]), candidate) is right
    assert not same("torch.Tensor.new_zeros", given, array([1e30, NAN]), array([0.0, 7.0]))
