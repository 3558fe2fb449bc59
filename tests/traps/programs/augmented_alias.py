# expect: same
import torch
from given import counted, tensor



def f(x: torch.Tensor):
    y = x
    y += 1
    return x, y


x = counted(3)
a, b = f(x)
result = {"x": x, "a": a, "b": b}
