# expect: same
# a buffer of a class above
import torch
from torch import nn


class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.zeros(2))


class Net(Base):
    def forward(self, x):
        self.mean += x
        kept = self.mean
        self.mean = self.mean * 2
        return kept


net = Net()
result = {"y": net(torch.ones(2)), "mean": net.mean, "state": list(net.state_dict())}
