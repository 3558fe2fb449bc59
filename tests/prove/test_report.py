"""What is said of a proof: the tree of layers, JSON, and a page that anyone can open."""

from __future__ import annotations

import json
import re

import numpy as np
from rich.console import Console

from sporeprint.prove.document import page
from sporeprint.prove.judge import OPTIMIZER, Layer, Line, ModeResult, Place, Proof
from sporeprint.prove.report import data, layers_of, tree
from sporeprint.prove.task import Noted

WRONG = Layer(
    "blocks.0", "Block", [Line("value", "result 0", 0.5, 2e-5), Line("gradient", "input 0", np.inf, 2e-5)]
)


def proof() -> Proof:
    noted = Noted("/x/net.py", 3, 5, "F.softmax(x < 1, dim=1)", np.ones(2))
    whole = [
        Line("layer", name, 0.1, 1e-4) for name in ("blocks.0.norm", "blocks.0.norm (call 2)", "blocks.0", "")
    ]
    layers = [Layer("blocks.0.norm", "torch.nn.LayerNorm", [Line("value", "result 0", 0, 2e-5)]), WRONG]
    mode = ModeResult(
        [Line("output", "0", 0.1, 1e-4)], whole, layers,
        Place(WRONG, ["head"], original=noted, conversion=noted, api="torch.nn.functional.softmax"),
        cause="it was changed: net.py:3: <script>alert(1)</script>",
    )  # fmt: skip
    return Proof(
        "Net(x='<b>')", {"eval": mode}, versions={"torch": "1", "mindspore": "2"}, ran={"call": "out < 1"}
    )


def test_layers_lie_in_one_another() -> None:
    root = layers_of(proof().modes["eval"])
    assert root is not None
    assert (list(root.inside), root.name, root.verdict) == (["blocks"], "", "different")
    block = root.inside["blocks"].inside["0"]
    assert block.verdict == "different"
    assert block.is_open
    norm = block.inside["norm"]
    assert (norm.verdict, list(norm.inside)) == ("proven", ["(call 2)"])
    assert layers_of(ModeResult()) is None


def test_json_holds_all_and_no_infinite_numbers() -> None:
    found = json.loads(json.dumps(data(proof()), allow_nan=False))
    mode = found["modes"]["eval"]
    assert (found["verdict"], mode["verdict"]) == ("different", "different")
    assert mode["place"]["layer"] == "blocks.0"
    assert mode["place"]["original"]["line"] == 3
    assert mode["layers"][1]["compared"][1]["error"] is None
    assert len(mode["whole"]) == 4


def test_the_page_loads_nothing_and_escapes_what_it_shows() -> None:
    text = page([proof(), Proof("other", failed="the conversion failed: <oops>")])
    assert "<script" not in text
    assert "<b>&#x27;" not in text
    assert "&lt;oops&gt;" in text
    assert not re.search(r"(src|href)=\"(?!#)|url\(|@import", text)
    assert 'name="viewport"' in text
    assert "net.py:3:5  F.softmax(x &lt; 1, dim=1)" in text


def test_the_optimizer_alone_is_told() -> None:
    lines = [Line("option", "option eps", np.inf, 0, note="1 instead of 2"), Line("step", "w", 0.5, 2e-5)]
    mode = ModeResult(optimizer=Layer(OPTIMIZER, "torch.optim.Adam", lines))
    found = Proof("Net", {"train": mode}, steps=2, ran={"optimizer": "Adam(eps=1)"})
    said = "torch.optim.Adam alone: largest error 5.0e-01, another option eps"
    shown = Console(width=200)
    with shown.capture() as captured:
        shown.print(tree(found))
    assert said in captured.get()
    assert said in page([found])
    told = json.loads(json.dumps(data(found), allow_nan=False))["modes"]["train"]["optimizer"]
    assert (told["class"], told["verdict"]) == ("torch.optim.Adam", "different")
    assert [each["name"] for each in told["compared"]] == ["option eps", "w"]
