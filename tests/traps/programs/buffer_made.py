# expect: same
import torch
import torch.nn as nn
from given import counted


class Rotary(nn.Module):
    def __init__(self, size: int):
        super().__init__()
        steps = torch.arange(size) / size
        self.steps = nn.Buffer(steps, persistent=False)
        self.average = nn.Buffer(  # of all so far
            counted(3),
        )
        self.register_buffer("count", torch.zeros(1))
        for name in ("low", "high"):
            setattr(self, f"{name}_steps", nn.Buffer(steps.clone(), persistent=False))

    def forward(self, x):
        self.average = 0.5 * self.average + 0.5 * x  # a buffer still
        self.steps += 1
        self.count.add_(1)
        return x * self.steps - self.average + self.low_steps * self.high_steps


layer = Rotary(3)
first = layer(counted(3))
result = {"first": first, "second": layer(counted(3)), "average": layer.average, "steps": layer.steps,
          "count": layer.count, "held": torch.tensor([len(list(layer.buffers())), len(layer.state_dict())])}
