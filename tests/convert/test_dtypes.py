"""Where the exact body is written because a tensor is known to hold integers or booleans, and where nothing is known.

The expected texts are written by hand.
"""

from __future__ import annotations

import pytest

from sporeprint.convert import Options, convert_bytes
from sporeprint.convert.report import Report

FRAME = """\
from dataclasses import dataclass
from typing import NamedTuple, Optional

import numpy as np
import torch
import torch.nn.functional as F
from einops import rearrange, repeat


@dataclass
class Args:
    n: int
    m: int = 3
    scale: float = 1.0
    maybe: Optional[int] = None
    none: int = None
    changed: int = 3
    counted: int = 0

    def __post_init__(self):
        self.changed = self.n / 2
        self.counted += 2


class Batch(NamedTuple):
    rows: torch.Tensor
    names: list


class Holder:
    width: int

    def __init__(self, args: Args, other):
        self.args = args
        self.other = other
        self.either = args
        self.either = other

    def f(self, args: Args, n: int, d, x: torch.Tensor, q, batch: Batch):
        {}
"""

#: What the last line becomes where the tensor is known to hold integers or booleans.
KNOWN = [
    ("torch.log(torch.arange(n))", "ops.log(ops.arange(n).astype(ms.float32))"),
    ("torch.log(torch.arange(1, n + 1))", "ops.log(ops.arange(1, n + 1).astype(ms.float32))"),
    ("torch.log(torch.arange(n ** 2))", "ops.log(ops.arange(n ** 2).astype(ms.float32))"),
    ("torch.arange(n).log()", "ops.log(ops.arange(n).astype(ms.float32))"),
    ("torch.log(input=torch.arange(n))", "ops.log(input=ops.arange(n).astype(ms.float32))"),
    ("torch.sin(x.long())", "ops.sin(x.long().astype(ms.float32))"),
    ("torch.cos(x > 0)", "ops.cos((x > 0).astype(ms.float32))"),
    ("torch.cos(x.argmax(1))", "ops.cos(x.argmax(1).astype(ms.float32))"),
    ("torch.exp(x.int())", "ops.exp(x.int().astype(ms.float64)).astype(ms.float32)"),
    ("torch.floor(x.long())", "x.long().copy()"),
    # fields of a class of the file, as it states them
    ("torch.log(torch.arange(args.n))", "ops.log(ops.arange(args.n).astype(ms.float32))"),
    ("torch.log(torch.arange(self.args.m))", "ops.log(ops.arange(self.args.m).astype(ms.float32))"),
    ("torch.log(torch.arange(args.counted))", "ops.log(ops.arange(args.counted).astype(ms.float32))"),
    ("torch.log(torch.arange(self.width))", "ops.log(ops.arange(self.width).astype(ms.float32))"),
    ("torch.log(torch.arange(Args(2).n))", "ops.log(ops.arange(Args(2).n).astype(ms.float32))"),
    ("torch.log(batch.rows.long())", "ops.log(batch.rows.long().astype(ms.float32))"),
    # what keeps the dtype
    ("torch.log(torch.arange(n).view(-1, 1))", "ops.log(ops.arange(n).view(-1, 1).astype(ms.float32))"),
    ("torch.log(torch.arange(n)[None, :])", "ops.log(ops.arange(n)[None, :].astype(ms.float32))"),
    ("torch.log(repeat(torch.arange(n), 'n -> d n', d=d))",
     "ops.log(repeat(ops.arange(n), 'n -> d n', d=d).astype(ms.float32))"),
    ("torch.log(torch.arange(n) * 2 + 1)", "ops.log((ops.arange(n) * 2 + 1).astype(ms.float32))"),
    ("torch.log(-torch.arange(n))", "ops.log((-ops.arange(n)).astype(ms.float32))"),
    ("a = torch.arange(n); a = a + 1; a += 1; torch.log(a)",
     "a = ops.arange(n); a = a + 1; a += 1; ops.log(a.astype(ms.float32))"),
    ("a = torch.arange(n) if d else x.long(); torch.log(a)",
     "a = ops.arange(n) if d else x.long(); ops.log(a.astype(ms.float32))"),
]  # fmt: skip

#: What is not certain to hold integers, or certain not to: the native body stays.
UNKNOWN = [
    ("torch.log(torch.arange(d))", "ops.log(ops.arange(d))"),
    ("torch.log(torch.arange(n, dtype=torch.float32))", "ops.log(ops.arange(n, dtype=ms.float32))"),
    ("torch.log(torch.arange(n / 2))", "ops.log(ops.arange(n / 2))"),
    ("torch.log(torch.arange(2 ** -n))", "ops.log(ops.arange(2 ** -n))"),
    ("torch.log(torch.arange(n) / 2)", "ops.log(ops.arange(n) / 2)"),
    ("torch.log(torch.arange(n) * 0.5)", "ops.log(ops.arange(n) * 0.5)"),
    ("torch.log(torch.arange(n) * d)", "ops.log(ops.arange(n) * d)"),
    ("torch.log(torch.arange(n).float())", "ops.log(ops.arange(n).float())"),
    ("torch.log(x)", "ops.log(x)"),
    ("torch.log(q.long())", "ops.log(q.long())"),  # which may be anything's
    ("torch.log(torch.arange(args.scale))", "ops.log(ops.arange(args.scale))"),
    ("torch.log(torch.arange(args.maybe))", "ops.log(ops.arange(args.maybe))"),
    ("torch.log(torch.arange(args.none))", "ops.log(ops.arange(args.none))"),
    ("torch.log(torch.arange(args.changed))", "ops.log(ops.arange(args.changed))"),
    ("torch.log(torch.arange(self.other.n))", "ops.log(ops.arange(self.other.n))"),
    ("torch.log(torch.arange(self.either.n))", "ops.log(ops.arange(self.either.n))"),
    ("a = torch.arange(n); a = a / 2; torch.log(a)", "a = ops.arange(n); a = a / 2; ops.log(a)"),
    ("a = x > 0; a = a + 1; torch.log(a)", "a = x > 0; a = a + 1; ops.log(a)"),  # booleans, then integers
    ("a = torch.arange(n) if d else x; torch.log(a)", "a = ops.arange(n) if d else x; ops.log(a)"),
    ("for a in (torch.arange(n), x): torch.log(a)", "for a in (ops.arange(n), x): ops.log(a)"),
    ("torch.arange(d).log()", "ops.arange(d).log()"),
    # the native body takes these
    ("torch.sqrt(torch.arange(n))", "ops.sqrt(ops.arange(n))"),
    ("torch.sqrt(x > 0)", "ops.sqrt(x > 0)"),
]  # fmt: skip


def converted(statement: str, fidelity: str = "native") -> str:
    source = FRAME.replace("{}", statement)
    outcome = convert_bytes(source.encode(), "f.py", Options(fidelity=fidelity), "torch_on_mindspore")
    assert outcome.report.left == []
    return outcome.data.decode().splitlines()[-1].strip()


@pytest.mark.parametrize(("before", "after"), KNOWN, ids=[before for before, _ in KNOWN])
def test_known_integers_get_the_exact_body(before: str, after: str) -> None:
    assert converted(before) == after


@pytest.mark.parametrize(("before", "after"), UNKNOWN, ids=[before for before, _ in UNKNOWN])
def test_what_is_not_certain_keeps_the_native_body(before: str, after: str) -> None:
    assert converted(before) == after


def test_fields_have_the_types_that_their_class_states() -> None:
    assert converted("batch.rows.size(0)") == "batch.rows.shape[0]"
    assert converted("batch.names.sort()") == "batch.names.sort()"


def test_exact_asks_at_run_time_only_where_nothing_is_known() -> None:
    assert converted("torch.log(x)", "exact") == "torch_log(x)"
    assert converted("torch.log(x > 0)", "exact") == "ops.log((x > 0).astype(ms.float32))"


def test_names_defined_by_one_another_do_not_take_long() -> None:
    lines = "; ".join(["a = torch.arange(n)", *["a = a + a * a"] * 40, "torch.log(a)"])
    assert converted(lines).endswith("ops.log(a.astype(ms.float32))")
    rising = "; ".join(f"a{k + 1} = a{k} + a{k}" for k in range(40))
    assert converted(f"a0 = torch.arange(n); {rising}; torch.log(a40)").endswith("ops.log(a40)")


def test_only_what_got_the_native_body_is_said_to_differ() -> None:
    def used(*lines: str) -> set[str]:
        text = "import torch\n\ndef f(x, n: int):\n" + "".join(f"    y = {line}\n" for line in lines)
        report = Report("mindspore", "native")
        report.add(convert_bytes(text.encode(), "a.py", Options(), "adapters").report)
        return report.used

    assert used("torch.log(torch.arange(n))") == {"torch.arange"}
    assert used("torch.log(torch.arange(n))", "torch.log(x)") == {"torch.arange", "torch.log"}
