# expect: marked Module.eps
# a setting of a layer is changed after it was made
import torch
from torch import nn

net = nn.Sequential(nn.BatchNorm1d(2))
for m in net.modules():
    if isinstance(m, nn.BatchNorm1d):
        m.eps = 1.0
net.eval()
result = {"y": net(torch.ones(1, 2))}
