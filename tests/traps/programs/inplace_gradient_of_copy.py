# expect: same
import torch
from given import counted, tensor



def written(x: torch.Tensor) -> torch.Tensor:
    y = x * 0
    y.copy_(x * x)
    y[1].copy_(x[0] * 3)
    return (y * y).sum()


def rows(x: torch.Tensor) -> torch.Tensor:
    y = x * 1
    y[0] = x[1] * x[2]
    y[1] = y[0] * 2
    return y.sum()


result = {"rows": rows(counted(3))}
gradients = {"written": (written, counted(3)), "rows": (rows, counted(3))}
