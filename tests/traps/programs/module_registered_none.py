# expect: same
# a parameter that is registered as None
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, bias):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(2))
        if bias:
            self.bias = nn.Parameter(torch.zeros(2))
        else:
            self.register_parameter("bias", None)

    def forward(self, x):
        x = x * self.weight
        return x if self.bias is None else x + self.bias


with_bias, without = Net(True), Net(False)
result = {
    "with": list(with_bias.state_dict()),
    "without": list(without.state_dict()),
    "y": without(torch.ones(2)),
    "none": without.bias is None,
}
