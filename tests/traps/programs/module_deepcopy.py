# expect: same
# layers are copied
import copy

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.layers = nn.ModuleList([copy.deepcopy(layer) for _ in range(2)])

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


layer = nn.Linear(2, 2, bias=False)
nn.init.constant_(layer.weight, 0.5)
net = Net(layer)
nn.init.constant_(net.layers[0].weight, 2.0)
result = {
    "names": [name for name, _ in net.named_parameters()],
    "first": layer.weight,
    "y": net(torch.ones(1, 2)),
    "mode": copy.deepcopy(net).training,
}
