# expect: same
import torch
from given import counted, tensor



ZERO = counted(2) * 0


def count(x: torch.Tensor, total: torch.Tensor = ZERO) -> torch.Tensor:
    total.add_(x)
    return total


count(counted(2))
result = {"second": count(counted(2)), "zero": ZERO}
