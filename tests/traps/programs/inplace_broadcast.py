# expect: same
import torch
from given import counted, tensor



def step(x: torch.Tensor, row: torch.Tensor, column: torch.Tensor) -> None:
    x.add_(row)
    x.mul_(column)
    x.copy_(x[0] * 1)


x = counted(2, 3)
step(x, counted(3), counted(2, 1))
result = {"x": x}
