# expect: same
import torch
from torch import nn


class Flag:
    requires_grad = "its own"


def any_of(tensors):
    for tensor in tensors:
        if tensor.requires_grad:
            return True
    return False


net = nn.Linear(2, 2)
net.bias.requires_grad = False
x = torch.ones(2, 2)
result = {
    "tensors": any_of([x, x * 2]),
    "asked for": any_of([x, torch.ones(2).requires_grad_()]),
    "parameters": [p.requires_grad for p in net.parameters()],
    "filtered": len(list(filter(lambda p: p.requires_grad, net.parameters()))),
    "other": [each.requires_grad for each in (Flag(), net.weight)],
}
