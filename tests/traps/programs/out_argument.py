# expect: marked out
import torch
import torch.nn as nn
import torch.nn.functional as F
from given import counted, tensor



total = counted(3)
torch.relu(counted(3), out=total)
result = {"total": total}
