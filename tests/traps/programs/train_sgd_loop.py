# expect: same
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from given import counted, tensor


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(3, 4)
        self.second = nn.Linear(4, 2)

    def forward(self, x):
        return self.second(torch.tanh(self.first(x)))


net = Net()
with torch.no_grad():
    for number, p in enumerate(net.parameters()):
        p.copy_(torch.cos(counted(*p.shape) + number))
optimizer = optim.SGD(net.parameters(), lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01)
x, y = torch.sin(counted(5, 3)), tensor([0, 1, 1, 0, 1])
losses = []
for step in range(6):
    optimizer.zero_grad()
    out = net(x)
    loss = F.cross_entropy(out, y)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
result = {"losses": losses, "last": out.detach(), "weights": [p.detach() for p in net.parameters()]}
