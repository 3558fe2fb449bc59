# expect: same
import torch
from torch import nn
from given import counted

layer = nn.Linear(3, 1)
with torch.no_grad():
    layer.weight.copy_(counted(1, 3) / 10)
    layer.bias.fill_(0.5)
optimizer = torch.optim.Adam(layer.parameters(), lr=0.1)
total = 0.0
for i in range(7):
    loss = (layer(torch.cos(counted(2, 3) * (i + 1))) ** 2).mean() / 3
    loss.backward()
    total += loss.item()
    if (i + 1) % 3 == 0:
        optimizer.step()
        optimizer.zero_grad()
result = {"total": total, "weight": layer.weight.detach(), "left": layer.weight.grad}
