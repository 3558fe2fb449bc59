# expect: same
import torch
from torch import nn
from torch.optim import SGD, lr_scheduler
from torch.optim.lr_scheduler import (
    CosineAnnealingLR, ExponentialLR, LambdaLR, LinearLR, MultiStepLR, ReduceLROnPlateau, StepLR,
)
from given import counted


def rates(make, steps=9, **options):
    layer = nn.Linear(2, 1)
    optimizer = SGD([{"params": [layer.weight]}, {"params": [layer.bias], "lr": 0.3}], lr=0.1)
    scheduler = make(optimizer, **options)
    found = []
    for step in range(steps):
        optimizer.step()
        found.append([group["lr"] for group in optimizer.param_groups])
        if isinstance(scheduler, ReduceLROnPlateau):
            scheduler.step([5.0, 4.0, 4.0, 4.0, 3.9, 3.9, 3.9, 3.9, 1.0][step])
        else:
            scheduler.step()
        if step == 4:
            optimizer.param_groups[0]["lr"] = 0.05
    return found, scheduler.get_last_lr(), scheduler.last_epoch


result = {
    "step": rates(StepLR, step_size=3, gamma=0.5),
    "milestones": rates(MultiStepLR, milestones=[2, 5, 5], gamma=0.5),
    "exponential": rates(ExponentialLR, gamma=0.9),
    "cosine": rates(CosineAnnealingLR, T_max=4, eta_min=0.01),
    "function": rates(LambdaLR, lr_lambda=lambda epoch: 1 / (1 + epoch)),
    "functions": rates(lr_scheduler.LambdaLR, lr_lambda=[lambda epoch: 0.9**epoch, lambda epoch: 1.0]),
    "linear": rates(LinearLR, start_factor=0.5, total_iters=4),
    "plateau": rates(ReduceLROnPlateau, patience=1, factor=0.5, cooldown=1),
    "greatest": rates(ReduceLROnPlateau, mode="max", patience=0, threshold_mode="abs", threshold=0.5),
}
