# expect: same
import torch
from given import counted, tensor



def f(x: torch.Tensor) -> torch.Tensor:
    y = x * 1
    z = y
    z += x
    z *= 2
    return (y * y).sum()


result = {"value": f(counted(3))}
gradients = {"f": (f, counted(3))}
