"""Edits that stand inside one another, against a reference that works character by character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sporeprint.convert.edits import Edit, Kept, Named, OverlapError, apply


@st.composite
def nested(draw: st.DrawFn, start: int = 0, end: int = 24, depth: int = 3) -> tuple[list[Edit], str]:
    """Draw edits of ``data[start:end]`` and, built alongside them, the text that they come to."""
    edits: list[Edit] = []
    result = ""
    position = start
    while position < end:
        size = draw(st.integers(1, 6))
        stop = min(end, position + size)
        if depth and draw(st.booleans()):
            first, last = draw(st.sampled_from(["", "<", "<<"])), draw(st.sampled_from(["", ">", ">>"]))
            if draw(st.booleans()):
                inner, text = draw(nested(position, stop, depth - 1))
                edits.append(Edit(position, stop, [first.encode(), Kept(position, stop), Named(last)]))
                edits += [each for each in inner if each.start != position or each.end != stop]
                if any(each.start == position and each.end == stop for each in inner):
                    text = DATA[position:stop]
                    edits = [each for each in edits if not (position <= each.start and each.end <= stop)]
                    edits.append(Edit(position, stop, [first.encode(), Kept(position, stop), Named(last)]))
                result += first + text + last
            else:
                edits.append(Edit(position, stop, [first.encode(), Named(last)]))
                result += first + last
        else:
            result += DATA[position:stop]
        position = stop
    return edits, result


DATA = ".,;:!?.,;:!?.,;:!?.,;:!?"  # no word characters, so that no space has to keep anything apart


@given(nested())
def test_nested_edits(drawn: tuple[list[Edit], str]) -> None:
    edits, expected = drawn
    assert apply(DATA.encode(), edits, str).decode() == expected


def test_an_insertion_comes_before_a_replacement_at_the_same_place() -> None:
    assert apply(b"(a)", [Edit(1, 2, [b"b"]), Edit(1, 1, [b"+"])], str) == b"(+b)"


def test_what_no_piece_keeps_is_gone_with_its_edits() -> None:
    assert apply(b"f(a, b)", [Edit(0, 7, [b"g(", Kept(2, 3), b")"]), Edit(5, 6, [b"c"])], str) == b"g(a)"


@pytest.mark.parametrize("edits", [[Edit(0, 3, []), Edit(2, 5, [])], [Edit(3, 9, [])]])
def test_edits_that_overlap_are_an_error(edits: list[Edit]) -> None:
    with pytest.raises(OverlapError):
        apply(b"abcde", edits, str)


@pytest.mark.parametrize(
    ("data", "edit", "expected"),
    [
        (b"return(a)", Edit(6, 9, [b"f(a)"]), b"return f(a)"),
        (b"x()if c", Edit(0, 3, [b"x.shape"]), b"x.shape if c"),
        (b"a.size", Edit(2, 6, [b"shape"]), b"a.shape"),
        (b"not(a)", Edit(3, 6, [b"(b)"]), b"not(b)"),
    ],
)
def test_words_do_not_grow_together(data: bytes, edit: Edit, expected: bytes) -> None:
    assert apply(data, [edit], str) == expected
