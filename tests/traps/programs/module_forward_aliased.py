# expect: same
# forward is another method
import torch
from torch import nn


class Net(nn.Module):
    def _impl(self, x):
        return x + 1

    forward = _impl


class Chosen(nn.Module):
    def __init__(self, double):
        super().__init__()
        self.forward = self.twice if double else self.once

    def once(self, x):
        return x

    def twice(self, x):
        return x * 2


x = torch.ones(2)
result = {"alias": Net()(x), "twice": Chosen(True)(x), "once": Chosen(False)(x)}
