# expect: same
# children and buffers that a loop registers
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        for name in ("a", "b"):
            self.add_module(name, nn.ReLU())
            self.register_buffer("of_" + name, torch.ones(1))
        self.add_module("none", None)

    def forward(self, x):
        for child in self.children():
            x = child(x) + 1
        return x


net = Net()
result = {"y": net(torch.tensor([-5.0])), "state": list(net.state_dict()), "none": net.none is None}
result["names"] = [name for name, _ in net.named_children()]
