# expect: same
import torch
from given import counted, tensor



def f(x: torch.Tensor):
    y = x
    y[0] = 100
    y[1:] = y[1:] * 2
    return x


result = {"x": f(counted(3))}
