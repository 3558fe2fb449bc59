# expect: same
import torch
from torch import nn
from given import counted


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(3, 3)
        self.norm = nn.BatchNorm1d(3)
        self.head = nn.Linear(3, 2)

    def forward(self, x):
        return self.head(self.norm(self.body(x)))


net = Net()
for p in net.parameters():
    p.data.copy_(torch.sin(counted(*p.shape)))
for p in net.body.parameters():
    p.requires_grad = False
net.norm.requires_grad_(False)
optimizer = torch.optim.Adam(filter(lambda p: p.requires_grad, net.parameters()), lr=0.1)
for _ in range(4):
    optimizer.zero_grad()
    net(counted(4, 3).cos()).pow(2).sum().backward()
    optimizer.step()
missing = [name for name, p in net.named_parameters() if p.grad is None]
net.body.weight.requires_grad = True
net(counted(4, 3).cos()).pow(2).sum().backward()
result = {
    "missing": missing,
    "trained": [name for name, p in net.named_parameters() if p.requires_grad],
    "body": net.body.weight.detach(),
    "gradient": net.body.weight.grad,
    "head": net.head.weight.detach(),
    "mean": net.norm.running_mean,
}
