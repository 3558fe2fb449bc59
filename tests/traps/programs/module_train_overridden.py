# expect: same
# a part that stays in evaluation mode, wherever it is
from torch import nn


class Frozen(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(2)
        self.drop = nn.Dropout(0.5)

    def train(self, mode=True):
        super().train(mode)
        self.norm.eval()
        return self


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(Frozen(), nn.ReLU())


def modes(net):
    return [m.training for m in net.modules()]


net = Net()
result = {"start": modes(net), "train": modes(net.train()), "eval": modes(net.eval()), "again": modes(net.train())}
frozen = Frozen()
result["alone"] = modes(frozen) + modes(frozen.train()) + modes(frozen.train(False))
