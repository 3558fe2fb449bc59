# expect: same
import torch
from torch import nn
from given import counted


class Trainer:
    def __init__(self, model, batches):
        self.model = model
        self.batches = batches
        self.optimizer = torch.optim.AdamW(model.parameters(), lr=0.05, weight_decay=0.1)
        self.done = 0
        self.seen = []

    def loss_of(self, x):
        out = self.model(x)
        return out, ((out - 1) ** 2).sum()

    def run(self):
        data = iter(self.batches)
        while True:
            try:
                x = next(data)
            except StopIteration:
                data = iter(self.batches)
                x = next(data)
            if x is None:
                continue
            out, self.loss = self.loss_of(x)
            self.model.zero_grad(set_to_none=True)
            self.loss.backward()
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self.optimizer.step()
            self.done += 1
            self.seen.append(out.mean().item())
            if self.done >= 7:
                break
        return self.loss.item()


model = nn.Linear(2, 2)
for p in model.parameters():
    p.data.copy_(counted(*p.shape) / 7)
trainer = Trainer(model, [counted(3, 2), None, counted(3, 2) / 5])
result = {"loss": trainer.run(), "seen": trainer.seen, "weight": model.weight.detach()}
