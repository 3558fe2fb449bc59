# expect: same
import torch
from given import counted, tensor



def f(x: torch.Tensor, n: int = 0):
    total = 0
    names = ["a"]
    for i in range(3):
        n += i
        total += x.sum()
    names += ["b"]
    return n, total, names


result = dict(enumerate(f(counted(2))))
