# expect: same
# how large a network is, and how much of it is trained
from torch import nn

net = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Linear(3, 1))
for parameter in net[0].parameters():
    parameter.requires_grad = False
result = {
    "trained": len([parameter for parameter in net.parameters() if parameter.requires_grad]),
    "all": len(list(net.parameters())),
    "first": [parameter.requires_grad for parameter in net.parameters()],
}
net.requires_grad_(True)
result["after"] = [parameter.requires_grad for parameter in net.parameters()]
