# expect: same
import torch
from given import counted, tensor



def f(x: torch.Tensor) -> torch.Tensor:
    y = x * 2
    row = y[0]
    row.mul_(3)
    return (y * y).sum()


result = {"value": f(counted(2, 2))}
gradients = {"f": (f, counted(2, 2))}
