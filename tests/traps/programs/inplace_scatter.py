# expect: same
import torch
from given import counted, tensor



def one_hot(labels: torch.Tensor, table: torch.Tensor) -> torch.Tensor:
    table.scatter_(1, labels, 1)
    return table


table = one_hot(tensor([[2], [0]]), counted(2, 3) * 0)
x = counted(3) * 0
x.scatter_add_(0, tensor([0, 0, 2]), counted(3))
y = counted(3)
y.scatter_(0, tensor([2, 0]), tensor([9.0, 8.0]))
result = {"table": table, "x": x, "y": y}
