# expect: same
import torch
from given import counted, tensor



a, b = counted(2, 3), counted(3, 2)
result = {"product": a @ b, "vector": a @ counted(3), "batch": counted(2, 2, 3) @ b, "rows": counted(2) @ a}
