# expect: same
# isinstance of the program's own classes, and of containers
from torch import nn


class Block(nn.Module):
    def forward(self, x):
        return x


net = nn.Sequential(Block(), nn.Sequential(nn.ReLU()), nn.ModuleList([Block()]))
result = {
    "blocks": [name for name, m in net.named_modules() if isinstance(m, Block)],
    "containers": [name for name, m in net.named_modules() if isinstance(m, (nn.Sequential, nn.ModuleList))],
    "modules": all(isinstance(m, nn.Module) for m in net.modules()),
    "parameter": isinstance(nn.Linear(1, 1).weight, nn.Parameter),
}
