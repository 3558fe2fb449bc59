# expect: same
# torch's names where the program looks at them
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(5, 4)
        self.norm = nn.LayerNorm(4)
        self.bn = nn.BatchNorm1d(4)
        self.fc = nn.Linear(4, 2)


net = Net()
decay = [name for name, _ in net.named_parameters() if name.endswith("weight") and "norm" not in name]
result = {
    "names": [name for name, _ in net.named_parameters()],
    "decay": decay,
    "biases": [name for name, parameter in net.named_parameters() if "bias" in name],
    "shapes": [tuple(parameter.shape) for parameter in net.parameters()],
    "buffers": [name for name, _ in net.named_buffers() if "running" in name],
}
