"""Names by scope: only what is bound solely to torch is torch's."""
import torch as t
from torch.nn import functional as F, Linear
import torch.nn.functional as G


def parameter(F, x):
    return F.softmax(x, 1)


def local(x):
    G = make()
    return G.softmax(x, 1)


def free(x):
    return G.softmax(x, 1)


def rebinds(x):
    global L
    L = 3
    return L


L = t.float32


class Holder:
    F = None

    def method(self, x):
        return F.softmax(x, dim=1)


def comprehension(xs):
    return [t for t in xs], t.long, [F.softmax(F, dim=0) for F in xs]


def nested(x):
    from torch import softmax

    def inner():
        return softmax(x, 0)

    return inner


ops = "taken"
nn = Linear(1, 2)
