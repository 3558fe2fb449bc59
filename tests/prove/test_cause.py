"""What the converted-anew project and the evidence tell of a difference. It needs neither framework."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from sporeprint.cli import main
from sporeprint.prove.cause import Written
from sporeprint.prove.task import Noted
from sporeprint.verify import evidence

NET = """
import torch
import torch.nn as nn
import torch.nn.functional as F


class Quiet(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.Tanh()

    def forward(self, x):
        return F.relu(
            self.act(x)
        )


class Loud(nn.Module):
    def forward(self, x):
        return torch.tanh(x).max()


class Louder(nn.Module):
    def forward(self, x):
        return F.log_softmax(x, dim=1)


def helper(x):
    return torch.tanh(x)


class Calling(nn.Module):
    def forward(self, x):
        return helper(x) + 1
"""


@pytest.fixture
def written(tmp_path: Path) -> Written:
    source, converted = tmp_path / "source", tmp_path / "converted"
    (source / "nets").mkdir(parents=True)
    (source / "nets" / "net.py").write_text(NET)
    assert main(["convert", str(source), "-o", str(converted)]) == 0
    return Written(source.resolve(), converted.resolve())


def test_what_kernels_are_known_to_err(written: Written) -> None:
    kinds = (
        "torch.nn.Tanh", "torch.nn.Linear", "Quiet", "Loud", "Louder", "Calling", "helper()", "helper", "Unknown",
    )  # fmt: skip
    found = written.kernels({kind: (kind, "") for kind in kinds})
    ulp = 2.0**-23
    known = evidence.load()
    assert found["torch.nn.Tanh"] == known["torch.nn.Tanh"].legs["native"].ulps["float32"] * ulp
    assert found["Loud"] >= known["torch.tanh"].legs["native"].ulps["float32"] * ulp > 1e-4
    # what it makes is compared alone, so it is not granted what that errs
    assert found["Quiet"] < 1e-5
    # results that almost cancel err by millions of units in their last place
    assert known["torch.nn.functional.log_softmax"].legs["native"].ulps["float32"] * ulp > 1e-3
    assert found["Louder"] == 2.5e-4
    # what a function errs, and who calls it
    tanh = known["torch.tanh"].legs["native"].ulps["float32"] * ulp
    assert found["helper()"] == found["Calling"] == tanh
    assert not {"Unknown", "helper"} & found.keys()


def test_a_conversion_in_exact_is_held_against_exact(written: Written, tmp_path: Path) -> None:
    exact = tmp_path / "exact"
    assert main(["convert", str(written.source), "-o", str(exact), "--fidelity", "exact"]) == 0
    found = Written(written.source, exact.resolve())
    assert (written.fidelity, found.fidelity) == ("native", "exact")
    assert found.changed() == []
    known = evidence.load()["torch.nn.functional.log_softmax"].legs["exact"].ulps["float32"]
    assert found.kernels({"": ("Louder", "")})["Louder"] == known * 2.0**-23


def test_lines_that_were_changed(written: Written) -> None:
    assert written.changed() == []
    path = written.converted / "nets" / "net.py"
    lines = path.read_text().splitlines()
    place = next(n for n, line in enumerate(lines, 1) if "log_softmax" in line)
    path.write_text("\n".join(lines).replace("axis=1", "axis=0"))
    changed = f"nets/net.py:{place}: return ops.log_softmax(x, axis=0)"
    assert written.changed() == [changed]
    (written.converted / "nets" / "net.py").unlink()
    assert written.changed() == ["nets/net.py: the file is missing"]


def test_many_changed_lines_are_counted(written: Written) -> None:
    assert written.changes() == ""
    path = written.converted / "nets" / "net.py"
    lines = path.read_text().splitlines()
    places = [place for place, line in enumerate(lines) if line.lstrip().startswith(("class ", "def "))]
    assert len(places) > 5
    for place in places:
        lines[place] += "  # seen"
    path.write_text("\n".join(lines))
    found = written.changes().split("; ")
    groups = 1 + sum(
        after > place + 1 for place, after in itertools.pairwise(places)
    )  # lines that follow one another
    assert found[0] == f"nets/net.py:{places[0] + 1}: {lines[places[0]].strip()}"
    assert (len(found), found[-1]) == (6, f"and {groups - 5} more")


TRAINING = """
import torch
from einops import rearrange


def train(model, x):
    optimizer = torch.optim.Adam(model.parameters())
    model(rearrange(x, "a b -> b a")).sum().backward()
    optimizer.step()
"""


def test_lines_that_were_changed_in_what_a_conversion_adds(tmp_path: Path) -> None:
    source, converted = tmp_path / "source", tmp_path / "converted"
    (source / "package").mkdir(parents=True)
    (source / "package" / "__init__.py").touch()
    (source / "package" / "train.py").write_text(TRAINING)
    (source / "script.py").write_text("import torch\n\n\ndef size(x):\n    return x.size()\n")
    assert main(["convert", str(source), "-o", str(converted)]) == 0
    written = Written(source.resolve(), converted.resolve())
    assert written.changed() == []
    for name, old, new in [
        ("package/einops_on_mindspore.py", "def is_appropriate_type", "def is_no_appropriate_type"),
        ("package/torch_on_mindspore.py", "eps: float = 1e-8", "eps: float = 1e-6"),
        ("torch_on_mindspore.py", "isinstance(self, Tensor)", "isinstance(self, int)"),
    ]:
        path = converted / name
        text = path.read_text()
        assert old in text, text
        path.write_text(text.replace(old, new, 1))
        place = next(n for n, line in enumerate(path.read_text().splitlines(), 1) if new in line)
        shown = path.read_text().splitlines()[place - 1].strip()
        assert written.changed() == [f"{name}:{place}: {shown}"]
        path.write_text(text)
    path = converted / "torch_on_mindspore.py"
    path.write_text(path.read_text().replace("# adapters: ", "# adapters: from_tomorrow, "))
    assert written.changed() == ["torch_on_mindspore.py:1: its list of adapters is another release's"]


@pytest.mark.parametrize(
    ("text", "api"),
    [
        ("F.log_softmax(x, dim=1)", "torch.nn.functional.log_softmax"),
        ("torch.tanh(x)", "torch.tanh"),
        ("torch.tanh(x).max()", ""),  # what its inner call is called is not what it is called
        ("F.relu(\n            self.act(x)\n        )", "torch.nn.functional.relu"),
        ("self.act(x)", ""),
    ],
)
def test_the_api_of_an_expression(written: Written, text: str, api: str) -> None:
    before = NET[: NET.index(text)]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    noted = Noted(str(written.source / "nets" / "net.py"), line, column, text, np.ones(1))
    assert written.api_at(noted) == api
