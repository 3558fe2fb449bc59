# expect: same
import torch
from torch import nn
from given import counted

layer = nn.Linear(2, 2)
layer.weight.data.copy_(counted(2, 2))
layer.bias.data.zero_()
layer(counted(3, 2)).sin().sum().backward()
kept = layer.weight.grad
for p in layer.parameters():
    p.grad.mul_(0.5)
    p.grad.data.clamp_(-0.1, 0.1)
result = {"gradient": layer.weight.grad, "kept": kept}
