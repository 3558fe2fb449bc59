# expect: same
import torch
from torch import nn
from torch.optim import Optimizer
from given import counted


class Sign(Optimizer):
    def __init__(self, params, lr=0.1):
        super().__init__(params, dict(lr=lr))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if len(state) == 0:
                    state["count"] = 0
                state["count"] += 1
                p.add_(torch.sign(p.grad), alpha=-group["lr"])


layer = nn.Linear(2, 2)
for p in layer.parameters():
    p.data.copy_(counted(*p.shape))
optimizer = Sign(layer.parameters(), lr=0.25)
for _ in range(3):
    optimizer.zero_grad()
    layer(counted(3, 2).sin()).sum().backward()
    optimizer.step()
result = {"weight": layer.weight.detach(), "count": optimizer.state[layer.weight]["count"]}
