# expect: same
import torch
from given import counted, tensor



def f(x: torch.Tensor) -> None:
    x[0], x[1] = x[1], x[0]


x = counted(3, 2)
f(x)
result = {"x": x}
