# expect: same
import torch
from given import counted, tensor



def f(x: torch.Tensor):
    y = x * 2

    def read():
        return y * 1

    y += 1
    return read()


result = {"read": f(counted(2))}
