"""Counterparts that are wrong in one way each, as text that a measuring child executes."""

from __future__ import annotations

from typing import NamedTuple

LOG_SOFTMAX = "torch.nn.functional.log_softmax"
NLL_LOSS = "torch.nn.functional.nll_loss"
CROSS_ENTROPY = "torch.nn.functional.cross_entropy"
LOGSUMEXP = "torch.logsumexp"
FLATTEN = "torch.flatten"

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
}

#: Fewer samples than counterparts get must do to find what is planted here.
LIMITS = (20, 10, 70)

FRAME = """
import os
import time
import warnings

import mindspore as ms
from mindspore import ops

from sporeprint.counterpart import Counterpart

right = REGISTRY[{api!r}].exact


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
        api=api, parameters=parameters, arguments=arguments, before=indented[0], after=indented[1]
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
]  # fmt: skip
