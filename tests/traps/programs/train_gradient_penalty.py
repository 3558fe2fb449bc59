# expect: same
import torch
from torch import nn
from given import counted

judge = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
for p in judge.parameters():
    p.data.copy_(torch.sin(counted(*p.shape)))
optimizer = torch.optim.Adadelta(judge.parameters())
for _ in range(3):
    mixed = torch.cos(counted(4, 3)).requires_grad_(True)
    out = judge(mixed)
    slope = torch.autograd.grad(
        outputs=out, inputs=mixed, grad_outputs=torch.ones_like(out), create_graph=True, retain_graph=True
    )[0]
    penalty = ((slope.norm(2, dim=1) - 1) ** 2).mean()
    loss = out.mean() + 10 * penalty
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
result = {"penalty": penalty.item(), "slope": slope.detach(), "weights": [p.detach() for p in judge.parameters()]}
