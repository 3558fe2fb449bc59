# expect: same
import torch
import torch.nn.functional as F
from torch import nn

x = torch.arange(48.0).reshape([1, 3, 4, 4])
times, size, pad = [1, 2, 1, 1], [2, 2], [1, 0, 1, 0]


def unknown(value, sizes):
    return value.repeat(sizes), value.tile(sizes), value.std(sizes[1:3]), value.var(dim=sizes[1:2])


result = {
    "repeat": x.repeat([2, 1, 1, 1]),
    "repeat by name": x.repeat(times),
    "tile": x.tile(times),
    "var": x.var([2, 3]),
    "std": x.std(dim=[1], keepdim=True),
    "mean pool": nn.AvgPool2d(size)(x),
    "strides": nn.AvgPool2d(2, [1, 2])(x),
    "adaptive": nn.AdaptiveAvgPool2d([2, 1])(x),
    "adaptive function": F.adaptive_avg_pool2d(x, size),
    "zeros": nn.ZeroPad2d(pad)(x),
    "reflect": nn.ReflectionPad2d([1, 1, 1, 1])(x),
    "replicate": nn.ReplicationPad2d(pad)(x),
    "constant": nn.ConstantPad2d(pad, 2.5)(x),
    "random": torch.randint(0, 1, [2, 3]),
    "from 0": torch.randint(1, size=size),
    "unknown": unknown(x, [1, 2, 3, 1]),
}
