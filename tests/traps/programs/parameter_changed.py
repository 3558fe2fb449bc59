# expect: same
import torch
import torch.nn as nn
import torch.nn.functional as F
from given import counted, tensor



def halve(module: nn.Module) -> None:
    module.weight.data.mul_(0.5)
    module.bias.data.zero_()


layer = nn.Linear(2, 2)
layer.weight.data.fill_(3)
layer.weight.data[0, 1] = 5
halve(layer)
result = {"y": layer(counted(1, 2)) * 1.0}
