# expect: same
import math
import torch
from torch import nn
from torch.nn.utils import clip_grad_norm_, clip_grad_value_
from given import counted

layer = nn.Linear(3, 2)
with torch.no_grad():
    layer.weight.copy_(counted(2, 3))
    layer.bias.zero_()
optimizer = torch.optim.RMSprop(layer.parameters(), lr=0.01, momentum=0.5, centered=True)
norms = []
for step in range(5):
    optimizer.zero_grad()
    layer(counted(4, 3)).pow(2).mean().backward()
    if step < 2:
        norms.append(clip_grad_norm_(layer.parameters(), 1.5))
    elif step == 2:
        norms.append(clip_grad_norm_(layer.parameters(), max_norm=2.0, norm_type=math.inf))
    elif step == 3:
        norms.append(torch.nn.utils.clip_grad_norm_(layer.weight, 1e9))
    else:
        clip_grad_value_(layer.parameters(), 0.25)
    optimizer.step()
result = {"norms": norms, "gradient": layer.weight.grad, "weight": layer.weight.detach()}
