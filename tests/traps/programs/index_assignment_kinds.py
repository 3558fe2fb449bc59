# expect: same
import torch
from given import counted, tensor



def f(x: torch.Tensor) -> None:
    x[0] = 10
    x[:, -1] = tensor([7.0, 8.0, 9.0])
    x[1, 1:3] = 0
    x[x > 9] = -1
    x[tensor([2])] = 5
    x[[0, 1], [0, 0]] = 77
    x[..., 2] = 3
    x[None, 2, 0] = 4


x = counted(3, 4)
f(x)
result = {"x": x}
