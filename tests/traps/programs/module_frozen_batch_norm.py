# expect: same
# statistics are read and set by torch's names
import torch
from torch import nn

net = nn.Sequential(nn.BatchNorm1d(2), nn.ReLU())
norm = net[0]
nn.init.constant_(norm.running_mean, 1.0)
result = {"mean": norm.running_mean, "var": norm.running_var, "eps": norm.eps, "features": norm.num_features}
for m in net.modules():
    if isinstance(m, nn.BatchNorm1d):
        m.eval()
        m.weight.requires_grad = False
        m.bias.requires_grad = False
result["modes"] = [m.training for m in net.modules()]
result["trained"] = [parameter.requires_grad for parameter in net.parameters()]
result["y"] = net(torch.ones(3, 2) * 2)
