# expect: marked view
import torch
from given import counted, tensor



def f(x: torch.Tensor) -> torch.Tensor:
    y = x * 2
    row = y[0]
    y.mul_(3)
    return (row * row).sum()


result = {"value": f(counted(2, 2))}
gradients = {"f": (f, counted(2, 2))}
