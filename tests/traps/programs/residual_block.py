# expect: same
import torch
import torch.nn as nn
import torch.nn.functional as F
from given import counted, tensor



class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()

    def forward(self, x):
        identity = x
        out = self.relu(x - 2)
        out += identity
        return out


x = counted(3)
result = {"y": Block()(x), "x": x}
