# expect: same
import torch
from given import counted, tensor



def f(x: torch.Tensor):
    row = x[0]
    row += 1
    column = x[:, 1]
    column.mul_(10)
    part = x[1:, ::2]
    part.zero_()


x = counted(3, 3)
f(x)
result = {"x": x}
