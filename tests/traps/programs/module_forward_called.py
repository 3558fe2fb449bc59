# expect: same
# forward is called by itself
import torch
from torch import nn


class Base(nn.Module):
    def forward(self, x, scale=2.0):
        return x * scale


class Net(Base):
    def __init__(self, other):
        super().__init__()
        self.relu = nn.ReLU()
        self.other = other

    def forward(self, x, *args, **kwargs):
        y = super().forward(x, *args, **kwargs)
        return self.relu.forward(y) + self.other.forward(x)


net = Net(Base())
x = torch.tensor([1.0, -2.0])
run = net.forward
result = {"y": net(x, scale=3.0), "z": run(x, 4.0), "list": [m.forward(x) for m in [Base()]]}
