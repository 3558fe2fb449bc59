# expect: same
import torch
from given import counted, tensor



def chain(x: torch.Tensor) -> torch.Tensor:
    y = x * 2
    y.add_(1)
    y.mul_(x)
    y.pow_(2)
    return y.sum()


def bounded(x: torch.Tensor) -> torch.Tensor:
    y = x * 1
    y.clamp_(min=2)
    return (y * y).sum()


def filled(x: torch.Tensor) -> torch.Tensor:
    y = x * x
    y[0].zero_()
    y[1:].mul_(3)
    return (y * y).sum()


result = {"value": chain(counted(3))}
gradients = {"chain": (chain, counted(3)), "bounded": (bounded, counted(3)), "filled": (filled, counted(3))}
