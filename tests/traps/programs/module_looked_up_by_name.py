# expect: same
import torch
import torch.nn as nn
from given import counted


class Net(nn.Module):
    def __init__(self, kind):
        super().__init__()
        if kind in ["LSTM", "GRU"]:
            self.rnn = getattr(nn, kind)(3, 4, 2, dropout=0.5)
        else:
            self.rnn = nn.RNN(3, 4, 2, nonlinearity=kind)
        with torch.no_grad():
            for p in self.parameters():
                p.copy_(torch.sin(counted(*p.shape)) * 0.2)

    def forward(self, x):
        return self.rnn(x)[0]


result = {}
for kind in ("LSTM", "GRU", "tanh"):
    net = Net(kind)
    result[kind + " trains"] = net.rnn.training
    net.eval()
    result[kind] = net(counted(5, 2, 3).cos())
