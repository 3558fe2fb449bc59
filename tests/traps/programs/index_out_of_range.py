# expect: same
import torch
from given import counted, tensor



x = counted(3)
caught = []
for index in (3, -4):
    try:
        x[index]
    except IndexError:
        caught.append(index)
result = {"caught": caught, "slice": tuple(x[5:].shape)}
