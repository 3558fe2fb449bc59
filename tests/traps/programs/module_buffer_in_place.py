# expect: same
# a buffer is changed in place: another name for it shows the change
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("steps", torch.tensor(0))
        self.register_buffer("mean", torch.tensor([1.0, 2.0]))

    def forward(self, x):
        self.steps += 1
        self.mean *= 0.5
        self.mean -= x + 1
        return self.mean * x


net = Net()
alias = net.mean
net(torch.ones(2))
y = net(torch.ones(2))
result = {"y": y, "steps": net.steps, "mean": net.mean, "alias": alias, "state": list(net.state_dict())}
