# expect: same
import torch
from torch import nn, optim
from given import counted

layer = nn.Linear(2, 2)
with torch.no_grad():
    layer.weight.copy_(counted(2, 2))
    layer.bias.zero_()
optimizer = optim.SGD(layer.parameters(), lr=0.01)
seen = []
for step in range(6):
    loss = layer(counted(3, 2)).sin().sum()
    if step == 1:
        layer.zero_grad()
    elif step == 2:
        optimizer.zero_grad(set_to_none=False)
    elif step == 3:
        for p in layer.parameters():
            p.grad = None
    elif step == 4:
        for p in layer.parameters():
            p.grad.zero_()
    loss.backward()
    optimizer.step()
    seen.append(layer.weight.grad.clone())
result = {"gradients": seen, "weight": layer.weight.detach()}
