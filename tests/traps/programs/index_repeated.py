# expect: same
import torch
from given import counted, tensor



x = counted(3)
x[[0, 0, 2]] += 10
y = counted(3)
y[tensor([1, 1])] = 5
result = {"x": x, "y": y}
