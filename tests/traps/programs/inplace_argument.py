# expect: same
import torch
from given import counted, tensor



def grow(x: torch.Tensor) -> None:
    x.add_(1)


x = counted(2, 3)
y = x
grow(x)
result = {"x": x, "alias": y}
