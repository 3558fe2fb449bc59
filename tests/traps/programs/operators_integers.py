# expect: same
import torch
from given import counted, tensor



a, b = tensor([7, -7, 7, -7]), tensor([2, 2, -2, -2])
result = {
    "true": a / b, "floor": a // b, "rest": a % b, "by number": a / 2, "floor by": a // 2, "rest by": a % 3, "power": b**2,
    "negative": -a, "from": 10 - a, "and": a & 3, "or": a | 1, "xor": a ^ 5,
}
