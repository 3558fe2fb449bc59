# expect: same
import torch
from torch import nn


def scale(factor):
    layer = nn.Linear(3, 3, bias=False)
    with torch.no_grad():
        layer.weight.copy_(torch.eye(3) * factor)
    return layer


class Net(nn.Module):
    def __init__(self, first=None):
        super().__init__()
        self.fixed = nn.ModuleList([first, scale(2.0)])
        self.added = nn.ModuleList()
        for place in range(4):
            self.added.append(scale(float(place + 1)) if place % 2 else None)
        self.added.insert(1, scale(5.0))
        self.added.extend(each for each in (None, scale(7.0)))

    def forward(self, x):
        for layer in [*self.fixed, *self.added]:
            if layer is not None:
                x = layer(x)
        return x


net = Net()
x = torch.tensor([[1.0, 2.0, 3.0]])
result = {
    "output": net(x),
    "lengths": [len(net.fixed), len(net.added), len(list(net.parameters()))],
    "gaps": [layer is None for layer in net.added],
    "last": [net.added[-2] is None, net.added[-1] is None, len(net.added[1:3])],
}
net.added[0] = scale(0.5)
del net.added[1]
result |= {"changed": net(x), "gaps after": [layer is None for layer in net.added]}
result["other"] = Net(scale(3.0)).train()(x)
