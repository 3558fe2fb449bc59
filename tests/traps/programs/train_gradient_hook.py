# expect: marked register_hook
import torch
from given import counted

x = torch.ones(3, requires_grad=True)
y = x * counted(3)
y.register_hook(lambda gradient: gradient * 2)
y.sum().backward()
result = {"gradient": x.grad}
