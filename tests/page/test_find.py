"""Names that a person types."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sporeprint.page.find import NotFound, find


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("torch.nn.functional.log_softmax", "torch.nn.functional.log_softmax"),
        ("log_softmax", "torch.nn.functional.log_softmax"),
        ("F.log_softmax", "torch.nn.functional.log_softmax"),
        ("functional.log_softmax", "torch.nn.functional.log_softmax"),
        ("log_softmax()", "torch.nn.functional.log_softmax"),
        ("nn.Linear", "torch.nn.Linear"),
        ("Linear", "torch.nn.Linear"),
        ("torch.nn.modules.linear.Linear", "torch.nn.Linear"),
        ("Tensor.log_softmax", "torch.Tensor.log_softmax"),
        ("special.log_softmax", "torch.special.log_softmax"),
        ("mindspore.ops.log_softmax", "mindspore.ops.log_softmax"),
        ("ms.ops.log_softmax", "mindspore.ops.log_softmax"),
        ("ops.log_softmax", "mindspore.ops.log_softmax"),
        # MindSpore's functions that only PyTorch's counterparts lead to.
        ("mindspore.nn.Dense", "torch.nn.Linear"),
        ("mindspore.ops.dense", "torch.nn.functional.linear"),
        ("mindspore.nn.Conv2d", "torch.nn.Conv2d"),
    ],
)
def test_found(typed: str, meant: str) -> None:
    assert find(typed).api == meant


def test_others_of_the_same_name_are_told() -> None:
    also = find("log_softmax").also
    assert set(also) == {"torch.log_softmax", "torch.special.log_softmax", "torch.Tensor.log_softmax"}


def test_ambiguous() -> None:
    with pytest.raises(NotFound, match="flatten may mean several") as caught:
        find("flatten")
    assert caught.value.several
    assert set(caught.value.choices) == {"torch.flatten", "torch.Tensor.flatten"}


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("log_softmx", "torch.nn.functional.log_softmax"),
        ("torch.nn.functional.log_sofmax", "torch.nn.functional.log_softmax"),
        ("nn.Linaer", "torch.nn.Linear"),
        ("mindspore.ops.log_softmaxx", "mindspore.ops.log_softmax"),
        ("torch.cumsun", "torch.cumsum"),
    ],
)
def test_a_misspelt_name_suggests_near_ones(typed: str, near: str) -> None:
    with pytest.raises(NotFound, match="neither PyTorch nor MindSpore has") as caught:
        find(typed)
    assert near in caught.value.choices
    assert not caught.value.several


def test_a_name_that_the_framework_has_without_counterpart(planted: Callable[..., None]) -> None:
    with pytest.raises(NotFound, match=r"torch\.cholesky_inverse has no counterpart yet"):
        find("torch.cholesky_inverse")


def test_a_constant_is_no_function() -> None:
    with pytest.raises(NotFound, match=r"torch\.half is no function.*ms\.float16"):
        find("torch.half")


@pytest.mark.parametrize("typed", ["", " ", ".", "xyzzyxyzzy", "torch", "nn"])
def test_nonsense(typed: str) -> None:
    with pytest.raises(NotFound):
        find(typed)
