# expect: same
# buffers under computed names
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        for index in range(2):
            self.register_buffer(f"anchor{index}", torch.ones(1) * index)

    def double(self):
        for index in range(2):
            setattr(self, f"anchor{index}", getattr(self, f"anchor{index}") * 2)


net = Net()
net.double()
result = {"state": list(net.state_dict()), "values": [net.anchor0, net.anchor1]}
