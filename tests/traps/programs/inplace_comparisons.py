# expect: same
import torch
from given import counted, tensor



x = counted(4)
x.ge_(2.5)
y = tensor([1, 2, 3]).eq_(2)
result = {"x": x, "y": y}
