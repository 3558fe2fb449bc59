# expect: same
# properties, static and class methods
from torch import nn


class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc = nn.Linear(width, 1)

    @property
    def width(self):
        return self.fc.in_features

    @classmethod
    def small(cls):
        return cls(2)

    @staticmethod
    def scale(x):
        return x * 2


net = Net.small()
result = {"width": net.width, "scaled": net.scale(3), "dtype": str(next(net.parameters()).dtype).split(".")[-1].lower()}
