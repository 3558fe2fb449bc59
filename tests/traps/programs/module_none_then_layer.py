# expect: same
# an attribute is None first and a layer later
from torch import nn


class Net(nn.Module):
    def __init__(self, deep):
        super().__init__()
        self.extra = None
        self.fc = nn.Linear(2, 2)
        if deep:
            self.extra = nn.Linear(2, 2)

    def forward(self, x):
        return self.fc(x) if self.extra is None else self.extra(self.fc(x))


result = {"deep": list(Net(True).state_dict()), "flat": list(Net(False).state_dict())}
net = Net(True)
net.extra = None
result["gone"] = list(net.state_dict())
