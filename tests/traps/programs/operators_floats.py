# expect: same
import torch
from given import counted, tensor



a, b = tensor([7.5, -7.5, 7.5, -7.5]), tensor([2.0, 2.0, -2.0, -2.0])
result = {
    "floor": a // b, "rest": a % b, "from": 2 / b, "power": 2.0**b, "root": (a * a) ** 0.5, "matrix": a @ b,
    "floor by": a // 2, "rest by": a % -2, "reversed": 7 // b, "absolute": abs(a), "rest of": 7 % b,
}
