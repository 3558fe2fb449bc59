# expect: same
import torch
from given import counted, tensor



def grow(x: torch.Tensor):
    return x.add_(1)


x = counted(3)
y = grow(x)
y.mul_(2)
result = {"x": x, "y": y, "one": y is x}
