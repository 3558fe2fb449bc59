"""Modules that are wrong in one way each, as text that a measuring child executes."""

from __future__ import annotations

from typing import NamedTuple

BATCH_NORM = "torch.nn.BatchNorm2d"

#: Of PyTorch's samples those of the common domain are enough.
FEWER = """
import dataclasses

from sporeprint.verify import samples

kept = samples.draw


def fewer(*arguments):
    drawn = kept(*arguments)
    common = [sample for sample in drawn.samples if not sample.conditions - {"int64"}]
    some = [[sample for sample in common if sample.training is mode][:8] for mode in (True, False)]
    return dataclasses.replace(drawn, samples=(*some[0], *some[1]))


samples.draw = fewer
"""

#: torch's batch normalization, in MindSpore.
RIGHT = """
import numpy as np
import mindspore as ms
from mindspore import nn, ops

from sporeprint.counterpart import Counterpart


class Right(nn.Cell):
    def __init__(self, features, eps, momentum, affine, tracked, bias):
        super().__init__()
        self.eps, self.momentum, self.tracked = eps, momentum, tracked
        self.weight = ms.Parameter(ops.ones((features,))) if affine else None
        self.bias = ms.Parameter(ops.zeros((features,))) if affine and bias else None
        if tracked:
            self.running_mean = ms.Parameter(ops.zeros((features,)), requires_grad=False)
            self.running_var = ms.Parameter(ops.ones((features,)), requires_grad=False)
            self.num_batches_tracked = ms.Parameter(ms.Tensor(0, ms.int64), requires_grad=False)

    def construct(self, x):
        if x.ndim != 4 or not x.is_floating_point():
            raise ValueError("not a batch of images")
        own = self.training or not self.tracked
        if own:
            mean = x.mean(axis=(0, 2, 3))
            var = ((x - mean.reshape((1, -1, 1, 1))) ** 2).mean(axis=(0, 2, 3))
        else:
            mean, var = self.running_mean, self.running_var
        if self.training and self.tracked:
            self.num_batches_tracked.set_data(self.num_batches_tracked + 1)
            part = self.momentum
            if part is None:
                part = 1 / int(self.num_batches_tracked)
            count = x.size // x.shape[1]
            unbiased = var * (count / (count - 1))
            self.running_mean.set_data(ops.stop_gradient((1 - part) * self.running_mean + part * mean))
            self.running_var.set_data(ops.stop_gradient((1 - part) * self.running_var + part * unbiased))
        y = (x - mean.reshape((1, -1, 1, 1))) / ops.sqrt(var.reshape((1, -1, 1, 1)) + self.eps)
        if self.weight is not None:
            y = y * self.weight.reshape((1, -1, 1, 1))
        if self.bias is not None:
            y = y + self.bias.reshape((1, -1, 1, 1))
        return y


def batch_norm(
    num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True, device=None, dtype=None, *, bias=True
):
    return Right(num_features, eps, momentum, affine, track_running_stats, bias)


REGISTRY["torch.nn.BatchNorm2d"] = Counterpart(batch_norm, ("torch.nn.BatchNorm2d",), {}, {}, {})
"""


class Fault(NamedTuple):
    """One way to be wrong.

    Attributes:
        what: its name.
        kind: of the verdict that must come of it.
        old: text of the right module.
        new: what stands there instead.
        only_in: ``"training"`` or ``"eval"``, if it shows in one mode only.
    """

    what: str
    kind: str
    old: str
    new: str
    only_in: str = ""


ONES, ZEROS = "ms.Parameter(ops.ones((features,)))", "ms.Parameter(ops.zeros((features,)))"
COUNTER, COUNT = "ms.Parameter(ms.Tensor(0, ms.int64), requires_grad=False)", "ms.Tensor(0, ms.int64)"
KEPT, OWN = "if self.training and self.tracked:", "own = self.training or not self.tracked"

FAULTS = [
    Fault("momentum the other way round", "state", "part = self.momentum", "part = 1 - (self.momentum or 0)",
          "training"),
    Fault("biased variance kept", "state", "count / (count - 1)", "1", "training"),
    Fault("statistics not kept", "state", KEPT, "if False:", "training"),
    Fault("statistics kept in evaluation", "state", KEPT,
          "if self.tracked:\n            var, mean = x.var(axis=(0, 2, 3)), x.mean(axis=(0, 2, 3))"),
    Fault("batches not counted", "state", "self.num_batches_tracked + 1", "self.num_batches_tracked", "training"),
    Fault("running statistics in training", "value", OWN, "own = not self.tracked", "training"),
    Fault("the batch's statistics in evaluation", "value", OWN, "own = True", "eval"),
    Fault("never in training", "value", OWN, f"self.training = False\n        {OWN}", "training"),
    Fault("another name", "names", "self.running_var", "self.moving_variance"),
    Fault("a name less", "names", COUNTER, COUNT),
    Fault("another shape", "names", COUNT, "ms.Tensor([0], ms.int64)"),
    Fault("another dtype", "state", COUNT, "ms.Tensor(0, ms.int32)"),
    Fault("a parameter more", "names", f"{ZEROS} if affine and bias", f"{ZEROS} if True"),
    Fault("a weight that is not trained", "gradient", ONES, f"{ONES[:-1]}, requires_grad=False)"),
    Fault("starts with zeros", "initial", ONES, ZEROS),
    Fault("starts with noise", "initial", ZEROS,
          "ms.Parameter(ms.Tensor(np.random.normal(size=features), ms.float32))"),
]  # fmt: skip


def planting(old: str = "", new: str = "") -> str:
    """Text that makes another module the counterpart of torch's."""
    if old and old not in RIGHT:
        raise ValueError(f"there is no {old!r}")
    return FEWER + (RIGHT.replace(old, new) if old else RIGHT)


def _dense(options: str) -> tuple[str, str]:
    made = f"lambda i, o, bias=True, device=None, dtype=None: nn.Dense(i, o, has_bias=bias{options})"
    return "torch.nn.Linear", made


def _embedding(options: str) -> tuple[str, str]:
    made = f"lambda num_embeddings, embedding_dim, **_: nn.Embedding(num_embeddings, embedding_dim{options})"
    return "torch.nn.Embedding", made


#: Layers of MindSpore: the API, and what makes them.
LAYERS = {
    "Dense": _dense(""),
    "Dense, normal": _dense(", weight_init='normal'"),
    "Dense, bias of zeros": _dense(", bias_init='zeros'"),
    "Embedding": _embedding(""),
    "Embedding, as torch": _embedding(", embedding_table=ms.common.initializer.Normal(1.0)"),
}

#: Whether they start as torch's do, by the text of their documentation.
INITIAL = [
    ("Dense", True),
    ("Dense, normal", False),
    ("Dense, bias of zeros", False),
    ("Embedding", False),
    ("Embedding, as torch", True),
]


def of_layer(api: str, made: str) -> str:
    """Text that makes a layer the counterpart of torch's."""
    return f"""{FEWER}
import mindspore as ms
from mindspore import nn

from sporeprint.counterpart import Counterpart

REGISTRY[{api!r}] = Counterpart({made}, ({api!r},), {{}}, {{}}, {{}})
"""
