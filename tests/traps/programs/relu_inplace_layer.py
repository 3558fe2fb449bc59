# expect: same
import torch
import torch.nn as nn
import torch.nn.functional as F
from given import counted, tensor



layer = nn.ReLU(inplace=True)
x = counted(4) - 2
y = layer(x)
result = {"x": x, "y": y, "one": x is y}
