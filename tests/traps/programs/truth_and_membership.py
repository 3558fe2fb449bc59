# expect: same
import torch
from given import counted, tensor



x = counted(3)
result = {"in": 2.0 in x, "not in": 7.0 in x, "length": len(counted(2, 5)), "identity": x is x, "none": x is None}
