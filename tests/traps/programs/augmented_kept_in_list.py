# expect: same
import torch
from given import counted, tensor



def f(x: torch.Tensor):
    kept = []
    y = x * 2
    for _ in range(3):
        kept.append(y)
        y += 1
    return kept


result = {"kept": f(counted(2))}
