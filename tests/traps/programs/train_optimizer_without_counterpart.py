# expect: marked LBFGS
import torch
from torch import nn
from given import counted

layer = nn.Linear(2, 1)
optimizer = torch.optim.LBFGS(layer.parameters())
result = {"weight": layer.weight.detach()}
