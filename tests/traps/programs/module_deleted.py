# expect: same
# attributes are deleted
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(2, 2)
        self.b = nn.Linear(2, 2)
        self.register_buffer("c", torch.ones(1))
        self.d = nn.Parameter(torch.ones(1))


net = Net()
del net.a
del net.c
del net.d
result = {"state": list(net.state_dict()), "has": [hasattr(net, name) for name in "abcd"]}
