# expect: marked GradScaler
import torch
from torch import nn
from given import counted

layer = nn.Linear(2, 1)
optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
scaler = torch.cuda.amp.GradScaler()
scaler.scale(layer(counted(3, 2)).sum()).backward()
scaler.step(optimizer)
scaler.update()
result = {"weight": layer.weight.detach()}
