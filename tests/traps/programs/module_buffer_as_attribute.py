# expect: same
# an attribute that is given a buffer does not become a second buffer
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.ones(2))
        self.start = self.mean


net = Net()
result = {"state": list(net.state_dict()), "start": net.start}
