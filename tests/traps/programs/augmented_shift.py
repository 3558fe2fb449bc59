# expect: marked shifted
import torch
from given import counted, tensor



def f(n: torch.Tensor) -> None:
    n <<= 2


n = tensor([1, 2])
f(n)
result = {"n": n}
