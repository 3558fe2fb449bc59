# expect: same
# a class without a constructor asks for its mode
import torch
from torch import nn


class Noise(nn.Module):
    """Adds something in training."""

    amount = 2.0

    def forward(self, x):
        return x + self.amount if self.training else x


noise = Noise()
x = torch.ones(2)
result = {"y": noise(x), "z": noise.eval()(x), "again": noise.train()(x), "part": nn.Sequential(Noise())(x)}
