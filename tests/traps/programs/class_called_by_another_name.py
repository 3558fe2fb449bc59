# expect: marked passed on
import torch
from given import counted


def made(kind: type, numbers: list[int]) -> object:
    return kind(numbers)


result = {"x": made(torch.Tensor, [1, 2]) + counted(2)}
