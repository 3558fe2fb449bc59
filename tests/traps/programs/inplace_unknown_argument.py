# expect: same
import torch
from given import counted, tensor



def grow(x):
    x.mul_(3)


x = counted(4)
grow(x)
result = {"x": x}
