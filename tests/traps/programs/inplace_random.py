# expect: same
import torch
from given import counted, tensor



def fill(x: torch.Tensor) -> None:
    x.uniform_(2, 3)


x = counted(500)
kept = x
fill(x)
y = counted(2000)
y.normal_(10, 0.5)
z = counted(200)
z.bernoulli_(0.5)
k = tensor([0] * 100)
k.random_(3, 6)
near = abs(float(y.sum()) / 2000 - 10) < 0.1
inside = int(((kept >= 2) & (kept <= 3)).sum())
whole = int(((z == 0) | (z == 1)).sum()), int(((k >= 3) & (k < 6)).sum())
result = {"near": near, "inside": inside, "whole": whole, "dtype": k * 0}
