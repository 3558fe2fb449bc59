"""What a measuring process needs, imported once: the fork server imports this module, then forks.

Nothing is run here. Threads that a framework starts at its first call would not survive the fork.
"""

from __future__ import annotations

import os

# One thread gives the same verdicts as two, and leaves the other cores to other workers.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("GLOG_v", "4")

import mindspore
import torch

from sporeprint.verify import calls, compare, frameworks, oracle, signatures

__all__ = ["calls", "compare", "frameworks", "mindspore", "oracle", "signatures", "torch"]
