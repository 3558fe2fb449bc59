# expect: same
# hasattr and getattr ask layers for torch's names
from torch import nn

net = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.BatchNorm1d(2), nn.Embedding(2, 2))
found = []
for m in net:
    if hasattr(m, "weight") and m.weight is not None:
        found.append(tuple(m.weight.shape))
    found.append(getattr(m, "bias", None) is None)
result = {"found": found, "width": net[0].in_features}
