# expect: same
import torch
import torch.nn as nn
import torch.nn.functional as F
from given import counted, tensor



total = counted(1, 3)
kept = total
torch.log_softmax(counted(1, 3), 1, out=total)
result = {"total": total, "kept": kept}
