# expect: same
import torch
from given import counted, tensor



def step(x: torch.Tensor, y: torch.Tensor) -> None:
    x.copy_(y)
    y.zero_()


x, y = counted(3), tensor([4, 5, 6])
kept = x
step(x, y)
result = {"x": x, "y": y, "kept": kept}
