# expect: same
# a buffer is assigned a new tensor, of another shape too
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.zeros(2))
        self.register_buffer("seen", torch.zeros(1), persistent=False)

    def forward(self, x):
        self.mean = 0.5 * self.mean + 0.5 * x
        self.seen = torch.ones(3)
        return x - self.mean


net = Net()
y = net(torch.tensor([2.0, 4.0]))
result = {"y": y, "mean": net.mean, "seen": net.seen, "state": list(net.state_dict())}
net.mean = torch.ones(2)
result["from outside"] = net.mean
result["buffers"] = [name for name, _ in net.named_buffers()]
