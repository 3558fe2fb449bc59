# expect: same
import torch
from given import counted, tensor



def step(total: torch.Tensor, x: torch.Tensor) -> None:
    total.add_(x.sum())
    total.mul_(2)


total = tensor(1.5)
step(total, counted(3))
total.sub_(1)
result = {"total": total}
