# expect: same
# a state dict is loaded into another network
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 2)
        self.norm = nn.LayerNorm(2)
        self.register_buffer("scale", torch.ones(1))

    def forward(self, x):
        return self.norm(self.fc(x)) * self.scale


one, two = Net(), Net()
nn.init.constant_(one.fc.weight, 0.25)
nn.init.constant_(one.norm.weight, 2.0)
one.scale = torch.tensor([3.0])
loaded = two.load_state_dict(one.state_dict())
x = torch.tensor([[1.0, 2.0]])
result = {
    "missing": list(loaded.missing_keys),
    "weight": two.fc.weight,
    "scale": two.scale,
    "norm": two.norm.weight,
    "keys": list(two.state_dict().keys()),
    "apart": two.fc.weight is not one.fc.weight,
}
