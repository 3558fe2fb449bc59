# expect: same
import torch
from given import counted, tensor



def taken(x: torch.Tensor) -> torch.Tensor:
    return (x[[0, 0, 1]] * x[1:].sum() + x[x > 1].sum() * x[-1]).sum()


def put(x: torch.Tensor) -> torch.Tensor:
    y = x * 1
    y[y > 2] = 0
    y[[0]] = x[1] * x[1]
    return (y * y).sum()


result = {"taken": taken(counted(3)), "put": put(counted(3))}
gradients = {"taken": (taken, counted(3)), "put": (put, counted(3))}
