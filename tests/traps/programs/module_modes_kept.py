# expect: same
# modules that are given to others keep their modes
from torch import nn


class Head(nn.Module):
    def __init__(self, backbone):
        super().__init__()
        self.backbone = backbone
        self.drop = nn.Dropout(0.5)
        self.tail = nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.5))

    def forward(self, x):
        return self.tail(self.drop(self.backbone(x)))


class Wrapped(nn.Module):
    def __init__(self, backbone):
        super().__init__()
        self.body = nn.Sequential(backbone, nn.Dropout(0.5))


class Above(Head):
    def __init__(self, backbone):
        super().__init__(backbone)
        self.extra = nn.Dropout(0.1)


class Early(nn.Module):
    def __init__(self, deep):
        super().__init__()
        self.drop = nn.Dropout(0.1)
        if not deep:
            return
        self.more = nn.Dropout(0.2)


def modes(net):
    return [m.training for m in net.modules()]


frozen = nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.5)).eval()
cut = nn.Sequential(*list(frozen.children())[1:], nn.Dropout(0.1))
result = {"head": modes(Head(frozen)), "wrapped": modes(Wrapped(frozen)), "above": modes(Above(frozen))}
result["cut"] = modes(cut)
result["early"] = modes(Early(True)) + modes(Early(False))
result["list"] = modes(nn.ModuleList([frozen]))
