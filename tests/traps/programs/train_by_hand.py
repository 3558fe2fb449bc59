# expect: same
import torch
from torch import nn
from given import counted

layer = nn.Linear(2, 1)
layer.weight.data = counted(1, 2)
layer.bias.data.fill_(0.25)
for step in range(4):
    loss = (layer(counted(3, 2)) - 2).pow(2).mean()
    layer.zero_grad()
    loss.backward()
    if step % 2:
        with torch.no_grad():
            for p in layer.parameters():
                p -= 0.01 * p.grad
    else:
        for p in layer.parameters():
            p.data.sub_(0.01 * p.grad.data)
result = {"loss": loss.item(), "weight": layer.weight.detach(), "bias": layer.bias.detach()}
