# expect: same
import torch
from given import counted, tensor



def activated(x: torch.Tensor) -> torch.Tensor:
    y = x * 1
    y.sub_(2).relu_().exp_()
    y.add_(1).log_()
    y.neg_().sigmoid_()
    return (y * y * y).sum()


result = {"value": activated(counted(4))}
gradients = {"activated": (activated, counted(4))}
