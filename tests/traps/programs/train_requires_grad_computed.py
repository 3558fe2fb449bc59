# expect: marked requires
import torch


def make(trained):
    return torch.ones(3, requires_grad=trained)


x = make(True)
(x * 2).sum().backward()
result = {"gradient": x.grad}
