# expect: same
# a Sequential applies what add_module gives it
import torch
from torch import nn

net = nn.Sequential()
net.add_module("relu", nn.ReLU())
net.add_module("twice", nn.Linear(2, 1, bias=False))
nn.init.constant_(net.twice.weight, 2.0)
result = {"y": net(torch.tensor([[-1.0, 3.0]])), "names": [name for name, _ in net.named_children()]}
