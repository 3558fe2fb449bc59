# expect: same
import torch
from given import counted, tensor



def step(scores: torch.Tensor, mask: torch.Tensor) -> None:
    scores.masked_fill_(mask, -1e9)


scores = counted(2, 2)
step(scores, tensor([[False, True]]))
x = counted(3)
x.masked_fill_(x > 1, 0)
result = {"scores": scores, "x": x}
