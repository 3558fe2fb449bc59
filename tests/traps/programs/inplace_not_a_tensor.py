# expect: same
import torch
from given import counted, tensor



class Counter:
    def __init__(self):
        self.n = 0

    def add_(self, n, alpha=1):
        self.n += n * alpha
        return self


result = {"n": Counter().add_(2).add_(3, alpha=2).n, "x": counted(2).add_(1)}
