# expect: same
import torch
from given import counted, tensor



def square(x: torch.Tensor) -> None:
    x.mul_(x)
    x.add_(x)


x = counted(3)
square(x)
result = {"x": x}
