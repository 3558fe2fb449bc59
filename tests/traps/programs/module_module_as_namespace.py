# expect: same
# a plain Module holds layers
import torch
from torch import nn

down = nn.Module()
down.block = nn.Linear(2, 2, bias=False)
down.attn = nn.ModuleList()
nn.init.constant_(down.block.weight, 0.5)
result = {"names": [name for name, _ in down.named_modules()], "y": down.block(torch.ones(1, 2)), "mode": down.training}
