"""Names by scope: only what is bound solely to torch is torch's."""
import mindspore as ms
from mindspore import nn as ms_nn, ops as ms_ops
from torch_on_mindspore import method_softmax


def parameter(F, x):
    return method_softmax(F, x, 1)


def local(x):
    G = make()
    return method_softmax(G, x, 1)


def free(x):
    return ms_ops.softmax(x, axis=1)


def rebinds(x):
    global L
    L = 3
    return L


L = ms.float32


class Holder:
    F = None

    def method(self, x):
        return ms_ops.softmax(x, axis=1)


def comprehension(xs):
    return [t for t in xs], ms.int64, [method_softmax(F, F, dim=0) for F in xs]


def nested(x):
    def inner():
        return ms_ops.softmax(x, axis=0)

    return inner


ops = "taken"
nn = ms_nn.Dense(1, 2)
