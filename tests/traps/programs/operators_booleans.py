# expect: same
import torch
from given import counted, tensor



a, b = tensor([True, True, False, False]), tensor([True, False, True, False])
result = {
    "and": a & b, "or": a | b, "xor": a ^ b, "not": ~a, "equal": a == b, "different": a != b, "times": a * b,
    "sum": a.sum(),
}
