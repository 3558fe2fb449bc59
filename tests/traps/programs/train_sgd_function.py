# expect: same
import torch
from given import counted


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()


w = torch.sin(counted(2, 1)).requires_grad_()
b = torch.zeros(1, requires_grad=True)
alias = w
for _ in range(4):
    loss = (((torch.matmul(counted(5, 2) / 5, w) + b) - 1) ** 2 / 2).sum()
    loss.backward()
    sgd([w, b], 0.1, 5)
result = {"w": w.detach(), "b": b.detach(), "alias": alias.detach(), "loss": loss.item()}
