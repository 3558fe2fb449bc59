# expect: same
import torch
from given import counted, tensor



x = tensor(2.0)
found = 1 < x < 3
result = {"found": bool(found), "value": float(x), "whole": int(x), "truth": bool(x), "number": x.item()}
