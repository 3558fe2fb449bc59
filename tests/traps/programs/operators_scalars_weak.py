# expect: same
import torch
from given import counted, tensor



x, n = counted(3), tensor([1, 2, 3])
result = {"double": x * 0.1, "zero dim": n + tensor(2), "float zero dim": n * tensor(0.5)}
