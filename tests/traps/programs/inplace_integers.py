# expect: same
import torch
from given import counted, tensor



def step(x: torch.Tensor) -> None:
    x.add_(3)
    x.mul_(2)
    x.floor_divide_(4)
    x.remainder_(3)


x = tensor([-5, 0, 7])
step(x)
y = tensor([1, 2, 3]).pow_(2).neg_()
result = {"x": x, "y": y}
