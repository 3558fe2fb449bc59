# expect: same
import torch
from given import counted, tensor



def f(x: torch.Tensor, alias: bool) -> torch.Tensor:
    y = x if alias else x * 2
    y += 1
    return y


x, k = counted(2), counted(2)
result = {"a": f(x, True), "x": x, "b": f(k, False), "k": k}
