# expect: marked T
import torch
from given import counted, tensor



def f(x: torch.Tensor) -> torch.Tensor:
    y = x * 2
    turned = y.T
    turned[0] = 0
    return (y * y).sum()


result = {"value": f(counted(2, 2))}
gradients = {"f": (f, counted(2, 2))}
