"""MindSpore's dtypes and classes: what is named without being called."""

from __future__ import annotations

import torch
from torch import nn

VALUES: dict[str, object] = {
    "mindspore.float16": torch.float16,
    "mindspore.dtype.float16": torch.float16,
    "mindspore.half": torch.float16,
    "mindspore.dtype.half": torch.float16,
    "mindspore.bfloat16": torch.bfloat16,
    "mindspore.dtype.bfloat16": torch.bfloat16,
    "mindspore.float32": torch.float32,
    "mindspore.dtype.float32": torch.float32,
    "mindspore.single": torch.float32,
    "mindspore.dtype.single": torch.float32,
    "mindspore.float64": torch.float64,
    "mindspore.dtype.float64": torch.float64,
    "mindspore.double": torch.float64,
    "mindspore.dtype.double": torch.float64,
    "mindspore.complex64": torch.complex64,
    "mindspore.dtype.complex64": torch.complex64,
    "mindspore.complex128": torch.complex128,
    "mindspore.dtype.complex128": torch.complex128,
    "mindspore.uint8": torch.uint8,
    "mindspore.dtype.uint8": torch.uint8,
    "mindspore.uint16": torch.uint16,
    "mindspore.dtype.uint16": torch.uint16,
    "mindspore.uint32": torch.uint32,
    "mindspore.dtype.uint32": torch.uint32,
    "mindspore.uint64": torch.uint64,
    "mindspore.dtype.uint64": torch.uint64,
    "mindspore.int8": torch.int8,
    "mindspore.dtype.int8": torch.int8,
    "mindspore.byte": torch.int8,
    "mindspore.dtype.byte": torch.int8,
    "mindspore.int16": torch.int16,
    "mindspore.dtype.int16": torch.int16,
    "mindspore.short": torch.int16,
    "mindspore.dtype.short": torch.int16,
    "mindspore.int32": torch.int32,
    "mindspore.dtype.int32": torch.int32,
    "mindspore.intc": torch.int32,
    "mindspore.dtype.intc": torch.int32,
    "mindspore.int64": torch.int64,
    "mindspore.dtype.int64": torch.int64,
    "mindspore.intp": torch.int64,
    "mindspore.dtype.intp": torch.int64,
    "mindspore.bool_": torch.bool,
    "mindspore.dtype.bool_": torch.bool,
}

# What stands for the class in an annotation, in isinstance and as a base; calling it is another matter.
CLASSES: dict[str, object] = {
    "mindspore.Tensor": torch.Tensor,
    "mindspore.nn.Cell": nn.Module,
    "mindspore.Parameter": nn.Parameter,
}
