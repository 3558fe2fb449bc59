# expect: same
import torch
from given import counted, tensor



def f(x: torch.Tensor):
    inner = x[0][1:]
    inner.fill_(9)
    x[1][0] = 5
    x[2][1:][0] = 6


x = counted(3, 3)
f(x)
result = {"x": x}
