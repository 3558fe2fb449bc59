# expect: same
# a layer that joins after the constructor is in training mode
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList()

    def add(self):
        self.layers.append(nn.Dropout(1.0))

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


net = Net()
net.add()
result = {"y": net(torch.ones(2)), "names": [name for name, _ in net.named_modules()]}
net.extra = nn.Sequential(nn.Dropout(1.0))
result["extra"] = [m.training for m in net.modules()]
