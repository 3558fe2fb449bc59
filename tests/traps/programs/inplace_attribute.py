# expect: same
import torch
from given import counted, tensor



class Holder:
    def __init__(self, x):
        self.x = x

    def step(self):
        self.x.add_(1)
        return self.x


x = counted(3)
holder = Holder(x)
holder.step()
result = {"x": x, "held": holder.x}
