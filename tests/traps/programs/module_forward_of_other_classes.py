# expect: same
# a class that is no module keeps its forward
import torch
from torch import nn


class Message:
    def forward(self, to):
        return f"to {to}"


class Net(nn.Module):
    def forward(self, x):
        return x + 1


things = [Message(), Net()]
result = {"text": things[0].forward("me"), "y": things[1].forward(torch.ones(1))}
