# expect: same
import torch
from given import counted, tensor



calls = []


def noisy(x):
    calls.append(len(calls))
    return x


def step(x: torch.Tensor) -> None:
    x.add_(noisy(2), alpha=noisy(3))
    noisy(x).sub_(1)


x = counted(2)
step(x)
result = {"x": x, "calls": calls}
