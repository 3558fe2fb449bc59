# expect: same
import torch
from given import counted, tensor



def f(x: torch.Tensor) -> torch.Tensor:
    large = x[x > 2]
    large += 100
    large[0] = 7
    return large


x = counted(2, 2)
result = {"large": f(x), "x": x}
