# expect: same
import torch
from torch import nn
from given import counted

layer = nn.Linear(2, 2)
layer.weight.data.copy_(counted(2, 2))
layer.bias.data.zero_()
hidden = layer(counted(3, 2)).sin()
first, second = hidden.sum(), (hidden ** 2).sum()
first.backward(retain_graph=True)
after_one = layer.weight.grad.clone()
second.backward()
raised = []
try:
    second.backward()
except RuntimeError as error:
    raised.append("backward through the graph a second time" in str(error) or "graph twice" in str(error))
try:
    layer(counted(3, 2)).backward()
except RuntimeError:
    raised.append("no number")
try:
    counted(2).sum().backward()
except RuntimeError:
    raised.append("nothing to go back to")
with torch.no_grad():
    loss = layer(counted(3, 2)).sum()
try:
    loss.backward()
except RuntimeError:
    raised.append("not recorded")
layer(counted(3, 2)).backward(torch.ones(3, 2))
result = {"one": after_one, "all": layer.weight.grad, "raised": raised}
