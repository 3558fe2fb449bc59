# expect: same
import torch
from given import counted, tensor



def f(x: torch.Tensor) -> torch.Tensor:
    y = x
    try:
        y = y * 2
        int("no number")
    except ValueError:
        y += 1
    finally:
        y += 1
    return y


x = counted(2)
result = {"y": f(x), "x": x}
