# expect: same
# a buffer that is None at first
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, keep):
        super().__init__()
        self.register_buffer("cache", None)
        if keep:
            self.register_buffer("mask", torch.ones(2))
        else:
            self.mask = None

    def forward(self, x):
        if self.cache is None:
            self.cache = x * 2
        self.mask = x
        return self.cache + x


net, other = Net(True), Net(False)
result = {"before": list(net.state_dict()), "y": net(torch.ones(2)), "after": list(net.state_dict())}
result["other"] = [other.mask is None, other(torch.ones(2)), list(other.state_dict())]
