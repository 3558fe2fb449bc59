# expect: same
# keys of a checkpoint are renamed, filtered and loaded in part
import torch
from torch import nn

net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
nn.init.constant_(net[0].weight, 0.5)
state = {"module." + name: value for name, value in net.state_dict().items()}
state["module.9.weight"] = torch.ones(1)
plain = {name[len("module."):]: value for name, value in state.items() if "1.bias" not in name}
other = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
missing, unexpected = other.load_state_dict(plain, strict=False)
result = {"missing": missing, "unexpected": unexpected, "weight": other[0].weight}
try:
    other.load_state_dict(plain)
except RuntimeError as error:
    result["error"] = str(error)
