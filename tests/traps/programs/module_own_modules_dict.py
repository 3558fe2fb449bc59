# expect: same
# a network looks into its own tables
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 2)
        self.w = nn.Parameter(torch.ones(1))
        self.register_buffer("b", torch.ones(1))

    def names(self):
        return list(self._modules), list(self._parameters), list(self._buffers), list(self._modules.values())[0] is self.fc


result = {"names": Net().names()}
