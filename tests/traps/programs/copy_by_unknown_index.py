# expect: marked index
import torch
from given import counted, tensor



def f(x: torch.Tensor, index) -> torch.Tensor:
    return x[index].mul_(-1)


x = counted(3)
result = {"y": f(x, tensor([2, 0])), "x": x}
