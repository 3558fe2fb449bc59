# expect: same
# layers are told apart by the names of their classes
from torch import nn


def init(m):
    name = m.__class__.__name__
    if name.find("Linear") != -1:
        nn.init.constant_(m.weight, 0.5)
    elif name.find("BatchNorm") != -1:
        nn.init.constant_(m.weight, 2.0)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(2, 2, bias=False), nn.BatchNorm1d(2), nn.ReLU())


net = Net()
net.apply(init)
result = {"names": [type(m).__name__ for m in net.modules()], "state": list(net.parameters())}
