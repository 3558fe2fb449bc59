"""Names: what is renamed, what is kept and listed, and what is found missing, extra or of another shape."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sporeprint.cli import main
from sporeprint.weights import files
from sporeprint.weights.names import by_names, by_reference

Shapes = Mapping[str, tuple[int, ...]]

NORM = {
    "bn.weight": (3,),
    "bn.bias": (3,),
    "bn.running_mean": (3,),
    "bn.running_var": (3,),
    "bn.num_batches_tracked": (),
}


def named(shapes: Shapes, target: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the names, and the kinds of the findings."""
    made = by_names(shapes, target)
    return {name: there for name, there, _ in made.pairs}, {name: kind for kind, name, _ in made.findings}


def referred(
    shapes: Shapes, wanted: Any, target: str = "mindspore", ordered: bool = True
) -> tuple[dict[str, str], dict[str, str]]:
    made = by_reference(shapes, wanted, target, ordered)
    return {there: name for name, there, _ in made.pairs}, {name: kind for kind, name, _ in made.findings}


def test_a_batch_normalization_is_known_by_its_siblings() -> None:
    names, findings = named({**NORM, "fc.weight": (2, 3), "fc.bias": (2,)}, "mindspore")
    assert names == {
        "bn.weight": "bn.gamma",
        "bn.bias": "bn.beta",
        "bn.running_mean": "bn.moving_mean",
        "bn.running_var": "bn.moving_variance",
        "fc.weight": "fc.weight",
        "fc.bias": "fc.bias",
    }
    assert findings == {"bn.num_batches_tracked": "dropped"}


@pytest.mark.parametrize(
    ("shapes", "ambiguous"),
    [
        ({"ln.weight": (3,), "ln.bias": (3,)}, {"ln.weight", "ln.bias"}),
        ({"rms.weight": (3,)}, {"rms.weight"}),
        ({"words.weight": (9, 3)}, {"words.weight"}),
        ({"line.weight": (4, 2, 5), "line.bias": (4,)}, {"line.weight"}),
        ({"fc.weight": (4, 2), "fc.bias": (4,)}, set()),
        ({"conv.weight": (4, 2, 3, 3)}, set()),
        ({"rnn.weight_ih_l0": (4, 2), "rnn.bias_ih_l0": (4,)}, set()),
        ({"token": (1, 1, 3)}, set()),
        ({"x.num_batches_tracked": ()}, {"x.num_batches_tracked"}),
        ({"x.running_mean": (3,), "x.running_var": (3,), "x.weight": (4,)}, {"x.weight"}),
        ({"x.running_mean": (3,), "x.running_var": (3, 3)}, set()),
    ],
)
def test_what_could_be_two_things_is_kept_and_listed(shapes: Shapes, ambiguous: set[str]) -> None:
    names, findings = named(shapes, "mindspore")
    assert names == {name: name for name in shapes}
    assert {name for name, kind in findings.items() if kind == "ambiguous"} == ambiguous


def test_back_to_torch() -> None:
    names, findings = named(
        {
            "bn.gamma": (3,), "bn.beta": (3,), "bn.moving_mean": (3,), "bn.moving_variance": (3,),
            "words.embedding_table": (9, 3), "fc.weight": (2, 3), "a.gamma": (3,), "a.weight": (3,),
            "act.w": (3,), "line.weight": (3, 2, 1, 5), "point.weight": (3, 2, 1, 1), "deep.bn2d.gamma": (3,),
            "deep.bn2d.beta": (3,), "scale.gamma": (3,), "x.bn2d.gamma": (3,), "x.bn2d.beta": (3,),
            "x.fc.bias": (3,), "mine.w": (3, 3),
        },
        "torch",
    )  # fmt: skip
    assert names["bn.moving_variance"] == "bn.running_var"
    assert names["words.embedding_table"] == "words.weight"
    assert names["a.gamma"] == "a.gamma"
    assert names["scale.gamma"] == "scale.gamma"
    assert names["deep.bn2d.gamma"] == "deep.bn2d.weight"
    assert set(findings) == {
        "a.gamma", "act.w", "line.weight", "deep.bn2d.gamma", "deep.bn2d.beta", "scale.gamma",
    }  # fmt: skip


def test_a_reference_decides_by_name_siblings_and_shape() -> None:
    names, findings = referred(
        {
            **NORM, "ln.weight": (4,), "ln.bias": (4,), "rms.weight": (4,), "words.weight": (9, 4),
            "line.weight": (4, 2, 5),
        },
        {
            "bn.gamma": (3,), "bn.beta": (3,), "bn.moving_mean": (3,), "bn.moving_variance": (3,), "ln.gamma": (4,),
            "ln.beta": (4,), "rms.weight": (4,), "words.embedding_table": (9, 4), "line.weight": (4, 2, 1, 5),
        },
    )  # fmt: skip
    assert names["ln.gamma"] == "ln.weight"
    assert names["rms.weight"] == "rms.weight"
    assert names["words.embedding_table"] == "words.weight"
    assert len(names) == 9
    assert findings == {"bn.num_batches_tracked": "dropped"}


def test_layers_of_other_names_are_paired_by_their_shapes() -> None:
    source = {"conv.weight": (4, 3, 3, 3), "conv.bias": (4,), "fc1.weight": (5, 5), "fc2.weight": (5, 5)}
    wanted = {"stem.weight": (4, 3, 3, 3), "stem.bias": (4,), "a.weight": (5, 5), "b.weight": (5, 5)}
    names, findings = referred(source, wanted)
    assert names == dict(zip(wanted, source, strict=True))
    assert findings == {
        "conv.weight": "by shape", "conv.bias": "by shape", "fc1.weight": "guessed", "fc2.weight": "guessed",
    }  # fmt: skip
    # Without an order nothing tells one from the other.
    names, findings = referred(source, wanted, ordered=False)
    assert findings["a.weight"] == findings["b.weight"] == "missing"
    assert findings["fc1.weight"] == findings["fc2.weight"] == "extra"


def test_a_wrapper_is_taken_off() -> None:
    names, findings = referred(
        {"module.a.weight": (2, 3), "module.ln.weight": (3,)}, {"a.weight": None, "ln.gamma": (3,)}
    )
    assert names == {"a.weight": "module.a.weight", "ln.gamma": "module.ln.weight"}
    assert findings == {"module.*": "renamed"}


def test_missing_and_extra_are_listed() -> None:
    names, findings = referred(
        {"a.weight": (2, 3), "old": (7,)}, {"a.weight": (2, 3), "b.gamma": (3,), "c.bias": None}
    )
    assert names == {"a.weight": "a.weight", "old": "old"}
    assert findings == {"b.gamma": "missing", "c.bias": "missing", "old": "extra"}


def safetensors(path: Path, shapes: Shapes, **metadata: str) -> Path:
    """Write a file without any library: each tensor's bytes are its number."""
    header: dict[str, Any] = {"__metadata__": metadata} if metadata else {}
    data = b""
    for number, (name, shape) in enumerate(shapes.items()):
        size = 1
        for length in shape:
            size *= length
        header[name] = {"dtype": "U8", "shape": list(shape), "data_offsets": [len(data), len(data) + size]}
        data += bytes([number]) * size
    raw = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(raw)) + raw + data)
    return path


def contents(path: Path) -> dict[str, bytes]:
    return {name: b"".join(each.read()) for name, each in files.read(path).tensors.items()}


def report(folder: Path, *arguments: str) -> tuple[int, dict[str, set[str]]]:
    code = main(["weights", *arguments, "--report", str(folder / "report.json")])
    found: dict[str, set[str]] = {}
    for row in json.loads((folder / "report.json").read_text())["findings"]:
        found.setdefault(row["kind"], set()).add(row["name"])
    return code, found


def test_mis_shaped_is_kept_and_listed(tmp_path: Path) -> None:
    source = safetensors(tmp_path / "in.safetensors", {"a.weight": (2, 3), "b.weight": (2, 2)})
    (tmp_path / "like.txt").write_text("# the target\na.weight (3, 2)\n\nb.weight [2, 2]\n")
    code, found = report(
        tmp_path, str(source), "-o", str(tmp_path / "out.ckpt"), "--like", str(tmp_path / "like.txt")
    )
    assert (code, found) == (1, {"mis-shaped": {"a.weight"}})
    assert contents(tmp_path / "out.ckpt") == {"a.weight": bytes(6), "b.weight": b"\1" * 4}


def test_a_list_as_json(tmp_path: Path) -> None:
    source = safetensors(tmp_path / "in.safetensors", {"a.weight": (3,), "a.bias": (3,)})
    (tmp_path / "like.json").write_text('{"a.gamma": [3], "a.beta": null}')
    code, found = report(
        tmp_path, str(source), "-o", str(tmp_path / "out.ckpt"), "--like", str(tmp_path / "like.json")
    )
    assert (code, found) == (0, {"renamed": {"a.weight", "a.bias"}})


def test_a_map(tmp_path: Path) -> None:
    source = safetensors(tmp_path / "in.safetensors", {"a": (1,), "b": (2,), "c": (3,), "d": (4,)})
    names = tmp_path / "names.json"
    names.write_text('{"a": "x.a", "b": null, "c": "c", "e": "x.e"}')
    code, found = report(tmp_path, str(source), "-o", str(tmp_path / "out.ckpt"), "--model", str(names))
    assert code == 1
    assert found == {"renamed": {"a"}, "dropped": {"b"}, "extra": {"d"}, "missing": {"x.e"}}
    assert list(contents(tmp_path / "out.ckpt")) == ["x.a", "c", "d"]
    # The same map leads back.
    code, found = report(
        tmp_path, str(tmp_path / "out.ckpt"), "-o", str(tmp_path / "back.safetensors"), "--model", str(names)
    )
    assert set(contents(tmp_path / "back.safetensors")) == {"a", "c", "d"}
    assert found["missing"] == {"e"}


def test_two_names_for_one_place(tmp_path: Path) -> None:
    source = safetensors(tmp_path / "in.safetensors", {"a": (2,), "b": (2,)})
    (tmp_path / "names.json").write_text('{"a": "shared", "b": "shared"}')
    arguments = ["-o", str(tmp_path / "out.ckpt"), "--model", str(tmp_path / "names.json")]
    code, found = report(tmp_path, str(source), *arguments)
    assert (code, found) == (1, {"renamed": {"a"}, "conflict": {"b"}})
    raw = source.read_bytes()
    source.write_bytes(raw[:-4] + b"\7\7\7\7")
    code, found = report(tmp_path, str(source), *arguments)
    assert (code, found) == (0, {"renamed": {"a"}, "tied": {"b"}})
    code, found = report(
        tmp_path,
        str(tmp_path / "out.ckpt"),
        "-o",
        str(tmp_path / "b.pth"),
        "--model",
        str(tmp_path / "names.json"),
    )
    assert code == 0
    assert contents(tmp_path / "b.pth") == {"a": b"\7\7", "b": b"\7\7"}


def test_names_of_one_tensor_that_a_writer_left_out(tmp_path: Path) -> None:
    source = safetensors(
        tmp_path / "in.safetensors", {"e.weight": (2, 3)}, format="pt", **{"head.weight": "e.weight"}
    )
    main(["weights", str(source), "-o", str(tmp_path / "out.pth")])
    found = files.read(tmp_path / "out.pth").tensors
    assert found["head.weight"].identity == found["e.weight"].identity


def test_the_direction(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def goes(shapes: Shapes, suffix: str, *arguments: str, **metadata: str) -> set[str]:
        source = safetensors(tmp_path / "in.safetensors", shapes, **metadata)
        target = tmp_path / f"out{suffix}"
        assert main(["weights", str(source), "-o", str(target), *arguments]) in (0, 1)
        return set(contents(target))

    torch = {name.replace("bn.", "n."): shape for name, shape in NORM.items()}
    theirs = {"n.gamma": (3,), "n.beta": (3,), "n.moving_mean": (3,), "n.moving_variance": (3,)}
    assert goes(torch, ".safetensors") == set(theirs)
    assert goes(torch, ".ckpt", format="pt") == set(theirs)
    assert goes(theirs, ".safetensors") == set(torch) - {"n.num_batches_tracked"}
    assert goes(theirs, ".safetensors", "--to", "mindspore") == set(theirs)
    assert goes(torch, ".pth") == set(torch)
    assert goes(torch, ".safetensors", format="ms") == set(torch)
