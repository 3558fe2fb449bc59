# expect: same
# a parameter is written to and replaced
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(2))
        self.v = nn.Parameter(torch.ones(3), requires_grad=False)


net = Net()
kept = net.w
net.w.data = torch.zeros(2)
net.v = nn.Parameter(torch.ones(4))
result = {
    "kept": kept,
    "same": kept is net.w,
    "shape": tuple(net.v.shape),
    "trained": [parameter.requires_grad for parameter in net.parameters()],
}
