# expect: marked index
import torch
from given import counted, tensor



def f(x: torch.Tensor, index) -> torch.Tensor:
    rows = x[index]
    rows[0] = 9
    return rows


x = counted(3)
result = {"y": f(x, tensor([2, 0])), "x": x}
