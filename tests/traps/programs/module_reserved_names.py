# expect: marked Cell.cells
# names that a Cell keeps for itself
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.cells = nn.ModuleList([nn.Linear(2, 2)])
        self.phase = "first"


result = {"names": [name for name, _ in Net().named_parameters()]}
