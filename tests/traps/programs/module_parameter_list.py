# expect: same
# parameters in a list of their own
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.ParameterList([nn.Parameter(torch.ones(2)) for _ in range(2)])
        self.gains = [nn.Parameter(torch.ones(1)), nn.Parameter(torch.ones(1))]

    def forward(self, x):
        for weight in self.weights:
            x = x * weight * 3
        return x


net = Net()
result = {"names": [name for name, _ in net.named_parameters()], "y": net(torch.ones(2))}
