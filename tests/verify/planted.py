"""Counterparts that are wrong in one way each, as text that a measuring child executes."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

LOG_SOFTMAX = "torch.nn.functional.log_softmax"
NLL_LOSS = "torch.nn.functional.nll_loss"
CROSS_ENTROPY = "torch.nn.functional.cross_entropy"
LOGSUMEXP = "torch.logsumexp"
FLATTEN = "torch.flatten"
RELU = "torch.nn.functional.relu"
DROPOUT = "torch.nn.functional.dropout"
GUMBEL_SOFTMAX = "torch.nn.functional.gumbel_softmax"
ADD = "torch.Tensor.add_"
CLONE = "torch.clone"
SORT = "torch.sort"
QR = "torch.linalg.qr"
EIGH = "torch.linalg.eigh"
DROPOUT2D = "torch.nn.functional.dropout2d"
MAXIMUM = "torch.maximum"

#: Parameters of the counterparts, and how they are passed on.
SIGNATURES = {
    LOG_SOFTMAX: ("input, dim=None, _stacklevel=3, dtype=None", "input, dim, _stacklevel, dtype"),
    NLL_LOSS: (
        "input, target, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean'",
        "input, target, weight, size_average, ignore_index, reduce, reduction",
    ),
    CROSS_ENTROPY: (
        "input, target, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean', "
        "label_smoothing=0.0",
        "input, target, weight, size_average, ignore_index, reduce, reduction, label_smoothing",
    ),
    LOGSUMEXP: ("input, dim, keepdim=False", "input, dim, keepdim"),
    FLATTEN: ("input, start_dim=0, end_dim=-1", "input, start_dim, end_dim"),
    RELU: ("input, inplace=False", "input, inplace"),
    DROPOUT: ("input, p=0.5, training=True, inplace=False", "input, p, training, inplace"),
    GUMBEL_SOFTMAX: ("logits, tau=1, hard=False, eps=1e-10, dim=-1", "logits, tau, hard, eps, dim"),
    ADD: ("self, other, *, alpha=1", "self, other, alpha=alpha"),
    CLONE: ("input, *, memory_format=None", "input"),
    SORT: ("input, dim=-1, descending=False, *, stable=False, out=None", "input, dim, descending, stable"),
    QR: ("A, mode='reduced', *, out=None", "A, mode"),
    EIGH: ("A, UPLO='L', *, out=None", "A, UPLO"),
    DROPOUT2D: ("input, p=0.5, training=True, inplace=False", "input, p, training, inplace"),
    MAXIMUM: ("input, other, *, out=None", "input, other"),
}

#: What is right on the common domain, where no counterpart of ours is. What torch leaves free is chosen otherwise.
RIGHT = {
    ADD: """
def right(self, other, alpha):
    added = self + other * alpha
    if added.shape != self.shape:
        raise RuntimeError("the result has another shape")
    self[...] = added
    return self
""",
    CLONE: """
def right(input):
    return input.copy()
""",
    SORT: """
sort = collections.namedtuple("sort", "values indices")


def right(input, dim, descending, stable):
    keys = input.asnumpy()
    places = np.indices(keys.shape)[dim] if keys.ndim else 0
    keys = keys.astype(np.float64) * (-1 if descending else 1)
    # Equal elements in their order, or in the opposite one.
    indices = np.lexsort((places if stable else -places, keys), axis=dim) if keys.ndim else np.array(0)
    indices = ms.Tensor(indices)
    return sort(input.gather_elements(dim, indices) if keys.ndim else input.copy(), indices)
""",
    QR: """
qr = collections.namedtuple("linalg_qr", "Q R")


def right(A, mode):
    q, r = ops.qr(A, "complete" if mode == "complete" else "reduced")
    signs = ms.Tensor(np.where(np.arange(r.shape[-2]) % 2, 1, -1), A.dtype)
    q, r = q * signs, r * signs.expand_dims(-1)
    return qr(ops.zeros((0,), A.dtype) if mode == "r" else q, r)
""",
    EIGH: """
eigh = collections.namedtuple("linalg_eigh", "eigenvalues eigenvectors")


def right(A, UPLO):
    values, vectors = np.linalg.eigh(A.asnumpy(), UPLO)
    return eigh(ms.Tensor(values), ms.Tensor(-vectors))
""",
    MAXIMUM: """
def right(input, other):
    return ops.maximum(input, other)
""",
    DROPOUT2D: """
def right(input, p, training, inplace):
    if not training or p == 0:
        return input
    kept = (ops.rand(*input.shape[:2]) >= p).astype(input.dtype) / (1 - p or 1)
    result = input * kept.reshape(input.shape[:2] + (1,) * (input.ndim - 2))
    if inplace:
        input[...] = result
    return input if inplace else result
""",
}

#: In what these differ even so: MindSpore has no gradient of ``qr``, numpy none of ``eigh``.
ALLOWED = {
    QR: {"gradient": "it has none"},
    EIGH: {"gradient": "it has none"},
    DROPOUT2D: {"warning": "torch warns of ranks that are going to be refused"},
    RELU: {"denormal": "MindSpore's threads flush them"},
}

#: Fewer samples than counterparts get must do to find what is planted here.
LIMITS = (24, 8, 60)

FRAME = """
import collections
import os
import time
import warnings

import mindspore as ms
import numpy as np
from mindspore import ops

from sporeprint.counterpart import Counterpart
from sporeprint.verify import legs

# Whether memory was written would be asked of each wrong value; that has a test of its own.
legs.Measuring._is_uninitialised = lambda *_: False

{right}


def wrong({parameters}):
{before}
    result = right({arguments})
{after}
    return result


REGISTRY[{api!r}] = Counterpart(wrong, ({api!r},), {{}}, {{}}, {{}})
"""


class Fault(NamedTuple):
    """One way to be wrong.

    Attributes:
        what: its name.
        kind: of the verdict that must come of it.
        before: statements in front of the call of the right body; they see the parameters.
        after: statements behind it, which see ``result`` too.
        api: whose counterpart is made wrong.
        words: conditions that hold for a sample which shows it; empty: one of the common domain does.
        dtypes: in which the samples are asked for.
    """

    what: str
    kind: str
    before: str = ""
    after: str = ""
    api: str = LOG_SOFTMAX
    words: frozenset[str] = frozenset()
    dtypes: tuple[str, ...] = ("float32",)

    @property
    def text(self) -> str:
        """What the child executes."""
        return planting(self.api, self.before, self.after)


def planting(api: str, before: str = "", after: str = "") -> str:
    """Text that puts statements around the right body of a counterpart."""
    parameters, arguments = SIGNATURES[api]
    indented = ["\n".join(f"    {line}" for line in lines.splitlines()) for lines in (before, after)]
    return FRAME.format(
        api=api,
        right=RIGHT.get(api, f"right = REGISTRY[{api!r}].exact"),
        parameters=parameters,
        arguments=arguments,
        before=indented[0],
        after=indented[1],
    )


SLOW = """
class Slow(ms.nn.Cell):
    def construct(self, x):
        return x + 0

    def bprop(self, x, out, dout):
        time.sleep(600)
        return (dout,)


if input.ndim == 3:
    input = Slow()(input)
"""

#: Words of samples with random results.
RANDOM = frozenset({"random"})

#: MindSpore has no such kernel on the CPU, and says so in a later call unless it is told to wait for each.
LATE = """
if input.ndim == 3:
    ms.mint.cumsum(input, 0)
"""

FAULTS = [
    Fault("other default", "value", before="if dim is None:\n    dim = -1"),
    Fault("other default of reduction", "value", api=NLL_LOSS,
          before="if reduction == 'mean':\n    reduction = 'sum'"),
    Fault("argument dropped: dtype", "dtype", before="dtype = None", words=frozenset({"float64"})),
    Fault("argument dropped: weight", "value", before="weight = None", api=NLL_LOSS),
    Fault("argument dropped: ignore_index", "value", before="ignore_index = -100", api=CROSS_ENTROPY),
    Fault("argument dropped: label_smoothing", "value", before="label_smoothing = 0.0", api=CROSS_ENTROPY),
    Fault("argument dropped: keepdim", "shape", before="keepdim = False", api=LOGSUMEXP),
    Fault("argument dropped: end_dim", "shape", before="end_dim = -1", api=FLATTEN),
    Fault("wrong axis", "value", before="dim = 0 if dim == 1 else dim"),
    Fault("negative axis", "value", before="if dim is not None and dim < 0:\n    dim = 0"),
    Fault("mean over all, not over the weights", "value", api=NLL_LOSS,
          before="mean = reduction == 'mean'\nif mean:\n    reduction = 'none'",
          after="if mean:\n    result = result.mean()"),
    Fault("300 ulp off", "value", after="result = result * (1 + 300 * 2.0**-23)"),
    Fault("300 ulp off in one element", "value",
          after="if result.ndim:\n    result = ops.cat([result[:-1], result[-1:] * (1 + 300 * 2.0**-23)])"),
    Fault("noise", "value", after="if result.ndim:\n    result = result + 1e-3 * ops.rand(*result.shape)"),
    Fault("other dtype of the result", "dtype", after="result = result.astype(ms.float64)"),
    Fault("integer result", "dtype", after="result = result.astype(ms.int32)"),
    Fault("one dimension more", "shape", after="result = result.expand_dims(0)"),
    Fault("transposed", "value", after="result = result.T"),
    Fault("a tuple", "structure", after="result = (result,)"),
    Fault("a numpy array", "structure", after="result = result.asnumpy()"),
    Fault("nothing", "structure", after="result = None"),
    Fault("gradient of other sign", "gradient", after="result = 2 * ops.stop_gradient(result) - result"),
    Fault("no gradient", "gradient", after="result = ops.stop_gradient(result)"),
    Fault("twice the gradient", "gradient", after="result = 2 * result - ops.stop_gradient(result)"),
    Fault("no gradient of probabilities", "gradient", api=CROSS_ENTROPY,
          before="target = ops.stop_gradient(target)"),
    Fault("gradient 1000 ulp off", "gradient",
          after="d = 1e-4\nresult = (1 + d) * result - ops.stop_gradient(d * result)"),
    Fault("no gradient where all is 0", "gradient", api=RELU, after="result = result + 0 * ops.norm(input)"),
    Fault("the gradient of a tie goes to one of two", "gradient", api=MAXIMUM,
          after="tie = ops.stop_gradient(ops.equal(input, other))\nresult = ops.where(tie, input, result)"),
    Fault("refuses lists", "error", api=LOGSUMEXP,
          before="if isinstance(dim, list):\n    raise TypeError('dim is to be a tuple')"),
    Fault("changes its input", "mutation", after="if input.ndim:\n    input[0] = 0"),
    Fault("error instead of a value", "error", after="if result.ndim == 3:\n    raise ValueError('rank 3')"),
    Fault("value instead of an error", "error", words=frozenset({"error"}), dtypes=("int64",),
          before="if dtype is None and not input.is_floating_point():\n    input = input.astype(ms.float32)"),
    Fault("process death", "error", after="if result.ndim == 3:\n    os.abort()"),
    Fault("quiet exit", "error", after="if result.ndim == 3:\n    os._exit(0)"),
    Fault("hang", "error", after="if result.ndim == 3:\n    time.sleep(600)"),
    Fault("hang in the gradient", "gradient", before=SLOW),
    Fault("nan becomes a number", "value", words=frozenset({"nan"}),
          before="input = ops.where(ops.isnan(input), ops.zeros_like(input), input)"),
    Fault("infinity becomes a number", "value", words=frozenset({"inf"}),
          before="input = ops.where(ops.isinf(input), ops.zeros_like(input), input)"),
    Fault("raises on empty input", "error", words=frozenset({"empty"}),
          before="if 0 in input.shape:\n    raise ValueError('empty')"),
    Fault("0-d becomes 1-d", "shape", words=frozenset({"0-d"}),
          after="if input.ndim == 0:\n    result = result.reshape((1,))"),
    Fault("reads memory as if it had no gaps", "value", words=frozenset({"non-contiguous"}),
          before="if not input.is_contiguous():\n    input = input * 0 + input.reshape((-1,))[0]"),
    Fault("no warning", "warning", before="warnings.simplefilter('ignore')"),
    Fault("float64 computed in float32", "value", words=frozenset({"float64"}), dtypes=("float64",),
          before="was = input.dtype\ninput = input.astype(ms.float32)",
          after="result = result.astype(dtype or was)"),
    Fault("float32 computed in float16", "value",
          before="was = input.dtype\ninput = input.astype(ms.float16)",
          after="result = result.astype(dtype or was)"),
    Fault("bfloat16 stays float32", "dtype", words=frozenset({"bfloat16"}), dtypes=("bfloat16",),
          before="input = input.astype(ms.float32)"),
    # In place.
    Fault("the effect of an in-place method is lost", "mutation", api=ADD, before="self = self.copy()"),
    Fault("an in-place method returns a copy", "view", api=ADD, after="result = result.copy()"),
    Fault("an in-place method returns nothing", "structure", api=ADD, after="result = None"),
    Fault("an in-place method changes the other tensor too", "mutation", api=ADD,
          after="if isinstance(other, ms.Tensor):\n    other[...] = 0"),
    Fault("argument dropped: alpha", "value", api=ADD, before="alpha = 1"),
    Fault("argument dropped: inplace", "mutation", api=RELU, before="inplace = False"),
    Fault("always in place", "mutation", api=RELU, before="inplace = True"),
    # Shared memory.
    Fault("a copy in place of a view", "view", api=FLATTEN, after="result = result * 1"),
    Fault("the tensor itself in place of a copy", "view", api=CLONE, after="result = input"),
    Fault("a view in place of a copy", "view", api=CLONE, after="result = input.reshape(input.shape)"),
    # Ties.
    Fault("the place of another element", "value", api=SORT,
          after="if input.ndim:\n    result = sort(result.values, ops.flip(result.indices, (dim,)))"),
    Fault("equal elements all have one place", "value", api=SORT, dtypes=("bool",), after=(
          "a, v = np.moveaxis(input.asnumpy(), dim, -1), np.moveaxis(result.values.asnumpy(), dim, -1)\n"
          "first = np.argmax(a[..., None, :] == v[..., :, None], axis=-1)\n"
          "result = sort(result.values, ms.Tensor(np.moveaxis(first, -1, dim)))")),
    Fault("argument dropped: descending", "value", api=SORT, before="descending = False"),
    Fault("a tuple without names", "structure", api=SORT, after="result = tuple(result)"),
    # Factors.
    Fault("one factor has other signs", "value", api=QR, after="result = qr(-result.Q, result.R)"),
    Fault("factors of other sizes", "value", api=QR, after="result = qr(2 * result.Q, result.R / 2)"),
    Fault("a factor transposed", "value", api=QR,
          after="q = result.Q\nif q.ndim == 2 and q.shape[0] == q.shape[1]:\n    result = qr(q.T, result.R)"),
    Fault("eigenvectors in rows", "value", api=EIGH,
          after="result = eigh(result.eigenvalues, result.eigenvectors.swapaxes(-1, -2))"),
    Fault("argument dropped: UPLO", "value", api=EIGH, before="UPLO = 'L'"),
    # Distributions.
    Fault("another rate of dropout", "value", api=DROPOUT, words=RANDOM, before="p = 0.8 * p"),
    Fault("what is kept is not scaled", "value", api=DROPOUT, words=RANDOM,
          after="if training:\n    result = result * (1 - p)"),
    Fault("the same each time", "value", api=DROPOUT, words=RANDOM, before="ms.set_seed(1)"),
    Fault("no gradient of what is random", "gradient", api=DROPOUT, words=RANDOM,
          after="if p not in (0, 1):\n    result = ops.stop_gradient(result)"),
    Fault("drops in evaluation too", "value", api=DROPOUT, before="training = True"),
    Fault("elements in place of channels", "value", api=DROPOUT2D, words=RANDOM,
          before="shape = input.shape\nif training and p not in (0, 1):\n    input = input.reshape((-1, 1))",
          after="result = result.reshape(shape)"),
    Fault("images in place of channels", "value", api=DROPOUT2D, words=RANDOM,
          before="shape = input.shape\nif training and p not in (0, 1):\n"
          "    input = input.reshape((shape[0], 1, -1))", after="result = result.reshape(shape)"),
    Fault("argument dropped: tau", "value", api=GUMBEL_SOFTMAX, words=RANDOM, before="tau = 1"),
    Fault("argument dropped: dim", "value", api=GUMBEL_SOFTMAX, words=RANDOM, before="dim = -1"),
    # Errors.
    Fault("a late error", "error", before=LATE),
]  # fmt: skip


class TextFault(NamedTuple):
    """One way for the written text to be wrong.

    Attributes:
        what: its name.
        kind: of the verdict that must come of it.
        old: what is replaced in the text, or the name of a fault of the inliner (see ``INLINER_FAULTS``).
        new: by what.
        api: whose calls are written.
    """

    what: str
    kind: str
    old: str
    new: str = ""
    api: str = "torch.softmax"

    @property
    def text(self) -> str:
        """What the child executes."""
        return (SPOILED if self.new else INLINER).format(
            old=self.old.encode(), new=self.new.encode(), name=self.old
        )


SPOILED = """
import dataclasses

from sporeprint.verify import texts

kept = texts.convert_bytes


def spoiled(*arguments):
    converted = kept(*arguments)
    return dataclasses.replace(converted, data=converted.data.replace({old!r}, {new!r}))


texts.convert_bytes = spoiled
"""

#: Where the faults of the inliner are.
INLINER_FAULTS = Path(__file__).parents[1] / "convert" / "test_inline_property.py"

INLINER = f"""
import importlib.util
import sys

import pytest

spec = importlib.util.spec_from_file_location("inliner_faults", {str(INLINER_FAULTS)!r})
faults = importlib.util.module_from_spec(spec)
sys.modules["inliner_faults"] = faults
spec.loader.exec_module(faults)
faults.{{name}}(pytest.MonkeyPatch())
"""

LINEAR = "torch.nn.functional.linear"

TEXT_FAULTS = [
    TextFault("another argument", "value", "axis=1", "axis=0"),
    TextFault("an argument dropped", "value", ", axis=0)", ")"),
    TextFault("text that is no Python", "error", "return", "retrun"),
    TextFault("a name that is not imported", "error", "ops.", "opps."),
    TextFault("an effect on the input", "mutation", "    return ops", "    t0[0] = 0\n    return ops"),
    TextFault("the tensor itself is returned", "view", "return ops.relu(t0)", "return t0", "torch.relu"),
    # With arguments that have effects.
    TextFault("a name of the user's is taken", "error", "ms_ops", "ops"),
    TextFault("arguments in another order", "error", "ms_ops.dense(note(0, ops), note(1, nn)",
              "(lambda b, a, *c, **d: ms_ops.dense(a, b, *c, **d))(note(1, nn), note(0, ops)", LINEAR),
    TextFault("an argument evaluated twice", "error", "note(0, ops)", "(note(0, ops) * 0 + note(0, ops))"),
    TextFault("an argument's effect dropped", "error", "note(1, nn)", "nn", LINEAR),
    TextFault("inliner: evaluated twice", "error", "plant_no_soundness", api=GUMBEL_SOFTMAX),
    TextFault("inliner: another order", "error", "plant_no_order", api=NLL_LOSS),
    TextFault("inliner: tests decided wrongly", "dtype", "plant_wrong_default"),
    TextFault("inliner: keywords lost", "error", "plant_lost_keyword", api=FLATTEN),
    TextFault("inliner: last argument lost", "value", "plant_dropped_last_argument"),
]  # fmt: skip
