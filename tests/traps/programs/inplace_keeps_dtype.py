# expect: same
import torch
from given import counted, tensor



def step(count: torch.Tensor, wide: torch.Tensor, small: torch.Tensor) -> None:
    count.add_(wide)
    small.mul_(count)
    count.gt_(3)


count = tensor([1, 2, 3], "int32")
small = tensor([1.5, 2.5, 3.5])
step(count, tensor([4, 5, 6]), small)
result = {"count": count, "small": small}
