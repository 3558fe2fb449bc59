# expect: marked view
import torch
from given import counted, tensor



def f(x: torch.Tensor) -> torch.Tensor:
    y = x * 2
    flat = y.view(-1)
    flat.mul_(3)
    return (y * y).sum()


result = {"value": f(counted(2, 2))}
gradients = {"f": (f, counted(2, 2))}
