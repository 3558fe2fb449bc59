# expect: same
# layers are found, listed and replaced by name
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Linear(2, 4), nn.ReLU())
        self.classifier = nn.Linear(4, 2)

    def forward(self, x):
        return self.classifier(self.features(x))


net = Net()
result = {
    "linear": [name for name, m in net.named_modules() if isinstance(m, nn.Linear)],
    "leaves": [name for name, m in net.named_modules() if len(list(m.children())) == 0],
    "sub": type(net.get_submodule("features.1")).__name__,
}
width = net.classifier.in_features
net.classifier = nn.Linear(width, 7)
result["new"] = tuple(net(torch.ones(1, 2)).shape)
result["features"] = len(list(net.children()))
