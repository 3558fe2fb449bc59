# expect: same
import io
import torch
from torch import nn
from given import counted


def make():
    net = nn.Sequential(nn.BatchNorm1d(2), nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    for p in net.parameters():
        p.data.copy_(torch.sin(counted(*p.shape)))
    optimizer = torch.optim.Adam(net.parameters(), lr=0.1)
    return net, optimizer, torch.optim.lr_scheduler.StepLR(optimizer, 2, gamma=0.5)


def steps(net, optimizer, scheduler, many):
    for _ in range(many):
        optimizer.zero_grad()
        loss = (net(counted(4, 2).cos()) ** 2).sum()
        loss.backward()
        optimizer.step()
        scheduler.step()
    return loss.item()


net, optimizer, scheduler = make()
steps(net, optimizer, scheduler, 3)
file = io.BytesIO()
torch.save(
    {"epoch": 3, "net": net.state_dict(), "optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict()}, file
)
on = steps(net, optimizer, scheduler, 3)

file.seek(0)
saved = torch.load(file, map_location="cpu")
other, optimizer, scheduler = make()
other.load_state_dict(saved["net"])
optimizer.load_state_dict(saved["optimizer"])
scheduler.load_state_dict(saved["scheduler"])
again = steps(other, optimizer, scheduler, 3)
result = {
    "epoch": saved["epoch"], "keys": [key for key in saved["net"] if "num_batches" not in key], "on": on,
    "again": again, "rate": optimizer.param_groups[0]["lr"], "weights": [p.detach() for p in other.parameters()],
}
