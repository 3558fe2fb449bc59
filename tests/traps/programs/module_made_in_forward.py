# expect: same
# a layer made inside forward is in training mode
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return nn.Dropout(p=1.0)(x)


result = {"y": Net()(torch.ones(2)), "eval": Net().eval()(torch.ones(2))}
