# expect: marked __setattr__
# a class attribute of the name of a layer
from torch import nn


class Net(nn.Module):
    fc = None
    width: int = 3

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(self.width, 1)


result = {"names": [name for name, _ in Net().named_parameters()]}
