# expect: same
class Account:
    def __init__(self):
        self.grad = 3
        self.steps = []

    def backward(self, amount=1):
        self.grad -= amount
        return self

    def step(self):
        self.steps.append(self.grad)

    def zero_grad(self):
        self.grad = 0


import torch

account = Account()
account.backward().step()
account.backward(amount=5)
account.step()
account.zero_grad()
account.grad = account.grad + 1
account.requires_grad = "no"
result = {"steps": account.steps, "grad": account.grad, "asks": account.requires_grad, "t": torch.ones(1)}
