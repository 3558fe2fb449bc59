# expect: marked bprop
# a method named bprop is no gradient in torch
import torch
from torch import nn


class Net(nn.Module):
    def bprop(self, x):
        return x

    def forward(self, x):
        return self.bprop(x) * 2


result = {"y": Net()(torch.ones(2))}
