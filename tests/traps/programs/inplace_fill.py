# expect: same
import torch
from given import counted, tensor



def step(x: torch.Tensor, y: torch.Tensor) -> None:
    x[0].fill_(7)
    x[:, 1:].zero_()
    y.fill_(x[0, 0])


x, y = counted(2, 3), counted(2)
step(x, y)
result = {"x": x, "y": y}
