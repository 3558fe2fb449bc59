# expect: same
import torch
from given import counted, tensor



def f(x: torch.Tensor, values: torch.Tensor) -> None:
    x[x > 2] = values
    x[0, x[0] < 2] = -1


x = counted(2, 3)
f(x, tensor([10.0, 20.0, 30.0, 40.0]))
result = {"x": x}
