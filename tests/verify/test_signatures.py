"""The three ways in which torch tells a signature, and counterparts that do not carry it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("torch", reason="signatures come from PyTorch")

from sporeprint.counterpart import Counterpart
from sporeprint.verify.signatures import _form, problems_of, show, signatures_of, unused_parameters

pytestmark = pytest.mark.frameworks


@pytest.mark.parametrize(
    ("api", "expected"),
    [
        ("torch.nn.functional.log_softmax", "(input, dim=None, _stacklevel=3, dtype=None)"),
        ("torch.softmax", "(input, dim, dtype=None)"),
        ("torch.Tensor.softmax", "(self, dim, dtype=None)"),
        ("torch.special.softmax", "(input, dim, dtype=None)"),
        ("torch.special.log_softmax", "(input, dim, dtype=None (keyword only))"),
        ("torch.logsumexp", "(input, dim, keepdim=False)"),
        ("torch.nn.Softmax", "(dim=None)"),
        ("torch.nn.Softmax2d", "()"),
        (
            "torch.nn.NLLLoss2d",
            "(weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean')",
        ),
        ("torch.nn.functional.linear", "(input, weight, bias=None)"),
        ("mindspore.ops.log_softmax", "(logits, axis=-1)"),
        ("mindspore.Tensor.logsumexp", "(self, dim, keepdim=False)"),
    ],
)
def test_signatures_are_found(api: str, expected: str) -> None:
    (signature,) = signatures_of(api)
    assert show(_form(signature, ".Tensor." in api, {})) == expected


def test_overloads_are_found() -> None:
    assert [show(_form(s, False, {})) for s in signatures_of("torch.max")][0:2] == [
        "(input)",
        "(input, other)",
    ]


def right(input: Any, dim: Any, keepdim: Any = False) -> Any:  # noqa: A002
    return input, dim, keepdim


def other_default(input: Any, dim: Any, keepdim: Any = True) -> Any:  # noqa: A002
    return input, dim, keepdim


def other_name(input: Any, axis: Any, keepdim: Any = False) -> Any:  # noqa: A002
    return input, axis, keepdim


def one_less(input: Any, dim: Any) -> Any:  # noqa: A002
    return input, dim


def other_order(input: Any, keepdim: Any = False, dim: Any = None) -> Any:  # noqa: A002
    return input, dim, keepdim


def by_keyword(input: Any, dim: Any, *, keepdim: Any = False) -> Any:  # noqa: A002
    return input, dim, keepdim


def not_used(input: Any, dim: Any, keepdim: Any = False) -> Any:  # noqa: A002
    return input, dim


def made(function: Callable[..., Any], **declared: dict[str, str]) -> Counterpart[..., Any]:
    return Counterpart(
        function, ("torch.logsumexp",), declared.get("ignores", {}), declared.get("refuses", {}), {}
    )


def test_the_right_signature_is_no_problem() -> None:
    assert problems_of("torch.logsumexp", made(right)) == []


@pytest.mark.parametrize("function", [other_default, other_name, one_less, other_order, by_keyword])
def test_another_signature_is_a_problem(function: Callable[..., Any]) -> None:
    problems = problems_of("torch.logsumexp", made(function))
    assert any("no body carries" in problem for problem in problems)
    assert any("the native body has" in problem for problem in problems)


def test_an_unused_parameter_is_a_problem_unless_declared() -> None:
    assert unused_parameters(not_used) == ["keepdim"]
    (problem,) = problems_of("torch.logsumexp", made(not_used))
    assert "does not use keepdim" in problem
    assert problems_of("torch.logsumexp", made(not_used, ignores={"keepdim": "why"})) == []
    assert problems_of("torch.logsumexp", made(not_used, refuses={"keepdim": "what"})) == []


def test_the_exact_body_is_held_to_it_too() -> None:
    both = made(right)
    both.exact = other_default
    assert any("the exact body has" in problem for problem in problems_of("torch.logsumexp", both))


def test_a_declared_name_must_be_a_parameter() -> None:
    (problem,) = problems_of("torch.logsumexp", made(right, ignores={"axis": "why"}))
    assert "axis, which is no parameter" in problem


def test_a_missing_overload_is_a_problem() -> None:
    problems = problems_of("torch.max", made(right))
    assert any("no body carries (input, other)" in problem for problem in problems)
