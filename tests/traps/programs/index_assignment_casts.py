# expect: same
import torch
from given import counted, tensor



x = tensor([1, 2, 3])
x[0] = 7.9
x[1] = True
y = counted(2)
y[0] = 3
y[1] = tensor(5)
m = tensor([True, True, True])
m[0] = 0
m[1] = 2
result = {"x": x, "y": y, "m": m}
