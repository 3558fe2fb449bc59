"""What has no counterpart for a reason says the reason, and its advice names what MindSpore has."""

from __future__ import annotations

import functools
import re
from typing import Any

import mindspore as ms
import pytest

from sporeprint import catalog
from sporeprint.convert import Options, convert_bytes
from sporeprint.convert.fates import FATES, stated

NAME = re.compile(r"\b(?:mindspore|ms|nn|ops)\.[A-Za-z_][\w.]*\w")

PROGRAMS = {
    "torch.autograd.Function": "import torch\nclass Double(torch.autograd.Function):\n    pass\n",
    "torch.fx.Node": "import torch.fx\ndef f(node: torch.fx.Node):\n    return isinstance(node, torch.fx.Node)\n",
    "torch.distributed.all_reduce": "import torch.distributed as dist\ndist.all_reduce(x)\n",
    "torch.distributed.tensor.DTensor": "from torch.distributed.tensor import DTensor\nd = DTensor(x)\n",
    "torch.nn.parallel.DistributedDataParallel":
        "from torch.nn.parallel import DistributedDataParallel as DDP\nnet = DDP(net)\n",
    "torch._foreach_add_": "import torch\ntorch._foreach_add_(xs, 1)\n",
    "torch.nn.Buffer": "import torch\nclass Held:\n    def __init__(self, x):\n        self.x = torch.nn.Buffer(x)\n",
    "torch.cuda.amp.GradScaler": "import torch\nscaler = torch.cuda.amp.GradScaler()\n",
}  # fmt: skip


@pytest.mark.parametrize("advice", sorted({advice for _, advice in FATES.values()}))
def test_what_is_advised_is_there(advice: str) -> None:
    for name in NAME.findall(advice):
        first, *rest = name.replace("mindspore.", "ms.", 1).split(".")
        root: Any = {"ms": ms, "nn": ms.nn, "ops": ms.ops}[first]
        functools.reduce(getattr, rest, root)


@pytest.mark.parametrize("api", PROGRAMS)
def test_it_is_left_with_its_reason(api: str) -> None:
    reason, advice = stated(api) or ("", "")
    made = convert_bytes(PROGRAMS[api].encode(), "a.py", Options(), "torch_on_mindspore")
    assert reason
    assert (api, reason, advice) in {
        (each.api, each.reason, each.todo) for each in made.report.findings if each.fate == "left"
    }
    assert f"# sporeprint: {api}: {reason}" in made.data.decode()


def test_nothing_is_both_stated_and_converted() -> None:
    """A counterpart is found before a fate, so a fate of its own would never be told."""
    assert not set(FATES) & set(catalog.load("torch").names())


def test_what_is_not_stated_is_not_yet_there() -> None:
    assert stated("torch.no_such_thing") is None
    assert stated("torch.fxn") is None
