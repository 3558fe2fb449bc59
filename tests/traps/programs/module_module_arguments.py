# expect: same
# modules and classes of modules as arguments
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width, norm_layer=nn.LayerNorm, act=None):
        super().__init__()
        self.fc = nn.Linear(width, width, bias=False)
        self.norm = norm_layer(width)
        self.act = act or nn.ReLU()
        nn.init.constant_(self.fc.weight, 0.5)

    def forward(self, x):
        return self.act(self.norm(self.fc(x)))


blocks = nn.Sequential(*[Block(2, act=nn.Identity()) for _ in range(2)])
result = {"names": [name for name, _ in blocks.named_parameters()], "y": blocks(torch.ones(1, 2))}
result["width"] = blocks[0].norm.weight.shape[0]
