# expect: same
import torch
from torch import nn
from given import counted

layer, head = nn.Linear(3, 3), nn.Linear(3, 1)
with torch.no_grad():
    for p in (*layer.parameters(), *head.parameters()):
        p.copy_(torch.sin(counted(*p.shape)))
optimizer = torch.optim.AdamW(
    [{"params": layer.parameters(), "weight_decay": 0.0}, {"params": head.parameters(), "lr": 0.05}], lr=0.02
)
for step in range(5):
    optimizer.zero_grad(set_to_none=True)
    loss = (head(torch.relu(layer(counted(4, 3)))) - 1).pow(2).mean()
    loss.backward()
    optimizer.step()
    for group in optimizer.param_groups:
        group["lr"] *= 0.5
result = {
    "loss": loss.item(),
    "rates": [group["lr"] for group in optimizer.param_groups],
    "decays": [group["weight_decay"] for group in optimizer.param_groups],
    "weights": [p.detach() for p in (*layer.parameters(), *head.parameters())],
    "average": optimizer.state[layer.weight]["exp_avg"],
}
