"""The methods of torch.nn.Module against those of torch itself, on networks that hold the same under the same names.

PyTorch's test database has no samples of them, so the networks are made here, once in each framework.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

pytest.importorskip("torch", reason="the expected values are torch's")
pytest.importorskip("mindspore", reason="the counterparts run on MindSpore")

import mindspore as ms
import mindspore.nn
import numpy as np
import torch
import torch.nn

from sporeprint.torch import _modules
from sporeprint.torch.nn.modules import module

pytestmark = pytest.mark.frameworks


class Inner(torch.nn.Module):  # type: ignore[misc]
    def __init__(self, scale: float) -> None:
        super().__init__()
        self.scale = torch.nn.Parameter(torch.tensor([scale, 2.0]))
        self.register_parameter("shift", None)
        self.register_buffer("mean", torch.tensor([3.0]))
        self.register_buffer("step", torch.tensor(7), persistent=False)
        self.register_buffer("nothing", None)


class Outer(torch.nn.Module):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        shared = torch.nn.Linear(2, 3)
        self.first = Inner(1.0)
        self.seq = torch.nn.Sequential(shared, torch.nn.ReLU(), torch.nn.Sequential())
        self.list = torch.nn.ModuleList([torch.nn.Linear(3, 2, bias=False), shared])
        self.dict = torch.nn.ModuleDict({"norm": torch.nn.BatchNorm2d(3), "one": Inner(5.0)})
        self.again = self.first
        self.ln = torch.nn.LayerNorm(4)
        self.gn = torch.nn.GroupNorm(2, 4)
        self.emb = torch.nn.Embedding(5, 4)
        self.conv = torch.nn.Conv2d(2, 4, 3, groups=2)
        self.rnn = torch.nn.LSTM(2, 3, 2, bidirectional=True)
        self.act = torch.nn.PReLU()
        self.own = torch.nn.Parameter(torch.ones(2, 2), requires_grad=False)
        self.tied = self.seq[0].weight
        self.gone = None


class MsInner(mindspore.nn.Cell):  # type: ignore[misc]
    def __init__(self, scale: float) -> None:
        super().__init__()
        self.scale = ms.Parameter(ms.Tensor([scale, 2.0]))
        module.register_parameter(self, "shift", None)
        module.register_buffer(self, "mean", ms.Tensor([3.0]))
        module.register_buffer(self, "step", ms.Tensor(7), persistent=False)
        module.register_buffer(self, "nothing", None)
        self.set_train()


class MsOuter(mindspore.nn.Cell):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        nn = mindspore.nn
        shared = nn.Dense(2, 3)
        self.first = MsInner(1.0)
        self.seq = nn.SequentialCell(shared, nn.ReLU(), nn.SequentialCell())
        self.list = nn.CellList([nn.Dense(3, 2, has_bias=False), shared])
        self.dict = nn.CellDict({"norm": nn.BatchNorm2d(3), "one": MsInner(5.0)})
        self.again = self.first
        self.ln = nn.LayerNorm((4,))
        self.gn = nn.GroupNorm(2, 4)
        self.emb = nn.Embedding(5, 4)
        self.conv = nn.Conv2d(2, 4, 3, group=2, has_bias=True)
        self.rnn = nn.LSTM(2, 3, 2, bidirectional=True)
        self.act = nn.PReLU()
        self.own = ms.Parameter(ms.ops.ones((2, 2)), requires_grad=False)
        self.tied = self.seq[0].weight
        self.gone = None
        self.set_train()


@pytest.fixture
def nets() -> tuple[Any, Any]:
    return Outer(), MsOuter()


#: What MindSpore's normalization layers do not keep.
COUNTER = "num_batches_tracked"


def shapes(pairs: Any) -> list[tuple[str, tuple[int, ...]]]:
    return [(name, tuple(value.shape)) for name, value in pairs if not name.endswith(COUNTER)]


@pytest.mark.parametrize("recurse", [True, False])
@pytest.mark.parametrize("remove_duplicate", [True, False])
@pytest.mark.parametrize("prefix", ["", "net"])
@pytest.mark.parametrize("what", ["named_parameters", "named_buffers"])
def test_parameters_and_buffers(
    nets: tuple[Any, Any], what: str, prefix: str, remove_duplicate: bool, recurse: bool
) -> None:
    theirs, ours = nets
    arguments = {"prefix": prefix, "recurse": recurse, "remove_duplicate": remove_duplicate}
    expected = shapes(getattr(theirs, what)(**arguments))
    assert shapes(getattr(module, what)(ours, **arguments)) == expected
    assert expected or (what == "named_buffers" and not recurse)
    plain = what.removeprefix("named_")
    mine = list(getattr(module, plain)(ours, recurse))
    assert [tuple(each.shape) for each in mine] == [
        shape for _, shape in shapes(getattr(theirs, what)(recurse=recurse))
    ]
    assert len({id(each) for each in mine}) == len(mine)


def test_what_is_trained(nets: tuple[Any, Any]) -> None:
    theirs, ours = nets
    expected = [name for name, each in theirs.named_parameters() if each.requires_grad]
    assert [name for name, each in module.named_parameters(ours) if each.requires_grad] == expected
    assert module.requires_grad_(ours, False) is ours
    assert not any(each.requires_grad for each in module.parameters(ours))
    module.requires_grad_(ours)
    assert all(each.requires_grad for each in module.parameters(ours))
    assert not any(each.requires_grad for each in module.buffers(ours) if isinstance(each, ms.Parameter))
    assert module.zero_grad(ours) is None


@pytest.mark.parametrize("remove_duplicate", [True, False])
def test_modules(nets: tuple[Any, Any], remove_duplicate: bool) -> None:
    theirs, ours = nets
    expected = [
        (name, type(each).__name__)
        for name, each in theirs.named_modules(prefix="p", remove_duplicate=remove_duplicate)
    ]
    mine = list(module.named_modules(ours, prefix="p", remove_duplicate=remove_duplicate))
    assert [(name, _modules.class_name(each).removeprefix("Ms")) for name, each in mine] == expected
    assert list(module.modules(ours, remove_duplicate)) == [each for _, each in mine]
    memo = {ours.first}
    theirs_memo = {theirs.first}
    assert [name for name, _ in module.named_modules(ours, memo)] == [
        name for name, _ in theirs.named_modules(theirs_memo)
    ]
    assert len(memo) == len(theirs_memo)


def test_children(nets: tuple[Any, Any]) -> None:
    theirs, ours = nets
    assert [name for name, _ in module.named_children(ours)] == [name for name, _ in theirs.named_children()]
    assert list(module.children(ours)) == [each for _, each in module.named_children(ours)]


def test_apply_goes_from_the_inside_outwards(nets: tuple[Any, Any]) -> None:
    theirs, ours = nets
    expected: list[str] = []
    seen: list[str] = []
    assert theirs.apply(lambda each: expected.append(type(each).__name__)) is theirs
    assert module.apply(ours, lambda each: seen.append(_modules.class_name(each).removeprefix("Ms"))) is ours
    assert seen == expected


def kind(action: Callable[[], Any]) -> str:
    try:
        action()
    except Exception as error:
        return type(error).__name__
    return ""


@pytest.mark.parametrize("target", ["", "seq.0", "dict.norm", "seq.9", "first.scale", "list.0.weight", "own"])
def test_get_submodule(nets: tuple[Any, Any], target: str) -> None:
    theirs, ours = nets
    expected = kind(lambda: theirs.get_submodule(target))
    assert kind(lambda: module.get_submodule(ours, target)) == expected
    if not expected:
        assert module.get_submodule(ours, target) is dict(module.named_modules(ours))[target]


@pytest.mark.parametrize(
    "target",
    ["own", "first.scale", "emb.weight", "dict.norm.weight", "dict.norm.running_mean", "first.mean", "seq.0",
     "dict.norm.nothing", "nowhere.weight"],
)  # fmt: skip
def test_get_parameter_and_buffer(nets: tuple[Any, Any], target: str) -> None:
    theirs, ours = nets
    for name in ("get_parameter", "get_buffer"):
        expected = kind(partial(getattr(theirs, name), target))
        assert kind(partial(getattr(module, name), ours, target)) == expected
        if not expected:
            assert tuple(getattr(module, name)(ours, target).shape) == getattr(theirs, name)(target).shape


def test_state_dict(nets: tuple[Any, Any]) -> None:
    theirs, ours = nets
    for arguments in ({}, {"prefix": "net."}, {"keep_vars": True}):
        assert shapes(module.state_dict(ours, **arguments).items()) == shapes(
            theirs.state_dict(**arguments).items()
        )
    given: dict[str, Any] = OrderedDict(a=ms.Tensor(1))
    assert module.state_dict(ours, destination=given) is given
    assert next(iter(given)) == "a"
    state = module.state_dict(ours)
    state["first.mean"][...] = ms.Tensor([8.0])
    assert float(ours.first.mean[0]) == 8.0  # torch's share their memory too


def numbers(state: dict[str, Any]) -> dict[str, Any]:
    return {name: value.detach().numpy() for name, value in state.items()}


def test_load_state_dict(nets: tuple[Any, Any]) -> None:
    theirs, ours = nets
    kept = [(parameter, id(parameter)) for parameter in module.parameters(ours)]
    given = {name: ms.Tensor(value) for name, value in numbers(theirs.state_dict()).items()}
    loaded = module.load_state_dict(ours, given)
    assert repr(loaded) == repr(theirs.load_state_dict(theirs.state_dict()))
    for name, value in module.state_dict(ours).items():
        np.testing.assert_array_equal(value.asnumpy(), given[name].asnumpy(), err_msg=name)
    assert [id(parameter) for parameter in module.parameters(ours)] == [each for _, each in kept]
    given["own"][0, 0] = 5.0  # what was given stays apart
    assert float(ours.own[0, 0]) == 1.0


def test_load_state_dict_of_another_network(nets: tuple[Any, Any]) -> None:
    theirs, ours = nets
    state = theirs.state_dict()
    del state["first.scale"], state["dict.one.mean"]
    state["first.more"] = torch.ones(1)
    state["nowhere.weight"] = torch.ones(1)
    given = {name: ms.Tensor(value) for name, value in numbers(state).items()}
    expected = theirs.load_state_dict(state, strict=False)
    assert tuple(module.load_state_dict(ours, given, strict=False)) == tuple(expected)
    assert repr(module.load_state_dict(ours, given, strict=False)) == repr(expected)
    with pytest.raises(RuntimeError) as theirs_error:
        theirs.load_state_dict(state)
    with pytest.raises(RuntimeError) as ours_error:
        module.load_state_dict(ours, given)
    assert str(ours_error.value).replace("MsOuter", "Outer") == str(theirs_error.value)


def test_a_shape_that_does_not_fit_raises(nets: tuple[Any, Any]) -> None:
    theirs, ours = nets
    state = theirs.state_dict()
    state["own"] = torch.ones(3)
    given = {name: ms.Tensor(value) for name, value in numbers(state).items()}
    for strict in (True, False):
        with pytest.raises(RuntimeError, match="size mismatch for own: copying a param with shape"):
            theirs.load_state_dict(state, strict=strict)
        with pytest.raises(RuntimeError, match="size mismatch for own: copying a param with shape"):
            module.load_state_dict(ours, given, strict=strict)


@pytest.mark.parametrize(
    ("cast", "arguments"),
    [("half", ()), ("double", ()), ("float", ()), ("bfloat16", ()), ("to", ("float64",)), ("to", ("cpu",)),
     ("to", ("cpu", "float16")), ("type", ("float64",)), ("cpu", ())],
)  # fmt: skip
def test_casts(nets: tuple[Any, Any], cast: str, arguments: tuple[str, ...]) -> None:
    theirs, ours = nets
    before = [id(each) for each in module.parameters(ours)]

    def of(framework: Any) -> list[Any]:
        return [each if each == "cpu" else getattr(framework, each) for each in arguments]

    def dtypes(state: Any) -> list[tuple[str, str]]:
        return [(n, str(v.dtype).rpartition(".")[2].lower()) for n, v in state if not n.endswith(COUNTER)]

    getattr(theirs, cast)(*of(torch))
    assert getattr(module, cast)(ours, *of(ms)) is ours
    for what in ("named_parameters", "named_buffers"):
        assert dtypes(getattr(module, what)(ours)) == dtypes(getattr(theirs, what)())
    assert [id(each) for each in module.parameters(ours)] == before
    if cast == "double":
        assert math.isclose(float(ours.first.scale[0]), 1.0)


def test_registering() -> None:
    ours, theirs = MsInner(1.0), Inner(1.0)
    for name, layer in (("scale", 1), ("mean", 1), ("a.b", 1), ("", 1), ("fine", 1), ("none", None)):
        pair = [layer and torch.nn.Linear(1, 1), layer and mindspore.nn.Dense(1, 1)]
        expected = kind(partial(theirs.add_module, name, pair[0]))
        assert kind(partial(module.add_module, ours, name, pair[1])) == expected, name
    assert [name for name, _ in module.named_parameters(ours)] == [
        name for name, _ in theirs.named_parameters()
    ]
    assert ours.none is None
    assert [each.name for each in ours.get_parameters()] == ["scale", "fine.weight", "fine.bias"]
    module.register_parameter(ours, "late", ms.Parameter(ms.Tensor([1.0])))
    theirs.register_parameter("late", torch.nn.Parameter(torch.tensor([1.0])))
    assert [name for name, _ in module.named_parameters(ours)] == [
        name for name, _ in theirs.named_parameters()
    ]


def test_a_sequential_applies_what_is_added() -> None:
    ours = mindspore.nn.SequentialCell()
    module.add_module(ours, "double", mindspore.nn.ReLU())
    module.add_module(ours, "fc", mindspore.nn.Dense(2, 3))
    assert ours(ms.ops.ones((1, 2))).shape == (1, 3)
    ours.append(mindspore.nn.Dense(3, 5))
    assert ours(ms.ops.ones((1, 2))).shape == (1, 5)


def test_hooks() -> None:
    def run(net: Any, hooks: Any, one: Any) -> list[Any]:
        seen: list[Any] = []

        def before(layer: Any, args: Any) -> Any:
            seen.append(("before", len(args), layer is net))
            return args[0] + 1

        def before_with_names(layer: Any, args: Any, kwargs: Any) -> Any:
            seen.append(("named", len(args), sorted(kwargs)))
            return (args[0] * 2,), kwargs

        def after(layer: Any, args: Any, output: Any) -> Any:
            seen.append(("after", len(args), [float(each) for each in output.reshape(-1)]))
            return output * 10

        removed = [
            hooks.register_forward_pre_hook(net, before),
            hooks.register_forward_pre_hook(net, before_with_names, prepend=True, with_kwargs=True),
            hooks.register_forward_hook(net, after),
            hooks.register_forward_hook(net, after, prepend=True),
            hooks.register_forward_hook(net, lambda layer, args, kwargs, output: None, with_kwargs=True),
        ]
        seen.append([float(each) for each in net(one).reshape(-1)])
        for each in removed:
            each.remove()
        seen.append([float(each) for each in net(one).reshape(-1)])
        return seen

    assert run(mindspore.nn.ReLU(), module, ms.Tensor([1.0, -3.0])) == run(
        torch.nn.ReLU(), torch.nn.Module, torch.tensor([1.0, -3.0])
    )


def test_attributes_of_layers(nets: tuple[Any, Any]) -> None:
    theirs, ours = nets
    layers = dict(module.named_modules(ours))
    compared = 0
    for path, layer in theirs.named_modules():
        for name in {name for names in _modules.ATTRIBUTES.values() for name in names}:
            assert _modules.has_layer_attribute(layers[path], name) == hasattr(layer, name), (path, name)
            if not hasattr(layer, name):
                continue
            value, mine = getattr(layer, name), _modules.layer_attribute(layers[path], name)
            compared += 1
            if isinstance(value, torch.Tensor):
                assert mine.shape == tuple(value.shape), (path, name)
            elif name != "eps" or not isinstance(layer, torch.nn.LayerNorm):  # its default is another one
                assert mine == value, (path, name)
    assert compared > 20
    assert _modules.layer_attribute(ours.emb, "padding", 5) == 5


def test_every_layer_of_the_table() -> None:
    """Each entry names an attribute that MindSpore's class has."""
    nn = mindspore.nn
    made = {
        nn.Dense: (2, 3), nn.BiDense: (2, 3, 4), nn.LayerNorm: ((2,),), nn.GroupNorm: (1, 2), nn.Embedding: (3, 2),
        nn.PReLU: (), nn.RNN: (2, 3), nn.GRU: (2, 3), nn.LSTM: (2, 3), nn.RNN: (2, 3), nn.GRU: (2, 3), nn.LSTM: (2, 3),
    }  # fmt: skip
    for kind_, names in _modules.ATTRIBUTES.items():
        if kind_ is nn.SyncBatchNorm:  # needs more than one device
            continue
        several = (2, 4, 3) if "Conv" in kind_.__name__ else (2,)
        layer = kind_(*made.get(kind_, several))
        counterpart = getattr(torch.nn, _modules.class_name(layer))
        theirs = counterpart(*made.get(kind_, several))
        for name in names:
            assert _modules.has_layer_attribute(layer, name), (kind_, name)
            optional = kind_.__name__.startswith("InstanceNorm")  # torch's holds None unless asked
            assert hasattr(theirs, name) or optional, (kind_, name)
