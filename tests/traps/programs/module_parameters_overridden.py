# expect: same
# a class says itself what its parameters are
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(2, 2)
        self.b = nn.Linear(2, 3)

    def parameters(self, recurse=True):
        return (each for each in super().parameters(recurse) if each.shape[0] == 3)


def count(net):
    return len(list(net.parameters()))


result = {"count": count(Net()), "own": len(list(Net().parameters()))}
