# expect: marked Module.train
# a part that stays in evaluation mode
from torch import nn


class Frozen(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(2)

    def train(self, mode=True):
        super().train(mode)
        self.norm.eval()
        return self


net = nn.Sequential(Frozen())
net.train()
result = {"modes": [m.training for m in net.modules()]}
