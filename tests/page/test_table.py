"""The derived table of parameters, against what the frameworks themselves say and do."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sporeprint import catalog
from sporeprint.catalog import SOURCE_OF
from sporeprint.page import derive
from sporeprint.page.model import Row, Variant

LOG_SOFTMAX = "torch.nn.functional.log_softmax"


def variant(api: str) -> Variant:
    source = api.partition(".")[0]
    target = next(target for target, own in SOURCE_OF.items() if own == source)
    loaded = catalog.load(source)
    entry = loaded.entries[api]
    return derive.variant(api, entry, entry.native, loaded, target)


def rows(api: str) -> dict[str, Row]:
    return {row.source or f"only {row.target[0]}": row for row in variant(api).rows}


def all_apis() -> list[str]:
    return [*catalog.load("torch").entries, *catalog.load("mindspore").entries]


def test_log_softmax_says_what_the_hand_written_page_says_and_what_it_misses() -> None:
    found = rows(LOG_SOFTMAX)
    assert list(found) == ["input", "dim", "_stacklevel", "dtype"]
    assert (found["input"].kind, found["input"].target) == ("other name", ("logits",))
    assert (found["dim"].kind, found["dim"].target) == ("other name", ("axis",))
    # torch: 0 for 0-, 1- and 3-D inputs, else 1 (its _get_softmax_dim); MindSpore: the last one.
    assert found["dim"].default == "differs"
    assert (found["dim"].source_default, found["dim"].target_default) == ("None", "-1")
    assert "`0 if input.ndim in (0, 1, 3) else 1`" in found["dim"].difference
    assert found["_stacklevel"].kind == "ignored"
    assert "warning" in found["_stacklevel"].difference
    assert (found["dtype"].kind, found["dtype"].target) == ("absent", ())
    assert "`input.astype(dtype)`" in found["dtype"].difference


def test_the_other_direction_of_log_softmax() -> None:
    found = rows("mindspore.ops.log_softmax")
    assert found["logits"].target == ("input",)
    assert (found["axis"].target, found["axis"].default) == (("dim",), "differs")
    assert "`None`, which means `0 if input.ndim in (0, 1, 3) else 1`" in found["axis"].difference
    assert found["only dtype"].kind == found["only _stacklevel"].kind == "extra"


def test_refused_parameters_say_what_to_do() -> None:
    row = rows("torch.log_softmax")["out"]
    assert (row.kind, row.difference) == ("refused", "Refused: assign the result instead.")


def test_a_parameter_of_several_places_and_values_that_are_refused() -> None:
    found = rows("torch.nn.Conv2d")
    assert found["padding"].target == ("padding", "pad_mode")
    assert found["padding"].default == "differs"
    assert (
        '`pad_mode`: left out it is `"pad"`, where MindSpore takes `"same"`.' in found["padding"].difference
    )
    assert "(padding[0], padding[0], padding[1], padding[1])" in found["padding"].difference
    assert (found["bias"].target, found["bias"].default) == (("has_bias",), "differs")
    assert found["groups"].target == ("group",)
    assert "PaddedConv2d" in found["padding_mode"].difference


#: A counterpart of no API, for what the table makes of each way to use a parameter.
MADE_UP = """
from __future__ import annotations
from mindspore import Tensor, nn, ops
from sporeprint.counterpart import counterpart

@counterpart("torch.made_up", ignores={"quiet": "prints nothing"}, refuses={"out": "assign it"})
def made_up(
    input: Tensor,
    dim: int | None = None,
    scale: float = 1.0,
    square: bool = False,
    mode: str = "sum",
    quiet: bool = False,
    *,
    out: Tensor | None = None,
) -> Tensor:
    if mode == "max":
        raise ValueError("take ops.max")
    if square:
        input = input * input
    return ops.log_softmax(input / scale, axis=input.ndim - 1 if dim is None else dim)

@counterpart("torch.nn.functional.made_up_pool")
def made_up_pool(input: Tensor, kernel_size: int, stride: int | None = None) -> Tensor:
    return nn.MaxPool2d(kernel_size, stride=kernel_size if stride is None else stride)(input)

"""


def made_up(tmp_path: Path, api: str) -> dict[str, Row]:
    file = tmp_path / "made_up.py"
    file.write_text(MADE_UP)
    loaded = catalog.read("torch", [(file, "made_up")])
    entry = loaded.entries[api]
    made = derive.variant(api, entry, entry.native, loaded, "mindspore")
    return {row.source or f"only {row.target[0]}": row for row in made.rows}


def test_each_way_to_use_a_parameter(tmp_path: Path) -> None:
    found = made_up(tmp_path, "torch.made_up")
    assert (found["input"].kind, found["input"].target) == ("other name", ("logits",))
    assert (found["dim"].target, found["dim"].default) == (("axis",), "differs")
    assert "`None` means `input.ndim - 1`, MindSpore takes `-1`" in found["dim"].difference
    assert (found["scale"].kind, found["scale"].difference) == (
        "absent",
        "Not in MindSpore: given as `input / scale`, or `input * input / scale`.",
    )
    assert found["square"].kind == "absent"
    assert "input * input" in found["square"].difference
    assert found["square"].difference.endswith("where `square`.")
    assert found["mode"].difference == 'Not in MindSpore. Refused where `mode == "max"`: take ops.max.'
    assert (found["quiet"].kind, found["out"].kind) == ("ignored", "refused")


def test_a_layer_that_is_made_and_called(tmp_path: Path) -> None:
    found = made_up(tmp_path, "torch.nn.functional.made_up_pool")
    assert found["input"].difference == "What the layer is called with."
    assert found["kernel_size"].target == ("kernel_size",)
    assert (found["stride"].target, found["stride"].default) == (("stride",), "differs")
    assert "`None` means `kernel_size`, MindSpore takes `1`" in found["stride"].difference
    assert found["only pad_mode"].kind == "extra"


def test_positions_are_compared() -> None:
    assert "Position 5, in MindSpore 4." in rows("torch.nn.functional.nll_loss")["ignore_index"].difference


@pytest.mark.parametrize("api", all_apis())
def test_no_parameter_is_forgotten(api: str) -> None:
    made = variant(api)
    loaded = catalog.load(api.partition(".")[0])
    ours = [each.name for each in loaded.entries[api].native.parameters]
    assert [row.source for row in made.rows if row.source] == ours
    if made.target is not None and made.target.parameters is not None:
        shown = {name for row in made.rows for name in row.target} | set(ours)
        assert {name for name, _ in made.target.parameters if not name.startswith("*")} <= shown
    assert all(row.difference.endswith(".") for row in made.rows)


# -- against the frameworks ---------------------------------------------------------------------------------


@pytest.fixture
def frameworks() -> tuple[Any, Any]:
    mindspore = pytest.importorskip("mindspore")
    mindspore.runtime.launch_blocking()
    return pytest.importorskip("torch"), mindspore


def look_up(frameworks: tuple[Any, Any], name: str) -> Any:
    first, *rest = name.split(".")
    found = frameworks[0] if first == "torch" else frameworks[1]
    for each in rest:
        found = getattr(found, each)
    return found


@pytest.mark.frameworks
@pytest.mark.parametrize("api", [LOG_SOFTMAX, "mindspore.ops.log_softmax"])
def test_both_signatures_are_the_installed_ones(frameworks: tuple[Any, Any], api: str) -> None:
    made = variant(api)
    for signature in (made.source, made.target):
        assert signature is not None
        assert signature.parameters is not None
        theirs = inspect.signature(look_up(frameworks, signature.name)).parameters.values()
        assert list(signature.parameters) == [
            (each.name, None if each.default is each.empty else repr(each.default)) for each in theirs
        ]


class Stop(Exception):  # noqa: N818 - ends the call once its arguments are known
    pass


#: A counterpart, and a call of it in which every argument is told from the others.
CALLS: list[tuple[str, dict[str, Any]]] = [
    (LOG_SOFTMAX, {"input": "tensor", "dim": 1}),
    ("torch.nn.functional.softmax", {"input": "tensor", "dim": 1}),
    ("torch.special.log_softmax", {"input": "tensor", "dim": 1}),
    ("torch.Tensor.log_softmax", {"self": "tensor", "dim": 1}),
    (
        "torch.nn.functional.nll_loss",
        {"input": "tensor", "target": "target", "weight": "weight", "ignore_index": 3, "reduction": "sum"},
    ),
    ("torch.nn.Linear", {"in_features": 7, "out_features": 6, "bias": False}),
    ("mindspore.ops.log_softmax", {"logits": "tensor", "axis": 1}),
]  # fmt: skip


@pytest.mark.frameworks
@pytest.mark.parametrize(("api", "given"), CALLS, ids=[api for api, _ in CALLS])
def test_arguments_arrive_where_the_table_says(
    frameworks: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch, api: str, given: dict[str, Any]
) -> None:
    """Call the counterpart, the target's function replaced by one that looks at its arguments."""
    import sporeprint.mindspore
    import sporeprint.torch  # noqa: F401
    from sporeprint.counterpart import REGISTRY

    made = variant(api)
    assert made.target is not None
    owner, _, name = made.target.name.rpartition(".")
    signature = inspect.signature(look_up(frameworks, made.target.name))
    seen: dict[str, Any] = {}

    def spy(*args: Any, **kwargs: Any) -> Any:
        seen.update(signature.bind(*args, **kwargs).arguments)
        raise Stop

    monkeypatch.setattr(look_up(frameworks, owner), name, spy)
    arguments = {key: "a stand-in" + value if value == "tensor" else value for key, value in given.items()}
    with pytest.raises(Stop):
        REGISTRY[api].native(**arguments)
    by_source = {row.source: row for row in made.rows}
    for key, value in arguments.items():
        assert seen[by_source[key].target[0]] == value


@pytest.mark.frameworks
def test_the_defaults_of_log_softmax_really_differ(frameworks: tuple[Any, Any]) -> None:
    """What the row of ``dim`` says, observed: which dimension each framework takes by itself."""
    torch, mindspore = frameworks
    numpy = pytest.importorskip("numpy")
    for rank in range(1, 5):
        data = numpy.random.default_rng(rank).normal(size=(2, 3, 4, 5)[:rank]).astype("float32")
        x = torch.from_numpy(data)
        said = 0 if rank in (0, 1, 3) else 1
        with pytest.warns(UserWarning, match="Implicit dimension"):
            own = torch.nn.functional.log_softmax(x)
        assert torch.equal(own, torch.nn.functional.log_softmax(x, dim=said))
        last = torch.nn.functional.log_softmax(x, dim=-1).numpy()
        theirs = mindspore.ops.log_softmax(mindspore.Tensor(data)).asnumpy()
        assert numpy.allclose(theirs, last, atol=1e-4)


def defaults(api: str) -> Iterator[tuple[Row, Any, Any]]:
    """Yield the rows with two defaults."""
    for row in variant(api).rows:
        if row.source_default is not None and row.target_default is not None:
            yield row, row.source_default, row.target_default


@pytest.mark.parametrize("api", all_apis())
def test_defaults_called_the_same_are_the_same(api: str) -> None:
    for row, own, other in defaults(api):
        if row.default == "same" and len(row.target) == 1:
            assert eval(own) == eval(other)
        if row.default in ("differs", "same effect") and len(row.target) == 1:
            assert (
                own != other or own == "None"
            )  # None may mean something else in each: a dtype, a number of seeds
