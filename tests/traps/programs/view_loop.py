# expect: marked view
import torch
from given import counted, tensor



def f(x: torch.Tensor) -> torch.Tensor:
    y = x * 2
    total = y.sum() * 0
    first = y[0]
    for i in range(3):
        total = total + first.sum()
        y.mul_(2)
    return total


result = {"value": f(counted(2, 2))}
