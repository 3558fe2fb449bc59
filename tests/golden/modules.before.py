import torch
from torch import nn
import torch.nn.functional as F


class Block(nn.Module):
    """A block; its forward() is what counts."""

    def __init__(self, width):
        super(Block, self).__init__()
        # the only layer
        self.fc = nn.Linear(width, width)

    def forward(self, x):
        return F.relu(self.fc(x))


class Wide(Block):
    def __init__(self):
        super().__init__(10)
        self.drop = nn.Dropout(0.5)

    def forward(self, x: torch.Tensor):
        y = super().forward(x)
        return self.drop(y) if x.size(0) > 1 else self.forward(x)

    def describe(self, forward):
        return forward("text")


class Message:
    def forward(self, to):
        return to.forward(self)


def use(net: Block, message: Message):
    net.train()
    net.eval()
    return net(torch.flatten(message, 1))
