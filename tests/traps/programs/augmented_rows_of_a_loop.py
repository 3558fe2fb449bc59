# expect: same
import torch
from given import counted, tensor



def f(x: torch.Tensor) -> None:
    for row in x:
        row += 1
        row[0] = 9
    for row in x[1:]:
        row.mul_(2)


x = counted(3, 2)
f(x)
result = {"x": x}
