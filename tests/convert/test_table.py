"""The rewrites that the architecture promises, as before/after pairs, and code that must not change.

The expected texts are written by hand. `import torch` and the rest of the frame are added around each pair.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sporeprint.convert import Options, build, convert_bytes

FRAME = """\
import torch
import torch.nn as nn
import torch.nn.functional as F


def f(h: torch.Tensor, x: torch.Tensor, y: torch.Tensor, d, net, kw, q, names):
    {}
"""

# (what the user wrote, what Sporeprint writes)
PAIRS = [
    ("F.log_softmax(h, dim=1)", "ops.log_softmax(h, axis=1)"),
    ("F.log_softmax(h, 1, dtype=torch.float32)", "ops.log_softmax(h.astype(ms.float32), axis=1)"),
    ("F.log_softmax(h)", "ops.log_softmax(h, axis=0 if h.ndim in (0, 1, 3) else 1)"),
    ("F.log_softmax(net(x))", "functional_log_softmax(net(x))"),
    ("F.log_softmax(h, d)", "functional_log_softmax(h, d)"),
    ("act = F.log_softmax", "act = functional_log_softmax"),
    ("x.size(0)", "x.shape[0]"),
    ("F.log_softmax(h, **kw)", "functional_log_softmax(h, **kw)"),
    # each argument once, in order
    ("F.log_softmax(net(x), dim=1)", "ops.log_softmax(net(x), axis=1)"),
    ("F.log_softmax(dim=1, input=h)", "ops.log_softmax(h, axis=1)"),
    ("F.log_softmax(dim=q(), input=net(x))", "functional_log_softmax(dim=q(), input=net(x))"),
    ("F.log_softmax(x.data)", "functional_log_softmax(x.data)"),
    ("F.log_softmax(h, _stacklevel=5, dim=1)", "ops.log_softmax(h, axis=1)"),
    ("F.log_softmax(h, 1, q())", "functional_log_softmax(h, 1, q())"),
    ("F.log_softmax(torch.long)", "functional_log_softmax(ms.int64)"),  # its copy would stay torch's
    # precedence, parentheses, unusual layouts
    ("F.log_softmax(x + y, 1)", "ops.log_softmax(x + y, axis=1)"),
    ("F.log_softmax(x + y, 1, dtype=torch.float32)", "ops.log_softmax((x + y).astype(ms.float32), axis=1)"),
    ("F.log_softmax((h), (1))", "ops.log_softmax((h), axis=(1))"),
    ("F.log_softmax( h , dim = 1 , )", "ops.log_softmax( h , axis = 1 , )"),
    ("F . log_softmax(h, 0x1)", "ops.log_softmax(h, axis=0x1)"),
    ("(F.log_softmax)(h, 1)", "(ops.log_softmax)(h, axis=1)"),
    ("-F.log_softmax(h, 1)[0]", "-ops.log_softmax(h, axis=1)[0]"),
    ("F.log_softmax(h, 1) if d else h", "ops.log_softmax(h, axis=1) if d else h"),
    ("(x + y).size(-1)", "(x + y).shape[-1]"),
    ("x.size()", "x.shape"),
    ("b, c = x.size()", "b, c = x.shape"),
    # nested calls, and where each name stands
    ("F.log_softmax(F.softmax(h, dim=0), dim=1)", "ops.log_softmax(ops.softmax(h, axis=0), axis=1)"),
    ("torch.log_softmax(h, axis=1)", "ops.log_softmax(h, axis=1)"),
    ("torch.special.log_softmax(h, 1)", "ops.log_softmax(h, axis=1)"),
    ("torch.nn.functional.softmax(h, 1)", "ops.softmax(h, axis=1)"),
    ("h.softmax(-1)", "ops.softmax(h, axis=-1)"),
    ("torch.round(h)", "ops.round(h)"),
    ("torch.clamp_min(h, 0)", "ops.clamp(h, min=0)"),
    ("torch.nan_to_num(h, nan=0.0)", "ops.nan_to_num(h, nan=0.0)"),
    ("torch.histc(h, bins=10)", "ops.histc(h, bins=10, min=0, max=0)"),
    ("torch.detach(h)", "ops.stop_gradient(h)"),
    ("torch.linalg.inv(h)", "linalg_inv(h)"),
    ("torch.quantile(h, 0.5)", "torch_quantile(h, 0.5)"),
    ("F.relu(h).softmax(-1)", "ops.softmax(ops.relu(h), axis=-1)"),
    ("isinstance(h, torch.Tensor)", "isinstance(h, ms.Tensor)"),
    ("isinstance(net, (nn.Linear, torch.Tensor))", "isinstance(net, (nn.Dense, ms.Tensor))"),
    ("k = q(hint=list[torch.Tensor])", "k = q(hint=list[ms.Tensor])"),
    ("k = q(hint=torch.Tensor | None)", "k = q(hint=ms.Tensor | None)"),
    ("t = torch.float32, torch.long", "t = ms.float32, ms.int64"),
    ("g = lambda t: F.softmax(t, dim=1)", "g = lambda t: ops.softmax(t, axis=1)"),
    ("[F.softmax(t, dim=1) for t in q]", "[ops.softmax(t, axis=1) for t in q]"),
    (
        "def g(t: torch.Tensor = None) -> 'torch.Tensor': pass",
        "def g(t: ms.Tensor = None) -> 'ms.Tensor': pass",
    ),
    ('print(f"{F.softmax(h, dim=1)}")', 'print(f"{ops.softmax(h, axis=1)}")'),
    ("k = type(net) is nn.Linear", "k = type(net) is nn.Dense"),
    ("k = q(norm=nn.Linear)", "k = q(norm=nn_Linear)"),
    # guarded: right for any receiver
    ("q.size(0)", "method_size(q, 0)"),
    ("q.size()", "method_size(q)"),
    ("net(x).size( 0 )", "method_size(net(x), 0 )"),
    # a counterpart that is the very call needs no edit, whatever the receiver and the overload
    ("q.view(d, -1)", "q.view(d, -1)"),
    ("q.view(*d)", "q.view(*d)"),
    ("x.view(d).exp().clamp(0, 1)", "x.view(d).exp().clamp(0, 1)"),
    ("q.max()", "q.max()"),
    ("q.max(1)", "method_max(q, 1)"),
    ("q.clamp(min=0)", "q.clamp(min=0)"),
    ("q.clamp(d)", "method_clamp(q, d)"),
    # a method without counterpart returns what the stubs say
    ("x.transpose(1, 2).size(0)", "x.transpose(1, 2).shape[0]"),
    # named tuples, where their names can be asked for
    ("best = x.max(1)", "best = ValuesAndIndices(*x.max(1))"),
    ("best = x.max(dim=1).values", "best = ValuesAndIndices(*x.max(1)).values"),
    ("best = x.max(1)[0]", "best = x.max(1)[0]"),
    ("best, i = x.max(1)", "best, i = x.max(1)"),
    # overloads
    ("x.max(y)", "ops.maximum(x, y)"),
    # torch's answer of uint8 is uint8, so it is asked what it is, unless that shows
    ("x.any()", "method_any(x)"),
    ("torch.all(x, 1)", "torch_all(x, 1)"),
    ("(x > 0).any()", "(x > 0).any()"),
    ("m = x > 0; torch.all(m, 1)", "m = x > 0; ops.all(m, axis=1)"),
    ("m = x > 0; n = ~m & (y > 0); n.all()", "m = x > 0; n = ~m & (y > 0); n.all()"),
    ("m = x > 0; m = y; m.all()", "m = x > 0; m = y; method_all(m)"),
    ("torch.linspace(0, 1, d)", "ops.linspace(0, 1, d)"),
    ("torch.linspace(0, 1, d, dtype=torch.float64)", "ops.linspace(0, 1, d).astype(ms.float64)"),
    ("torch.linspace(0, 9, d, dtype=torch.long)", "torch_linspace(0, 9, d, dtype=ms.int64)"),
    ("torch.linspace(0, 9, d, dtype=x.dtype)", "torch_linspace(0, 9, d, dtype=x.dtype)"),
    ("torch.masked_fill(x, y, -1e9)", "x.masked_fill(y, -1e9)"),
    ("(q > 0).any()", "(q > 0).any()"),
    ("x.isnan().any(dim=1)", "x.isnan().any(1)"),
    ("x.to(torch.float16)", "x.to(ms.float16)"),
    ("x.to(y)", "x.to(y.dtype)"),
    ("x.to(y.device)", "x"),
    ('x.to("cuda", torch.int32)', "x.to(ms.int32)"),
    ("x.to(d)", "method_to(x, d)"),
    ("x.repeat(d, 1)", "x.tile((d, 1))"),
    ("x.new_zeros(2, 3)", "x.new_zeros((2, 3))"),
    ("x.std(dim=1)", "method_std(x, dim=1)"),
    ("x.select(1, d)", "x[:, d]"),
    ("x.detach().cpu().numpy()", "ops.stop_gradient(x).numpy()"),
    # modules: their methods on a Cell, attributes of layers, names of classes
    ("k = list(net.parameters())", "k = list(method_parameters(net))"),
    ("for n, p in net.named_parameters(): pass", "for n, p in method_named_parameters(net): pass"),
    ("k = nn.Linear(2, 3).in_features", "k = nn.Dense(2, 3).in_channels"),
    ("k = q.weight", 'k = layer_attribute(q, "weight")'),
    ("k = x.weight", "k = x.weight"),
    ('k = hasattr(q, "bias")', 'k = has_layer_attribute(q, "bias")'),
    ("k = q.__class__.__name__", "k = class_name(q)"),
    ("k = type(x).__name__", "k = type(x).__name__"),
    ("k = q.forward(x)", "k = forward_of(q)(x)"),
    (
        "if isinstance(q, nn.BatchNorm2d): k = q.weight, q.running_mean",
        "if isinstance(q, nn.BatchNorm2d): k = q.gamma, q.moving_mean",
    ),
    ("k = q._modules", 'k = layer_attribute(q, "_modules")'),
    ("k = nn.Sequential(q)", "k = nn.SequentialCell(q).add_flags(training=True)"),
    # layers
    ("nn.Linear(9216, 128)", "nn.Dense(9216, 128)"),
    ("nn.Linear(9216, 128, bias=False)", "nn.Dense(9216, 128, has_bias=False)"),
    ("nn.Conv2d(1, 32, 3, 1)", 'nn.Conv2d(1, 32, 3, stride=1, pad_mode="pad", has_bias=True)'),
    ("nn.Dropout(0.25)", "nn.Dropout(p=0.25).set_train()"),
    ("F.relu(x)", "ops.relu(x)"),
    ("F.max_pool2d(x, 2)", "nn.MaxPool2d(2, stride=2)(x)"),
    ("F.max_pool2d(F.relu(net(x)), 2)", "nn.MaxPool2d(2, stride=2)(ops.relu(net(x)))"),
    ("torch.flatten(x, 1)", "ops.flatten(x, start_dim=1)"),
    ("nn.Sequential(nn.Linear(1, 2), nn.ReLU())", "nn.SequentialCell(nn.Dense(1, 2), nn.ReLU()).set_train()"),
    # layers, functions of layers, initialisers
    ("nn.BatchNorm2d(64)", "nn.BatchNorm2d(64).set_train()"),
    (
        "nn.BatchNorm2d(3, track_running_stats=False)",
        "nn.BatchNorm2d(3, use_batch_statistics=True).set_train()",
    ),
    (
        "nn.BatchNorm2d(64, eps=1e-3, momentum=0.01)",
        "nn.BatchNorm2d(64, eps=1e-3, momentum=0.99).set_train()",
    ),
    ("nn.LayerNorm(64)", "nn.LayerNorm((64,), epsilon=1e-05)"),
    ("nn.LayerNorm(d)", "nn_LayerNorm(d)"),
    ("k = q(norm_layer=nn.BatchNorm2d, act=nn.GELU)", "k = q(norm_layer=nn_BatchNorm2d, act=nn_GELU)"),
    ("isinstance(net, (nn.LayerNorm, nn.BatchNorm2d))", "isinstance(net, (nn.LayerNorm, nn.BatchNorm2d))"),
    ("isinstance(net, nn.Conv1d)", "isinstance(net, nn_Conv1d)"),
    ("nn.GELU()", "nn.GELU(approximate=False)"),
    ("nn.Embedding(10, 4)", "nn.Embedding(10, 4, embedding_table=initializer.Normal(1.0))"),
    ("nn.AvgPool2d(2)", "nn.AvgPool2d(2, stride=2)"),
    ("nn.ModuleList([nn.Linear(1, 2)])", "nn.CellList([nn.Dense(1, 2)]).set_train()"),
    ("nn.ModuleList(names)", "ListOfCells(names).add_flags(training=True)"),
    ("nn.ModuleList()", "ListOfCells().set_train()"),  # whatever it is that will be added
    ("layers: nn.ModuleList = nn.ModuleList([])", "layers: nn.CellList = nn.CellList([]).set_train()"),
    ("nn.ModuleList([nn.Linear(1, 2), None])", "ListOfCells([nn.Dense(1, 2), None]).set_train()"),
    ("nn.ReflectionPad1d([1, 1])", "nn.ReflectionPad1d(tuple([1, 1]))"),
    ("x.repeat([2, 1])", "x.tile(tuple([2, 1]))"),
    ("torch.ones(())", "ops.full((), 1, dtype=ms.float32)"),
    ("torch.ones(d)", "ops.ones(d)"),
    ("q.requires_grad", 'gradient_attribute(q, "requires_grad")'),
    (
        "[p for p in net.parameters() if p.requires_grad]",
        "[p for p in method_parameters(net) if p.requires_grad]",
    ),
    ("nn.Parameter(h, requires_grad=False)", "ms.Parameter(h, requires_grad=False)"),
    ("F.gelu(h)", "ops.gelu(h)"),
    ("F.pad(h, (1, 1), value=0.5)", "ops.pad(h, (1, 1), value=0.5)"),
    ("F.pad(h, (1, -1))", "functional_pad(h, (1, -1))"),
    ("F.pad(h, (0, d))", "functional_pad(h, (0, d))"),
    ("F.interpolate(h, scale_factor=2)", "functional_interpolate(h, scale_factor=2)"),
    ("F.one_hot(h, 10)", "ops.one_hot(h, 10).astype(ms.int64)"),
    ("F.mse_loss(x, y)", "ops.mse_loss(x, y)"),
    ("nn.init.zeros_(net.bias)", 'init_zeros_(layer_attribute(net, "bias"))'),
    # comments and layout of a call whose arguments keep their order
    (
        "F.log_softmax(\n        h,  # the logits\n        1,  # the classes\n    )",
        "ops.log_softmax(\n        h,  # the logits\n        axis=1,  # the classes\n    )",
    ),
    # a comment that a rewrite would lose sends the call to the adapter
    (
        "F.log_softmax(\n        dim=1,  # the classes\n        input=h,\n    )",
        "functional_log_softmax(\n        dim=1,  # the classes\n        input=h,\n    )",
    ),
    # torch's own functions
    ("torch.cat([h, x], dim=-1)", "ops.cat([h, x], axis=-1)"),
    ("torch.cat((net(x), h), 1)", "ops.cat((net(x), h), axis=1)"),
    ("torch.zeros(2, 3)", "ops.zeros((2, 3))"),
    ("torch.zeros(d, device='cuda')", "ops.zeros(d)"),
    ("torch.full((2,), 1.5)", "ops.full((2,), 1.5, dtype=ms.float32)"),
    ("torch.full((2,), d)", "torch_full((2,), d)"),
    ("torch.arange(0, 10, 2)", "ops.arange(0, 10, 2)"),
    ("torch.arange(len(names))", "ops.arange(len(names))"),
    ("torch.randint(0, 10, (5,))", "ops.randint(0, 10, (5,))"),
    ("torch.randn(2, 3, requires_grad=True)", "ask_for_gradients(ops.randn(2, 3), True)"),
    ("torch.max(h)", "ops.amax(h)"),
    ("torch.max(h, x)", "ops.maximum(h, x)"),
    ("torch.max(h, 1)[0]", "ops.max(h, axis=1)[0]"),
    ("torch.max(h, d)", "torch_max(h, d)"),
    ("torch.sum(net(x), dim=[1, 2], keepdim=True)", "ops.sum(net(x), dim=[1, 2], keepdim=True)"),
    ("torch.mean(h)", "ops.mean(h)"),
    ("torch.where(h > 0, h, 0.0)", "ops.where(h > 0, h, 0.0)"),
    ("torch.clamp(h, min=0)", "ops.clamp(h, min=0)"),
    ("torch.var(h, dim=1, unbiased=False)", "torch_var(h, dim=1, unbiased=False)"),
    ("torch.einsum('ij,jk->ik', h, x)", "torch_einsum('ij,jk->ik', h, x)"),
    ("torch.tensor([1.0, 2.0])", "ms.tensor([1.0, 2.0])"),
    ("torch.tensor(names)", "torch_tensor(names)"),
    ("torch.finfo(h.dtype).max", "FloatInfo(h.dtype).max"),
    ("torch.jit.is_scripting()", "False"),
]

BACK_FRAME = """\
import mindspore as ms
from mindspore import mint, nn, ops


def f(h: ms.Tensor, x: ms.Tensor, y: ms.Tensor, d, net, q):
    {}
"""

# The other way round: MindSpore's API on torch.
PAIRS_BACK = [
    ("ops.log_softmax(h)", "F.log_softmax(h, dim=-1)"),  # MindSpore's default is not torch's
    ("ops.log_softmax(h, axis=0)", "F.log_softmax(h, dim=0)"),
    ("ops.log_softmax(net(x), d)", "F.log_softmax(net(x), dim=d)"),
    ("ops.softmax(h, 1, dtype=ms.float16)", "F.softmax(h, dim=1, dtype=torch.float16)"),
    ("nn.Softmax(axis=1)", "nn.Softmax(dim=1)"),
    ("mint.nn.functional.softmax(h, dim=1)", "F.softmax(h, dim=1)"),
    ("isinstance(h, ms.Tensor)", "isinstance(h, torch.Tensor)"),
    ("t = ms.float32", "t = torch.float32"),
    ("k = ops.log_softmax", "k = ops_log_softmax"),
]

# Statements that stay to the byte, and what is said of them: "" for nothing.
LEFT = [
    ("k = torch.no_such_api(h)", "torch.no_such_api: no counterpart yet"),
    ("k = F.log_sofmax(h)", "torch.nn.functional.log_sofmax: no counterpart yet"),
    ("k = F.log_softmax(h, axis=1)", "torch.nn.functional.log_softmax: axis= is not a parameter of it"),
    ("k = F.log_softmax()", "torch.nn.functional.log_softmax: input is missing"),
    ("k = {nn.Linear: 1}[type(net)]", "torch.nn.Linear: the class may be looked for here"),
    ("k = getattr(torch.Tensor, q)", "torch.Tensor: it is asked for what it has"),
    ("k = torch.Tensor(q)", "torch.Tensor: no counterpart for calling it yet"),
    # It stands for a dtype as well, and only annotations never ask for that.
    ("k = q(torch.CharTensor)", "torch.CharTensor: the class itself is used as a value"),
    # The value is evaluated first, and may put another layer there.
    ("net.emb.weight = make(net)", "torch.nn.Module.weight: layers may have it under another name"),
    ("names.sort()", ""),
    ("k = {}.get('size')", ""),
    ("k = 'torch.float32'  # torch.float32", ""),
    ("k = [1].size(0)", ""),
    ("k = x.shape[0]", ""),
]


def convert(statement: str) -> tuple[str, list[str]]:
    """Convert a statement in its frame; return it and the reasons of what was left."""
    before = FRAME.format(statement)
    outcome = convert_bytes(before.encode(), "f.py", Options(), "torch_on_mindspore")
    text = outcome.data.decode()
    body = text[text.index("names):\n    ") + len("names):\n    ") : -1]
    return body, [f"{each.api}: {each.reason}" for each in outcome.report.left]


@pytest.mark.parametrize(("before", "after"), PAIRS, ids=[before for before, _ in PAIRS])
def test_rewrite(before: str, after: str) -> None:
    assert convert(before) == (after, [])


@pytest.mark.parametrize(("before", "after"), PAIRS_BACK, ids=[before for before, _ in PAIRS_BACK])
def test_rewrite_back(before: str, after: str) -> None:
    source = BACK_FRAME.format(before)
    outcome = convert_bytes(source.encode(), "f.py", Options(to="torch"), "mindspore_on_torch")
    assert outcome.report.left == []
    assert outcome.data.decode().endswith(f"    {after}\n")


@pytest.mark.parametrize(("statement", "reason"), LEFT, ids=[statement for statement, _ in LEFT])
def test_left_alone_and_said(statement: str, reason: str) -> None:
    body, left = convert(statement)
    assert body.splitlines()[-1].strip() == statement
    if reason:
        assert len(left) == 1
        assert left[0].startswith(reason)
        assert f"# sporeprint: {reason}" in body
    else:
        assert left == []
        assert "sporeprint" not in body


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("k = q(hint=torch.Tensor)", "k = q(hint=ms.Tensor)"),
        ("k = {torch.Tensor: 1, nn.Module: 2}", "k = {ms.Tensor: 1, nn.Cell: 2}"),
        ("k = torch.dtype", "k = ms.Type"),
    ],
)
def test_a_class_that_is_passed_on_is_marked(before: str, after: str) -> None:
    body, left = convert(before)
    marker, converted = body.splitlines()[0], body.splitlines()[-1].strip()
    assert (converted, left) == (after, [])
    assert "passed on as a value; called, it does not do the same" in marker


# What converters have been seen to do to people's code, and what becomes of it here.
BROKEN_ELSEWHERE = [
    ("k = torch.optim.LBFGS(q)", "torch.optim.LBFGS"),  # replaced by another optimizer
]


@pytest.mark.parametrize("layer", ["LeakyReLU", "ELU", "Dropout", "Hardtanh"])
def test_a_layer_that_writes_to_its_input_still_does(layer: str) -> None:
    body, left = convert(f"k = nn.{layer}(0.5, inplace=True)")
    assert "True" in body or "InPlace" in body
    assert not left


def test_an_argument_that_others_drop_has_its_effect() -> None:
    body, left = convert("k = nn.BatchNorm2d(3, track_running_stats=False)")
    assert "use_batch_statistics=True" in body
    assert not left


@pytest.mark.parametrize(("statement", "api"), BROKEN_ELSEWHERE)
def test_what_has_no_counterpart_keeps_its_meaning(statement: str, api: str) -> None:
    body, left = convert(statement)
    assert body.splitlines()[-1].strip() == statement
    assert any(each.startswith(f"{api}: ") for each in left)


def test_the_default_weight_decay_stays() -> None:
    body, left = convert("k = torch.optim.AdamW(q)")
    assert body.splitlines()[-1].strip() == "k = optim_AdamW(q)"
    assert not left


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("(torch  # ours\n.softmax)", "(h, axis=d)"),  # axis= would be renamed for the adapter
        ("(torch  # ours\n.softmax)", "(h, **kw)"),
        ("(nn  # ours\n.Dropout)", "(0.5)"),  # it would be put in training mode
        ("(F  # ours\n.softmax)", ""),
    ],
)
def test_a_comment_inside_a_name_leaves_it_alone(name: str, rest: str) -> None:
    source = f"import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\nk = {name}{rest}\n"
    outcome = convert_bytes(source.encode(), "f.py", Options(), "torch_on_mindspore")
    assert outcome.data.decode().endswith(f"\nk = {name}{rest}\n")
    assert [(each.fate, each.reason) for each in outcome.report.findings] == [
        ("left", "a comment stands inside the name")
    ]
    assert not outcome.adapters


def test_comments_survive_in_order() -> None:
    before = "# a\nimport torch  # b\n# c\nx = torch.foo(  # d\n    1,  # e\n)  # f\n# g\n"
    after = convert_bytes(before.encode(), "f.py", Options(), "torch_on_mindspore").data.decode()
    comments = [
        line.partition("# ")[2] for line in after.splitlines() if "# " in line and "sporeprint" not in line
    ]
    assert comments == list("abcdefg")


@pytest.mark.frameworks
def test_a_queue_keeps_its_own_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guarded adapter asks the receiver: a queue's size() stays a queue's, a tensor's is torch's."""
    import mindspore as ms

    source = "import torch\n\n\ndef size(q, *rest):\n    return q.size(*rest)\n"
    outcome = convert_bytes(source.encode(), "f.py", Options(), "torch_on_mindspore")
    assert "method_size(q, *rest)" in outcome.data.decode()
    (tmp_path / "torch_on_mindspore.py").write_text(build(outcome.adapters, "mindspore", "native"))
    monkeypatch.syspath_prepend(str(tmp_path))
    names: dict[str, Any] = {}
    exec(compile(outcome.data, "f.py", "exec"), names)

    class Queue:
        def size(self, factor: int = 1) -> int:
            return 7 * factor

    assert names["size"](Queue()) == 7
    assert names["size"](Queue(), 2) == 14
    assert names["size"](ms.ops.zeros((2, 3)), 1) == 3
    assert names["size"](ms.ops.zeros((2, 3))) == (2, 3)
