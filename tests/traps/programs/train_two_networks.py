# expect: same
import torch
import torch.nn as nn
from given import counted

maker, judge = nn.Linear(2, 3), nn.Sequential(nn.Linear(3, 4), nn.LeakyReLU(0.2), nn.Linear(4, 1))
for module in (maker, judge):
    for p in module.parameters():
        p.data.copy_(torch.sin(counted(*p.shape) * 1.7))
maker_steps = torch.optim.Adam(maker.parameters(), lr=0.01, betas=(0.5, 0.999))
judge_steps = torch.optim.Adam(judge.parameters(), lr=0.02, betas=(0.5, 0.999))
criterion = nn.BCEWithLogitsLoss()
noise, real = torch.cos(counted(4, 2)), torch.sin(counted(4, 3))
history = []
for step in range(5):
    judge.zero_grad()
    loss_real = criterion(judge(real), torch.ones(4, 1))
    loss_real.backward()
    fake = maker(noise)
    loss_fake = criterion(judge(fake.detach()), torch.zeros(4, 1))
    loss_fake.backward()
    judge_steps.step()

    maker.zero_grad()
    loss = criterion(judge(fake), torch.ones(4, 1))
    loss.backward()
    maker_steps.step()
    history.append((loss_real.item(), loss_fake.item(), loss.item()))
# The maker's step has left gradients in the judge as well.
result = {
    "history": history,
    "maker": maker.weight.detach(),
    "judge": [p.detach() for p in judge.parameters()],
    "left": [p.grad for p in judge.parameters()],
}
