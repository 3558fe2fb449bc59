# expect: same
import torch
from given import counted, tensor



def f(x: torch.Tensor, n: torch.Tensor) -> None:
    x += 1
    x -= 0.5
    x *= 4
    x /= 3
    x //= 0.5
    x %= 4
    x **= 2
    n &= 6
    n |= 8
    n ^= 1


x, n = counted(3), tensor([5, 6, 7])
f(x, n)
result = {"x": x, "n": n}
