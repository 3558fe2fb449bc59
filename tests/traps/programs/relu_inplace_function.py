# expect: same
import torch
import torch.nn as nn
import torch.nn.functional as F
from given import counted, tensor



def f(x: torch.Tensor) -> torch.Tensor:
    F.relu(x, inplace=True)
    return x


x = counted(3) - 2
f(x)
result = {"x": x}
