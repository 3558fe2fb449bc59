# expect: same
# what a class says is printed of it
from torch import nn


class Scale(nn.Module):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def extra_repr(self):
        return f"factor={self.factor}"


class Both(Scale):
    def extra_repr(self):
        return super().extra_repr() + ", more"


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = Scale(2)
        self.two = Both(3)


result = {"scale": repr(Scale(2)), "both": str(Both(3)), "net": f"{Net()}", "asked": Both(1).extra_repr()}
