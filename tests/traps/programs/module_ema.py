# expect: same
# a running mean of another network's parameters
import copy

from torch import nn

net = nn.Linear(2, 1, bias=False)
nn.init.constant_(net.weight, 1.0)
ema = copy.deepcopy(net)
nn.init.constant_(net.weight, 3.0)
averaged = {name: 0.5 * value + 0.5 * net.state_dict()[name] for name, value in ema.state_dict().items()}
ema.load_state_dict(averaged)
result = {"ema": ema.weight, "net": net.weight}
