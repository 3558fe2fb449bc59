import mindspore as ms
from mindspore import nn, ops
from torch_on_mindspore import forward_of


class Block(nn.Cell):
    """A block; its forward() is what counts."""

    def __init__(self, width):
        super(Block, self).__init__()
        # the only layer
        self.fc = nn.Dense(width, width)
        self.set_train()  # torch's modules start in training mode

    def construct(self, x):
        return ops.relu(self.fc(x))


class Wide(Block):
    def __init__(self):
        super().__init__(10)
        self.drop = nn.Dropout(p=0.5)
        self.set_train()  # torch's modules start in training mode

    def construct(self, x: ms.Tensor):
        y = super().construct(x)
        return self.drop(y) if x.shape[0] > 1 else self.construct(x)

    def describe(self, forward):
        return forward("text")


class Message:
    def forward(self, to):
        return forward_of(to)(self)


def use(net: Block, message: Message):
    net.set_train()
    net.set_train(False)
    return net(ops.flatten(message, start_dim=1))
