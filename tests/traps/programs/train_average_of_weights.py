# expect: same
import copy
import torch
from torch import nn
from given import counted

net = nn.Linear(2, 2)
for p in net.parameters():
    p.data.copy_(torch.cos(counted(*p.shape)))
slow, mean = copy.deepcopy(net), copy.deepcopy(net)
for p in slow.parameters():
    p.requires_grad = False
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
for _ in range(4):
    optimizer.zero_grad()
    net(counted(3, 2).sin()).pow(2).sum().backward()
    optimizer.step()
    for p, q in zip(net.parameters(), slow.parameters()):
        q.data.copy_(0.9 * q.data + 0.1 * p.data)
    with torch.no_grad():
        for p, q in zip(net.parameters(), mean.parameters()):
            q.mul_(0.5).add_(p, alpha=0.5)
result = {"net": net.weight.detach(), "slow": slow.weight.detach(), "mean": mean.weight.detach()}
