# expect: same
import torch
from given import counted

x = torch.tensor([0.5, -1.0, 2.0], requires_grad=True)
y = torch.zeros(3, requires_grad=True)
z = torch.ones(2, 3)
z.requires_grad_()
fixed = torch.ones(3)
optimizer = torch.optim.Adagrad([x, y], lr=0.3)
losses = []
for _ in range(5):
    optimizer.zero_grad()
    loss = ((x - fixed) ** 2).sum() + (y * z).sin().sum()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
result = {
    "losses": losses, "x": x.detach(), "y": y.detach(), "z": z.grad, "fixed": fixed.grad is None,
    "asks": (x.requires_grad, fixed.requires_grad, loss.requires_grad),
}
