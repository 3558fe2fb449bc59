"""MindSpore as a backend of einops: the same as torch, in values, shapes, dtypes and gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
import pytest

pytestmark = pytest.mark.frameworks

einops = pytest.importorskip("einops")
torch = pytest.importorskip("torch")
ms = pytest.importorskip("mindspore")

REARRANGE: list[tuple[tuple[int, ...], str, dict[str, int]]] = [
    ((2, 3, 4), "b n d -> b d n", {}),
    ((2, 3, 4), "b n d -> (b n) d", {}),
    ((2, 6, 4), "b (h n) d -> b h n d", {"h": 3}),
    ((2, 3, 4, 8), "b (c q) (h p1) (w p2) -> b (h w) (q p1 p2 c)", {"q": 1, "p1": 2, "p2": 4}),
    ((2, 3, 4), "... d -> d ...", {}),
    ((2, 3, 4), "b ... -> b (...)", {}),
    ((2, 1, 4), "b 1 d -> b d", {}),
    ((2, 4), "b d -> b 1 1 d", {}),
    ((3,), "n -> n", {}),
    ((), "-> 1", {}),
    ((0, 3), "b n -> n b", {}),
]
REPEAT: list[tuple[tuple[int, ...], str, dict[str, int]]] = [
    ((3,), "d -> b d", {"b": 2}),
    ((2, 3), "h w -> h w c", {"c": 4}),
    ((2, 3), "h w -> (h 2) (w 3)", {}),
    ((1, 3, 4), "() n d -> b n d", {"b": 5}),
    ((2, 3, 4), "... d -> ... j d r", {"j": 1, "r": 2}),
]
REDUCE = [
    ((2, 3, 4), "b n d -> b d"),
    ((2, 4, 6), "b (h 2) (w 3) -> b h w"),
    ((2, 3, 4), "b n d -> b 1 1"),
    ((2, 3, 4), "b n d -> "),
    ((2, 3, 4), "b ... -> b"),
    ((2, 3), "b n -> b n"),
]
EINSUM = [
    ("b i d, b j d -> b i j", (2, 3, 4), (2, 5, 4)),
    ("b h i j, b h j d -> b h i d", (2, 2, 3, 5), (2, 2, 5, 4)),
    ("batch channel_in, channel_in channel_out -> batch channel_out", (2, 3), (3, 4)),
    ("i, j -> i j", (3,), (4,)),
    ("i, j -> j i", (3,), (4,)),
    ("i j, i j -> ", (3, 4), (3, 4)),
    ("i j, k -> k", (3, 4), (2,)),
    ("... i, i j -> ... j", (2, 3, 4), (4, 5)),
    ("... i, ... i -> ...", (2, 3, 4), (3, 4)),
    ("i j, j k, k l -> i l", (2, 3), (3, 4), (4, 5)),
    ("i j, i k, i l -> j k l i", (2, 3), (2, 4), (2, 5)),
    ("a b c -> c a", (2, 3, 4)),
    ("b i i -> b i", (2, 3, 3)),
    ("i i -> ", (3, 3)),
    ("b i i i -> b", (2, 3, 3, 3)),
    ("b i, c i -> b c", (2, 1), (3, 4)),  # an axis of length 1 is spread
]
DTYPES = ["float32", "float64", "float16", "int64", "int32", "int8", "uint8", "bool"]


@pytest.fixture(autouse=True, scope="module")
def _backend() -> None:
    ms.runtime.launch_blocking()
    import sporeprint.einops_on_mindspore  # noqa: F401


def _array(shape: tuple[int, ...], dtype: str = "float32", seed: int = 0) -> Any:
    made = np.random.default_rng(seed).normal(size=shape) * 3
    return np.asarray(made > 0 if dtype == "bool" else abs(made) if dtype == "uint8" else made).astype(dtype)


def _same(function: Callable[..., Any], *arrays: Any) -> None:
    wanted = function(*(torch.from_numpy(each.copy()) for each in arrays))
    found = function(*(ms.Tensor(each.copy()) for each in arrays))
    wanted, found = wanted.numpy(), found.asnumpy()
    assert (found.shape, found.dtype) == (wanted.shape, wanted.dtype)
    tolerance = {"float16": 2e-3, "float32": 1e-5}.get(str(wanted.dtype), 1e-12)
    np.testing.assert_allclose(found, wanted, rtol=tolerance, atol=tolerance)


def _same_gradient(function: Callable[..., Any], *arrays: Any) -> None:
    """Compare the gradients of a weighted sum with respect to all arguments."""
    inputs = [torch.from_numpy(each.copy()).requires_grad_() for each in arrays]
    result = function(*inputs)
    weight = _array(tuple(result.shape), seed=9)
    (result * torch.from_numpy(weight)).sum().backward()
    gradient = ms.grad(
        lambda *each: (function(*each) * ms.Tensor(weight)).sum(),
        grad_position=tuple(range(len(arrays))),
    )
    found = gradient(*(ms.Tensor(each.copy()) for each in arrays))
    found = found if isinstance(found, tuple) else (found,)
    for mine, theirs in zip(found, inputs, strict=True):
        np.testing.assert_allclose(mine.asnumpy(), theirs.grad.numpy(), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("shape", "pattern", "lengths"), REARRANGE)
@pytest.mark.parametrize("dtype", DTYPES)
def test_rearrange(shape: tuple[int, ...], pattern: str, lengths: dict[str, int], dtype: str) -> None:
    _same(lambda x: einops.rearrange(x, pattern, **lengths), _array(shape, dtype))


@pytest.mark.parametrize(("shape", "pattern", "lengths"), REPEAT)
@pytest.mark.parametrize("dtype", DTYPES)
def test_repeat(shape: tuple[int, ...], pattern: str, lengths: dict[str, int], dtype: str) -> None:
    _same(lambda x: einops.repeat(x, pattern, **lengths), _array(shape, dtype))


@pytest.mark.parametrize(("shape", "pattern"), REDUCE)
@pytest.mark.parametrize("operation", ["min", "max", "sum", "mean", "prod", "any", "all"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_reduce(shape: tuple[int, ...], pattern: str, operation: str, dtype: str) -> None:
    if operation == "mean" and not dtype.startswith("float"):
        pytest.skip("einops refuses it")
    if operation == "prod" and dtype == "float16":
        pytest.skip("the products of half floats are as inaccurate in torch as here")
    _same(lambda x: einops.reduce(x, pattern, operation), _array(shape, dtype))


@pytest.mark.parametrize(("pattern", "shapes"), [(each[0], each[1:]) for each in EINSUM])
@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "int32"])
def test_einsum(pattern: str, shapes: list[tuple[int, ...]], dtype: str) -> None:
    if dtype == "int32" and pattern == "b i, c i -> b c":
        pytest.skip("torch sums over i before it multiplies, which makes it int64")
    _same(lambda *each: einops.einsum(*each, pattern), *(_array(s, dtype, i) for i, s in enumerate(shapes)))


@pytest.mark.parametrize(("pattern", "shapes"), [(each[0], each[1:]) for each in EINSUM])
def test_einsum_gradient(pattern: str, shapes: list[tuple[int, ...]]) -> None:
    arrays = [_array(s, seed=i) for i, s in enumerate(shapes)]
    _same_gradient(lambda *each: einops.einsum(*each, pattern), *arrays)


@pytest.mark.parametrize("pattern", ["i j, k k -> i", "i j -> i j k"])
def test_einsum_of_what_does_not_fit_raises(pattern: str) -> None:
    from sporeprint.einops_on_mindspore import MindSporeBackend

    with pytest.raises(ValueError, match=r"einsum|is not in list"):
        MindSporeBackend().einsum(pattern.replace(" ", ""), ms.Tensor(_array((2, 3))))


@pytest.mark.parametrize(
    "function",
    [
        *(lambda x, case=case: einops.rearrange(x.reshape(case[0]), case[1], **case[2])
          for case in REARRANGE if np.prod(case[0]) == 24 and len(case[0]) > 1),
        *(lambda x, case=case: einops.repeat(x.reshape(case[0]), case[1], **case[2]) for case in REPEAT[-1:]),
        *(lambda x, how=how: einops.reduce(x, "b n d -> b d", how) for how in ("min", "max", "sum", "mean", "prod")),
        lambda x: einops.reduce(x, "b n d -> ", "max"),
        lambda x: einops.pack([x, x[:, 0]], "b * d")[0],
        lambda x: einops.unpack(x, [(2,), (1,)], "b * d")[0],
        lambda x: einops.rearrange([x, 2 * x], "k b n d -> n (k b d)"),
    ],
)  # fmt: skip
def test_gradients(function: Callable[[Any], Any]) -> None:
    _same_gradient(function, _array((2, 3, 4)))


def test_gradient_of_equal_maxima() -> None:
    _same_gradient(
        lambda x: einops.reduce(x, "b n -> b", "max"), np.array([[1, 3, 3], [2, 2, 2]], np.float32)
    )


def test_pack_unpack_and_the_rest() -> None:
    x = ms.Tensor(_array((2, 3, 4)))
    packed, shapes = einops.pack([x, x[:, 0], x[:, None]], "b * d")
    assert packed.shape == (2, 7, 4)
    assert [tuple(each) for each in shapes] == [(3,), (), (1, 3)]
    back = einops.unpack(packed, shapes, "b * d")
    assert [each.shape for each in back] == [(2, 3, 4), (2, 4), (2, 1, 3, 4)]
    assert (back[0].asnumpy() == x.asnumpy()).all()
    assert einops.parse_shape(x, "b _ d") == {"b": 2, "d": 4}
    assert isinstance(einops.asnumpy(x), np.ndarray)
    stacked = einops.rearrange([x, x], "s b n d -> b n (s d)")
    assert stacked.shape == (2, 3, 8)
    with pytest.raises(einops.EinopsError):
        einops.rearrange(x, "b n -> n b")


def test_layers_are_those_of_the_backend() -> None:
    from sporeprint import einops_on_mindspore as ours

    layers = ours.MindSporeBackend().layers()
    assert (layers.Rearrange, layers.Reduce, layers.EinMix) == (ours.Rearrange, ours.Reduce, ours.EinMix)


def test_layers_in_a_sequence() -> None:
    from einops.layers import torch as theirs

    from sporeprint import einops_on_mindspore as ours

    def build(layers: Any, nn: Any, sequence: Any, dense: Any) -> Any:
        return sequence(
            layers.Rearrange("b c (h p) (w q) -> b (h w) (p q c)", p=2, q=2),
            dense(12, 5),
            nn.ReLU(),
            layers.Reduce("b n d -> b d", "mean"),
        )

    torch_net = build(theirs, torch.nn, torch.nn.Sequential, torch.nn.Linear)
    ms_net = build(ours, ms.nn, ms.nn.SequentialCell, ms.nn.Dense)
    weights = {name: each.detach().numpy() for name, each in torch_net.named_parameters()}
    for parameter in ms_net.get_parameters():
        parameter.set_data(ms.Tensor(weights[parameter.name]))
    assert repr(ms_net[0]) == repr(torch_net[0])
    x = _array((2, 3, 4, 6))
    _close(ms_net, torch_net, x)


@pytest.mark.parametrize(
    ("pattern", "reduction", "lengths"),
    [
        ("b ... -> (b s) ...", "repeat", {"s": 3}),
        ("b n d -> u b n (d s)", "repeat", {"s": 2, "u": 2}),
        ("(b s) ... -> b ...", "sum", {"s": 2}),
    ],
)
def test_reducing_layers(pattern: str, reduction: Any, lengths: dict[str, int]) -> None:
    from einops.layers import torch as theirs

    from sporeprint import einops_on_mindspore as ours

    x = _array((2, 3, 4))
    wanted = theirs.Reduce(pattern, reduction, **lengths)(torch.from_numpy(x)).numpy()
    np.testing.assert_allclose(ours.Reduce(pattern, reduction, **lengths)(ms.Tensor(x)).asnumpy(), wanted)


def test_a_layer_reduces_by_a_function() -> None:
    from sporeprint import einops_on_mindspore as ours

    def twice(x: Any, axes: Any) -> Any:
        return x.sum(axes) * 2

    x, reduction = _array((2, 3, 4)), cast("Any", twice)  # einops' annotation says str
    wanted = einops.reduce(torch.from_numpy(x), "b n d -> b d", reduction).numpy()
    found = ours.Reduce("b n d -> b d", reduction)(ms.Tensor(x)).asnumpy()
    np.testing.assert_allclose(found, wanted, rtol=1e-5)


def test_layers_are_compiled() -> None:
    from sporeprint import einops_on_mindspore as ours

    class Net(ms.nn.Cell):  # type: ignore[name-defined, misc]
        def __init__(self) -> None:
            super().__init__()
            self.swap = ours.Rearrange("b n (h d) -> b h n d", h=2)
            self.most = ours.Reduce("b h n d -> b n d", "max")
            self.product = ours.Reduce("b h n d -> b 1", "prod")
            self.more = ours.Reduce("b ... -> (b s) ...", "repeat", s=2)

        def plain(self, x: Any) -> Any:
            y = self.swap(x)
            return y, self.most(y), self.product(y), self.more(y)

        @ms.jit  # type: ignore[untyped-decorator]
        def construct(self, x: Any) -> Any:
            return self.plain(x)

    net, x = Net(), ms.Tensor(_array((2, 3, 4)))
    for mine, theirs in zip(net(x), net.plain(x), strict=True):
        np.testing.assert_allclose(mine.asnumpy(), theirs.asnumpy(), rtol=1e-6)


@pytest.mark.parametrize(
    ("shape", "arguments"),
    [
        ((2, 3, 4), {"pattern": "t b c -> t b d", "weight_shape": "c d", "bias_shape": "d", "c": 4, "d": 5}),
        ((2, 3, 4), {"pattern": "t b (h c) -> t b (h d)", "weight_shape": "h c d", "h": 2, "c": 2, "d": 3}),
        ((2, 3, 4), {"pattern": "... c -> ... d", "weight_shape": "c d", "bias_shape": "d", "c": 4, "d": 5}),
        ((4, 3), {"pattern": "h w -> o w", "weight_shape": "h o", "bias_shape": "o", "h": 4, "o": 2}),
        ((2, 4), {"pattern": "b c -> b c", "weight_shape": "c", "c": 4}),
    ],
)
def test_einmix(shape: tuple[int, ...], arguments: dict[str, Any]) -> None:
    from einops.layers import torch as theirs

    from sporeprint import einops_on_mindspore as ours

    torch_net, ms_net = theirs.EinMix(**arguments), ours.EinMix(**arguments)
    wanted = {name: tuple(each.shape) for name, each in torch_net.named_parameters()}
    assert {each.name: each.shape for each in ms_net.get_parameters()} == wanted
    for each in ms_net.get_parameters():
        bound = float(getattr(torch_net, each.name).abs().max())
        assert 0 < float(abs(each.asnumpy()).max()) < 4 * bound
        each.set_data(ms.Tensor(getattr(torch_net, each.name).detach().numpy()))
    _close(ms_net, torch_net, _array(shape))


def _close(ms_net: Any, torch_net: Any, x: Any) -> None:
    """Compare results, and gradients with respect to the parameters."""
    result = torch_net(torch.from_numpy(x))
    np.testing.assert_allclose(ms_net(ms.Tensor(x)).asnumpy(), result.detach().numpy(), rtol=1e-5, atol=1e-5)
    weight = _array(tuple(result.shape), seed=9)
    (result * torch.from_numpy(weight)).sum().backward()
    parameters = ms_net.trainable_params()
    found = ms.grad(lambda each: (ms_net(each) * ms.Tensor(weight)).sum(), None, parameters)(ms.Tensor(x))
    for parameter, gradient in zip(parameters, found, strict=True):
        wanted = dict(torch_net.named_parameters())[parameter.name].grad.numpy()
        np.testing.assert_allclose(gradient.asnumpy(), wanted, rtol=1e-5, atol=1e-5)
