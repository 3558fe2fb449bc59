"""torch's dtypes, constants and classes: what is named without being called."""

from __future__ import annotations

import math
import typing

import mindspore as ms
from mindspore import nn

from sporeprint.torch._device import Device

VALUES: dict[str, object] = {
    "torch.float16": ms.float16,
    "torch.half": ms.float16,
    "torch.bfloat16": ms.bfloat16,
    "torch.float32": ms.float32,
    "torch.float": ms.float32,
    "torch.float64": ms.float64,
    "torch.double": ms.float64,
    "torch.complex64": ms.complex64,
    "torch.cfloat": ms.complex64,
    "torch.complex128": ms.complex128,
    "torch.cdouble": ms.complex128,
    "torch.uint8": ms.uint8,
    "torch.uint16": ms.uint16,
    "torch.uint32": ms.uint32,
    "torch.uint64": ms.uint64,
    "torch.int8": ms.int8,
    "torch.int16": ms.int16,
    "torch.short": ms.int16,
    "torch.int32": ms.int32,
    "torch.int": ms.int32,
    "torch.int64": ms.int64,
    "torch.long": ms.int64,
    "torch.bool": ms.bool_,
    "torch.pi": math.pi,
    "torch.e": math.e,
    "torch.inf": math.inf,
    "torch.nan": math.nan,
    # Where elements lie in memory: arguments that are ignored.
    "torch.strided": None,
    "torch.contiguous_format": None,
    "torch.preserve_format": None,
    "torch.channels_last": None,
}

# What stands for the class in an annotation, in isinstance and as a base; calling it is another matter.
CLASSES: dict[str, object] = {
    "torch.Tensor": ms.Tensor,
    "torch.Size": tuple,
    "torch.device": Device,
    "torch.dtype": ms.Type,
    "torch.Generator": ms.Generator,
    "torch.jit.Final": typing.Final,
    "torch.nn.Module": nn.Cell,
    "torch.nn.Parameter": ms.Parameter,
}

# What stands for a class in annotations only, where nothing asks for the dtype that its name tells.
ANNOTATIONS: dict[str, object] = {
    "torch.FloatTensor": ms.Tensor,
    "torch.DoubleTensor": ms.Tensor,
    "torch.HalfTensor": ms.Tensor,
    "torch.BFloat16Tensor": ms.Tensor,
    "torch.LongTensor": ms.Tensor,
    "torch.IntTensor": ms.Tensor,
    "torch.ShortTensor": ms.Tensor,
    "torch.CharTensor": ms.Tensor,
    "torch.ByteTensor": ms.Tensor,
    "torch.BoolTensor": ms.Tensor,
}
