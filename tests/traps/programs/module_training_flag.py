# expect: same
# a module starts in training mode, and so do those in it
import torch
from torch import nn


class Inner(nn.Module):
    def forward(self, x):
        return x + 1 if self.training else x


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = Inner()
        self.drop = nn.Dropout(1.0)

    def forward(self, x):
        return self.drop(self.inner(x))


net = Net()
x = torch.ones(3)
result = {"training": [m.training for m in net.modules()], "y": net(x)}
net.eval()
result["evaluating"] = [m.training for m in net.modules()]
result["z"] = net(x)
net.train()
net.inner.train(False)
result["mixed"] = [m.training for m in net.modules()]
result["again"] = net.train().training
