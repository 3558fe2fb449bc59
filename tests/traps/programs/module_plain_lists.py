# expect: same
# layers in lists and dicts are not registered
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.listed = [nn.Linear(2, 2), nn.Linear(2, 2)]
        self.named = {"a": nn.Linear(2, 2)}
        self.kept = nn.ModuleDict({"b": nn.Linear(2, 2)})


net = Net()
result = {
    "parameters": [name for name, _ in net.named_parameters()],
    "modules": [name for name, _ in net.named_modules()],
    "state": list(net.state_dict()),
}
