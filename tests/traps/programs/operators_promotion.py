# expect: same
import torch
from given import counted, tensor



i, w, f, m = tensor([1, 2], "int32"), tensor([3, 4]), tensor([0.5, 1.5]), tensor([True, False])
result = {
    "int float": i + f, "widths": i + w, "int number": i + 1.5, "int int": i * 2, "mask int": m + i, "mask mask": m + m,
    "mask float": m * f, "mask number": m * 2, "mask real": m * 2.5, "divided": w / w, "mask divided": m / 2,
    "half": i / 2, "compared": i < f, "small": tensor([200], "uint8") + tensor([100], "uint8"), "byte": tensor([1], "uint8") + i,
}
