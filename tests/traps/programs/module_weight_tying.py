# expect: same
# two layers share one parameter
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(3, 2)
        self.head = nn.Linear(2, 3, bias=False)
        self.head.weight = self.emb.weight

    def forward(self, x):
        return self.head(self.emb(x))


net = Net()
nn.init.constant_(net.emb.weight, 2.0)
result = {
    "names": [name for name, _ in net.named_parameters()],
    "state": list(net.state_dict()),
    "shared": net.head.weight is net.emb.weight,
    "y": net(torch.tensor([0, 2])),
}
