# expect: same
import torch
import torch.nn.functional as F
from given import counted, tensor

table, weight, bias = torch.sin(counted(4, 2)), torch.cos(counted(2, 3)), torch.zeros(3)
parameters = [table, weight, bias]
for p in parameters:
    p.requires_grad = True
x, y = tensor([0, 1, 2, 3, 1]), tensor([0, 2, 1, 1, 0])
losses = []
for step in range(4):
    logits = torch.tanh(table[x]) @ weight + bias
    loss = F.cross_entropy(logits, y)
    for p in parameters:
        p.grad = None
    loss.backward()
    for p in parameters:
        p.data += -0.5 * p.grad
    losses.append(loss.item())
result = {"losses": losses, "table": table.detach(), "weight": weight.detach(), "count": sum(p.nelement() for p in parameters)}
