"""What is changed in place: before/after pairs, what stays, and what is marked.

The expected texts are written by hand. What they compute is checked by running programs: ``tests/traps``.
"""

from __future__ import annotations

import pytest

from sporeprint.convert import Options, convert_bytes

FRAME = """\
import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self, start):
        super().__init__()
        self.register_buffer("buf", start)
        self.given = start
        self.conv = nn.Conv2d(3, 3, 3)
        self.drop = nn.Dropout(0.5)


    def step(self, x: torch.Tensor, y: torch.Tensor, i: int, m, q):
        {}
"""

# (what the user wrote, what Sporeprint writes)
PAIRS = [
    # a method that stands alone
    ("x.add_(1)", "x[()] = x + 1"),
    ("x.add_(y, alpha=2)", "x[()] = x + 2 * y"),
    ("x.add_(m(), alpha=m(2))", "method_add_(x, m(), alpha=m(2))"),  # they would change places
    ("x.sub_(y)  # why", "x[()] = x - y  # why"),
    ("x.mul_(0.5)", "x[()] = x * 0.5"),
    ("x.mul_(y)", "x[()] = x.copy() * y"),
    ("x.mul_(m)", "method_mul_(x, m)"),  # whether m is a tensor is not known
    ("x.div_(2)", "x[()] = x / 2"),
    ("x.div_(2, rounding_mode='floor')", "x[()] = x // 2"),
    ("x.clamp_(min=0)", "x[()] = ops.clamp(x.copy(), min=0)"),
    ("x.copy_(y)", "x[()] = y"),
    ("x.copy_(m(y), non_blocking=True)", "x[()] = m(y)"),
    ("x.zero_()", "x[()] = 0"),
    ("x.fill_(float('inf'))", "x[()] = float('inf')"),
    ("x.relu_()", "x[()] = ops.relu(x)"),
    ("x.masked_fill_(m, -1e9)", "x[()] = x.masked_fill(m, -1e9)"),
    ("x.masked_fill_(y > 0, -1e9)", "method_masked_fill_(x, y > 0, -1e9)"),
    ("x.gt_(0)", "x[()] = x > 0"),
    ("x.data.fill_(0)", "x.data[()] = 0"),
    ("x.add_(\n            y,\n            alpha=2,\n        )", "x[()] = x + 2 * y"),
    ("x.add_(y if i else 1)", "x[()] = x + (y if i else 1)"),
    ("x.add_(\n            y\n            * 2)", "x[()] = x + (y\n            * 2)"),
    # part of a tensor
    ("x[0].add_(1)", "x[0] = x[0] + 1"),
    ("x[i, 1:].zero_()", "x[i, 1:] = 0"),
    ("x[..., -1].copy_(y)", "x[..., -1] = y"),
    ("x[[0, 1]].zero_()", "method_zero_(x[[0, 1]].copy())"),  # torch changes a copy
    # an attribute
    ("self.buf.mul_(0.9)", "self.buf[()] = self.buf * 0.9"),
    ("self.buf[i].copy_(x)", "self.buf[i] = x"),
    ("m.buf.mul_(0.9)", "method_mul_(m.buf, 0.9)"),  # it may be a property
    # a result that is used, a receiver that is not known
    ("return x.add_(1)", "return method_add_(x, 1)"),
    ("x.mul_(2).add_(1)", "method_add_(method_mul_(x, 2), 1)"),
    ("m.add_(1)", "method_add_(m, 1)"),
    ("q.copy_()", "method_copy_(q)"),
    ("x.normal_(0, 0.02)", "x[()] = ops.randn(*x.shape) * 0.02"),
    ("x.uniform_(-1, 1)", "x[()] = ops.rand(*x.shape) * 2 + -1"),
    ("x.weight.data.normal_()", "method_normal_(x.weight.data)"),
    # a comment that would be lost
    ("x.add_(  # one\n            1)", "method_add_(x,   # one\n            1)"),
    # augmented assignment: the tensor has another name
    ("x += 1", "x[()] = x + 1"),
    ("x -= y * 2", "x[()] = x - y * 2"),
    ("x *= y + 2", "x[()] = x * (y + 2)"),
    ("x **= -y", "x[()] = x ** (-y)"),
    ("x /= (y +\n              2)", "x[()] = x / (y +\n              2)"),
    ("self.buf += 1", "self.buf[()] = self.buf + 1"),
    ("z = x; z += 1", "z = x; z[()] = z + 1"),
    ("z = x[0]; z += 1", "z = x[0]; z[()] = z + 1"),
    ("z = self.drop(x); z += 1", "z = self.drop(x); z[()] = z + 1"),  # in evaluation it is x
    ("z = y * 2; m(z); z += 1", "z = y * 2; m(z); z[()] = z + 1"),  # it may be kept there
    ("z = y * 2; m(z + 1); z += 1", "z = y * 2; m(z + 1); z += 1"),
    ("z = F.relu(x + y, inplace=True); z += 1", "z = ops.relu(x + y); z += 1"),
    # out=, inplace=True
    ("F.log_softmax(x, 1)", "ops.log_softmax(x, axis=1)"),
    ("torch.log_softmax(x, 1, out=y)", "y[()] = ops.log_softmax(x, axis=1)"),
    ("z = F.relu(x + y, inplace=True)", "z = ops.relu(x + y)"),
    ("z = F.relu(x, inplace=True)", "z = functional_relu(x, inplace=True)"),
    # a copy in torch, which MindSpore would write through
    ("z = x[[0, 2]]; z[0] = 1", "z = x[[0, 2]].copy(); z[0] = 1"),
    ("z = x[x > 0]; z.add_(1)", "z = x[x > 0].copy(); z[()] = z + 1"),
    ("z = x[0]; z[0] = 1", "z = x[0]; z[0] = 1"),
]

# Statements that stay to the byte, without a word.
STAY = [
    "z = x * 2; z += y",
    "z = self.conv(x); z += x",
    "z = torch.relu(x); z *= 2",
    "z = x; x = y + 1; x += z",
    "i += 1",
    "m += 1",
    "x[0] += 1",
    "x[i, 1:] *= y",
    "z = [1]; z += [2]",
    "z = 0; z += x.shape[0]",
    "z = x[0]; z = z + 1",
]

# (statement, the word that the marker holds)
MARKED = [
    ("z = x.view(-1); z.add_(1)", ".view"),
    ("z = x.T; z[0] = 1", ".T"),
    ("x.unsqueeze(0).zero_()", ".unsqueeze"),
    ("torch.transpose(x, 0, 1).zero_()", ".transpose"),
    ("x.view(-1)[0] = 1", ".view"),
    ("z = x.view(-1); z += 1", ".view"),
    ("z = x[0]\n        x.add_(1)\n        return z", "z is a view"),
    ("z = x.view(-1)\n        x[0] = 1\n        return z", "z is a view"),
    ("return x[m].mul_(2)", "index"),
    ("x[m(i)].zero_()", "index"),
    ("z = x[m]; z[0] = 1", "index"),
    ("x += 1 if i else 2 ; x <<= 1", "shifted"),
]

# What is not marked, since no gradient is taken there.
SETS_UP = """\
import torch


def a(x: torch.Tensor):
    with torch.no_grad():
        x.view(-1).add_(1)


@torch.no_grad()
def b(x: torch.Tensor):
    row = x[0]
    x.mul_(2)
    return row


def init_weights(x: torch.Tensor):
    x.view(-1)[0] = 1
"""


def convert(statement: str) -> tuple[str, list[str]]:
    """Convert a statement in its frame; return it without markers, and what they say of it."""
    before = FRAME.format(statement)
    outcome = convert_bytes(before.encode(), "f.py", Options(), "torch_on_mindspore")
    text = outcome.data.decode()
    line = next(at for at, each in enumerate(before.splitlines(), 1) if "def step" in each)
    marks = [each.reason for each in outcome.report.findings if each.line > line and each.fate == "differs"]
    marks += [each.reason for each in outcome.report.left if each.line > line and each.api == "torch.Tensor"]
    body = text[text.index("m, q):\n") + len("m, q):\n") :]
    kept = [each for each in body.splitlines() if not each.strip().startswith("# sporeprint: ")]
    again = convert_bytes(outcome.data, "f.py", Options(), "torch_on_mindspore")
    assert again.data == outcome.data
    return "\n".join(kept).strip(), marks


@pytest.mark.parametrize(("before", "after"), PAIRS, ids=[before for before, _ in PAIRS])
def test_rewrite(before: str, after: str) -> None:
    assert convert(before) == (after, [])


@pytest.mark.parametrize("statement", STAY)
def test_stays(statement: str) -> None:
    text, marks = convert(statement)
    assert marks == []
    assert text.replace("ops.relu", "torch.relu") == statement


@pytest.mark.parametrize(("statement", "word"), MARKED, ids=[statement for statement, _ in MARKED])
def test_marked(statement: str, word: str) -> None:
    _, marks = convert(statement)
    assert any(word in each for each in marks), marks


def test_where_no_gradient_is_taken() -> None:
    outcome = convert_bytes(SETS_UP.encode(), "f.py", Options(), "torch_on_mindspore")
    assert [each for each in outcome.report.findings if each.fate == "differs"] == []
