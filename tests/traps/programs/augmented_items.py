# expect: same
import torch
from given import counted, tensor



def f(x: torch.Tensor, mask: torch.Tensor, index: torch.Tensor) -> None:
    x[0] += 10
    x[:, 1] *= 2
    x[mask] -= 1
    x[index] += 100
    x[-1, -1] = 0


x = counted(3, 2)
f(x, tensor([[True, False], [False, True], [False, False]]), tensor([0, 2]))
result = {"x": x}
