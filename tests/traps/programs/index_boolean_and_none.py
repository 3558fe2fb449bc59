# expect: same
import torch
from given import counted, tensor



x = counted(2, 3)
result = {
    "none": x[None, :, None], "end": x[..., None], "mask row": x[tensor([False, True])],
    "mask both": x[tensor([True, False]), 1], "none left": tuple(x[tensor([False, False])].shape),
    "element": float(x[1][2]), "number": x[0, 1].item(),
}
