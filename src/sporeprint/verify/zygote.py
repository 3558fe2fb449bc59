"""What a measuring process needs, imported once: the fork server imports this module, then forks.

No function of a framework is run here: threads that it starts at its first call would not survive the fork. What each
child would read again is read here: the counterparts, PyTorch's signatures and the index of its test database.
"""

from __future__ import annotations

import gc
import os
import tempfile

# One thread gives the same verdicts as two, and leaves the other cores to other workers.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("GLOG_v", "4")
# A graph that MindSpore cannot compile leaves a file behind, otherwise in the folder at hand.
os.environ.setdefault("MS_OM_PATH", tempfile.gettempdir())

import mindspore
import scipy.stats
import torch
from torch.testing._internal import common_utils
from torch.testing._internal.opinfo import core

from sporeprint import catalog
from sporeprint.verify import (
    calls,
    compare,
    frameworks,
    known,
    legs,
    measure,
    oracle,
    reproduce,
    samples,
    signatures,
    texts,
)

measure.load_counterparts()
for source in catalog.SOURCE_OF.values():
    catalog.load(source)
signatures.read_stubs()
oracle.read_index()
# It seeds all devices, and keeps a trace of the stack for those that are not there: a tenth of all the time.
torch.manual_seed = torch.default_generator.manual_seed
# PyTorch's databases look through the whole stack, and each file's source, for the test of theirs that asks.
core.extract_test_fn = common_utils.extract_test_fn = lambda: None
# What is imported stays: a child's collector would walk through it, and so copy the pages that it lies on.
gc.collect()
gc.freeze()

__all__ = [
    "calls", "compare", "frameworks", "known", "legs", "mindspore", "reproduce", "samples", "scipy", "texts", "torch",
]  # fmt: skip
