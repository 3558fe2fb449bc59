# expect: same
# hooks see and replace arguments and results
import torch
from torch import nn

seen = []


def before(module, args):
    seen.append(("before", len(args)))
    return (args[0] * 2,)


def after(module, args, output):
    seen.append(("after", type(module).__name__))
    return output + 1


layer = nn.ReLU()
handles = [layer.register_forward_pre_hook(before), layer.register_forward_hook(after)]
x = torch.tensor([1.0, -1.0])
result = {"y": layer(x)}
for handle in handles:
    handle.remove()
result["z"] = layer(x)
result["seen"] = seen
result["forward"] = nn.ReLU().forward(x)
