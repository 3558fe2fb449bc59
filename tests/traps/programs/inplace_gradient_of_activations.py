# expect: same
import torch
from given import counted, tensor



def activated(x: torch.Tensor) -> torch.Tensor:
    y = x * 1
    y.sub_(2).relu_()
    z = y + 1
    z.log_()
    z.neg_().exp_()
    w = z * 2
    w.sigmoid_()
    y = w
    return (y * y * y).sum()


result = {"value": activated(counted(4))}
gradients = {"activated": (activated, counted(4))}
