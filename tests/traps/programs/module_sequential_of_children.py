# expect: same
# a network is cut and put together anew
import torch
from torch import nn

net = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1))
body = nn.Sequential(*list(net.children())[:-1])
result = {"names": [name for name, _ in body.named_parameters()], "length": len(body), "same": body[0] is net[0]}
for parameter in body.parameters():
    nn.init.constant_(parameter, 1.0)
result["y"] = body(torch.ones(1, 2))
