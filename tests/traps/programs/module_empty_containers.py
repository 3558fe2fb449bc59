# expect: same
# containers that hold nothing
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.empty = nn.Sequential()
        self.none = nn.ModuleList()
        self.last = nn.ReLU()


net = Net()
x = torch.tensor([-1.0, 1.0])
result = {
    "modules": [name for name, _ in net.named_modules()],
    "lengths": [len(net.empty), len(net.none)],
    "y": net.empty(x),
    "any": list(net.empty.parameters()) == [],
}
