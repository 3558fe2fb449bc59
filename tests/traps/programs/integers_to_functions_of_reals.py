# expect: same
# torch computes these in float32; MindSpore's kernels take no integers. What holds integers has to be found out.
import torch
from given import counted
from torch import nn


class Settings:
    states: int = 4
    width: int = 2


class Decay(nn.Module):
    def __init__(self, settings: Settings):
        super().__init__()
        self.settings = settings
        steps = torch.arange(1, settings.states + 1).repeat(settings.width, 1)
        self.log_decay = nn.Parameter(torch.log(steps))
        self.register_buffer("angles", torch.sin(torch.arange(self.settings.states).unsqueeze(0) * 2))

    def forward(self, x):
        return x * torch.exp(self.log_decay) + self.angles


def positions(x: torch.Tensor):
    places = torch.arange(x.shape[1])
    places = places + 1
    return torch.cos(places), places.view(-1, 1).rsqrt(), torch.tanh(places / 2)


def of_parts(x: torch.Tensor):
    above = x > 2
    best = x.argmax(1)
    return torch.sigmoid(above), best.exp(), torch.log(x.long()), torch.floor(x.int()), above.sin()


x = counted(2, 4)
net = Decay(Settings())
result = {"net": net(x).detach(), "positions": positions(x), "parts": of_parts(x), "angles": net.angles}
