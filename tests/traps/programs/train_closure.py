# expect: same
import torch
from torch import nn
from given import counted

layer = nn.Linear(2, 1)
for p in layer.parameters():
    p.data.copy_(counted(*p.shape) / 3)
optimizer = torch.optim.SGD(layer.parameters(), lr=0.01)


def closure():
    optimizer.zero_grad()
    loss = layer(counted(3, 2)).pow(2).mean()
    loss.backward()
    return loss


losses = [optimizer.step(closure).item() for _ in range(3)]
result = {"losses": losses, "weight": layer.weight.detach()}
