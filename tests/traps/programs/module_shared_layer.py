# expect: same
# a layer under two names is listed under the first
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(2, 2)
        self.second = self.first
        self.blocks = nn.ModuleList([self.first, nn.Linear(2, 3)])

    def forward(self, x):
        return self.second(self.first(x))


net = Net()
result = {
    "parameters": [name for name, _ in net.named_parameters()],
    "modules": [name for name, _ in net.named_modules()],
    "children": [name for name, _ in net.named_children()],
    "state": list(net.state_dict()),
    "count": len(list(net.parameters())),
}
