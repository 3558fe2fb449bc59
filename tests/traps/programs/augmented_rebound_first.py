# expect: same
import torch
from given import counted, tensor



def f(x: torch.Tensor) -> torch.Tensor:
    identity = x
    x = x * 2
    x += identity
    return x


x = counted(2)
result = {"y": f(x), "x": x}
