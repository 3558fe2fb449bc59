# expect: same
import torch
from given import counted, tensor



def counter(total: torch.Tensor):
    def add():
        nonlocal total
        total += 1
        return total

    return add


x = counted(2)
add = counter(x)
add()
result = {"total": add(), "x": x}
