# expect: same
import torch
import torch.nn as nn
import torch.nn.functional as F
from given import counted, tensor



def f(x: torch.Tensor) -> None:
    F.relu(x[:, 1:], inplace=True)
    F.relu(x[0], True)


x = counted(2, 3) - 4
f(x)
result = {"x": x}
