# expect: same
import torch
from given import counted, tensor



def shift(x: torch.Tensor, *, by: torch.Tensor) -> torch.Tensor:
    by += x
    return by


x, y = counted(2), counted(2)
result = {"z": shift(x, by=y), "x": x, "y": y}
