# expect: same
import torch
from given import counted, tensor



x: torch.Tensor = counted(3)
y = x
y += 1
for i in range(2):
    y *= 2
result = {"x": x, "y": y}
