# expect: marked unsqueeze
import torch
from given import counted, tensor



def f(x: torch.Tensor) -> torch.Tensor:
    x.unsqueeze(0).add_(1)
    return x


result = {"x": f(counted(2))}
