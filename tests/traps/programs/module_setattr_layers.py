# expect: same
# layers under computed names
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        for index in range(3):
            setattr(self, f"layer{index}", nn.Linear(2, 2))
        for layer in (self.layer0, self.layer1, self.layer2):
            nn.init.constant_(layer.weight, 0.5)
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        for index in range(3):
            x = getattr(self, f"layer{index}")(x)
        return x


net = Net()
result = {"names": [name for name, _ in net.named_parameters()], "y": net(torch.ones(1, 2))}
