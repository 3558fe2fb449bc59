# expect: same
import torch
from given import counted, tensor



def f(x: torch.Tensor, k: torch.Tensor) -> None:
    x -= k * 2
    x *= k + 1
    x /= 2
    x **= 2


x = counted(3)
f(x, counted(3))
result = {"x": x}
