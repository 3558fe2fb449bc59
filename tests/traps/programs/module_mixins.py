# expect: same
# several bases, old and new super
from torch import nn


class Named:
    title = "named"

    def describe(self):
        return f"{self.title} with {len(list(self.parameters()))}"


class Base(nn.Module):
    def __init__(self, width):
        super(Base, self).__init__()
        self.fc = nn.Linear(width, width)


class Net(Named, Base):
    def __init__(self):
        Base.__init__(self, 3)
        self.out = nn.Linear(3, 1)


class Other(Base, Named):
    pass


net = Net()
result = {"text": net.describe(), "other": Other(2).describe(), "names": [name for name, _ in net.named_parameters()]}
result["modes"] = [net.training, net.fc.training, Other(2).training]
