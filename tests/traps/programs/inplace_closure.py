# expect: same
import torch
from given import counted, tensor



def counter():
    total = counted(2) * 0

    def add(x: torch.Tensor):
        total.add_(x)
        return total

    return add


add = counter()
add(counted(2))
result = {"total": add(counted(2))}
