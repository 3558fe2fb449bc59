# expect: marked torch.nn
import torch
import torch.nn as nn
from given import counted


def make(kind):
    if kind in ("ReLU", "Tanh"):
        kind = "Sigmoid"
        return getattr(nn, kind)()
    return nn.Identity()


result = {"y": make("ReLU")(counted(2, 3))}
