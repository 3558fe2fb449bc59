# expect: same
# a network is cast
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 2)
        self.register_buffer("mean", torch.ones(2))
        self.register_buffer("count", torch.tensor(3))


net = Net()
kept = net.fc.weight
net.half()
result = {
    "dtypes": [str(value.dtype).split(".")[-1].lower() for value in net.state_dict().values()],
    "same": kept is net.fc.weight,
}
net.float()
result["back"] = [str(value.dtype).split(".")[-1].lower() for value in net.state_dict().values()]
result["moved"] = net.to("cpu") is net
