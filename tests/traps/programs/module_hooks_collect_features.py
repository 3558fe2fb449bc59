# expect: same
# a hook collects what the layers of a network give
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.ReLU()
        self.b = nn.Sequential(nn.ReLU())

    def forward(self, x):
        return self.b(self.a(x) + 1)


features = {}


def keep(name):
    def hook(module, args, output):
        features[name] = output

    return hook


net = Net()
for name, module in net.named_modules():
    if name:
        module.register_forward_hook(keep(name))
net(torch.tensor([-1.0, 1.0]))
result = dict(features)
