"""What one run of one sample shows: which inputs share memory with the result, and what is copied before."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="one of the two frameworks")
pytest.importorskip("mindspore", reason="the other one")

import mindspore as ms
import torch

from sporeprint.verify import frameworks
from sporeprint.verify.compare import Array, Raised
from sporeprint.verify.sample import Call, Sample, Tensor, array, conditions_of

#: Set in the process that these tests get for themselves: what other tests did to MindSpore before decides whether it
#: gives views or copies. A measuring process is a fresh one, too.
OWN_PROCESS = "SPOREPRINT_OWN_PROCESS"

pytestmark = pytest.mark.frameworks
alone = pytest.mark.skipif(OWN_PROCESS not in os.environ, reason="run by test_all_in_a_process_of_their_own")


@pytest.mark.skipif(OWN_PROCESS in os.environ, reason="this is that process")
def test_all_in_a_process_of_their_own() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__]
    done = subprocess.run(
        command, env={**os.environ, OWN_PROCESS: "1"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "passed" in done.stdout


NUMBERS = np.arange(6, dtype="float32").reshape(2, 3)


def sample(*args: Any) -> Sample:
    call = Call(args, {})
    return Sample("float32 0", call, None, conditions_of(call))


ONE = sample(Tensor(array(NUMBERS, "float32")))
TWO = sample(Tensor(array(NUMBERS, "float32")), Tensor(array(NUMBERS, "float32")))
LIST = sample([Tensor(array(NUMBERS, "float32")), Tensor(array(NUMBERS, "float32"))])

SIDES: list[frameworks.Side] = [frameworks.Torch(), frameworks.MindSpore()]


def doubled_in_place(x: Any) -> Any:
    x[...] = x * 2
    return x


@alone
@pytest.mark.parametrize("side", SIDES, ids=["torch", "mindspore"])
@pytest.mark.parametrize(
    ("what", "function", "given", "aliases"),
    [
        ("itself", lambda x: x, ONE, {"0"}),
        ("new", lambda x: x * 2, ONE, set()),
        ("equal", lambda x: x + 0, ONE, set()),
        ("reshaped", lambda x: x.reshape(3, 2), ONE, {"0"}),
        ("a part", lambda x: x[1], ONE, {"0"}),
        ("one number", lambda x: x[1, 2], ONE, {"0"}),
        ("in place", doubled_in_place, ONE, {"0"}),
        ("the second", lambda x, y: (x + 1, y), TWO, {"1"}),
        ("both, deep inside", lambda x, y: ({"a": [x]}, (y,)), TWO, {"0", "1"}),
        ("of a list", lambda both: both[1], LIST, {"0[1]"}),
        ("no tensor", lambda x: 3, ONE, set()),
        ("of truth values", lambda x: x > 1, ONE, set()),
    ],
)
def test_shared_memory_is_seen(
    what: str, function: Callable[..., Any], given: Sample, aliases: set[str], side: frameworks.Side
) -> None:
    assert frameworks.run(side, function, given).aliases == frozenset(aliases)


@alone
@pytest.mark.parametrize("side", SIDES, ids=["torch", "mindspore"])
def test_nothing_that_is_compared_is_written_to(side: frameworks.Side) -> None:
    outcome = frameworks.run(side, lambda x: x, ONE)
    assert isinstance(outcome.value, Array)
    np.testing.assert_array_equal(outcome.value.data, NUMBERS)
    assert outcome.mutated == {}
    changed = frameworks.run(side, doubled_in_place, ONE)
    np.testing.assert_array_equal(changed.mutated["0"].data, 2 * NUMBERS)
    np.testing.assert_array_equal(ONE.tensors()["0"].array.data, NUMBERS)


@alone
def test_it_is_looked_at_where_nothing_else_is_special() -> None:
    torch_side, identity = SIDES[0], lambda x: x
    for dtype in ("float64", "int64"):
        assert frameworks.run(torch_side, identity, sample(Tensor(array(NUMBERS, dtype)))).aliases is None
    special = sample(Tensor(array([1.0, np.nan], "float32")))
    assert frameworks.run(torch_side, identity, special).aliases is None
    assert frameworks.run(torch_side, identity, ONE, write=False).aliases is None
    assert frameworks.run(torch_side, identity, sample(Tensor(array(2.0, "float32")))).aliases == frozenset(
        {"0"}
    )


@alone
def test_memory_that_cannot_be_written_to_is_no_error() -> None:
    expanded = frameworks.run(SIDES[0], lambda x: x.expand(4, 2, 3), ONE)
    assert expanded.aliases == frozenset({"0"})

    class Unwritable(torch.Tensor):  # type: ignore[misc]  # torch is not followed
        def __setitem__(self, place: Any, value: Any) -> None:
            raise RuntimeError("read only")

    assert frameworks.run(SIDES[0], lambda x: x.as_subclass(Unwritable), ONE).aliases == frozenset()


@alone
def test_a_gradient_that_raises_leaves_nothing_behind() -> None:
    given = sample(Tensor(array(NUMBERS, "float32"), differentiable=True))

    def raises(x: Any) -> Any:
        raise ValueError("why")

    for wrong in (raises, lambda x: ms.mint.cumsum(x, 0)):
        assert isinstance(frameworks.differentiate(SIDES[1], wrong, given, given.call.args[0].array), Raised)
        assert frameworks.run(SIDES[1], lambda x: x.reshape(3, 2), ONE).aliases == frozenset({"0"})
        assert isinstance(frameworks.run(SIDES[1], lambda x: x[1], ONE).value, Array)


@alone
def test_what_raises_shares_nothing() -> None:
    def fails(x: Any) -> Any:
        raise ValueError("why")

    outcome = frameworks.run(SIDES[1], fails, ONE)
    assert isinstance(outcome.value, Raised)
    assert outcome.aliases is None


@alone
@pytest.mark.parametrize(
    ("side", "turned"),
    [
        (SIDES[0], lambda x: torch.complex(x, -x)),
        (SIDES[1], lambda x: ms.ops.Complex()(x, -x)),
    ],
    ids=["torch", "mindspore"],
)
def test_what_is_differentiated_of_decompositions_has_no_phases(side: frameworks.Side, turned: Any) -> None:
    for function in (lambda x: -x, turned):
        squares = frameworks.without_phases(side, function)
        (found,) = squares(side.tensor(Tensor(array(NUMBERS, "float32"))))
        assert side.array(found).dtype == "float32"
        expected = np.abs(side.array(function(side.tensor(Tensor(array(NUMBERS, "float32"))))).data) ** 2
        np.testing.assert_allclose(side.array(found).data, expected, rtol=1e-6)
