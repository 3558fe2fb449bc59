# expect: same
# isinstance in a loop over modules, and what layers call their weights
from torch import nn


def init(m):
    if isinstance(m, nn.Linear):
        nn.init.constant_(m.weight, 0.5)
        if m.bias is not None:
            nn.init.zeros_(m.bias)
    elif isinstance(m, nn.BatchNorm1d):
        nn.init.constant_(m.weight, 3.0)
        nn.init.constant_(m.bias, 1.0)
    elif isinstance(m, (nn.Embedding, nn.LayerNorm)):
        nn.init.constant_(m.weight, 4.0)


net = nn.Sequential(nn.Embedding(3, 2), nn.LayerNorm(2), nn.Linear(2, 2, bias=False), nn.BatchNorm1d(2))
net.apply(init)
result = dict(net.named_parameters())
