# expect: same
import torch
from given import counted, tensor



x = counted(3, 4)
result = {
    "row": x[1], "last": x[-1], "element": x[1, 2], "none": x[None], "middle": x[:, None, :2], "dots": x[..., 0],
    "step": x[::2, 1::2], "empty": tuple(x[1:1].shape), "far": x[1:100], "negative": x[-2:], "list": x[[2, 0]],
    "lists": x[[0, 1], [2, 3]], "mask": x[x > 6], "tensor": x[tensor([1, 1])], "mixed": x[tensor([0, 2]), 1:3],
    "booleans": x[tensor([True, False, True])], "pair": x[tensor([[0, 1], [2, 0]])], "whole": x[:], "tuple": x[(0, 1)],
}
