# expect: same
import torch
from given import counted, tensor



def f(x: torch.Tensor):
    total = 0
    for row in x:
        total = total + row.sum()
        row[0] = 0
    first, second = x
    return total, first, second


x = counted(2, 3)
total, first, second = f(x)
result = {"total": total, "first": first, "second": second, "x": x, "length": len(x)}
