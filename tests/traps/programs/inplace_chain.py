# expect: same
import torch
from given import counted, tensor



def decay(average: torch.Tensor, value: torch.Tensor, beta: float) -> None:
    average.mul_(beta).add_(value, alpha=1 - beta)


average, value = counted(3), counted(3) * 10
decay(average, value, 0.75)
result = {"average": average, "value": value}
