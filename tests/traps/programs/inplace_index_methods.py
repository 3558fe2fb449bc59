# expect: same
import torch
from given import counted, tensor



x, y, z = counted(3, 2), counted(3, 2), counted(3, 2)
x.index_fill_(0, tensor([0, 2]), 5)
y.index_copy_(0, tensor([2, 0]), counted(2, 2) * 10)
z.index_add_(0, tensor([1, 1]), counted(2, 2))
result = {"x": x, "y": y, "z": z}
