# expect: same
import torch
from given import counted, tensor



def f(x: torch.Tensor) -> torch.Tensor:
    y = x * 2
    y += x
    y = y - 1
    y *= 3
    return y


x = counted(3)
result = {"y": f(x), "x": x}
