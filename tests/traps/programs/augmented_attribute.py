# expect: same
import torch
from given import counted, tensor



class Holder:
    def __init__(self, x: torch.Tensor):
        self.x = x
        self.own = x * 2
        self.n = 0

    def step(self):
        self.x += 1
        self.own += 1
        self.n += 1


x = counted(3)
holder = Holder(x)
holder.step()
result = {"x": x, "held": holder.x, "own": holder.own, "n": holder.n}
